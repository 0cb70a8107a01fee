"""Threshold units: McCulloch-Pitts neurons, gates and nets made of them, and the perceptron, which learns.

They answer 0 or 1, so no gradient flows through them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import dot, values
from autograd.rng import generator, is_integer
from nn._settings import count
from nn.arrays import as_array, examples

__all__ = [
    "AND", "NOR", "NOT", "OR", "McCullochPitts", "Perceptron", "PerceptronReport", "PerceptronUpdate", "ThresholdNet", "boolean_net",
]

Weights = tuple[float, ...]


@dataclass(frozen=True)
class McCullochPitts:
    """The first model of a neuron: it counts active inputs, and fires from a threshold on.

        y = 1 if Σ xᵢ ≥ θ over the excitatory inputs, and no inhibitory input is active; else 0

    Args:    threshold: θ. inhibitory: the positions, from 0 on, of the inputs that veto. inputs: how many inputs it has;
             None takes any number.
    Raises:  TypeError: a setting of the wrong kind. ValueError: a position that does not exist, or stands twice; when called:
             an input other than 0 and 1, or the wrong number of them.
    Example:
        >>> unit = McCullochPitts(2, inhibitory=[2])
        >>> unit([1, 1, 0]), unit([1, 0, 0]), unit([1, 1, 1])
        (1, 0, 0)

    Source:  McCulloch, Pitts, A logical calculus of the ideas immanent in nervous activity (1943).
    """

    threshold: float
    inhibitory: Sequence[int] = ()
    inputs: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.threshold, Real) or isinstance(self.threshold, bool) or math.isnan(self.threshold):
            raise TypeError(f"McCullochPitts: the threshold is {self.threshold!r}. Use a number, such as 1.")
        if self.inputs is not None:
            count(self.inputs, "McCullochPitts: inputs")
        if not isinstance(self.inhibitory, Iterable):
            raise TypeError(f"McCullochPitts: inhibitory is {self.inhibitory!r}. Give a sequence of positions, as in inhibitory=[2].")
        positions = tuple(self.inhibitory)
        for i in positions:
            if not is_integer(i):
                raise TypeError(f"McCullochPitts: {i!r} ({type(i).__name__}) is no position of an inhibitory input. Count from 0.")
            if not 0 <= i < (math.inf if self.inputs is None else self.inputs) or positions.count(i) > 1:
                raise ValueError(f"McCullochPitts: position {i} of an inhibitory input does not exist or stands twice in {positions}. "
                                 "Give each once, from 0 on.")
        object.__setattr__(self, "inhibitory", positions)

    def __call__(self, x: Any) -> int:
        """0 or 1, for one sequence of 0s and 1s."""
        active = bits(x, "McCullochPitts: input")
        least = max(self.inhibitory, default=-1) + 1
        if self.inputs not in (None, len(active)) or len(active) < least:
            raise ValueError(f"McCullochPitts: {len(active)} inputs were given, and the unit has {self.inputs or f'at least {least}'}. "
                             "Give a 0 or 1 for each.")
        if any(active[i] for i in self.inhibitory):
            return 0
        return int(sum(active) >= self.threshold)


def bits(x: Any, name: str) -> list[int]:
    """`x` as a list of 0s and 1s.

    Raises:  ValueError: a member is neither, or x is no flat sequence.
    """
    given = np.asarray(x, dtype=object)
    if given.ndim != 1:
        raise ValueError(f"{name}s have shape {given.shape}. Give one flat sequence of 0s and 1s.")
    for i, bit in enumerate(given):
        if bit not in (0, 1):
            raise ValueError(f"{name} {i} is {bit!r}. Use 0 for no and 1 for yes.")
    return [int(bit == 1) for bit in given]


def AND(n: int) -> McCullochPitts:
    """The unit that fires when all n inputs are active: θ = n.

    Raises:  TypeError: n is no integer. ValueError: n below 1.
    Example:
        >>> AND(3)([1, 1, 1]), AND(3)([1, 0, 1])
        (1, 0)
    """
    return McCullochPitts(count(n, "AND: n"), inputs=n)


def OR(n: int) -> McCullochPitts:
    """The unit that fires when any of n inputs is active: θ = 1.

    Raises:  TypeError: n is no integer. ValueError: n below 1.
    Example:
        >>> OR(3)([0, 0, 1]), OR(3)([0, 0, 0])
        (1, 0)
    """
    return McCullochPitts(1, inputs=count(n, "OR: n"))


def NOR(n: int) -> McCullochPitts:
    """The unit that fires when none of n inputs is active: all of them inhibitory, θ = 0.

    Raises:  TypeError: n is no integer. ValueError: n below 1.
    Example:
        >>> NOR(2)([0, 0]), NOR(2)([0, 1])
        (1, 0)
    """
    return McCullochPitts(0, inhibitory=range(count(n, "NOR: n")), inputs=n)


def NOT() -> McCullochPitts:
    """The unit that fires when its one input does not: inhibitory, θ = 0.

    Example:
        >>> NOT()([0]), NOT()([1])
        (1, 0)
    """
    return NOR(1)


class ThresholdNet:
    """A feed-forward net of threshold units: every unit of a layer sees all outputs of the layer before.

    Args:    layers: sequences of units, each a function of a sequence of 0s and 1s: McCullochPitts, Perceptron, or a net.
    Raises:  TypeError: a layer is no sequence, or a unit cannot be called. ValueError: no layers, or a layer without units.
    Example: XOR, which no single unit can compute.
        >>> either = Perceptron(2, weights=[-0.5, 1, -1]), Perceptron(2, weights=[-0.5, -1, 1])
        >>> xor = ThresholdNet(either, [OR(2)])
        >>> [xor([a, b]) for a in (0, 1) for b in (0, 1)]
        [0, 1, 1, 0]
    """

    def __init__(self, *layers: Iterable[Callable[[Any], int]]) -> None:
        for layer in layers:
            if not isinstance(layer, Iterable):
                raise TypeError(f"ThresholdNet: {layer!r} ({type(layer).__name__}) is no layer. "
                                "Give a sequence of units, as in ThresholdNet([OR(2)]).")
        self.layers = tuple(map(tuple, layers))
        if not all(self.layers) or not self.layers:
            raise ValueError("ThresholdNet: every layer needs a unit, and there must be one layer at least, as in ThresholdNet([OR(2)]).")
        for unit in (unit for layer in self.layers for unit in layer):
            if not callable(unit):
                raise TypeError(f"ThresholdNet: {unit!r} ({type(unit).__name__}) is no unit. Use a McCullochPitts or a Perceptron.")

    def __call__(self, x: Any) -> Any:
        """The output of the last layer: 0 or 1 if it has one unit, else a list of them."""
        for layer in self.layers:
            x = [unit(x) for unit in layer]
        return x[0] if len(x) == 1 else x

    def __repr__(self) -> str:
        return f"ThresholdNet({', '.join(str(list(layer)) for layer in self.layers)})"


def boolean_net(table: Any) -> ThresholdNet:
    """A net of McCulloch-Pitts units that computes any given Boolean function.

        one unit fires for each row of the truth table with output 1, and an OR collects them

    Args:    table: the 2ⁿ outputs in counting order of the inputs: for n = 2 those of 00, 01, 10, 11.
    Raises:  ValueError: an output other than 0 and 1, or their number no power of 2 from 2 on.
    Example:
        >>> xor = boolean_net([0, 1, 1, 0])
        >>> xor([1, 0]), xor([1, 1])
        (1, 0)

    Source:  Rojas, Neural Networks (1996), proposition 1.
    """
    outputs = bits(table, "boolean_net: output")
    n = len(outputs).bit_length() - 1
    if n < 1 or len(outputs) != 2**n:
        raise ValueError(f"boolean_net: the table has {len(outputs)} outputs. Give 2, 4, 8, …: one for each combination of inputs.")
    rows = [row for row, output in zip(product((0, 1), repeat=n), outputs, strict=True) if output]
    never = McCullochPitts(n + 1, inputs=n)
    hidden = [McCullochPitts(sum(row), inhibitory=[i for i, bit in enumerate(row) if not bit], inputs=n) for row in rows] or [never]
    return ThresholdNet(hidden, [OR(len(hidden))])


@dataclass(frozen=True)
class PerceptronUpdate:
    """One step of the learning rule: w ← w ± x.

    Args:    step: its number, from 1 on. example: the row of X. inputs: x, with x₀ = 1 before the features. target: 1 adds x,
             0 takes it away. before, after: the weights, bias first.
    """

    step: int
    example: int
    inputs: Weights
    target: int
    before: Weights
    after: Weights


@dataclass(frozen=True)
class PerceptronReport:
    """How learning ended. It is true if every example is classified rightly.

    Args:    updates: how many were made. wrong: the rows of X that are still on the wrong side.
    """

    updates: int
    wrong: tuple[int, ...]

    @property
    def converged(self) -> bool:
        """Are all examples on their right side?"""
        return not self.wrong

    def __bool__(self) -> bool:
        return self.converged

    def __str__(self) -> str:
        if self.converged:
            return f"All examples are right after {self.updates} updates."
        rows = ", ".join(map(str, self.wrong[:5])) + (", …" if len(self.wrong) > 5 else "")
        return (f"Not separated within {self.updates} updates; still wrong: {rows}. "
                "Either no hyperplane separates the two classes, as with XOR, or more updates are needed.")


class Perceptron:
    """A unit that weighs its inputs, fires from a threshold on, and learns its weights from its mistakes.

        y = 1 if w·x ≥ 0, with x₀ = 1 and w₀ = -θ; else 0
        w ← w + x for an example of class 1 with w·x < 0
        w ← w - x for an example of class 0 with w·x ≥ 0

    Args:    in_features: the number of inputs, x₀ not counted. weights: w, bias first; None draws them from U(-1, 1).
             rng: an int seed, a random.Random, or None for the default generator; for the first weights and the order of
             learning.
    Shape:   one example (features,) gives 0 or 1, a batch (N, features) an array (N,).
    Raises:  TypeError, ValueError: settings or inputs of the wrong kind or shape.
    Example:
        >>> p = Perceptron(2, rng=0)
        >>> report = p.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])
        >>> bool(report), [p([a, b]) for a in (0, 1) for b in (0, 1)]
        (True, [0, 0, 0, 1])

    Source:  Rosenblatt, The Perceptron (1958); the rule as in Minsky, Papert, Perceptrons (1969), chapter 11.
    """

    def __init__(self, in_features: int, *, weights: Any = None, rng: int | random.Random | None = None) -> None:
        self.in_features = count(in_features, "Perceptron: in_features")
        self._rng = generator(rng)
        self.weights = [self._rng.uniform(-1.0, 1.0) for _ in range(self.in_features + 1)] if weights is None else weights

    @property
    def weights(self) -> Weights:
        """The weights, bias first. Writing them starts a new history."""
        return self._weights

    @weights.setter
    def weights(self, weights: Any) -> None:
        given = values(as_array(weights, "Perceptron: weights"))
        if given.shape != (self.in_features + 1,) or not np.isfinite(given).all():
            raise ValueError(f"Perceptron: the weights {given.tolist()} do not fit. Give {self.in_features + 1} finite ones, bias first.")
        self._weights: Weights = tuple(given.tolist())
        self.history: list[PerceptronUpdate] = []

    def __call__(self, x: Any) -> Any:
        """0 or 1 for one example, an array of them for a batch."""
        return self.predict(x)

    def predict(self, X: Any) -> int | NDArray[np.int64]:
        """0 or 1 for one example, an array of them for a batch."""
        rows, single = self._rows(X)
        answers = [_fires(self._weights, x) for x in rows]
        return answers[0] if single else np.array(answers, dtype=np.int64)

    def fit(self, X: Any, y: Any, *, max_updates: int = 1000) -> PerceptronReport:
        """Learn until every example is right, or the updates are used up. Every update is added to `history`.

        The rule picks examples at random, and those that are right change nothing; so the pick is made among the wrong ones.

        Args:    X: examples. y: their classes, 0 or 1. max_updates: after how many to give up.
        Shape:   X (N, features), y (N,).
        Returns: a report, true if all are right.
        Raises:  TypeError, ValueError: X, y or max_updates of the wrong kind or shape. The weights are then as before.
        Example:
            >>> print(Perceptron(1, weights=[0, 1]).fit([[1.0], [1.0]], [0, 1], max_updates=5))
            Not separated within 5 updates; still wrong: 1. Either no hyperplane separates ...
        """
        rows, single = self._rows(X)
        if single:
            raise ValueError(f"Perceptron.fit: X is a single example. Give a batch, of shape (N, {self.in_features}).")
        targets = bits(y, "Perceptron.fit: target")
        if len(targets) != len(rows):
            raise ValueError(f"Perceptron.fit: {len(rows)} examples but {len(targets)} targets. Each example needs its class.")
        limit = count(max_updates, "Perceptron.fit: max_updates")
        w = self._weights
        updates: list[PerceptronUpdate] = []
        while wrong := [i for i, (x, t) in enumerate(zip(rows, targets, strict=True)) if _fires(w, x) != t]:
            if len(updates) == limit:
                break
            i = self._rng.choice(wrong)
            x, t = rows[i], targets[i]
            after = tuple(wj + xj if t else wj - xj for wj, xj in zip(w, x, strict=True))
            updates.append(PerceptronUpdate(len(self.history) + len(updates) + 1, i, tuple(x), t, w, after))
            w = after
        self._weights = w
        self.history += updates
        return PerceptronReport(len(updates), tuple(wrong))

    def __repr__(self) -> str:
        return f"Perceptron({self.in_features}, weights={list(self._weights)})"

    def _rows(self, X: Any) -> tuple[list[list[float]], bool]:
        """The examples, each with x₀ = 1 before its features; and whether X is a single one."""
        numbers = values(as_array(X, "Perceptron"))
        rows, single = examples(numbers, self.in_features, "Perceptron")
        for i, row in enumerate(rows):
            if not all(map(math.isfinite, row)):
                raise ValueError(f"Perceptron: example {i} is {row}, and has no finite weighted input. Use finite numbers.")
        return [[1.0, *row] for row in rows], single


def _fires(w: Weights, x: Sequence[float]) -> int:
    return int(dot(w, x) >= 0.0)
