"""Under `anomaly()`, a program says where a number became infinite or not a number, as the graph does.

Kernels know no lines of source. So where a run may have met such a number, the traced function is called once more for each
example, on Values, and the first of them to go wrong raises what it would have raised without a program. The native executor
keeps every number, and shows by itself whether there is one; others do not, and every run of theirs is looked into so.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from autograd.errors import AnomalyError
from autograd.modes import traced
from autograd.replay.arguments import argument_of, leaves_of
from autograd.replay.lower import BatchMean, Fold, Kernel, Map, MatMul, Rows
from autograd.replay.native.executor import NativeExecutor
from autograd.value import TAMER, Value, adjoints

if TYPE_CHECKING:
    from autograd.replay.program import Executor, Program

Floats = NDArray[np.float64]


def require_finite(program: Program, executor: Executor, *, backward: bool) -> None:
    """Raise if the last run met a number that is not finite. backward: adjoints count, too.

    Raises:  AnomalyError: with op, operands, source line and the example's place in the batch; at least with the op.
    """
    finite = all(np.isfinite(numbers).all() for numbers in computed(program, executor, backward=backward))
    if finite and isinstance(executor, NativeExecutor):
        return
    for i in range(size_of(program)):
        try:
            call_again(program, executor, i, backward=backward)
        except AnomalyError as error:
            where = f" This was example {i} of the batch." if program.shapes else ""
            raise AnomalyError(f"{error}{where}") from None
    if not finite:
        raise AnomalyError(f"{found_in(program, executor)} No example does so by itself. {TAMER}")


def computed(program: Program, executor: Executor, *, backward: bool) -> Iterator[Floats]:
    """What a run computes: the outputs and the parameters' adjoints, and all between them if the executor keeps it."""
    lowered = program.lowered
    yield from (executor.value(rows) for rows in lowered.outputs)
    if backward:
        yield executor.uniform_adjoint[: len(lowered.parameters)]
    if isinstance(executor, NativeExecutor):
        yield executor.uniform[len(lowered.parameters) + len(lowered.constants) :]
        yield executor.varying[lowered.inputs :]
        if backward:
            yield executor.varying_adjoint[lowered.inputs :]


def call_again(program: Program, executor: Executor, i: int, *, backward: bool) -> None:
    """The traced function on one example of the last batch, on Values that have its numbers; under anomaly, it may raise."""
    recording = type(program._recording)()
    recording.noise = Drawn(noise_of(program, executor, i))
    with traced(recording):
        result = program._fn(*(argument_of(leaves_of(batch[i])) for batch in program._given))
    if backward:
        for root in np.asarray(result, dtype=object).flat:
            if isinstance(root, Value):
                adjoints(root)


def size_of(program: Program) -> int:
    """How many examples the last batch had."""
    return len(program._given[0]) if program._given else 1


class Drawn(list[tuple[random.Random, list[Value]]]):
    """The random numbers of a function that is called again: those that it had."""

    def __init__(self, numbers: Iterator[float]) -> None:
        super().__init__()
        self.numbers = numbers

    def append(self, asked: tuple[random.Random, list[Value]]) -> None:
        """Fill the leaves that are asked for, and draw nothing."""
        for leaf, number in zip(asked[1], self.numbers, strict=False):
            leaf._data = number


def noise_of(program: Program, executor: Executor, i: int) -> Iterator[float]:
    """The random numbers that example i had in the last run; none where lanes are no examples."""
    if executor.varying.shape[1] != size_of(program):
        return iter(())
    first = sum(batch[i].size for batch in program._given)
    count = sum(len(leaves) for _, leaves in program._recording.noise)
    return iter(executor.varying[first : first + count, i].tolist())


def found_in(program: Program, executor: Executor) -> str:
    """What can be said without the graph: the first kernel that has such a number."""
    for kernel in program.lowered.kernels:
        numbers = kept(executor, kernel.out)
        for place in map(tuple, np.argwhere(~np.isfinite(numbers))):
            lane = f" in example {place[1]} of the batch" if kernel.out.varying and numbers.shape[1] == size_of(program) else ""
            return f"{name_of(kernel)} gave {numbers[place]}{lane}."
    return "An adjoint became infinite or not a number."


def kept(executor: Executor, rows: Rows) -> Floats:
    """The numbers in a kernel's rows, as far as the executor keeps them."""
    return (executor.varying if rows.varying else executor.uniform)[rows.start : rows.start + rows.count]


def name_of(kernel: Kernel) -> str:
    """What a kernel computes."""
    if isinstance(kernel, (Map, Fold)):
        return kernel.op.name
    return "dot" if isinstance(kernel, MatMul) else "a mean over the batch" if isinstance(kernel, BatchMean) else "a copy"
