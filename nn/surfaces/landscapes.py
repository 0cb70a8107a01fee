"""Slices through the error surface of a net, which has as many axes as the net has parameters."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.rng import generator
from nn._settings import finite
from nn.module import Module
from nn.parameter import Floats, numbers
from nn.training.checks import arrays
from nn.training.evaluation import evaluation

Direction = Sequence[Any]


class Landscape:
    """The loss of a net on the line or plane through its parameters: `landscape` makes it.

        L(α, β, …) = loss at θ + α d₁ + β d₂ + …

    Call it with a number for each direction. The parameters are afterwards what they were.
    """

    def __init__(self, model: Module, loss: Any, X: Any, y: Any, directions: Sequence[Direction]) -> None:
        self._parameters = list(model.parameters())
        self._centre = [np.array(p.data) for p in self._parameters]
        self._directions = [fitting(d, self._parameters, i) for i, d in enumerate(directions)]
        self._loss = evaluation(model, loss, arrays(X, y, by="landscape"), "")

    def __call__(self, *steps: float) -> float:
        """The loss so many steps along each direction.

        Raises:  TypeError: another number of steps than there are directions.
        """
        if len(steps) != len(self._directions):
            raise TypeError(f"Landscape: {len(steps)} steps were given for {len(self._directions)} directions. Give one for each.")
        here = [np.array(p.data) for p in self._parameters]
        α = [finite(step, f"Landscape: step {i}") for i, step in enumerate(steps)]
        try:
            for i, p in enumerate(self._parameters):
                p.data = sum((step * d[i] for step, d in zip(α, self._directions, strict=True)), self._centre[i])
            return self._loss()
        finally:
            for p, θ in zip(self._parameters, here, strict=True):
                p.data = θ


def landscape(model: Module, loss: Any, X: Any, y: Any, *directions: Direction) -> Landscape:
    """A slice through the loss of a net, as a function of the steps along one or more directions from where it is now.

        L(α, β) = loss(model with θ + α d₁ + β d₂; X, y)

    It is run in evaluation mode, by a traced program where that is possible. Two directions make a map for
    `nn.plots.error_surface`.

    Args:    model: as it is now; later training does not move the slice. loss: a module or function (outputs, targets) -> one Value.
             X, y: examples and targets. directions: each an array for every Parameter, in the order of `parameters()`:
             `random_direction(model)`, or the difference to another net's.
    Raises:  TypeError: no module, or a direction that is no list of arrays. ValueError: no direction, or arrays of other shapes
             than the Parameters.
    Example:
        >>> import nn
        >>> line = nn.Linear(1, 1); line.weight.data, line.bias.data = [[2.0]], [0.0]
        >>> slope = landscape(line, nn.MSELoss(), [[1.0]], [[2.0]], [[[1.0]], [0.0]])
        >>> [slope(step) for step in (-1.0, 0.0, 3.0)]
        [1.0, 0.0, 9.0]

    Source:  Goodfellow, Vinyals, Saxe, Qualitatively Characterizing Neural Network Optimization Problems (2015); Li, Xu, Taylor,
             Studer, Goldstein, Visualizing the Loss Landscape of Neural Nets (2018).
    """
    require_module(model, "landscape")
    if not directions:
        raise ValueError("landscape: there is no direction. Give at least one, such as random_direction(model).")
    return Landscape(model, loss, X, y, directions)


def random_direction(model: Module, *, rng: int | random.Random | None = None) -> list[Floats]:
    """A direction drawn at random, as long for each neuron as the neuron's own weights are.

        d ~ N(0, 1),  d ← d ‖w‖ / ‖d‖      for each row of a matrix, and for each vector as a whole

    So a step of 1 means as much to a layer with large weights as to one with small ones.

    Args:    model: whose Parameters it fits. rng: an int seed, a random.Random, or None for the default generator.
    Raises:  TypeError: model is no Module.
    Example:
        >>> import nn
        >>> neuron = nn.Linear(2, 1, bias=False); neuron.weight.data = [[3.0, 4.0]]
        >>> round(float((random_direction(neuron, rng=0)[0]**2).sum()), 9)
        25.0

    Source:  Li, Xu, Taylor, Studer, Goldstein (2018), section 4, filter normalisation.
    """
    require_module(model, "random_direction")
    source = generator(rng)
    found = []
    for p in model.parameters():
        d = np.array([source.gauss(0.0, 1.0) for _ in range(p.numel())]).reshape(p.shape)
        axis = tuple(range(1, p.ndim)) if p.ndim > 1 else None
        found.append(d * np.linalg.norm(p.data, axis=axis, keepdims=True) / np.linalg.norm(d, axis=axis, keepdims=True))
    return found


def fitting(direction: Any, parameters: list[Any], i: int) -> list[Floats]:
    """A direction, if it has an array in the shape of each Parameter."""
    if not isinstance(direction, (list, tuple)) or len(direction) != len(parameters):
        given = f"{len(direction)} arrays" if isinstance(direction, (list, tuple)) else type(direction).__name__
        raise TypeError(f"landscape: direction {i} is {given}, and the model has {len(parameters)} Parameters. "
                        "Give a list with an array for each.")
    found = [numbers(d, f"landscape: direction {i}") for d in direction]
    for d, p in zip(found, parameters, strict=True):
        if d.shape != p.shape:
            raise ValueError(f"landscape: direction {i} has an array of shape {d.shape} for {p.label or 'a Parameter'}, whose shape is "
                             f"{p.shape}. Give the same.")
    return found


def require_module(model: Any, name: str) -> None:
    """Raise unless it is one."""
    if not isinstance(model, Module):
        raise TypeError(f"{name}: the model is {model!r} ({type(model).__name__}). Give an nn.Module, such as nn.MLP(2, [4, 1]).")
