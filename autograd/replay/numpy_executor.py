"""Kernels as numpy calls: forward and backward as one straight line of them, written when a batch of a size is first run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.replay.array_writer import ArrayWriter, Seeds, Stores
from autograd.replay.calls import compiled, silent
from autograd.replay.lower import Lowered, Rows


class NumpyExecutor(Stores):
    """A lowered program on numpy arrays, for batches of one size.

        uniform, varying      the stores; varying has a lane for each example
        uniform_adjoint       of the parameters, after a run
        forward()             computes the output rows from parameters, constants and inputs
        run(seeds)            does that, computes the adjoint of every parameter, and returns Σ seed · output

    Args:    every_row: compute all rows of the stores and of their adjoints, for those who want to look at them.
    """

    name = "numpy"

    def __init__(self, lowered: Lowered, batch: int, *, every_row: bool = False) -> None:
        super().__init__(lowered, batch, every_row=every_row)
        self._compiled: dict[Seeds, Any] = {}

    def forward(self) -> None:
        """Compute the outputs."""
        self._function(())()

    def run(self, seeds: Sequence[tuple[Rows, float]]) -> float:
        """Compute the outputs and the adjoint of every parameter. seeds: output rows, and the adjoint of each of their lanes."""
        return float(self._function(tuple(seeds))())

    def source(self, seeds: Sequence[tuple[Rows, float]] = ()) -> str:
        """The calls, as text."""
        return self._function(tuple(seeds)).args[0].source  # type: ignore[no-any-return]

    def _function(self, seeds: Seeds) -> Any:
        if seeds not in self._compiled:
            lines, result, space = ArrayWriter(self, seeds).written()
            self._compiled[seeds] = silent(compiled("run", (), [*lines, f"return {result}"], space))
        return self._compiled[seeds]
