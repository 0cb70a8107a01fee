"""A picture as lines of text, for a terminal, and for where there is no Graphviz."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Sequence

from autograd._draw.picture import Box, Edge, Picture
from autograd._draw.text import counted, digits, gradient, sign, visible
from autograd.ops import Op

SEVERAL = 6
"""So many names are listed; of more, the first ones and how many there are."""


def outline_of(picture: Picture, show: Collection[str]) -> str:
    """A line for each box, every box after those it takes from. Constants stand where they are used."""
    names = names_of(picture)
    edges: dict[str, list[Edge]] = {}
    for edge in picture.edges:
        edges.setdefault(edge.head, []).append(edge)
    return "\n".join(line(box, edges.get(box.key, []), names, show) for box in picture.boxes if box.kind != "constant")


def names_of(picture: Picture) -> dict[str, str]:
    """What each box is called: its label, numbered if there are several; v1, v2, … without one."""
    count = itertools.count(1)
    first = {box.key: visible(box.label) or f"v{next(count)}" for box in picture.boxes if box.kind != "constant"}
    uses = Counter(first.values())
    met: Counter[str] = Counter()
    names = {box.key: digits(box.data) for box in picture.boxes if box.kind == "constant" and box.data is not None}
    for key, name in first.items():
        met[name] += 1
        names[key] = name if uses[name] == 1 else f"{name}#{met[name]}"
    return names


def line(box: Box, edges: list[Edge], names: dict[str, str], show: Collection[str]) -> str:
    """What there is to say of a box."""
    text = names[box.key]
    if box.op and "op" in show:
        text += f" = {written(box.op, edges, names)}"
    elif edges:
        text += f" from {listed([names[edge.tail] for edge in edges])}"
    if box.data is not None and "data" in show:
        text += f" = {digits(box.data)}"
    notes = notes_on(box, edges, show)
    return f"{text}  ({'; '.join(notes)})" if notes else text


def notes_on(box: Box, edges: list[Edge], show: Collection[str]) -> list[str]:
    """What stands in brackets after it."""
    if box.notes:
        return list(box.notes)
    notes = [counted(box.members[kind], kind) for kind in ("operation", "leaf", "constant") if box.members[kind]]
    if box.ways_out > 1:
        notes.append(counted(box.ways_out, "output"))
    elif "grad" in show:
        notes.append(f"grad {gradient(box.grad)}")
    partials = [f"×{digits(edge.partial)}" for edge in edges if edge.partial is not None]
    if partials and "partial" in show:
        notes.append(f"partials {listed(partials)}")
    return [*notes, "changed since"] if box.stale else notes


def written(op: Op, edges: list[Edge], names: dict[str, str]) -> str:
    """An operation with its operands; where several are drawn as one, only what they are."""
    operands = [names[edge.tail] for edge in edges]
    if any(edge.count > 1 for edge in edges):
        return f"{sign(op)} of {listed(operands)}"
    if not op.nary:
        return op.text.format(*operands)
    each = len(operands) // len(op.partials)
    return op.text.format(*(f"[{listed(operands[i : i + each])}]" for i in range(0, len(operands), each)))


def listed(names: Sequence[str]) -> str:
    """The names, or the first of them."""
    return ", ".join(names) if len(names) <= SEVERAL else f"{', '.join(names[: SEVERAL - 2])}, … {len(names)} in all"
