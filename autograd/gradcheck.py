"""Derivatives by differences: does the engine's gradient agree with what the function itself does nearby?"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from numbers import Real
from typing import Any

from autograd.errors import GradcheckError
from autograd.functions import Number, members
from autograd.modes import recorded
from autograd.ops import number, shown
from autograd.rng import is_integer
from autograd.transforms import gradients, one_number, require_function
from autograd.value import BARE, Value

EPS = sys.float_info.epsilon


def gradcheck(f: Callable[..., Any], inputs: Value | float | Sequence[Number], *, order: int = 1, rtol: float = 1e-7,
              atol: float = 1e-12, raise_exception: bool = True) -> bool:
    """Compare every derivative of `f` up to an order with extrapolated central differences.

    The derivatives of order k are compared with differences of those of order k-1, for every choice of inputs.

    Args:    f: a function of as many Values as there are inputs. inputs: numbers to check at, away from kinks; Values
             are read, never written. order: 1, 2, …. rtol, atol: a derivative d passes if it is within rtol·|d| + atol
             of the differences, give or take the rounding error they show. raise_exception: raise, or return False.
    Raises:  GradcheckError: a derivative differs, or the differences do not settle; it says which, and by how much.
             TypeError: f is no function, or returns something else than one number; an input or a setting is of the wrong
             kind. ValueError: no inputs, or one that is not finite; order below 1; rtol or atol negative or nan.

    Differs: torch.autograd.gradcheck takes one step of 1e-6, which cannot see a relative error much below 1e-5.
    Example:
        >>> gradcheck(lambda x, y: (x * y).tanh(), [0.5, -0.3], order=2)
        True

    Source:  C. J. F. Ridders, Accurate computation of F'(x) and F'(x)F''(x) (1982): the extrapolation table.
    """
    require_function(f, "gradcheck")
    if not is_integer(order):
        raise TypeError(f"gradcheck: order is {shown(order)}. It counts derivatives, so use 1, 2, ….")
    if order < 1:
        raise ValueError(f"gradcheck: order is {order}. It counts derivatives, so use 1, 2, ….")
    for name, bound in (("rtol", rtol), ("atol", atol)):
        if not number(bound, f"gradcheck: {name}", BARE) >= 0.0:
            raise ValueError(f"gradcheck: {name} is {bound}. It bounds an error, so use 0.0 or more.")
    given = [inputs] if isinstance(inputs, (Value, float, Real)) else members(inputs, "gradcheck: the inputs")
    point = [x.item() if isinstance(x, Value) else number(x, "gradcheck") for x in given]
    if not point:
        raise ValueError("gradcheck: there are no inputs, so nothing would be checked. Give a number for each argument of the function.")
    for i, x in enumerate(point):
        if not math.isfinite(x):
            raise ValueError(f"gradcheck: input {i} is {x}, and has no points beside it. Check at a finite number.")
    for k in range(1, order + 1):
        for *before, last in product(range(len(point)), repeat=k):
            if before != sorted(before):
                continue
            exact = derivative(f, point, [*before, last])
            estimate, error = by_differences(partial(derivative, f, path=before), point, last)
            complaint = verdict(exact, estimate, error, rtol, atol)
            if complaint:
                if not raise_exception:
                    return False
                by = " and ".join(f"input {i}" for i in [*before, last])
                raise GradcheckError(f"gradcheck: the derivative of order {k} by {by} is {exact!r}, {complaint}")
    return True


def verdict(exact: float, estimate: float, error: float, rtol: float, atol: float) -> str:
    """What is wrong with a derivative; nothing if it agrees."""
    size = max(abs(exact), abs(estimate))
    if not error <= max(1e-5 * size, 1e-9):
        return f"but differences do not settle: {estimate!r} ± {error:.1e}. Is there a kink or a jump nearby? Check at another point."
    if not abs(exact - estimate) <= rtol * abs(exact) + atol + error:
        return f"but differences give {estimate!r} ± {error:.1e}. Check the partials of the operations between; is the point a kink?"
    return ""


def derivative(f: Callable[..., Any], point: Sequence[float], path: Sequence[int] = ()) -> float:
    """The mixed derivative of f at a point, by each input of the path in turn; the empty path gives f itself."""
    with recorded():
        xs = [Value(x) for x in point]
        y: Any = one_number(f(*xs), "gradcheck")
        for done, i in enumerate(path, start=1):
            y = gradients(y, [xs[i]], create_graph=done < len(path))[0]
    return y.item() if isinstance(y, Value) else float(y)


def by_differences(f: Callable[[list[float]], float], point: Sequence[float], i: int) -> tuple[float, float]:
    """∂f/∂xᵢ from central differences at shrinking steps, extrapolated to step 0; and the error it shows.

    The differences are even in the step h, so each column of the table cancels one more even power of h.
    """

    def difference(h: float) -> float:
        up, down = list(point), list(point)
        up[i] += h
        down[i] -= h
        above, below = f(up), f(down)
        rounding.append(EPS * (abs(above) + abs(below)) / h)
        return (above - below) / (up[i] - down[i])

    rounding: list[float] = []
    shrink = 1.6
    h = 0.02 * max(1.0, abs(point[i]))
    row = [difference(h)]
    best, best_error = row[0], math.inf
    for _ in range(10):
        h /= shrink
        above, row = row, [difference(h)]
        factor = 1.0
        for previous in above:
            factor *= shrink * shrink
            row.append(row[-1] + (row[-1] - previous) / (factor - 1.0))
            error = max(abs(row[-1] - row[-2]), abs(row[-1] - previous)) + rounding[-1]
            if error <= best_error:
                best, best_error = row[-1], error
        if not abs(row[-1] - above[-1]) < 2.0 * best_error:
            break
    return best, best_error
