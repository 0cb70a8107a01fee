"""What the functions that take whole training steps have in common: when they may be used, and the numbers of the rules."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.modes import current
from autograd.replay.array_rule import RuleNumbers, fixed_settings, settings_of
from autograd.replay.calls import compiled
from autograd.replay.rules import Rule, recorded
from autograd.replay.training import Block

if TYPE_CHECKING:
    from autograd.replay.straight import StraightTrainStep


@dataclass(slots=True)
class BlockRule:
    """A block's rule, and the numbers that the function reads: settings, counts, and the group as it was when they were taken."""

    block: Block
    rule: Rule
    prefix: str
    numbers: RuleNumbers
    fixed: dict[str, Any]
    settings: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)

    def names(self) -> dict[str, Any]:
        """What the names of these numbers mean in the function."""
        found = {"settings": self.settings, "clock": self.clock, "group": self.block.group, "seen": self.seen}
        return {f"{self.prefix}{name}": thing for name, thing in found.items()}


class WrittenStep(ABC):
    """A function that takes whole steps, for batches of one size and type.

        step       the function
        source     its text
        take_up()  makes it ready to go on from where parameters, state and settings are now
        settle()   puts the counts, and what else it keeps to itself, where others look for them

    Raises:  TypeError: a rule cannot be recorded.
    """

    def __init__(self, train: StraightTrainStep, dtypes: Sequence[Any]) -> None:
        program, optimizer = train.program, train.optimizer
        self.train, self.executor, self.blocks, self.dtypes, self.shapes = train, train.executor, train.blocks, dtypes, program.shapes
        self.parameters = program.parameters
        self.count = len(self.parameters.leaves)
        self.rules = []
        for i, block in enumerate(self.blocks):
            rule = recorded(optimizer, block.group, block.clock)
            self.rules.append(BlockRule(block, rule, f"b{i}_", RuleNumbers(rule, f"b{i}_"), fixed_settings(block.group)))
        loss = program.lowered.outputs[0]
        self.seeds = ((loss, 1.0 / self.executor.batch if loss.varying else 1.0),)
        flags: list[Any] = [self.parameters.ahead, train.ahead]
        space: dict[str, Any] = {
            "ndarray": np.ndarray, "current": current, "optimizer": optimizer, "groups": optimizer.param_groups, "kept": self.parameters,
            "parameters_ahead": memoryview(flags[0]), "state_ahead": memoryview(flags[1]),
            "unusual": train.unusual, "rewritten": train.rewritten,
        }
        space |= {f"dtype{i}": dtype for i, dtype in enumerate(dtypes)}
        for r in self.rules:
            space |= r.names() | r.numbers.space
        self.arguments = [f"a{i}" for i in range(len(self.shapes))]
        self.given = ", ".join(self.arguments)
        body, names = self.body()
        self.step = compiled("step", self.arguments, [*self.guards(), *body], {**space, **names})
        self.source: str = self.step.source  # type: ignore[attr-defined]

    def guards(self) -> list[str]:
        """The lines that leave the usual course, and those that work out the rules' numbers."""
        tests = []
        for i, (name, shape) in enumerate(zip(self.arguments, self.shapes, strict=True)):
            of_batch = self.executor.batch, *shape
            tests += [f"{name}.__class__ is not ndarray", f"{name}.shape != {of_batch}", f"{name}.dtype is not dtype{i}"]
        tests += ["not parameters_ahead[0]", "not state_ahead[0]", self.moved(), f"len(groups) != {len(self.train.optimizer.param_groups)}"]
        tests += [*(f"{r.prefix}group != {r.prefix}seen" for r in self.rules), "current().anomaly"]
        lines = [f"if {' or '.join(tests)}: return unusual({self.given})"]
        for r in self.rules:
            lines += r.numbers.lines
            lines += [f"if not ({r.numbers.condition}): return rewritten({self.given})"] if r.numbers.condition else []
        return lines

    def holds(self) -> bool:
        """Are the settings that are no numbers still those that the rules were recorded for?"""
        return all(fixed_settings(r.block.group) == r.fixed for r in self.rules)

    def take_up(self) -> None:
        """Take the numbers that are now."""
        for r in self.rules:
            r.settings[:] = settings_of(r.rule, r.block.group)
            r.clock[:] = r.block.clock.values()
            r.seen.clear()
            r.seen.update(r.block.group)

    def settle(self) -> None:
        """Give the counts to the blocks; whole numbers stay whole."""
        for r in self.rules:
            r.block.clock = {name: type(x)(new) for (name, x), new in zip(r.block.clock.items(), r.clock, strict=True)}

    def clocks(self) -> list[str]:
        """The lines that move the counts on."""
        return [f"{r.prefix}clock[{i}] = {text}" for r in self.rules for i, text in enumerate(r.numbers.clock)]

    @abstractmethod
    def moved(self) -> str:
        """The test for parameters that are no longer where the function has them."""

    @abstractmethod
    def body(self) -> tuple[list[str], dict[str, Any]]:
        """Both passes, the rules, and the loss; and what the names in these lines mean."""
