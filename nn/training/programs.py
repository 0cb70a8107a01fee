"""A model, or the loss of a batch, as a program: traced for one example, and compared with the graph before it is trusted."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import TraceError, Value, no_grad, values
from autograd.replay import trace
from autograd.rng import generator
from nn.arrays import Array, objects
from nn.module import Module

if TYPE_CHECKING:
    from autograd.replay.program import Program

MOST_COMPARED = 32
OneExample = Callable[[Module, Any, Any, Any], Any]


class NotCompiledError(Exception):
    """The loss has to be computed on the graph, batch by batch; the message says why."""


def as_program(model: Module, loss: Any, X: Array, y: Array) -> Program:
    """The program of one example's loss. What it gives for a batch, the first of X and y, is compared with the graph first.

    Raises:  NotCompiledError: the loss cannot be traced, or that of a batch is not the mean of its examples'.
    """
    if getattr(loss, "reduction", "mean") != "mean":
        raise NotCompiledError(f"the loss is reduced by {loss.reduction!r}, and a program takes the mean over the examples of a batch")
    X, y = X[:MOST_COMPARED], y[:MOST_COMPARED]
    try:
        return agreeing(by_itself, model, loss, X, y)
    except NotCompiledError:
        return agreeing(as_batch, model, loss, X, y)


def outputs_as_program(model: Module, X: Array) -> Program:
    """The program of a model's outputs, in the mode it is in, one example each.

    Raises:  NotCompiledError: the model cannot be traced, or looks at other examples too.
    """
    compared = X[:MOST_COMPARED]
    with no_grad():
        expected = values(model(compared))
    with telling():
        program = trace(lambda x: alone(model, x), compared[0])
    found = np.asarray(program(compared))
    if found.size != expected.size or not np.allclose(found.reshape(expected.shape), expected, rtol=1e-9, atol=1e-9, equal_nan=True):
        raise NotCompiledError("the outputs of a batch are not those of its examples")
    return program


def alone(model: Module, x: Any) -> Any:
    """The output for an example that comes alone, as it stands in a batch."""
    output = model(x)
    return objects([output], (1,)) if isinstance(output, Value) else output


def by_itself(model: Module, loss: Any, x: Any, target: Any) -> Any:
    """The loss of an example that comes alone, as layers take it; a single output stands in a row, as its target does."""
    return loss(alone(model, x), target)


def as_batch(model: Module, loss: Any, x: Any, target: Any) -> Any:
    """The loss of a batch of one: for models and losses that are written for batches only."""
    return loss(model(x[np.newaxis]), target[np.newaxis] if isinstance(target, np.ndarray) else objects([target], (1,)))


def agreeing(one: OneExample, model: Module, loss: Any, X: Array, y: Array) -> Program:
    """The program, if it gives what the graph gives for a batch.

    Both are tried on copies of the model, and the default generator is set back, so that nothing has changed.
    """
    source = generator(None)
    state = source.getstate()
    try:
        found = traced(one, copy.deepcopy(model), loss, X, y)(X, y).mean()
        source.setstate(state)
        with no_grad():
            expected = loss(copy.deepcopy(model)(X), y).item()
    finally:
        source.setstate(state)
    if not np.isclose(found, expected, rtol=1e-9, atol=1e-9, equal_nan=True):
        raise NotCompiledError("the loss of a batch is not the mean of the losses of its examples")
    return traced(one, model, loss, X, y)


def traced(one: OneExample, model: Module, loss: Any, X: Array, y: Array) -> Program:
    """The program of one example's loss, whatever it may give."""

    def of_one(x: Any, target: Any) -> Any:
        with telling():
            return one(model, loss, x, target)

    return trace(of_one, X[0], y[0])


@contextmanager
def telling() -> Iterator[None]:
    """What is raised within says why there is no program."""
    try:
        yield
    except TraceError as error:
        raise NotCompiledError(str(error)) from error
    except Exception as error:
        raise NotCompiledError(f"traced for one example, it raises {type(error).__name__}: {error}") from error
