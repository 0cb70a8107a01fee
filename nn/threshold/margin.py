"""The widest margin between two classes, and with it the number of updates that a perceptron can need."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nn.threshold.given import Rows, with_bias, with_targets

NARROWEST = 1e-9  # a margin below this share of R cannot be told from none in floats


class MaxMargin(NamedTuple):
    """The weights of length 1 that keep two classes apart by most.

    weights: w*, of length 1, bias first.
    margin:  γ, the least distance of an example x (x₀ = 1 before its features) from the hyperplane w*·x = 0.
    radius:  R, the length of the longest example, x₀ counted.
    """

    weights: tuple[float, ...]
    margin: float
    radius: float

    def bound(self, start: Sequence[float] | None = None) -> int:
        """How many updates a perceptron makes at most, whatever the order of examples.

            from w = 0:       (R/γ)²
            from weights w₀:  the largest k with  w₀·w* + k γ ≤ √(‖w₀‖² + k R²)

        Every update adds γ or more to w·w*, and R² or less to ‖w‖²; but w·w* is never more than ‖w‖, so they stop. (R/γ)² alone
        is not true of other starts: weights far off need more updates, and weights close to w* fewer.

        Args:    start: the weights before learning, bias first; None for zeros.
        Raises:  ValueError: start is not as long as the weights.
        Example:
            >>> found = max_margin([[0.0], [2.0]], [0, 1])
            >>> found.bound(), found.bound([-100.0, 0.0])
            (10, 42)

        Source:  Novikoff, On Convergence Proofs on Perceptrons (1962).
        """
        w0 = np.zeros(len(self.weights)) if start is None else np.asarray(start, dtype=float)
        if w0.shape != (len(self.weights),):
            raise ValueError(f"MaxMargin.bound: start has shape {w0.shape}. Give {len(self.weights)} weights, bias first.")
        w, γ = np.array(self.weights), self.margin
        along = float(w0 @ w)
        across = float(np.linalg.norm(w0 - along * w))  # ‖w₀‖² = along² + across²
        half = self.radius**2 / 2.0 - along * γ
        root = math.hypot(half, γ * across)
        k = (root + half) / γ**2 if half >= 0.0 else across**2 / (root - half)
        return math.floor(k * (1.0 + 1e-9))  # an integer must not be lost to rounding


def max_margin(X: Any, y: Any) -> MaxMargin | None:
    """The widest margin between two classes, or None if no hyperplane separates them.

        γ = max over ‖w‖ = 1 of  min over the examples of  ±w·x,      + for class 1, - for class 0, x₀ = 1 before the features

    The bias counts as one of the weights, as in the perceptron and in the theorem; a support vector machine leaves it out of
    ‖w‖, and finds another hyperplane. It is a quadratic programme; Lawson and Hanson turn it into least squares with weights
    u ≥ 0 of the examples, which `scipy.optimize.lsq_linear` solves: w* points along Σ ±u x, and if that is 0, nothing
    separates. γ is then measured with the w* found, so a bound made of it holds even if w* is not the very best.

    Args:    X: examples. y: their classes, 0 or 1.
    Shape:   X (N, features), y (N,).
    Returns: the margin, or None; a margin below 1e-9 R counts as none.
    Raises:  TypeError, ValueError: X or y of the wrong kind or shape. ImportError: scipy is not installed. RuntimeError: it
             found no minimum.
    Example:
        >>> found = max_margin([[0.0], [2.0]], [0, 1])
        >>> [round(w, 3) for w in found.weights], round(found.margin, 3), round(found.radius, 3)
        ([-0.707, 0.707], 0.707, 2.236)

    Source:  Lawson, Hanson, Solving Least Squares Problems (1974), chapter 23: least distance programming.
    """
    return margin_of(*with_targets(with_bias(X, None, "max_margin"), y, "max_margin"))


def margin_of(rows: Rows, targets: list[int]) -> MaxMargin | None:
    """The same, of examples with x₀ = 1."""
    try:
        from scipy.optimize import lsq_linear
    except ImportError as error:
        raise ImportError("max_margin needs scipy, which is not installed. Run: pip install 'chalkgrad[demo]'") from error
    if not rows:
        raise ValueError("max_margin: there are no examples. Give one at least.")
    sign = 2.0 * np.array(targets) - 1.0
    G = sign[:, None] * np.array(rows)
    R = float(np.linalg.norm(G, axis=1).max())
    A, b = np.vstack([G.T / R, np.ones(len(G))]), [0.0] * G.shape[1] + [1.0]
    # nnls would do the same, but scipy 1.17's stops short of the minimum where many examples are equally near.
    found = lsq_linear(A, b, bounds=(0.0, np.inf), method="bvls", tol=1e-15, max_iter=100 * len(G))
    if not found.success:
        raise RuntimeError(f"max_margin: scipy's lsq_linear gave up: {found.message} Give fewer examples.")
    towards = G.T @ found.x
    size = float(np.linalg.norm(towards))
    if size == 0.0:
        return None
    w = towards / size
    γ = float((G @ w).min())
    return MaxMargin(tuple(w.tolist()), γ, R) if γ > NARROWEST * R else None
