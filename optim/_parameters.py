"""All that an optimiser knows of a parameter: its numbers, its gradient, and that it is a leaf."""

import math
from collections.abc import Iterable
from typing import Any, Protocol, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray

from optim._settings import shown

Number: TypeAlias = float | NDArray[np.float64]


class Parameter(Protocol):
    """A leaf that holds one number (`.data` a float) or many (`.data` a float array)."""

    data: Any
    grad: Any

    @property
    def is_leaf(self) -> bool:
        """Whether nothing computed this."""


def is_parameter(x: Any) -> TypeGuard[Parameter]:
    """Whether x has what an optimiser needs."""
    return all(hasattr(x, name) for name in ("data", "grad", "is_leaf")) and isinstance(x.data, float | np.ndarray)


def listed(owner: str, params: Any) -> list[Any]:
    """The parameters (or groups) in `params`, an iterable read once; or an error that says what to pass instead."""
    if is_parameter(params):
        raise TypeError(f"{owner} takes a list of parameters, not a bare one: write {owner}([w]) for {owner}(w).")
    if hasattr(params, "parameters"):
        raise TypeError(f"{owner} takes parameters, not a {type(params).__name__}: pass model.parameters().")
    if isinstance(params, set | frozenset):
        raise TypeError(f"{owner}: the order of a set changes from run to run. Pass the parameters in a list.")
    if isinstance(params, str | dict) or not isinstance(params, Iterable):
        raise TypeError(f"{owner} takes a list of parameters or of groups, got {shown(params)}. Pass model.parameters(), or [w, b].")
    found = list(params)
    if not found:
        raise ValueError(f"{owner}: the list of parameters is empty, so there is nothing to train. "
                         "Pass model.parameters() afresh: a generator can be read only once.")
    return found


def check_trainable(owner: str, p: Any, index: int) -> None:
    """Raise unless p, the parameter at `index`, is one and is a leaf."""
    if hasattr(p, "parameters"):
        raise TypeError(f"{owner}: item {index} is a {type(p).__name__}, not a parameter. Pass its .parameters().")
    if not is_parameter(p):
        raise TypeError(f"{owner}: item {index} is {shown(p)}, not a parameter. Pass leaf Values or nn.Parameters.")
    if not p.is_leaf:
        raise ValueError(
            f"{owner}: {named(p, index)} is computed from other values, so it has no number of its own to change. "
            "Pass the leaves it is computed from, or its .detach()."
        )


def named(p: Parameter, index: int) -> str:
    """How a message calls p: by its label or name where it has one, else by its place."""
    label = getattr(p, "label", "") or getattr(p, "name", "")
    return f"'{label}'" if label else f"parameter {index}"


def number(x: Any) -> Number:
    """The number or numbers in x: a float, an array, or the number of a Value (a gradient that is itself a graph)."""
    if isinstance(x, np.ndarray) and x.ndim:
        return np.asarray(x, dtype=np.float64)
    return float(x) if isinstance(x, float | int | np.generic | np.ndarray) else float(x.data)


def shape(x: Number) -> tuple[int, ...]:
    """() for a float."""
    return x.shape if isinstance(x, np.ndarray) else ()


def filled(like: Number, value: float) -> Number:
    """`value`, in the shape of `like`."""
    return np.full(like.shape, value) if isinstance(like, np.ndarray) else value


def non_finite(x: Number) -> str | None:
    """The first entry of x that is inf or nan, with its index; None where all are finite."""
    if not isinstance(x, np.ndarray):
        return None if math.isfinite(x) else f"{x}"
    bad = np.argwhere(~np.isfinite(x))
    if not len(bad):
        return None
    at = tuple(int(i) for i in bad[0])
    return f"{x[at]} at [{', '.join(map(str, at))}]"
