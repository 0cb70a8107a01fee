"""A training run that leaves no trace."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nn._state_dict import copied
from nn.module import Module


@contextmanager
def trial(model: Module, optimizer: Any) -> Iterator[None]:
    """Train for the length of a block; then model and optimiser are as they were before, whatever happened. Gradients are forgotten."""
    weights, state = copied(model), copy.deepcopy(optimizer.state_dict())
    try:
        yield
    finally:
        model.load_state_dict(weights)
        optimizer.load_state_dict(state)
        optimizer.zero_grad()
