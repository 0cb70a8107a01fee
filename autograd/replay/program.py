"""Programs: a function of one example, traced once, that runs over whole batches."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograd.modes import current, traced
from autograd.replay.arguments import argument_of, counted, leaves_of
from autograd.replay.batches import batch_of
from autograd.replay.costs import groups_badly
from autograd.replay.explained import explanation
from autograd.replay.finite import require_finite
from autograd.replay.lower import Lowered, Rows, lower
from autograd.replay.native.executor import NativeExecutor, refusal
from autograd.replay.native.training import whole_step
from autograd.replay.numpy_executor import NumpyExecutor
from autograd.replay.parameters import Parameters
from autograd.replay.python_executor import PythonExecutor, can_write
from autograd.replay.runs import Runs, in_runs
from autograd.replay.scalars import ScalarExecutor
from autograd.replay.straight import StraightTrainStep
from autograd.replay.tape import Tape
from autograd.replay.training import TrainStep
from autograd.tracing import Recording, Requirement
from autograd.value import Value

if TYPE_CHECKING:
    from autograd._draw.picture import Picture

Floats = NDArray[np.float64]

Executor = NativeExecutor | ScalarExecutor | NumpyExecutor | PythonExecutor
EXECUTORS = ("native", "numpy", "python")

CALL, ARITHMETIC = 4.0, 0.1
"""Microseconds, roughly: of a kernel's calls on arrays, and of one operand's part in straight-line Python."""


class Program:
    """A function of one example, recorded by `trace`.

        program(X, …)            the outputs for a batch
        program.backward(X, …)   adds the gradient of the mean to every parameter, and returns the mean
        program.train_step(opt)  a function (X, …) -> loss that runs forward, backward and the optimiser's update
        program.explain()        which nodes became which kernel
        program.executor         what ran the last batch: "native" where the extension is built, else "python" for tiny programs and
                                 "numpy" for the rest

    Each argument has one axis more than in the example, the examples of the batch.
    """

    def __init__(self, fn: Callable[..., Any], example: tuple[Any, ...], executor: str | None) -> None:
        self._force(executor)
        arrays = [_number_array(x, f"argument {i} of the example") for i, x in enumerate(example)]
        self.shapes = [a.shape for a in arrays]
        self._counts = [a.size for a in arrays]
        inputs = list(map(leaves_of, arrays))
        self._fn, self._recording = fn, Recording()
        with traced(self._recording):
            result = fn(*map(argument_of, inputs))
        self._outputs, outputs = _output_array(result)
        filled = [v for a in inputs for v in a.flat]
        filled += [v for _, leaves in (*self._recording.noise, *self._recording.reread) for v in leaves]
        self._set_up(Tape(filled, [*outputs, *(v for _, told in self._recording.told for v in told)]), len(outputs))

    def _force(self, executor: str | None) -> None:
        """Keep to one executor, if one is named here or in the environment."""
        self._forced = executor or os.environ.get("AUTOGRAD_EXECUTOR")
        if self._forced and self._forced not in EXECUTORS:
            raise ValueError(f"trace: there is no executor {self._forced!r}. Use {', '.join(map(repr, EXECUTORS))}, or None for the best.")

    def _set_up(self, tape: Tape, outputs: int) -> None:
        """Lower the tape; its first outputs are what the program returns."""
        self._recorded = tape
        self._given: list[Floats] = []
        self._count = outputs
        self._batch = batch_of(tape, loss=self._outputs == ())
        self._forms: dict[bool, Lowered] = {}
        self._use(lanes=self._batch is not None)
        self.parameters = Parameters(self.lowered.parameters)
        self._executors: dict[int, Executor] = {}
        self._runs: tuple[Tape, Runs] | None = None
        self.executor = self._executor(1).name if self._forced else self._chosen(1)

    def _use(self, *, lanes: bool) -> None:
        """Run the tape with its copies in lanes, or else as it was recorded."""
        self.tape = self._batch.tape if lanes and self._batch else self._recorded
        if lanes not in self._forms:
            order: list[Value] | None = self.parameters.leaves if self._forms else None
            self._forms[lanes] = lower(self.tape, order)
            self._recorded.pack()
        self.lowered: Lowered = self._forms[lanes]
        self._picks = self._batch.picks if lanes and self._batch else [slice(None)] * len(self.lowered.outputs)

    def __call__(self, *batch: Any) -> Floats:
        """The outputs for a batch: shape (examples, …), with the shape that fn returns.

        Raises:  TypeError, ValueError: an argument that is not numbers in the example's shape with one axis before it.
                 AnomalyError: under anomaly(), a number is not finite. Nothing has changed then.
        """
        executor = self._filled(batch)
        self._forward(executor)
        size = 1 if self._batch and self.tape is self._batch.tape else executor.varying.shape[1]
        columns = [np.broadcast_to(self._output(executor, k)[0], (size,)) for k in range(self._count)]
        return np.stack(columns, axis=1).reshape(size, *self._outputs)

    def backward(self, *batch: Any) -> float:
        """Add the gradient of the mean over the batch to `.grad` of every parameter, as `backward` of it would.

        Returns: the mean.
        Raises:  TypeError, ValueError, AnomalyError: as a call; under anomaly() an adjoint counts, too. TypeError: the program
                 has more than one output.
        """
        executor = self._filled(batch)
        loss = self.run(executor)
        for leaf, g in zip(self.parameters.leaves, executor.uniform_adjoint.tolist(), strict=False):
            leaf.grad = g if leaf.grad is None else leaf.grad + g
        return loss

    def train_step(self, optimizer: Any) -> TrainStep:
        """A function of a batch that does what zero_grad, forward, backward and `optimizer.step()` do, and returns the loss.

        Args:    optimizer: from `optim`, over parameters that the program uses. Its state goes on where it is, and can be
                 read and saved between steps; gradients are not written.
        Raises:  TypeError: the program has more than one output, or the optimiser is none. ValueError: the program uses none
                 of the optimiser's parameters.
        """
        self._require_loss()
        quick = whole_step(self, optimizer) if self.executor == "native" else None
        return quick or StraightTrainStep(self, optimizer)

    def is_plain(self) -> bool:
        """Does a run need its arguments and the parameters alone: nothing drawn at random, asked for anew or told but requirements?"""
        recording = self._recording
        only_required = all(isinstance(tell, Requirement) for tell, _ in recording.told)
        return only_required and not (recording.noise or recording.reread or self._batch)

    def requirements(self) -> list[tuple[Rows, Requirement]]:
        """What must hold of an output in every run of a plain program."""
        told = [tell for tell, _ in self._recording.told if isinstance(tell, Requirement)]
        return list(zip(self.lowered.outputs[self._count :], told, strict=True))

    def explain(self) -> str:
        """The lowered program as text: kernels in order, the nodes in each, and the bytes of the stores."""
        return explanation(self)

    def _picture(self) -> Picture:
        """What `draw` draws."""
        from autograd._draw.program import picture_of_program

        return picture_of_program(self)

    def _why(self) -> str:
        """Why the extension does not run it, where it does not."""
        reason = "it was asked for" if self._forced else refusal(self.lowered)
        return f" ({reason})" if reason else ""

    def __repr__(self) -> str:
        by = f"{counted(len(self.lowered.kernels), 'kernel')}" if self.lowered.kernels else "node by node"
        return f"<Program: {by}, run by {self.executor}>"

    def run(self, executor: Executor) -> float:
        """Forward and backward of the mean; the mean."""
        self._require_loss()
        rows = self.lowered.outputs[0]
        mean = executor.run([(rows, 1.0 / executor.varying.shape[1] if rows.varying else 1.0)])
        if current().anomaly:
            require_finite(self, executor, backward=True)
        self._tell(executor)
        return float(executor.value(rows).mean()) if mean is None else mean

    def _forward(self, executor: Executor) -> None:
        """Compute the outputs."""
        executor.forward()
        if current().anomaly:
            require_finite(self, executor, backward=False)
        self._tell(executor)

    def _tell(self, executor: Executor) -> None:
        """Send word of some numbers to whoever asked for it in the trace, as running means do."""
        told = iter(range(self._count, len(self.lowered.outputs)))
        for tell, values in self._recording.told:
            tell(np.array([self._output(executor, next(told)).mean() for _ in values]), executor.varying.shape[1])

    def _output(self, executor: Executor, k: int) -> Floats:
        """The numbers of an output, a lane for each example."""
        return executor.value(self.lowered.outputs[k])[..., self._picks[k]]

    def _require_loss(self) -> None:
        if self._outputs != ():
            raise TypeError(f"the traced function returns an array of shape {self._outputs}, and only a single number has a gradient. "
                            "Return one Value, such as a loss.")

    def _filled(self, batch: tuple[Any, ...]) -> Executor:
        """The executor for the batch's size, with inputs and parameters in place."""
        self._given = arrays = self._checked(batch)
        size = len(arrays[0]) if arrays else 1
        if self._batch:
            self._use(lanes=size == 1)
        executor = self._executor(size)
        self.executor = executor.name
        if self._batch and size == 1:
            numbers = np.empty((len(self._recorded.inputs), 1))
            self._fill(numbers, arrays, size)
            executor.varying[: self.lowered.inputs] = self._batch.spread(numbers[:, 0])
        else:
            self._fill(executor.varying, arrays, size)
        executor.uniform[: len(self.parameters.leaves)] = self.parameters.read()
        return executor

    def _fill(self, rows: Floats, arrays: list[Floats], size: int) -> None:
        """Put the inputs of a batch into rows: the arguments, random numbers, and what is asked for anew at every run."""
        row = 0
        for a, count in zip(arrays, self._counts, strict=True):
            rows[row : row + count] = a.reshape(size, count).T
            row += count
        for rng, leaves in self._recording.noise:
            draws = [rng.random() for _ in range(size * len(leaves))]
            rows[row : row + len(leaves)] = np.reshape(draws, (size, len(leaves))).T
            row += len(leaves)
        for numbers, leaves in self._recording.reread:
            rows[row : row + len(leaves)] = np.reshape(numbers(), (len(leaves), 1))
            row += len(leaves)

    def _executor(self, size: int) -> Executor:
        """The executor for batches of a size: the one that was asked for, or the one that should be faster."""
        if size not in self._executors:
            lanes = self._batch.lanes if self._batch and size == 1 else size
            chosen = self._chosen(lanes)
            if chosen == "native":
                self._executors[size] = self._in_c(lanes)
            elif chosen == "python":
                self._executors[size] = PythonExecutor(self.lowered, lanes, self.tape)
            else:
                self._executors[size] = NumpyExecutor(self.lowered, lanes)
        return self._executors[size]

    def _in_c(self, lanes: int) -> NativeExecutor | ScalarExecutor:
        """By kernels, or node by node where there would be too many of them; then they are let go, since they take the most memory."""
        if self.lowered.kernels == [] and self.tape.computed():
            self._keep(lower(self.tape, self.parameters.leaves))
        if not groups_badly(self.lowered, lanes):
            return NativeExecutor(self.lowered, lanes)
        if self._runs is None or self._runs[0] is not self.tape:
            self._runs = self.tape, in_runs(self.tape, self.parameters.leaves)
        self._keep(replace(self.lowered, kernels=[]))
        return ScalarExecutor(self._runs[1], lanes, self.lowered.outputs)

    def _keep(self, lowered: Lowered) -> None:
        """Let this be the present form."""
        self.lowered = self._forms[self.tape is not self._recorded] = lowered

    def _chosen(self, size: int) -> str:
        """The name of the executor for batches of a size."""
        chosen = self._forced or self._fastest(size)
        return "numpy" if chosen == "python" and not can_write(self.tape) else chosen

    def _fastest(self, size: int) -> str:
        """The name of the executor that should be the fastest for batches of a size."""
        if refusal(self.lowered) is None:
            return "native"
        operands = sum(len(self.tape.operands_of(i)) for i in self.tape.computed())
        return "python" if ARITHMETIC * size * operands < CALL * len(self.lowered.kernels) else "numpy"

    def _checked(self, batch: tuple[Any, ...], axes: str = "N") -> list[Floats]:
        """The arguments as arrays, if every one is a batch of what the example was; with axes "MN", M batches."""
        if len(batch) != len(self.shapes):
            raise TypeError(f"the program was traced with {counted(len(self.shapes), 'argument')}, and {len(batch)} were given. "
                            "Give a batch for each.")
        arrays = [_number_array(x, f"argument {i}") for i, x in enumerate(batch)]
        for i, (a, shape) in enumerate(zip(arrays, self.shapes, strict=True)):
            leading, first = a.shape[: len(axes)], arrays[0].shape[: len(axes)]
            if a.ndim != len(shape) + len(axes) or a.shape[len(axes) :] != shape:
                raise ValueError(f"argument {i} has shape {a.shape}, but the example had {shape}: give a batch of shape "
                                 f"({', '.join([*axes, *map(str, shape)])}{',' if len(axes) + len(shape) == 1 else ''}).")
            if 0 in leading or leading != first:
                raise ValueError(f"argument {i} has {of_examples(leading)}, and argument 0 has {of_examples(first)}. "
                                 "Give equally many, at least one.")
            if leading[-1] < self._recording.smallest:
                raise ValueError(f"argument {i} has {leading[-1]} example, and batch norm needs {self._recording.smallest} or more "
                                 "in training.")
        return arrays


def of_examples(leading: tuple[int, ...]) -> str:
    """How many examples, or batches of them."""
    *batches, examples = leading
    of_each = counted(examples, "example")
    return f"{counted(batches[0], 'batch', 'batches')} of {of_each}" if batches else of_each


def _number_array(x: Any, name: str) -> Floats:
    """`x` as a float array."""
    try:
        a = np.asarray(x)
    except ValueError:
        raise ValueError(f"{name}: the rows have unequal lengths. Give every row the same number of members.") from None
    if a.dtype.kind not in "iuf":
        raise TypeError(f"{name}: {a.dtype} is no type of numbers. Give ints or floats.")
    return a.astype(np.float64, copy=False)


def _output_array(result: Any) -> tuple[tuple[int, ...], list[Any]]:
    """Shape and members of what fn returned."""
    members = np.asarray(result, dtype=object)
    flat = list(members.flat)
    if not flat or not all(isinstance(y, (Value, float, int)) and not isinstance(y, bool) for y in flat):
        raise TypeError(f"trace: the function returned {result!r} ({type(result).__name__}). "
                        "Return a Value, or a sequence or array of them.")
    return members.shape, [y if isinstance(y, Value) else float(y) for y in flat]
