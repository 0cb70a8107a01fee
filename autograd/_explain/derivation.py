"""A gradient derived by the chain rule: in names, in the table's formulas, in numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from autograd._draw.text import digits
from autograd._explain.bundle import Bundle, Path, times
from autograd._steps import Step
from autograd._steps.writing import Maths, Plain, S, enclosed, end_of, made_of, shortened, slope_of, worth_of

MOST_FACTORS = 12
"""So many edges are accounted for one by one."""

Row = list[str]
"""One side of an equation: terms, which may stand on lines of their own."""


class Explanation:
    """What `explain` returns: the derivation of one gradient, as it was when it was made.

    Args:    bundle: the paths from the output to the node.
    Example:
        >>> from autograd import Value, explain
        >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
        >>> why = explain(a * b, a)
        >>> why, why.gradient, why.count
        (<∂v1/∂a = 3: 1 path>, 3.0, 1)
    """

    def __init__(self, bundle: Bundle) -> None:
        self.root = bundle.steps.root
        self.wrt = bundle.wrt
        self.gradient = bundle.gradient
        self.count = bundle.count
        self._bundle = bundle

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every path.

        Raises:  ValueError: there are more than max_paths.
        """
        return self._bundle.paths

    def latex(self) -> str:
        """The derivation as an `aligned` environment, for between dollar signs."""
        (left,), *rows = rows_of(self._bundle, Maths)
        right = " \\\\\n&= ".join(" \\\\\n&\\quad {} + ".join(row) for row in rows)
        return f"\\begin{{aligned}}\n{left} &= {right}\n\\end{{aligned}}"

    def markdown(self) -> str:
        """The derivation and where its factors come from, in Markdown with LaTeX."""
        stale = f"**{literally(self._bundle.steps.stale)}**" if self._bundle.steps.stale else ""
        return paragraphs(stale, introduction(self._bundle, Maths), f"$$\n{self.latex()}\n$$",
                          "\n".join(f"- {factor}" for factor in factors_of(self._bundle, Maths)))

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex()}\n$$"

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        (left,), *rows = rows_of(self._bundle, Plain)
        margin = " " * len(left)
        right = f"\n{margin} = ".join(f"\n{margin} + ".join(row) for row in rows)
        return paragraphs(self._bundle.steps.stale, introduction(self._bundle, Plain), f"{left} = {right}",
                          "\n".join(factors_of(self._bundle, Plain)))

    def __repr__(self) -> str:
        bundle = self._bundle
        return f"<{Plain.slope(bundle.root_name, bundle.name)} = {digits(bundle.gradient)}: {counted(bundle)}>"


def paragraphs(*texts: str) -> str:
    """Those that are not empty, with a blank line between them."""
    return "\n\n".join(filter(None, texts))


def counted(bundle: Bundle) -> str:
    """`1 path`, `2 paths`."""
    return f"{bundle.counted} path{'s' * (bundle.count != 1)}"


def name_of(name: str, kind: type[S]) -> str:
    """A name within a sentence."""
    written = kind.name(name).text
    return written if kind is Plain else inline(written)


def inline(latex: str) -> str:
    """LaTeX within a sentence, at full size."""
    return rf"$\displaystyle {latex}$"


def introduction(bundle: Bundle, kind: type[S]) -> str:
    """What the derivation is about to do."""
    root, wrt = name_of(bundle.root_name, kind), name_of(bundle.name, kind)
    if not bundle.count:
        return f"No path leads from {root} to {wrt}: {root} stays as it is when {wrt} moves."
    if not bundle.edges:
        return f"{root} moves exactly as much as itself."
    leads = f"{counted(bundle)} lead{'s' * (bundle.count == 1)} from {root} to {wrt}"
    if bundle.too_many:
        return (f"{leads}, too many to write out. Nobody has to: what arrives at a node, its adjoint, holds all paths above it "
                f"at once. So the contributions of the edges that end in {wrt} are enough.")
    rule = ("The partials along it are multiplied." if bundle.count == 1 else
            "The partials along a path are multiplied, and the products of all paths are added.")
    marked = any(end_of(edge, kind) != kind.name(edge.to_name).text for path in bundle.paths for edge in path.edges)
    return f"{leads}. {rule}{' A raised number says which operand is meant.' * marked}"


def rows_of(bundle: Bundle, kind: type[S]) -> list[Row]:
    """What stands on the left, and then after each sign of equality."""
    left = [kind.slope(kind.name(bundle.root_name).text, kind.name(bundle.name).text)]
    result = [kind.figure(digits(bundle.gradient)).text]
    between: list[Row] = [] if not bundle.edges else by_last_edges(bundle, kind) if bundle.too_many else by_paths(bundle.paths, kind)
    return [row for row, _ in groupby([left, *(added(row, kind) for row in between), result])]


def added(terms: Row, kind: type[S]) -> Row:
    """Terms with a + before each but the first."""
    return [enclosed(kind(term)) if i else term for i, term in enumerate(terms)]


def by_paths(paths: Sequence[Path], kind: type[S]) -> list[Row]:
    """The sum over the paths, in three ways, and their products."""
    return [[path.in_names(kind) for path in paths], [path.in_formulas(kind) for path in paths],
            [path.in_numbers(kind) for path in paths], [total([path.product for path in paths], kind)]]


def by_last_edges(bundle: Bundle, kind: type[S]) -> list[Row]:
    """The sum over the edges that end in the node: adjoint × partial."""
    last = [step for step in bundle.in_order if step.to is bundle.wrt]
    root = kind.name(bundle.root_name).text
    names, numbers, contributions = [], [], []
    for step in last:
        assert step.adjoint is not None
        assert step.partial is not None
        assert step.contribution is not None
        names.append(f"{kind.slope(root, kind.name(step.name).text)} {kind.times} {slope_of(step, kind)}")
        numbers.append(times([kind.figure(digits(x)) for x in (step.adjoint, step.partial)], kind))
        contributions.append(step.contribution)
    most = bundle.max_paths + 1
    return [shortened(names, kind.dots, most), shortened(numbers, kind.dots, most), [total(contributions, kind)]]


def total(terms: Sequence[float], kind: type[S]) -> str:
    """Numbers added up, on one line."""
    first, *others = (kind.figure(digits(x)) for x in terms)
    return " + ".join(shortened([first.text, *map(enclosed, others)], kind.dots, MOST_FACTORS))


def factors_of(bundle: Bundle, kind: type[S]) -> list[str]:
    """Where the partials on the paths come from, in the order in which backward goes along the edges."""
    edges = bundle.in_order
    left_out = len(edges) - MOST_FACTORS
    return [factor_of(edge, kind) for edge in edges[:MOST_FACTORS]] + ([f"… and {left_out:,} more edges."] if left_out > 0 else [])


def factor_of(step: Step, kind: type[S]) -> str:
    """Where one partial comes from: `y = a*b, so ∂y/∂a = b = 3. Each factor is scaled by the other one.`"""
    made, slope = made_of(step, kind), worth_of(step, kind)
    return f"{made}, so {slope}. {step.reason}" if kind is Plain else f"{inline(made)}, so {inline(slope)}. {step.reason}"


def literally(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
