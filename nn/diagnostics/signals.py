"""How signals fare in a deep net: how widely they are spread on the way forward, and how large gradients are on the way back."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd import Value, gradients, trace, values
from nn._settings import count, not_negative
from nn.activation import as_activation
from nn.arrays import Array, objects
from nn.container import Ordered
from nn.linear import Linear
from nn.mlp import Choice
from nn.module import Module
from nn.parameter import Floats, numbers
from nn.training.programs import NotCompiledError, as_program
from nn.utils import get_total_norm

BELL = (np.arange(1600) + 0.5) / 100.0 - 8.0
"""Where an expectation over N(0, 1) is summed up: midpoints, so that a kink at 0 lies between two of them."""

WEIGHTS = np.exp(-BELL * BELL / 2.0) / np.exp(-BELL * BELL / 2.0).sum()


class LayerSpread(NamedTuple):
    """How widely one layer's numbers are spread, over all neurons and examples.

    name: of the Linear, as `named_modules` has it.    z: variance of its weighted sums.    a: variance of the layer's outputs.
    """

    name: str
    z: float
    a: float


def signal_spread(model: Module, X: Any) -> list[LayerSpread]:
    """The variance of each layer's numbers, first layer first: does the signal fade, or explode?

        v = mean (z - mean z)²      over all neurons of the layer and all examples

    Args:    model: an MLP or a Sequential, in the mode it is in; each Linear directly inside begins a layer. X: examples.
    Shape:   X (N, features).
    Raises:  TypeError: another model, or numbers that are none. ValueError: no Linear inside, X of another shape.
    Example:
        >>> import nn
        >>> net = nn.MLP(2, [2, 1], "identity")
        >>> for p in net.parameters(): _ = nn.init.zeros_(p) if p.ndim == 1 else nn.init.eye_(p)
        >>> signal_spread(net, [[1.0, -1.0], [3.0, -3.0]])
        [LayerSpread(name='0', z=5.0, a=5.0), LayerSpread(name='2', z=1.0, a=1.0)]

    Source:  Glorot, Bengio, Understanding the difficulty of training deep feedforward neural networks (2010), section 4.2.
    """
    if not isinstance(model, Ordered):
        raise TypeError(f"signal_spread: the model is a {type(model).__name__}, whose modules have no order. "
                        "Give an nn.MLP or nn.Sequential.")
    examples = batch(X, "signal_spread: X")
    named = list(model.named_children())
    starts = [i for i, (_, module) in enumerate(named) if isinstance(module, Linear)]
    if not starts:
        raise ValueError("signal_spread: there is no Linear directly inside the model, so it has no layers to measure.")
    widths: list[int] = []

    def all_outputs(x: Any) -> Array:
        outputs = [x := module(x) for _, module in named]
        widths[:] = [output.size for output in outputs]
        return np.concatenate(outputs)

    flat = trace(all_outputs, examples[0])(examples)
    variances = [float(outputs.var()) for outputs in np.split(flat, np.cumsum(widths)[:-1], axis=1)]
    ends = [*starts[1:], len(named)]
    return [LayerSpread(named[i][0], variances[i], variances[end - 1]) for i, end in zip(starts, ends, strict=True)]


def gradient_norms(model: Module, X: Any, y: Any, *, loss: Any) -> dict[str, float]:
    """The length of each layer's gradient, weights and biases as one vector: does it vanish, or explode, on the way back?

        ‖∂E/∂θˡ‖      by layer l; each step back through a layer multiplies δ by Wᵀ, and by f' ≤ ¼ for a sigmoid

    Args:    model: any, in the mode it is in; neither its parameters nor their gradients change. X: examples. y: targets.
             loss: a module or function (outputs, targets) -> one Value.
    Returns: a dict in the order of the model, by the names in `named_modules` of modules that hold parameters themselves.
    Shape:   X (N, features), y as the loss wants it.
    Raises:  TypeError, ValueError: what the model and the loss say of X and y; numbers that are none.
    Example:
        >>> import nn
        >>> net = nn.Sequential(*(nn.Linear(1, 1, bias=False) for _ in range(3)))
        >>> for linear, w in zip(net, [2.0, 1.0, 0.5]): linear.weight.data = [[w]]
        >>> gradient_norms(net, [[1.0]], [[0.0]], loss=nn.MSELoss())
        {'0': 1.0, '1': 2.0, '2': 4.0}

    Source:  Hochreiter, Untersuchungen zu dynamischen neuronalen Netzen (1991); Bengio, Simard, Frasconi, Learning long-term
             dependencies with gradient descent is difficult (1994).
    """
    examples, targets = batch(X, "gradient_norms: X"), np.asarray(y)
    own = copy.deepcopy(model)
    own.zero_grad()
    try:
        as_program(own, loss, examples[:2], targets[:2]).backward(examples, targets)
    except NotCompiledError:
        loss(own(examples), y).backward()
    held = {name: [p.grad for p in module.parameters(recurse=False)] for name, module in own.named_modules()}
    return {name: get_total_norm(found) for name, found in held.items() if found}


def expected_spread(activation: Choice, spread: float, depth: int, *, start: float = 1.0) -> list[float]:
    """What the theory says of z's variance in each layer of a wide net with random weights and no biases.

        v¹ = s · start,  vˡ⁺¹ = s · E f(z)²,  z ~ N(0, vˡ),  s = fan_in · Var W

    s is 1 for LeCun (and Xavier, where all layers are equally wide), 2 for He, ⅓ for PyTorch's own start of a Linear.
    For a ReLU E f(z)² = v/2, so that s = 2 keeps the variance; the identity asks for s = 1.

    Args:    activation: a name, a module or its class, or a function of one Value. spread: s. depth: how many layers.
             start: the mean square of the inputs.
    Raises:  TypeError, ValueError: an unknown activation; spread or start negative or not finite; depth below 1.
    Example:
        >>> [round(v, 6) for v in expected_spread("relu", 1.0, 4)]
        [1.0, 0.5, 0.25, 0.125]

    Source:  He, Zhang, Ren, Sun, Delving Deep into Rectifiers (2015), equation 8; Poole, Lahiri, Raghu, Sohl-Dickstein, Ganguli,
             Exponential expressivity in deep neural networks through transient chaos (2016), equation 3.
    """
    f, s = as_activation(activation, "expected_spread"), not_negative(spread, "expected_spread: spread")
    found = [s * not_negative(start, "expected_spread: start")]
    for _ in range(1, count(depth, "expected_spread: depth")):
        found.append(s * float(WEIGHTS @ np.square(values(f(np.sqrt(found[-1]) * BELL)))))
    return found


def expected_gradient_factor(activation: Choice, spread: float, variance: float) -> float:
    """By what factor the mean square of δ changes on each step back, in a wide net with random weights.

        χ = s · E f'(z)²,  z ~ N(0, v),  s = fan_out · Var W

    Below 1 the gradient vanishes with depth, above 1 it explodes.

    Args:    activation: as `expected_spread`. spread: s. variance: v, of z in that layer.
    Raises:  as `expected_spread`.
    Example:
        >>> [round(expected_gradient_factor(name, 2.0, 1.0), 4) for name in ("relu", "sigmoid")]
        [1.0, 0.0897]

    Source:  Schoenholz, Gilmer, Ganguli, Sohl-Dickstein, Deep Information Propagation (2017), equation 8.
    """
    name = "expected_gradient_factor"
    f, s = as_activation(activation, name), not_negative(spread, f"{name}: spread")
    z = objects([Value(x) for x in np.sqrt(not_negative(variance, f"{name}: variance")) * BELL], BELL.shape)
    slopes = gradients(autograd.sum(f(z).tolist()), z.tolist())
    return s * float(WEIGHTS @ np.square(values(slopes)))


def batch(X: Any, name: str) -> Floats:
    """Examples, one in each row."""
    examples = np.asarray(numbers(X, name))
    if examples.ndim != 2 or not len(examples):
        raise ValueError(f"{name} has shape {examples.shape}. Give an example in each row, (N, features), and at least one.")
    return examples
