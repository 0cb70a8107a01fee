"""Trace the scalar graph once, then run it over whole batches at the speed of arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

from autograd.modes import recording

if TYPE_CHECKING:
    from autograd.replay.program import Program
    from autograd.replay.whole import WholeProgram


@overload
def trace(fn: Callable[[], Any], *, executor: str | None = None) -> WholeProgram: ...
@overload
def trace(fn: Callable[..., Any], *example: Any, executor: str | None = None) -> Program: ...
def trace(fn: Callable[..., Any], *example: Any, executor: str | None = None) -> Program:
    """Record `fn` and return a program that runs it at the speed of arrays: over batches of examples, or whole as it is.

    trace(fn, x, y): fn is called once with an example, and the program runs it over batches. The example may be a whole
    batch itself, which fn loops over; the copies in the loop are found, and run side by side.

    trace(fn): fn takes no arguments, and may be the loss of all the data together. program() returns what fn returns: its
    loss, whose `backward` reaches the parameters, and numbers that fn reads from Values, such as an accuracy. So
    `loss = trace(loss)`, or `@trace` above it, is all that a training loop needs. fn is called twice, and must give the
    same graph both times. The Values that were there before are its parameters; its data are kept as they were.

    Args:    fn: a function of numbers or arrays of numbers, such as an input and its target, that returns a Value, or a
             sequence or array of them. It may use any parameters; they are read afresh at each run. example: arguments of
             the right shapes. executor: "native", "numpy" or "python", or None for what the environment variable
             AUTOGRAD_EXECUTOR says, or else the fastest.
    Raises:  TraceError: fn branches on a Value, or turns one into a bare number: the trace would keep only what holds now.
             Without an example also: fn draws random numbers itself; and when the program runs, if a name that fn reads
             has been bound anew, or an array of that name written. TypeError: fn returns no Value. ValueError: an unknown
             executor. RuntimeError: "native" is asked for and was not built.
    Differs: jax.jit traces a whole batch; here fn sees one example, as a learner writes it, and loops are recognised.
    Example:
        >>> from autograd import Value, trace
        >>> w = Value(2.0, label="w")
        >>> program = trace(lambda x: (w * x).tanh(), 0.5)
        >>> program([0.0, 1.0]).round(4)
        array([0.   , 0.964])
    """
    from autograd.replay.program import Program
    from autograd.replay.whole import WholeProgram

    if not callable(fn):
        raise TypeError(f"trace: {fn!r} ({type(fn).__name__}) is no function. Give the function that computes it.")
    with recording():
        return Program(fn, example, executor) if example else WholeProgram(fn, executor)
