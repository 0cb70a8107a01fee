"""Data in mini-batches."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.rng import generator
from nn._settings import count, flag

Array = NDArray[Any]


def minibatches(
    X: Any, y: Any, batch_size: int, shuffle: bool = True, rng: int | random.Random | None = None
) -> Iterator[tuple[Array, Array]]:
    """Go through the examples once, a mini-batch at a time.

        batch 0 = examples π(0) … π(B-1), batch 1 = examples π(B) … π(2B-1), …      π: a random order, or that of the data

    Batch descent is batch_size = N, stochastic descent batch_size = 1, and mini-batch descent all between.

    Args:    X: examples. y: targets. batch_size: B; the last batch may have fewer. shuffle: a new random order in each call.
             rng: of the order; an int seed, a random.Random, or None for the default generator.
    Shape:   X (N, …), y (N, …); the batches (B, …) and (B, …).
    Raises:  ValueError: no examples, or X and y of unequal lengths; batch_size below 1. TypeError: a setting of the wrong kind.
    Differs: torch.utils.data.DataLoader takes a data set object, and does not shuffle unless asked.
    Example:
        >>> for X, y in minibatches([[1.0], [2.0], [3.0]], [1, 2, 3], batch_size=2, shuffle=False):
        ...     print(X.tolist(), y.tolist())
        [[1.0], [2.0]] [1, 2]
        [[3.0]] [3]
    """
    examples, targets = np.asarray(X), np.asarray(y)
    if not examples.ndim or not len(examples):
        raise ValueError(f"minibatches: X has shape {examples.shape}, so there is nothing to go through. Give at least one example.")
    if targets.shape[:1] != examples.shape[:1]:
        raise ValueError(f"minibatches: X has shape {examples.shape} and y {targets.shape}. Give each example its target: {len(examples)}.")
    size = count(batch_size, "minibatches: batch_size")
    source = generator(rng) if flag(shuffle, "minibatches: shuffle") else None
    return _batches(examples, targets, size, source)


def _batches(X: Array, y: Array, size: int, source: random.Random | None) -> Iterator[tuple[Array, Array]]:
    order = list(range(len(X)))
    if source:
        source.shuffle(order)
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        yield X[rows], y[rows]
