"""From cells to runs: single nodes in an order in which those of one operation follow each other.

A program whose nodes do not group into kernels on many rows is run node by node. Nodes are taken in the order in which they
were made, some thousands at a time, so that neighbours in time stay neighbours in memory; among these, again and again, all
that are ready of one operation make a *run*, which an interpreter goes through in a tight loop.

Adjoints live in *slots*. On the way back a cell has a slot from the first contribution to the moment when it sends its own;
then another cell gets it. Few are needed, and they stay in the cache.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from autograd import ops
from autograd.ops import Op
from autograd.replay.lower import Rows
from autograd.replay.tape import Cells, Tape
from autograd.tracing import batch_mean
from autograd.value import Value

WINDOW = 4096
"""Nodes among which runs are looked for. Their numbers fit into the cache of a core."""

MARGIN = 24
"""Zeros around the operands, so that the interpreter may look so far ahead."""

WANTED, UNWANTED = -1, 0
"""Of a cell without a slot: will it need one? Slot 0 is that of all which never do."""


class Kind(NamedTuple):
    """What the nodes of a run share. wanted: bit i is set where adjoints of the i-th input are of use."""

    op: Op
    wanted: int
    members: int

    @property
    def operands(self) -> int:
        """Of each node."""
        return self.members * len(self.op.partials)


@dataclass(slots=True)
class Runs:
    """A program of single nodes. Cells are numbered anew, in the order in which they are computed.

    parameters       the first cells; then constants, and what is computed from both
    inputs           the cells from `uniform_cells` on; then what differs from example to example
    outputs          cells, as rows of one store or the other
    kinds            of the runs
    uniform, varying of each run the number of its kind, and how many nodes it has: their results are neighbours
    operands         the cells that each node reads, in the order of the runs
    slots            of each node from which an adjoint is wanted: its own slot, and those of its operands; both with margins
    shared           uniform cells that examples read or that are asked for, each followed by its slot
    slot_count       slots 1, 2, … are those of the parameters
    uniform_…, cells how many of them the uniform nodes have, and all
    """

    parameters: list[Value]
    constants: list[float]
    inputs: int
    outputs: list[Rows]
    output_slots: list[int]
    kinds: list[Kind]
    uniform: array[int]
    varying: array[int]
    operands: array[int]
    slots: array[int]
    shared: array[int]
    slot_count: int
    uniform_cells: int
    uniform_operands: int
    uniform_slots: int
    cells: int


def in_runs(tape: Tape, parameters: Sequence[Value] | None = None) -> Runs:
    """The nodes of a tape in runs. parameters: their order, if it is given by another program of the same graph.

    Raises:  ValueError: a mean over the batch, which needs all lanes at once.
    """
    if batch_mean in tape.op:
        raise ValueError("a mean over the batch cannot be computed node by node, a few lanes at a time. Lower the tape to kernels.")
    return _Slots(_Order(tape, list(dict.fromkeys([*(parameters or []), *tape.parameters()])))).runs()


class _Order:
    """The cells that are used, numbered in the order of the runs."""

    def __init__(self, tape: Tape, parameters: list[Value]) -> None:
        self.tape = tape
        self.number = array("i", [-1]) * len(tape.op)
        self.wanted = bytearray(len(tape.op))
        self.operands = array("i")
        self.cells = 0
        leaf = {x: i for i, x in tape.leaf.items() if isinstance(x, Value)}
        constants = [i for i, x in tape.leaf.items() if not isinstance(x, Value) and tape.used[i]]
        self.parameters, self.constants = parameters, [float(tape.leaf[i]) for i in constants]
        for x in parameters:
            self.wanted[leaf[x]] = True
            self._add(leaf[x])
        for i in constants:
            self._add(i)
        self.kinds: dict[Kind, int] = {}
        computed = tape.computed()
        self.uniform = self._sorted(i for i in computed if not tape.varying[i])
        self.uniform_cells, self.uniform_operands = self.cells, len(self.operands)
        for i in tape.inputs:
            self._add(i)
        self.varying = self._sorted(i for i in computed if tape.varying[i])

    def _add(self, i: int) -> None:
        self.number[i] = self.cells
        self.cells += 1

    def _sorted(self, cells: Iterator[int]) -> array[int]:
        """The cells in runs, window by window."""
        runs = array("i")
        while window := list(islice(cells, WINDOW)):
            for run in self._window(window):
                runs.extend(run)
        return runs

    def _window(self, window: list[int]) -> Iterator[tuple[int, int]]:
        """Again and again the kind of which most nodes are ready, together with those that become ready on the way."""
        number = self.number
        users: dict[int, list[int]] = {i: [] for i in window}
        nodes: dict[int, tuple[int, Cells]] = {}
        waiting: dict[int, int] = {}
        ready: dict[int, list[int]] = defaultdict(list)
        for i in window:
            kind, cells = nodes[i] = self._node(i)
            inside = [c for c in cells if c in users]
            for c in inside:
                users[c].append(i)
            if inside:
                waiting[i] = len(inside)
            else:
                ready[kind].append(i)
        while ready:
            kind = max(ready, key=lambda k: len(ready[k]))
            run = ready.pop(kind)
            for i in run:
                self._add(i)
                self.operands.extend([number[c] for c in nodes[i][1]])
                for user in users[i]:
                    waiting[user] -= 1
                    if not waiting[user]:
                        (run if nodes[user][0] == kind else ready[nodes[user][0]]).append(user)
            yield kind, len(run)

    def _node(self, i: int) -> tuple[int, Cells]:
        """The number of a cell's kind, and the cells it reads. A square is a product."""
        tape, wanted = self.tape, self.wanted
        op, cells = tape.op[i], tape.operands_of(i)
        assert op is not None
        if op is ops.pow and cells[1] == tape.constants.get(2.0):
            op, cells = ops.mul, (cells[0], cells[0])
        members = len(cells) // len(op.partials)
        places = 0
        for place in range(len(op.partials)):
            for c in cells[place * members : (place + 1) * members]:
                places |= wanted[c] << place
        wanted[i] = places > 0
        return self.kinds.setdefault(Kind(op, places, members), len(self.kinds)), cells


class _Slots:
    """The slots of the cells, found on a walk from the last node to the first."""

    def __init__(self, order: _Order) -> None:
        self.order = order
        self.slot = array("i", [UNWANTED]) * order.cells
        for i, cell in enumerate(order.number):
            if cell >= 0 and order.wanted[i]:
                self.slot[cell] = WANTED
        self.count = 1
        self.free: list[int] = []
        outputs = [order.number[i] for i in order.tape.outputs]
        for cell in (*range(len(order.parameters)), *outputs):
            self._of(cell)
        self.z, self.o = order.cells, len(order.operands)
        self.kinds = list(order.kinds)
        self.at = sum(self._size(kind, nodes) for runs in (order.uniform, order.varying) for kind, nodes in pairs(runs))
        self.slots = array("i", [UNWANTED]) * self.at
        self._walk(order.varying)
        shared = {c for c in order.operands[self.o :] if c < order.uniform_cells}
        shared.update(c for c in outputs if c < order.uniform_cells)
        self.shared = array("i", chain.from_iterable((c, self.slot[c]) for c in sorted(shared)))
        self.z -= len(order.tape.inputs)
        self.uniform_slots = self.at
        self._walk(order.uniform)
        self.outputs = outputs

    def _of(self, cell: int) -> int:
        """The slot of a cell: a free one, if it has none and wants one."""
        slot = self.slot[cell]
        if slot == WANTED:
            if self.free:
                slot = self.free.pop()
            else:
                slot = self.count
                self.count += 1
            self.slot[cell] = slot
        return slot

    def _size(self, kind: int, nodes: int) -> int:
        """How many slots a run lists."""
        return nodes * (1 + self.kinds[kind].operands) if self.kinds[kind].wanted else 0

    def _walk(self, runs: array[int]) -> None:
        slot, slots, operands, free, of = self.slot, self.slots, self.order.operands, self.free, self._of
        for nodes, kind in pairs(runs[::-1]):
            count = self.kinds[kind].operands
            if not self.kinds[kind].wanted:
                self.z -= nodes
                self.o -= nodes * count
                continue
            for _ in range(nodes):
                self.z -= 1
                self.o -= count
                self.at -= count + 1
                slots[self.at] = slot[self.z]
                free.append(slot[self.z])
                for k in range(count):
                    slots[self.at + 1 + k] = of(operands[self.o + k])

    def runs(self) -> Runs:
        """All that was found."""
        order, tape = self.order, self.order.tape
        outputs = [Rows(bool(tape.varying[i]), order.number[i], 1) for i in tape.outputs]
        return Runs(
            order.parameters, order.constants, len(tape.inputs), outputs, [self.slot[c] for c in self.outputs], self.kinds, order.uniform,
            order.varying, with_margins(order.operands), with_margins(self.slots), self.shared, self.count, order.uniform_cells,
            order.uniform_operands, self.uniform_slots, order.cells,
        )


def with_margins(numbers: array[int]) -> array[int]:
    """The numbers with MARGIN zeros before and after them."""
    margin = array("i", bytes(MARGIN * numbers.itemsize))
    return margin + numbers + margin


def pairs(flat: array[int]) -> Iterator[tuple[int, int]]:
    """Two by two."""
    return zip(flat[::2], flat[1::2], strict=True)
