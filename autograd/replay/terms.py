"""Formulas in which every common part is there once: what source for numbers and for arrays is written from.

The table's formulas run on terms as on any carrier. A term knows its operation and its operands, and the same operation on
the same operands is the same term, however often a formula asks for it. Numbers are worked out at once, and the rules of
arithmetic in `simpler` take out what need not be computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from autograd.ops import TABLE, Compared, Formula, Op

Operand: TypeAlias = "Term | float"
Shape: TypeAlias = tuple[int, ...]
Rules: TypeAlias = Mapping[Op, Callable[..., "Operand | None"]]


class Term(Compared):
    """A formula: an operation on operands, or a leaf.

        op      a row of the table, or the name of something that is no function of numbers, such as "leaf" or "<="
        xs      its operands
        shape   of the array it stands for; () for a number
        info    what else tells it from others: the name of a leaf, the part of an array that is looked at
        place   its number, in order of creation: operands come before
        means   the table's operation that it computes, and on what, where it is written in other operations
    """

    __slots__ = ("info", "means", "op", "place", "shape", "terms", "xs")

    def __init__(self, terms: Terms, op: Op | str, xs: tuple[Operand, ...], shape: Shape, info: Any) -> None:
        self.terms, self.op, self.xs, self.shape, self.info = terms, op, xs, shape, info
        self.place = len(terms.all)
        self.means: tuple[Op, tuple[Operand, ...]] | None = None

    def apply(self, op: Op, xs: Sequence[Any]) -> Operand:
        """op(*xs), simplified."""
        return self.terms.applied(op, xs)

    def compared(self, relation: str, other: Any) -> Term:
        """A condition, for `where` and `guarded`."""
        return self.terms.made(relation, (self, other))

    def __and__(self, other: Any) -> Any:
        return self.terms.made("&", (self, other)) if isinstance(other, Term) else self if other else False

    def __rand__(self, other: Any) -> Any:
        return self if other else False

    def choose(self, yes: Any, no: Any) -> Term:
        """yes where this condition holds, else no."""
        return self.terms.made("where", (self, yes, no))

    guard = choose


class Terms:
    """All terms of a program, in an order in which they can be computed.

    Args:    rules: for an operation, what it comes to on these operands in simpler terms, or None. expanded: the operations that
             are written in others, by name.
    """

    def __init__(self, rules: Rules, expanded: Mapping[str, Formula]) -> None:
        self.all: list[Term] = []
        self._known: dict[Any, Term] = {}
        self.rules, self.expanded = rules, expanded

    def leaf(self, name: str, shape: Shape = ()) -> Term:
        """What has a name and is not computed."""
        return self.made("leaf", (), shape, name)

    def made(self, op: Op | str, xs: tuple[Operand, ...], shape: Shape | None = None, info: Any = None) -> Term:
        """The term as it stands; its shape follows from its operands' unless it is given."""
        key = _key(op, xs, shape, info)
        term = self._known.get(key)
        if term is None:
            term = self._known[key] = Term(self, op, xs, broadcast(xs) if shape is None else shape, info)
            self.all.append(term)
        return term

    def known(self, op: Op, *xs: Operand) -> Term | None:
        """The term of an operation, if it has been asked for already."""
        return self._known.get(_key(op, xs, None, None))

    def applied(self, op: Op, xs: Sequence[Operand]) -> Operand:
        """An operation of the table, simplified."""
        if not any(isinstance(x, Term) for x in xs):
            return op.forward(*xs)
        found = self.rules[op](*xs) if op in self.rules else None
        if found is None and op.name in self.expanded and TABLE.get(op.name) is op:
            found = self.expanded[op.name](*xs)
            if isinstance(found, Term) and found.means is None:
                found.means = op, tuple(xs)
        return self.made(op, tuple(xs)) if found is None else found


def _key(op: Op | str, xs: Sequence[Operand], shape: Shape | None, info: Any) -> Any:
    """What tells a term from all others; numbers by their bits."""
    return op, *(x.place if isinstance(x, Term) else x.hex() for x in xs), shape, info


def broadcast(xs: Sequence[Operand]) -> Shape:
    """The shape of what is computed from these member by member."""
    found: Shape = ()
    for x in xs:
        if isinstance(x, Term) and x.shape != found and x.shape:
            longer, shorter = (x.shape, found) if len(x.shape) >= len(found) else (found, x.shape)
            start = len(longer) - len(shorter)
            found = (*longer[:start], *(b if a == 1 else a for a, b in zip(longer[start:], shorter, strict=True)))
    return found


def needed(roots: Iterable[Operand]) -> list[Term]:
    """The terms that the roots are computed from, in order of creation, and the roots."""
    found: set[Term] = set()
    waiting = list(roots)
    while waiting:
        x = waiting.pop()
        if isinstance(x, Term) and x not in found:
            found.add(x)
            waiting += x.xs
    return sorted(found, key=lambda term: term.place)
