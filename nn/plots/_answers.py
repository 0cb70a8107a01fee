"""What a model gives for many rows at once, as numbers: for pictures of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import values
from nn.arrays import as_array
from nn.module import Module
from nn.parameter import Floats
from nn.training.evaluation import outputs_of


def answers(model: Any, rows: Floats, name: str) -> Floats:
    """The outputs for a batch, in evaluation mode: by a traced program where that is possible, else on the graph.

    Raises:  TypeError: model is no function. ValueError: an output is inf or nan.
    """
    return finite_numbers(asked(model, rows, name), f"{name}: the model's output")


def asked(model: Any, rows: Floats, name: str) -> Floats:
    """The outputs, whatever they are."""
    if not callable(model) or isinstance(model, type):
        raise TypeError(f"{name}: the model is {model!r} ({type(model).__name__}). Give a Module, or a function of an (N, 2) array.")
    if not isinstance(model, Module):
        return floats(model(rows), name)
    return outputs_of(model, rows)


def floats(outputs: Any, name: str) -> Floats:
    """The numbers of what a model gave, Values or not; a truth value counts as 0 or 1."""
    if isinstance(outputs, np.ndarray) and outputs.dtype == bool:
        return outputs.astype(np.float64)
    return values(as_array(outputs, f"{name}: the model's output"))


def finite_numbers(x: Floats, what: str) -> Floats:
    """The numbers, if all can be drawn."""
    if not np.isfinite(x).all():
        raise ValueError(f"{what} holds inf or nan, which cannot be drawn. Has the training diverged? Try a lower learning rate.")
    return x
