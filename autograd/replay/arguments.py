"""The arguments of a traced function, as the Values that it is recorded with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.value import Value


def leaves_of(example: NDArray[np.float64]) -> NDArray[Any]:
    """A leaf for each number of an example, in an object array of its shape."""
    out = np.empty(example.shape, dtype=object)
    out.reshape(-1)[:] = [Value(x, label="input") for x in example.ravel().tolist()]
    return out


def counted(n: int, thing: str, things: str = "") -> str:
    """`1 example`, `2 examples`."""
    return f"{n} {thing if n == 1 else things or thing + 's'}"


def argument_of(leaves: NDArray[Any]) -> Any:
    """What the function gets: the array, or a single leaf by itself."""
    return leaves if leaves.ndim else leaves.item()
