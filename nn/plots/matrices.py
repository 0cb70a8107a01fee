"""Weights as pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.module import Module
from nn.plots._answers import finite_numbers
from nn.plots._axes import panels, two_sided
from nn.plots.histograms import named


def weights(model: Module, ax: Any = None) -> NDArray[Any]:
    """Draw each weight matrix as an image: a row for each neuron, orange above 0, blue below, white at 0.

    Args:    model: whose Parameters with two axes are drawn; where there is none, those with one. ax: axes, one for each, or
             None for new ones.
    Returns: the axes, in the order of `named_parameters()`.
    Raises:  TypeError: model is no Module. ValueError: it has no weights, one is inf or nan, too few axes. ImportError: matplotlib is not
             installed.
    Differs: Hinton's diagrams show the size of a weight by the size of a square.
    Example:
        >>> import nn; from matplotlib.figure import Figure
        >>> [ax.get_title() for ax in nn.plots.weights(nn.MLP(2, [8, 1]), Figure().subplots(1, 2))]
        ['0.weight', '2.weight']
    """
    parameters = named(model, "weights")
    chosen = [(name, p) for name, p in parameters if p.ndim == 2] or [(name, p) for name, p in parameters if p.ndim == 1]
    found = {name: np.atleast_2d(finite_numbers(p.data, f"weights: {name}")) for name, p in chosen}
    if not found:
        raise ValueError(f"weights: {type(model).__name__} has no weights. Give a model with a layer such as nn.Linear.")
    axes = panels(ax, list(found), "weights")
    colours = two_sided()
    for panel, matrix in zip(axes, found.values(), strict=True):
        reach = float(np.abs(matrix).max()) or 1.0
        image = panel.imshow(matrix, cmap=colours, vmin=-reach, vmax=reach, aspect="auto")
        panel.figure.colorbar(image, ax=panel)
        panel.set(xlabel="input", ylabel="neuron", xticks=[], yticks=[])
    return axes
