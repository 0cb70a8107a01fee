"""Terms as lines of Python on floats: a part that is used once stands where it is used, one that is used again gets a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from autograd import ops
from autograd.ops import Formula, Op, where
from autograd.replay.simpler import EXPANDED, LARGEST, SIMPLER, split
from autograd.replay.terms import Operand, Term, Terms
from autograd.symbol import Source, called

ON_NUMBERS: dict[str, Formula] = {
    **EXPANDED,
    "relu": lambda x: where(x <= 0.0, 0.0, x),
}
CONDITIONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==", "&": "and"}
NEAR = 0.8
"""Up to here a square is far enough from 1 for the difference to keep its digits."""

PART = re.compile(r"\bt\d+\b")
"""The name of a part."""

DEEPEST = 12
"""Brackets within brackets; Python reads no more than a hundred."""


QUICK_FORMS: dict[str, Formula] = {
    **ON_NUMBERS,
    "sigmoid": lambda x: 1.0 / (1.0 + ops.exp(-x)),
    "bell": lambda x: quick_bell(x),
}
"""Forms that raise an error where the others know an answer, and are quicker where they do not."""


def quick_bell(x: Term) -> Any:
    """σ(x) σ(-x) as u σ(x)², u = e^-x; of x = 2 t as (1 - tanh² t) / 4 where that has all its digits, else as 1 / (2 cosh t)²."""
    number, t = split(x)
    z = x.terms.known(ops.tanh, t) if abs(number) == 2.0 else None
    if z is None:
        σ: Any = ops.sigmoid(x)
        return ops.exp(-x) * σ * σ
    far: Any = x.terms.made("squared", (1.0 / ops.cosh(t),))
    return 0.25 * where(z * z < NEAR, 1.0 - z * z, far)


def float_terms(*, careful: bool) -> Terms:
    """Terms for source on floats. careful: in forms that never raise an error."""
    return Terms(SIMPLER, ON_NUMBERS if careful else QUICK_FORMS)


class Lines:
    """Writes what computes some terms.

    Args:    order: all of them, operands first. asked: operands that others will ask for, besides those in `order`.
             careful: divide as IEEE does, instead of raising an error. prefix: how the names of parts begin.
    """

    def __init__(self, order: Iterable[Term], asked: Iterable[Operand], *, careful: bool, prefix: str = "t") -> None:
        self.careful, self.prefix = careful, prefix
        self._users = Counter(x for term in order for x in term.xs if isinstance(x, Term))
        self._users.update(x for x in asked if isinstance(x, Term))
        self._texts: dict[Term, str] = {}
        self._depth: dict[Term, int] = {}

    def written(self, part: Iterable[Term], kept: Iterable[Operand] = ()) -> list[str]:
        """The lines that compute a part of the terms. kept: those that must have a name, since they are asked for elsewhere."""
        named = {x for x in kept if isinstance(x, Term)}
        lines = []
        for term in part:
            text = term.info if term.op == "leaf" else self._formula(term)
            depth = 1 + max((self._depth.get(x, 0) for x in term.xs if isinstance(x, Term)), default=0)
            if term.op != "leaf" and (term in named or (self._users[term] > 1 and term.op not in CONDITIONS) or depth > DEEPEST):
                lines.append(f"{self.prefix}{term.place} = {text}")
                text, depth = f"{self.prefix}{term.place}", 0
            self._texts[term], self._depth[term] = text, depth
        return lines

    def text(self, x: Operand) -> str:
        """An operand, as it stands in a formula."""
        return self._texts[x] if isinstance(x, Term) else Source.digits(x)

    def _formula(self, term: Term) -> str:
        """The operation of a term, written out."""
        parts, op = [self.text(x) for x in term.xs], term.op
        if isinstance(op, Op):
            return self._row(op, parts)
        if op == "where":
            return f"({parts[1]} if {parts[0]} else {parts[2]})"
        if op == "sum":
            return f"({' + '.join(parts)})"
        if op == "squared":
            return f"((q := {parts[0]}) * q)"
        if op == "greatest":
            return f"min(max({', '.join(parts)}, {-LARGEST!r}), {LARGEST!r})"
        return f"({f' {CONDITIONS[op]} '.join(parts)})"

    def _row(self, op: Op, parts: Sequence[str]) -> str:
        """A row of the table, or an operation of a user's."""
        if op is ops.div and not self.careful:
            return f"({parts[0]} / {parts[1]})"
        if op.nary:
            size = len(parts) // len(op.partials)
            lists = [f"[{', '.join(parts[i : i + size])}]" for i in range(0, len(parts), size)]
            return f"{called(op)}({', '.join(lists)})"
        return op.source.format(*parts) if op.source else f"{called(op)}({', '.join(parts)})"


def with_fewer_names(lines: Iterable[str]) -> list[str]:
    """The same lines, one after the other, in which a part takes the name of one that is read no more.

    Python keeps a hundred floats that nobody needs for those to come, and asks for memory beyond that; so few should be alive at once.
    """
    split_lines = [(m[0], line[m.end() :]) if (m := PART.match(line)) else ("", line) for line in lines]
    last = {name: i for i, (_, text) in enumerate(split_lines) for name in PART.findall(text)}
    names: dict[str, str] = {}
    free: list[str] = []
    unused = (f"t{i}" for i in count())
    found = []
    for i, (part, text) in enumerate(split_lines):
        written = PART.sub(lambda m: names[m[0]], text)
        free += [names[name] for name in dict.fromkeys(PART.findall(text)) if last[name] == i]
        if part:
            names[part] = free.pop() if free else next(unused)
        found.append(names.get(part, "") + written)
    return found
