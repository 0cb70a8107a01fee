"""A number as a learner wrote it: how large it is, and how far its digits reach."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any

from autograd.ops import number, shown
from autograd.value import BARE

FLOOR = 1e-6
"""Numbers that differ by less than this part of their size are the same: as much as single precision loses."""
SPECK = 1e-12
"""And what is smaller than this is 0: what cancels is seldom 0 to the last bit."""
SLACK = 0.01
"""A digit that is off by one is forgiven where it is less than this part of the number."""
ENOUGH = 2
"""Significant digits from which a rounded number tells which number was rounded."""

USE = "a number, a fraction such as Fraction(1, 3), or text such as '0.79' or '1/3'"
FRACTION = re.compile(r"[+-]?\d+/\d+")


class Fit(IntEnum):
    """How well a number that was written down agrees with another; the smaller, the better."""

    SAME = 0
    ROUNDED = 1
    OFF_BY_ONE = 2
    APART = 3


@dataclass(frozen=True, slots=True)
class Given:
    """A learner's number.

    Args:    number: as a float. unit: of the last digit written, 0 of a fraction. significant: how many digits it has.
    Example:
        >>> read("0.79", "w")
        Given(number=0.79, unit=0.01, significant=2)
    """

    number: float
    unit: float
    significant: int

    def fit(self, other: float) -> Fit:
        """How well it agrees with a number.

        Example:
            >>> [read("0.79", "w").fit(x).name for x in (0.79, 0.7864, 0.7963, 0.77)]
            ['SAME', 'ROUNDED', 'OFF_BY_ONE', 'APART']
        """
        if self.number == other or (math.isnan(self.number) and math.isnan(other)):
            return Fit.SAME
        apart = abs(self.number - other)
        if not math.isfinite(apart):
            return Fit.APART
        if apart <= FLOOR * abs(other) + SPECK:
            return Fit.SAME
        if self.significant >= ENOUGH and self.rounds(other):
            return Fit.ROUNDED
        return Fit.OFF_BY_ONE if apart <= (1.0 + FLOOR) * min(self.unit, SLACK * abs(other)) else Fit.APART

    def rounds(self, other: float) -> bool:
        """Is it the other number, rounded to the digits written?"""
        return abs(self.number - other) <= (0.5 + FLOOR) * self.unit


def read(x: Any, name: str) -> Given:
    """A number, a fraction or a text, as a learner gave it for the gradient of `name`.

    Raises:  TypeError: it is none of these. ValueError: a text that is no number, or a number too large for a float.
    """
    if isinstance(x, str):
        text = x.strip().replace("\N{MINUS SIGN}", "-")
        return read(fraction(text, x, name), name) if "/" in text else digits(decimal(text, x, name))
    if isinstance(x, Decimal):
        return digits(x)
    as_float = number(x, f"check_by_hand: {name!r}", f"{USE}; {BARE.partition('; ')[2]}")
    if isinstance(x, Fraction) or not math.isfinite(as_float):
        return Given(as_float, 0.0, 0)
    return digits(Decimal(str(x).removesuffix(".0")))


def digits(x: Decimal) -> Given:
    """A number in digits."""
    _, figures, exponent = x.as_tuple()
    if not isinstance(exponent, int):
        return Given(math.nan if x.is_nan() else float(x), 0.0, 0)
    return Given(float(x), float(Decimal((0, (1,), exponent))), len(figures) if x else 0)


def fraction(text: str, given: str, name: str) -> Fraction:
    """One whole number over another."""
    plain = text.replace(" ", "")
    if not FRACTION.fullmatch(plain) or not int(plain.partition("/")[2]):
        raise unreadable(given, name)
    return Fraction(plain)


def decimal(text: str, given: str, name: str) -> Decimal:
    """A number in digits, with a point."""
    try:
        found = Decimal(text if "_" not in text else "")
    except ArithmeticError:
        raise unreadable(given, name) from None
    if found.is_finite() and math.isinf(float(found)):
        raise ValueError(f"check_by_hand: {name!r}: {shown(given)} is too large for a float. Write 'inf' if that is meant.")
    return found


def unreadable(given: str, name: str) -> ValueError:
    """The error for a text that is no number."""
    hint = " Decimals are written with a point, as in 0.5." if "," in given else ""
    return ValueError(f"check_by_hand: {name!r}: the text {shown(given)} is no number. Write '0.5', '-3', '1e-3' or '1/3'.{hint}")
