"""Descents on an error surface, step by step, as a moving picture."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nn._settings import count
from nn.parameter import Floats
from nn.plots._axes import COLOURS, look, pyplot
from nn.plots.contours import Limits, Surface, paths_of, surface_drawn

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from PIL.Image import Image

DOTS_AN_INCH = 80
GREYS = 36
PAUSE = 90
"""Milliseconds from one picture to the next."""


class Film:
    """A moving picture of descents: show it in a notebook, or save it.

        film.save("descent.gif")        a file that a page or a slide can show
        film.pictures(), film.steps     each picture, and the step that it shows
        film.ax                         the axes that they are drawn on

    In a notebook it is an image in the page, so that it moves where no script may run.
    """

    def __init__(self, ax: Axes, paths: Mapping[str, Floats], frames: int) -> None:
        self.ax, self._paths = ax, paths
        last = max(map(len, paths.values())) - 1
        self.steps: list[int] = np.unique(np.linspace(0, last, min(frames, last + 1)).round().astype(int)).tolist()
        self._lines = {name: ax.plot([], [], label=name, **look(k))[0] for k, name in enumerate(paths)}
        self._dots = {name: ax.plot([], [], "o", color=line.get_color())[0] for name, line in self._lines.items()}
        self._counter = ax.text(0.02, 0.96, "", transform=ax.transAxes, verticalalignment="top")
        ax.legend(fontsize="small", loc="upper right")

    def show_step(self, step: int) -> list[Artist]:
        """Draw all paths up to a step; one that has ended stays where it is. Returns what moved."""
        for name, path in self._paths.items():
            so_far = path[: step + 1]
            self._lines[name].set_data(*so_far.T)
            self._dots[name].set_data(*so_far[-1:].T)
        self._counter.set_text(f"step {step}")
        return [*self._lines.values(), *self._dots.values(), self._counter]

    def pictures(self) -> list[Image]:
        """The pictures as images of Pillow, in few colours. What does not move is drawn only once."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from PIL.Image import Dither, fromarray

        figure: Any = self.ax.figure
        canvas: Any = FigureCanvasAgg(figure)
        moving = self.show_step(0)
        for artist in moving:
            artist.set_animated(True)
        canvas.draw()
        still, found = canvas.copy_from_bbox(figure.bbox), []
        for step in self.steps:
            canvas.restore_region(still)
            for artist in self.show_step(step):
                self.ax.draw_artist(artist)
            found.append(fromarray(np.array(canvas.buffer_rgba())).convert("RGB"))
        inks = palette()
        return [picture.quantize(palette=inks, dither=Dither.NONE) for picture in found]

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the film to a file that shows it again and again, and return its path.

        Args:    path: the end of its name says the format: .gif (the smallest), .webp or .png.
        """
        self._write(path)
        return Path(path)

    def _write(self, to: Any, kind: str | None = None) -> None:
        """Write the pictures to a path or an open file."""
        first, *rest = self.pictures()
        first.save(to, kind, save_all=True, append_images=rest, duration=PAUSE, loop=0)

    def _repr_html_(self) -> str:
        buffer = io.BytesIO()
        self._write(buffer, "GIF")
        data = base64.b64encode(buffer.getvalue()).decode()
        return f'<img alt="{escape(f"Moving picture: {self._told}")}" src="data:image/gif;base64,{data}">'

    def __repr__(self) -> str:
        return f"<Film: {self._told}>"

    @property
    def _told(self) -> str:
        return f"{', '.join(self._paths)} going downhill, in {len(self.steps)} pictures"


def palette() -> Image:
    """Greys for the map, and every colour of a path with three that lead over to white."""
    from matplotlib.colors import to_rgb
    from PIL.Image import new

    greys = [(level, level, level) for level in np.linspace(0.0, 1.0, GREYS)]
    inks = [share * np.array(to_rgb(colour)) + (1.0 - share) for colour in COLOURS for share in (0.25, 0.5, 0.75, 1.0)]
    found = new("P", (1, 1))
    found.putpalette((255.0 * np.array([*greys, *inks])).round().astype(int).ravel().tolist())
    return found


def animate(
    f: Surface, xlim: Limits, ylim: Limits, trajectories: Mapping[str, Any], *, levels: int | Sequence[float] = 12, resolution: int = 80,
    frames: int = 40,
) -> Film:
    """Draw descents on an error surface as a film: all of them at the same step at the same time.

    Args:    f, xlim, ylim, trajectories, levels, resolution: as `error_surface`. frames: pictures at most; of longer paths some
             steps are left out, evenly.
    Raises:  as `error_surface`. ValueError: there is no path, frames below 1.
    Example:
        >>> import nn
        >>> nn.plots.animate(lambda x, y: x**2 + y**2, (-1, 1), (-1, 1), {"down": [[1, 1], [0.5, 0.5], [0, 0]]})
        <Film: down going downhill, in 3 pictures>
    """
    paths = paths_of(trajectories)
    if not paths:
        raise ValueError("animate: there is no trajectory. Give at least one, as in {'SGD': path}.")
    most = count(frames, "animate: frames")
    not_pyplots = pyplot("animate").Figure(figsize=(5.0, 3.6), dpi=DOTS_AN_INCH, layout="constrained")
    return Film(surface_drawn("animate", f, xlim, ylim, not_pyplots.add_subplot(), levels, resolution), paths, most)
