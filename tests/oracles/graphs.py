"""Random expression graphs, written down so that any engine can build them: each step applies an op to earlier nodes.

Without exp, log, sqrt, sin and cos: in a few of 10,000 gradients the last bit of those differs between PyTorch's own routines
and the C library, and would hide what is compared here, the arithmetic and the order of the backward pass.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

UNARY = ("neg", "relu", "abs")
BINARY = ("add", "add", "mul", "mul", "sub", "div", "maximum", "minimum")
POWERS = (2.0, 3.0, -1.0, -2.0)

Step = tuple[Any, ...]


def random_graph(r: random.Random) -> tuple[list[float], list[Step]]:
    """Leaves, and steps (op, operand, …) where an integer counts nodes from the leaves on and a float is a constant."""
    leaves = [r.uniform(-2.0, 2.0) for _ in range(r.randint(1, 4))]
    steps: list[Step] = []
    for _ in range(r.randint(1, 30)):
        n = len(leaves) + len(steps)
        pick = lambda n=n: r.randrange(n) if r.random() < 0.5 else n - 1 - r.randrange(min(n, 3))  # noqa: E731
        kind = r.random()
        if kind < 0.25:
            steps.append((r.choice(UNARY), pick()))
        elif kind < 0.35:
            steps.append(("pow", pick(), r.choice(POWERS)))
        elif kind < 0.5:
            steps.append((r.choice(BINARY[:6]), pick(), r.choice((2.0, -0.5, 3.0))))
        else:
            steps.append((r.choice(BINARY), pick(), pick()))
    return leaves, steps


def built(leaves: list[Any], steps: list[Step], functions: Mapping[str, Callable[..., Any]]) -> Any:
    """The last node of the graph, on any engine that offers these functions."""
    nodes = list(leaves)
    for name, *operands in steps:
        nodes.append(functions[name](*(nodes[x] if isinstance(x, int) else x for x in operands)))
    return nodes[-1]
