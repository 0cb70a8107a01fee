"""A graph at many moments: the numbers of a net while it is trained."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd._draw.drawing import title_of
from autograd._draw.flat import graph_of
from autograd._draw.text import counted, digits
from autograd._steps import steps
from autograd.stepper.page import fragment, save
from autograd.stepper.scene import as_json, folded, scene_of
from autograd.stepper.still import picture_after, still
from autograd.value import Value, adjoints

if TYPE_CHECKING:
    from autograd.stepper.widget import FilmWidget


class Film:
    """Data and gradients of one graph, built anew at every moment from the same operations.

    Args:    root: the output at the first moment, which is recorded with it. fold: as in `draw`. most: how many moments are kept.
             When there would be more, every second one is forgotten, and from then on only every second one kept, and the last.
    Example:
        >>> from autograd import Value
        >>> from autograd.stepper.film import Film
        >>> w = Value(3.0, label="w")
        >>> film = Film(w * w)
        >>> w.data = 2.0
        >>> film.record(w * w); film
        <Film: 2 moments of the graph of v1, from 9 to 4>
    """

    def __init__(self, root: Value, *, fold: str = "auto", most: int = 400) -> None:
        graph = graph_of(root)
        groups = folded(graph, fold)
        found = steps(root)
        self._name = found.names[root]
        self._picture = picture_after(graph, groups, found)
        self._title = f"Training: {title_of(self._picture).replace('Graph', 'graph', 1)}"
        self._shape, values = shape_of(root)
        where = {v: i for i, v in enumerate(values)}
        self._order = [where[v] if isinstance(v, Value) else None for v in graph.nodes]
        self.met, self._most, self._every = 0, most, 1
        self._frames: list[dict[str, Any]] = []
        self._last: list[dict[str, Any]] = []
        self._data = {"title": self._title, "scene": scene_of(graph, found.names, groups), "frames": self._frames}
        self._widgets: list[FilmWidget] = []
        self.record(root)

    def record(self, root: Value) -> None:
        """Take down the numbers of the graph as it is now. No grad is written.

        Raises:  ValueError: root was not computed by the same operations as the first one.
        """
        shape, values = shape_of(root)
        if shape != self._shape:
            raise ValueError(f"Film: this graph of {len(values)} nodes is not the one the film began with, which has {len(self._shape)}. "
                             "Compute the output in the same way each time, or begin another film.")
        met, self.met = self.met, self.met + 1
        grads = adjoints(root)
        frame = {
            "step": met, "loss": brief(root.item()),
            "data": [None if i is None else brief(values[i].item()) for i in self._order],
            "grad": [None if i is None else brief(grads[values[i]]) for i in self._order],
        }
        self._last = [frame] if met % self._every else []
        if self._last:
            return
        self._frames.append(frame)
        if len(self._frames) > self._most:
            del self._frames[1::2]
            self._every *= 2
        for widget in self._widgets:
            widget.push(frame)

    def widget(self) -> FilmWidget:
        """A view that goes on while more is recorded.

        Raises:  ImportError: anywidget is not installed.
        """
        from autograd.stepper.widget import FilmWidget

        widget = FilmWidget(self._data, self._still())
        self._widgets.append(widget)
        return widget

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write one HTML file that works by itself, offline; as `Stepper.save`."""
        return save(path, self._title, self._html(alone=True))

    def _still(self) -> str:
        """What is seen where no script may run."""
        course = (f"Step {frame['step']}: {self._name} = {frame['loss']}" for frame in self._frames + self._last)
        return still(self._picture, self._title, course)

    def _html(self, alone: bool = False) -> str:
        """The view on a page, alone or among other things."""
        return fragment("mountFilm", {**self._data, "frames": self._frames + self._last}, self._still(), alone)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self._html(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Film: {counted(self.met, 'moment')} of the graph of {self._name}, {self.course()}>"

    def course(self) -> str:
        """From which output to which it has come."""
        first, last = (digits(float(frame["loss"])) for frame in (self._frames[0], (self._frames + self._last)[-1]))
        return f"from {first} to {last}"


Shape = list[tuple[str, tuple[int | None, ...]]]


def shape_of(root: Value) -> tuple[Shape, list[Value]]:
    """The operations of a graph and what they take from, whatever its numbers and stamps; and its Values in the same order."""
    number = {root: 0}
    values = [root]
    shape: Shape = []
    for v in values:
        for x in v.inputs:
            if isinstance(x, Value) and x not in number:
                number[x] = len(values)
                values.append(x)
        shape.append((v.op.name if v.op else "", tuple(number[x] if isinstance(x, Value) else None for x in v.inputs)))
    return shape, values


def brief(x: float) -> float | str:
    """A number to as many digits as are shown."""
    rounded: float | str = as_json(float(f"{x:.4g}"))
    return rounded
