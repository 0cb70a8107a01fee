"""What each setting of an optimiser may be. A name means the same in every optimiser, so one table holds them all."""

import math
import reprlib
from collections.abc import Callable
from numbers import Real
from typing import Any, NamedTuple


class Range(NamedTuple):
    """The numbers a setting may take: in words, and as a test."""

    words: str
    holds: Callable[[float], bool]


NOT_NEGATIVE = Range("a finite number, at least 0", lambda x: 0.0 <= x < math.inf)
POSITIVE = Range("a finite number above 0", lambda x: 0.0 < x < math.inf)
BELOW_ONE = Range("a number in [0, 1)", lambda x: 0.0 <= x < 1.0)
UP_TO_ONE = Range("a number in [0, 1]", lambda x: 0.0 <= x <= 1.0)
COUNT = Range("a whole number, at least 0", lambda x: x >= 0.0 and x.is_integer())

RANGES = {
    "lr": NOT_NEGATIVE,
    "initial_lr": NOT_NEGATIVE,
    "momentum": BELOW_ONE,
    "dampening": UP_TO_ONE,
    "weight_decay": NOT_NEGATIVE,
    "lr_decay": NOT_NEGATIVE,
    "initial_accumulator_value": NOT_NEGATIVE,
    "eps": POSITIVE,
    "alpha": BELOW_ONE,
    "rho": BELOW_ONE,
    "momentum_decay": NOT_NEGATIVE,
    "step": COUNT,
    "mu_product": UP_TO_ONE,
}
FLAGS = frozenset({"nesterov", "centered", "amsgrad", "decoupled_weight_decay", "maximize"})


def checked(owner: str, name: str, value: Any) -> Any:
    """`value` as the setting `name` of `owner`: a float, a bool or (for betas) a pair of floats; or the error.

    A setting that is not listed here, of an optimiser that a user wrote, is its own affair.
    """
    if name in FLAGS:
        if not isinstance(value, bool):
            raise TypeError(f"{owner}: {name} must be True or False, got {shown(value)}.")
        return value
    if name == "betas":
        if not isinstance(value, tuple | list) or len(value) != 2:
            raise TypeError(f"{owner}: betas must be a pair (beta1, beta2), got {shown(value)}.")
        return tuple(real_number(owner, f"betas[{i}]", beta, BELOW_ONE) for i, beta in enumerate(value))
    return real_number(owner, name, value, RANGES[name]) if name in RANGES else value


def real_number(owner: str, name: str, value: Any, allowed: Range) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{owner}: {name} must be {allowed.words}, got {shown(value)}.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not allowed.holds(number):
        raise ValueError(f"{owner}: {name} must be {allowed.words}, got {value!r}.")
    return number


def shown(x: object) -> str:
    """x and its type, as messages name them; what is long is cut."""
    return f"{reprlib.repr(x)} ({type(x).__name__})"
