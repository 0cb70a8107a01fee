"""Random functions to trace."""

from __future__ import annotations

import random

from autograd import Value, mean
from autograd.ops import TABLE

FEW = [op for op in TABLE.values() if not op.nary]
MANY = [op for op in TABLE.values() if op.nary]


def random_function(r: random.Random, parameters: list[Value]):
    """A function of two numbers: random operations on them, on parameters and on constants, with fan-out."""
    plan = []
    size = 2 + len(parameters) + 1
    for _ in range(r.randint(1, 25)):
        if r.random() < 0.25:
            op = r.choice(MANY)
            n = r.randint(1, 4)
            plan.append((op, [[r.randrange(size) for _ in range(n)] for _ in op.partials]))
        else:
            op = r.choice(FEW)
            plan.append((op, [r.randrange(size) for _ in op.partials]))
        size += 1

    def f(x, y):
        nodes = [x, y, *parameters, 0.75]
        for op, operands in plan:
            picked = [[nodes[i] for i in o] for o in operands] if op.nary else [nodes[i] for i in operands]
            z = op(*picked)
            nodes.append(TABLE["tanh"](z * 0.25))
        return mean([*nodes[-3:], nodes[0] * nodes[2]])

    return f
