"""Passes in wrong orders: every node is visited once, and passes on what it has by then."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograd._steps import Steps
from autograd._steps.passes import contributions
from autograd.value import Value

DETOURS = 10
"""So many nodes are tried to be reached too early on purpose."""


@dataclass(frozen=True, slots=True, eq=False)
class Lost:
    """A contribution that reached a node after this had been passed on.

    Args:    of: the consumer that sent it. to: the node. amount: the number.
    """

    of: Value
    to: Value
    amount: float


@dataclass(frozen=True, slots=True, eq=False)
class Visit:
    """A pass in some order: the name of the order, its nodes, what each held when it was passed on, what was lost, and the adjoints."""

    name: str
    nodes: Sequence[Value]
    held: dict[Value, float]
    lost: Sequence[Lost]
    adjoint: dict[Value, float]


def attempts(steps: Steps) -> Iterator[Visit]:
    """Passes in orders that come to mind, and such as reach a node too early on purpose."""
    root = steps.root
    yield visited("depth first", depth_first(root, last_first=False), root)
    yield visited("breadth first", breadth_first(root), root)
    yield visited("depth first from the last operand", depth_first(root, last_first=True), root)
    right = latest_first(steps)
    used = consumers(steps)
    for v in [v for v in right if used[v] > 1][:DETOURS]:
        way = shortest_way(root, v)
        first = set(way)
        yield visited(f"straight down to {steps.names[v]}", [*way, *(x for x in right if x not in first)], root)


def visited(name: str, nodes: Sequence[Value], root: Value) -> Visit:
    """A pass that visits each node once, in this order, and passes on what it has got by then."""
    adjoint = {root: 1.0}
    held: dict[Value, float] = {}
    lost = []
    for v in nodes:
        held[v] = adjoint[v]
        for x, c in contributions(v, adjoint[v]):
            if x in held:
                lost.append(Lost(v, x, c))
            adjoint[x] = adjoint[x] + c if x in adjoint else c
    return Visit(name, nodes, held, lost, adjoint)


def latest_first(steps: Steps) -> list[Value]:
    """The nodes that pass something on, in the right order."""
    return [v for v in reversed(steps.nodes) if not v.is_leaf]


def computed(v: Value) -> list[Value]:
    """The operands of v that were computed themselves."""
    return [x for x in v.inputs if isinstance(x, Value) and not x.is_leaf]


def depth_first(root: Value, *, last_first: bool) -> list[Value]:
    """Each node, then what is below its first operand, then what is below the next."""
    order: dict[Value, None] = {}
    waiting = [root]
    while waiting:
        v = waiting.pop()
        if v not in order and not v.is_leaf:
            order[v] = None
            waiting += computed(v) if last_first else reversed(computed(v))
    return list(order)


def breadth_first(root: Value) -> list[Value]:
    """The nodes in the order in which something first arrives at them."""
    order = {} if root.is_leaf else {root: None}
    waiting = deque(order)
    while waiting:
        for x in computed(waiting.popleft()):
            if x not in order:
                order[x] = None
                waiting.append(x)
    return list(order)


def shortest_way(root: Value, goal: Value) -> list[Value]:
    """The nodes on a shortest path from root to goal."""
    came_from: dict[Value, Value | None] = {root: None}
    waiting = deque([root])
    while goal not in came_from:
        v = waiting.popleft()
        for x in computed(v):
            if x not in came_from:
                came_from[x] = v
                waiting.append(x)
    way: list[Value] = []
    at: Value | None = goal
    while at is not None:
        way.append(at)
        at = came_from[at]
    return way[::-1]


def consumers(steps: Steps) -> dict[Value, int]:
    """How many different nodes use each."""
    edges = {(step.node, step.to) for step in steps.backward if step.to is not None}
    return Counter(x for _, x in edges)
