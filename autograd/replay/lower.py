"""From cells to kernels: cells of the same kind at the same depth become one operation on whole arrays.

Numbers live in rows of two stores. The *uniform* store has one number a row: parameters, constants, and what is computed
from them alone. The *varying* store has a row of lanes, one lane for each example of a batch. Cells are grouped by depth
and operation, and each group's results get neighbouring rows, so that most kernels read and write plain slices. Dots of
different weights with the same inputs become one matrix product.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
    """out = W x: one dot for each row of weights."""

    out: Rows
    weights: Rows
    x: Rows


@dataclass(frozen=True, slots=True)
class Gather:
    """out[i] = the row index[i] of a store; from a uniform one, spread over all lanes of a varying out."""

    out: Rows
    varying: bool
    index: tuple[int, ...]


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


def lower(tape: Tape) -> Lowered:
    """The kernels that compute a tape."""
    return _Lowering(tape).lowered()


Key = tuple[Any, ...]


class _Lowering:
    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.row: dict[int, int] = {cell: row for row, cell in enumerate(tape.inputs)}
        self.kernels: list[Kernel] = []
        self.varying_rows = len(tape.inputs)
        groups = self.groups()
        parameters = {cell: x for cell, x in tape.leaf.items() if isinstance(x, Value) and tape.used[cell] and not tape.varying[cell]}
        in_order = dict.fromkeys(c for _, cells in groups for i in cells for c in tape.operands_of(i) if c in parameters)
        in_order |= dict.fromkeys(parameters)
        constants = [cell for cell, x in tape.leaf.items() if not isinstance(x, Value) and tape.used[cell]]
        for cell in (*in_order, *constants):
            self.row[cell] = len(self.row) - len(tape.inputs)
        self.parameters = [parameters[cell] for cell in in_order]
        self.constants = [float(tape.leaf[cell]) for cell in constants]
        self.uniform_rows = len(in_order) + len(constants)
        for key, cells in groups:
            self.add(key, cells)

    def lowered(self) -> Lowered:
        tape = self.tape
        outputs = [Rows(tape.varying[cell], self.row[cell], 1) for cell in tape.outputs]
        return Lowered(self.parameters, self.constants, len(tape.inputs), self.kernels, outputs, self.uniform_rows, self.varying_rows)

    def groups(self) -> list[tuple[Key, list[int]]]:
        """Cells that one kernel can compute, in an order in which they can be computed."""
        tape = self.tape
        depth = [0] * len(tape.op)
        found: dict[tuple[int, Key], list[int]] = defaultdict(list)
        for i in tape.computed():
            depth[i] = 1 + max((depth[c] for c in tape.operands_of(i)), default=0)
            found[depth[i], self.key(i)].append(i)
        return [(key, cells) for (_, key), cells in sorted(found.items(), key=lambda item: item[0][0])]

    def key(self, i: int) -> Key:
        """What cells must share to be computed together. Powers share their exponent: squares are products."""
        tape, op = self.tape, self.tape.op[i]
        if op is batch_mean:
            return ("mean",)
        if op is ops.dot:
            xs, ys = tape.operands[i]
            for weights, inputs in ((xs, ys), (ys, xs)):
                if all(tape.varying[c] for c in inputs) and not any(tape.varying[c] for c in weights):
                    return ("matmul", inputs)
        if op is not None and op.nary:
            return ("fold", op, tape.varying[i], len(tape.operands[i][0]))
        base, *exponent = tape.operands[i]
        if op is ops.pow and isinstance(tape.leaf.get(exponent[0]), float):
            return ("map", op, tape.varying[i], tape.varying[base], exponent[0])
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
            sequences = [[c for i in cells for c in tape.operands[i][place]] for place in range(len(op.partials))]
            folded = tuple(self.side_by_side(s, varying=varying) for s in sequences)
            self.kernels.append(Fold(op, self.results(cells, varying), folded))
        else:
            op, varying = key[1], key[2]
            lead = next((place for place, kind in enumerate(key[3:]) if kind is varying), 0)
            cells = sorted(cells, key=lambda i: self.row[tape.operands[i][lead]])
            operands = [[tape.operands[i][place] for i in cells] for place in range(len(op.partials))]
            mapped = tuple(self.beside(s) for s in operands)
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
            self.kernels.append(Gather(out, stores.pop(), tuple(index)))
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
