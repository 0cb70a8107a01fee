"""The slips of every single step, with their numbers, for a view that only compares numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from autograd._handcheck.given import FLOOR, SPECK
from autograd._handcheck.slips import Edge, Slip, along, edge_of, rarely_along, value_instead
from autograd._steps import Steps

DIGITS = 9
"""Of a wrong number: more than a learner writes, and few enough to keep a saved page small."""


def slips_of(steps: Steps) -> list[dict[str, Any] | None]:
    """For each step: the right contribution and the right sum after it, and what the usual slips would make of them.

        {"contribution": {"right": number, "slips": [[number, diagnosis, sentence], …]}, "after": {the same}}

    The list is as long as the steps; a step that goes along no edge has None. Slips stand in the order in which they are
    tried, and none gives the right number. What is not finite is None, or left out. All of it can be written as JSON.

    Args:    steps: the steps of a graph.
    Example:
        >>> from autograd import Value, steps
        >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
        >>> after = slips_of(steps(a * b + a))[-2]["after"]
        >>> after["right"], [slip[:2] for slip in after["slips"][:3]]
        (4.0, [[2.0, 'value-for-gradient'], [3.0, 'overwrote'], [1.0, 'missed-a-path']])
    """
    return [entry(edge) if (edge := edge_of(step)) else None for step in steps]


def entry(edge: Edge) -> dict[str, Any]:
    """What there is to compare with at one step."""
    before, after = edge.step.before or 0.0, edge.contribution if edge.step.after is None else edge.step.after
    first = edge.step.remaining == (edge.step.arrivals or 0) - 1
    contributions = list(along(edge))
    to, root = edge.step.to_name, edge.step.names[edge.step.root]
    value = Slip(edge.value, "value-for-gradient", value_instead(to, root, to))
    sums = [] if first else [
        Slip(edge.contribution, "overwrote", f"That is the new contribution alone. Add it to what {to} had."),
        Slip(before, "missed-a-path", f"That is what {to} had. Add what comes through {edge.step.name}."),
        Slip(-after, "wrong-sign", "The size is right, and the sign is turned round."),
    ]
    sums += [slip._replace(number=before + slip.number) for slip in contributions]
    return {
        "contribution": compared(edge.contribution, [value, *contributions, *rarely_along(edge)]),
        "after": compared(after, [value, *sums]),
    }


def compared(right: float, slips: Iterable[Slip]) -> dict[str, Any]:
    """One question's right number, and its wrong ones; of several alike the first."""
    told: list[Slip] = []
    for slip in slips:
        if math.isfinite(slip.number) and all(abs(slip.number - x) > FLOOR * abs(x) + SPECK for x in [right, *(s.number for s in told)]):
            told.append(slip)
    return {
        "right": right if math.isfinite(right) else None,
        "slips": [[float(f"{slip.number:.{DIGITS}g}"), slip.diagnosis, slip.sentence] for slip in told],
    }
