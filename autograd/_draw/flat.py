"""The graph below a Value as numbered nodes, constants among them, so that the rest of `draw` need not walk it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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
    """The graph below root, whether or not it is stale. unfold: with each `dot` as its products and their sum."""
    graph = Graph()
    number: dict[Value, int] = {}

    def add(v: Value) -> int:
        return graph.add(v, [number[x] if isinstance(x, Value) else graph.add(x) for x in v.inputs])

    for v in leaves_first(root):
        if unfold and v.op is ops.dot:
            products, total = unfolded(v)
            number |= {p: add(p) for p in products}
            number[v] = add(total)
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


def unfolded(v: Value) -> tuple[list[Value], Value]:
    """The products of a `dot` node, and a node that adds them up and is like it in all else.

    Each product has the gradient of the sum, since a sum sends back what it receives.
    """
    with Changed(lambda _: Modes(place=v.place)):
        terms = list(map(ops.mul, v.a, v.b))
        total: Value = ops.total(terms)
    products = [term for term in terms if isinstance(term, Value)]
    for node in (*products, total):
        node._grad, node.stamp = v._grad, v.stamp
    total._data, total.label = v._data, v.label
    return products, total


def partials_at(v: Value) -> list[float]:
    """∂v/∂x for each of its inputs, in the order of `v.inputs`."""
    op = v.op
    assert op is not None
    with Changed(lambda _: Modes(grad_enabled=False)):
        z, places = many(v) if op.nary else (v, [(v.inputs, v.inputs)])
    at_places = [emit.partials(op)(z.item(), *values_of(xs)) for _, xs in places]
    return [partial for sequence in zip(*at_places, strict=True) for partial in sequence]
