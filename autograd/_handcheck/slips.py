"""The usual slips, where they happen: along one edge, and where contributions meet.

Each gives the wrong number that it leads to, and says what seems to have been done, without the right number.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Literal, NamedTuple

from autograd import emit, ops
from autograd._steps import Step, Steps
from autograd._steps.writing import Plain, slope_of
from autograd.value import Value

Diagnosis = Literal[
    "missed-a-path", "overwrote", "dropped-factor", "wrong-sign", "partial-at-output", "value-for-gradient", "adjoint-not-multiplied",
]


MOST_AT_ONCE = 6
"""Of so many contributions, any several can have been left out together."""


class Slip(NamedTuple):
    """A wrong number, the slip that gives it, and a sentence for the learner."""

    number: float
    diagnosis: Diagnosis
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A step of the backward pass along an edge, with the numbers that it has."""

    step: Step
    node: Value
    to: Value
    adjoint: float
    partial: float
    contribution: float

    @property
    def slope(self) -> str:
        """The partial as it is written: `∂y/∂x`."""
        return slope_of(self.step, Plain)

    @property
    def place(self) -> int:
        """Which of the operands `to` is."""
        assert self.step.place is not None
        return self.step.place

    @property
    def value(self) -> float:
        """The number of `to`."""
        return self.step.inputs[self.place][1]

    @property
    def partial_at_output(self) -> float:
        """The partial, with the node's own number in place of the input's; nan where there is none."""
        op = self.step.op
        if op is None or op.nary:
            return math.nan
        xs = [number for _, number in self.step.inputs]
        xs[self.place] = self.step.value
        try:
            return emit.partials(op)(op.forward(*xs), *xs)[self.place]
        except (ArithmeticError, ValueError):
            return math.nan


def edges_of(steps: Steps) -> list[Edge]:
    """The steps of the backward pass that go along an edge, in order."""
    return [edge for edge in map(edge_of, steps) if edge]


def edge_of(step: Step) -> Edge | None:
    """The edge that a step goes along, if it does."""
    if step.to is None or step.adjoint is None or step.partial is None or step.contribution is None:
        return None
    return Edge(step, step.node, step.to, step.adjoint, step.partial, step.contribution)


def along(edge: Edge) -> Iterator[Slip]:
    """Wrong contributions of one edge."""
    name, to = edge.step.name, edge.step.to_name
    yield Slip(edge.partial, "adjoint-not-multiplied",
               f"You seem to have taken the partial {edge.slope} alone. Multiply it by the adjoint of {name}.")
    yield Slip(edge.adjoint, "dropped-factor", f"You seem to have left out a factor: the partial {edge.slope}.")
    yield Slip(-edge.contribution, "wrong-sign", f"A sign seems to be turned round between {name} and {to}.")
    yield Slip(edge.adjoint * edge.partial_at_output, "partial-at-output",
               f"You seem to have put the output {name} into the partial {edge.slope}. It is taken at the input, {to}.")


def rarely_along(edge: Edge) -> Iterator[Slip]:
    """Wrong contributions that fewer people make."""
    name, to = edge.step.name, edge.step.to_name
    yield Slip(edge.adjoint * edge.value, "value-for-gradient",
               f"You seem to have used the value of {to} as the partial {edge.slope}.")
    exponent = edge.step.inputs[-1][1]
    if edge.step.op is ops.pow and edge.place == 0 and exponent:
        yield Slip(edge.contribution / exponent, "dropped-factor",
                   f"You seem to have left out a factor: in {edge.slope} the exponent of {name} comes down in front.")


def meeting(edges: Sequence[Edge]) -> Iterator[Slip]:
    """Wrong sums at a node, given the edges that contribute to it, in order."""
    if len(edges) < 2:
        return
    last = edges[-1]
    to = last.step.to_name
    sent = Counter(edge.node for edge in edges)
    yield Slip(last.contribution, "overwrote",
               f"You seem to have kept only the last contribution to {to}, the one {way(last, sent)}. "
               "Contributions add up: the last does not replace the others.")
    total = folded(edge.contribution for edge in edges)
    for edge in edges:
        yield Slip(total - edge.contribution, "missed-a-path",
                   f"You seem to have left out the path {way(edge, sent)}. {to} is used {len(edges)} times, and all contributions add up.")


def rarely_meeting(edges: Sequence[Edge]) -> Iterator[Slip]:
    """Wrong sums of three contributions and more that fewer people make."""
    if len(edges) < 3:
        return
    sent = Counter(edge.node for edge in edges)
    to = edges[0].step.to_name
    for edge in edges:
        yield Slip(edge.contribution, "overwrote",
                   f"You seem to have kept only one contribution to {to}, the one {way(edge, sent)}. All of them add up.")
    if len(edges) <= MOST_AT_ONCE:
        for kept in chain.from_iterable(combinations(edges, k) for k in range(len(edges) - 2, 1, -1)):
            yield Slip(folded(edge.contribution for edge in kept), "missed-a-path",
                       f"You seem to have left out {len(edges) - len(kept)} of the {len(edges)} contributions to {to}. All of them add up.")


def way(edge: Edge, sent: Mapping[Value, int]) -> str:
    """How a path is told from others that meet it, given how many come from each node."""
    if sent[edge.node] > 1:
        return f"through operand {edge.place + 1} of {edge.step.name}"
    return f"straight from {edge.step.name}" if edge.node is edge.step.root else f"through {edge.step.name}"


def value_instead(name: str, root: str, to: str) -> str:
    """What to say of a node's value where the gradient of `to` belongs."""
    return f"This is the value of {name}. The gradient of {to} says how fast {root} moves when {to} does."


def folded(numbers: Iterable[float]) -> float:
    """The sum, added up in order as a backward pass does."""
    total = 0.0
    for x in numbers:
        total += x
    return total
