"""Tiny programs as straight-line Python on floats, forward and backward.

Below some hundred nodes a batch this beats arrays, whose calls cost more than the arithmetic. The lines are the table's
formulas, written as source; `print(executor.source(seeds))` shows them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.replay.float_writer import FloatWriter, Seeds
from autograd.replay.lower import Lowered, Rows
from autograd.replay.tape import Tape
from autograd.symbol import FORWARDS
from autograd.tracing import batch_mean

Floats = NDArray[np.float64]

QUICK = {name: getattr(math, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "cosh", "tanh", "expm1", "log1p", "atan", "erf")}
"""Functions that raise where the table's answer inf or nan: a run that hits such a point is done again with the table's."""


class PythonExecutor:
    """A traced program as one Python function, for batches of one size. The stores hold inputs, parameters and results.

        uniform, varying      parameters; inputs, a lane for each example
        uniform_adjoint       of the parameters, after a run
        forward()             computes the outputs
        run(seeds)            does that, computes the adjoint of every parameter, and returns Σ seed · output
    """

    name = "python"

    def __init__(self, lowered: Lowered, batch: int, tape: Tape) -> None:
        count = len(lowered.parameters)
        self.lowered, self.batch, self.tape = lowered, batch, tape
        self.uniform = np.zeros(count)
        self.varying = np.zeros((lowered.inputs, batch))
        self.uniform_adjoint = np.zeros(count)
        self._outputs = {rows: k for k, rows in enumerate(lowered.outputs)}
        self._results = np.zeros((len(lowered.outputs), batch))
        self._compiled: dict[Seeds, Callable[..., Any]] = {}

    def forward(self) -> None:
        """Compute the outputs."""
        self._called(())

    def run(self, seeds: Sequence[tuple[Rows, float]]) -> float:
        """Compute the outputs and the adjoint of every parameter. seeds: output rows, and the adjoint of each of their lanes."""
        total, gradients = self._called(tuple(seeds))
        self.uniform_adjoint[:] = gradients
        return total

    def value(self, rows: Rows) -> Floats:
        """The numbers of an output, a lane for each example."""
        place = self._outputs[rows]
        return self._results[place : place + 1]

    def source(self, seeds: Sequence[tuple[Rows, float]] = ()) -> str:
        """The function, as text."""
        return FloatWriter(self.tape, self.lowered, self.batch, tuple(seeds)).source()

    def _called(self, seeds: Seeds) -> tuple[float, list[float]]:
        if seeds not in self._compiled:
            self._compiled[seeds] = compiled(self.tape, self.lowered, self.batch, seeds)
        results, total, gradients = self._compiled[seeds](self.uniform.tolist(), self.varying.T.tolist())
        self._results[:] = np.transpose(results)
        return total, gradients


def compiled(tape: Tape, lowered: Lowered, lanes: int, seeds: Seeds) -> Callable[..., Any]:
    """The function; where arithmetic raises, it is done again as IEEE does it."""

    @cache
    def function(careful: bool) -> Callable[..., Any]:
        source = FloatWriter(tape, lowered, lanes, seeds, careful=careful).source()
        space: dict[str, Any] = {**FORWARDS, **({} if careful else QUICK), "inf": math.inf, "nan": math.nan}
        exec(compile(source, "<replay, emitted from the table>", "exec"), space)
        return space["run"]  # type: ignore[no-any-return]

    def run(*given: Any) -> Any:
        try:
            return function(False)(*given)
        except (OverflowError, ValueError, ZeroDivisionError):
            return function(True)(*given)

    return run


def can_write(tape: Tape) -> bool:
    """Is every example computed by itself, so that one can follow the other?"""
    return batch_mean not in tape.op
