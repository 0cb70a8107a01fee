"""Putting a state into a module, once all of it is known to fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from nn.parameter import numbers


class IncompatibleKeys(NamedTuple):
    """The keys in which a state and a module differ."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Entry(NamedTuple):
    """One array of a module's state: its key, its value now, and how to write it."""

    key: str
    value: Any
    write: Callable[[Any], None]


FIT = "Load it into a net built as that which it came from; strict=False passes over missing and unexpected keys."


def put(doing: str, own: list[Entry], state: Mapping[str, Any], strict: bool) -> IncompatibleKeys:
    """Write a state into a module's own, or raise an error that names everything that does not fit."""
    if not isinstance(state, Mapping):
        raise TypeError(f"{doing}: {state!r} ({type(state).__name__}) is no state. Give what state_dict() returned.")
    keys = {entry.key for entry in own}
    incompatible = IncompatibleKeys([entry.key for entry in own if entry.key not in state], [key for key in state if key not in keys])
    complaints = [f"{key!r} is missing" for key in incompatible.missing_keys if strict]
    complaints += [f"{key!r} is unexpected" for key in incompatible.unexpected_keys if strict]
    fitted = []
    for key, value, write in own:
        if key in state:
            try:
                fitted.append((write, fitting(state[key], value, repr(key))))
            except (TypeError, ValueError) as complaint:
                complaints.append(str(complaint))
    if complaints:
        raise ValueError("\n  ".join([f"{doing}: the state does not fit, and nothing was written. {FIT}", *complaints]))
    for write, value in fitted:
        write(value)
    return incompatible


def fitting(given: Any, value: Any, name: str) -> Any:
    """`given`, if it can stand where `value` does."""
    new = numbers(given, name)
    if new.shape != np.shape(value):
        raise ValueError(f"{name} has shape {new.shape}, and {np.shape(value)} here")
    if not isinstance(value, int):
        return new
    if not float(new).is_integer():
        raise ValueError(f"{name} is {new}, and counts something: an integer is needed")
    return int(new)


def copied(module: Any) -> dict[str, Any]:
    """The state of a module as it is now: arrays of its own, for `load_state_dict` later."""
    return {key: np.array(x) for key, x in module.state_dict().items()}
