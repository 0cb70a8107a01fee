"""Examples and batches: sequences of numbers or Values as arrays, and functions applied member by member."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value

Array = NDArray[Any]


def as_array(x: Any, name: str) -> Array:
    """`x` as an array: of floats where it holds none but numbers, else of objects (Values, and floats between them).

    Args:    x: a number, a Value, or a sequence or array of them, nested evenly. name: what messages call it.
    Raises:  TypeError: a member is no number. ValueError: rows of unequal length.
    """
    if isinstance(x, np.ndarray) and x.dtype == np.float64:
        return x
    try:
        members = np.asarray(x, dtype=object)
    except ValueError:
        raise ValueError(f"{name}: the rows have unequal lengths. Give every example the same number of features.") from None
    flat = [member if isinstance(member, (Value, float)) else _number(member, name) for member in members.flat]
    kind = object if any(isinstance(member, Value) for member in flat) else np.float64
    out = np.empty(len(flat), dtype=kind)
    out[:] = flat
    return out.reshape(members.shape)


def _number(x: Any, name: str) -> float:
    if isinstance(x, (list, tuple)):
        raise ValueError(f"{name}: the rows have unequal lengths. Give every example the same number of features.")
    if isinstance(x, (bool, np.bool_)):
        raise TypeError(f"{name}: {x!r} ({type(x).__name__}) is no number. Use 0.0 and 1.0.")
    try:
        return Value(x).item()
    except TypeError:
        raise TypeError(f"{name}: {x!r} ({type(x).__name__}) is not a number. Use int, float, a numpy scalar or a Value.") from None


def of_objects(members: Iterable[Any], shape: tuple[int, ...]) -> Array:
    """The members, row by row, in an object array of a shape."""
    flat = list(members)
    out = np.empty(len(flat), dtype=object)
    out[:] = flat
    return out.reshape(shape)


def memberwise(f: Callable[..., Any], *arrays: Array) -> Any:
    """f of the members at each place of arrays of one shape, in an object array of that shape; of single members, f itself."""
    shape = arrays[0].shape
    found = map(f, *(array.ravel().tolist() for array in arrays))
    return of_objects(found, shape) if shape else next(found)


def elementwise(f: Callable[[Any], Any], x: Any, name: str) -> Any:
    """f of every member, in an object array of the same shape; of a single number or Value, f itself."""
    return f(x) if isinstance(x, Value) else memberwise(f, as_array(x, name))
