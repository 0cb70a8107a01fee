"""The walk: what the engine does in a forward and a backward pass, taken down step by step.

The contributions are sent by the engine's own pull-backs, so no derivative and no order is stated here a second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

from autograd._draw.text import digits
from autograd._steps.names import names_of
from autograd._steps.record import Step, Steps
from autograd._steps.writing import Plain
from autograd.value import Value, pull_floats


def recorded(root: Value) -> Steps:
    """The steps to root and back."""
    arrivals = arrivals_below(root)
    order = consumers_first(root, arrivals)
    nodes = order[::-1]
    names = names_of(nodes)
    values = {v: v.data for v in nodes}
    inputs = {v: tuple((names[x], values[x]) if isinstance(x, Value) else (Plain.of(x).text, x) for x in v.inputs) for v in nodes}
    outdated = outdated_among(nodes)
    steps: list[Step] = []

    for v in nodes:
        if not v.is_leaf:
            old = f"{changed(*outdated[v], names)}, so this number is an old one. {AGAIN}" if v in outdated else ""
            steps.append(Step(len(steps), "forward", v, root, names, inputs[v], values[v], stale=old))

    mixed = f"{changed(*outdated[root], names)}, so the gradients mix old and new numbers. {AGAIN}" if root in outdated else ""
    steps.append(Step(len(steps), "backward", root, root, names, inputs[root], values[root], adjoint=1.0, stale=mixed))
    adjoint = {root: 1.0}
    waiting = dict(arrivals)
    for v in order:
        if v.is_leaf:
            continue
        # A pull-back at adjoint 1 gives the partials.
        uses = Counter(x for x in v.inputs if isinstance(x, Value))
        sent = zip(places(v), contributions(v, adjoint[v]), contributions(v, 1.0), strict=True)
        for place, (x, c), (_, partial) in sent:
            before = adjoint.get(x)
            adjoint[x] = c if before is None else before + c
            waiting[x] -= 1
            steps.append(Step(len(steps), "backward", v, root, names, inputs[v], values[v], to=x, place=place, partial=partial,
                              adjoint=adjoint[v], before=before or 0.0, contribution=c, after=adjoint[x],
                              arrivals=arrivals[x], remaining=waiting[x], repeated=uses[x] > 1, stale=mixed))
    return Steps(root, nodes, names, values, adjoint, steps, mixed)


class Ledger(dict[Value, float]):
    """Stands where a pull-back adds up adjoints, and takes down every contribution: to it, each is the first to come."""

    def __init__(self) -> None:
        self.sent: list[tuple[Value, float]] = []

    def __contains__(self, x: object) -> bool:
        return False

    def __setitem__(self, x: Value, contribution: float) -> None:
        self.sent.append((x, contribution))


def contributions(v: Value, adjoint: float) -> list[tuple[Value, float]]:
    """What the engine sends to the inputs of v, in its order."""
    assert v.op is not None
    ledger = Ledger()
    pull_floats(v.op)(v, adjoint, ledger)
    return ledger.sent


def places(v: Value) -> Iterator[int]:
    """Which operands receive these: those that are Values; of n-ary operations the last members come first."""
    assert v.op is not None
    n = len(v.inputs)
    each = n // len(v.op.partials)
    order: Sequence[int] = [i for k in reversed(range(each)) for i in range(k, n, each)] if v.op.nary else range(n)
    operands = v.inputs
    return (i for i in order if isinstance(operands[i], Value))


def arrivals_below(root: Value) -> dict[Value, int]:
    """Every Value below root, and how many edges lead to it on the way back."""
    arrivals = {root: 0}
    found = [root]
    for v in found:
        for x in v.inputs:
            if isinstance(x, Value):
                if x not in arrivals:
                    arrivals[x] = 0
                    found.append(x)
                arrivals[x] += 1
    return arrivals


def consumers_first(root: Value, arrivals: dict[Value, int]) -> list[Value]:
    """Every Value below root, by falling stamp; but each after all of its consumers, even if it was written since."""
    waiting = dict(arrivals)
    ready = [(-root.stamp, id(root), root)]
    order = []
    while ready:
        v = heappop(ready)[2]
        order.append(v)
        for x in v.inputs:
            if isinstance(x, Value):
                waiting[x] -= 1
                if not waiting[x]:
                    heappush(ready, (-x.stamp, id(x), x))
    return order


def outdated_among(nodes: Sequence[Value]) -> dict[Value, tuple[Value, Value]]:
    """Every node whose number is an old one, with an input written too late and the consumer it was written after."""
    outdated: dict[Value, tuple[Value, Value]] = {}
    for v in nodes:
        for x in v.inputs:
            if isinstance(x, Value):
                if x.stamp > v.stamp:
                    outdated.setdefault(v, (x, v))
                elif x in outdated:
                    outdated.setdefault(v, outdated[x])
    return outdated


AGAIN = "Compute the output again."


def changed(x: Value, consumer: Value, names: dict[Value, str]) -> str:
    """What happened to a stale graph."""
    return f"{names[x]} was changed (to {digits(x.data)}) after {names[consumer]} was computed from it"
