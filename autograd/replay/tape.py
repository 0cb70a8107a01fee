"""A graph laid out flat: one cell for each number, in the order in which they are computed.

Cells are leaves (inputs that differ from example to example, parameters, constants) or results of an operation on earlier
cells. Chains of + are read as the sums and dots they are.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any

from autograd import ops
from autograd.ops import Op
from autograd.replay.levels import VARYING, Key, swept
from autograd.replay.packed import Flags, Packed
from autograd.value import Value, by_stamp, stale

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
    level[i]     how deep it lies, and whether it varies

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
        nodes, leaves, numbers = below(outputs)
        reached = cell.keys() & leaves
        leaves = [v for v in leaves if v not in reached]
        kept = leaves if parameters is None else [v for v in leaves if v in parameters]
        cell.update(zip(kept, self.add_leaves(kept), strict=True))
        cell.update((v, self.constant(v._data)) for v in leaves if v not in cell)
        for x in numbers:
            self.constant(x)
        self._computed: Sequence[int] = range(len(self.op), len(self.op) + len(nodes))
        cell.update(zip(nodes, self._computed, strict=True))
        self.op += [v.op for v in nodes]
        at, append = cell.__getitem__, self.operands.append
        for v in nodes:
            a, b = v.a, v.b
            if a.__class__ is tuple:
                append((tuple(map(at, a)),) if b is None else (tuple(map(at, a)), tuple(map(at, b))))
            else:
                append((cell[a],) if b is None else (cell[a], cell[b]))
        self.outputs = [cell[y] for y in outputs]
        self.used: Sequence[bool] = [*(v in reached for v in inputs), *[True] * (len(self.op) - len(inputs))]
        if read_chains(self):
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
        """Work out what is used, now that all cells are there."""
        needed = set(self.outputs)
        for i in reversed(range(len(self.op))):
            if i in needed and (op := self.op[i]) is not None:
                needed.update(*self.operands[i]) if op.nary else needed.update(self.operands[i])
        self.used = [i in needed for i in range(len(self.op))]
        self._computed = array("i", [i for i, op in enumerate(self.op) if op is not None and self.used[i]])

    def groups(self) -> dict[Key, list[int]]:
        """The cells that one kernel can compute, in an order in which they can be computed."""
        level, groups = swept(self)
        self.__dict__.setdefault("level", level)
        return groups

    @cached_property
    def level(self) -> Sequence[int]:
        """Of each cell, as `levels` has it."""
        return swept(self)[0]

    @cached_property
    def varying(self) -> Sequence[bool]:
        """Does a cell differ from example to example?"""
        return [k & VARYING == VARYING for k in self.level]

    def pack(self) -> None:
        """Take a fifth of the memory: a long tape that nothing is added to any more, and that is seldom read."""
        if len(self.op) >= LONG and isinstance(self.operands, list):
            self.varying, self.level = Flags(self.varying), array("i", self.level)
            self.operands, self.used = Packed(self.op, self.operands), Flags(self.used)
            self.__dict__.pop("parameter_cells", None)

    def parameters(self) -> list[Value]:
        """The leaves that are neither inputs nor constants, if an output depends on them."""
        return list(self.parameter_cells.values())

    @cached_property
    def parameter_cells(self) -> dict[int, Value]:
        """Those leaves by their cells."""
        used, fed = self.used, set(self.inputs)
        return {i: x for i, x in self.leaf.items() if not isinstance(x, float) and used[i] and i not in fed}

    def computed(self) -> Sequence[int]:
        """The cells to be computed, in order."""
        return self._computed


def below(outputs: Sequence[Value | float]) -> tuple[list[Value], list[Value], list[float]]:
    """What outputs are computed from: nodes and leaves, both by rising stamp, and the bare numbers in the order of their first use.

    Raises:  StaleGraphError: an operand is younger than its consumer, so it was written after the forward pass.
    """
    seen = {y for y in outputs if isinstance(y, Value)}
    nodes = [v for v in seen if v.op is not None]
    leaves = [v for v in seen if v.op is None]
    numbers: list[tuple[int, float]] = []
    for v in nodes:
        a, b = v.a, v.b
        if a.__class__ is tuple:
            for x in a if b is None else a + b:
                if x not in seen:
                    if x.__class__ is float:
                        numbers.append((v.stamp, x))
                    else:
                        seen.add(x)
                        (leaves if x.op is None else nodes).append(x)
            continue
        # Written out for both slots, as in `latest_first`.
        if a not in seen:
            if a.__class__ is float:
                numbers.append((v.stamp, a))
            else:
                seen.add(a)
                (leaves if a.op is None else nodes).append(a)
        if b is not None and b not in seen:
            if b.__class__ is float:
                numbers.append((v.stamp, b))
            else:
                seen.add(b)
                (leaves if b.op is None else nodes).append(b)
    for found in (nodes, leaves):
        found.sort(key=by_stamp)
    if leaves and nodes and leaves[-1].stamp > nodes[0].stamp:
        require_fresh(nodes)
    return nodes, leaves, [x for _, x in sorted(numbers, key=itemgetter(0))]


def require_fresh(nodes: Sequence[Value]) -> None:
    """Raise StaleGraphError if an operand is younger than its consumer."""
    for v in nodes:
        for x in v.inputs:
            if isinstance(x, Value) and x.stamp > v.stamp:
                raise stale(x, v)


def oldest_first(outputs: Sequence[Value | float]) -> list[Value]:
    """Every Value below the outputs, by rising stamp."""
    nodes, leaves, _ = below(outputs)
    return sorted([*nodes, *leaves], key=by_stamp)


def read_chains(tape: Tape) -> bool:
    """Read w₀x₀ + w₁x₁ + … + b, written with + and *, as dot(w, x) + b; and longer chains of + as one sum.

    Only links that nothing else uses are taken into the chain, so every number that is asked for is still there.

    Returns: is there any such chain?
    """
    sums = [i for i in tape.computed() if tape.op[i] is ops.add]
    if not any(tape.op[c] is ops.add for i in sums for c in tape.operands[i]):
        return False
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
    return True


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
