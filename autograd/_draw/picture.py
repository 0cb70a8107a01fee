"""What a picture of a graph says: boxes and the edges between them. How it looks is up to `dot` and `outline`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from autograd._draw.flat import Graph, partials_at
from autograd._draw.fold import Groups
from autograd.ops import Op
from autograd.value import Value

Kind = Literal["leaf", "constant", "operation", "group"]


@dataclass(slots=True)
class Box:
    """A node, or a group of nodes.

    key: its name in DOT and SVG. data, grad: of a group, those of its one way out, or None. stale: written after it was
    used. output: the root is here. members: of a group, how many it has of each kind. ways_out: how many of them are used
    outside. notes: what else is to be said of it; a box that has some shows these in place of numbers.
    """

    key: str
    kind: Kind
    label: str = ""
    op: Op | None = None
    data: float | None = None
    grad: float | None = None
    stale: bool = False
    output: bool = False
    members: Counter[Kind] = field(default_factory=Counter)
    ways_out: int = 1
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Edge:
    """One operand of one box, or all that one group takes from a box or gives to it.

    partial: ∂head/∂tail; None where nothing flows back, where several edges are drawn as one, and where it would mix old
    numbers with new ones. label: what stands beside it where it has none.
    """

    tail: str
    head: str
    partial: float | None = None
    count: int = 1
    label: str = ""


@dataclass(slots=True)
class Picture:
    """Boxes, each after those it takes from (but groups may take from each other), and edges in the order of operands.

    title: what it shows, if the boxes do not tell.
    """

    boxes: list[Box]
    edges: list[Edge]
    title: str = ""


def picture_of(graph: Graph, groups: Groups) -> Picture:
    """The graph, with each group as one box."""
    numbered = {group: f"g{i}" for i, group in enumerate(dict.fromkeys(groups))}
    keys = [f"n{i}" if group is None else numbered[group] for i, group in enumerate(groups)]
    edges = edges_of(graph, groups, keys)
    return Picture(inputs_first(boxes_of(graph, groups, keys), edges), edges)


def inputs_first(boxes: list[Box], edges: list[Edge]) -> list[Box]:
    """The boxes: first leaves and constants, then each of the others after those it takes from."""
    tails: dict[str, list[str]] = {}
    for edge in reversed(edges):
        tails.setdefault(edge.head, []).append(edge.tail)
    order = dict.fromkeys(box.key for box in boxes if box.kind in ("leaf", "constant"))
    opened = set()
    waiting = [box.key for box in boxes if box.output]
    while waiting:
        key = waiting.pop()
        if key in opened:
            order.setdefault(key)
        else:
            opened.add(key)
            waiting += [key, *(tail for tail in tails.get(key, ()) if tail not in opened)]
    by_key = {box.key: box for box in boxes}
    return [by_key[key] for key in order]


def boxes_of(graph: Graph, groups: Groups, keys: list[str]) -> list[Box]:
    """A box for each key."""
    root = len(keys) - 1
    used = {j for i, operands in enumerate(graph.inputs) for j in operands if keys[i] != keys[j]} | {root}
    stale = {j for i, operands in enumerate(graph.inputs) for j in operands if is_younger(graph.nodes[j], graph.nodes[i])}
    members: dict[str, list[int]] = {}
    for i, key in enumerate(keys):
        members.setdefault(key, []).append(i)
    boxes = []
    for i, (key, group) in enumerate(zip(keys, groups, strict=True)):
        inside = members[key]
        if i == inside[-1]:
            box = box_of(key, graph.nodes[i]) if group is None else group_of(key, group, graph, inside, used.intersection(inside))
            box.stale = not stale.isdisjoint(inside)
            box.output = root == i
            boxes.append(box)
    return boxes


def group_of(key: str, label: str, graph: Graph, inside: list[int], ways_out: set[int]) -> Box:
    """The box of a group."""
    box = Box(key, "group", label, members=Counter(kind_of(graph.nodes[j]) for j in inside), ways_out=len(ways_out))
    if len(ways_out) == 1:
        out = box_of(key, graph.nodes[ways_out.pop()])
        box.data, box.grad = out.data, out.grad
    return box


def box_of(key: str, node: Value | float) -> Box:
    """The box of a single node."""
    if not isinstance(node, Value):
        return Box(key, "constant", data=node)
    g = node.grad
    return Box(key, kind_of(node), node.label, node.op, node.item(), g.item() if isinstance(g, Value) else g)


def kind_of(node: Value | float) -> Kind:
    """What a node is drawn as."""
    return "constant" if not isinstance(node, Value) else "leaf" if node.is_leaf else "operation"


def edges_of(graph: Graph, groups: Groups, keys: list[str]) -> list[Edge]:
    """An edge for each operand; but one for all between the same two boxes, if one of these is a group."""
    edges: dict[tuple[str, str, int], Edge] = {}
    for i, operands in enumerate(graph.inputs):
        partials = partials_of(graph, i) if groups[i] is None else [None] * len(operands)
        for place, (j, partial) in enumerate(zip(operands, partials, strict=True)):
            if keys[i] != keys[j]:
                single = groups[i] is None and groups[j] is None
                edge = Edge(keys[j], keys[i], partial)
                known = edges.setdefault((keys[j], keys[i], place if single else -1), edge)
                if known is not edge:
                    known.count += 1
                    known.partial = None
    return list(edges.values())


def partials_of(graph: Graph, i: int) -> list[float | None]:
    """The partials of a node to its operands, as far as they can be drawn."""
    node = graph.nodes[i]
    operands = [graph.nodes[j] for j in graph.inputs[i]]
    if not isinstance(node, Value) or node.is_leaf or any(is_younger(x, node) for x in operands):
        return [None] * len(operands)
    return [partial if isinstance(x, Value) else None for x, partial in zip(operands, partials_at(node), strict=True)]


def is_younger(x: Value | float, consumer: Value | float) -> bool:
    """Was x written after its consumer was computed?"""
    return isinstance(x, Value) and isinstance(consumer, Value) and x.stamp > consumer.stamp
