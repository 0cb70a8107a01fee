"""Which nodes are drawn together as one box.

A folding gives each node of the graph the name of its group, or None where it is drawn alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from autograd._draw.flat import Graph
from autograd.value import Value

Groups = list[str | None]

READABLE = 40
"""How many boxes can be taken in at a glance."""

DEEPEST = 8
"""Deeper scopes are not tried apart, so that the time to fold stays in proportion to the number of nodes."""


def alone(graph: Graph) -> Groups:
    """Every node by itself."""
    return [None] * len(graph.nodes)


def by_choice(graph: Graph, choose: Callable[[Value], str | None]) -> Groups:
    """The groups that a function of the Values names. Constants follow the node that uses them."""
    groups = alone(graph)
    for i, v in enumerate(graph.nodes):
        if isinstance(v, Value):
            name = choose(v)
            if name is not None and not isinstance(name, str):
                raise TypeError(f"draw: fold({v!r}) returned {name!r} ({type(name).__name__}). Return the name of its group, or None.")
            groups[i] = name or None
    return absorbed(graph, groups, float)


def by_scope(graph: Graph, depth: int) -> Groups:
    """A group for each scope, paths cut off at a depth. A leaf used under one full path alone, such as a weight, belongs there."""
    return [cut(path, depth) for path in absorbed(graph, [scope_of(v) or None for v in graph.nodes])]


def by_stage(graph: Graph, depth: int) -> Groups:
    """As `by_scope`; and outside of all scopes, equal operations as far from the inputs are one group."""
    groups = by_scope(graph, depth)
    stage: list[int] = []
    for i, (v, operands) in enumerate(zip(graph.nodes, graph.inputs, strict=True)):
        stage.append(1 + max([stage[j] for j in operands], default=-1))
        if groups[i] is None and isinstance(v, Value) and v.op is not None:
            groups[i] = f"{v.op.name}, stage {stage[i]}"
    members = Counter(groups)
    return absorbed(graph, [group if members[group] > 1 else None for group in groups])


def absorbed(graph: Graph, groups: Groups, kind: type = object) -> Groups:
    """The groups, joined by each leaf and constant (of a kind) that is used by one of them alone."""
    users: dict[int, str | None] = {}
    for group, operands in zip(groups, graph.inputs, strict=True):
        for j in operands:
            if groups[j] is None and not graph.inputs[j] and isinstance(graph.nodes[j], kind):
                users[j] = group if users.get(j, group) == group else None
    return [users.get(j) if group is None else group for j, group in enumerate(groups)]


def cut(path: str | None, depth: int) -> str | None:
    """The first parts of a scope path."""
    return "/".join(path.split("/")[:depth]) if path else None


def scope_of(v: Value | float) -> str:
    """The scope path that v was made under."""
    return v.place.scope if isinstance(v, Value) and v.place else ""


def depth_of(graph: Graph) -> int:
    """How many parts the longest scope path has."""
    return max(path.count("/") + 1 if path else 0 for path in {scope_of(v) for v in graph.nodes})


def latest(graph: Graph, groups: Groups) -> Groups:
    """As many boxes as are readable, from the output backwards, and everything before them as one group."""
    kept: set[int | str] = set()
    for i in reversed(range(len(groups))):
        if graph.inputs[i]:
            box = groups[i] or i
            leaves = {groups[j] or j for j in graph.inputs[i] if not graph.inputs[j]} - kept - {box}
            room = READABLE - 1 - len(kept | {box})
            if kept and room < len(leaves):
                break
            kept |= {box} | (leaves if room >= len(leaves) else set())
    return [group if (group or i) in kept else "everything before" for i, group in enumerate(groups)]


def by_layer(graph: Graph) -> Iterator[Groups]:
    """Scopes without the last part of the longest paths, and more and more of the rest together."""
    depth = max(depth_of(graph) - 1, 1)
    yield by_scope(graph, depth)
    yield absorbed(graph, by_scope(graph, depth))
    yield by_stage(graph, depth)


def by_degrees(graph: Graph) -> Iterator[Groups]:
    """Foldings, from none to the coarsest."""
    yield alone(graph)
    depths = range(min(max(depth_of(graph), 1), DEEPEST), 0, -1)
    for depth in depths:
        yield by_scope(graph, depth)
        yield absorbed(graph, by_scope(graph, depth))
    for depth in depths:
        yield by_stage(graph, depth)
    yield latest(graph, by_stage(graph, 1))


def first_readable(foldings: Iterable[Groups]) -> Groups:
    """The first that leaves few enough boxes, or else the last."""
    groups: Groups = []
    for groups in foldings:
        if boxes(groups) <= READABLE:
            break
    return groups


def boxes(groups: Groups) -> int:
    """How many boxes a folding leaves."""
    return len(set(groups) - {None}) + groups.count(None)


FOLDINGS: dict[str, Callable[[Graph], Groups]] = {
    "auto": lambda graph: first_readable(by_degrees(graph)),
    "none": alone,
    "neuron": lambda graph: by_scope(graph, depth_of(graph)),
    "layer": lambda graph: first_readable(by_layer(graph)),
}
