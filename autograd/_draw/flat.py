"""The graph below a Value as numbered nodes, constants among them, so that the rest of `draw` need not walk it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from autograd import emit, ops
from autograd.modes import Changed, Modes
from autograd.value import Value, by_stamp, many, values_of


@dataclass(slots=True)
class Graph:
    """nodes: the leaves, then the operations in the order they were made, each after its constants; the output is last.

    inputs: the numbers of each node's operands, in the order of `Value.inputs`.
    """

    nodes: list[Value | float] = field(default_factory=list)
    inputs: list[Sequence[int]] = field(default_factory=list)

    def add(self, node: Value | float, operands: Sequence[int] = ()) -> int:
        """The number of a new node."""
        self.nodes.append(node)
        self.inputs.append(operands)
        return len(self.nodes) - 1


def graph_of(root: Value, *, unfold: bool = False) -> Graph:
    """The graph below root, whether or not it is stale. unfold: with each `dot` as its products and their sum, each `sum` as a chain."""
    graph = Graph()
    number: dict[Value, int] = {}

    def add(v: Value) -> int:
        return graph.add(v, [number[x] if isinstance(x, Value) else graph.add(x) for x in v.inputs])

    for v in leaves_first(root):
        if unfold and (v.op is ops.dot or (v.op is ops.total and len(v.a) > 1)):
            *parts, last = unfolded(v)
            for part in parts:
                number[part] = add(part)
            number[v] = add(last)
        else:
            number[v] = add(v)
    return graph


def leaves_first(root: Value) -> list[Value]:
    """Every Value below root: the leaves, then the operations, each as they were made."""
    seen = {root}
    found = [root]
    for v in found:
        for x in v.inputs:
            if isinstance(x, Value) and x not in seen:
                seen.add(x)
                found.append(x)
    found.sort(key=by_stamp)
    return [v for v in found if v.is_leaf] + [v for v in found if not v.is_leaf]


def unfolded(v: Value) -> list[Value]:
    """The products of a `dot` and their sum, or the steps of a `sum` from left to right. The last one is like v in all else.

    Each part has the gradient of the whole, since a sum sends back what it receives.
    """
    with Changed(lambda _: Modes(place=v.place)):
        if v.op is ops.dot:
            products = list(map(ops.mul, v.a, v.b))
            parts = [*products, ops.total(products)]
        else:
            parts = list(accumulate(v.a, ops.add))[1:]
    made: list[Value] = [part for part in parts if isinstance(part, Value)]
    for part in made:
        part._grad, part.stamp = v._grad, v.stamp
    made[-1]._data, made[-1].label = v._data, v.label
    return made


def partials_at(v: Value) -> list[float]:
    """∂v/∂x for each of its inputs, in the order of `v.inputs`."""
    op = v.op
    assert op is not None
    with Changed(lambda _: Modes(grad_enabled=False)):
        z, places = many(v) if op.nary else (v, [(v.inputs, v.inputs)])
    at_places = [emit.partials(op)(z.item(), *values_of(xs)) for _, xs in places]
    return [partial for sequence in zip(*at_places, strict=True) for partial in sequence]
