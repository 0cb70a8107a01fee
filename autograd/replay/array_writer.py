"""Kernels as terms on arrays: the whole of a forward pass, and of the backward pass that belongs to it.

Every block of rows is a term, and so is its adjoint: the sum of what comes to it. So a contribution that is passed on
unchanged costs nothing, what is the same in all lanes is not worked out for each of them, and what nobody asks for is never
computed. Rows of the stores are written only where a kernel reads rows of several blocks at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import ops
from autograd.ops import Op, contribution
from autograd.replay.calls import ON_ARRAYS, Calls, shares
from autograd.replay.lower import BatchMean, Fold, Gather, Kernel, Lowered, Map, MatMul, Rows
from autograd.replay.simpler import FOLDS, LARGEST, SIMPLER, split
from autograd.replay.terms import Operand, Shape, Term, Terms

Floats = NDArray[np.float64]
Seeds = tuple[tuple[Rows, float], ...]


FEW = 8
"""Up to so many scattered rows are added one by one; numpy's function for more of them takes as long as that."""


class Stores:
    """The rows of a program, for batches of one size.

    Args:    every_row: of a program that computes all rows and their adjoints; else there are adjoints of the parameters alone.
    """

    def __init__(self, lowered: Lowered, batch: int, *, every_row: bool) -> None:
        self.lowered, self.batch, self.every_row = lowered, batch, every_row
        self.uniform = np.zeros(lowered.uniform_rows)
        self.varying = np.zeros((lowered.varying_rows, batch))
        self.uniform_adjoint = np.zeros(lowered.uniform_rows if every_row else len(lowered.parameters))
        self.varying_adjoint = np.zeros((lowered.varying_rows if every_row else 0, batch))
        start = len(lowered.parameters)
        self.uniform[start : start + len(lowered.constants)] = lowered.constants

    def value(self, rows: Rows) -> Floats:
        """The numbers in these rows."""
        return (self.varying if rows.varying else self.uniform)[rows.start : rows.start + rows.count]


@dataclass(slots=True, eq=False)
class Block:
    """Rows that are computed together, the term that computes them, and what has come to their adjoints."""

    rows: Rows
    term: Operand | None = None
    wanted: bool = True
    got: list[tuple[Any, Operand]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Scattered:
    """Rows that are no neighbours, and may be repeated."""

    array: NDArray[np.int64]


class ArrayWriter:
    """Writes a program's calls for some seeds; without any, forward alone.

    Args:    outputs: leave the outputs in the stores, too.
    """

    def __init__(self, stores: Stores, seeds: Seeds, *, outputs: bool = True) -> None:
        self.outputs = stores.lowered.outputs if outputs else []
        self.stores, self.lowered, self.lanes, self.seeds = stores, stores.lowered, stores.batch, seeds
        self.terms = Terms(SIMPLER, ON_ARRAYS)
        self.arrays: dict[Term, NDArray[Any]] = {}
        lowered = self.lowered
        self.block_of: dict[bool, dict[int, Block]] = {False: {}, True: {}}
        parameters = Rows(False, 0, len(lowered.parameters))
        constants = Rows(False, parameters.count, len(lowered.constants))
        for rows, wanted in ((parameters, True), (constants, False), (Rows(True, 0, lowered.inputs), False)):
            self._add_block(Block(rows, None, wanted))
        self.roots: list[Term] = []

    def written(self) -> tuple[list[str], str, dict[str, Any]]:
        """The lines, what then stands for Σ seed · output, and what their names mean."""
        every = self.stores.every_row
        blocks = [self._forward(kernel) for kernel in self.lowered.kernels]
        results = [seed * x for rows, seed in self.seeds for x in self._sums(rows)]
        for rows in (*self.outputs, *(block.rows for block in blocks if every)):
            self.roots.append(self._stored(self._at(rows)))
        for rows, seed in self.seeds:
            self._send(rows, seed)
        if self.seeds:
            for kernel, block in zip(reversed(self.lowered.kernels), reversed(blocks), strict=True):
                if block.got or every:
                    self._backward(kernel, block, self._adjoint(block))
            self._gradients()
        factors = [split(x) if isinstance(x, Term) else (x, None) for x in results]
        calls = Calls(self.arrays)
        calls.write([*self.roots, *(x for _, x in factors if isinstance(x, Term))])
        summed = " + ".join(repr(c) if x is None else f"{c!r} * {calls.name(x)}.item()" for c, x in factors)
        return calls.lines, summed or "0.0", calls.space

    # Rows as terms.

    def _add_block(self, block: Block) -> Block:
        self.block_of[block.rows.varying] |= dict.fromkeys(range(block.rows.start, block.rows.start + block.rows.count), block)
        return block

    def _at(self, rows: Rows) -> Block:
        """The block that these rows begin in."""
        return self.block_of[rows.varying][rows.start]

    def _shape(self, rows: Rows) -> Shape:
        """Of these rows: a single one has no axis of rows."""
        return (rows.count,) * (rows.count > 1) + (self.lanes,) * rows.varying

    def _value(self, rows: Rows) -> Operand:
        """What is in these rows. A constant is its number."""
        block = self._at(rows)
        first = block.rows.start
        if block.term is not None and rows.start + rows.count <= first + block.rows.count:
            return self._part(block.term, block.rows, rows.start - first, rows.count)
        if not rows.varying and rows.count == 1 and not block.wanted:
            return self.lowered.constants[rows.start - first]
        blocks = dict.fromkeys(self.block_of[rows.varying].get(row) for row in range(rows.start, rows.start + rows.count))
        stored = [self._stored(block) for block in blocks if block is not None and block.term is not None]
        return self._in_store("beside" if stored else "leaf", rows, tuple(stored))

    def _in_store(self, op: str, rows: Rows, after: tuple[Term, ...] = ()) -> Term:
        """Rows of a store, once some terms have been put there."""
        name = f"{'uv'[rows.varying]}{rows.start}_{rows.count}"
        term = self.terms.made(op, after, self._shape(rows), name)
        self.arrays[term] = self.stores.value(rows).reshape(term.shape)
        return term

    def _stored(self, block: Block) -> Term:
        """The block, in its place in the store."""
        term = block.term
        if term is None:
            return self._in_store("leaf", block.rows)
        place = self.stores.value(block.rows).reshape(self._shape(block.rows))
        block.term = self._put(term, place)
        return block.term

    def _put(self, x: Operand, place: NDArray[Any]) -> Term:
        """x, where `place` is: computed there if that can be, else copied."""
        if isinstance(x, Term):
            if x in self.arrays and shares(self.arrays[x], place):
                return x
            if x.op not in ("leaf", "view", "beside") and x.shape == place.shape and x not in self.arrays:
                self.arrays[x] = place
                return x
        copy = self.terms.made("full", (x,), place.shape, f"{place.ctypes.data}")
        self.arrays.setdefault(copy, place)
        return copy

    def _part(self, x: Operand, rows: Rows, start: int, count: int) -> Operand:
        """Some of the rows that x is."""
        if not isinstance(x, Term) or count == rows.count or not self._has_rows(x, rows.varying):
            return x
        part = self.terms.made("view", (x,), (count, *x.shape[1:]), ("rows", start, start + count))
        return self._shaped(part, part.shape[1:]) if count == 1 else part

    @staticmethod
    def _has_rows(x: Term, varying: bool) -> bool:
        """Has it an axis of rows, or is it the same for all?"""
        return len(x.shape) == 1 + varying

    def _shaped(self, x: Term, shape: Shape) -> Term:
        """The same numbers in another shape."""
        while x.op == "view" and x.info[0] == "shape":
            (inner,) = x.xs
            assert isinstance(inner, Term)
            x = inner
        return x if x.shape == shape else self.terms.made("view", (x,), shape, ("shape", shape))

    def _turned(self, x: Term) -> Term:
        """The transpose."""
        return self.terms.made("view", (x,), x.shape[::-1], ("turned",))

    def _full(self, x: Operand, shape: Shape) -> Term:
        """x, repeated to a shape."""
        if isinstance(x, Term) and x.shape == shape:
            return x
        return self.terms.made("full", (x,), shape, shape)

    def _ones(self, n: int) -> Term:
        term = self.terms.leaf(f"ones{n}", (n,))
        self.arrays.setdefault(term, np.ones(n))
        return term

    # Sums.

    def _dot(self, a: Operand, b: Operand) -> Operand:
        """The product of matrices or vectors; numbers in front are drawn out of it."""
        assert isinstance(a, Term)
        assert isinstance(b, Term)
        return self.terms.made("dot", (a, b), (*a.shape[:-1], *b.shape[1:]))

    def _over_lanes(self, x: Operand) -> Operand:
        """Σ x over the lanes of a batch, where x may be the same in all of them."""
        if not isinstance(x, Term) or not x.shape or x.shape[-1] != self.lanes:
            found: Operand = float(self.lanes) * x
            return self._shaped(found, found.shape[:-1]) if isinstance(found, Term) and found.shape else found
        if x.op is ops.mul:
            for a, b in (x.xs, x.xs[::-1]):
                if isinstance(a, Term) and isinstance(b, Term) and a.shape == x.shape and b.shape == (self.lanes,):
                    return self._dot(a, b)
        return self._dot(x, self._ones(self.lanes))

    def _sums(self, rows: Rows) -> list[Operand]:
        """Numbers that come to Σ over these rows and their lanes; what is the same in all lanes is not first spread over them."""
        value = self._value(rows)
        terms: tuple[Operand, ...] = (value,)
        if isinstance(value, Term) and value.op is ops.add and any(not isinstance(x, Term) or not x.shape for x in value.xs):
            terms = value.xs
        return [self._over_rows(self._over_lanes(x) if rows.varying else x, rows.count, varying=False) for x in terms]

    def _over_rows(self, x: Operand, count: int, *, varying: bool) -> Operand:
        """Σ x over rows, where x may be the same in all of them."""
        if not isinstance(x, Term) or not self._has_rows(x, varying):
            return float(count) * x
        if x.op is ops.mul:
            a, b = x.xs
            if isinstance(a, Term) and isinstance(b, Term) and a.shape == b.shape == (count,):
                return self._dot(a, b)
        return self._dot(self._ones(count), x if x.shape[-1] == self.lanes or not varying else self._shaped(x, (count,)))

    # Forward.

    def _forward(self, kernel: Kernel) -> Block:
        if isinstance(kernel, MatMul):
            term = self._product(kernel)
        elif isinstance(kernel, BatchMean):
            term = (1.0 / self.lanes) * self._over_lanes(self._value(kernel.input))
        elif isinstance(kernel, Gather):
            term = self._gathered(kernel)
        elif isinstance(kernel, Fold):
            term, _, _ = self._folded(kernel)
        else:
            term = self.terms.applied(kernel.op, self._operands(kernel))
        return self._add_block(Block(kernel.out, term))

    def _operands(self, kernel: Map) -> list[Operand]:
        """The inputs, in shapes that fit the output's."""
        found = [self._value(rows) for rows in kernel.inputs]
        return [self._column(x) if kernel.out.varying and not rows.varying else x for x, rows in zip(found, kernel.inputs, strict=True)]

    def _column(self, x: Operand) -> Operand:
        """Uniform rows beside varying ones."""
        return self._shaped(x, (*x.shape, 1)) if isinstance(x, Term) and x.shape else x

    def _matrices(self, kernel: MatMul) -> tuple[Term, Term]:
        """Weights of shape (nodes, members) and x of shape (members, lanes), without axes of length 1 but the lanes."""
        m, k = kernel.out.count, kernel.x.count
        weights = self._full(self._value(kernel.weights), self._shape(kernel.weights))
        x = self._full(self._value(kernel.x), self._shape(kernel.x))
        return self._shaped(weights, (m, k) if m > 1 else (k,)), self._shaped(x, (k, self.lanes))

    def _product(self, kernel: MatMul) -> Operand:
        weights, x = self._matrices(kernel)
        z = self._dot(weights, x)
        return z if kernel.bias is None else z + self._column(self._value(kernel.bias))

    def _gathered(self, kernel: Gather) -> Operand:
        index = np.array(kernel.index)
        source = Rows(kernel.varying, int(index.min()), int(index.max() - index.min()) + 1)
        found = self._value(source)
        spread = kernel.out.varying and not kernel.varying
        if not isinstance(found, Term) or not self._has_rows(found, kernel.varying):
            return found
        taken = self.terms.made("taken", (found,), (len(index), *found.shape[1:]), tuple((index - source.start).tolist()))
        if spread:
            return self._column(taken) if kernel.out.count > 1 else self._shaped(taken, ())
        return self._shaped(taken, self._shape(kernel.out)) if kernel.out.count == 1 else taken

    def _members(self, kernel: Fold) -> list[Term]:
        """The inputs as (nodes, members, lanes); without the axes that there are not."""
        shape = self._folded_shape(kernel)
        return [self._shaped(self._full(self._value(rows), self._shape(rows)), shape) for rows in kernel.inputs]

    def _folded_shape(self, kernel: Fold) -> Shape:
        nodes, count = kernel.out.count, kernel.inputs[0].count
        return (nodes,) * (nodes > 1) + (count // nodes,) + (self.lanes,) * kernel.out.varying

    def _folded(self, kernel: Fold) -> tuple[Operand, Operand, list[Any]]:
        """The value; and value and members as partials are taken at: moved along to where the largest is 0."""
        op, xs = kernel.op, self._members(kernel)
        varying = kernel.out.varying
        if not op.moves_along:
            value = self._fold(op, xs, varying)
            return value, value, list(xs)
        axis = len(xs[0].shape) - 1 - varying
        shape = tuple(n for i, n in enumerate(xs[0].shape) if i != axis)
        keep = len(shape) > varying
        top = self.terms.made("greatest", (xs[0],), (shape[0], 1, *shape[1:]) if keep else shape, (axis, keep))
        bounded = ops.minimum(top, LARGEST)
        moved = [xs[0] - bounded]
        value = self._fold(op, moved, varying)
        return self._shaped(bounded, shape) + value, value, moved

    def _fold(self, op: Op, xs: Sequence[Operand], varying: bool) -> Operand:
        """An n-ary operation over the axis of members."""
        if op in FOLDS:
            each, of_sum = FOLDS[op]
            return of_sum(self._over_members(each(*xs), varying))  # type: ignore[no-any-return]
        terms = [x for x in xs if isinstance(x, Term)]
        axis = len(terms[0].shape) - 1 - varying
        whole = terms[0].shape if axis else (1, *terms[0].shape)
        folded = self.terms.made("fold", tuple(self._shaped(x, whole) for x in terms), (whole[0], *whole[2:]), op)
        return folded if axis else self._shaped(folded, folded.shape[1:])

    def _over_members(self, x: Operand, varying: bool) -> Operand:
        assert isinstance(x, Term)
        axis = len(x.shape) - 1 - varying
        if axis == 0:
            return self._over_rows(x, x.shape[0], varying=varying)
        return self.terms.made("total", (x,), tuple(n for i, n in enumerate(x.shape) if i != axis), axis)

    # Backward.

    def _send(self, rows: Rows, c: Operand) -> None:
        """Let a contribution come to the adjoints of these rows."""
        first, stop = rows.start, rows.start + rows.count
        while first < stop:
            block = self.block_of[rows.varying][first]
            last = min(stop, block.rows.start + block.rows.count)
            if block.wanted:
                part = self._part(c, rows, first - rows.start, last - first)
                block.got.append(((first - block.rows.start, last - block.rows.start), part))
            first = last

    def _adjoint(self, block: Block) -> Operand:
        """The sum of what has come to a block."""
        summed = self._arrived(block)
        found = summed.get((0, block.rows.count), 0.0)
        if summed.keys() - {(0, block.rows.count)}:
            shape = (block.rows.count,) + (self.lanes,) * block.rows.varying
            pieces = self.terms.made("assembled", tuple(summed.values()), shape, tuple(summed))
            self.arrays[pieces] = np.zeros(shape)
            found = self._shaped(pieces, self._shape(block.rows))
        if self.stores.every_row:
            store = self.stores.varying_adjoint if block.rows.varying else self.stores.uniform_adjoint
            place = store[block.rows.start : block.rows.start + block.rows.count].reshape(self._shape(block.rows))
            self.roots.append(self.terms.made("full", (found,), place.shape, f"{place.ctypes.data}"))
            self.arrays[self.roots[-1]] = place
        return found

    @staticmethod
    def _arrived(block: Block) -> dict[Any, Operand]:
        """What has come to which rows of a block, that to the same ones added up."""
        summed: dict[Any, Operand] = {}
        for where, c in block.got:
            summed[where] = summed[where] + c if where in summed else c
        return summed

    def _gradients(self) -> None:
        """The adjoints of the parameters, in the array that is theirs. What comes to few of them is computed in its place."""
        if not self.lowered.parameters or not self._at(Rows(False, 0, 1)).got:
            return
        block = self._at(Rows(False, 0, 1))
        summed = self._arrived(block)
        whole = self.stores.uniform_adjoint[: block.rows.count]
        taken = np.zeros(block.rows.count, dtype=bool)
        in_order = sorted(summed.items(), key=lambda item: item[0][1] - item[0][0] if isinstance(item[0], tuple) else len(whole))
        scattered = any(not isinstance(where, tuple) for where in summed)
        for where, c in in_order:
            if isinstance(where, tuple) and not taken[slice(*where)].any() and not scattered:
                taken[slice(*where)] = True
                self._computed_at(c, whole[slice(*where)])
        gradients = self.terms.made("assembled", tuple(c for _, c in in_order), whole.shape, tuple(where for where, _ in in_order))
        self.arrays[gradients] = whole
        self.roots.append(gradients)

    def _computed_at(self, x: Operand, place: Floats) -> None:
        """Have x computed in `place`, where nothing is against it."""
        while isinstance(x, Term) and x.op == "view" and x.info[0] == "shape":
            x = x.xs[0]
        if isinstance(x, Term) and x.op not in ("leaf", "view", "beside") and x not in self.arrays and int(np.prod(x.shape)) == place.size:
            self.arrays[x] = place.reshape(x.shape)

    def _backward(self, kernel: Kernel, block: Block, g: Operand) -> None:
        if isinstance(kernel, MatMul):
            self._product_back(kernel, g)
        elif isinstance(kernel, Gather):
            self._scatter(kernel, g)
        elif isinstance(kernel, BatchMean):
            self._send(kernel.input, (1.0 / self.lanes) * self._column(g))
        elif isinstance(kernel, Fold):
            self._fold_back(kernel, g)
        else:
            xs, out = self._operands(kernel), kernel.out
            for rows, partial in zip(kernel.inputs, kernel.op.partials, strict=True):
                if self._is_wanted(rows):
                    c = contribution(partial, g, block.term, *xs)
                    uniform = out.varying and not rows.varying
                    c = self._over_lanes(c) if uniform else c
                    self._send(rows, self._over_rows(c, out.count, varying=rows.varying) if rows.count == 1 < out.count else c)

    def _is_wanted(self, rows: Rows) -> bool:
        """Is an adjoint of any of these rows of any use? Constants and inputs need none."""
        return any(self.block_of[rows.varying][row].wanted for row in range(rows.start, rows.start + rows.count))

    def _product_back(self, kernel: MatMul, g: Operand) -> None:
        m, k = kernel.out.count, kernel.x.count
        weights, x = self._matrices(kernel)
        if kernel.bias is not None and self._is_wanted(kernel.bias):
            self._send(kernel.bias, self._over_lanes(g))
        g = self._full(g, (m, self.lanes) if m > 1 else (self.lanes,))
        if self._is_wanted(kernel.weights):
            product = self._dot(g, self._turned(x)) if m > 1 else self._dot(x, g)
            assert isinstance(product, Term)
            self._send(kernel.weights, self._shaped(product, self._shape(kernel.weights)))
        if self._is_wanted(kernel.x):
            back = self._dot(self._turned(self._shaped(weights, (m, k))), self._shaped(g, (m, self.lanes)))
            assert isinstance(back, Term)
            self._send(kernel.x, self._shaped(back, self._shape(kernel.x)))

    def _scatter(self, kernel: Gather, g: Operand) -> None:
        if kernel.out.varying and not kernel.varying:
            g = self._over_lanes(g)
        index = np.array(kernel.index)
        blocks: dict[Block, list[int]] = {}
        for place, row in enumerate(kernel.index):
            blocks.setdefault(self.block_of[kernel.varying][row], []).append(place)
        for block, places in blocks.items():
            if block.wanted and len(places) <= FEW:
                for place in places:
                    row = kernel.index[place] - block.rows.start
                    block.got.append(((row, row + 1), self._part(g, Rows(kernel.varying, 0, len(index)), place, 1)))
            elif block.wanted:
                part = g
                if isinstance(g, Term) and self._has_rows(g, kernel.varying) and len(places) < len(index):
                    part = self.terms.made("taken", (g,), (len(places), *g.shape[1:]), tuple(places))
                block.got.append((Scattered(index[places] - block.rows.start), part))

    def _fold_back(self, kernel: Fold, g: Operand) -> None:
        _, z, xs = self._folded(kernel)
        nodes, varying = kernel.out.count, kernel.out.varying
        shape = self._folded_shape(kernel)
        if nodes > 1:
            g, z = (self._over_each(x, varying) for x in (g, z))
        for rows, partial in zip(kernel.inputs, kernel.op.partials, strict=True):
            if self._is_wanted(rows):
                c = contribution(partial, g, z, *xs)
                if nodes > 1 and isinstance(c, Term):
                    c = self._shaped(self._full(c, shape), self._shape(rows))
                elif isinstance(c, Term) and rows.count == 1 and len(c.shape) == 1 + varying:
                    c = self._shaped(c, self._shape(rows))
                self._send(rows, c)

    def _over_each(self, x: Operand, varying: bool) -> Operand:
        """Of each node, beside its members."""
        if not isinstance(x, Term) or not self._has_rows(x, varying):
            return x
        return self._shaped(x, (x.shape[0], 1, *x.shape[1:]))

