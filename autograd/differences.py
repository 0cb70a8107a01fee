"""The slope of a function from its values alone: differences, as a check on what the graph says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from autograd.functions import Number, sequence
from autograd.gradcheck import EPS
from autograd.ieee import fold_sum
from autograd.ops import number, shown
from autograd.transforms import one_number, require_function
from autograd.value import Value


class Stencil(NamedTuple):
    """Where a function is looked at, and how its values are weighed: f'(x) ≈ Σ weight · f(x + place · h) / h, off by c · h^order."""

    places: tuple[int, ...]
    weights: tuple[float, ...]
    order: int


STENCILS = {
    "forward": Stencil((0, 1), (-1.0, 1.0), 1),
    "backward": Stencil((-1, 0), (-1.0, 1.0), 1),
    "central": Stencil((-1, 1), (-1.0 / 2.0, 1.0 / 2.0), 2),
    "five-point": Stencil((-2, -1, 1, 2), (1.0 / 12.0, -8.0 / 12.0, 8.0 / 12.0, -1.0 / 12.0), 4),
}
COMPLEX_STEP = 1e-20


def numeric_derivative(f: Callable[[Any], Any], x: Number, *, method: str = "central", h: float | None = None) -> float:
    """The slope of `f` at x, from its values beside x.

        forward      (f(x + h) - f(x)) / h                                        off by about h
        backward     (f(x) - f(x - h)) / h                                        off by about h
        central      (f(x + h) - f(x - h)) / 2h                                   off by about h²
        five-point   (f(x - 2h) - 8 f(x - h) + 8 f(x + h) - f(x + 2h)) / 12h      off by about h⁴
        complex      Im f(x + ih) / h                                             off by about h², and nothing is subtracted

    Args:    f: a function of one number; for "complex", one that takes complex numbers (cmath, numpy) and is smooth.
             x: away from kinks, where no slope exists that a difference could find. method: one of these names.
             h: the step, in units of x. None takes the one at which the error of the formula and that of rounding meet, a
             power of two; and 1e-20 for "complex", which has no rounding to fear.
    Raises:  TypeError: f is no function, gives something else than one number, or takes no complex numbers. ValueError: an
             unknown method, a step that is not above 0 or does not change x, an x that is not finite, an imaginary part that f loses.
    Differs: a lecture deck checks gradients with the forward difference. At the best step of each, the central one has
             about three digits more.
    Example:
        >>> numeric_derivative(lambda x: x**3, 2.0, method="forward", h=0.5)
        15.25
        >>> numeric_derivative(lambda x: x**3, 2.0, h=0.5)
        12.25

    Source:  Fornberg, Generation of Finite Difference Formulas on Arbitrarily Spaced Grids (1988), table 1; Squire, Trapp, Using
             Complex Variables to Estimate Derivatives of Real Functions (1998).
    """
    require_function(f, "numeric_derivative")
    at = finite(x, "numeric_derivative: x")
    if method not in (*STENCILS, "complex"):
        raise ValueError(f"numeric_derivative: the method is {method!r}. Use {', '.join(map(repr, STENCILS))} or 'complex'.")
    step = best_step(at, method) if h is None else finite(h, "numeric_derivative: h")
    if step <= 0.0:
        raise ValueError(f"numeric_derivative: h is {step}. It is the length of a step, so use a number above 0.")
    if method == "complex":
        return imaginary_part(f, complex(at, step)) / step
    stencil = STENCILS[method]
    if any(place and at + place * step == at for place in stencil.places):
        raise ValueError(f"numeric_derivative: h is {step}, too small to change x = {at}. Use a larger step, or None for the best one.")
    seen = [weight * value(f, at + place * step) for place, weight in zip(stencil.places, stencil.weights, strict=True)]
    return fold_sum(seen) / step


def numeric_gradient(
    f: Callable[[list[Any]], Any], xs: Sequence[Number], *, method: str = "central", h: float | None = None
) -> list[float]:
    """The slope of `f` along each of its inputs by itself, all others held: what a gradient is checked with.

        gᵢ = numeric_derivative of f along xᵢ

    Args:    f: a function of a list of numbers, as for `hessian`. xs: where. method, h: as `numeric_derivative`.
    Raises:  as `numeric_derivative`; TypeError: xs is no sequence of numbers.
    Differs: `gradcheck` extrapolates to a step of 0, and judges; this shows what a single step gives.
    Example:
        >>> numeric_gradient(lambda x: x[0] * x[1], [2.0, 3.0])
        [3.0, 2.0]
    """
    require_function(f, "numeric_gradient")
    point = [finite(x, f"numeric_gradient: member {i}") for i, x in enumerate(sequence(xs, "numeric_gradient"))]

    def along(i: int, x: Any) -> Any:
        return f([*point[:i], x, *point[i + 1 :]])

    return [numeric_derivative(partial(along, i), x, method=method, h=h) for i, x in enumerate(point)]


def best_step(x: float, method: str) -> float:
    """Where the formula's error h^order and that of rounding, ε / h, are about equal: a power of two, so that x + h is exact."""
    if method == "complex":
        return COMPLEX_STEP
    return 2.0 ** round(math.log2(EPS ** (1.0 / (STENCILS[method].order + 1)) * max(1.0, abs(x))))


def value(f: Callable[[Any], Any], x: float) -> float:
    """f(x) as a float."""
    y = one_number(f(x), "numeric_derivative")
    return y.item() if isinstance(y, Value) else y


def imaginary_part(f: Callable[[Any], Any], x: complex) -> float:
    """The imaginary part of f at a complex number."""
    try:
        y = f(x)
    except TypeError as error:
        raise TypeError(f"numeric_derivative: method 'complex' needs a function that takes complex numbers, and this one says: {error} "
                        "Write it with cmath or numpy, or use method='central'.") from error
    if not isinstance(y, complex):
        raise ValueError(f"numeric_derivative: at the complex number {x} the function gave {shown(y)}, which has lost the imaginary part, "
                         "as abs and max do. Use method='central'.")
    return y.imag


def finite(x: Any, name: str) -> float:
    """`x` as a finite float."""
    given = x.item() if isinstance(x, Value) else number(x, name)
    if not math.isfinite(given):
        raise ValueError(f"{name} is {given}, and has no points beside it. Use a finite number.")
    return given
