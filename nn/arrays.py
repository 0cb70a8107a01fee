"""Examples and batches: sequences of numbers or Values as arrays, and functions applied member by member."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value, tracing
from autograd.ops import number
from autograd.rng import generator

Array = NDArray[Any]


def as_array(x: Any, name: str) -> Array:
    """`x` as an array: of floats where it holds none but numbers, else of objects (Values, and floats between them).

    Args:    x: a number, a Value, or a sequence or array of them, nested evenly. name: what messages call it.
    Raises:  TypeError: a member is no number. ValueError: rows of unequal length.
    """
    if isinstance(x, np.ndarray) and x.dtype.kind in "fiu":
        return np.asarray(x, dtype=np.float64)
    try:
        members = np.asarray(x, dtype=object)
    except ValueError:
        raise ValueError(f"{name}: the rows have unequal lengths. Give every example the same number of features.") from None
    flat = [m if m.__class__ is float or isinstance(m, Value) else _number(m, name) for m in members.ravel().tolist()]
    kind = np.float64 if all(m.__class__ is float for m in flat) else object
    out = np.empty(len(flat), dtype=kind)
    out[:] = flat
    return out.reshape(members.shape)


def _number(x: Any, name: str) -> float:
    if isinstance(x, (list, tuple, np.ndarray)):
        raise ValueError(f"{name}: the rows have unequal lengths. Give every example the same number of features.")
    if isinstance(x, (bool, np.bool_)):
        raise TypeError(f"{name}: {x!r} ({type(x).__name__}) is not a number. Use 0.0 and 1.0.")
    return number(x, name)


def memberwise(f: Callable[..., Any], *arrays: Array) -> Any:
    """f of the members at each place of arrays of one shape, in an object array of that shape; of single members, f itself."""
    found = list(map(f, *(array.ravel().tolist() for array in arrays)))
    return objects(found, arrays[0].shape) if arrays[0].ndim else found[0]


def elementwise(f: Callable[[Any], Any], x: Any, name: str) -> Any:
    """f of every member, in an object array of the same shape; of a single number or Value, f itself."""
    return f(x) if isinstance(x, Value) else memberwise(f, as_array(x, name))


def with_random(f: Callable[[Any, Any], Any], x: Any, rng: int | random.Random | None, name: str) -> Any:
    """f of every member and a random number of its own from [0, 1), in the order of rows, as `elementwise`."""
    members = as_array(x, name)
    return memberwise(f, members, objects(tracing.uniforms(generator(rng), members.size), members.shape))


def objects(members: Sequence[Any], shape: tuple[int, ...]) -> Array:
    """The members, in the order of rows, as an object array of that shape."""
    out = np.empty(len(members), dtype=object)
    out[:] = members
    return out.reshape(shape)


def examples(x: Any, features: int, name: str) -> tuple[list[list[Any]], bool]:
    """The examples in `x`, each a list of numbers and Values; and whether `x` is one example, not a batch of them.

    Raises:  ValueError: neither one example of so many features nor a batch, (N, features). TypeError: as `as_array`.
    """
    members = as_array(x, name)
    if members.ndim not in (1, 2) or members.shape[-1] != features:
        got = f"an input of shape {members.shape}" if members.ndim else "a single number"
        raise ValueError(f"{name}: {got}, but an example has {features} features here. "
                         f"Give one example, of shape ({features},), or a batch, of shape (N, {features}).")
    return members.reshape(-1, features).tolist(), members.ndim == 1


def beside(columns: Sequence[Sequence[Any]], single: bool) -> Array:
    """Columns, one for each feature, as the object array (N, features); as (features,) of a single example."""
    out = np.empty((len(columns[0]), len(columns)), dtype=object)
    for j, column in enumerate(columns):
        out[:, j] = column
    return out[0] if single else out
