"""A graph laid out flat: one cell for each number, in the order in which they are computed.

Cells are leaves (inputs that differ from example to example, parameters, constants) or results of an operation on earlier
cells. Chains of + are read as the sums and dots they are.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain
from typing import Any

from autograd import ops
from autograd.ops import Op
from autograd.replay.packed import Flags, Packed
from autograd.tracing import batch_mean
from autograd.value import Value, latest_first

Cells = tuple[int, ...]

LONG = 10_000
"""Cells; below, packing is not worth its time."""


class Places(dict[Any, int]):
    """The cells of Values; a bare number is a constant, whose cell is looked up by its bits."""

    def __init__(self, constant: Callable[[float], int]) -> None:
        super().__init__()
        self.constant = constant

    def __missing__(self, x: float) -> int:
        return self.constant(x)


class Tape:
    """The cells of a graph.

    op[i]        the operation of cell i; None for a leaf
    operands[i]  its cells; of an n-ary op, a tuple of cells for each sequence
    leaf[i]      of a leaf: its Value, or the number of a constant
    inputs       the cells that each example fills
    outputs      the cells asked for
    used[i]      does an output depend on the cell?
    varying[i]   does it differ from example to example?
    depth[i]     0 for a leaf; else one more than the deepest operand

    Args:    inputs, outputs: of the graph. parameters: the leaves to be read afresh, where all others are constants. None: all
             leaves are parameters.
    """

    def __init__(self, inputs: Sequence[Value] = (), outputs: Sequence[Value | float] = (),
                 parameters: Collection[Value] | None = None) -> None:
        self.op: list[Op | None] = []
        self.operands: Any = []
        self.leaf: dict[int, Value | float] = {}
        self.constants: dict[str | float, int] = {}
        cell = Places(self.constant)
        cell.update(zip(inputs, self.add_leaves(inputs), strict=True))
        self.inputs = list(range(len(inputs)))
        nodes = oldest_first(outputs)
        leaves = [v for v in nodes if v.op is None and v not in cell]
        kept = leaves if parameters is None else [v for v in leaves if v in parameters]
        cell.update(zip(kept, self.add_leaves(kept), strict=True))
        cell.update((v, self.constant(v._data)) for v in leaves if v not in cell)
        for v in nodes:
            op = v.op
            if op is None:
                continue
            if op.nary:
                operands: Any = tuple([tuple(map(cell.__getitem__, s)) for s in (v.a, v.b) if s is not None])
            else:
                operands = (cell[v.a],) if v.b is None else (cell[v.a], cell[v.b])
            cell[v] = self.add(op, operands)
        self.outputs = [cell[y] for y in outputs]
        read_chains(self)
        self.settle()

    def add(self, op: Op | None, operands: Any) -> int:
        """A new cell."""
        self.op.append(op)
        self.operands.append(operands)
        return len(self.op) - 1

    def add_leaf(self, x: Value | float) -> int:
        """A new cell for a leaf."""
        return self.add_leaves([x])[0]

    def add_leaves(self, xs: Sequence[Value | float]) -> range:
        """A new cell for each leaf."""
        cells = range(len(self.op), len(self.op) + len(xs))
        self.op += [None] * len(xs)
        self.operands += [()] * len(xs)
        self.leaf.update(zip(cells, xs, strict=True))
        return cells

    def constant(self, x: float) -> int:
        """The cell of a constant: one for all that are the same to the last bit."""
        key = x if x and x == x else repr(x)
        if key not in self.constants:
            self.constants[key] = self.add_leaf(float(x))
        return self.constants[key]

    def operands_of(self, i: int) -> Cells:
        """All operands of a cell, in one row."""
        op = self.op[i]
        found: Any = self.operands[i]
        return tuple(chain.from_iterable(found)) if op is not None and op.nary else found

    def settle(self) -> None:
        """Work out what is used, varying and how deep, now that all cells are there."""
        ops_, operands, count = self.op, self.operands, len(self.op)
        needed = set(self.outputs)
        for i in reversed(range(count)):
            if i in needed and (op := ops_[i]) is not None:
                needed.update(*operands[i]) if op.nary else needed.update(operands[i])
        used, varying, depth = [i in needed for i in range(count)], [False] * count, [0] * count
        self.used: Sequence[bool] = used
        self.varying: Sequence[bool] = varying
        self.depth: Sequence[int] = depth
        deep, varies = depth.__getitem__, varying.__getitem__
        for i in self.inputs:
            varying[i] = True
        for i, op in enumerate(ops_):
            if op is None or not used[i]:
                continue
            if op.nary:
                depth[i] = 1 + max([max(map(deep, cells), default=0) for cells in operands[i]])
                varying[i] = True in [True in map(varies, cells) for cells in operands[i]]
            else:
                a, b = operands[i][0], operands[i][-1]
                depth[i] = 1 + (depth[a] if depth[a] > depth[b] else depth[b])
                varying[i] = (varying[a] or varying[b]) and op is not batch_mean

    def pack(self) -> None:
        """Take a fifth of the memory: a long tape that nothing is added to any more, and that is seldom read."""
        if len(self.op) >= LONG and isinstance(self.operands, list):
            self.operands = Packed(self.op, self.operands)
            self.used, self.varying, self.depth = Flags(self.used), Flags(self.varying), array("i", self.depth)

    def parameters(self) -> list[Value]:
        """The leaves that are neither inputs nor constants, if an output depends on them."""
        fed = set(self.inputs)
        return [x for i, x in self.leaf.items() if isinstance(x, Value) and i not in fed and self.used[i]]

    def computed(self) -> list[int]:
        """The cells to be computed, in order."""
        return [i for i, op in enumerate(self.op) if op is not None and self.used[i]]


def oldest_first(outputs: Sequence[Value | float]) -> list[Value]:
    """Every Value below the outputs, by rising stamp."""
    last = Value(0.0)
    last.op, last.a = ops.total, tuple(outputs)
    return latest_first(last)[:0:-1]


def read_chains(tape: Tape) -> None:
    """Read w₀x₀ + w₁x₁ + … + b, written with + and *, as dot(w, x) + b; and longer chains of + as one sum.

    Only links that nothing else uses are taken into the chain, so every number that is asked for is still there.
    """
    sums = [i for i, op in enumerate(tape.op) if op is ops.add]
    if not any(tape.op[c] is ops.add for i in sums for c in tape.operands[i]):
        return
    users = Counter(chain.from_iterable(map(tape.operands_of, range(len(tape.op)))))
    for i in tape.outputs:
        users[i] += 2
    terms: dict[int, list[int]] = {}
    for i in sums:
        first, second = tape.operands[i]
        links = terms.pop(first) if users[first] == 1 and first in terms else [first]
        links += terms.pop(second) if users[second] == 1 and second in terms else [second]
        terms[i] = links
    for i, links in terms.items():
        if len(links) > 2:
            rewrite_chain(tape, i, links, users)


def rewrite_chain(tape: Tape, i: int, links: list[int], users: Mapping[int, int]) -> None:
    """Make cell i, the end of a chain of +, a dot of its products plus a sum of its other terms."""
    products = [c for c in links if tape.op[c] is ops.mul and users[c] == 1]
    others = [c for c in links if not (tape.op[c] is ops.mul and users[c] == 1)]
    if len(products) < 2:
        tape.op[i], tape.operands[i] = ops.total, (tuple(links),)
        return
    pairs = [tape.operands[c] for c in products]
    dot = (tuple(a for a, _ in pairs), tuple(b for _, b in pairs))
    if not others:
        tape.op[i], tape.operands[i] = ops.dot, dot
        return
    place = max(products)
    tape.op[place], tape.operands[place] = ops.dot, dot
    if len(others) == 1:
        tape.op[i], tape.operands[i] = ops.add, (place, others[0])
    else:
        tape.op[i], tape.operands[i] = ops.total, ((place, *others),)
