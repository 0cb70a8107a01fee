"""Every path from the output down to a node. There can be more than atoms in the universe, so they are counted first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from autograd._draw.text import digits
from autograd._steps import Step, Steps
from autograd._steps.names import names_of
from autograd._steps.writing import Plain, S, enclosed, end_of, partial_of, shortened, slope_of
from autograd.ops import PRODUCT, SUM
from autograd.value import Value

MANY = 10**15
"""Counting ends here."""

LENGTH = 10**6
"""So many edges, in all paths together, are not too many."""


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """One path: the edges from the output down to a node, as the steps in which backward goes along them.

    Args:    steps: all steps to the output and back. edges: those of the path, from the output down.
    Example:
        >>> from autograd import Value, paths
        >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
        >>> (path,) = paths(a * b, a)
        >>> print(path, "|", path.product, path.nodes[-1].label)
        v1 → a: 3 = 3 | 3.0 a
    """

    steps: Steps
    edges: tuple[Step, ...]

    @property
    def nodes(self) -> tuple[Value, ...]:
        """The nodes it leads through, from the output down."""
        return (self.steps.root, *(edge.to for edge in self.edges if edge.to is not None))

    @property
    def partials(self) -> tuple[float, ...]:
        """The partial of each edge."""
        return tuple(edge.partial for edge in self.edges if edge.partial is not None)

    @property
    def product(self) -> float:
        """What this path adds to the gradient: the product of its partials."""
        product = 1.0
        for partial in self.partials:
            product *= partial
        return product

    def in_names(self, kind: type[S]) -> str:
        """The product as derivatives: `∂y/∂a × ∂a/∂x`."""
        return times([kind(slope_of(edge, kind)) for edge in self.edges], kind)

    def in_formulas(self, kind: type[S]) -> str:
        """The product as the table's partials: `y × 2*x`."""
        return times([partial_of(edge, kind) for edge in self.edges], kind)

    def in_numbers(self, kind: type[S]) -> str:
        """The product as numbers: `3 × 2`."""
        return times([kind.figure(digits(partial)) for partial in self.partials], kind)

    def __str__(self) -> str:
        names = [self.steps.names[self.steps.root], *(end_of(edge, Plain) for edge in self.edges)]
        return f"{' → '.join(names)}: {self.in_numbers(Plain)} = {digits(self.product)}"


LONG = 8
"""So many factors are written; of more, the first ones and the last."""


def times(factors: list[S], kind: type[S]) -> str:
    """A product, its factors in brackets where they need them."""
    if not factors:
        return "1"
    first, *rest = factors
    loose = first.precedence < (PRODUCT if rest else SUM)
    written = [first.in_brackets(first.text) if loose else first.text, *map(enclosed, rest)]
    return f" {kind.times} ".join(shortened(written, kind.dots, LONG))


class Bundle:
    """All paths from the output of `steps` down to `wrt`, which need not be below it.

    Args:    steps: all steps. wrt: the node. max_paths: how many are not too many.
    """

    def __init__(self, steps: Steps, wrt: Value, max_paths: int) -> None:
        self.steps = steps
        self.wrt = wrt
        self.max_paths = max_paths
        self.name = steps.names[wrt] if wrt in steps.names else names_of([*steps.nodes, wrt])[wrt]
        self.root_name = steps.names[steps.root]
        self.gradient = steps.adjoints.get(wrt, 0.0)
        self.edges = edges_towards(wrt, steps)
        self.count, self.length = count_of(self.edges, steps.root, wrt)

    @property
    def in_order(self) -> list[Step]:
        """The edges on the paths, each once, in the order in which backward goes along them."""
        return [step for edges in reversed(self.edges.values()) for step in reversed(edges)]

    @property
    def too_many(self) -> bool:
        """Are there too many to be followed?"""
        return self.count > self.max_paths or self.length > LENGTH

    @property
    def counted(self) -> str:
        """`1,024`, or `more than 10^15`."""
        return f"{self.count:,}" if self.count < MANY else f"more than 10^{len(str(MANY)) - 1}"

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """Each of them."""
        if self.too_many:
            raise ValueError(f"paths: {self.counted} paths lead from {self.root_name} to {self.name}, too many to follow: not more than "
                             f"max_paths={self.max_paths}, and {LENGTH:,} edges in all. Ask for more, or for a node nearer to the output; "
                             "or read steps(root), where each edge comes once, on however many paths it is.")
        return tuple(Path(self.steps, edges) for edges in walks(self.edges, self.steps.root, self.wrt))


Edges = dict[Value, list[Step]]


def edges_towards(wrt: Value, steps: Steps) -> Edges:
    """Of each node, nodes nearest to wrt first: the edges from which a path leads on to it, the last to be passed first."""
    edges: Edges = {}
    for step in reversed(steps.backward):
        if step.to is wrt or step.to in edges:
            edges.setdefault(step.node, []).append(step)
    return edges


def count_of(edges: Edges, root: Value, wrt: Value) -> tuple[int, int]:
    """How many paths lead from root to wrt, and how many edges they have together."""
    count, length = {root: 1}, {root: 0}
    for node in reversed(edges):
        for step in edges[node]:
            assert step.to is not None
            count[step.to] = min(count.get(step.to, 0) + count[node], MANY)
            length[step.to] = min(length.get(step.to, 0) + length[node] + count[node], MANY)
    return count.get(wrt, 0), length.get(wrt, 0)


def walks(edges: Edges, root: Value, wrt: Value) -> Iterator[tuple[Step, ...]]:
    """The edges of each path, in the order in which backward comes to them."""
    if root is wrt:
        yield ()
    trail: list[Step] = []
    ahead = [reversed(edges.get(root, []))]
    while ahead:
        step = next(ahead[-1], None)
        if step is None:
            ahead.pop()
            del trail[-1:]
        elif step.to is wrt:
            yield (*trail, step)
        else:
            assert step.to is not None
            trail.append(step)
            ahead.append(reversed(edges[step.to]))
