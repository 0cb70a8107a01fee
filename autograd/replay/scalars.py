"""The interpreter of single nodes: runs in C, on arrays that numpy sees too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from autograd.replay.arguments import counted
from autograd.replay.lower import Rows
from autograd.replay.native.executor import NOT_BUILT, _native, aligned, number_of, unknown
from autograd.replay.runs import MARGIN, Runs

Floats = NDArray[np.float64]

ALONE, SHORT, LONG = 1, 8, 32
"""Lanes that go through a program together: a block."""

CACHE = 1 << 20
"""Numbers up to which a long block pays: more would leave the caches."""


class ScalarExecutor:
    """A program of single nodes in the interpreter, for batches of one size. The stores hold parameters and inputs.

        uniform, varying      parameters; inputs, a lane for each example. They share memory with the interpreter
        uniform_adjoint       of the parameters, after a run
        describes             how the program is run, for people
        nbytes                of numbers, adjoints and instructions
        forward()             computes the outputs
        run(seeds)            computes the outputs, and the adjoint of every parameter

    Args:    outputs: the rows by which the outputs are asked for, where another lowering of the same tape has named them.
             width: the vectors to use, one of `_native.widths`; None for the widest.
    Raises:  RuntimeError: the extension is not built, or does not know an operation. ValueError: the processor has no such vectors.
    """

    name = "native"

    def __init__(self, runs: Runs, batch: int, outputs: Sequence[Rows] | None = None, width: str | None = None) -> None:
        reason = refusal(runs)
        if reason is not None:
            raise RuntimeError(f"{reason}. Use executor='numpy'.")
        self.width = width or _native.widths[-1]
        if self.width not in _native.widths:
            raise ValueError(f"Scalars: this processor has no vectors called {width!r}. Use one of {', '.join(_native.widths)}.")
        parameters, leaves = len(runs.parameters), len(runs.parameters) + len(runs.constants)
        lanes = lanes_of(runs.cells, batch)
        block = 0 if lanes == ALONE else lanes
        numbers, adjoints = aligned(runs.uniform_cells if block else runs.cells), aligned(runs.slot_count)
        numbers[parameters:leaves] = runs.constants
        self.uniform, self.uniform_adjoint = numbers[:parameters], adjoints[1 : 1 + parameters]
        self.varying = np.zeros((runs.inputs, batch))
        self._place = {rows: k for k, rows in enumerate(outputs or runs.outputs)}
        self._outputs, self._seeds = np.zeros((len(runs.outputs), batch)), np.zeros(len(runs.outputs))
        kinds = [(number_of(kind.op), kind.wanted, kind.members) for kind in runs.kinds]
        most_operands = max((kind.operands for kind in runs.kinds), default=0)
        written = (numbers, adjoints, aligned(block * runs.cells), aligned(block * runs.slot_count), self.varying, self._outputs,
                   self._seeds, aligned(lanes * most_operands))
        read = (np.array(kinds, dtype=np.int32), runs.uniform, runs.varying, runs.operands, runs.slots,
                np.array([rows.start for rows in runs.outputs], dtype=np.int32), np.array(runs.output_slots, dtype=np.int32), runs.shared)
        self._interpreter = _native.Scalars((*written, *read), self.width, batch, lanes, MARGIN, runs.cells, parameters, leaves,
                                            runs.uniform_cells, runs.uniform_operands, runs.uniform_slots)
        self.forward = self._interpreter.forward
        self.nbytes = sum(np.asarray(numbers).nbytes for numbers in (*written, *read))
        self.describes = f"node by node, in {counted((len(runs.uniform) + len(runs.varying)) // 2, 'run')}"

    def run(self, seeds: Sequence[tuple[Rows, float]]) -> None:
        """Forward and backward. seeds: outputs, and the adjoint of each of their lanes."""
        self._seeds.fill(0.0)
        for rows, seed in seeds:
            self._seeds[self._place[rows]] += seed
        self._interpreter.run()

    def value(self, rows: Rows) -> Floats:
        """The numbers of an output, a lane for each example."""
        place = self._place[rows]
        return self._outputs[place : place + 1]


def refusal(runs: Runs) -> str | None:
    """Why the interpreter cannot run a program; None if it can."""
    if _native is None:
        return NOT_BUILT
    for kind in runs.kinds:
        if number_of(kind.op) is None:
            return unknown(kind.op)
    return None


def lanes_of(cells: int, batch: int) -> int:
    """How many lanes go through a program of so many cells together."""
    if batch == 1:
        return ALONE
    return LONG if batch > 2 * SHORT and LONG * cells <= CACHE else SHORT
