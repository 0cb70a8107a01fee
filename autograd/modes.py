"""What holds while nodes are made: is the graph recorded, are non-finite numbers caught, which part of the net is at work.

One context variable carries all of it, so every thread and every async task has its own.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple


class Place(NamedTuple):
    """Where a node was made: the path of scopes, and under `anomaly()` the line of source."""

    scope: str = ""
    line: str = ""


@dataclass(slots=True)
class Modes:
    """The modes in force, made anew for every change. `watched`: nodes cannot be made the quick way. `tracing`: into what."""

    grad_enabled: bool = True
    anomaly: bool = False
    place: Place | None = None
    tracing: object = None
    watched: bool = field(init=False)

    def __post_init__(self) -> None:
        self.watched = self.anomaly or not self.grad_enabled


_modes = ContextVar("modes", default=Modes())  # noqa: B039 - no Modes is ever written
current = _modes.get


class Changed(ContextDecorator):
    """Other modes, for the length of a `with` block or of each call of a decorated function."""

    def __init__(self, change: Callable[[Modes], Modes]) -> None:
        self.change = change

    def __enter__(self) -> None:
        self.token = _modes.set(self.change(current()))

    def __exit__(self, *exception: object) -> None:
        _modes.reset(self.token)

    def _recreate_cm(self) -> Changed:
        return Changed(self.change)


def recorded() -> Changed:
    """Record a graph, even inside no_grad()."""
    return Changed(lambda modes: Modes(True, modes.anomaly, modes.place, modes.tracing))


def traced(recording: object) -> Changed:
    """Record a graph that will be run again for other numbers: nothing in it may depend on the numbers of now."""
    return Changed(lambda modes: Modes(True, modes.anomaly, modes.place, recording))


def no_grad() -> Changed:
    """Compute without recording: results are Values with a number and no graph.

    Example:
        >>> from autograd import Value, no_grad
        >>> w = Value(3.0)
        >>> with no_grad():
        ...     y = w * w
        >>> y.item(), y.inputs
        (9.0, ())

    Source:  torch.no_grad.
    """
    return Changed(lambda modes: Modes(False, modes.anomaly, modes.place, modes.tracing))


def anomaly() -> Changed:
    """Raise AnomalyError at the first value or adjoint that is not finite, naming op, operands and source line.

    Raises:  AnomalyError: inside the block, when a node is made or a `backward` runs.
    Differs: torch.autograd.detect_anomaly looks for nan in the backward pass only.
    Example:
        >>> from autograd import Value, anomaly
        >>> with anomaly():
        ...     Value(0.0, label="p").log()
        Traceback (most recent call last):
        autograd.errors.AnomalyError: log of 'p' = 0.0 gave -inf, at ...
    """
    return Changed(lambda modes: Modes(modes.grad_enabled, True, modes.place, modes.tracing))


def scope(name: str) -> Changed:
    """Name the part of the net whose nodes are made inside the block; scopes nest, as in "mlp/layer1".

    Args:    name: a non-empty string.
    Raises:  TypeError: name is no string. ValueError: name is empty.
    Example:
        >>> from autograd import Value, scope
        >>> with scope("layer1"):
        ...     y = Value(1.0) + 2.0
        >>> y.place.scope
        'layer1'
    """
    if not isinstance(name, str):
        raise TypeError(f"scope(): the name is {name!r} ({type(name).__name__}), not a string. Use scope('layer1').")
    if not name:
        raise ValueError("scope(): the name is empty. Give the part a name, as in scope('layer1').")
    return Changed(lambda modes: Modes(modes.grad_enabled, modes.anomaly, inside(modes.place, name), modes.tracing))


@lru_cache(maxsize=4096)
def inside(outer: Place | None, name: str) -> Place:
    """The place called `name` within another."""
    return Place(f"{outer.scope}/{name}" if outer and outer.scope else name)


@contextmanager
def recording() -> Iterator[None]:
    """Pause the garbage collector while a large graph is built: its repeated searches would only find live nodes.

    A graph has no reference cycles, so nothing is leaked by this.

    Example:
        >>> from autograd import Value, recording
        >>> with recording():
        ...     y = Value(1.0)
        ...     for _ in range(1000): y = y + 1.0
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
