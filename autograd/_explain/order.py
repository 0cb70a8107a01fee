"""What a wrong order of visits does: a node passes on what it has before all has arrived, and what comes later is lost."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd._draw.text import digits
from autograd._explain.derivation import inline, literally, name_of, paragraphs
from autograd._explain.visits import Visit, attempts, consumers, latest_first
from autograd._steps import Steps
from autograd._steps.writing import Maths, Plain, S, shortened
from autograd.value import Value

MOST_VISITS = 16
MOST_LEAVES = 12


class Order:
    """What `why_order` returns: a wrong order of visits and what comes of it, or word that there is none.

        name     what the order is called; "" if none goes wrong
        visits   the nodes that are passed on, in that order
        early    the first of them that is passed on too early, or None
        lost     the contributions that came too late: `.of`, `.to`, `.amount`
        right, wrong    the gradient of each leaf, as backward gives it, and in that order

    Args:    steps: the steps in the right order. visit: a wrong order, if there is one.
    Example:
        >>> from autograd import Value, why_order
        >>> x = Value(3.0, label="x")
        >>> why_order(x * x)
        <no order of visits is wrong for v1>
    """

    def __init__(self, steps: Steps, visit: Visit | None) -> None:
        self.name = visit.name if visit else ""
        self.visits = tuple(visit.nodes) if visit else ()
        self.lost = tuple(visit.lost) if visit else ()
        late = {lost.to for lost in self.lost}
        self.early = next((v for v in self.visits if v in late), None)
        self.right = {v: steps.adjoints[v] for v in steps.nodes if v.is_leaf}
        self.wrong = {v: visit.adjoint[v] for v in self.right} if visit else dict(self.right)
        self._steps = steps
        self._root = steps.names[steps.root]
        self._held = visit.held if visit else {}

    @property
    def goes_wrong(self) -> bool:
        """Does a leaf get a wrong gradient in that order?"""
        return any(differ(self.wrong[v], right) for v, right in self.right.items())

    def markdown(self) -> str:
        """What there is to say, in Markdown with LaTeX."""
        root = Maths.name(self._root).text
        rows = [f"| {inline(Maths.slope(root, Maths.name(name).text))} | {right} | {f'**{wrong}**' if mark else wrong} |"
                for name, right, wrong, mark in self._table()]
        stale = f"**{literally(self._steps.stale)}**" if self._steps.stale else ""
        return paragraphs(stale, *self._said(Maths), "\n".join(["| | right | in this order |", "|---|--:|--:|", *rows] if rows else []))

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        rows = [(Plain.slope(self._root, name), right, wrong, "  wrong" * mark) for name, right, wrong, mark in self._table()]
        width = max((len(slope) for slope, *_ in rows), default=0)
        rows = [("", "right", "in this order", ""), *rows] if rows else []
        lines = [f"{slope:{width}}  {right:>10}  {wrong:>13}{mark}" for slope, right, wrong, mark in rows]
        return paragraphs(self._steps.stale, *self._said(Plain), "\n".join(lines))

    def __repr__(self) -> str:
        return f"<{self.name or 'no order of visits'} is {'a wrong order of visits' if self.name else 'wrong'} for {self._root}>"

    def _table(self) -> list[tuple[str, str, str, bool]]:
        """Of each leaf the name, the right gradient, the one in this order, and whether that is wrong; wrong ones first."""
        if self.early is None:
            return []
        leaves = sorted(self.right, key=lambda v: not differ(self.wrong[v], self.right[v]))
        return [(self._steps.names[v], digits(self.right[v]), digits(self.wrong[v]), differ(self.wrong[v], self.right[v]))
                for v in leaves[:MOST_LEAVES]]

    def _said(self, kind: type[S]) -> list[str]:
        """The paragraphs before the table."""
        names = {v: name_of(name, kind) for v, name in self._steps.names.items()}
        right = listed([names[v] for v in latest_first(self._steps)])
        if self.early is None:
            used = consumers(self._steps)
            shared = next((f" {names[v]} has several, but it is a leaf: it passes nothing on, so nothing can come too late."
                           for v in self.right if used[v] > 1), "")
            return [f"Backward visits {right or 'nothing'}. On this graph no other order would be wrong: each node that passes something "
                    f"on has a single consumer, so it is complete as soon as anything has arrived.{shared}"]
        early = names[self.early]
        sent: dict[Value, float] = {}
        for lost in self.lost:
            if lost.to is self.early:
                sent[lost.of] = sent.get(lost.of, 0.0) + lost.amount
        late = " and what ".join(f"{names[v]} sends ({digits(amount)})" for v, amount in sent.items())
        others = [names[v] for v in dict.fromkeys(lost.to for lost in self.lost) if v is not self.early]
        more = f" The same happens at {listed(others)}." if others else ""
        outcome = "" if self.goes_wrong else " With these numbers no leaf's gradient is changed by that; with others it would be."
        return [
            f"Backward visits {right}: the latest first, and so each node after all of its consumers.",
            f"{self.name[0].upper()}{self.name[1:]}, the order would be {listed([names[v] for v in self.visits])}.",
            f"There {early} passes on {digits(self._held[self.early])} too early. What {late} comes later, when {early} has had its turn, "
            f"and never reaches the nodes below: {early} should have passed on {digits(self._steps.adjoints[self.early])}.{more}{outcome}",
        ]


def order_of(steps: Steps) -> Order:
    """A wrong order for the graph of these steps: the first that is found to change a gradient, else one that could."""
    harmless = None
    for visit in attempts(steps):
        order = Order(steps, visit)
        if order.goes_wrong:
            return order
        if order.early is not None and harmless is None:
            harmless = order
    return harmless or Order(steps, None)


def differ(a: float, b: float) -> bool:
    """Are these different numbers, and not only rounded in another order?"""
    return not (math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) or (a != a and b != b))


def listed(names: Sequence[str]) -> str:
    """The names, or the first ones and the last."""
    return ", ".join(shortened(list(names), "…", MOST_VISITS))
