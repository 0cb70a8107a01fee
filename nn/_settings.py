"""What a setting may be: one check, and one message, for each kind."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

from autograd.rng import is_integer


def count(n: Any, name: str) -> int:
    """`n` if it counts something: an integer from 1 on.

    Raises:  TypeError: no integer. ValueError: below 1.
    """
    if not is_integer(n):
        raise TypeError(f"{name} is {n!r} ({type(n).__name__}). Give an integer, 1 or more.")
    if n < 1:
        raise ValueError(f"{name} is {n}. Give an integer, 1 or more.")
    return int(n)


def finite(x: Any, name: str) -> float:
    """`x` if it is a finite number.

    Raises:  TypeError: no number. ValueError: nan or infinite.
    """
    if isinstance(x, bool) or not isinstance(x, Real):
        raise TypeError(f"{name} is {x!r} ({type(x).__name__}). Give a number.")
    try:
        given = float(x)
    except OverflowError:
        given = math.inf
    if not math.isfinite(given):
        raise ValueError(f"{name} is {given}. Give a finite number.")
    return given


def not_negative(x: Any, name: str) -> float:
    """`x` if it is a finite number, 0 or more."""
    if finite(x, name) < 0.0:
        raise ValueError(f"{name} is {x}, and cannot be negative. Give a number, 0 or more.")
    return float(x)


def share(x: Any, name: str) -> float:
    """`x` if it is a share or a probability: a number from 0 to 1."""
    if not 0.0 <= finite(x, name) <= 1.0:
        raise ValueError(f"{name} is {x}. Give a number from 0 to 1.")
    return float(x)


def flag(x: Any, name: str) -> bool:
    """`x` if it is True or False."""
    if not isinstance(x, bool):
        raise TypeError(f"{name} is {x!r} ({type(x).__name__}). Use True or False.")
    return x


def axis(x: Any, name: str) -> int:
    """`x` if it can number an axis."""
    if not is_integer(x):
        raise TypeError(f"{name} is {x!r} ({type(x).__name__}). Give the number of an axis, such as -1 for the last.")
    return int(x)
