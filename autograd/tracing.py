"""For layers that do more than compute one example: what a trace must know to do it in every run.

Outside of a trace these functions do the plain thing, or are not needed; inside, they leave word in the recording.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from autograd.modes import current
from autograd.ops import PullBack, unary
from autograd.value import Value, looked_at

RELATIONS: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}
"""Comparisons by their signs; executors know them by their places."""

batch_mean = unary(
    "batch_mean", lambda x: x, PullBack(lambda g, z, x: g), latex=r"\overline{{{0}}}",
    reason="Every example moves the mean by its share.",
)
"""The mean of a Value over the examples of a batch; a trace sees one example, and there it is the Value itself."""


class Recording:
    """What a traced function asked for.

        noise    generators, and the leaves that each run fills with their next numbers, example by example
        reread   functions, and the leaves that each run fills with what they return
        told     functions that each run calls with the numbers of some Values and the size of the batch
        smallest the smallest batch that can be run
        whole    is it of a function that sees the whole batch, and not one example?
    """

    whole = False

    def __init__(self) -> None:
        self.noise: list[tuple[random.Random, list[Value]]] = []
        self.reread: list[tuple[Callable[[], Sequence[float]], list[Value]]] = []
        self.told: list[tuple[Callable[..., None], list[Value]]] = []
        self.smallest = 1

    def number(self, v: Value) -> Any:
        """What the number of a Value is while it is traced: nobody's business.

        Raises:  TraceError: always.
        """
        raise looked_at(v, "its number was asked for")

    def compared(self, v: Value, relation: Callable[[Any, Any], Any], other: Any) -> Any:  # noqa: ARG002
        """How it compares: the same.

        Raises:  TraceError: always.
        """
        raise looked_at(v, "it was compared")


def recording() -> Recording | None:
    """The recording of the trace that is going on, if one is."""
    found: Any = current().tracing
    return found if isinstance(found, Recording) else None


def uniforms(rng: random.Random, n: int) -> list[Any]:
    """n random numbers from [0, 1); inside a trace, n Values that are drawn anew for every example of every run.

    Example:
        >>> uniforms(random.Random(0), 1)
        [0.8444218515250481]
    """
    trace = recording()
    if trace is None:
        return [rng.random() for _ in range(n)]
    leaves = [Value(0.5, label="random") for _ in range(n)]
    trace.noise.append((rng, leaves))
    return leaves


def reread(f: Callable[[], Sequence[float]]) -> list[Any]:
    """The numbers that f returns; inside a trace, Values that are asked for anew at every run."""
    trace = recording()
    numbers = [float(x) for x in f()]
    if trace is None:
        return list(numbers)
    leaves = [Value(x, label="reread") for x in numbers]
    trace.reread.append((f, leaves))
    return list(leaves)


class Requirement:
    """What a program is told to raise unless a number's mean over the batch is in this relation to a bound."""

    def __init__(self, relation: str, bound: float, error: type[Exception], message: str) -> None:
        self.relation, self.bound, self.error, self.message = relation, bound, error, message

    def __call__(self, numbers: Sequence[float], _: int) -> None:
        """Raise unless it holds."""
        if not RELATIONS[self.relation](numbers[0], self.bound):
            raise self.error(self.message)


def require(x: Value, relation: str, bound: float, error: type[Exception], message: str) -> None:
    """In a trace: let every run look at the mean of x over the batch, and raise before anybody is told what changes a state."""
    trace = recording()
    assert trace is not None
    first = sum(isinstance(told, Requirement) for told, _ in trace.told)
    trace.told.insert(first, (Requirement(relation, bound, error, message), [x]))
