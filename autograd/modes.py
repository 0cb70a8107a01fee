"""What holds while nodes are made: is the graph recorded, are non-finite numbers caught, which part of the net is at work.

One context variable carries all of it, so every thread and every async task has its own.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where a node was made: the path of scopes, and under `anomaly()` the line of source."""

    scope: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Modes:
    """The modes in force. `watched`: nodes cannot be made the quick way."""

    grad_enabled: bool = True
    anomaly: bool = False
    place: Place | None = None
    watched: bool = False


_modes = ContextVar("modes", default=Modes())  # noqa: B039 - Modes is frozen
current = _modes.get


@contextlib.contextmanager
def changed(**change: Any) -> Iterator[None]:
    """The modes with some fields changed, for the length of a `with` block."""
    modes = replace(current(), **change)
    token = _modes.set(replace(modes, watched=modes.anomaly or not modes.grad_enabled))
    try:
        yield
    finally:
        _modes.reset(token)


def no_grad() -> contextlib.AbstractContextManager[None]:
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
    return changed(grad_enabled=False)


def anomaly() -> contextlib.AbstractContextManager[None]:
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
    return changed(anomaly=True)


def scope(name: str) -> contextlib.AbstractContextManager[None]:
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
    outer = current().place
    return changed(place=Place(f"{outer.scope}/{name}" if outer and outer.scope else name))


@contextlib.contextmanager
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
