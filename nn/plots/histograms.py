"""How activations and gradients are spread, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from nn._settings import count
from nn.container import Ordered, members
from nn.linear import Neurons
from nn.module import Module
from nn.parameter import Floats, numbers
from nn.plots._answers import answers, finite_numbers
from nn.plots._axes import COLOURS, panels
from nn.training.evaluation import evaluating

Panels = NDArray[Any]


def activation_histograms(model: Module, X: Any, ax: Any = None, bins: int = 30) -> Panels:
    """Draw how the outputs of each layer are spread over the examples: flat, saturated, or dead.

    A layer's sums are left out where an activation or another module follows, which shows what becomes of them.

    Args:    model: an nn.MLP or nn.Sequential; it is run in evaluation mode. X: the examples. ax: axes, one for each panel, or
             None for new ones. bins: of each histogram.
    Shape:   X (N, features).
    Returns: the axes, inputs first.
    Raises:  TypeError: model has no layers in a row. ValueError: X of another shape, too few axes. ImportError: matplotlib is
             not installed.
    Example:
        >>> import nn; from matplotlib.figure import Figure
        >>> net = nn.MLP(2, [8, 1], rng=0)
        >>> axes = nn.plots.activation_histograms(net, [[0.5, 1.0], [2.0, -1.0]], Figure().subplots(1, 2))
        >>> [ax.get_title() for ax in axes]
        ['1: Tanh', '3: Identity']
    """
    found = dict(layer_outputs(model, X))
    axes = panels(ax, list(found), "activation_histograms")
    for panel, outputs in zip(axes, found.values(), strict=True):
        panel.hist(outputs.ravel(), bins=count(bins, "activation_histograms: bins"), color=COLOURS[0])
        panel.set(xlabel="output", yticks=[])
    return axes


def gradient_histograms(model: Module, ax: Any = None, bins: int = 30) -> Panels:
    """Draw how the gradients that stand in `.grad` are spread, parameter by parameter: do they vanish towards the inputs?

    Args:    model: after `loss.backward()`. ax: axes, one for each Parameter, or None for new ones. bins: of each histogram.
    Returns: the axes, in the order of `named_parameters()`.
    Raises:  ValueError: no gradient has arrived, one is inf or nan, too few axes. TypeError: model is no Module.
             ImportError: matplotlib is not installed.
    Example:
        >>> import nn; from matplotlib.figure import Figure
        >>> net = nn.Linear(2, 1); net([1.0, 2.0])[0].backward()
        >>> [ax.get_title() for ax in nn.plots.gradient_histograms(net, Figure().subplots(1, 2))]
        ['weight', 'bias']
    """
    parameters = [(name, p) for name, p in named(model, "gradient_histograms") if p.grad is not None]
    found = {name: finite_numbers(p.grad, f"gradient_histograms: the gradient of {name}") for name, p in parameters}
    if not found:
        raise ValueError("gradient_histograms: no parameter has a gradient yet. Call loss.backward() first.")
    axes = panels(ax, list(found), "gradient_histograms")
    for panel, gradients in zip(axes, found.values(), strict=True):
        panel.hist(gradients.ravel(), bins=count(bins, "gradient_histograms: bins"), color=COLOURS[1])
        panel.set(xlabel="gradient", yticks=[])
    return axes


def layer_outputs(model: Any, X: Any) -> Iterator[tuple[str, Floats]]:
    """What each module in a row makes of the examples, with its name, but for sums that another module takes up."""
    if not isinstance(model, Ordered):
        raise TypeError(f"activation_histograms: {type(model).__name__} has no layers in a row. Give an nn.MLP or nn.Sequential.")
    rows = numbers(X, "activation_histograms: X")
    if rows.ndim != 2 or not len(rows):
        raise ValueError(f"activation_histograms: X has shape {rows.shape}. Give an example in each row: (N, features).")
    row = list(in_a_row(model))
    with evaluating(model):
        for i, (name, module) in enumerate(row):
            rows = answers(module, rows, "activation_histograms")
            if i + 1 == len(row) or not isinstance(module, Neurons):
                yield name, rows


def in_a_row(model: Ordered, prefix: str = "") -> Iterator[tuple[str, Module]]:
    """The modules of a net and of the nets inside it, one after the other, with names such as "1: Tanh"."""
    for key, module in members(model).items():
        if isinstance(module, Ordered):
            yield from in_a_row(module, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}: {type(module).__name__}", module


def named(model: Any, name: str) -> list[tuple[str, Any]]:
    """The Parameters of a model, with their names."""
    if not isinstance(model, Module):
        raise TypeError(f"{name}: {model!r} ({type(model).__name__}) is no module. Give a model, such as nn.MLP(2, [4, 1]).")
    return list(model.named_parameters())
