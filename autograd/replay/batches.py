"""A loss written over a whole batch, in a loop, holds the same computation many times over: here the copies are found.

Where many terms are added up that were computed alike, from the same parameters and from numbers of their own, one copy is
kept and given lanes, one for each term. The tape then is that of a function of one example, and the numbers of the copies
are its batch. What was added up is the mean over the lanes, times their number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import ops
from autograd.ops import Op
from autograd.replay.tape import Cells, Tape
from autograd.tracing import batch_mean

Floats = NDArray[np.float64]

FEWEST = 4
"""Lanes; below, it is not worth while."""

SHARE = 0.5
"""Of all computed cells, how many must be copies."""

NUMBER = "number"
"""The label of inputs and constants, which may differ from lane to lane."""


class Batch:
    """A tape with lanes, and where the numbers of its inputs come from.

    tape   the copies done once; its inputs vary from lane to lane
    lanes  how many there are
    picks  for each output, which of its lanes

    Args:    whole: the tape with all the copies. cells: for each input of the new tape, the cells of the whole one, lane by
             lane, whose numbers it has.
    """

    def __init__(self, tape: Tape, whole: Tape, cells: Sequence[Cells], lanes: int, picks: Sequence[slice]) -> None:
        self.tape = tape
        self.lanes = lanes
        self.picks = picks
        constants = {i: x for i, x in whole.leaf.items() if isinstance(x, float)}
        self._constants = np.array(list(constants.values()))
        place = {i: k for k, i in enumerate([*whole.inputs, *constants])}
        self._index = np.array([[place[i] for i in column] for column in cells], dtype=int).reshape(len(cells), lanes)

    def spread(self, numbers: Floats) -> Floats:
        """The inputs of the tape in all lanes, from those of the whole tape."""
        return np.take(np.concatenate((numbers, self._constants)), self._index)


@dataclass(slots=True)
class Copies:
    """Cells that are computed alike: one column for each cell of a copy, with that cell in every lane.

    columns  the cells of the copies, those of numbers included
    shared   the cells outside that all lanes use
    alike    are they, in all lanes?
    parts    if not: the lanes that are, as far as can be seen
    """

    alike: bool = True
    columns: set[Cells] = field(default_factory=set)
    shared: set[int] = field(default_factory=set)
    parts: list[list[int]] = field(default_factory=list)


@dataclass(slots=True)
class Reduction:
    """A sum or a dot over lanes: the columns of each group of lanes, and the members that are left over."""

    groups: list[tuple[Cells, ...]]
    rest: dict[int, tuple[int, ...]]


def batch_of(tape: Tape, *, loss: bool) -> Batch | None:
    """The tape with its copies in lanes; None where there are too few of them. loss: the first output stands by itself."""
    if batch_mean in tape.op:
        return None
    found = _Search(tape, 1 if loss else 0)
    lanes = found.best()
    return _Rewriting(tape, found, lanes).batch() if lanes else None


class _Search:
    """All sums over copies in a tape."""

    def __init__(self, tape: Tape, first: int) -> None:
        self.tape = tape
        self.computed = tape.computed()
        self.budget = 2 * len(tape.op)
        self.parameters = tape.parameter_cells.keys()
        self.label: list[Any] = [op or NUMBER for op in tape.op]
        for i in self.parameters:
            self.label[i] = i
        self.copies: dict[int, Copies] = defaultdict(Copies)
        self.sums: dict[int, dict[int, Reduction]] = defaultdict(dict)
        self.outputs: dict[int, dict[int, tuple[Cells, int]]] = defaultdict(dict)
        for found, (column,) in self.groups([tape.outputs[first:]]):
            self.outputs[len(found)] |= {first + k: (column, lane) for lane, k in enumerate(found)}
        for i in reversed(self.computed):
            if (op := tape.op[i]) is ops.total or op is ops.dot:
                members = tape.operands[i]
                for found, columns in self.groups(members):
                    reduction = self.sums[len(found)].setdefault(i, Reduction([], dict(enumerate(zip(*members, strict=True)))))
                    reduction.groups.append(columns)
                    for k in found:
                        del reduction.rest[k]

    def labels(self, cells: Sequence[int]) -> list[Any]:
        """What cells must share to be alike: the operation; of numbers that they are numbers; of a parameter, which one it is."""
        return list(map(self.label.__getitem__, cells))

    def best(self) -> int:
        """The number of lanes that leaves the fewest cells; 0 where too many would be left."""
        copied = {lanes: lanes * sum(self.tape.op[c[0]] is not None for c in found.columns) for lanes, found in self.copies.items()}
        lanes = max(copied, key=copied.__getitem__, default=0)
        return lanes if lanes and copied[lanes] >= SHARE * len(self.computed) else 0

    def groups(self, members: Sequence[Sequence[int]]) -> Iterator[tuple[list[int], tuple[Cells, ...]]]:
        """Copies among the members of a sum or dot, or among the outputs: which they are, and their roots as columns."""
        if len(members[0]) < FEWEST or any(map(self.are_distinct_parameters, members)):
            return
        kinds = list(zip(*map(self.labels, members), strict=True))
        waiting = [lanes for lanes in parts(kinds) if any(isinstance(label, Op) for label in kinds[lanes[0]])]
        while waiting:
            lanes = waiting.pop()
            columns = tuple(tuple([s[k] for k in lanes]) for s in members)
            if all(column.count(column[0]) == len(column) for column in columns):
                continue
            copies = self.walked(columns)
            waiting += [[lanes[k] for k in part] for part in copies.parts]
            if copies.alike:
                self.copies[len(lanes)].columns |= copies.columns
                self.copies[len(lanes)].shared |= copies.shared
                yield lanes, columns

    def are_distinct_parameters(self, cells: Sequence[int]) -> bool:
        """Are these parameters, each another one?"""
        return cells[0] in self.parameters and self.parameters >= set(cells) and len(set(cells)) == len(cells)

    def walked(self, roots: Sequence[Cells]) -> Copies:
        """Everything below the roots, lane beside lane, as long as all lanes are alike."""
        tape, copies, known = self.tape, Copies(), self.copies[len(roots[0])].columns
        waiting = list(roots)
        while waiting:
            column = waiting.pop()
            if column.count(column[0]) == len(column):
                copies.shared.add(column[0])
                continue
            if column in copies.columns or column in known:
                continue
            self.budget -= len(column)
            if self.budget < 0:
                return Copies(alike=False)
            labels = self.labels(column)
            if labels.count(labels[0]) == len(labels):
                copies.columns.add(column)
                op = tape.op[column[0]]
                if op is None:
                    continue
                operands = [tape.operands[c] for c in column]
                if not op.nary:
                    waiting += zip(*operands, strict=True)
                    continue
                labels = [len(sequences[0]) for sequences in operands]
                if labels.count(labels[0]) == len(labels):
                    for sequences in zip(*operands, strict=True):
                        waiting += zip(*sequences, strict=True)
                    continue
            return Copies(alike=False, parts=parts(labels))
        return copies


def parts(labels: Sequence[Any]) -> list[list[int]]:
    """The places of equal labels, where there are enough of them."""
    if len(set(labels)) > len(labels) - FEWEST + 1:
        return []
    if labels.count(labels[0]) == len(labels):
        return [list(range(len(labels)))]
    places: dict[Any, list[int]] = defaultdict(list)
    for k, label in enumerate(labels):
        places[label].append(k)
    return [found for found in places.values() if len(found) >= FEWEST]


class _Rewriting:
    """A tape made anew, with lanes in the place of copies."""

    def __init__(self, tape: Tape, found: _Search, lanes: int) -> None:
        self.old, self.new = tape, Tape()
        self.lanes = lanes
        self.copies, self.sums, self.outputs = found.copies[lanes], found.sums[lanes], found.outputs[lanes]
        self.inputs: list[Cells] = []
        self.single: dict[int, int] = {}
        self.column: dict[Cells, int] = {}

    def batch(self) -> Batch:
        """The new tape: columns and single cells in the order in which the old one has the first of them."""
        needed = self.still_needed()
        columns = sorted(self.copies.columns)
        self.inputs = [column for column in columns if self.old.op[column[0]] is None]
        self.inputs += [(i,) * self.lanes for i in self.old.inputs if needed[i]]
        self.new.inputs = [self.new.add(None, ()) for _ in self.inputs]
        for cells, i in zip(self.inputs, self.new.inputs, strict=True):
            if cells in self.copies.columns:
                self.column[cells] = i
            else:
                self.single[cells[0]] = i
        waiting = iter([column for column in columns if column not in self.column])
        column = next(waiting, None)
        for i in range(len(self.old.op)):
            if needed[i] and i not in self.single:
                self.single[i] = self.one(i)
            while column and column[0] == i:
                self.column[column] = self.new.add(self.old.op[i], self.translated(column))
                column = next(waiting, None)
        picks = []
        for k, i in enumerate(self.old.outputs):
            root, lane = self.outputs.get(k, ((i,) * self.lanes, 0))
            self.new.outputs.append(self.lane(root))
            picks.append(slice(lane, lane + 1))
        self.new.settle()
        return Batch(self.new, self.old, self.inputs, self.lanes, picks)

    def still_needed(self) -> list[bool]:
        """The cells of the old tape that are computed by themselves."""
        needed = [False] * len(self.old.op)
        for i in (*(i for k, i in enumerate(self.old.outputs) if k not in self.outputs), *self.copies.shared):
            needed[i] = True
        for i in reversed(range(len(needed))):
            if needed[i]:
                below = [c for member in self.sums[i].rest.values() for c in member] if i in self.sums else self.old.operands_of(i)
                for c in below:
                    needed[c] = True
        return needed

    def one(self, i: int) -> int:
        """A cell that is no copy, in the new tape."""
        op, leaf = self.old.op[i], self.old.leaf.get(i)
        if i in self.sums:
            return self.summed(self.sums[i])
        if op is None:
            return self.new.constant(leaf) if isinstance(leaf, float) else self.new.add_leaf(leaf)  # type: ignore[arg-type]
        operands = self.old.operands[i]
        moved = tuple(tuple(self.single[c] for c in s) for s in operands) if op.nary else tuple(self.single[c] for c in operands)
        return self.new.add(op, moved)

    def translated(self, column: Cells) -> Any:
        """The operands of a copy's cell, in the new tape."""
        op = self.old.op[column[0]]
        operands = [self.old.operands[c] for c in column]
        assert op is not None
        if op.nary:
            return tuple(tuple(self.lane(c) for c in zip(*sequences, strict=True)) for sequences in zip(*operands, strict=True))
        return tuple(self.lane(c) for c in zip(*operands, strict=True))

    def lane(self, column: Cells) -> int:
        """The cell of the new tape that has these numbers in its lanes."""
        return self.column[column] if column in self.column else self.single[column[0]]

    def summed(self, reduction: Reduction) -> int:
        """A sum over lanes, and what else was added."""
        terms = []
        for columns in reduction.groups:
            factors = tuple(self.lane(column) for column in columns)
            each = factors[0] if len(factors) == 1 else self.new.add(ops.mul, factors)
            terms.append(self.new.add(ops.mul, (self.mean(each), self.new.constant(float(self.lanes)))))
        rest = [tuple(self.single[c] for c in member) for member in reduction.rest.values()]
        if rest and len(rest[0]) == 2:
            terms.append(self.new.add(ops.dot, tuple(zip(*rest, strict=True))))
        else:
            terms += [c for c, in rest if self.new.leaf.get(c) != 0.0]
        if len(terms) == 1:
            return terms[0]
        return self.new.add(ops.add, tuple(terms)) if len(terms) == 2 else self.new.add(ops.total, (tuple(terms),))

    def mean(self, i: int) -> int:
        """The mean of a cell over the lanes."""
        return self.new.add(batch_mean, (i,))
