"""By kernels or node by node? What either should cost, counted from the lowered program.

Kernels pay where nodes of one kind stand side by side on many rows. Where each has a row or two, as in an irregular graph, most
of the time goes into starting kernels and into copying their operands together; there the interpreter of single nodes is faster.
"""

from __future__ import annotations

from typing import NamedTuple

from autograd.replay.lower import BatchMean, Fold, Gather, Lowered, MatMul
from autograd.replay.scalars import ALONE, LONG, SHORT, lanes_of

CALL = 2000.0
"""Nanoseconds that the interpreter must save: steps by kernels are bound to the machine, and start sooner."""

KERNEL, ROW, WEIGHT = 22.0, 4.0, 1.0
"""Nanoseconds by kernels, roughly, forward and backward: of a kernel; and on eight lanes of a row, and of a weight in a matrix."""


class NodeCosts(NamedTuple):
    """Nanoseconds node by node, roughly: of a run, of a node, and of an operand of an n-ary one."""

    run: float
    node: float
    member: float


NODE_COSTS = {ALONE: NodeCosts(12.0, 4.0, 1.0), SHORT: NodeCosts(20.0, 8.0, 9.0), LONG: NodeCosts(20.0, 30.0, 12.0)}
"""For each length of a block. On one core of an EPYC 9004; what counts are the ratios."""


def groups_badly(lowered: Lowered, batch: int) -> bool:
    """Is the interpreter of single nodes faster, on batches of this size? Means over the batch need kernels."""
    if any(isinstance(kernel, BatchMean) for kernel in lowered.kernels):
        return False
    return by_node(lowered, batch) + CALL < by_kernel(lowered, batch)


def by_kernel(lowered: Lowered, batch: int) -> float:
    """Nanoseconds that the machine takes for a gradient."""
    rows = weights = 0
    for kernel in lowered.kernels:
        rows += kernel.out.count
        if isinstance(kernel, MatMul):
            weights += kernel.weights.count
        elif isinstance(kernel, Fold):
            rows += sum(x.count for x in kernel.inputs)
    return KERNEL * len(lowered.kernels) + blocks(batch, SHORT) * (ROW * rows + WEIGHT * weights)


def by_node(lowered: Lowered, batch: int) -> float:
    """Nanoseconds that the interpreter takes for a gradient."""
    runs = nodes = members = 0
    for kernel in lowered.kernels:
        if isinstance(kernel, Gather):
            continue
        runs += 1
        nodes += kernel.out.count
        if isinstance(kernel, MatMul):
            members += 2 * kernel.weights.count
        elif isinstance(kernel, Fold):
            members += sum(x.count for x in kernel.inputs)
    lanes = lanes_of(lowered.uniform_rows + lowered.varying_rows, batch)
    cost = NODE_COSTS[lanes]
    return blocks(batch, lanes) * (cost.run * runs + cost.node * nodes + cost.member * members)


def blocks(batch: int, lanes: int) -> int:
    """How many blocks of so many lanes a batch fills."""
    return -(-batch // lanes)
