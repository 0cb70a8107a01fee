"""Training steps of a program: forward, backward and the optimiser's own rule, on flat arrays."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from operator import is_
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograd.replay.array_rule import compiled_rule, fixed_settings, settings_of
from autograd.replay.calls import silent
from autograd.replay.rules import Rule, recorded
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.replay.program import Program

Floats = NDArray[np.float64]


class TrainStep:
    """One call, one step: step(X, Y) -> loss; step.many(Xs, Ys) -> losses, one for each mini-batch.

    What the optimiser remembers is kept here from step to step, and given back to it when somebody asks for `optimizer.state`.
    """

    def __init__(self, program: Program, optimizer: Any) -> None:
        if not hasattr(optimizer, "param_groups"):
            raise TypeError(f"train_step: the optimiser is {optimizer!r} ({type(optimizer).__name__}). "
                            "Give an object, such as optim.SGD(model.parameters(), lr=0.1).")
        self.program = program
        self.optimizer = optimizer
        self.row = {leaf: i for i, leaf in enumerate(program.parameters.leaves)}
        self.blocks: list[Block] = []
        self._members: list[list[Any]] = []
        self.ahead = np.zeros(1, dtype=np.uint8)
        self.executor: Any = None
        if not any(leaf in self.row for group in optimizer.param_groups for p in group["params"] for leaf in leaves_of(p)):
            raise ValueError(f"{type(optimizer).__name__}: the program uses none of its parameters, so no step would change anything. "
                             "Make the optimiser with the model's parameters.")

    def __call__(self, *batch: Any) -> float:
        """One step on a batch; the loss before it.

        Raises:  TypeError, ValueError, AnomalyError: as the program's call; or TypeError, ValueError, NonFiniteGradientError: as
                 the optimiser's step. Nothing has changed then.
        """
        program, optimizer = self.program, self.optimizer
        self.make_ready()
        self.executor = executor = program._filled(batch)
        numbers, gradients = program.parameters.numbers, executor.uniform_adjoint
        here = numbers.copy() if hasattr(optimizer, "ahead") else numbers
        try:
            if here is not numbers:
                for block in self.blocks:
                    block.look_ahead(numbers, executor.uniform)
            loss = program.run(executor)
            self.require_finite(gradients)
        finally:
            numbers[:] = here
        for block in self.blocks:
            block.step(numbers, gradients)
        self.keep()
        return loss

    def many(self, *batches: Any) -> Floats:
        """A step for each mini-batch: arguments have two axes more than in the example. Returns the losses.

        Raises:  TypeError, ValueError: as a step, before the first one. AnomalyError, NonFiniteGradientError: as a step; those
                 before it have been taken.
        """
        return np.array([self(*batch) for batch in zip(*self.program._checked(batches, "MN"), strict=True)])

    def make_ready(self) -> None:
        """Take up what the optimiser remembers, if anyone else can have changed it, and check its settings as its own step does."""
        optimizer = self.optimizer
        found = [optimizer.checked_settings({name: group[name] for name in optimizer.defaults}) for group in optimizer.param_groups]
        for group, settings in zip(optimizer.param_groups, found, strict=True):
            group.update({name: x for name, x in settings.items() if type(x) is not type(group[name]) or x != group[name]})
        members = [list(group["params"]) for group in optimizer.param_groups]
        same = len(members) == len(self._members) and all(len(a) == len(b) and all(map(is_, a, b))
                                                          for a, b in zip(members, self._members, strict=True))
        if not same or not (self.ahead[0] or all(block.is_current() for block in self.blocks)):
            self.blocks = self._blocks()
            self._members = members

    def keep(self) -> None:
        """Say that parameters and state here are the new ones."""
        self.program.parameters.written()
        if not self.ahead[0]:
            self.optimizer.lend_state(self)
            self.ahead[0] = 1

    def give_back(self) -> None:
        """Bring `optimizer.state` up to date."""
        self.ahead[0] = 0
        for block in self.blocks:
            block.give_back()

    def require_finite(self, gradients: Floats) -> None:
        """Raise as the optimiser does for gradients that are not finite, and leave every grad as it was."""
        leaves = self.program.parameters.leaves
        if not self.optimizer.check_finite or np.isfinite(gradients[: len(leaves)]).all():
            return
        before = [leaf.grad for leaf in leaves]
        for leaf, g in zip(leaves, gradients.tolist(), strict=False):
            leaf.grad = g
        try:
            self.optimizer.step(lambda: None)
        finally:
            for leaf, g in zip(leaves, before, strict=True):
                leaf.grad = g

    def _blocks(self) -> list[Block]:
        """The optimiser's parameters that the program uses: those with the same settings and the same clock together."""
        blocks = []
        for group in self.optimizer.param_groups:
            used = [p for p in group["params"] if any(leaf in self.row for leaf in leaves_of(p))]
            by_clock = sorted(used, key=lambda p: (self._clock(p), min(self.row.get(leaf, len(self.row)) for leaf in leaves_of(p))))
            blocks += [Block(self.optimizer, group, dict(clock), list(alike), self.row) for clock, alike in groupby(by_clock, self._clock)]
        return blocks

    def _clock(self, p: Any) -> tuple[tuple[str, float], ...]:
        old = self.optimizer.state.get(p, {})
        return tuple((name, old.get(name, start)) for name, start in self.optimizer.clock.items())


class Block:
    """Parameters that are stepped together, as one flat array; what the optimiser remembers of them are views of others.

    A step of the optimiser itself, or a loaded state, puts other records into `optimizer.state`, and the block is made anew.
    """

    def __init__(self, optimizer: Any, group: Any, clock: dict[str, float], params: list[Any], row: dict[Value, int]) -> None:
        self.optimizer, self.group, self.clock, self.params = optimizer, group, clock, params
        leaves = [leaf for p in params for leaf in leaves_of(p)]
        inside = [i for i, leaf in enumerate(leaves) if leaf in row]
        self.size = len(leaves)
        self.others = [(i, leaf) for i, leaf in enumerate(leaves) if leaf not in row]
        self.index = [row[leaves[i]] for i in inside]
        self.rows = as_slice(self.index)
        self.inside = as_slice(inside)
        self.entries = optimizer.entries(group)
        self.remembered = {symbol: np.empty(self.size) for symbol in self.entries}
        self._rule: Rule | None = None
        self._settings: dict[str, Any] = {}
        self._given: list[dict[str, Any]] = [{} for _ in params]
        self.records: list[dict[str, Any]] = []
        self.floats: list[tuple[dict[str, Any], int]] = []
        start = 0
        for p in params:
            record = dict(optimizer.state.get(p, {}))
            stop = start + len(leaves_of(p))
            for symbol, entry in self.entries.items():
                flat = self.remembered[symbol][start:stop]
                flat[:] = np.ravel(record.get(entry.name, entry.start))
                record[entry.name] = flat.reshape(p.shape) if getattr(p, "shape", ()) else float(flat[0])
            if not getattr(p, "shape", ()):
                self.floats.append((record, start))
            self.records.append(record)
            start = stop

    @cached_property
    def stretches(self) -> list[tuple[int, int, int]]:
        """Runs of neighbouring rows: the first row, its place here, and how many there are."""
        found: list[tuple[int, int, int]] = []
        for place, row in enumerate(self.index):
            if found and row == found[-1][0] + found[-1][2]:
                start, at, size = found[-1]
                found[-1] = (start, at, size + 1)
            else:
                found.append((row, place, 1))
        return found

    def is_current(self) -> bool:
        """Is what the optimiser remembers still what this block gave it?"""
        state = self.optimizer.state
        return all(
            state.get(p) is record and all(record.get(name) is x for name, x in given.items())
            for p, record, given in zip(self.params, self.records, self._given, strict=True)
        )

    def look_ahead(self, store: Floats, out: Floats) -> None:
        """Put the place where the optimiser wants the gradient into `out`."""
        with np.errstate(all="ignore"):
            _, s, h = self._prepared()
            out[self.rows] = self.optimizer.ahead(self._numbers(store), s, h)[self.inside]

    def step(self, store: Floats, gradients: Floats) -> None:
        """Change parameters and state: by the recorded rule, or where that cannot be recorded, by the optimiser's own arithmetic."""
        θ, g = self._numbers(store), self._flat(gradients, lambda _: 0.0)
        if not self._step_by_rule(θ, g):
            with np.errstate(all="ignore"):
                clock, s, h = self._prepared()
                θ = self.optimizer.update(θ, g, s, h)
            for symbol, flat in self.remembered.items():
                flat[:] = getattr(s, symbol)
            self.clock = clock
        for i, leaf in self.others:
            leaf.data = θ[i]
        store[self.rows] = θ[self.inside]

    def _step_by_rule(self, θ: Floats, g: Floats) -> bool:
        """Change θ and the state by the rule, recorded anew where the optimiser now does something else; False if it cannot be recorded."""
        settings = fixed_settings(self.group)
        for _ in range(2):
            if self._rule is None or settings != self._settings:
                try:
                    self._rule = recorded(self.optimizer, self.group, self.clock)
                except TypeError:
                    return False
                self._settings = settings
                self._compiled = silent(compiled_rule(self._rule, self.size))
            clock = self._compiled(settings_of(self._rule, self.group), list(self.clock.values()), θ, g, *self.remembered.values())
            if clock is not None:
                self.clock = {name: type(x)(new) for (name, x), new in zip(self.clock.items(), clock, strict=True)}
                return True
            self._rule = None
        return False

    def _prepared(self) -> tuple[dict[str, float], SimpleNamespace, SimpleNamespace]:
        """The clock moved on, and the s and h of the optimiser's `update`."""
        clock = self.optimizer.advance(self.clock, self.group)
        return clock, SimpleNamespace(**self.remembered), SimpleNamespace(**self.optimizer.coefficients(clock, self.group))

    def _numbers(self, store: Floats) -> Floats:
        """The parameters' numbers, flat."""
        return self._flat(store, lambda leaf: leaf._data)

    def _flat(self, store: Floats, other: Any) -> Floats:
        if not self.others:
            return np.asarray(store[self.rows])
        out = np.empty(self.size)
        out[self.inside] = store[self.rows]
        for i, leaf in self.others:
            out[i] = other(leaf)
        return out

    def give_back(self) -> None:
        """Bring the optimiser's records up to date: arrays are views, so what is left are counts and single numbers."""
        for record, place in self.floats:
            record.update({entry.name: float(self.remembered[symbol][place]) for symbol, entry in self.entries.items()})
        for p, record in zip(self.params, self.records, strict=True):
            record.update(self.clock)
            self.optimizer.state[p] = record
        self._given = [dict(record) for record in self.records]


def leaves_of(p: Any) -> list[Value]:
    """The leaves of one of an optimiser's parameters: a Value is its own, an array of them has several."""
    return [p] if isinstance(p, Value) else list(np.asarray(p, dtype=object).flat)


def as_slice(index: list[int]) -> Any:
    """An index of neighbours as a slice, which numpy takes as a view."""
    if index and index == list(range(index[0], index[0] + len(index))):
        return slice(index[0], index[0] + len(index))
    return np.array(index, dtype=int)
