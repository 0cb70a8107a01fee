"""Every number that one usual slip, anywhere between the output and a node, can make of that node's gradient.

The gradient is linear in each contribution and in each adjoint. So what is wrong at one place reaches the node as

    wrong = right + (wrong there - right there) · ∂there/∂node
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from autograd._explain.bundle import Bundle
from autograd._handcheck.given import FLOOR
from autograd._handcheck.slips import Edge, Slip, along, edges_of, folded, meeting, rarely_along, rarely_meeting, value_instead
from autograd._steps import Steps
from autograd.ops import Op
from autograd.value import Value

MOST_EDGES = 300
"""Nobody works out more by hand; and among thousands of numbers, one that fits means nothing."""
MOST_PATHS = 64
"""With more, people do not work path by path."""
ORDINALS = ("first", "second")


class Below:
    """The part of a graph between its output and one node, the target.

    Args:    steps: of the whole graph. target: a node in it.
    """

    def __init__(self, steps: Steps, target: Value) -> None:
        self.steps = steps
        self.target = target
        self.right = steps.adjoints[target]
        self.slope = {target: 1.0}
        self.edges: list[Edge] = []
        for edge in reversed(edges_of(steps)):
            if edge.to in self.slope:
                self.edges.append(edge)
                self.slope[edge.node] = self.slope.get(edge.node, 0.0) + edge.partial * self.slope[edge.to]
        self.into: dict[Value, list[Edge]] = {v: [] for v in self.slope}
        for edge in reversed(self.edges):
            self.into[edge.to].append(edge)

    def slips(self) -> Iterator[Slip]:
        """All of them, the likelier first; some may give the same number, or the right one."""
        name, root = self.steps.names[self.target], self.steps.names[self.steps.root]
        yield Slip(self.steps.values[self.target], "value-for-gradient", value_instead(name, root, name))
        yield Slip(-self.right, "wrong-sign", "The size is right, and the sign is turned round.")
        if 0 < len(self.edges) <= MOST_EDGES:
            yield from self.at_one_place()
            yield from self.ways_cut()
            yield from self.values_above()
            yield self.overwritten_everywhere()
            yield from self.made_every_time()
            yield from self.rarer_at_one_place()
            yield from self.on_one_path()

    def at_one_place(self) -> Iterator[Slip]:
        """Where contributions meet, and along each edge; the nearest first."""
        for v, edges in self.into.items():
            yield from (self.seen_from(v, self.steps.adjoints[v], slip) for slip in meeting(edges))
        for edge in self.edges:
            yield from (self.seen_from(edge.to, edge.contribution, slip) for slip in along(edge))

    def rarer_at_one_place(self) -> Iterator[Slip]:
        """The same for slips that fewer people make."""
        name, root = self.steps.names[self.target], self.steps.names[self.steps.root]
        yield Slip(self.steps.values[self.steps.root], "value-for-gradient", value_instead(root, root, name))
        yield Slip(folded(edge.partial for edge in self.into[self.target]), "adjoint-not-multiplied",
                   "You seem to have added up partials alone. Multiply each by the adjoint of the node it comes from.")
        for v, edges in self.into.items():
            yield from (self.seen_from(v, self.steps.adjoints[v], slip) for slip in rarely_meeting(edges))
        for edge in self.edges:
            yield from (self.seen_from(edge.to, edge.contribution, slip) for slip in rarely_along(edge))

    def seen_from(self, v: Value, right: float, slip: Slip) -> Slip:
        """What a slip that changes the adjoint of v makes of the target's."""
        return slip._replace(number=self.right + (slip.number - right) * self.slope[v])

    def ways_cut(self) -> Iterator[Slip]:
        """A node that passes nothing on, though others have what it should have."""
        for v, edges in self.into.items():
            if len(edges) == 1:
                lost = edges[0].contribution * self.slope[v]
                if abs(self.right - lost) > FLOOR * abs(self.right):
                    name = self.steps.names[v]
                    yield Slip(self.right - lost, "missed-a-path", f"You seem to have left out the path through {name}. "
                               f"{self.steps.names[self.target]} is reached by others too, and all contributions add up.")

    def values_above(self) -> Iterator[Slip]:
        """The value of a node farther up, used as its adjoint."""
        for v in self.into:
            if v is not self.target:
                name = self.steps.names[v]
                said = (f"The backward pass starts with 1, not with the value of {name}." if v is self.steps.root
                        else f"You seem to have used the value of {name} as its adjoint.")
                yield self.seen_from(v, self.steps.adjoints[v], Slip(self.steps.values[v], "value-for-gradient", said))

    def overwritten_everywhere(self) -> Slip:
        """What = in place of += comes to."""
        adjoint = {self.steps.root: 1.0}
        for edge in reversed(self.edges):
            adjoint[edge.to] = adjoint[edge.node] * edge.partial
        return Slip(adjoint[self.target], "overwrote",
                    "You seem to have kept only the last contribution to each node. Contributions add up: write +=, not =.")

    def made_every_time(self) -> Iterator[Slip]:
        """One op's partial to one operand misunderstood, wherever it occurs."""
        alike: dict[tuple[Op, int], list[Edge]] = {}
        for edge in self.edges:
            if edge.step.op and not edge.step.op.nary:
                alike.setdefault((edge.step.op, edge.place), []).append(edge)
        for (op, place), edges in alike.items():
            if len(edges) > 1:
                which = f"the partial of {op.name}" + (f" to its {ORDINALS[place]} operand" if len(op.partials) > 1 else "")
                yield Slip(self.with_partials(edges, lambda _: 1.0), "dropped-factor", f"You seem to have left out {which}, every time.")
                yield Slip(self.with_partials(edges, lambda edge: -edge.partial), "wrong-sign",
                           f"You seem to have turned round the sign of {which}, every time.")
                yield Slip(self.with_partials(edges, lambda edge: edge.partial_at_output), "partial-at-output",
                           f"You seem to have taken {which} at the output, every time. It is taken at the input.")

    def with_partials(self, edges: Sequence[Edge], partial: Callable[[Edge], float]) -> float:
        """The target's gradient where some edges have other partials."""
        others = {edge: partial(edge) for edge in edges}
        adjoint = dict.fromkeys(self.slope, 0.0) | {self.steps.root: 1.0}
        for edge in reversed(self.edges):
            adjoint[edge.to] += adjoint[edge.node] * others.get(edge, edge.partial)
        return adjoint[self.target]

    def on_one_path(self) -> Iterator[Slip]:
        """Slips of those who multiply along each path, and then add up the paths."""
        bundle = Bundle(self.steps, self.target, MOST_PATHS)
        if bundle.too_many or bundle.count < 2:
            return
        edge_of = {edge.step: edge for edge in self.edges}
        for path in bundle.paths:
            partials = path.partials
            rest = self.right - path.product
            route = " → ".join(self.steps.names[v] for v in path.nodes)
            yield Slip(rest, "missed-a-path", f"You seem to have left out one path: {route}. The products along all paths add up.")
            if bundle.count > 2:
                yield Slip(path.product, "overwrote",
                           f"You seem to have kept one path only: {route}. The products along all paths add up.")
            yield Slip(rest + partials[-1], "adjoint-not-multiplied", f"On the path {route} you seem to have taken the last partial alone.")
            yield Slip(rest - path.product, "wrong-sign", f"A sign seems to be turned round on one path: {route}.")
            for i, edge in enumerate(edge_of[step] for step in path.edges):
                others = math.prod(partials[:i] + partials[i + 1 :])
                yield Slip(rest + others, "dropped-factor", f"On the path {route} you seem to have left out a factor: {edge.slope}.")
                yield Slip(rest + others * edge.partial_at_output, "partial-at-output", f"On the path {route} you seem to have put the "
                           f"output {edge.step.name} into the partial {edge.slope}. It is taken at the input, {edge.step.to_name}.")
