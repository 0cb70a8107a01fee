"""The native executor: kernels as instructions of the machine in C, on arrays that numpy sees too."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.ops import TABLE, Op
from autograd.replay.lower import BatchMean, Gather, Kernel, Lowered, MatMul, Rows

try:
    from autograd.replay.native import _native
except ImportError:
    _native = None  # type: ignore[assignment]

Floats = NDArray[np.float64]

MAP, FOLD, MATMUL, GATHER, BATCH_MEAN = range(5)
LANES = 8
NOTHING = (0, 0, 0, 0)


def refusal(lowered: Lowered) -> str | None:
    """Why the native executor cannot run a program; None if it can."""
    if _native is None:
        return "the native extension is not built: install a C compiler such as gcc, then this package once more"
    for kernel in lowered.kernels:
        if not isinstance(kernel, (MatMul, Gather, BatchMean)) and _number(kernel.op) is None:
            return f"the native extension has no operation {kernel.op.name!r}: it knows the rows of the table it was built with"
    return None


class NativeExecutor:
    """A lowered program in the machine, for batches of one size.

        uniform, varying      the stores; varying has a lane for each example. They share memory with the machine
        forward()             fills them from parameters, constants and inputs
        run(seeds)            does that, and fills the adjoints of both, from those of the output rows

    Args:    width: the vectors to use, one of `_native.widths`; None for the widest.
    Raises:  RuntimeError: the extension is not built, or the program has an operation that it does not know.
    """

    name = "native"

    def __init__(self, lowered: Lowered, batch: int, width: str | None = None) -> None:
        reason = refusal(lowered)
        if reason is not None:
            raise RuntimeError(f"{reason}. Use executor='numpy'.")
        stride = -(-batch // LANES) * LANES
        self.uniform, self.uniform_adjoint = aligned(lowered.uniform_rows), aligned(lowered.uniform_rows)
        varying, varying_adjoint = aligned(lowered.varying_rows * stride), aligned(lowered.varying_rows * stride)
        self.varying = varying.reshape(-1, stride)[:, :batch]
        self.varying_adjoint = varying_adjoint.reshape(-1, stride)[:, :batch]
        self._inputs, self._parameters, self._constants = lowered.inputs, len(lowered.parameters), len(lowered.constants)
        self.uniform[self._parameters : self._parameters + self._constants] = lowered.constants
        index: list[int] = []
        code = [self._instruction(kernel, index) for kernel in lowered.kernels]
        widest = max((kernel.x.count for kernel in lowered.kernels if isinstance(kernel, MatMul)), default=0)
        self._machine = _native.Machine(
            self.uniform, varying, self.uniform_adjoint, varying_adjoint, np.array(code, dtype=np.int64), np.array(index, dtype=np.int64),
            aligned(batch * (-(-widest // LANES) * LANES)), batch, stride, lowered.inputs, width,
        )
        self.forward = self._machine.forward
        self.width = self._machine.width

    def backward(self, seeds: list[tuple[Rows, float]]) -> None:
        """Compute the adjoint of every row. seeds: output rows, and the adjoint of each of their lanes."""
        self._machine.backward(_by_row(seeds))

    def run(self, seeds: list[tuple[Rows, float]]) -> None:
        """Forward and backward."""
        self._machine.run(_by_row(seeds))

    def value(self, rows: Rows) -> Floats:
        """The numbers in these rows."""
        return (self.varying if rows.varying else self.uniform)[rows.start : rows.start + rows.count]

    def adjoint(self, rows: Rows) -> Floats:
        """The adjoints of these rows."""
        return (self.varying_adjoint if rows.varying else self.uniform_adjoint)[rows.start : rows.start + rows.count]

    def _instruction(self, kernel: Kernel, index: list[int]) -> tuple[int, ...]:
        """A kernel as the machine's `Instruction`; what a gather picks is put at the end of `index`."""
        z = self._rows(kernel.out)
        if isinstance(kernel, MatMul):
            return (MATMUL, 0, *z, *self._rows(kernel.weights), *self._rows(kernel.x))
        if isinstance(kernel, BatchMean):
            return (BATCH_MEAN, 0, *z, *self._rows(kernel.input), *NOTHING)
        if isinstance(kernel, Gather):
            start = len(index)
            index.extend(kernel.index)
            return (GATHER, 0, *z, kernel.varying, start, len(kernel.index), True, *NOTHING)
        x, *y = (self._rows(rows) for rows in kernel.inputs)
        number = _number(kernel.op)
        assert number is not None
        return (FOLD if kernel.op.nary else MAP, number, *z, *x, *(y[0] if y else NOTHING))

    def _rows(self, rows: Rows) -> tuple[int, int, int, int]:
        """Rows as the machine has them. Nobody asks for the adjoints of constants and inputs."""
        stop = rows.start + rows.count
        wanted = stop > self._inputs if rows.varying else not self._parameters <= rows.start < stop <= self._parameters + self._constants
        return rows.varying, rows.start, rows.count, wanted


def aligned(size: int) -> Floats:
    """Zeros, from an address that is a multiple of the longest vector's size."""
    numbers = np.zeros(size + LANES)
    start = -(numbers.ctypes.data // 8) % LANES
    return numbers[start : start + size]


def _by_row(seeds: list[tuple[Rows, float]]) -> list[tuple[bool, int, float]]:
    return [(rows.varying, row, seed) for rows, seed in seeds for row in range(rows.start, rows.start + rows.count)]


def _number(op: Op) -> Any:
    """The place of op in the extension's table; None if it has no such row, or another one of that name."""
    return NUMBERS.get(op.name) if TABLE.get(op.name) is op else None


NUMBERS: dict[str, int] = {name: i for i, name in enumerate(_native.operations)} if _native is not None else {}
