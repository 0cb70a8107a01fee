"""What examples ask of a perceptron's weights: a system of inequalities, with a solution or without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn.threshold.given import with_bias, with_targets
from nn.threshold.learning import Weights
from nn.threshold.perceptron import fires


@dataclass(frozen=True)
class Inequality:
    """What one example asks of the weights.

        w·x ≥ 0 for class 1,  w·x < 0 for class 0

    Args:    inputs: x, with x₀ = 1 before the features. target: its class.
    Example:
        >>> print(Inequality((1.0, 0.0, 1.0), 1), "|", Inequality((1.0, 0.0, 0.0), 0))
        w0 + w2 ≥ 0 | w0 < 0
    """

    inputs: Weights
    target: int

    def holds(self, weights: Sequence[float]) -> bool:
        """Do these weights, bias first, meet it?"""
        return fires(tuple(weights), self.inputs) == self.target

    def __str__(self) -> str:
        terms = [("-" if x < 0 else "+", f"{'' if abs(x) == 1 else f'{abs(x):g}·'}w{i}") for i, x in enumerate(self.inputs) if x]
        return f"{' '.join(f'{sign} {term}' for sign, term in terms).removeprefix('+ ')} {'≥' if self.target else '<'} 0"


def inequalities(X: Any, y: Any) -> list[Inequality]:
    """What the examples ask of the weights of a perceptron, one inequality for each.

    Args:    X: examples. y: their classes, 0 or 1.
    Shape:   X (N, features), y (N,).
    Raises:  TypeError, ValueError: X or y of the wrong kind or shape.
    Example:
        >>> print(*inequalities([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]), sep=",  ")
        w0 < 0,  w0 + w2 ≥ 0,  w0 + w1 ≥ 0,  w0 + w1 + w2 < 0

    Source:  Minsky, Papert, Perceptrons (1969).
    """
    rows, targets = with_targets(with_bias(X, None, "inequalities"), y, "inequalities")
    return [Inequality(tuple(x), t) for x, t in zip(rows, targets, strict=True)]


def solve_inequalities(system: Iterable[Inequality]) -> Weights | None:
    """Weights that meet all the inequalities, or None if there are none.

        w·x ≥ 1 for class 1,  w·x ≤ -1 for class 0

    A linear programme cannot say <, and needs not: of finitely many inequalities with w₀ in each, w₀ can give way a little, so
    that none is met narrowly; and then all weights can grow until each is met by 1.

    Args:    system: inequalities, as from `inequalities`.
    Raises:  TypeError: one of them is no Inequality. ValueError: none, or of unequal length. ImportError: scipy is not installed.
    Differs: lecture decks conclude w₁ > -w₀ and w₂ > -w₀ from classes met with ≥. It is w₁ ≥ -w₀ and w₂ ≥ -w₀; so XOR comes
             to a contradiction by w₀ < 0 as well, that is by all four inequalities, and any three have a solution.
    Example:
        >>> xor = inequalities([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
        >>> solve_inequalities(xor), solve_inequalities(xor[1:]) is None
        (None, False)
    """
    try:
        from scipy.optimize import linprog
    except ImportError as error:
        raise ImportError("solve_inequalities needs scipy, which is not installed. Run: pip install 'chalkgrad[demo]'") from error
    given = list(system)
    for one in given:
        if not isinstance(one, Inequality):
            raise TypeError(f"solve_inequalities: {one!r} ({type(one).__name__}) is no Inequality. Use what inequalities(X, y) gives.")
    if len({len(one.inputs) for one in given}) != 1:
        raise ValueError("solve_inequalities: there are no inequalities, or their weights differ in number. Give those of one set.")
    A = np.array([one.inputs if one.target == 0 else [-x for x in one.inputs] for one in given])
    found = linprog(np.zeros(A.shape[1]), A_ub=A, b_ub=-np.ones(len(A)), bounds=(None, None))
    return tuple(found.x.tolist()) if found.status == 0 else None
