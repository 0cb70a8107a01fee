"""Going downhill, in numpy alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import values
from nn._settings import count, finite, not_negative
from nn.arrays import as_array
from nn.parameter import Floats

Slope = Callable[[Any], Any]
"""A function x -> f'(x), or -> ∇f(x), such as `autograd.grad(f)`."""


def descend(slope: Slope, x: Any, *, lr: float, steps: int) -> Floats:
    """Gradient descent with a fixed learning rate: where it passes.

        x ← x - lr f'(x)

    On f(x) = x² that is x ← (1 - 2 lr) x: it halves at lr = ¼, is there at once at ½, jumps to and fro at 1, and grows above.

    Args:    slope: f' or ∇f. x: the start, a number or an array. lr: in units of x over units of slope. steps: how many.
    Shape:   (steps + 1, …): the start, and where each step ends.
    Raises:  TypeError, ValueError: numbers that are none; lr negative or not finite; steps below 1; a slope of another shape.
    Example:
        >>> descend(lambda x: 2 * x, 1.0, lr=0.25, steps=3)
        array([1.   , 0.5  , 0.25 , 0.125])

    Source:  Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées (1847).
    """
    rate, passed = not_negative(lr, "descend: lr"), [floats(x, "descend: x")]
    for _ in range(count(steps, "descend: steps")):
        passed.append(passed[-1] - rate * slope_at(slope, passed[-1], "descend"))
    return np.stack(passed)


def sign_step(slope: Slope, x: Any, p: float) -> Floats:
    """One step of length p against the sign of the slope, of each member by itself.

        x ← x - p sign f'(x)      f(x - p sign f') < f(x) < f(x + p sign f') for small p, wherever f' is not 0

    Args:    slope: f' or ∇f. x: a number or an array. p: the length of the step, in units of x; below 0 it goes uphill.
    Shape:   that of x.
    Raises:  TypeError, ValueError: numbers that are none; p not finite; a slope of another shape.
    Example:
        >>> sign_step(lambda x: 2 * x, -3.0, 0.5)
        array(-2.5)
    """
    at, length = floats(x, "sign_step: x"), finite(p, "sign_step: p")
    return np.asarray(at - length * np.sign(slope_at(slope, at, "sign_step")))


def steepest_descent(gradient: Any) -> Floats:
    """The unit vector along which a function falls fastest.

        u = -∇L / ‖∇L‖      minimises u·∇L, the slope along u, among all u of length 1: there it is -‖∇L‖

    By Cauchy and Schwarz, |u·∇L| ≤ ‖u‖ ‖∇L‖, and only the vector itself and its opposite reach the bound.

    Args:    gradient: ∇L, numbers in any shape.
    Shape:   the same.
    Raises:  TypeError: numbers that are none. ValueError: all of them 0, so that there is no such direction; inf or nan.
    Example:
        >>> steepest_descent([3.0, -4.0])
        array([-0.6,  0.8])
    """
    g = floats(gradient, "steepest_descent: gradient")
    if not np.isfinite(g).all():
        raise ValueError(f"steepest_descent: gradient is {g}. Give finite numbers.")
    largest = np.abs(g).max(initial=0.0)
    if largest == 0.0:
        raise ValueError("steepest_descent: the gradient is 0, so every direction is level. Give one that is not.")
    scaled = g / largest
    return np.asarray(-scaled / np.linalg.norm(scaled))


def slope_at(slope: Slope, x: Floats, name: str) -> Floats:
    """The slope at x, in the shape of x."""
    found = floats(slope(x if x.ndim else x.item()), f"{name}: the slope")
    if found.shape != x.shape:
        raise ValueError(f"{name}: the slope has shape {found.shape} at an x of shape {x.shape}. Give a function with one slope for each.")
    return found


def floats(x: Any, name: str) -> Floats:
    """`x`, numbers or Values, as a float array."""
    return np.asarray(values(as_array(x, name)))
