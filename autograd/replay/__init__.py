"""Trace the scalar graph once, then run it over whole batches at the speed of arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.replay.program import Program


def trace(fn: Callable[..., Any], *example: Any, executor: str | None = None) -> Program:
    """Record `fn` once, for one example, and return a program that runs it over batches at the speed of arrays.

    Args:    fn: a function of numbers or arrays of numbers, such as an input and its target, that returns a Value, or a
             sequence or array of them. It may use any parameters; they are read afresh at each run. example: arguments of
             the right shapes. executor: "native", "numpy" or "python", or None for what the environment variable
             AUTOGRAD_EXECUTOR says, or else the fastest.
    Raises:  TraceError: fn branches on a Value, or asks for its number: the trace would keep only what holds for the example.
             TypeError: fn returns no Value. ValueError: an unknown executor. RuntimeError: "native" is asked
             for and was not built.
    Differs: jax.jit traces a whole batch; here fn sees one example, as a learner writes it.
    Example:
        >>> from autograd import Value, trace
        >>> w = Value(2.0, label="w")
        >>> program = trace(lambda x: (w * x).tanh(), 0.5)
        >>> program([0.0, 1.0]).round(4)
        array([0.   , 0.964])
    """
    from autograd.replay.program import Program

    return Program(fn, example, executor)
