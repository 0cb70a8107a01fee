"""Whole training steps as numpy calls, on the arrays of the numpy executor."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.replay.array_rule import array_calls
from autograd.replay.array_writer import ArrayWriter
from autograd.replay.calls import compiled, silent
from autograd.replay.written_step import WrittenStep


class StepOnArrays(WrittenStep):
    """Parameters stay in the executor's store from step to step, and what the optimiser remembers where its state has it."""

    def take_up(self) -> None:
        """As in the base class; and have the parameters in the store."""
        super().take_up()
        self.parameters.move_to(self.numbers)

    def moved(self) -> str:
        """Is the array of parameters another one?"""
        return "kept.numbers is not numbers"

    def body(self) -> tuple[list[str], dict[str, Any]]:
        """Calls in a function of their own, since numpy is silent there and modes cannot be seen."""
        self.numbers = self.executor.uniform[: self.count]
        gradients = self.executor.uniform_adjoint[: self.count]
        passes, loss, names = ArrayWriter(self.executor, self.seeds, outputs=False).written()
        names |= {"optimizer": self.train.optimizer, "gradients": gradients, "zeros": np.zeros(self.count)}
        stored, ruled = [], []
        for r in self.rules:
            arrays = {r.rule.θ: self.numbers[r.block.rows], r.rule.g: gradients[r.block.rows]}
            arrays |= dict(zip(r.rule.s.values(), r.block.remembered.values(), strict=True))
            called = {x: f"{r.prefix}{name}" for x, name in zip(arrays, ("θ", "g", *(f"s{j}" for j in range(len(r.rule.s)))), strict=True)}
            changed = [(r.rule.θ, r.rule.new_θ), *((x, r.rule.new_s[name]) for name, x in r.rule.s.items())]
            lines, calls = array_calls(r.rule, r.numbers, changed, called, r.block.size, r.prefix)
            stored += lines
            ruled += calls.lines
            names |= calls.space | {called[x]: array for x, array in arrays.items()}
        refused = "if dot(gradients, zeros) != 0.0 and optimizer.check_finite: return None"
        run = compiled("run", self.arguments, [*self.filled(names), *passes, refused, *ruled, f"return {loss}"], names)
        self.calls: str = run.source  # type: ignore[attr-defined]
        after = [f"loss = run({self.given})", f"if loss is None: return unusual({self.given})", *self.clocks(), "return loss"]
        return [*stored, *after], {**names, "run": silent(run), "numbers": self.numbers}

    def filled(self, names: dict[str, Any]) -> list[str]:
        """The lines that put the arguments into the store."""
        lines, row = [], 0
        for name, shape in zip(self.arguments, self.shapes, strict=True):
            size = math.prod(shape)
            names[f"rows_{name}"] = self.executor.varying[row : row + size] if shape else self.executor.varying[row]
            flat = f"{name}.reshape({self.executor.batch}, {size})" if len(shape) > 1 else name
            lines.append(f"copyto(rows_{name}, {flat}{'.T' if shape else ''})")
            row += size
        return lines
