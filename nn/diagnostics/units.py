"""Which units still learn: how many stand on a flat end of their activation, and which for all data.

A model is looked at in evaluation mode, and nothing of it is changed: neither parameters nor gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

import autograd
from autograd import Value, gradients, no_grad, values
from nn._settings import finite
from nn.activation import Activation, Identity, LogSoftmax, Softmax
from nn.arrays import objects
from nn.diagnostics.report import LayerUnits, UnitReport, batch
from nn.module import Module
from nn.parameter import Floats
from nn.training.evaluation import evaluating

STEEPEST_WITHIN = np.linspace(-10.0, 10.0, 201)
"""Where the largest slope of an activation is looked for; 0 is among them, where most have it."""


def saturation(model: Module, X: Any, below: float = 0.05) -> UnitReport:
    """How much of the time units stand on a flat end of their activation, where hardly any gradient passes.

        share = how often |f'(s)| < below · max |f'|      over the examples and the units of a layer; s goes into f

    Args:    model: any module whose activations are modules; identities and softmaxes have no flat ends, and are left out.
             X: examples. below: the fraction of the steepest slope (that on [-10, 10]) under which it counts as flat.
    Shape:   X (N, features).
    Raises:  TypeError: model is no module. ValueError: X is no batch, below not between 0 and 1, no activation was met.
    Differs: half of a ReLU is flat, so half of all outputs count at the start. That is no harm by itself: see `dead_units`.
    Example:
        >>> import nn
        >>> saturation(nn.Sequential(nn.Tanh()), [[0.0, 1.0], [3.0, -9.0]])
        layer  kind  units  saturated
        0      Tanh      2     50.0 %

    Source:  Glorot, Bengio, Understanding the difficulty of training deep feedforward neural networks (2010), section 3.
    """
    if not 0.0 < finite(below, "saturation: below") < 1.0:
        raise ValueError(f"saturation: below is {below}. Give a fraction of the largest slope, between 0 and 1.")

    def share(activation: Activation, sums: Floats) -> Floats:
        trial = slopes(activation, np.broadcast_to(STEEPEST_WITHIN[:, np.newaxis], (STEEPEST_WITHIN.size, sums.shape[1])))
        steepest = np.max(trial, axis=0, where=np.isfinite(trial), initial=0.0)
        return np.asarray((slopes(activation, sums) < below * steepest).mean(axis=0))

    return by_layer("saturated", share, model, X)


def dead_units(model: Module, X: Any) -> UnitReport:
    """Which units pass no gradient for *any* example, and so cannot learn their way back.

        dead = f'(s) = 0 for all examples      for a ReLU: its weighted sum s is nowhere above 0

    Args:    model: any module whose activations are modules. X: examples: all there are, since a unit that is silent on a
             few may be wanted by the others.
    Shape:   X (N, features). `report["1"].by_unit` has 1 for each dead unit of the layer "1", and 0 for the others.
    Raises:  TypeError: model is no module. ValueError: X is no batch, no activation was met.
    Differs: a lecture deck calls a unit dead once its sum is negative. One example wakes it; dead means negative on all data.
             A leaky ReLU, an ELU or a tanh is never dead: its slope is not 0.
    Example:
        >>> import nn
        >>> dead_units(nn.Sequential(nn.ReLU()), [[-1.0, -1.0], [-2.0, 0.5]])
        layer  kind  units     dead
        0      ReLU      2   50.0 %

    Source:  Maas, Hannun, Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models (2013), section 2.
    """
    return by_layer("dead", lambda f, sums: (slopes(f, sums) == 0.0).all(axis=0).astype(np.float64), model, X)


def by_layer(what: str, share: Callable[[Activation, Floats], Floats], model: Module, X: Any) -> UnitReport:
    """A report of what `share` says of each activation and the sums that go into it."""
    examples = batch(model, X, what)
    with evaluating(model):
        with listening(model) as heard, no_grad():
            model(examples)
        found = [LayerUnits(name, type(f).__name__, share(f, as_columns(calls))) for name, f, calls in heard if calls]
    if not found:
        raise ValueError(f"{type(model).__name__} ran without meeting an activation that bends. "
                         "Let its activations be modules, such as nn.Tanh(), in place of functions.")
    return UnitReport(what, tuple(found))


@contextmanager
def listening(model: Module) -> Iterator[list[tuple[str, Activation, list[Floats]]]]:
    """Each activation of a model with what goes into it, call by call, for the length of a block."""
    heard: list[tuple[str, Activation, list[Floats]]] = []
    with ExitStack() as afterwards:
        for name, part in model.named_modules():
            if isinstance(part, Activation) and bends(part):
                calls: list[Floats] = []
                part.__dict__["forward"] = overheard(part.forward, calls)
                afterwards.callback(part.__dict__.pop, "forward")
                heard.append((name, part, calls))
        yield heard


def bends(part: Activation) -> bool:
    """Has each output a slope of its own, which changes with its input?"""
    return not isinstance(part, (Identity, Softmax, LogSoftmax))


def overheard(forward: Callable[[Any], Any], calls: list[Floats]) -> Callable[[Any], Any]:
    """The same function, but it keeps the numbers it is called with."""

    def listener(input: Any) -> Any:
        calls.append(values(input))
        return forward(input)

    return listener


def as_columns(calls: list[Floats]) -> Floats:
    """What an activation was called with, for a whole layer at once or neuron by neuron, as (N, units)."""
    return np.concatenate([call.reshape(len(call), -1) for call in calls], axis=1)


def slopes(activation: Activation, sums: Floats) -> Floats:
    """|f'| at each place: in f(s), the gradient of the sum of the outputs."""
    leaves = objects([Value(s) for s in sums.ravel().tolist()], sums.shape)
    total = autograd.sum(activation(leaves).ravel().tolist())
    return np.abs([g.item() for g in gradients(total, leaves.ravel().tolist())]).reshape(sums.shape)
