"""What threshold units are given: bits, truth tables, and examples with x₀ = 1 before their features."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import values
from nn.arrays import as_array, examples

Rows = list[list[float]]


def bits(x: Any, name: str) -> list[int]:
    """`x` as a list of 0s and 1s.

    Raises:  ValueError: a member is neither, or x is no flat sequence.
    """
    given = np.asarray(x, dtype=object)
    if given.ndim != 1:
        raise ValueError(f"{name}s have shape {given.shape}. Give one flat sequence of 0s and 1s.")
    for i, bit in enumerate(given):
        if bit not in (0, 1):
            raise ValueError(f"{name} {i} is {bit!r}. Use 0 for no and 1 for yes.")
    return [int(bit == 1) for bit in given]


def truth_table(table: Any, name: str) -> tuple[int, list[int]]:
    """The number of inputs n, and the 2ⁿ outputs in counting order of the inputs.

    Raises:  ValueError: an output other than 0 and 1, or their number no power of 2 from 2 on.
    """
    outputs = bits(table, f"{name}: output")
    n = len(outputs).bit_length() - 1
    if n < 1 or len(outputs) != 2**n:
        raise ValueError(f"{name}: the table has {len(outputs)} outputs. Give 2, 4, 8, …: one for each combination of inputs.")
    return n, outputs


def with_bias(X: Any, features: int | None, name: str) -> tuple[Rows, bool]:
    """The examples, each with x₀ = 1 before its features; and whether X is a single one. None takes any number of features.

    Raises:  TypeError, ValueError: examples of the wrong kind or shape, or not finite.
    """
    numbers = np.asarray(values(as_array(X, name)))
    found = numbers.shape[-1] if numbers.ndim else 0
    rows, single = examples(numbers, features or found or 1, name)
    for i, row in enumerate(rows):
        if not all(map(math.isfinite, row)):
            raise ValueError(f"{name}: example {i} is {row}, and has no finite weighted input. Use finite numbers.")
    return [[1.0, *row] for row in rows], single


def with_targets(given: tuple[Rows, bool], y: Any, name: str) -> tuple[Rows, list[int]]:
    """A batch of such examples, and the class of each.

    Raises:  ValueError: a single example, a target other than 0 and 1, or more or fewer targets than examples.
    """
    rows, single = given
    if single:
        raise ValueError(f"{name}: X is a single example. Give a batch, of shape (N, {len(rows[0]) - 1}).")
    targets = bits(y, f"{name}: target")
    if len(targets) != len(rows):
        raise ValueError(f"{name}: {len(rows)} examples but {len(targets)} targets. Each example needs its class.")
    return rows, targets
