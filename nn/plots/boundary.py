"""Where a model turns from one answer to another, on the plane of its two inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nn._settings import count, finite
from nn.arrays import Array
from nn.parameter import Floats, numbers
from nn.plots._answers import answers
from nn.plots._axes import COLOURS, axes_for, two_sided

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARGIN = 0.15
LEVELS = 21


def decision_boundary(model: Any, X: Any, y: Any, ax: Axes | None = None, threshold: float = 0.5, resolution: int = 60) -> Axes:
    """Draw what a model answers all over the plane, the border between its answers, and the examples.

        one output:   shades of it, and a black line where it is the threshold
        several:      the regions in which each of them is the largest

    The grid is run through a traced program as one batch, in evaluation mode and without gradients.

    Args:    model: a Module of two inputs, or any function of an (N, 2) array. X: the examples. y: the class of each; the lowest
             is blue, the next orange. ax: axes to draw on, or None for new ones. threshold: where one output turns: 0.5 for a
             probability, 0 for a logit or a tanh. resolution: points along each side of the grid.
    Shape:   X (N, 2), y (N,) or (N, 1); the model gives (N,), (N, 1) or (N, classes).
    Raises:  ValueError, TypeError: shapes that do not fit, a threshold that is no number, a resolution below 1; an
             output that is inf or nan.
             ImportError: matplotlib is not installed.
    Example:
        >>> import nn; from matplotlib.figure import Figure
        >>> net = nn.MLP(2, [4, 1], output="sigmoid", rng=0)
        >>> ax = nn.plots.decision_boundary(net, [[0, 0], [1, 1]], [0, 1], Figure().add_subplot())
        >>> ax.get_xlabel(), ax.get_legend_handles_labels()[1]
        ('x1', ['0', '1'])
    """
    points, labels = examples_of(X, y)
    turn = finite(threshold, "decision_boundary: threshold")
    xs, ys = sides(points, max(count(resolution, "decision_boundary: resolution"), 2))
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    found = answers(model, grid, "decision_boundary")
    if found.ndim not in (1, 2) or len(found) != len(grid):
        raise ValueError(f"decision_boundary: for {grid.shape} inputs the model gives shape {found.shape}. "
                         "Give one that takes (N, 2), and answers (N,), (N, 1) or (N, classes).")
    axes = axes_for(ax, "decision_boundary", size=(4.2, 3.8))
    if found.ndim == 1 or found.shape[1] == 1:
        shade(axes, xs, ys, found.reshape(len(ys), len(xs)), turn)
    else:
        regions(axes, xs, ys, found.argmax(axis=1).reshape(len(ys), len(xs)), found.shape[1])
    for k, label in enumerate(np.unique(labels)):
        of_class = points[labels == label]
        colour = COLOURS[k % len(COLOURS)]
        axes.scatter(of_class[:, 0], of_class[:, 1], 28, color=colour, edgecolors="white", linewidths=0.7, label=f"{label:g}", zorder=3)
    axes.set(xlabel="x1", ylabel="x2", xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]))
    return axes


def examples_of(X: Any, y: Any) -> tuple[Floats, Floats]:
    """The points and their classes, if they fit."""
    points, labels = numbers(X, "decision_boundary: X"), numbers(y, "decision_boundary: y")
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(f"decision_boundary: X has shape {points.shape}, and a plane has two axes. Give shape (N, 2).")
    if labels.shape not in ((len(points),), (len(points), 1)):
        raise ValueError(f"decision_boundary: y has shape {labels.shape}, and there are {len(points)} examples. "
                         f"Give a class for each: shape ({len(points)},).")
    return points, labels.ravel()


def sides(points: Floats, resolution: int) -> tuple[Floats, Floats]:
    """The coordinates of the grid along both axes: the examples, and some room around them."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = MARGIN * np.where(high > low, high - low, 1.0)
    xs, ys = np.linspace(low - room, high + room, resolution).T
    return xs, ys


def shade(axes: Axes, xs: Floats, ys: Floats, outputs: Floats, threshold: float) -> None:
    """One output: its shades change their colour at the threshold."""
    reach = float(np.abs(outputs - threshold).max()) or 1.0
    axes.contourf(xs, ys, outputs, levels=np.linspace(threshold - reach, threshold + reach, LEVELS), cmap=two_sided(), alpha=0.55)
    if outputs.min() < threshold < outputs.max():
        axes.contour(xs, ys, outputs, levels=[threshold], colors="black", linewidths=1.2)


def regions(axes: Axes, xs: Floats, ys: Floats, classes: Array, number: int) -> None:
    """Several outputs: each region in the colour of its class."""
    colours = [COLOURS[k % len(COLOURS)] for k in range(number)]
    axes.contourf(xs, ys, classes, levels=np.arange(number + 1) - 0.5, colors=colours, alpha=0.35)
    axes.contour(xs, ys, classes, levels=np.arange(1, number) - 0.5, colors="black", linewidths=1.0)
