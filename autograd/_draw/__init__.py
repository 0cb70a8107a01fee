"""Pictures of graphs: the nodes below a Value as boxes, from the leaves on the left to the output on the right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from autograd.value import Value

if TYPE_CHECKING:
    from autograd._draw.drawing import Drawing
    from autograd.replay.program import Program

Fold = str | Callable[[Value], str | None]

SHOWN = ("op", "data", "grad", "partial")
RANKDIRS = ("LR", "RL", "TB", "BT")


def draw(root: Value | Program, fold: Fold = "auto", rankdir: str = "LR", *, nary: str = "folded", show: str | Iterable[str] = SHOWN,
         max_nodes: int = 2000) -> Drawing:
    """Draw the graph below a Value: every number, every gradient, and on each edge the partial that a gradient is multiplied by.

    Args:    root: the output; or a program that `trace` made, whose kernels are drawn, with the rows they write and read.
             fold: what is drawn as one box. "none": each node by itself; "neuron": each `scope`; "layer": each scope around
             those; "auto": the least that leaves about 40 boxes; or a function from a Value to its group's name, or to None.
             nary: "unfolded" shows each `dot` as products and their sum, and each `sum` as a chain of +.
             rankdir: where the output is: "LR" right, "RL" left, "TB" below, "BT" above.
             show: some of "op", "data", "grad", "partial".
             max_nodes: how many boxes are not too many.
    Returns: a drawing, which does not change when the graph does. It shows itself in a notebook, as text where there is no
             Graphviz; has `.source` (DOT) and `.save(path)`; and `str` is an outline.
    Raises:  TypeError: root is no Value, or fold returns no name. ValueError: a setting that is not listed above, or that says
             nothing of a program, or more boxes than max_nodes.
    Example:
        >>> from autograd import Value, draw
        >>> y = (Value(2.0, label="a") * Value(3.0, label="b")).exp()
        >>> print(draw(y))
        a = 2  (grad not yet)
        b = 3  (grad not yet)
        v1 = a*b = 6  (grad not yet; partials ×3, ×2)
        v2 = exp(v1) = 403.4  (grad not yet; partials ×403.4)
    """
    from autograd._draw.drawing import Drawing
    from autograd._draw.flat import graph_of
    from autograd._draw.fold import FOLDINGS, boxes, by_choice
    from autograd._draw.picture import picture_of

    require_one_of("rankdir", rankdir, RANKDIRS)
    if not isinstance(max_nodes, int) or isinstance(max_nodes, bool) or max_nodes < 1:
        raise ValueError(f"draw: max_nodes={max_nodes!r}. Use a whole number from 1 up.")
    if not isinstance(root, Value) and hasattr(root, "_picture"):
        if (fold, nary, show) != ("auto", "folded", SHOWN):
            raise ValueError("draw: a program has kernels for nodes, and nothing else can be shown. Leave fold, nary and show out.")
        picture = root._picture()
        require_few(len(picture.boxes), max_nodes, "Draw a part of it, or ask")
        return Drawing(picture, rankdir, SHOWN)
    if not isinstance(root, Value):
        raise TypeError(f"draw: {root!r} ({type(root).__name__}) is no Value, so it has no graph. Draw one output, as in draw(loss).")
    require_one_of("nary", nary, ("folded", "unfolded"))
    if not callable(fold):
        require_one_of("fold", fold, tuple(FOLDINGS), " or a function from a Value to the name of its group")
    shown = (show,) if isinstance(show, str) or not isinstance(show, Iterable) else tuple(show)
    for part in shown:
        require_one_of("show", part, SHOWN)

    graph = graph_of(root, unfold=nary == "unfolded")
    groups = by_choice(graph, fold) if callable(fold) else FOLDINGS[fold](graph)
    require_few(boxes(groups), max_nodes, "Fold more of them together, as with fold='layer', or ask")
    return Drawing(picture_of(graph, groups), rankdir, shown)


def require_few(boxes: int, max_nodes: int, remedy: str) -> None:
    """Raise if there are more boxes than asked for."""
    if boxes > max_nodes:
        raise ValueError(f"draw: this would be {boxes:,} boxes, more than max_nodes={max_nodes}. {remedy} for all with max_nodes={boxes}.")


def require_one_of(name: str, given: object, allowed: tuple[str, ...], more: str = "") -> None:
    """Raise unless the setting is one of those allowed."""
    if not isinstance(given, str) or given not in allowed:
        raise ValueError(f"draw: {name}={given!r}. Use {', '.join(map(repr, allowed))}{more}.")
