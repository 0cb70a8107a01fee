"""What every plot needs: matplotlib, axes to draw on, and colours that all eyes can tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito's, but for the yellow, which is too pale for lines."""

ACROSS = 4
WIDTH, HEIGHT = 2.4, 2.2


def look(k: int) -> dict[str, Any]:
    """How the k-th line of a picture is told from the others."""
    return {"color": COLOURS[k % len(COLOURS)], "linestyle": "-" if k < len(COLOURS) else "--"}


def axes_for(ax: Axes | None, name: str, size: tuple[float, float] = (5.0, 3.0)) -> Axes:
    """The given axes, or those of a new figure.

    Raises:  ImportError: matplotlib is not installed. TypeError: ax is something else.
    """
    plt = pyplot(name)
    from matplotlib.axes import Axes

    if ax is None:
        made: Axes = plt.subplots(figsize=size, layout="constrained")[1]
        return made
    if not isinstance(ax, Axes):
        raise TypeError(f"{name}: ax is {ax!r} ({type(ax).__name__}). Give matplotlib axes, as from plt.subplots(), or None.")
    return ax


def panels(ax: Any, titles: list[str], name: str) -> NDArray[Any]:
    """Axes with these titles, one for each: the given ones, or those of a new figure, four to a row.

    Raises:  ImportError: matplotlib is not installed. ValueError: too few axes were given.
    """
    plt = pyplot(name)
    if ax is None:
        across = min(len(titles), ACROSS)
        down = -(-len(titles) // across)
        figure, found = plt.subplots(down, across, figsize=(WIDTH * across, HEIGHT * down), layout="constrained", squeeze=False)
        for spare in found.flat[len(titles) :]:
            figure.delaxes(spare)
    else:
        found = np.atleast_1d(np.asarray(ax, dtype=object))
        if found.size < len(titles):
            raise ValueError(f"{name}: {found.size} axes were given for {len(titles)} panels. Give as many, or None for a new figure.")
    chosen: NDArray[Any] = found.ravel()[: len(titles)]
    for panel, title in zip(chosen, titles, strict=True):
        panel.set_title(title, fontsize="medium")
    return chosen


def two_sided() -> Colormap:
    """A colour map from blue through white, at what is in the middle, to orange."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("two-sided", [COLOURS[0], "white", COLOURS[1]])


def pyplot(name: str) -> Any:
    """matplotlib's pyplot.

    Raises:  ImportError: matplotlib is not installed.
    """
    try:
        from matplotlib import pyplot as plt
    except ImportError as error:
        raise ImportError(f"{name} draws with matplotlib, which is not installed. Run: pip install 'chalkgrad[plot]'") from error
    return plt
