"""Training steps of a program: forward, backward and the optimiser's own rule, on flat arrays."""

from __future__ import annotations

from itertools import groupby
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograd.value import Value

if TYPE_CHECKING:
    from autograd.replay.program import Program

Floats = NDArray[np.float64]


class TrainStep:
    """One call, one step: step(X, Y) -> loss; step.many(Xs, Ys) -> losses, one for each mini-batch."""

    def __init__(self, program: Program, optimizer: Any) -> None:
        self.program = program
        self.optimizer = optimizer
        self.row = {leaf: i for i, leaf in enumerate(program.parameters.leaves)}
        self.blocks: list[Block] = []
        if not any(leaf in self.row for group in optimizer.param_groups for p in group["params"] for leaf in leaves_of(p)):
            raise ValueError(f"{type(optimizer).__name__}: the program uses none of its parameters, so no step would change anything. "
                             "Make the optimiser with the model's parameters.")

    def __call__(self, *batch: Any) -> float:
        """One step on a batch; the loss before it.

        Raises:  as the program's call; NonFiniteGradientError: as the optimiser's step. Nothing has changed then.
        """
        program, optimizer = self.program, self.optimizer
        if not self.blocks or not all(block.is_current() for block in self.blocks):
            self.blocks = self._blocks()
        executor = program._filled(batch)
        numbers, gradients = program.parameters.numbers, executor.uniform_adjoint
        prepared = [(block, *block.prepared(), block.numbers(numbers)) for block in self.blocks]
        with np.errstate(all="ignore"):
            if hasattr(optimizer, "ahead"):
                for block, _, s, h, θ in prepared:
                    block.put(optimizer.ahead(θ, s, h), executor.uniform)
            loss = program.run(executor)
            if optimizer.check_finite and not np.isfinite(gradients[: len(self.row)]).all():
                self._refuse(gradients)
            stepped = [optimizer.update(θ, block.gradients(gradients), s, h) for block, _, s, h, θ in prepared]
        for (block, clock, s, _, _), θ in zip(prepared, stepped, strict=True):
            block.put(θ, numbers)
            block.remember(θ, clock, s)
        program.parameters.written()
        return loss

    def many(self, *batches: Any) -> Floats:
        """A step for each mini-batch: arguments have two axes more than in the example. Returns the losses."""
        return np.array([self(*batch) for batch in zip(*batches, strict=True)])

    def _blocks(self) -> list[Block]:
        """The optimiser's parameters that the program uses: those with the same settings and the same clock together."""
        blocks = []
        for group in self.optimizer.param_groups:
            used = [p for p in group["params"] if any(leaf in self.row for leaf in leaves_of(p))]
            by_clock = sorted(used, key=lambda p: self._clock(p)[0][1])
            blocks += [Block(self.optimizer, group, dict(clock), list(alike), self.row) for clock, alike in groupby(by_clock, self._clock)]
        return blocks

    def _clock(self, p: Any) -> tuple[tuple[str, float], ...]:
        old = self.optimizer.state.get(p, {})
        return tuple((name, old.get(name, start)) for name, start in self.optimizer.clock.items())

    def _refuse(self, gradients: Floats) -> None:
        """Raise as the optimiser does for gradients that are not finite, and leave every grad as it was."""
        leaves = self.program.parameters.leaves
        before = [leaf.grad for leaf in leaves]
        for leaf, g in zip(leaves, gradients.tolist(), strict=False):
            leaf.grad = g
        try:
            self.optimizer.step(lambda: None)
        finally:
            for leaf, g in zip(leaves, before, strict=True):
                leaf.grad = g


class Block:
    """Parameters that are stepped together, as one flat array; what the optimiser remembers of them are views of others.

    `optimizer.state` is therefore right after every step, at no cost; a step of the optimiser itself, or a loaded state,
    puts other records there, and the block is made anew.
    """

    def __init__(self, optimizer: Any, group: Any, clock: dict[str, float], params: list[Any], row: dict[Value, int]) -> None:
        self.optimizer, self.group, self.clock, self.params = optimizer, group, clock, params
        leaves = [leaf for p in params for leaf in leaves_of(p)]
        inside = [i for i, leaf in enumerate(leaves) if leaf in row]
        self.size = len(leaves)
        self.others = [(i, leaf) for i, leaf in enumerate(leaves) if leaf not in row]
        self.rows = as_slice([row[leaves[i]] for i in inside])
        self.inside = as_slice(inside)
        self.entries = optimizer.entries(group)
        self.remembered = {symbol: np.empty(self.size) for symbol in self.entries}
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
        self.installed = False

    def is_current(self) -> bool:
        """Is what the optimiser remembers still what this block gave it?"""
        return self.installed and all(self.optimizer.state.get(p) is record for p, record in zip(self.params, self.records, strict=True))

    def prepared(self) -> tuple[dict[str, float], SimpleNamespace, SimpleNamespace]:
        """The clock moved on, and the s and h of the optimiser's `update`."""
        clock = self.optimizer.advance(self.clock, self.group)
        return clock, SimpleNamespace(**self.remembered), SimpleNamespace(**self.optimizer.coefficients(clock, self.group))

    def numbers(self, store: Floats) -> Floats:
        """The parameters' numbers, flat."""
        return self._flat(store, lambda leaf: leaf._data)

    def gradients(self, store: Floats) -> Floats:
        """The parameters' gradients, flat: 0 for leaves that the program does not use."""
        return self._flat(store, lambda _: 0.0)

    def _flat(self, store: Floats, other: Any) -> Floats:
        if not self.others:
            return np.asarray(store[self.rows])
        out = np.empty(self.size)
        out[self.inside] = store[self.rows]
        for i, leaf in self.others:
            out[i] = other(leaf)
        return out

    def put(self, θ: Floats, store: Floats) -> None:
        """Write the program's part."""
        store[self.rows] = θ[self.inside]

    def remember(self, θ: Floats, clock: dict[str, float], s: SimpleNamespace) -> None:
        """Bring the optimiser's state up to date, and the leaves that the program does not use."""
        for i, leaf in self.others:
            leaf.data = θ[i]
        for symbol, flat in self.remembered.items():
            flat[:] = getattr(s, symbol)
        for record, place in self.floats:
            record.update({entry.name: float(self.remembered[symbol][place]) for symbol, entry in self.entries.items()})
        for p, record in zip(self.params, self.records, strict=True):
            record.update(clock)
            self.optimizer.state[p] = record
        self.clock, self.installed = clock, True


def leaves_of(p: Any) -> list[Value]:
    """The leaves of one of an optimiser's parameters: a Value is its own, an array of them has several."""
    return [p] if isinstance(p, Value) else list(np.asarray(p, dtype=object).flat)


def as_slice(index: list[int]) -> Any:
    """An index of neighbours as a slice, which numpy takes as a view."""
    if index and index == list(range(index[0], index[0] + len(index))):
        return slice(index[0], index[0] + len(index))
    return np.array(index, dtype=int)
