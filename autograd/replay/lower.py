"""From cells to kernels: cells of the same kind at the same depth become one operation on whole arrays.

Numbers live in rows of two stores. The *uniform* store has one number a row: parameters, constants, and what is computed
from them alone. The *varying* store has a row of lanes, one lane for each example of a batch. Cells are grouped by depth
and operation, and each group's results get neighbouring rows, so that most kernels read and write plain slices. Dots of
different weights with the same inputs become one matrix product.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from autograd import ops
from autograd.ops import Op
from autograd.replay.tape import Tape
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


Key = tuple[Any, ...]


class _Lowering:
    def __init__(self, tape: Tape, order: Sequence[Value] | None) -> None:
        self.tape = tape
        self.row: dict[int, int] = {cell: row for row, cell in enumerate(tape.inputs)}
        self.kernels: list[Kernel] = []
        self.varying_rows = len(tape.inputs)
        groups = self.groups()
        parameters = {cell: x for cell, x in tape.leaf.items() if isinstance(x, Value) and tape.used[cell] and not tape.varying[cell]}
        if order is None:
            first = sorted(groups, key=lambda group: group[0][0] != "matmul")
            met = dict.fromkeys(chain.from_iterable(tape.operands_of(i) for _, cells in first for i in cells))
            in_order = dict.fromkeys(c for c in met if c in parameters)
        else:
            place = {x: i for i, x in parameters.items()}
            in_order = dict.fromkeys(place[x] for x in order)
        in_order |= dict.fromkeys(parameters)
        constants = [cell for cell, x in tape.leaf.items() if not isinstance(x, Value) and tape.used[cell]]
        self.row.update(zip((*in_order, *constants), range(len(in_order) + len(constants)), strict=True))
        self.parameters = [parameters[cell] for cell in in_order]
        self.constants = [float(tape.leaf[cell]) for cell in constants]
        self.uniform_rows = len(in_order) + len(constants)
        for key, cells in groups:
            self.add(key, cells)
        self.outputs = [Rows(tape.varying[cell], self.row[cell], 1) for cell in tape.outputs]
        self.kernels = with_biases(self.kernels, self.outputs)

    def lowered(self) -> Lowered:
        tape = self.tape
        return Lowered(self.parameters, self.constants, len(tape.inputs), self.kernels, self.outputs, self.uniform_rows, self.varying_rows)

    def groups(self) -> list[tuple[Key, list[int]]]:
        """Cells that one kernel can compute, in an order in which they can be computed."""
        tape = self.tape
        found: dict[tuple[int, Key], list[int]] = defaultdict(list)
        varying, depth, operands = tape.varying, tape.depth, tape.operands
        for i in tape.computed():
            op = tape.op[i]
            if op is None or op.nary or op is batch_mean or op is ops.pow:
                found[depth[i], self.key(i)].append(i)
            else:
                found[depth[i], ("map", op, varying[i], *[varying[c] for c in operands[i]])].append(i)
        return [(key, cells) for (_, key), cells in sorted(found.items(), key=lambda item: item[0][0])]

    def key(self, i: int) -> Key:
        """What cells must share to be computed together. Powers share their exponent: squares are products."""
        tape, op = self.tape, self.tape.op[i]
        if op is batch_mean:
            return ("mean",)
        if op is ops.dot:
            xs, ys = tape.operands[i]
            for weights, inputs in ((xs, ys), (ys, xs)):
                if {tape.varying[c] for c in inputs} == {True} and {tape.varying[c] for c in weights} == {False}:
                    return ("matmul", inputs)
        if op is not None and op.nary:
            return ("fold", op, tape.varying[i], len(tape.operands[i][0]))
        base, exponent = tape.operands[i]
        if isinstance(tape.leaf.get(exponent), float):
            return ("map", op, tape.varying[i], tape.varying[base], exponent)
        return ("map", op, tape.varying[i], *(tape.varying[c] for c in tape.operands[i]))

    def add(self, key: Key, cells: list[int]) -> None:
        """The kernel for a group of cells."""
        tape = self.tape
        if key[0] == "matmul":
            inputs = key[1]
            sequences = [tape.operands[i][0] if tape.operands[i][1] == inputs else tape.operands[i][1] for i in cells]
            weights = self.side_by_side([c for s in sequences for c in s], varying=False)
            x = self.side_by_side(inputs, varying=True)
            self.kernels.append(MatMul(self.results(cells, varying=True), weights, x))
        elif key[0] == "mean":
            cells = sorted(cells, key=lambda i: self.row[tape.operands[i][0]])
            averaged = self.side_by_side([tape.operands[i][0] for i in cells], varying=True)
            self.kernels.append(BatchMean(self.results(cells, varying=False), averaged))
        elif key[0] == "fold":
            op, varying = key[1], key[2]
            members = [list(zip(*tape.operands[i], strict=True)) for i in cells]
            if op in (ops.total, ops.dot, ops.logsumexp):
                for of_one in members:
                    of_one.sort(key=lambda operands: self.row[operands[0]])
            sequences = [[m[place] for of_one in members for m in of_one] for place in range(len(op.partials))]
            folded = tuple(self.side_by_side(s, varying=varying) for s in sequences)
            self.kernels.append(Fold(op, self.results(cells, varying), folded))
        else:
            op, varying = key[1], key[2]
            lead = next((place for place, kind in enumerate(key[3:]) if kind is varying), 0)
            cells = sorted(cells, key=lambda i: self.row[tape.operands[i][lead]])
            operands = [[tape.operands[i][place] for i in cells] for place in range(len(op.partials))]
            mapped = tuple(self.beside(s) for s in operands)
            if op is ops.pow and tape.leaf.get(operands[1][0]) == 2.0:
                op, mapped = ops.mul, (mapped[0], mapped[0])
            self.kernels.append(Map(op, self.results(cells, varying), mapped))

    def beside(self, cells: Sequence[int]) -> Rows:
        """The rows of cells of one store: neighbours, or a single one for all; copied together where they are neither."""
        varying = self.tape.varying[cells[0]]
        if len(set(cells)) == 1:
            return Rows(varying, self.row[cells[0]], 1)
        return self.side_by_side(cells, varying=varying)

    def side_by_side(self, cells: Sequence[int], *, varying: bool) -> Rows:
        """The rows of cells as neighbours in one store, copied there where they are not."""
        stores = {self.tape.varying[c] for c in cells}
        index = [self.row[c] for c in cells]
        if stores == {varying} and index == list(range(index[0], index[0] + len(index))):
            return Rows(varying, index[0], len(index))
        if len(stores) == 1:
            out = self.reserve(len(cells), varying)
            self.kernels.append(Gather(out, stores.pop(), array("q", index)))
            return out
        out = self.reserve(len(cells), varying)
        for k, c in enumerate(cells):
            self.kernels.append(Gather(Rows(varying, out.start + k, 1), self.tape.varying[c], (self.row[c],)))
        return out

    def results(self, cells: Iterable[int], varying: bool) -> Rows:
        """Rows for what a kernel computes."""
        cells = list(cells)
        out = self.reserve(len(cells), varying)
        for k, cell in enumerate(cells):
            self.row[cell] = out.start + k
        return out

    def reserve(self, count: int, varying: bool) -> Rows:
        """New rows at the end of a store."""
        if varying:
            self.varying_rows += count
            return Rows(True, self.varying_rows - count, count)
        self.uniform_rows += count
        return Rows(False, self.uniform_rows - count, count)


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
