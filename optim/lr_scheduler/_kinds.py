"""What a setting of a schedule may be: one check, and one message, for each kind."""

import math
from collections.abc import Callable
from numbers import Integral
from typing import Any, TypeAlias

from optim._settings import NOT_NEGATIVE, Range, real_number, shown

Kind: TypeAlias = Callable[[str, str, Any], Any]
"""(whose, name, what was given) -> what was given, in its proper type; or the error."""

SHARE_ABOVE_0 = Range("a number in (0, 1]", lambda x: 0.0 < x <= 1.0)
FINITE = Range("a finite number", math.isfinite)
ANY = Range("a number", lambda x: True)


def within(allowed: Range) -> Kind:
    """A number in a range."""
    return lambda owner, name, x: real_number(owner, name, x, allowed)


def whole(least: int) -> Kind:
    """A whole number from `least` on."""

    def check(owner: str, name: str, x: Any) -> int:
        words = f"{owner}: {name} must be a whole number, at least {least}, got"
        if isinstance(x, bool) or not isinstance(x, Integral):
            raise TypeError(f"{words} {shown(x)}.")
        if x < least:
            raise ValueError(f"{words} {x}.")
        return int(x)

    return check


def one_of(*words: str) -> Kind:
    """One of some words."""

    def check(owner: str, name: str, x: Any) -> str:
        if x not in words:
            raise ValueError(f"{owner}: {name} must be one of {', '.join(map(repr, words))}, got {shown(x)}.")
        return str(x)

    return check


def optional(kind: Kind) -> Kind:
    """None, or what `kind` allows."""
    return lambda owner, name, x: None if x is None else kind(owner, name, x)


def flag(owner: str, name: str, x: Any) -> bool:
    """True or False."""
    if not isinstance(x, bool):
        raise TypeError(f"{owner}: {name} must be True or False, got {shown(x)}.")
    return x


def function(owner: str, name: str, x: Any) -> Any:
    """Something that can be called."""
    if not callable(x):
        raise TypeError(f"{owner}: {name} must be a function, got {shown(x)}. Give one, such as lambda epoch: 0.95**epoch.")
    return x


def each(kind: Kind) -> Kind:
    """A list of what `kind` allows."""

    def check(owner: str, name: str, x: Any) -> list[Any]:
        if not isinstance(x, list | tuple):
            raise TypeError(f"{owner}: {name} must be a list, got {shown(x)}.")
        return [kind(owner, f"{name}[{i}]", member) for i, member in enumerate(x)]

    return check


def per_group(kind: Kind, groups: int) -> Kind:
    """One for all groups of parameters, or a list with one for each of them; a list comes out."""

    def check(owner: str, name: str, x: Any) -> list[Any]:
        if not isinstance(x, list | tuple):
            return [kind(owner, name, x)] * groups
        if len(x) != groups:
            raise ValueError(f"{owner}: {name} has {len(x)} members, and the optimiser {groups} groups. "
                             "Give one for each group, or one for all.")
        return list(each(kind)(owner, name, x))

    return check


rate, rates = within(NOT_NEGATIVE), each(within(NOT_NEGATIVE))
