"""The loss and the accuracy of a model as it stands, in evaluation mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from autograd import no_grad, values
from nn.arrays import Array, as_array
from nn.module import Module
from nn.training.programs import NotCompiledError, as_program, outputs_as_program


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Evaluation mode for the length of a block; then every module is in the mode it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


def outputs_of(model: Module, X: Array) -> Array:
    """What a model gives for a batch of numbers, without its graph: by a program, if it can be traced."""
    with evaluating(model):
        if X.ndim == 2:
            with suppress(NotCompiledError):
                return outputs_as_program(model, X)(X)
        with no_grad():
            return values(as_array(model(X), "the model's output"))


def evaluation(model: Module, loss: Any, data: tuple[Array, Array], executor: str) -> Callable[[], float]:
    """A function that gives the mean loss of the data: by a program, if one trains the model too."""

    def on_graph() -> float:
        with evaluating(model), no_grad():
            return float(loss(model(data[0]), data[1]).item())

    def by_program() -> float:
        return float(program(*data).mean())

    if executor.startswith("eager"):
        return on_graph
    try:
        with evaluating(model):
            program = as_program(model, loss, *data)
    except NotCompiledError:
        return on_graph
    return by_program


def measured(model: Module, measure: Callable[[Any, Any], float], data: tuple[Array, Array], executor: str) -> Callable[[], float]:
    """A function that gives a measure, such as the accuracy, of the outputs for the data: by a program, if one trains the model too."""
    X, y = data

    def on_graph() -> float:
        with evaluating(model), no_grad():
            return float(measure(values(model(X)), y))

    def by_program() -> float:
        return float(measure(program(X), y))

    if executor.startswith("eager"):
        return on_graph
    try:
        with evaluating(model):
            program = outputs_as_program(model, X)
    except NotCompiledError:
        return on_graph
    return by_program
