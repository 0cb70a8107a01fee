"""What a learner may hand in: gradients of random graphs with one of the usual slips made, by sympy and by summing over paths.

    ∂root/∂x = Σ over paths from root to x of Π over the path's edges of the partial

A slip changes the factor of one edge, or which paths are counted. Nothing of what is measured against this is used here.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import sympy as sp

Steps = list[tuple[Any, ...]]

X, Y = sp.symbols("x y", real=True)
FORMULAS = {
    "add": X + Y, "sub": X - Y, "mul": X * Y, "div": X / Y, "pow": X**Y,
    "neg": -X, "exp": sp.exp(X), "log": sp.log(X), "sqrt": sp.sqrt(X), "sin": sp.sin(X), "tanh": sp.tanh(X),
    "sigmoid": 1 / (1 + sp.exp(-X)), "relu": sp.Piecewise((X, X > 0), (0, True)),
}
UNARY = ("neg", "exp", "log", "sqrt", "sin", "tanh", "sigmoid", "relu")
BINARY = ("add", "add", "sub", "mul", "mul", "div")

NAMES = (
    "missed-a-path", "overwrote", "dropped-factor", "wrong-sign", "partial-at-output", "value-for-gradient", "adjoint-not-multiplied",
)


@cache
def function(op: str, by: int | None = None) -> Callable[..., float]:
    """The op on floats, or its derivative by one operand."""
    formula = FORMULAS[op] if by is None else sp.diff(FORMULAS[op], (X, Y)[by])
    return sp.lambdify((X, Y), formula, "math")


class Edge(NamedTuple):
    """From a node to one of its operands."""

    node: int
    place: int
    to: int


Path = tuple[Edge, ...]
Factors = Callable[[Edge], float]


class Graph:
    """A random expression: leaves, then steps (op, operand, …) where an integer counts nodes and a float is a constant."""

    def __init__(self, leaves: list[float], steps: Steps) -> None:
        self.leaves, self.steps = leaves, steps
        self.root = len(leaves) + len(steps) - 1
        self.data = list(leaves)
        for op, *operands in steps:
            self.data.append(function(op)(*self.numbers(operands)))

    def numbers(self, operands: list[Any]) -> list[float]:
        """What stands in the operands; a second one is made up for an op with one."""
        return ([x if isinstance(x, float) else self.data[x] for x in operands] + [math.nan])[:2]

    def operands(self, node: int) -> list[Any]:
        return list(self.steps[node - len(self.leaves)][1:]) if node >= len(self.leaves) else []

    def edges(self, node: int) -> list[Edge]:
        """In the order in which contributions are sent."""
        return [Edge(node, i, x) for i, x in enumerate(self.operands(node)) if isinstance(x, int)]

    def partial(self, edge: Edge) -> float:
        return function(self.steps[edge.node - len(self.leaves)][0], edge.place)(*self.numbers(self.operands(edge.node)))

    def partial_at_output(self, edge: Edge) -> float:
        """The derivative where the operand has the number of the output."""
        xs = self.numbers(self.operands(edge.node))
        xs[edge.place] = self.data[edge.node]
        try:
            return function(self.steps[edge.node - len(self.leaves)][0], edge.place)(*xs)
        except (ValueError, ZeroDivisionError, OverflowError, TypeError):
            return math.nan

    def exponent(self, edge: Edge) -> float | None:
        """Of a power."""
        op, *operands = self.steps[edge.node - len(self.leaves)]
        return operands[1] if op == "pow" else None

    def paths(self, start: int, end: int) -> list[Path]:
        """Every way down from one node to another."""
        if start == end:
            return [()]
        return [(edge, *rest) for edge in self.edges(start) for rest in self.paths(edge.to, end)]

    def built(self, value: Callable[[float, str], Any], functions: Mapping[str, Callable[..., Any]]) -> list[Any]:
        """All nodes, on an engine that offers these functions. The leaves are called x0, x1, …."""
        nodes = [value(x, f"x{i}") for i, x in enumerate(self.leaves)]
        for op, *operands in self.steps:
            nodes.append(functions[op](*(nodes[x] if isinstance(x, int) else x for x in operands)))
        return nodes


class Case:
    """One question: ∂root/∂target."""

    def __init__(self, graph: Graph, target: int) -> None:
        self.graph, self.target = graph, target
        self.paths = graph.paths(graph.root, target)
        self.edges = sorted({edge for path in self.paths for edge in path})
        self.right = self.total(self.paths)

    def total(self, paths: list[Path], factors: Factors | None = None) -> float:
        factor = factors or self.graph.partial
        return math.fsum(math.prod(map(factor, path)) for path in paths)

    def with_factor(self, changed: Edge, factor: float) -> float:
        """The gradient where one edge has another factor."""
        return self.total(self.paths, lambda edge: factor if edge == changed else self.graph.partial(edge))

    def on_each_path(self, factor: Callable[[Edge], float]) -> list[float]:
        """The gradients where one edge has another factor, but on one path only."""
        partial = self.graph.partial
        return [
            self.total([p for p in self.paths if p != path]) + math.prod(factor(e) if e == edge else partial(e) for e in path)
            for path in self.paths
            for edge in path
        ]

    def last(self, node: int) -> Edge:
        """The last edge to send its contribution to a node: that of its earliest consumer."""
        return min((edge for edge in self.edges if edge.to == node), key=lambda edge: (edge.node, -edge.place))

    def below(self, node: int) -> float:
        """∂node/∂target."""
        return self.total(self.graph.paths(node, self.target))

    def wrong(self) -> dict[str, list[float]]:
        """For each slip, the numbers it can lead to."""
        graph, paths = self.graph, self.paths
        nodes = sorted({edge.to for edge in self.edges})
        joins = [node for node in nodes if len([edge for edge in self.edges if edge.to == node]) > 1]
        through = {edge: [path for path in paths if edge in path] for edge in self.edges}
        missed = [self.total([p for p in paths if p not in through[edge]]) for edge in self.edges if len(through[edge]) < len(paths)]
        missed += [self.total([p for p in paths if p != path]) for path in paths if len(paths) > 1]
        kept = {node: [p for p in paths if all(edge.to != node or edge == self.last(node) for edge in p)] for node in joins}
        kept_everywhere = [path for path in paths if all(path in kept[node] for node in joins)]
        return {
            "missed-a-path": missed,
            "overwrote": [
                *(self.total(some) for some in [*kept.values(), *([kept_everywhere] if joins else [])]),
                *(self.total([path]) for path in paths if len(paths) > 2),
            ],
            "dropped-factor": [
                *(self.with_factor(edge, 1.0) for edge in self.edges),
                *self.on_each_path(lambda edge: 1.0),
                *(self.with_factor(edge, graph.partial(edge) / n) for edge in self.edges if (n := graph.exponent(edge))),
            ],
            "wrong-sign": [
                -self.right,
                *(self.with_factor(edge, -graph.partial(edge)) for edge in self.edges),
                *self.on_each_path(lambda edge: -graph.partial(edge)),
            ],
            "partial-at-output": [
                *(self.with_factor(edge, graph.partial_at_output(edge)) for edge in self.edges),
                *self.on_each_path(graph.partial_at_output),
            ],
            "value-for-gradient": [
                graph.data[self.target],
                graph.data[graph.root],
                *(self.right + (graph.data[node] - self.total(graph.paths(graph.root, node))) * self.below(node) for node in nodes),
                *(self.with_factor(edge, graph.data[edge.to]) for edge in self.edges),
            ],
            "adjoint-not-multiplied": [
                math.fsum(graph.partial(edge) for edge in self.edges if edge.to == self.target),
                *(self.total([p for p in paths if p != path]) + graph.partial(path[-1]) for path in paths),
                *(self.right - self.total(through[edge]) + graph.partial(edge) * self.below(edge.to) for edge in self.edges),
            ],
        }


def random_graph(r: random.Random) -> Graph:
    """A graph whose numbers can be written on paper: none is huge or all but 0, and no partial is undefined."""
    while True:
        leaves = [round(r.uniform(-2.0, 2.0), 2) for _ in range(r.randint(1, 3))]
        steps: Steps = []
        for _ in range(r.randint(2, 7)):
            n = len(leaves) + len(steps)
            pick = lambda n=n: r.randrange(n) if r.random() < 0.6 else n - 1  # noqa: E731
            kind = r.random()
            if kind < 0.3:
                steps.append((r.choice(UNARY), pick()))
            elif kind < 0.4:
                steps.append(("pow", pick(), r.choice((2.0, 3.0))))
            elif kind < 0.5:
                steps.append((r.choice(BINARY), pick(), r.choice((2.0, -0.5, 3.0))))
            else:
                steps.append((r.choice(BINARY), pick(), pick()))
        try:
            graph = Graph(leaves, steps)
            case = [graph.partial(edge) for node in range(len(graph.data)) for edge in graph.edges(node)]
        except (ValueError, ZeroDivisionError, OverflowError):
            continue
        if all(isinstance(x, (int, float)) and 0.01 < abs(x) < 50.0 for x in [*graph.data, *case]):
            return graph


def random_case(r: random.Random) -> Case:
    """A question on a random graph whose answer is not 0."""
    while True:
        graph = random_graph(r)
        target = r.randrange(len(graph.data) - 1)
        if 0 < len(graph.paths(graph.root, target)) <= 40:
            case = Case(graph, target)
            if abs(case.right) > 0.01:
                return case
