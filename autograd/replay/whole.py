"""A whole loss as a program: a function without arguments, such as one that loops over all data, run anew by kernels."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd import ops, value
from autograd.errors import TraceError
from autograd.modes import traced
from autograd.replay.program import Executor, Program
from autograd.replay.readings import Reading
from autograd.replay.surroundings import Surroundings
from autograd.replay.tape import Tape, oldest_first
from autograd.tracing import Recording
from autograd.value import Value


class WholeProgram(Program):
    """A function without arguments, recorded by `trace`.

        program()                what the function returns
        program.backward()       adds the loss's gradient to every parameter, and returns the loss
        program.train_step(opt)  a function () -> loss that runs forward, backward and the optimiser's update

    The function may loop over all its data, and read numbers, as for an accuracy, as long as no branch depends on them. What
    it returns may hold the loss, numbers, and tuples, lists or dicts of them. Its parameters are the Values that were there
    before; everything else, data included, is kept as it was at the trace.
    """

    def __init__(self, fn: Callable[[], Any], executor: str | None) -> None:
        self._force(executor)
        require_no_arguments(fn)
        self._fn = fn
        self.shapes, self._counts, self._outputs = [], [], ()
        first, second = Call(fn), Call(fn)
        parameters = first.leaves() & second.leaves()
        tape = first.tape(parameters)
        if repr(first.result) != repr(second.result) or not alike(tape, second.tape(parameters)):
            raise TraceError(f"{name_of(fn)} computed something else when it was called again: it draws random numbers, or counts its "
                             "calls, and the trace would keep those of one call. Make them arguments, as in trace(fn, X, y), or do "
                             "without the trace.")
        self._name, self._surroundings = name_of(fn), Surroundings(fn)
        self._recording, self._result = first.recording, first.result
        self._loss = None if first.loss is None else type(first.loss)
        self._set_up(tape, len(tape.outputs) - len(first.told))

    def __call__(self) -> Any:
        """What the function returns. The loss is a Value whose `backward` reaches the parameters; numbers that it read are floats.

        Differs: the loss depends on its parameters directly, and has first derivatives only.
        """
        executor = self._filled(())
        outputs: list[Any]
        if self._loss is None:
            self._forward(executor)
            outputs = [*self._numbers(executor)]
        else:
            self.run(executor)
            loss, *read = self._numbers(executor)
            leaves = self.parameters.leaves
            slopes = executor.uniform_adjoint[: len(leaves)].tolist()
            outputs = [value.node(self._loss, REPLAYED, loss, tuple(leaves), tuple(slopes)), *read]
        return mapped(lambda x: outputs[x.place] if isinstance(x, Output) else x, self._result)

    def is_plain(self) -> bool:
        """Does a run need nothing but arguments and parameters? It looks around first."""
        return False

    def _numbers(self, executor: Executor) -> list[float]:
        """The outputs."""
        return [float(self._output(executor, k).mean()) for k in range(self._count)]

    def _filled(self, batch: tuple[Any, ...]) -> Executor:
        changed = self._surroundings.changed()
        if changed is not None:
            raise TraceError(f"{changed!r} is no longer what it was when {self._name} was traced, and the trace goes by what it was. "
                             "Trace the function again.")
        return super()._filled(batch)

    def _require_loss(self) -> None:
        if self._loss is None:
            raise TypeError(f"{self._name} returns numbers only, and a number that was read has no gradient. Return the loss itself.")


@dataclass(frozen=True)
class Output:
    """Stands in a function's result where a Value was, or a number that was read."""

    place: int


class Call:
    """One call of a function that is recorded.

    recording  what it asked for
    outputs    its loss if it has one, then the numbers that it read
    result     what it returned, with an Output for each of these
    """

    def __init__(self, fn: Callable[[], Any]) -> None:
        self.recording = WholeRecording()
        with traced(self.recording):
            returned = fn()
        found: list[Value | Reading] = []
        mapped(lambda x: found.append(x) if isinstance(x, (Value, Reading)) else require_plain(x), returned)
        losses = [x for x in found if isinstance(x, Value)]
        if not found:
            raise TypeError(f"trace: the function returned {ops.shown(returned)}, and no Value. Return the loss.")
        if len(losses) > 1:
            raise TypeError(f"trace: the function returned {len(losses)} Values, and only one can be the loss. "
                            "Of the others return the numbers, v.data.")
        read = [x for x in found if isinstance(x, Reading)]
        place = {id(x): i for i, x in enumerate([*losses, *read])}
        self.loss = losses[0] if losses else None
        self.outputs = [*losses, *(x.node for x in read)]
        self.result = mapped(lambda x: Output(place[id(x)]) if id(x) in place else x, returned)
        self.told = [v for _, values in self.recording.told for v in values]

    def leaves(self) -> set[Value]:
        """Every leaf of its graph."""
        return {v for v in oldest_first([*self.outputs, *self.told]) if v.op is None}

    def tape(self, parameters: set[Value]) -> Tape:
        """Its graph, in which all leaves but the parameters are constants."""
        filled = [v for _, leaves in (*self.recording.noise, *self.recording.reread) for v in leaves]
        return Tape(filled, [*self.outputs, *self.told], parameters)


class WholeRecording(Recording):
    """The recording of a function that is run as it is. Its numbers may be read, as long as no branch depends on them."""

    whole = True

    def number(self, v: Value) -> Any:
        """The number of a Value, whatever it will be."""
        return Reading(v, v)

    def compared(self, v: Value, relation: Callable[[Any, Any], Any], other: Any) -> Any:
        """How it will compare."""
        return relation(self.number(v), self.number(other) if isinstance(other, Value) else other)


def alike(a: Tape, b: Tape) -> bool:
    """Are these the same cells, with the same parameters and constants?"""
    return (a.op == b.op and a.operands == b.operands and a.outputs == b.outputs and a.constants == b.constants
            and [(i, id(x)) for i, x in a.leaf.items() if i not in a.inputs and isinstance(x, Value)]
            == [(i, id(x)) for i, x in b.leaf.items() if i not in b.inputs and isinstance(x, Value)])


def mapped(f: Callable[[Any], Any], result: Any) -> Any:
    """The result with f of all that stands in it, in tuples, lists and dicts."""
    if isinstance(result, dict):
        return {key: mapped(f, x) for key, x in result.items()}
    if isinstance(result, (tuple, list)):
        members = [mapped(f, x) for x in result]
        return type(result)(*members) if hasattr(result, "_fields") else type(result)(members)
    return f(result)


def require_plain(x: Any) -> None:
    """Raise TypeError if x is neither a bare number nor text."""
    if not (x is None or isinstance(x, (bool, int, float, str, np.generic))):
        raise TypeError(f"trace: among its results the function returned {ops.shown(x)}. "
                        "Return the loss, numbers, and tuples, lists or dicts of them.")


def require_no_arguments(fn: Callable[..., Any]) -> None:
    """Raise TypeError if fn cannot be called without arguments."""
    try:
        inspect.signature(fn).bind()
    except TypeError as error:
        raise TypeError(f"trace: {name_of(fn)} cannot be called without arguments ({error}). "
                        "Give an example of them, as in trace(fn, X[0], y[0]).") from None
    except ValueError:  # of a built-in there is no signature
        pass


def name_of(fn: Any) -> str:
    """How messages call a function."""
    return repr(getattr(fn, "__name__", type(fn).__name__))


def slope(z: Any, x: Any, y: Any) -> Any:  # noqa: ARG001
    """∂z/∂x, which was computed with z.

    Raises:  TypeError: a graph of the gradient is asked for.
    """
    if isinstance(z, Value):
        raise TypeError("a loss that a program computed has no graph for higher derivatives. Call the function that was traced instead.")
    return y


REPLAYED = replace(
    ops.dot, name="replayed", partials=(slope, slope), text="replayed({0}, {1})", latex=r"\operatorname{{replayed}}({0}, {1})",
    reason="The program computed the slope towards each parameter together with the loss.",
)
"""What a program computed from its parameters: they are the first operands, and the slopes towards them the second."""
