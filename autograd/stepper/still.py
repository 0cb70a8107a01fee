"""What can be seen and read of a view where no script may run: the picture, and the steps as a list."""

from __future__ import annotations

import html
from collections.abc import Iterable

from autograd._draw import SHOWN
from autograd._draw.drawing import image, svg
from autograd._draw.engine import EngineError
from autograd._draw.flat import Graph
from autograd._draw.fold import Groups
from autograd._draw.outline import outline_of
from autograd._draw.picture import Picture, picture_of
from autograd._steps import Steps
from autograd.value import Value


def picture_after(graph: Graph, groups: Groups, steps: Steps) -> Picture:
    """The graph as it is after the last step: the gradients are those of the steps."""
    root = len(graph.nodes) - 1
    ways_out = {groups[j]: j for i, operands in enumerate(graph.inputs) for j in operands if groups[i] != groups[j]} | {groups[root]: root}
    picture = picture_of(graph, groups)
    for box in picture.boxes:
        v = graph.nodes[ways_out[box.label] if box.kind == "group" else int(box.key[1:])]
        if isinstance(v, Value) and box.ways_out == 1:
            box.grad = steps.adjoints[v]
    return picture


def still(picture: Picture, title: str, sentences: Iterable[str]) -> str:
    """The picture, or its outline where there is no Graphviz; and below it the sentences, to be unfolded."""
    items = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
    return f"{shown(picture, title)}\n<details><summary>All steps</summary><ol>{items}</ol></details>"


def shown(picture: Picture, title: str) -> str:
    """The picture as HTML."""
    from autograd._draw.dot import dot_of

    try:
        return image(svg(dot_of(picture, "LR", SHOWN), title), title)
    except (EngineError, ImportError):
        return f"<pre>{html.escape(outline_of(picture, SHOWN))}</pre>"
