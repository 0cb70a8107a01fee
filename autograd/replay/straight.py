"""Whole training steps as one Python function each: from the check of the arguments to the new parameters.

Both passes and the optimiser's rule are written one after the other, with nothing between the calls that do arithmetic. The
function goes by itself as long as nobody has looked at a parameter or at the optimiser's state, changed a setting or given a
batch of another kind. Whatever else comes up is left to `TrainStep`, after which the function is made ready again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.replay.numpy_executor import NumpyExecutor
from autograd.replay.python_executor import PythonExecutor
from autograd.replay.step_on_arrays import StepOnArrays
from autograd.replay.step_on_floats import StepOnFloats
from autograd.replay.training import TrainStep
from autograd.replay.written_step import WrittenStep

if TYPE_CHECKING:
    from autograd.replay.program import Program

KINDS: dict[type, type[WrittenStep]] = {NumpyExecutor: StepOnArrays, PythonExecutor: StepOnFloats}


class StraightTrainStep(TrainStep):
    """A training step whose usual course is a function of its own; `print(step.source)` shows it."""

    def __init__(self, program: Program, optimizer: Any) -> None:
        super().__init__(program, optimizer)
        self.written: dict[Any, WrittenStep] = {}
        self.at_work: WrittenStep | None = None
        self.usual: Callable[..., float] = self.unusual

    def __call__(self, *batch: Any) -> float:
        """One step on a batch; the loss before it.

        Raises:  as the program's call; NonFiniteGradientError: as the optimiser's step. Nothing has changed then.
        """
        return self.usual(*batch)

    @property
    def source(self) -> str:
        """The function for batches like the last one, as text; empty where there is none."""
        return self.at_work.source if self.at_work else ""

    def unusual(self, *batch: Any) -> float:
        """A step in parts, and what is needed so that the next one can be taken as usual."""
        self.settle()
        loss = super().__call__(*batch)
        self.at_work = self.made_ready(batch)
        self.usual = self.at_work.step if self.at_work else self.unusual
        return loss

    def rewritten(self, *batch: Any) -> float:
        """The same, where the optimiser does something else than it did when the function was written."""
        self.written.clear()
        return self.unusual(*batch)

    def give_back(self) -> None:
        """Bring `optimizer.state` up to date."""
        self.settle()
        super().give_back()

    def settle(self) -> None:
        """Put what the function keeps to itself where others look for it."""
        if self.program.parameters.ahead[0]:
            self.program.parameters.read()
        if self.at_work and self.ahead[0]:
            self.at_work.settle()

    def made_ready(self, batch: tuple[Any, ...]) -> WrittenStep | None:
        """The function for batches like this one, with parameters, state and settings as they are now; None if there can be none."""
        kind = KINDS.get(type(self.executor))
        if kind is None or self.program.parameters.eager or not self.is_straight() or any(type(a) is not np.ndarray for a in batch):
            return None
        key = self.executor, *(a.dtype for a in batch)
        written = self.written.get(key)
        if written is None or written.blocks is not self.blocks or not written.holds():
            try:
                written = self.written[key] = kind(self, [a.dtype for a in batch])
            except TypeError:
                return None
        written.take_up()
        return written

    def is_straight(self) -> bool:
        """Is there nothing to be done in a step but both passes and a rule for neighbouring rows?"""
        program = self.program
        plain = program.is_plain() and program.shapes and not program.requirements() and not hasattr(self.optimizer, "ahead")
        return bool(plain) and all(not block.others and isinstance(block.rows, slice) for block in self.blocks)
