"""The eager engine beside micrograd: one large graph, one training step, and bytes per node."""

from __future__ import annotations

import gc
import random
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from micrograd import nn as micrograd_nn
from micrograd.engine import Value as MicrogradValue
from sklearn.datasets import make_moons

import nn
import optim
from autograd import Value
from benchmarks.clock import medians

NODES = 10_000


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Room for micrograd's recursive search."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


STEPS: list[tuple[int, Callable[[Any, Any], Any]]] = [
    (1, lambda a, b: a * b),
    (2, lambda a, b: (a + b) / 2),
    (2, lambda a, b: (a - b) * 0.5),
    (3, lambda a, b: a / (2.0 + b * b)),
    (3, lambda a, b: (a - b) ** 2 / 4),
    (2, lambda a, b: a.relu() * b),
    (2, lambda a, b: 1.0 - (a * a)),
]
"""What learners write, with operations that both engines have. Numbers in [-1, 1] stay there."""


def plan() -> list[tuple[Callable[[Any, Any], Any], int, int]]:
    """Steps that make NODES nodes of 16 leaves: each uses up one of the 16 latest results, and another one as well."""
    r = random.Random(0)
    steps = []
    made = 0
    while made < NODES:
        size, step = r.choice(STEPS)
        steps.append((step, r.randrange(16), r.randrange(15)))
        made += size
    return steps


def large_graph(kind: Any, steps: list[tuple[Callable[[Any, Any], Any], int, int]]) -> Any:
    """The sum of the last results of the plan."""
    recent = [kind(k / 8.0 - 1.0) for k in range(16)]
    for step, i, j in steps:
        a = recent.pop(i)
        recent.append(step(a, recent[j]))
    total = recent[0]
    for node in recent[1:]:
        total = total + node
    return total


def graph_ratio(rounds: int) -> dict[str, float]:
    """Build and backward, seconds."""
    steps = plan()

    def job(kind: Any) -> Callable[[], Any]:
        def run() -> Any:
            root = large_graph(kind, steps)
            root.backward()
            return root.data

        return run

    jobs = {"chalkgrad": job(Value), "micrograd": job(MicrogradValue)}
    with deep_recursion():
        ours, theirs = (run() for run in jobs.values())
        assert abs(ours - theirs) <= 1e-9 * max(1.0, abs(theirs)), (ours, theirs)
        return medians(jobs, rounds)


def step_ratio(rounds: int) -> dict[str, float]:
    """A whole training step of an MLP 2-16-16-1 over 100 moons: hinge loss, backward, update. Seconds."""
    points, classes = make_moons(n_samples=100, noise=0.1, random_state=0)
    targets = (2.0 * classes - 1.0).reshape(-1, 1)
    ours = nn.MLP(2, [16, 16, 1], activation="relu", rng=0)
    theirs = micrograd_nn.MLP(2, [16, 16, 1])
    for theirs_layer, w, b in zip(theirs.layers, list(ours.parameters())[::2], list(ours.parameters())[1::2], strict=True):
        for neuron, row, bias in zip(theirs_layer.neurons, w.data, b.data, strict=True):
            neuron.b.data = float(bias)
            for weight, x in zip(neuron.w, row, strict=True):
                weight.data = float(x)
    optimizer = optim.SGD(ours.parameters(), lr=0.001)

    def step_ours() -> Any:
        loss = nn.functional.hinge_loss(ours(points), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    def step_theirs() -> float:
        outputs = [theirs([MicrogradValue(x) for x in row]) for row in points.tolist()]
        losses = [(1.0 + -y * out).relu() for y, out in zip(targets[:, 0].tolist(), outputs, strict=True)]
        loss = sum(losses) * (1.0 / len(losses))
        theirs.zero_grad()
        loss.backward()
        for p in theirs.parameters():
            p.data -= 0.001 * p.grad
        return float(loss.data)

    jobs = {"chalkgrad": step_ours, "micrograd": step_theirs}
    with deep_recursion():
        first = [run() for run in jobs.values()]
        assert abs(first[0] - first[1]) <= 1e-6, first
        return medians(jobs, rounds)


def bytes_per_node(kind: Any) -> float:
    """tracemalloc's figure for a chain of binary and unary nodes, after backward."""
    n = 4_000
    x = kind(1.01)
    (x * x).relu().backward()
    gc.collect()
    tracemalloc.start()
    try:
        y = x
        for _ in range(n // 2):
            y = (y * x).relu()
        with deep_recursion():
            y.backward()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / n
    finally:
        tracemalloc.stop()


def report() -> None:
    """Print the table."""
    graph, step = graph_ratio(rounds=9), step_ratio(rounds=5)
    print("Eager engine, against micrograd 0.1.0 in the same process (medians, freeing included)\n")
    print(f"{'':44}{'chalkgrad':>12}{'micrograd':>12}{'ratio':>8}{'goal':>7}")
    rows: list[tuple[str, float, float, int]] = [
        (f"build + backward, {NODES:,} nodes, ns a node", 1e9 * graph["chalkgrad"] / NODES, 1e9 * graph["micrograd"] / NODES, 5),
        ("training step, MLP 2-16-16-1, 100 rows, ms", 1e3 * step["chalkgrad"], 1e3 * step["micrograd"], 12),
    ]
    for name, ours, theirs, goal in rows:
        print(f"{name:44}{ours:12.1f}{theirs:12.1f}{theirs / ours:8.1f}{goal:>6}×")
    ours, theirs = bytes_per_node(Value), bytes_per_node(MicrogradValue)
    print(f"{'memory after backward, bytes a node':44}{ours:12.0f}{theirs:12.0f}{theirs / ours:8.1f}{'≤ 176 B':>8}")
