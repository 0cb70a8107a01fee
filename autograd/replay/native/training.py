"""A whole training step in one call to C: both passes, and the optimiser's rule as the operations it was recorded with."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import Context
from itertools import count
from operator import is_not
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograd.modes import _modes, current
from autograd.replay.native.executor import NativeExecutor, _native, number_of
from autograd.replay.native.rule_source import loop
from autograd.replay.rules import Register, Rule, Step, recorded
from autograd.replay.training import Block, TrainStep
from autograd.tracing import RELATIONS

if TYPE_CHECKING:
    from autograd.replay.program import Program

Floats = NDArray[np.float64]

USUAL = Context().run(current)
"""The modes where nobody has asked for others."""

Described = tuple[Any, ...]


class NativeTrainStep(TrainStep):
    """A training step whose parameters, state and counts stay in C from step to step.

    Users hold its `quick`, the extension's Step: it does the whole step by itself as long as nobody has looked at a parameter or at the
    optimiser's state, or changed a setting; else it asks here, where everything is taken up anew.
    """

    def __init__(self, program: Program, optimizer: Any) -> None:
        super().__init__(program, optimizer)
        self.quick = _native.Step(self)
        self.rules: list[tuple[Block, Rule, NumberedRule]] = []
        self._bound_to: list[Any] = []
        self.make_ready()
        self._record()

    def __call__(self, *batch: Any) -> float:
        """One step on a batch; the loss before it.

        Raises:  as the program's call; NonFiniteGradientError: as the optimiser's step. Nothing has changed then.
        """
        arrays = self.program._checked(batch)
        if not self._runs_in_one_call(len(arrays[0])):
            self._leave_to_python()
            return super().__call__(*batch)
        losses = np.empty(1)
        self._take(losses, [a[np.newaxis] for a in arrays])
        return float(losses[0])

    def many(self, *batches: Any) -> Floats:
        """A step for each mini-batch: arguments have two axes more than in the example. Returns the losses.

        Raises:  as a step on each of the mini-batches; the steps before a NonFiniteGradientError have been taken.
        """
        arrays = self.program._checked(batches, "MN")
        if not self._runs_in_one_call(arrays[0].shape[1]):
            self._leave_to_python()
            return super().many(*arrays)
        losses = np.empty(len(arrays[0]))
        self._take(losses, arrays)
        return losses

    def give_back(self) -> None:
        """Bring `optimizer.state` up to date, counts of steps first."""
        self._read_clocks()
        super().give_back()

    def _runs_in_one_call(self, size: int) -> bool:
        """Can C do it all: by kernels, with nobody to tell of numbers that are not finite?"""
        return not current().anomaly and isinstance(self.program._executor(size), NativeExecutor)

    def _leave_to_python(self) -> None:
        """Take the next step here, where every number can be looked at."""
        self._read_clocks()
        self.rules, self._bound_to = [], []

    def _read_clocks(self) -> None:
        """Take the counts over from C; whole numbers stay whole."""
        for block, rule, numbered in self.rules:
            block.clock = {name: type(block.clock[name])(numbered.number(register)) for name, register in rule.clock.items()}

    def _take(self, losses: Floats, arrays: Sequence[Floats]) -> None:
        """Steps until there are no batches left: as far as C goes by itself, then again with what has changed.

        A batch at which C stops twice is left to Python, which raises what there is to raise.
        """
        arrays = [np.ascontiguousarray(a) for a in arrays]
        taken, stopped = 0, False
        while taken < len(losses):
            gradients = self._bind(arrays[0].shape[1])
            done = self.quick.take(losses[taken:], *(a[taken:] for a in arrays))
            taken += done
            if done:
                self.keep()
            if taken < len(losses):
                self.require_finite(gradients)
                self._bound_to = []
            if stopped and not done:
                self._leave_to_python()
                losses[taken] = super().__call__(*(a[taken] for a in arrays))
                taken += 1
            stopped = not done

    def _bind(self, size: int) -> Floats:
        """Make the quick way ready for batches of a size, with parameters, state and settings as they are now; the gradients' array."""
        program, optimizer = self.program, self.optimizer
        self.make_ready()
        executor = program._executor(size)
        assert isinstance(executor, NativeExecutor)
        program.executor = executor.name
        program.parameters.read()
        program.parameters.move_to(executor.uniform[: len(self.row)])
        settings = [(group, name, x) for group in optimizer.param_groups for name, x in group.items() if name != "params"]
        now = [executor, self.blocks, *(x for _, _, x in settings)]
        if len(now) != len(self._bound_to) or any(map(is_not, now, self._bound_to)):
            self._record()
            loss = program.lowered.outputs[0]
            self.quick.bind(
                executor.machine, tuple(program.shapes), program.parameters.ahead, self.ahead, _modes, USUAL,
                optimizer.param_groups, tuple(part for setting in settings for part in setting),
                loss.varying, loss.start, required(program), len(self.row), optimizer.check_finite,
                [numbered.described for _, _, numbered in self.rules],
            )
            self._bound_to = now
        return executor.uniform_adjoint

    def _record(self) -> None:
        """The rules of the next step.

        Raises:  TypeError: they cannot be recorded.
        """
        self._read_clocks()
        self.rules = []
        for block in self.blocks:
            if block.others:
                raise TypeError("a parameter is only partly used by the program")
            rule = recorded(self.optimizer, block.group, block.clock)
            self.rules.append((block, rule, NumberedRule(rule, block)))


class NumberedRule:
    """A rule as `step.c` wants it: operations, operands and results by number.

    described: (numbers, on_numbers, conditions, clock, on_arrays, results, stretches, used, remembered, pieces, whole); the last is the
    place of the loop that was compiled for the whole rule, if one was.
    """

    def __init__(self, rule: Rule, block: Block) -> None:
        known = [*rule.constants, *rule.settings.values(), *rule.clock.values(), *(out for _, out, _ in rule.on_numbers)]
        self._slot = {id(register): i for i, register in enumerate(known)}
        self.numbers = np.array([register.number for register in known], dtype=float)
        on_numbers = self._coded(rule.on_numbers)
        arrays = [rule.θ, rule.g, *rule.s.values()]
        self._slot |= {id(register): len(known) + i for i, register in enumerate(arrays)}
        pairs = zip((rule.new_θ, *rule.new_s.values()), (rule.θ, *rule.s.values()), strict=True)
        results = [(new, old) for new, old in pairs if new is not old]
        if any(not new.is_array or id(new) in self._slot for new, _ in results):
            raise TypeError("a rule keeps an array as it was, or the same number for every parameter")
        pieces = self._place_pieces(rule.on_arrays, [new for new, _ in results], len(known) + len(arrays))
        on_arrays = self._coded(rule.on_arrays)
        relations = list(RELATIONS)
        conditions = [(relations.index(name), self._slot[id(x)], self._slot[id(y)], answer) for name, x, y, answer in rule.conditions]
        clock = [(self._slot[id(rule.advanced[name])], self._slot[id(register)]) for name, register in rule.clock.items()]
        moves = [(self._slot[id(new)], self._slot[id(old)]) for new, old in results]
        coded = [np.array(part, dtype=np.int64) for part in (on_numbers, conditions, clock, on_arrays, moves, block.stretches)]
        text, numbers = loop(rule)
        whole = WHOLE.get(text, -1)
        used = np.array([self._slot[id(register)] for register in numbers] if whole >= 0 else [], dtype=np.int64)
        self.described: Described = (self.numbers, *coded, used, list(block.remembered.values()), pieces, whole)

    def number(self, register: Register) -> float:
        """What a number is now."""
        return float(self.numbers[self._slot[id(register)]])

    def _coded(self, steps: Sequence[Step]) -> list[tuple[int, ...]]:
        """(operation, result, x, y) by number; an operation of one operand has it twice."""
        coded: list[tuple[int, ...]] = []
        for op, out, xs in steps:
            number = number_of(op)
            if number is None or op.nary:
                raise TypeError(f"the native extension has no operation {op.name!r}")
            coded.append((number, self._slot[id(out)], self._slot[id(xs[0])], self._slot[id(xs[-1])]))
        return coded

    def _place_pieces(self, steps: Sequence[Step], results: Sequence[Register], first: int) -> int:
        """Slots for what is in between, each used again when its register is read no more. How many there are."""
        last = {id(x): i for i, (_, _, xs) in enumerate(steps) for x in xs} | {id(register): len(steps) for register in results}
        free: list[int] = []
        fresh = count(first)
        used = 0
        for i, (_, out, xs) in enumerate(steps):
            if not free:
                free.append(next(fresh))
                used += 1
            self._slot[id(out)] = free.pop()
            free += {self._slot[id(x)] for x in (*xs, out) if last.get(id(x), i) == i and self._slot[id(x)] >= first}
        return used


def required(program: Program) -> Floats:
    """What must hold in every run: (is the row varying, row, relation, bound) for each."""
    relations = list(RELATIONS)
    found = [(rows.varying, rows.start, relations.index(must.relation), must.bound) for rows, must in program.requirements()]
    return np.array(found, dtype=float)


def whole_step(program: Program, optimizer: Any) -> Any:
    """The quick step of a program, or None where something must be done in Python at every step: random numbers to draw, running means to
    tell, a gradient elsewhere than at the parameters, leaves that are written at once, or a rule that is more than arithmetic.
    """
    if hasattr(optimizer, "ahead") or program.parameters.eager or not program.is_plain():
        return None
    try:
        return NativeTrainStep(program, optimizer).quick
    except TypeError:
        return None


WHOLE: dict[str, int] = {text: i for i, text in enumerate(_native.rules)} if _native is not None else {}
