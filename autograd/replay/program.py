"""Programs: a function of one example, traced once, that runs over whole batches."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.modes import traced
from autograd.replay.lower import BatchMean, Fold, Gather, Kernel, Lowered, Map, MatMul, lower
from autograd.replay.native.executor import NativeExecutor, refusal
from autograd.replay.numpy_executor import NumpyExecutor
from autograd.replay.parameters import Parameters
from autograd.replay.python_executor import PythonExecutor, can_write
from autograd.replay.tape import Tape
from autograd.replay.training import TrainStep
from autograd.tracing import Recording
from autograd.value import Value

Floats = NDArray[np.float64]

Executor = NativeExecutor | NumpyExecutor | PythonExecutor
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
        self._forced = executor or os.environ.get("AUTOGRAD_EXECUTOR")
        if self._forced and self._forced not in EXECUTORS:
            raise ValueError(f"trace: there is no executor {self._forced!r}. Use {', '.join(map(repr, EXECUTORS))}, or None for the best.")
        arrays = [_number_array(x, f"argument {i} of the example") for i, x in enumerate(example)]
        self.shapes = [a.shape for a in arrays]
        self._counts = [a.size for a in arrays]
        inputs = [_leaves(a) for a in arrays]
        self._recording = Recording()
        with traced(self._recording):
            result = fn(*(a.item() if a.ndim == 0 else a for a in inputs))
        self._outputs, outputs = _output_array(result)
        filled = [v for a in inputs for v in a.flat]
        filled += [v for _, leaves in (*self._recording.noise, *self._recording.reread) for v in leaves]
        self.tape = Tape(filled, [*outputs, *(v for _, told in self._recording.told for v in told)])
        self.lowered: Lowered = lower(self.tape)
        self._results = self.lowered.outputs[: len(outputs)]
        self._to_tell = self.lowered.outputs[len(outputs) :]
        self.parameters = Parameters(self.lowered.parameters)
        self._executors: dict[int, Executor] = {}
        self.executor = self._executor(1).name

    def __call__(self, *batch: Any) -> Floats:
        """The outputs for a batch: shape (examples, …), with the shape that fn returns.

        Raises:  TypeError, ValueError: an argument that is not numbers in the example's shape with one axis before it.
        """
        executor = self._filled(batch)
        executor.forward()
        self._tell(executor)
        size = executor.varying.shape[1]
        columns = [np.broadcast_to(executor.value(rows)[0], (size,)) for rows in self._results]
        return np.stack(columns, axis=1).reshape(size, *self._outputs)

    def backward(self, *batch: Any) -> float:
        """Add the gradient of the mean over the batch to `.grad` of every parameter, as `backward` of it would.

        Returns: the mean.
        Raises:  as a call; TypeError: the program has more than one output.
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
        Raises:  TypeError: the program has more than one output. ValueError: it uses none of the optimiser's parameters.
        """
        self._require_loss()
        return TrainStep(self, optimizer)

    def explain(self) -> str:
        """The lowered program as text: kernels in order, the nodes in each, and the bytes of the stores."""
        cells = Counter(op.name for op in self.tape.op if op is not None)
        lines = [f"{sum(cells.values())} nodes ({', '.join(f'{n} {name}' for name, n in cells.most_common())})",
                 f"{len(self.lowered.parameters)} parameters, {len(self.lowered.constants)} constants, {self.lowered.inputs} inputs",
                 f"{len(self.lowered.kernels)} kernels, run by {self.executor}{self._why()}:"]
        lines += [f"  {_described(kernel)}" for kernel in self.lowered.kernels]
        lines.append(f"{16 * self.lowered.uniform_rows} bytes, and {16 * self.lowered.varying_rows} for each example")
        return "\n".join(lines)

    def _why(self) -> str:
        """Why the extension does not run it, where it does not."""
        reason = "it was asked for" if self._forced else refusal(self.lowered)
        return f" ({reason})" if reason else ""

    def __repr__(self) -> str:
        return f"<Program: {len(self.lowered.kernels)} kernels, run by {self.executor}>"

    def run(self, executor: Executor) -> float:
        """Forward and backward of the mean; the mean."""
        self._require_loss()
        rows = self._results[0]
        executor.run([(rows, 1.0 / executor.varying.shape[1] if rows.varying else 1.0)])
        self._tell(executor)
        return float(executor.value(rows).mean())

    def _tell(self, executor: Executor) -> None:
        """Send word of some numbers to whoever asked for it in the trace, as running means do."""
        told = iter(self._to_tell)
        for tell, values in self._recording.told:
            tell(np.array([executor.value(next(told)).mean() for _ in values]), executor.varying.shape[1])

    def _require_loss(self) -> None:
        if self._outputs != ():
            raise TypeError(f"the traced function returns an array of shape {self._outputs}, and only a single number has a gradient. "
                            "Return one Value, such as a loss.")

    def _filled(self, batch: tuple[Any, ...]) -> Executor:
        """The executor for the batch's size, with inputs and parameters in place."""
        arrays = self._checked(batch)
        size = len(arrays[0]) if arrays else 1
        executor = self._executor(size)
        self.executor = executor.name
        row = 0
        for a, count in zip(arrays, self._counts, strict=True):
            executor.varying[row : row + count] = a.reshape(size, count).T
            row += count
        for rng, leaves in self._recording.noise:
            draws = [rng.random() for _ in range(size * len(leaves))]
            executor.varying[row : row + len(leaves)] = np.reshape(draws, (size, len(leaves))).T
            row += len(leaves)
        for numbers, leaves in self._recording.reread:
            executor.varying[row : row + len(leaves)] = np.reshape(numbers(), (len(leaves), 1))
            row += len(leaves)
        executor.uniform[: len(self.parameters.leaves)] = self.parameters.read()
        return executor

    def _executor(self, size: int) -> Executor:
        """The executor for batches of a size: the one that was asked for, or the one that should be faster."""
        if size not in self._executors:
            chosen = self._forced or self._fastest(size)
            if chosen == "native":
                self._executors[size] = NativeExecutor(self.lowered, size)
            elif chosen == "python" and can_write(self.tape):
                self._executors[size] = PythonExecutor(self.lowered, size, self.tape)
            else:
                self._executors[size] = NumpyExecutor(self.lowered, size)
        return self._executors[size]

    def _fastest(self, size: int) -> str:
        """The name of the executor that should be the fastest for batches of a size."""
        if refusal(self.lowered) is None:
            return "native"
        operands = sum(len(self.tape.operands_of(i)) for i in self.tape.computed())
        return "python" if ARITHMETIC * size * operands < CALL * len(self.lowered.kernels) else "numpy"

    def _checked(self, batch: tuple[Any, ...]) -> list[Floats]:
        """The arguments as arrays, if every one is a batch of what the example was."""
        if len(batch) != len(self.shapes):
            raise TypeError(f"the program was traced with {len(self.shapes)} arguments, and {len(batch)} were given.")
        arrays = [_number_array(x, f"argument {i}") for i, x in enumerate(batch)]
        for i, (a, shape) in enumerate(zip(arrays, self.shapes, strict=True)):
            if a.ndim != len(shape) + 1 or a.shape[1:] != shape:
                raise ValueError(f"argument {i} has shape {a.shape}, but the example had {shape}: give a batch of shape "
                                 f"({', '.join(['N', *map(str, shape)])}{',' if not shape else ''}).")
            if len(a) == 0 or len(a) != len(arrays[0]):
                raise ValueError(f"argument {i} has {len(a)} examples, and argument 0 has {len(arrays[0])}. "
                                 "Give equally many, at least one.")
            if len(a) < self._recording.smallest:
                raise ValueError(f"argument {i} has {len(a)} example, and batch norm needs {self._recording.smallest} or more in training.")
        return arrays


def _number_array(x: Any, name: str) -> Floats:
    """`x` as a float array."""
    try:
        a = np.asarray(x)
    except ValueError:
        raise ValueError(f"{name}: the rows have unequal lengths.") from None
    if a.dtype.kind not in "iuf":
        raise TypeError(f"{name}: {a.dtype} is no type of numbers. Give ints or floats.")
    return a.astype(np.float64, copy=False)


def _leaves(a: Floats) -> NDArray[Any]:
    """A leaf for each number of the example, in an object array of its shape."""
    out = np.empty(a.shape, dtype=object)
    out.reshape(-1)[:] = [Value(x, label="input") for x in a.ravel().tolist()]
    return out


def _output_array(result: Any) -> tuple[tuple[int, ...], list[Any]]:
    """Shape and members of what fn returned."""
    members = np.asarray(result, dtype=object)
    flat = list(members.flat)
    if not flat or not all(isinstance(y, (Value, float, int)) and not isinstance(y, bool) for y in flat):
        raise TypeError(f"trace: the function returned {result!r} ({type(result).__name__}). "
                        "Return a Value, or a sequence or array of them.")
    return members.shape, [y if isinstance(y, Value) else float(y) for y in flat]


def _described(kernel: Kernel) -> str:
    """One kernel as a line."""
    if isinstance(kernel, MatMul):
        return f"{kernel.out} = {kernel.weights} @ {kernel.x}    {kernel.out.count} dots of {kernel.x.count}"
    if isinstance(kernel, Gather):
        return f"{kernel.out} = {'vu'[not kernel.varying]}[{', '.join(map(str, kernel.index[:4]))}{', …' if len(kernel.index) > 4 else ''}]"
    if isinstance(kernel, BatchMean):
        return f"{kernel.out} = mean over the batch of {kernel.input}"
    inputs = ", ".join(map(str, kernel.inputs))
    each = f" of {kernel.inputs[0].count // kernel.out.count}" if isinstance(kernel, Fold) else ""
    assert isinstance(kernel, (Map, Fold))
    return f"{kernel.out} = {kernel.op.name}({inputs})    {kernel.out.count} nodes{each}"
