"""Where a function is level: is it a minimum, a maximum or a saddle?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd.functions import Number
from autograd.ops import number
from autograd.transforms import grad, hessian
from autograd.value import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class CriticalPoint(NamedTuple):
    """What `classify_critical_point` found.

    kind:         "minimum", "maximum", "saddle" or "undecided".
    eigenvalues:  curvatures, rising: the second derivatives along the eigenvectors.
    eigenvectors: unit directions, one in each column.
    """

    kind: str
    eigenvalues: NDArray[np.float64]
    eigenvectors: NDArray[np.float64]


def classify_critical_point(
    f: Callable[[list[Value]], Any], x: Sequence[Number], *, rtol: float = 1e-9, gradient_tol: float = 1e-6
) -> CriticalPoint:
    """Say what kind of level point x is, by the eigenvalues λ of the Hessian there.

        all λ > 0: minimum    all λ < 0: maximum    some above and some below: saddle    else: undecided

    An eigenvalue of 0 says that second derivatives do not tell how the function goes on in that direction: x⁴, -x⁴ and x³
    all have one.

    Args:    f: takes a list of Values, returns one, as for `hessian`. x: the point. rtol: an eigenvalue no larger than rtol
             times the largest counts as 0. gradient_tol: how large a slope still counts as level.
    Raises:  TypeError: as `hessian`. ValueError: x is empty; a slope there is larger than gradient_tol; a second derivative is not
             finite; a tolerance is negative.
    Example:
        >>> found = classify_critical_point(lambda x: (x[0] * x[1] - 1.0)**2, [0.0, 0.0])
        >>> found.kind, found.eigenvalues
        ('saddle', array([-2.,  2.]))

    Source:  the second-derivative test; Goodfellow, Bengio, Courville, Deep Learning (2016), section 4.3.1.
    """
    import numpy as np

    for name, bound in (("rtol", rtol), ("gradient_tol", gradient_tol)):
        if not number(bound, f"classify_critical_point: {name}") >= 0.0:
            raise ValueError(f"classify_critical_point: {name} is {bound}. It bounds a size, so use 0.0 or more.")
    H = hessian(f)(x)
    slopes = [g.item() for g in grad(f)(list(x))]
    if not slopes:
        raise ValueError("classify_critical_point: x has no members, so there is no direction to look in. Give at least one number.")
    steepest = max(slopes, key=abs)
    if not abs(steepest) <= gradient_tol:
        raise ValueError(f"classify_critical_point: the slope along x[{slopes.index(steepest)}] is {steepest:.6g}, so x is not level "
                         "and no critical point. Go to where the gradient is 0 first, or raise gradient_tol.")
    if not np.isfinite(H).all():
        raise ValueError("classify_critical_point: a second derivative is inf or nan there, so nothing can be said. Choose another point.")
    λ, Q = np.linalg.eigh((H + H.T) / 2.0)
    return CriticalPoint(kind_of(λ, rtol * np.abs(λ).max()), λ, Q)


def kind_of(curvatures: NDArray[np.float64], zero: float) -> str:
    """The kind of a level point; curvatures up to `zero` say nothing."""
    rises, falls = curvatures > zero, curvatures < -zero
    if rises.any() and falls.any():
        return "saddle"
    if not (rises | falls).all():
        return "undecided"
    return "minimum" if rises.all() else "maximum"
