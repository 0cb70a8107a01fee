"""Surfaces that each hold one difficulty of descent. All take numbers or Values, and give the like."""

from __future__ import annotations

from typing import Any

from autograd import sigmoid

CURVATURE = 20.0
INPUTS, TARGETS = (0.5, 2.5), (0.2, 0.9)


def ravine(x: Any, y: Any) -> Any:
    """A long valley: flat along x, steep along y.

        f(x, y) = ½ (x² + 20 y²)        eigenvalues of the Hessian 1 and 20, minimum at (0, 0)

    Plain descent multiplies x by 1 - lr and y by 1 - 20 lr at each step, so it diverges for lr > 2/20.

    Example:
        >>> ravine(2.0, 1.0)
        12.0

    Source:  Goodfellow, Bengio, Courville, Deep Learning (2016), section 4.3.1.
    """
    return 0.5 * (x**2 + CURVATURE * y**2)


def rosenbrock(x: Any, y: Any) -> Any:
    """A bent valley with a floor that is almost flat.

        f(x, y) = (1 - x)² + 100 (y - x²)²        minimum at (1, 1)

    Example:
        >>> rosenbrock(-1.0, 1.0)
        4.0

    Source:  Rosenbrock, An Automatic Method for Finding the Greatest or Least Value of a Function (1960).
    """
    return (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2


def beale(x: Any, y: Any) -> Any:
    """Flat in the middle, with steep walls in the corners: which way a descent goes depends on where it starts.

        f(x, y) = (1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)²        minimum at (3, ½)

    Example:
        >>> beale(0.0, 0.0), beale(3.0, 0.5)
        (14.203125, 0.0)

    Source:  Beale, On an Iterative Method for Finding a Local Minimum (1958).
    """
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def saddle(x: Any, y: Any) -> Any:
    """The error of two linear neurons behind each other, which are to give 1 for 1: a saddle between two valleys.

        f(x, y) = (xy - 1)²        gradient 0 at (0, 0), where the Hessian has the eigenvalues -2 and 2; minima where xy = 1

    Example:
        >>> saddle(0.0, 0.0), saddle(2.0, 0.5)
        (1.0, 0.0)

    Source:  Goodfellow, Bengio, Courville, Deep Learning (2016), section 8.2.3.
    """
    return (x * y - 1.0) ** 2


def plateau(w: Any, b: Any) -> Any:
    """The error of one sigmoid neuron on two examples: far from the minimum it is saturated, and the surface flat.

        f(w, b) = ½ Σ (σ(w x + b) - t)²        x = 0.5, 2.5;  t = 0.2, 0.9;  minimum 0 near (1.79, -2.28)

    Example:
        >>> round(plateau(-2.9, -1.8), 5)
        0.41813

    Source:  the lecture decks.
    """
    misses = [sigmoid(w * x + b) - t for x, t in zip(INPUTS, TARGETS, strict=True)]
    return 0.5 * (misses[0] ** 2 + misses[1] ** 2)
