"""The native executor: kernels as instructions of the machine in C, on arrays that numpy sees too."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.ops import TABLE, Op
from autograd.replay.arrivals import Arrivals
from autograd.replay.lower import BatchMean, Fold, Gather, Kernel, Lowered, Map, MatMul, Rows, operands_of
from autograd.replay.native.source import has_dear_partial

try:
    from autograd.replay.native import _native as _native
except ImportError:
    _native = None  # type: ignore[assignment]

Floats = NDArray[np.float64]
Places = tuple[int, int, int, bool, bool]

MAP, FOLD, MATMUL, GATHER, BATCH_MEAN = range(5)
LANES = 8
HALF = 4
"""Lanes of the widest vectors, and of the next: enough for so small a batch."""

PACKED = 256 * 32
NOTHING: Places = (0, 0, 0, False, False)


NOT_BUILT = "the native extension is not built: install a C compiler such as gcc, then this package once more"


def unknown(op: Op) -> str:
    """Why a program with this operation is refused."""
    return f"the native extension has no operation {op.name!r}: it knows the rows of the table it was built with"


def refusal(lowered: Lowered) -> str | None:
    """Why the native executor cannot run a program; None if it can."""
    if _native is None:
        return NOT_BUILT
    for kernel in lowered.kernels:
        if isinstance(kernel, (Map, Fold)) and number_of(kernel.op) is None:
            return unknown(kernel.op)
    return None


class NativeExecutor:
    """A lowered program in the machine, for batches of one size.

        uniform, varying      the stores; varying has a lane for each example. They share memory with the machine
        forward()             fills them from parameters, constants and inputs
        run(seeds)            does that, and fills the adjoints of both, from those of the output rows

    Args:    uniform: the uniform store, where several executors share one. width: the vectors to use, one of
             `_native.widths`; None for the widest.
    Raises:  RuntimeError: the extension is not built, or the program has an operation that it does not know.
    """

    name = "native"

    def __init__(self, lowered: Lowered, batch: int, width: str | None = None, uniform: Floats | None = None) -> None:
        reason = refusal(lowered)
        if reason is not None:
            raise RuntimeError(f"{reason}. Use executor='numpy'.")
        stride = padded(batch)
        if width is None and batch <= HALF and "avx2" in _native.widths:
            width, stride = "avx2", HALF
        self.uniform = aligned(lowered.uniform_rows) if uniform is None else uniform
        self.uniform_adjoint = aligned(lowered.uniform_rows)
        code = Instructions(lowered)
        varying, varying_adjoint = aligned(code.varying_rows * stride), aligned(lowered.varying_rows * stride)
        self.varying = varying.reshape(-1, stride)[: lowered.varying_rows, :batch]
        self.varying_adjoint = varying_adjoint.reshape(-1, stride)[:, :batch]
        first = len(lowered.parameters)
        self.uniform[first : first + len(lowered.constants)] = lowered.constants
        self.machine = _native.Machine(
            self.uniform, varying, self.uniform_adjoint, varying_adjoint, np.array(code.index, dtype=np.int64),
            aligned(batch * code.widest + PACKED), np.array(code.cleared, dtype=np.int64),
            aligned(batch * sum(padded(count) for _, count in code.batches)), np.array(code.rows, dtype=np.int64), code.batches,
            batch, stride, lowered.inputs, width,
        )
        self.forward = self.machine.forward
        self.width = self.machine.width

    def run(self, seeds: list[tuple[Rows, float]]) -> None:
        """Forward and backward. seeds: output rows, and the adjoint of each of their lanes."""
        self.machine.run([(rows.varying, row, seed) for rows, seed in seeds for row in range(rows.start, rows.start + rows.count)])

    def value(self, rows: Rows) -> Floats:
        """The numbers in these rows."""
        return (self.varying if rows.varying else self.uniform)[rows.start : rows.start + rows.count]

    def adjoint(self, rows: Rows) -> Floats:
        """The adjoints of these rows."""
        return (self.varying_adjoint if rows.varying else self.uniform_adjoint)[rows.start : rows.start + rows.count]


class Instructions:
    """Kernels as the machine's `Instruction`s.

        rows            an instruction each
        index           what gathers pick, one after the other
        cleared         rows whose adjoints start from 0
        batches         inputs of the program that are inputs of matrix products: first row and how many
        widest          of all inputs of matrix products
        varying_rows    with those that keep partials
        readers         how often each varying row is read, or given out
    """

    def __init__(self, lowered: Lowered) -> None:
        self.lowered = lowered
        self.index: list[int] = []
        self.varying_rows = lowered.varying_rows
        self.batches = list(dict.fromkeys((kernel.x.start, kernel.x.count) for kernel in lowered.kernels
                                          if isinstance(kernel, MatMul) and self._are_inputs(kernel.x)))
        self.widest = max((padded(kernel.x.count) for kernel in lowered.kernels if isinstance(kernel, MatMul)), default=0)
        self.readers = readers_of(lowered)
        arrivals = Arrivals(lowered)
        last_first = [self._instruction(kernel, arrivals) for kernel in reversed(lowered.kernels)]
        self.rows = last_first[::-1]
        self.cleared = [(rows.varying, rows.start, rows.count) for rows in arrivals.cleared()]

    def _instruction(self, kernel: Kernel, arrivals: Arrivals) -> tuple[int, ...]:
        z = (*_place(kernel.out), True, False)
        if isinstance(kernel, MatMul):
            bias = self._operand(kernel.bias, arrivals) if kernel.bias else NOTHING
            weights = self._operand(kernel.weights, arrivals)
            batch = self.batches.index((kernel.x.start, kernel.x.count)) if self._are_inputs(kernel.x) else -1
            read_once = all(self.readers[row] <= 1 for row in range(kernel.out.start, kernel.out.start + kernel.out.count))
            return (MATMUL, int(read_once), batch, *z, *weights, *self._operand(kernel.x, arrivals), *bias)
        if isinstance(kernel, BatchMean):
            return (BATCH_MEAN, 0, -1, *z, *self._operand(kernel.input, arrivals), *NOTHING, *NOTHING)
        if isinstance(kernel, Gather):
            start = len(self.index)
            self.index.extend(kernel.index)
            arrivals.add_to(kernel.varying, kernel.index)
            return (GATHER, 0, -1, *z, kernel.varying, start, len(kernel.index), True, False, *NOTHING, *NOTHING)
        number = number_of(kernel.op)
        assert number is not None
        x, *y = (self._operand(rows, arrivals) for rows in kernel.inputs)
        partial = self._partials(kernel)
        return (FOLD if isinstance(kernel, Fold) else MAP, number, partial, *z, *x, *(y[0] if y else NOTHING), *NOTHING)

    def _are_inputs(self, rows: Rows) -> bool:
        return rows.start + rows.count <= self.lowered.inputs

    def _operand(self, rows: Rows, arrivals: Arrivals) -> Places:
        """Rows as the machine has them. Nobody asks for the adjoints of constants and inputs."""
        lowered, stop = self.lowered, rows.start + rows.count
        constants = len(lowered.parameters)
        wanted = stop > lowered.inputs if rows.varying else not constants <= rows.start < stop <= constants + len(lowered.constants)
        return (*_place(rows), wanted, wanted and arrivals.is_first(rows))

    def _partials(self, kernel: Map | Fold) -> int:
        """Rows of the varying store for what is computed along with the value: for each result of a map, for each member of a fold."""
        if not kernel.out.varying or not has_dear_partial(kernel.op):
            return -1
        first, count = self.varying_rows, kernel.out.count if isinstance(kernel, Map) else kernel.inputs[0].count
        self.varying_rows += count
        return first


def readers_of(lowered: Lowered) -> Counter[int]:
    """How many kernels and outputs read each varying row."""
    picked = [kernel.index for kernel in lowered.kernels if isinstance(kernel, Gather) and kernel.varying]
    read = [rows for rows in (*lowered.outputs, *chain.from_iterable(map(operands_of, lowered.kernels))) if rows.varying]
    return Counter(chain(*picked, *(range(rows.start, rows.start + rows.count) for rows in read)))


def padded(count: int) -> int:
    """As many numbers as whole vectors of the widest kind hold."""
    return -(-count // LANES) * LANES


def aligned(size: int) -> Floats:
    """Zeros, from an address that is a multiple of the longest vector's size."""
    numbers = np.zeros(size + LANES)
    start = -(numbers.ctypes.data // 8) % LANES
    return numbers[start : start + size]


def number_of(op: Op) -> Any:
    """The place of op in the extension's table; None if it has no such row, or another one of that name."""
    return NUMBERS.get(op.name) if TABLE.get(op.name) is op else None


def _place(rows: Rows) -> tuple[int, int, int]:
    return rows.varying, rows.start, rows.count


NUMBERS: dict[str, int] = {name: i for i, name in enumerate(_native.operations)} if _native is not None else {}
