"""One step as lines of text: every node with what is known of it by then, the sentence, and the formula with numbers."""

from __future__ import annotations

import textwrap
from bisect import bisect_right

from autograd._draw.text import digits
from autograd._steps import Step, Steps
from autograd._steps.writing import Plain, worth_of
from autograd.value import Value

Line = tuple[str, str]
"""A style, and text."""

PLAIN, HEADING, CURRENT, OTHER = "", "bold", "reverse", "bold underline"
HEADINGS = ("node", "formula", "number", "gradient")
NOT_YET = "not yet"
KEYS = "← back   → next   Home first   End last   q quit"
MARGIN = "  "


class View:
    """The steps of one output, as they are looked at one by one.

    Args:    steps: the steps. title: what is written on top.
    """

    def __init__(self, steps: Steps, title: str) -> None:
        self.steps = steps
        self.title = " ".join(title.split())
        self.computed = {step.node: step for step in steps.forward}
        self.sums: dict[Value, list[Step]] = {}
        for step in steps.backward:
            self.sums.setdefault(step.node if step.to is None else step.to, []).append(step)
        self.names = fitted([HEADINGS[0], *(steps.names[v] for v in steps.nodes)], 16)
        self.formulas = fitted([HEADINGS[1], *map(self.formula, steps.nodes)], 34)

    def lines(self, at: int, width: int, height: int) -> list[Line]:
        """The step at a place, on a screen of this size; of the nodes, those around the current one if there are too many."""
        step = self.steps[at]
        said = self.said(step, width)
        place = f"step {at + 1} of {len(self.steps)}, {step.phase}"
        title = cut(self.title, max(0, width - len(place) - 3))
        head = [(HEADING, f"{title}{place:>{max(0, width - len(title))}}"), (PLAIN, ""),
                (PLAIN, self.row(" ", *HEADINGS))]
        foot = [(PLAIN, ""), *said, (PLAIN, ""), (PLAIN, KEYS)]
        shown = self.window(step, max(1, height - len(head) - len(foot)))
        rows = [self.node(self.steps.nodes[i], step, at) for i in shown]
        return [(style, cut(text, width)) for style, text in [*head, *rows, *foot][:height]]

    def window(self, step: Step, room: int) -> list[int]:
        """Which nodes are shown: the current one, those it has to do with in this step, and those nearest to it."""
        nodes = self.steps.nodes
        center = next(i for i, v in enumerate(nodes) if v is step.node)
        partners = partners_of(step)
        nearest = sorted(range(len(nodes)), key=lambda i: (i != center, nodes[i] not in partners, abs(i - center)))
        return sorted(nearest[:room])

    def node(self, v: Value, step: Step, at: int) -> Line:
        """The row of a node, marked if something happens to it."""
        mark, style = " ", PLAIN
        if v is step.node:
            mark, style = "▸", CURRENT
        elif v in partners_of(step):
            mark, style = ("·" if step.to is None else "◂"), OTHER
        return style, self.row(mark, self.steps.names[v], self.formula(v), self.number(v, at), self.gradient(v, at))

    def row(self, mark: str, name: str, formula: str, number: str, gradient: str) -> str:
        """One line of the table."""
        return f"{mark} {padded(name, self.names)}  {padded(formula, self.formulas)}  {number:>10}   {gradient}"

    def formula(self, v: Value) -> str:
        """How v is made."""
        return self.computed[v].formula.partition(" = ")[2] if v in self.computed else "given"

    def number(self, v: Value, at: int) -> str:
        """The number of v, if it is known by then."""
        return digits(self.steps.values[v]) if v not in self.computed or self.computed[v].index <= at else NOT_YET

    def gradient(self, v: Value, at: int) -> str:
        """The gradient of v, as far as it has been collected by then."""
        sums = self.sums[v]
        arrived = bisect_right(sums, at, key=lambda step: step.index)
        if not arrived:
            return NOT_YET
        step = sums[arrived - 1]
        if step.after is None:
            return "1"
        return f"{digits(step.after)}{'' if step.complete else f' so far, {step.remaining} to come'}"

    def said(self, step: Step, width: int) -> list[Line]:
        """What happens, in words and in a formula."""
        lines = wrapped(step.sentence, width)
        if step.phase == "forward":
            return [(HEADING, line) for line in lines]
        left, sign, _ = step.formula.partition("=")
        formula = [step.formula, f"{' ' * (len(left) - 1)} {sign} {step.numbers}"] if step.to is not None else [step.formula]
        why = f"{worth_of(step, Plain)}. {step.reason}" if step.to is not None else step.reason
        return [*((HEADING, line) for line in lines), (PLAIN, ""), *((PLAIN, MARGIN + line) for line in formula),
                (PLAIN, ""), *((PLAIN, line) for line in wrapped(why, width))]


def partners_of(step: Step) -> set[Value]:
    """What the current node takes from, or sends to."""
    if step.phase == "forward":
        return {x for x in step.node.inputs if isinstance(x, Value)}
    return set() if step.to is None else {step.to}


def wrapped(text: str, width: int) -> list[str]:
    """Text on lines of at most this width."""
    return textwrap.wrap(text, max(20, width))


def cut(text: str, width: int) -> str:
    """Text that ends with … where it is too long."""
    return text if len(text) <= width else f"{text[: max(0, width - 1)]}…"


def fitted(texts: list[str], most: int) -> int:
    """The width of a column."""
    return min(max(map(len, texts)), most)


def padded(text: str, width: int) -> str:
    """A cell."""
    return f"{cut(text, width):{width}}"
