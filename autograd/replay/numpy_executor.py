"""Kernels as numpy calls: one straight-line function forward and one backward, written once for each batch size."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.ops import Op, contribution
from autograd.replay.arrays import ArraySource, names, on_arrays
from autograd.replay.lower import BatchMean, Fold, Gather, Kernel, Lowered, Map, MatMul, Rows
from autograd.symbol import FORWARDS, written

Floats = NDArray[np.float64]
add = np.add


class NumpyExecutor:
    """A lowered program on numpy arrays, for batches of one size.

        uniform, varying      the stores; varying has a lane for each example
        forward()             fills them from parameters, constants and inputs
        run(seeds)            does that, and fills the adjoints of both, from those of the output rows
    """

    name = "numpy"

    def __init__(self, lowered: Lowered, batch: int) -> None:
        self.uniform = np.zeros(lowered.uniform_rows)
        self.varying = np.zeros((lowered.varying_rows, batch))
        self.uniform_adjoint = np.zeros_like(self.uniform)
        self.varying_adjoint = np.zeros_like(self.varying)
        self._inputs, self._parameters, self._constants = lowered.inputs, len(lowered.parameters), len(lowered.constants)
        self.uniform[self._parameters : self._parameters + self._constants] = lowered.constants
        self._outputs = [self.adjoint(rows) for rows in lowered.outputs]
        self._zeroed: list[Floats] = []
        self._reached = {True: np.zeros(lowered.varying_rows, dtype=bool), False: np.zeros(lowered.uniform_rows, dtype=bool)}
        for rows in lowered.outputs:
            self._is_first(rows)
        self._forward = [self._bound_forward(kernel) for kernel in lowered.kernels]
        self._backward = [self._bound_backward(kernel) for kernel in reversed(lowered.kernels)]

    def forward(self) -> None:
        """Compute every row."""
        with np.errstate(all="ignore"):
            for run in self._forward:
                run()

    def backward(self, seeds: list[tuple[Rows, float]]) -> None:
        """Compute the adjoint of every row. seeds: output rows, and the adjoint of each of their lanes."""
        for adjoint in (*self._outputs, *self._zeroed):
            adjoint.fill(0.0)
        for rows, seed in seeds:
            self.adjoint(rows)[...] += seed
        with np.errstate(all="ignore"):
            for run in self._backward:
                run()

    def run(self, seeds: list[tuple[Rows, float]]) -> None:
        """Forward and backward."""
        self.forward()
        self.backward(seeds)

    def value(self, rows: Rows) -> Floats:
        """The numbers in these rows."""
        return _slice(self.varying if rows.varying else self.uniform, rows)

    def adjoint(self, rows: Rows) -> Floats:
        """The adjoints of these rows."""
        return _slice(self.varying_adjoint if rows.varying else self.uniform_adjoint, rows)

    def _is_first(self, rows: Rows) -> bool:
        """Is nothing added to these adjoints before, in a backward pass? Where only to some, all start from 0."""
        reached = _slice(self._reached[rows.varying], rows)
        first = not reached.any()
        if not first and not reached.all():
            self._zeroed.append(self.adjoint(rows))
        reached[:] = True
        return first

    def _bound_forward(self, kernel: Kernel) -> Callable[[], object]:
        out = self.value(kernel.out)
        if isinstance(kernel, MatMul):
            weights = self.value(kernel.weights).reshape(kernel.out.count, kernel.x.count)
            x = self.value(kernel.x)
            return lambda: np.matmul(weights, x, out=out)
        if isinstance(kernel, BatchMean):
            lanes = self.value(kernel.input)
            return lambda: np.mean(lanes, axis=1, out=out)
        if isinstance(kernel, Gather):
            index = np.array(kernel.index)
            if kernel.varying or not kernel.out.varying:
                store = self.varying if kernel.varying else self.uniform
                return lambda: np.take(store, index, axis=0, out=out, mode="clip")
            return lambda: np.copyto(out, self.uniform[index, np.newaxis])
        f = on_arrays(kernel.op)
        xs = self._operands(kernel)
        if isinstance(f, np.ufunc):
            return lambda: f(*xs, out=out)
        return lambda: np.copyto(out, f(*xs))

    def _operands(self, kernel: Map | Fold) -> list[Floats]:
        """Views of the inputs, in shapes that fit the output's."""
        if isinstance(kernel, Fold):
            return [_stretched(self.value(rows), kernel.out.count) for rows in kernel.inputs]
        return [self.value(rows)[:, np.newaxis] if kernel.out.varying and not rows.varying else self.value(rows) for rows in kernel.inputs]

    def _bound_backward(self, kernel: Kernel) -> Callable[[], object]:
        g = self.adjoint(kernel.out)
        if isinstance(kernel, MatMul):
            return self._matmul_backward(kernel, g)
        if isinstance(kernel, Gather):
            return self._gather_backward(kernel, g)
        if isinstance(kernel, BatchMean):
            lanes = self.adjoint(kernel.input)
            put = into(lanes, self._is_first(kernel.input))
            return lambda: put(g[:, np.newaxis] / lanes.shape[1])
        z = self.value(kernel.out)
        xs = self._operands(kernel)
        if isinstance(kernel, Fold):
            g, z = g[:, np.newaxis], z[:, np.newaxis]
            moved = kernel.op.moves_along
        else:
            moved = False
        edges = [(self._receiver(kernel, rows), pull) for rows, pull in zip(kernel.inputs, pull_backs(kernel.op), strict=True)
                 if self._is_wanted(rows)]
        f = on_arrays(kernel.op)

        def run() -> None:
            here, members = z, xs
            if moved:
                top = np.max(xs[0], axis=1, keepdims=True)
                members = [xs[0] - np.where(np.isfinite(top), top, 0.0)]
                here = f(*members)[:, np.newaxis]
            for receive, pull in edges:
                receive(pull(g, here, *members))

        return run

    def _is_wanted(self, rows: Rows) -> bool:
        """Is an adjoint of these rows of any use? Constants and inputs need none."""
        if rows.varying:
            return rows.start + rows.count > self._inputs
        return not (self._parameters <= rows.start and rows.start + rows.count <= self._parameters + self._constants)

    def _receiver(self, kernel: Map | Fold, rows: Rows) -> Callable[[Any], None]:
        """The function that adds contributions, in the output's shape, to the adjoints of an operand."""
        target = self.adjoint(rows)
        if isinstance(kernel, Fold):
            return into(_stretched(target, kernel.out.count), self._is_first(rows))
        shape = self.value(kernel.out).shape
        over_lanes = kernel.out.varying and not rows.varying
        over_rows = rows.count == 1 and kernel.out.count > 1
        put = into(target, self._is_first(rows))
        if not over_lanes and not over_rows:
            return put

        def receive(c: Any) -> None:
            if np.shape(c) != shape:
                c = np.broadcast_to(c, shape)
            if over_lanes:
                c = add.reduce(c, 1)
            if over_rows:
                c = add.reduce(c, 0, keepdims=True)
            put(c)

        return receive

    def _matmul_backward(self, kernel: MatMul, g: Floats) -> Callable[[], None]:
        shape = kernel.out.count, kernel.x.count
        weights, x = self.value(kernel.weights).reshape(shape), self.value(kernel.x)
        wanted = self._is_wanted(kernel.x)
        to_weights = product_into(self.adjoint(kernel.weights).reshape(shape), self._is_first(kernel.weights))
        to_x = product_into(self.adjoint(kernel.x), self._is_first(kernel.x)) if wanted else None

        def run() -> None:
            to_weights(g, x.T)
            if to_x:
                to_x(weights.T, g)

        return run

    def _gather_backward(self, kernel: Gather, g: Floats) -> Callable[[], None]:
        index = np.array(kernel.index)
        for row in set(kernel.index):
            if self._is_first(Rows(kernel.varying, row, 1)):
                self._zeroed.append(self.adjoint(Rows(kernel.varying, row, 1)))
        store = self.varying_adjoint if kernel.varying else self.uniform_adjoint
        spread = kernel.out.varying and not kernel.varying
        return lambda: np.add.at(store, index, g.sum(axis=1) if spread else g)


def into(target: Floats, first: bool) -> Callable[[Any], None]:
    """The function that adds a contribution to adjoints; the first one to come is put there instead."""
    if first:
        return lambda c: np.copyto(target, c)

    def accumulate(c: Any) -> None:
        add(target, c, target)

    return accumulate


def product_into(target: Floats, first: bool) -> Callable[[Floats, Floats], object]:
    """The same for a matrix product."""
    if first:
        return lambda a, b: np.matmul(a, b, out=target)
    return lambda a, b: add(target, a @ b, target)


@cache
def pull_backs(op: Op) -> list[Callable[..., Any]]:
    """For each input of op, the function (adjoint, z, x, y) -> contribution on arrays, compiled from the table."""
    inputs = "xy"[: len(op.partials)]
    compiled = []
    for partial in op.partials:
        source = written(lambda *xs, p=partial: contribution(p, *xs), ArraySource, "g", "z", *inputs)
        compiled.append(eval(f"lambda g, z, {', '.join(inputs)}: {source}", {**FORWARDS, **names()}))
    return compiled


def _slice(store: Floats, rows: Rows) -> Floats:
    return store[rows.start : rows.start + rows.count]


def _stretched(rows: Floats, nodes: int) -> Floats:
    """Rows of an n-ary kernel's input as (nodes, members, …)."""
    return rows.reshape(nodes, -1, *rows.shape[1:])
