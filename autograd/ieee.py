"""Elementary functions of floats that never raise: what IEEE 754 (and so PyTorch) answers, in forms that keep their digits.

Python's `math` raises OverflowError, ZeroDivisionError and ValueError where IEEE arithmetic has an answer (inf or nan).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from operator import add, mul

inf, nan = math.inf, math.nan

SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def everywhere(f: Callable[[float], float], *, over: float = inf, poles: dict[float, float] | None = None) -> Callable[[float], float]:
    """`f` for every float: `over` where it overflows, the given values at its poles, nan elsewhere outside its domain."""
    at_poles = poles or {}

    def answer(x: float) -> float:
        try:
            return f(x)
        except OverflowError:
            return over
        except ValueError:
            return at_poles.get(x, nan)

    return answer


exp = everywhere(math.exp)
expm1 = everywhere(math.expm1)
log = everywhere(math.log, poles={0.0: -inf})
log1p = everywhere(math.log1p, poles={-1.0: -inf})
sqrt = everywhere(math.sqrt)
sin = everywhere(math.sin)
cos = everywhere(math.cos)
tan = everywhere(math.tan)
asin = everywhere(math.asin)
acos = everywhere(math.acos)
cosh = everywhere(math.cosh)


def sinh(x: float) -> float:
    """sinh x, ±inf where it overflows."""
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(inf, x)


def divide(x: float, y: float) -> float:
    """x / y, with x/0 = ±inf and 0/0 = nan."""
    try:
        return x / y
    except ZeroDivisionError:
        return nan if x == 0.0 or x != x else math.copysign(inf, x) * math.copysign(1.0, y)


def power(x: float, y: float) -> float:
    """x to the y; the exponents 2, 3, ±½, -1, -2 as the products and roots PyTorch takes, so that the bits agree."""
    quick = QUICK_POWERS.get(y)
    if quick:
        return quick(x)
    try:
        return math.pow(x, y)
    except OverflowError:
        return -inf if x < 0.0 and y % 2.0 == 1.0 else inf
    except ValueError:
        if x == 0.0:
            return math.copysign(inf, x) if y % 2.0 == 1.0 else inf
        return nan


QUICK_POWERS: dict[float, Callable[[float], float]] = {
    1.0: lambda x: x,
    2.0: lambda x: x * x,
    3.0: lambda x: x * x * x,
    0.5: sqrt,
    -0.5: lambda x: divide(1.0, sqrt(x)),
    -1.0: lambda x: divide(1.0, x),
    -2.0: lambda x: divide(1.0, x * x),
}


def sigmoid(x: float) -> float:
    """1 / (1 + e^-x), by the sign of x so that neither tail overflows."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = exp(x)
    return e / (1.0 + e)


def softplus(x: float) -> float:
    """log(1 + e^x), as max(x, 0) plus a term that cannot overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x))) if x == x else x


def elu(x: float, alpha: float) -> float:
    """x above 0, alpha (e^x - 1) below; expm1 keeps the digits near 0."""
    return x if x > 0.0 else alpha * math.expm1(x)


def selu(x: float) -> float:
    """The self-normalising ELU."""
    return SELU_SCALE * x if x > 0.0 else SELU_SCALE * SELU_ALPHA * math.expm1(x)


def sign(x: float) -> float:
    """-1, 0 or 1; 0 for nan, as PyTorch."""
    return float((x > 0.0) - (x < 0.0))


def heaviside(x: float, values: float) -> float:
    """0 below 0, 1 above, `values` at 0; nan stays nan."""
    return values if x == 0.0 else x if x != x else float(x > 0.0)


def maximum(x: float, y: float) -> float:
    """The larger; nan if either is."""
    return x if x != x or x >= y else y


def minimum(x: float, y: float) -> float:
    """The smaller; nan if either is."""
    return x if x != x or x <= y else y


def fold_sum(xs: Sequence[float]) -> float:
    """((x0 + x1) + x2) + …: the built-in `sum` compensates from Python 3.12 on, and so has other bits."""
    total: float = reduce(add, xs)
    return total


def fold_dot(xs: Sequence[float], ys: Sequence[float]) -> float:
    """((x0 y0 + x1 y1) + x2 y2) + …, from left to right."""
    total: float = reduce(add, map(mul, xs, ys))
    return total


def logsumexp(xs: Sequence[float]) -> float:
    """log Σ e^x, as the largest x plus log1p of what the others add to it."""
    largest = max(range(len(xs)), key=xs.__getitem__)
    top = xs[largest]
    if any(x != x for x in xs):
        return nan
    if math.isinf(top) or len(xs) == 1:
        return top
    return top + math.log1p(math.fsum(math.exp(x - top) for i, x in enumerate(xs) if i != largest))
