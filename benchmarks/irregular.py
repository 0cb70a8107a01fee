"""Random irregular graphs of up to a million nodes: value and gradient of one example and of a batch, beside CasADi."""

from __future__ import annotations

import gc
import math
import random
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value, ops
from autograd.replay.lower import lower
from autograd.replay.native.executor import NativeExecutor, refusal
from autograd.replay.numpy_executor import NumpyExecutor
from autograd.replay.runs import in_runs
from autograd.replay.scalars import ScalarExecutor
from autograd.replay.tape import Tape
from benchmarks.clock import step_seconds
from benchmarks.replay import figure, repeated, table

Floats = NDArray[np.float64]
Step = tuple[str, int, int]
Run = Callable[[], tuple[Floats, Floats]]

SIZES = (1_000, 10_000, 100_000, 1_000_000)
BATCHES = (1, 32)
INPUTS, OPEN = 8, 100
ROUNDS = 15
LARGEST = {"chalkgrad kernels": 100_000, "chalkgrad numpy": 1_000}
"""Nodes: beyond, these forms take minutes to get ready."""

STEPS: dict[str, tuple[int, Callable[[Any, Any, Any], Any]]] = {
    "product": (1, lambda a, b, f: a * b),
    "mean": (2, lambda a, b, f: (a + b) * 0.5),
    "difference": (2, lambda a, b, f: (a - b) * 0.5),
    "quotient": (3, lambda a, b, f: a / (2.0 + b * b)),
    "square": (2, lambda a, b, f: 1.0 - a * a),
    "relu": (1, lambda a, b, f: f["relu"](a)),
    "tanh": (1, lambda a, b, f: f["tanh"](a * 1.5)),
    "sin": (1, lambda a, b, f: f["sin"](a)),
}
"""How many nodes, and which. Numbers in [-1, 1] stay there."""


@dataclass(frozen=True)
class Graph:
    """A number for each input and each parameter, then one for each step; the sum of `ends` is the loss."""

    nodes: int
    parameters: int
    steps: list[Step]
    ends: list[int]

    def loss(self, leaves: Sequence[Any], functions: dict[str, Callable[[Any], Any]], add_up: Callable[[list[Any]], Any]) -> Any:
        """The loss, on whatever carrier the leaves are."""
        numbers = list(leaves)
        for name, i, j in self.steps:
            numbers.append(STEPS[name][1](numbers[i], numbers[j], functions))
        return add_up([numbers[i] for i in self.ends])


def random_graph(nodes: int) -> Graph:
    """Each step uses up one of OPEN results and reads another number: one of them or, as often, any earlier one.

    A parameter comes in with about every tenth step.
    """
    r = random.Random(0)
    parameters = max(8, nodes // 20)
    leaves = INPUTS + parameters
    open_ones = list(range(min(OPEN, leaves)))
    steps: list[Step] = []
    fresh, made, size = len(open_ones), 0, leaves
    while made < nodes or fresh < leaves:
        i = open_ones.pop(r.randrange(len(open_ones)))
        if fresh < leaves and (r.random() < 0.1 or made >= nodes):
            j, fresh = fresh, fresh + 1
        else:
            j = r.randrange(size) if r.random() < 0.5 else r.choice(open_ones)
        name = r.choice(["product", *STEPS]) if j != fresh - 1 else "product"
        steps.append((name, i, j))
        open_ones.append(size)
        size += 1
        made += STEPS[name][0]
    return Graph(made, parameters, steps, open_ones)


def numbers_for(graph: Graph, batch: int) -> tuple[Floats, Floats]:
    """Inputs, a lane for each example; parameters."""
    rng = np.random.default_rng(0)
    return rng.uniform(-1.0, 1.0, (INPUTS, batch)), rng.uniform(-1.0, 1.0, graph.parameters)


def taped(graph: Graph) -> tuple[Tape, list[Value]]:
    """The graph of Values, and its parameters."""
    inputs, parameters = ([Value(0.5) for _ in range(n)] for n in (INPUTS, graph.parameters))
    loss = graph.loss([*inputs, *parameters], {"relu": ops.relu, "tanh": ops.tanh, "sin": ops.sin}, ops.total)
    return Tape(inputs, [loss]), parameters


def ours(graph: Graph, batches: Sequence[int]) -> dict[tuple[str, int], Run]:
    """Our executors, for batches of each size."""
    tape, parameters = taped(graph)
    forms: dict[str, tuple[Any, Any]] = {}
    if graph.nodes < 2 * max(LARGEST.values()):
        lowered = lower(tape, parameters)
        forms["chalkgrad kernels"], forms["chalkgrad numpy"] = (NativeExecutor, lowered), (NumpyExecutor, lowered)
    runs = in_runs(tape, parameters)
    forms["chalkgrad, node by node"] = ScalarExecutor, runs
    return {(name, batch): run_of(graph, make(program, batch), program.outputs[0], batch)
            for name, (make, program) in forms.items() for batch in batches if graph.nodes < 2 * LARGEST.get(name, math.inf)}


def run_of(graph: Graph, executor: Any, rows: Any, batch: int) -> Run:
    """Losses, and the gradient of their mean."""
    executor.varying[:INPUTS], executor.uniform[: graph.parameters] = numbers_for(graph, batch)

    def run() -> tuple[Floats, Floats]:
        executor.run([(rows, 1.0 / batch)])
        return executor.value(rows)[0], executor.uniform_adjoint[: graph.parameters]

    return run


def casadi(graph: Graph, batches: Sequence[int]) -> dict[tuple[str, int], Run]:
    """CasADi's scalar graph: one function of loss and gradient, mapped over the batch."""
    ca: Any = import_module("casadi")
    x, w = ca.SX.sym("x", INPUTS), ca.SX.sym("w", graph.parameters)
    functions = {"relu": lambda a: ca.fmax(a, 0.0), "tanh": ca.tanh, "sin": ca.sin}
    loss = graph.loss([*ca.vertsplit(x), *ca.vertsplit(w)], functions, lambda ends: ca.sum1(ca.vertcat(*ends)))
    one = ca.Function("one", [x, w], [loss, ca.gradient(loss, w)])
    return {("CasADi SX", batch): casadi_run(graph, one, batch) for batch in batches}


def casadi_run(graph: Graph, one: Any, batch: int) -> Run:
    """Through CasADi's buffers, which copy nothing. A mapped function sums the gradients by itself."""
    function = one.map("batch", "serial", batch, [1], [1]) if batch > 1 else one
    inputs, parameters = numbers_for(graph, batch)
    given = [np.ascontiguousarray(inputs.T), parameters]
    losses, gradient = np.zeros(batch), np.zeros(graph.parameters)
    buffer, trigger = function.buffer()
    for i, a in enumerate(given):
        buffer.set_arg(i, a.reshape(-1).data)
    for i, a in enumerate((losses, gradient)):
        buffer.set_res(i, a.data)

    def run(*_: Any) -> tuple[Floats, Floats]:
        trigger()
        return losses, gradient / batch

    return partial(run, buffer, given)  # CasADi holds addresses only: these must live as long as the function


def require_equal(results: dict[str, tuple[Floats, Floats]]) -> None:
    """The same losses and gradients, to 1e-9 of the largest."""
    (first, expected), *others = results.items()
    for name, found in others:
        for a, b in zip(found, expected, strict=True):
            if not np.abs(a - b).max() <= 1e-9 * max(1e-300, np.abs(b).max()):
                raise AssertionError(f"{name} and {first} differ: {a[:3]} and {b[:3]}.")


@contextmanager
def collector_paused() -> Iterator[None]:
    """A million new objects need not be searched for cycles."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def measure(nodes: int) -> dict[tuple[str, int], float]:
    """Nanoseconds a node and example, of each form and batch."""
    graph = random_graph(nodes)
    with collector_paused():
        forms = ours(graph, BATCHES)
        with suppress(ImportError):
            forms |= casadi(graph, BATCHES)
    times = {}
    for batch in BATCHES:
        runs = {name: run for (name, size), run in forms.items() if size == batch}
        require_equal({name: tuple(a.copy() for a in run()) for name, run in runs.items()})  # type: ignore[misc]
        for name, seconds in step_seconds({name: repeated(run) for name, run in runs.items()}, ROUNDS).items():
            times[name, batch] = 1e9 * median(seconds) / (graph.nodes * batch)
    return times


def bytes_per_node(nodes: int = 100_000) -> dict[str, float]:
    """What stays when the Values are gone: of the tape, the runs, and the executor for one example."""
    graph = random_graph(nodes)
    sizes = []
    tracemalloc.start()
    try:
        with collector_paused():
            tape, parameters = taped(graph)
            tape.pack()
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
            runs = in_runs(tape, parameters)
            sizes.append(tracemalloc.get_traced_memory()[0])
            executor = ScalarExecutor(runs, 1)
            sizes.append(tracemalloc.get_traced_memory()[0])
            executor.run([])
    finally:
        tracemalloc.stop()
    tape_size, with_runs, with_executor = (size / graph.nodes for size in sizes)
    return {"tape, parameters": tape_size, "runs": with_runs - tape_size, "executor": with_executor - with_runs}


def report() -> None:
    """Print the tables."""
    reason = refusal(lower(taped(random_graph(100))[0]))
    if reason:
        print(f"Random irregular graphs are left out: {reason}.")
        return
    times = {(name, batch, nodes): ns for nodes in SIZES for (name, batch), ns in measure(nodes).items()}
    keys = [(batch, nodes) for batch in BATCHES for nodes in SIZES]
    header = ["", *(f"{nodes:,} · {batch}" for batch, nodes in keys)]
    names = list(dict.fromkeys(name for name, _, _ in times))

    def cells(of: Callable[[int, int], float | None]) -> list[str]:
        return [figure(x) if (x := of(batch, nodes)) is not None else "—" for batch, nodes in keys]

    print("Random irregular graphs, value and gradient: ns a node and example, at nodes · batch (medians of interleaved turns)\n")
    print(table(header, ([name, *cells(lambda b, n, name=name: times.get((name, b, n)))] for name in names)))  # type: ignore[misc]
    mine, theirs = "chalkgrad, node by node", "CasADi SX"

    def ratio(batch: int, nodes: int) -> float | None:
        return times[theirs, batch, nodes] / times[mine, batch, nodes] if (theirs, batch, nodes) in times else None

    def growth(batch: int, nodes: int) -> float:
        return times[mine, batch, nodes] / times[mine, batch, SIZES[0]]

    print("\nNode by node\n")
    print(table(header, [
        ["CasADi's time / ours (goal: 1 at batch 1, 5 at batch 32)", *cells(ratio)],
        ["cost a node / that at 1,000 nodes (goal: 5 at most)", *cells(growth)],
    ]))
    memory = bytes_per_node()
    print(f"\nBytes a node at 100,000 nodes: {sum(memory.values()):.0f} (goal: 150 at most), of which "
          f"{', '.join(f'{name} {size:.0f}' for name, size in memory.items())}.")
