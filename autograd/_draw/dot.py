"""A picture as DOT, the language of Graphviz."""

from __future__ import annotations

import html
from collections.abc import Collection

from autograd._draw.picture import Box, Edge, Kind, Picture
from autograd._draw.text import counted, digits, gradient, sign, visible

FONT = "Helvetica,Arial,sans-serif"
NBSP = "\N{NO-BREAK SPACE}" * 2
GREY, ORANGE = "#595959", "#B34700"

LOOKS: dict[Kind, dict[str, str]] = {
    "leaf": {"shape": "box", "style": "rounded,filled", "fillcolor": "#E4F0F9", "color": "#0072B2"},
    "constant": {"shape": "ellipse", "style": "filled", "fillcolor": "#F2F2F2", "color": "#8C8C8C"},
    "operation": {"shape": "box", "style": "filled", "fillcolor": "white", "color": "#404040"},
    "group": {"shape": "folder", "style": "filled", "fillcolor": "#E5F5EF", "color": "#007A5A"},
}
"""Each kind can be told by its shape as well as by its colour (from Okabe and Ito's palette)."""

LARGE = 300
QUICK = {"splines": "line", "nslimit": "0.5", "nslimit1": "0.5", "mclimit": "0.1"}
"""With these, thousands of boxes are laid out in seconds and not in minutes; edges may then cross boxes."""


def dot_of(picture: Picture, rankdir: str, show: Collection[str]) -> str:
    """The DOT text of a picture."""
    import graphviz

    dot = graphviz.Digraph(
        graph_attr={"rankdir": rankdir, "ordering": "in", "bgcolor": "white", "pad": "0.15", "nodesep": "0.2", "ranksep": "0.4",
                    **(QUICK if len(picture.boxes) > LARGE else {})},
        node_attr={"fontname": FONT, "fontsize": "11", "margin": "0.08,0.04", "height": "0.2", "width": "0.2"},
        edge_attr={"fontname": FONT, "fontsize": "9", "fontcolor": GREY, "color": "#737373", "arrowsize": "0.6"},
    )
    for box in picture.boxes:
        dot.node(box.key, label_of(box, show), **look_of(box))
    stale = {box.key for box in picture.boxes if box.stale}
    for i, edge in enumerate(picture.edges):
        look = {"style": "dashed", "color": ORANGE} if edge.tail in stale else {}
        dot.edge(edge.tail, edge.head, beside(edge, show), id=f"e{i}", **look)
    return str(dot.source)


def look_of(box: Box) -> dict[str, str]:
    """Shape, colours, and the names by which the SVG can be styled."""
    look = {**LOOKS[box.kind], "id": box.key, "class": box.kind}
    if box.output:
        look["peripheries"] = "2"
    if box.stale:
        look |= {"style": look["style"] + ",dashed", "color": ORANGE, "penwidth": "2"}
    return look


def label_of(box: Box, show: Collection[str]) -> str:
    """What stands in a box, as a table in the HTML of Graphviz."""
    if box.kind == "constant":
        return digits(box.data) if box.data is not None and "data" in show else ""
    title = [f"<B>{safe(visible(box.label))}</B>"] if box.label else []
    if box.op and "op" in show:
        title.append(safe(sign(box.op)) if title else f"<B>{safe(sign(box.op))}</B>")
    rows = [wide(NBSP.join(title))] if title else []
    if box.notes:
        return table([*rows, *(wide(small(note)) for note in box.notes)])
    rows += [wide(small(counted(box.members[kind], kind))) for kind in ("operation", "leaf", "constant") if box.members[kind]]
    if box.ways_out > 1:
        rows.append(wide(small(counted(box.ways_out, "output"))))
    if box.data is not None and "data" in show:
        rows.append(pair("data", digits(box.data)))
    if box.ways_out == 1 and "grad" in show:
        rows.append(pair("grad", gradient(box.grad)))
    if box.stale:
        rows.append(wide(small("changed since", ORANGE)))
    return table(rows)


def table(rows: list[str]) -> str:
    """Rows as a label; nothing where there are none."""
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="1" CELLPADDING="0">{"".join(rows)}</TABLE>>' if rows else ""


def wide(cell: str) -> str:
    """A row of one cell."""
    return f'<TR><TD COLSPAN="2">{cell}</TD></TR>'


def pair(caption: str, text: str) -> str:
    """A row of a caption and what it announces."""
    return f'<TR><TD ALIGN="LEFT">{small(caption + NBSP)}</TD><TD ALIGN="RIGHT">{safe(text)}</TD></TR>'


def small(text: str, colour: str = GREY) -> str:
    """Text that is not to be read first."""
    return f'<FONT POINT-SIZE="9" COLOR="{colour}">{safe(text)}</FONT>'


def safe(text: str) -> str:
    """`text` within a label. Even there Graphviz reads a backslash and a letter as a command, so backslashes are doubled."""
    return html.escape(text).replace("\\", "\\\\")


def beside(edge: Edge, show: Collection[str]) -> str:
    """What stands beside an edge."""
    if edge.count > 1:
        return f"{edge.count:,} edges"
    return f"×{digits(edge.partial)}" if edge.partial is not None and "partial" in show else edge.label
