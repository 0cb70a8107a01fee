"""From cells to kernels: cells of the same kind at the same depth become one operation on whole arrays.

Numbers live in rows of two stores. The *uniform* store has one number a row: parameters, constants, and what is computed
from them alone. The *varying* store has a row of lanes, one lane for each example of a batch. Cells are grouped by depth
and operation, and each group's results get neighbouring rows, so that most kernels read and write plain slices. Dots of
different weights with the same inputs become one matrix product.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from autograd import ops
from autograd.ops import Op
from autograd.replay.levels import VARYING, Key
from autograd.replay.tape import Cells, Tape
from autograd.tracing import batch_mean
from autograd.value import Value


@dataclass(frozen=True, slots=True)
class Rows:
    """Neighbouring rows of a store."""

    varying: bool
    start: int
    count: int

    def __str__(self) -> str:
        rows = f"{self.start}" if self.count == 1 else f"{self.start}:{self.start + self.count}"
        return f"{'vu'[not self.varying]}[{rows}]"


@dataclass(frozen=True, slots=True)
class Map:
    """out = op(inputs), row by row. An input may be a single row that serves all, or uniform where out is varying."""

    op: Op
    out: Rows
    inputs: tuple[Rows, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """out[i] = op of the i-th stretch of each input: an n-ary op on n neighbouring rows."""

    op: Op
    out: Rows
    inputs: tuple[Rows, ...]


@dataclass(frozen=True, slots=True)
class MatMul:
    """out = W x + b: one dot for each row of weights, and what is added to it, if anything is."""

    out: Rows
    weights: Rows
    x: Rows
    bias: Rows | None = None


@dataclass(frozen=True, slots=True)
class Gather:
    """out[i] = the row index[i] of a store; from a uniform one, spread over all lanes of a varying out."""

    out: Rows
    varying: bool
    index: Sequence[int]


@dataclass(frozen=True, slots=True)
class BatchMean:
    """out = the mean of each input row over its lanes: from the varying store to the uniform one."""

    out: Rows
    input: Rows


Kernel = Map | Fold | MatMul | Gather | BatchMean


@dataclass(slots=True)
class Lowered:
    """A program of kernels, and what the rows of the stores hold.

    Uniform rows: first the parameters, then the constants, then results. Varying rows: first the inputs, then results.
    """

    parameters: list[Value]
    constants: list[float]
    inputs: int
    kernels: list[Kernel]
    outputs: list[Rows]
    uniform_rows: int
    varying_rows: int


def lower(tape: Tape, parameters: Sequence[Value] | None = None) -> Lowered:
    """The kernels that compute a tape. parameters: their order, if it is given by another tape of the same graph."""
    return _Lowering(tape, parameters).lowered()


class _Lowering:
    def __init__(self, tape: Tape, order: Sequence[Value] | None) -> None:
        self.tape = tape
        self.row: dict[int, int] = dict(zip(tape.inputs, range(len(tape.inputs)), strict=True))
        self.kernels: list[Kernel] = []
        self.varying_rows = len(tape.inputs)
        groups = tape.groups()
        leaves = tape.parameter_cells
        cell = {x: i for i, x in leaves.items()} if order else {}
        met = self.as_met(groups, leaves) if order is None else dict.fromkeys(cell[x] for x in order)
        met |= dict.fromkeys(leaves)
        constants = [cell for cell in tape.constants.values() if tape.used[cell]]
        self.uniform_rows = len(met) + len(constants)
        self.row.update(zip((*met, *constants), range(self.uniform_rows), strict=True))
        self.parameters = list(map(leaves.__getitem__, met))
        self.constants = [float(tape.leaf[cell]) for cell in constants]
        for key, cells in groups.items():
            self.add(key, cells)
        self.outputs = [Rows(self.varies(i), self.row[i], 1) for i in tape.outputs]
        self.kernels = with_biases(self.kernels, self.outputs)

    def lowered(self) -> Lowered:
        tape = self.tape
        return Lowered(self.parameters, self.constants, len(tape.inputs), self.kernels, self.outputs, self.uniform_rows, self.varying_rows)

    def as_met(self, groups: Mapping[Key, list[int]], parameters: Mapping[int, Value]) -> dict[int, None]:
        """The cells of parameters in the order in which groups read them, the weights of matrix products first."""
        operands = self.tape.operands
        met: dict[int, None] = {}
        for key, cells in sorted(groups.items(), key=lambda group: not is_product(group[0])):
            if len(met) == len(parameters):
                break
            read = chain.from_iterable(map(operands.__getitem__, cells))
            found = dict.fromkeys(chain.from_iterable(read) if key[1].nary else read)
            met.update(dict.fromkeys([c for c in found if c in parameters]))
        return met

    def add(self, key: Key, cells: list[int]) -> None:
        """The kernel for a group of cells."""
        op: Op = key[1]
        members = list(map(self.tape.operands.__getitem__, cells))
        if not op.nary:
            self.add_map(op, cells, members, square=op is ops.pow and key[-1] == 2.0)
        elif is_product(key):
            inputs = key[-1]
            weights = self.side_by_side([*chain.from_iterable([xs if ys == inputs else ys for xs, ys in members])], varying=False)
            x = self.side_by_side(inputs, varying=True)
            self.kernels.append(MatMul(self.results(cells, varying=True), weights, x))
        else:
            if op in (ops.total, ops.dot, ops.logsumexp):
                members = list(map(self.by_row, members))
            varying = self.varies(cells[0])
            folded = tuple([self.side_by_side([*chain.from_iterable(s)], varying=varying) for s in zip(*members, strict=True)])
            self.kernels.append(Fold(op, self.results(cells, varying), folded))

    def by_row(self, places: tuple[Cells, ...]) -> tuple[Cells, ...]:
        """The members of an n-ary operation whose order is free, by the rows of the first place."""
        order = order_of(list(map(self.row.__getitem__, places[0])))
        return tuple([tuple([place[k] for k in order]) for place in places]) if order else places

    def add_map(self, op: Op, cells: list[int], members: list[Cells], *, square: bool) -> None:
        """The kernel of an operation with one or two inputs, by the rows of the first of them that varies as the results do."""
        varying = self.varies(cells[0])
        lead = int(varying and not self.varies(members[0][0]))
        columns = list(zip(*members, strict=True))
        if order := order_of(list(map(self.row.__getitem__, columns[lead]))):
            cells, columns = [cells[k] for k in order], [tuple([column[k] for k in order]) for column in columns]
        if op is batch_mean:
            averaged = self.side_by_side(columns[0], varying=True)
            self.kernels.append(BatchMean(self.results(cells, varying), averaged))
            return
        inputs = tuple(map(self.beside, columns))
        out = self.results(cells, varying)
        self.kernels.append(Map(ops.mul, out, (inputs[0], inputs[0])) if square else Map(op, out, inputs))

    def varies(self, cell: int) -> bool:
        """Does it differ from example to example?"""
        return self.tape.level[cell] & VARYING == VARYING

    def beside(self, cells: Cells) -> Rows:
        """The rows of cells of one store: neighbours, or a single one for all; copied together where they are neither."""
        if cells.count(cells[0]) == len(cells):
            return Rows(self.varies(cells[0]), self.row[cells[0]], 1)
        return self.side_by_side(cells, varying=self.varies(cells[0]))

    def side_by_side(self, cells: Sequence[int], *, varying: bool) -> Rows:
        """The rows of cells as neighbours in one store, copied there where they are not."""
        stores = {k & VARYING == VARYING for k in set(map(self.tape.level.__getitem__, cells))}
        index = list(map(self.row.__getitem__, cells))
        if stores == {varying} and index == list(range(index[0], index[0] + len(index))):
            return Rows(varying, index[0], len(index))
        out = self.reserve(len(cells), varying)
        if len(stores) == 1:
            self.kernels.append(Gather(out, stores.pop(), array("q", index)))
        else:
            for k, c in enumerate(cells):
                self.kernels.append(Gather(Rows(varying, out.start + k, 1), self.varies(c), (self.row[c],)))
        return out

    def results(self, cells: Sequence[int], varying: bool) -> Rows:
        """Rows for what a kernel computes."""
        out = self.reserve(len(cells), varying)
        self.row.update(zip(cells, range(out.start, out.start + out.count), strict=True))
        return out

    def reserve(self, count: int, varying: bool) -> Rows:
        """New rows at the end of a store."""
        if varying:
            self.varying_rows += count
            return Rows(True, self.varying_rows - count, count)
        self.uniform_rows += count
        return Rows(False, self.uniform_rows - count, count)


def is_product(key: Key) -> bool:
    """Do the cells of this group make a matrix product?"""
    return key[1] is ops.dot and key[-1] is not None


def order_of(rows: list[int]) -> list[int] | None:
    """The places of rows from the lowest to the highest; None if they stand so already."""
    return sorted(range(len(rows)), key=rows.__getitem__) if rows != sorted(rows) else None


def operands_of(kernel: Kernel) -> list[Rows]:
    """The rows that a kernel reads as they stand; those that a gather picks are not among them."""
    if isinstance(kernel, MatMul):
        return [kernel.weights, kernel.x, *([kernel.bias] if kernel.bias else [])]
    if isinstance(kernel, BatchMean):
        return [kernel.input]
    if isinstance(kernel, Gather):
        return []
    return list(kernel.inputs)


def with_biases(kernels: Sequence[Kernel], outputs: Sequence[Rows]) -> list[Kernel]:
    """The kernels, but products to which only a parameter is added do that themselves."""
    products = {kernel.out: kernel for kernel in kernels if isinstance(kernel, MatMul)}
    if not products:
        return list(kernels)
    readers: Counter[int] = Counter()
    for kernel in kernels:
        if isinstance(kernel, Gather) and kernel.varying:
            readers.update(kernel.index)
    for rows in (*outputs, *chain.from_iterable(map(operands_of, kernels))):
        if rows.varying:
            readers.update(range(rows.start, rows.start + rows.count))
    found: list[Kernel] = []
    taken: set[Rows] = set()
    for kernel in kernels:
        if isinstance(kernel, Map) and kernel.op is ops.add:
            x, b = kernel.inputs if kernel.inputs[0] in products else kernel.inputs[::-1]
            alone = all(readers[row] == 1 for row in range(x.start, x.start + x.count))
            if x in products and alone and not b.varying and b.count == x.count == kernel.out.count:
                found.append(replace(products[x], out=kernel.out, bias=b))
                taken.add(x)
                continue
        found.append(kernel)
    return [kernel for kernel in found if not (isinstance(kernel, MatMul) and kernel.out in taken)]
