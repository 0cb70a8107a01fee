"""A function of two numbers as a map with contour lines, and the ways that descents take on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Value, no_grad
from nn._settings import count, finite
from nn.parameter import Floats, numbers
from nn.plots._axes import axes_for, look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Surface = Callable[[Any, Any], Any]
Limits = tuple[float, float]


def error_surface(
    f: Surface, xlim: Limits, ylim: Limits, trajectories: Mapping[str, Any] | None = None, ax: Axes | None = None,
    levels: int | Sequence[float] = 12, resolution: int = 80,
) -> Axes:
    """Draw a function of two numbers as a map, dark where it is high, with the paths of descents on it.

    A path begins at the ring and ends at the dot. What leaves the map is cut off.

    Args:    f: a function (x, y) -> number or Value. xlim, ylim: the ends of both axes. trajectories: paths by their names, as
             from `nn.surfaces.trajectory`. ax: axes to draw on, or None for new ones. levels: the heights of the contour
             lines; or how many, and equal parts of the map then lie between neighbouring ones, however steep the surface.
             resolution: points along each side.
    Shape:   a path (steps + 1, 2).
    Raises:  TypeError, ValueError: limits that are no two rising numbers, a path of another shape, a resolution below 1, f
             gives no number. ImportError: matplotlib is not installed.
    Example:
        >>> import nn; from matplotlib.figure import Figure
        >>> paths = {"by hand": [[2.0, 0.5], [1.0, -0.1], [0.5, 0.0]]}
        >>> ax = nn.plots.error_surface(lambda x, y: x**2 + 10 * y**2, (-3, 3), (-1, 1), paths, Figure().add_subplot())
        >>> ax.get_legend_handles_labels()[1]
        ['by hand']
    """
    paths = paths_of(trajectories or {})
    axes = surface_drawn("error_surface", f, xlim, ylim, ax, levels, resolution)
    for k, (name, path) in enumerate(paths.items()):
        line = axes.plot(*path.T, marker=".", label=name, markersize=3, linewidth=1.2, **look(k))[0]
        axes.plot(*path[0], "o", color=line.get_color(), markerfacecolor="none", markersize=8)
        axes.plot(*path[-1], "o", color=line.get_color(), markersize=6)
    if paths:
        axes.legend(fontsize="small")
    return axes


def surface_drawn(
    name: str, f: Surface, xlim: Limits, ylim: Limits, ax: Axes | None, levels: int | Sequence[float], resolution: int,
) -> Axes:
    """The map alone."""
    xs, ys = (side(limits, resolution, f"{name}: {which}") for which, limits in (("xlim", xlim), ("ylim", ylim)))
    Z = heights(f, xs, ys, name)
    lines = steps_between(Z, levels, name)
    axes = axes_for(ax, name, size=(5.0, 3.6))
    from matplotlib.colors import BoundaryNorm

    shades = BoundaryNorm(lines, 256, extend="both")
    axes.contourf(xs, ys, Z, levels=lines, cmap="Greys", norm=shades, alpha=0.5, extend="both")
    axes.contour(xs, ys, Z, levels=lines, colors="grey", linewidths=0.4)
    axes.set(xlabel="x", ylabel="y", xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]))
    return axes


def side(limits: Any, resolution: int, name: str) -> Floats:
    """The places along one side of the map."""
    if np.shape(limits) != (2,):
        raise ValueError(f"{name} is {limits!r}. Give both ends, such as (-1.0, 1.0).")
    low, high = (finite(x, name) for x in limits)
    if low >= high:
        raise ValueError(f"{name} is {limits}. Give the lower end first.")
    return np.linspace(low, high, max(count(resolution, "resolution"), 2))


def heights(f: Surface, xs: Floats, ys: Floats, name: str) -> Floats:
    """f at each place, a row for each y; nan where it has no number, as 1 / x at 0."""
    with no_grad():
        return np.array([[height(f, x, y, name) for x in xs.tolist()] for y in ys.tolist()])


def height(f: Surface, x: float, y: float, name: str) -> float:
    """f at one place."""
    try:
        found = f(x, y)
    except ArithmeticError:
        return math.nan
    except AttributeError:  # it calls methods of Values, such as x.exp()
        found = f(Value(x), Value(y))
    if isinstance(found, Value):
        return found.data
    if isinstance(found, bool) or not isinstance(found, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name}: f gives {found!r} ({type(found).__name__}). Give a function (x, y) -> number or Value.")
    return float(found)


def steps_between(Z: Floats, levels: int | Sequence[float], name: str) -> Floats:
    """The heights of the contour lines: those given, or so many that part the map evenly."""
    if np.ndim(levels):
        given = np.unique(numbers(levels, f"{name}: levels"))
        if len(given) < 2 or not np.isfinite(given).all():
            raise ValueError(f"{name}: levels is {levels}. Give two finite heights or more, or how many there are to be.")
        return given
    seen = Z[np.isfinite(Z)]
    if not seen.size:
        raise ValueError(f"{name}: f is finite nowhere on the map. Give other limits.")
    found = np.unique(np.quantile(seen, np.linspace(0.0, 1.0, count(levels, f"{name}: levels") + 2)))
    return found if len(found) > 1 else np.array([found[0], found[0] + 1.0])


def paths_of(trajectories: Mapping[str, Any]) -> dict[str, Floats]:
    """The paths, each of at least one point."""
    if not isinstance(trajectories, Mapping):
        raise TypeError(f"trajectories: {type(trajectories).__name__} given. Give paths by their names, as in {{'SGD': path}}.")
    found = {name: numbers(path, f"trajectory {name!r}") for name, path in trajectories.items()}
    for name, path in found.items():
        if path.ndim != 2 or path.shape[1] != 2 or not len(path):
            raise ValueError(f"trajectory {name!r} has shape {path.shape}. Give a point in each row: (steps + 1, 2).")
    return found
