"""A graph laid out flat: one cell for each number, in the order in which they are computed.

Cells are leaves (inputs that differ from example to example, parameters, constants) or results of an operation on earlier
cells. Chains of + are read as the sums and dots they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd import ops
from autograd.ops import Op
from autograd.tracing import batch_mean
from autograd.value import Value, latest_first

Cells = tuple[int, ...]


class Tape:
    """The cells of a graph.

    op[i]        the operation of cell i; None for a leaf
    operands[i]  its cells; of an n-ary op, a tuple of cells for each sequence
    leaf[i]      of a leaf: its Value, or the number of a constant
    inputs       the cells that each example fills
    outputs      the cells asked for
    """

    def __init__(self, inputs: Sequence[Value], outputs: Sequence[Value | float]) -> None:
        self.op: list[Op | None] = []
        self.operands: list[Any] = []
        self.leaf: dict[int, Value | float] = {}
        self._constants: dict[str, int] = {}
        cell: dict[Value, int] = {}
        for v in inputs:
            cell[v] = self._add_leaf(v)
        self.inputs = list(range(len(inputs)))

        def of(x: Value | float) -> int:
            return cell[x] if isinstance(x, Value) else self._constant(x)

        for v in oldest_first(outputs):
            if v in cell:
                continue
            if v.op is None:
                cell[v] = self._add_leaf(v)
            elif v.op.nary:
                cell[v] = self._add(v.op, tuple(tuple(map(of, s)) for s in (v.a, v.b) if s is not None))
            else:
                cell[v] = self._add(v.op, tuple(map(of, v.inputs)))
        self.outputs = [of(y) for y in outputs]
        read_chains(self)
        self.used = self._used()
        self.varying = self._varying()

    def _add(self, op: Op | None, operands: Any) -> int:
        self.op.append(op)
        self.operands.append(operands)
        return len(self.op) - 1

    def _add_leaf(self, x: Value | float) -> int:
        i = self._add(None, ())
        self.leaf[i] = x
        return i

    def _constant(self, x: float) -> int:
        key = float(x).hex()
        if key not in self._constants:
            self._constants[key] = self._add_leaf(float(x))
        return self._constants[key]

    def operands_of(self, i: int) -> Cells:
        """All operands of a cell, in one row."""
        op = self.op[i]
        found: Any = self.operands[i]
        return tuple(c for s in found for c in s) if op is not None and op.nary else found

    def _used(self) -> list[bool]:
        """Does an output depend on the cell?"""
        used = [False] * len(self.op)
        for i in self.outputs:
            used[i] = True
        for i in reversed(range(len(self.op))):
            if used[i]:
                for c in self.operands_of(i):
                    used[c] = True
        return used

    def _varying(self) -> list[bool]:
        """Does the cell differ from example to example?"""
        varying = [False] * len(self.op)
        for i in self.inputs:
            varying[i] = True
        for i, op in enumerate(self.op):
            if op is not None and op is not batch_mean:
                varying[i] = any(varying[c] for c in self.operands_of(i))
        return varying

    def parameters(self) -> list[Value]:
        """The leaves that are neither inputs nor constants, if an output depends on them."""
        fed = set(self.inputs)
        return [x for i, x in self.leaf.items() if isinstance(x, Value) and i not in fed and self.used[i]]

    def computed(self) -> list[int]:
        """The cells to be computed, in order."""
        return [i for i, op in enumerate(self.op) if op is not None and self.used[i]]


def oldest_first(outputs: Iterable[Value | float]) -> list[Value]:
    """Every Value below the outputs, by rising stamp."""
    found = {v for y in outputs if isinstance(y, Value) for v in latest_first(y)}
    return sorted(found, key=lambda v: v.stamp)


def read_chains(tape: Tape) -> None:
    """Read w₀x₀ + w₁x₁ + … + b, written with + and *, as dot(w, x) + b; and longer chains of + as one sum.

    Only links that nothing else uses are taken into the chain, so every number that is asked for is still there.
    """
    users = [0] * len(tape.op)
    for i in range(len(tape.op)):
        for c in tape.operands_of(i):
            users[c] += 1
    for i in tape.outputs:
        users[i] += 2
    terms: dict[int, list[int]] = {}
    for i, op in enumerate(tape.op):
        if op is ops.add:
            first, second = tape.operands[i]
            chain = terms.pop(first) if users[first] == 1 and first in terms else [first]
            chain += terms.pop(second) if users[second] == 1 and second in terms else [second]
            terms[i] = chain
    for i, chain in terms.items():
        if len(chain) > 2:
            rewrite_chain(tape, i, chain, users)


def rewrite_chain(tape: Tape, i: int, chain: list[int], users: list[int]) -> None:
    """Make cell i, the end of a chain of +, a dot of its products plus a sum of its other terms."""
    products = [c for c in chain if tape.op[c] is ops.mul and users[c] == 1]
    others = [c for c in chain if not (tape.op[c] is ops.mul and users[c] == 1)]
    if len(products) < 2:
        tape.op[i], tape.operands[i] = ops.total, (tuple(chain),)
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
