"""What `draw` returns: a picture that can be looked at, read and saved."""

from __future__ import annotations

import base64
import contextlib
import html
import os
import warnings
import zlib
from collections import Counter
from collections.abc import Collection
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from autograd._draw.dot import dot_of
from autograd._draw.engine import EngineError, render
from autograd._draw.files import format_of, require_writable, write
from autograd._draw.outline import outline_of
from autograd._draw.picture import Kind, Picture
from autograd._draw.svg import cleaned
from autograd._draw.text import counted, visible
from autograd.ops import number, shown
from autograd.value import BARE

PATIENCE = 60.0
"""Seconds after which a layout is given up."""

NUMBERS = count(1)
"""Of the drawings that this process has shown."""


class Drawing:
    """A graph as it was when it was drawn: a picture in a notebook, an outline as `str`, DOT text as `.source`."""

    def __init__(self, picture: Picture, rankdir: str, show: Collection[str]) -> None:
        self.source = dot_of(picture, rankdir, show)
        self._outline = outline_of(picture, show)
        self._title = title_of(picture)
        self._svg: str | None = None

    def save(self, path: str | os.PathLike[str], *, timeout: float = PATIENCE) -> Path:
        """Write the picture to exactly this file, in the format of its suffix: .svg, .png, .pdf, .dot or .gv.

        Args:    path: a new file, or a picture to be replaced. timeout: seconds the layout may take.
        Returns: the path.
        Raises:  TypeError: path is no path, or timeout no number. ValueError: another suffix, or timeout not above 0.
                 FileNotFoundError: no such folder. FileExistsError: the file exists, and is no picture. RuntimeError: no
                 Graphviz was found, or it failed or took too long; .dot and .gv need none. What was there before is then
                 still there.
        Differs: graphviz.Digraph.render adds a suffix, leaves its source beside the picture, and overwrites anything.
        """
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"save: {shown(path)} is no path. Give the name of a file, as in save('graph.svg').")
        if not number(timeout, "save: timeout", BARE) > 0.0:
            raise ValueError(f"save: timeout={timeout!r}. Give a number of seconds above 0.")
        path = Path(path)
        format = format_of(path)
        require_writable(path)
        write(path, self._as(format, timeout))
        return path

    def _as(self, format: str, timeout: float) -> bytes:
        """The content of a file."""
        if format == "dot":
            return self.source.encode()
        return svg(self.source, self._title, timeout=timeout).encode() if format == "svg" else render(self.source, format, timeout)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """The picture for notebooks. Without Graphviz, the outline, and one warning."""
        try:
            self._svg = self._svg or svg(self.source, self._title, prefix_of(self.source))
        except EngineError as error:
            warn(f"{error} Shown as text.")
            return {"text/plain": str(self)}
        return {"text/html": image(self._svg, self._title), "image/svg+xml": self._svg, "text/plain": str(self)}

    def __str__(self) -> str:
        return self._outline

    def __repr__(self) -> str:
        return f"<{self._title}>"


def svg(source: str, title: str, prefix: str = "", timeout: float = PATIENCE) -> str:
    """The SVG that DOT text describes."""
    try:
        return cleaned(render(source, "svg", timeout), title, prefix)
    except ParseError as error:
        raise EngineError(f"Graphviz wrote no valid SVG: {error}.") from error


def image(svg: str, title: str) -> str:
    """A picture as HTML, which stays one where pages strip SVG of what is around its text."""
    uri = base64.b64encode(svg.encode()).decode()
    drawn = f'<img alt="{html.escape(title)}" style="max-width:none" src="data:image/svg+xml;base64,{uri}">'
    return f'<div style="overflow-x:auto">{drawn}</div>'


def prefix_of(source: str) -> str:
    """What no other drawing on a page has before its ids, those kept from an earlier run included; the same in every run."""
    return f"d{zlib.crc32(source.encode()):08x}-{next(NUMBERS)}-"


def title_of(picture: Picture) -> str:
    """What the picture shows, in a few words."""
    if picture.title:
        return picture.title
    members = sum((box.members or Counter([box.kind]) for box in picture.boxes), Counter[Kind]())
    output = next(box for box in picture.boxes if box.output)
    name = f" of {visible(output.label)}" if output.label and output.kind != "group" else ""
    return f"Graph{name}: {counted(members['leaf'], 'leaf')}, {counted(members['operation'], 'operation')}"


@cache
def warn(message: str) -> None:
    """Warn, but only once; and never raise, not even where warnings are errors."""
    with contextlib.suppress(UserWarning):
        warnings.warn(message, stacklevel=3)
