"""The perceptron: a threshold unit with weights, which it learns from its mistakes."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import dot, values
from autograd.rng import generator
from nn._settings import count, flag
from nn.arrays import as_array
from nn.threshold.given import Rows, with_bias, with_targets
from nn.threshold.learning import PerceptronReport, PerceptronUpdate, Weights
from nn.threshold.margin import margin_of


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
        answers = [fires(self._weights, x) for x in rows]
        return answers[0] if single else np.array(answers, dtype=np.int64)

    def fit(self, X: Any, y: Any, *, max_updates: int = 1000, bound: bool = False) -> PerceptronReport:
        """Learn until every example is right, or the updates are used up. Every update is added to `history`.

        The rule picks examples at random, and those that are right change nothing; so the pick is made among the wrong ones.

        Args:    X: examples. y: their classes, 0 or 1. max_updates: after how many to give up. bound: report
                 also how many there can be at most, from the weights as they are before.
        Shape:   X (N, features), y (N,).
        Returns: a report, true if all are right.
        Raises:  TypeError, ValueError: X, y or a setting of the wrong kind or shape. ImportError: bound without scipy. The
                 weights are then as before.
        Example:
            >>> print(Perceptron(1, weights=[0, 1]).fit([[1.0], [1.0]], [0, 1], max_updates=5))
            Not separated within 5 updates; still wrong: 1. Either no hyperplane separates ...
        """
        rows, targets = with_targets(self._rows(X), y, "Perceptron.fit")
        limit = count(max_updates, "Perceptron.fit: max_updates")
        w = self._weights
        margin = margin_of(rows, targets) if flag(bound, "Perceptron.fit: bound") else None
        most = None if not bound else margin.bound(w) if margin else math.inf
        updates: list[PerceptronUpdate] = []
        while wrong := [i for i, (x, t) in enumerate(zip(rows, targets, strict=True)) if fires(w, x) != t]:
            if len(updates) == limit:
                break
            i = self._rng.choice(wrong)
            x, t = rows[i], targets[i]
            after = tuple(wj + xj if t else wj - xj for wj, xj in zip(w, x, strict=True))
            updates.append(PerceptronUpdate(len(self.history) + len(updates) + 1, i, tuple(x), t, w, after))
            w = after
        self._weights = w
        self.history += updates
        return PerceptronReport(len(updates), tuple(wrong), most, margin)

    def __repr__(self) -> str:
        return f"Perceptron({self.in_features}, weights={list(self._weights)})"

    def _rows(self, X: Any) -> tuple[Rows, bool]:
        return with_bias(X, self.in_features, "Perceptron")


def fires(w: Weights, x: Sequence[float]) -> int:
    """1 if w·x ≥ 0, else 0; x has x₀ = 1."""
    return int(dot(w, x) >= 0.0)
