"""The few functions an update rule needs beyond + − × ÷, on every carrier a rule may run on.

A carrier is whatever stands for a number: a float, a float64 array, an object array, a `Value`, or a register of a
tape. A register has the operators + − × ÷ and the methods `sqrt()` and `maximum(other)`.
"""

import math
from typing import Any, TypeAlias

import numpy as np

Carrier: TypeAlias = Any


def sqrt(x: Carrier) -> Carrier:
    """√x, correctly rounded; the root of a negative float is nan, as in IEEE arithmetic and PyTorch."""
    if isinstance(x, float):
        return math.nan if x < 0.0 else math.sqrt(x)
    if isinstance(x, np.ndarray):
        return np.sqrt(x) if x.dtype != object else _sqrt_of_each(x)
    return x.sqrt()


def maximum(x: Carrier, y: Carrier) -> Carrier:
    """The larger of x and y, element by element; nan where either is nan."""
    if isinstance(x, np.ndarray):
        return np.maximum(x, y) if x.dtype != object else _maximum_of_each(x, y)
    if hasattr(x, "maximum"):
        return x.maximum(y)
    return y if y > x or y != y else x


def lerp(a: Carrier, b: Carrier, weight: Carrier, *, from_b: bool) -> Carrier:
    """The point `weight` of the way from a to b, reckoned from the nearer end, as `torch.lerp` does.

    `from_b` says that weight ≥ ½. It is an argument of its own so that the weight may be a register.
    """
    return b - (b - a) * (1.0 - weight) if from_b else a + weight * (b - a)


_sqrt_of_each = np.frompyfunc(sqrt, 1, 1)
_maximum_of_each = np.frompyfunc(maximum, 2, 1)
