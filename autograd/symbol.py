"""Formulas written down: the table, run on symbols, gives text for terminals, LaTeX for notebooks and Python source.

One class carries each way of writing. All three see the same formulas; text and LaTeX leave out what only a computer
needs: factors of 1, and the guards for special points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Self

from autograd.ops import ATOM, POWER, PREFIX, PRODUCT, TABLE, Compared, Op, div, mul, sub
from autograd.ops import pow as power

CONDITION = -1


class Symbol(Compared):
    """A name standing for a number, or a formula made of such names.

    Args:
        text: what is written.
        precedence: how tightly its outermost operation binds.
    """

    __slots__ = ("precedence", "text")
    signs: ClassVar[dict[str, str]] = {}

    def __init__(self, text: str, precedence: int = ATOM) -> None:
        self.text = text
        self.precedence = precedence

    def __str__(self) -> str:
        return self.text

    @classmethod
    def of(cls, x: Any) -> Self:
        """`x` itself, or the symbol of a number."""
        if isinstance(x, cls):
            return x
        return cls(cls.digits(x), ATOM if x >= 0.0 else PRODUCT)

    @staticmethod
    def digits(x: float) -> str:
        """A number as it is shown to a person."""
        return f"{x:.6g}"

    def apply(self, op: Op, xs: Sequence[Any]) -> Self:
        """The formula op(*xs)."""
        return self.folded(op, xs) or self.written(op, [self.of(x) for x in xs])

    def folded(self, op: Op, xs: Sequence[Any]) -> Self | None:
        """What is left when one operand changes nothing: 1·x, x·1, x/1 and x¹ are x."""
        if op is mul and one(xs[0]):
            return self.of(xs[1])
        if op in (mul, div, power) and one(xs[1]):
            return self.of(xs[0])
        return None

    def written(self, op: Op, xs: Sequence[Self]) -> Self:
        """The template of op, filled in, with brackets where an operand binds less tightly."""
        return type(self)(self.template(op).format(*(self.operand(x, i, op) for i, x in enumerate(xs))), self.binding(op))

    def operand(self, x: Self, place: int, op: Op) -> str:
        """`x` as it stands in the op's template at a place."""
        before = self.template(op).partition(f"{{{place}}}")[0]
        if before.endswith(("(", ", ", "{{", "|")):
            return x.text
        one_sided = (place == 1 and op in (sub, div)) or (place == 0 and op is power)
        loose = x.precedence < self.binding(op) or (x.precedence == self.binding(op) and one_sided)
        return self.in_brackets(x.text) if loose or (place == 1 and x.text.startswith("-")) else x.text

    def template(self, op: Op) -> str:
        """How op is written."""
        return op.text

    def binding(self, op: Op) -> int:
        """How tightly what is written binds."""
        return op.precedence

    @staticmethod
    def in_brackets(text: str) -> str:
        """The text in round brackets."""
        return f"({text})"

    def compared(self, relation: str, other: Any) -> Self:
        """A condition, for `where` and `guarded`."""
        return type(self)(f"{self.text} {self.signs.get(relation, relation)} {self.of(other).text}", CONDITION)

    def __and__(self, other: Any) -> Any:
        return type(self)(f"{self.text} and {other}", CONDITION) if isinstance(other, Symbol) else self if other else False

    def __rand__(self, other: Any) -> Any:
        return self if other else False

    def choose(self, yes: Any, no: Any) -> Self:
        """yes where this condition holds, else no."""
        return type(self)(f"{self.of(yes).text} if {self.text} else {self.of(no).text}", CONDITION)

    def guard(self, instead: Any, formula: Any) -> Self:  # noqa: ARG002 - a person is shown the formula alone
        """The formula without its special case."""
        return self.of(formula)


class Text(Symbol):
    """Formulas for a terminal: `4*sigmoid(2*x)*sigmoid(-2*x)`."""

    __slots__ = ()


class Latex(Symbol):
    """Formulas for a notebook: `4 \\cdot \\sigma(2 \\cdot x) \\cdot \\sigma(-2 \\cdot x)`."""

    __slots__ = ()
    signs: ClassVar[dict[str, str]] = {"<=": r"\le", ">=": r"\ge", "==": "="}

    def template(self, op: Op) -> str:
        """The op's LaTeX."""
        return op.latex

    def binding(self, op: Op) -> int:
        """LaTeX writes some functions without brackets: `\\ln x` binds as a sign does, `e^{x}` as a power."""
        if op.precedence != ATOM or op.latex.endswith((")", "|")):
            return op.precedence
        return POWER if "^" in op.latex else PRODUCT if "{1}" in op.latex else PREFIX if op.latex.endswith(" {0}") else ATOM

    @staticmethod
    def in_brackets(text: str) -> str:
        """The text in brackets that grow with it."""
        return rf"\left({text}\right)"

    def choose(self, yes: Any, no: Any) -> Latex:
        """The two cases under a brace."""
        return Latex(rf"\begin{{cases}} {self.of(yes).text} & {self.text} \\ {self.of(no).text} & \text{{otherwise}} \end{{cases}}")


class Source(Symbol):
    """Formulas as Python, for `emit`: every guard kept, every division IEEE, nothing folded."""

    __slots__ = ()

    @staticmethod
    def digits(x: float) -> str:
        """A number, to the last bit."""
        return repr(float(x))

    def folded(self, op: Op, xs: Sequence[Any]) -> None:
        """Nothing: even 1·x can turn a quiet nan's sign, and speed is not lost on what is emitted once."""

    def written(self, op: Op, xs: Sequence[Self]) -> Self:
        """A bracketed expression or a call."""
        parts = [x.text for x in xs]
        if op is div:
            return type(self)(quotient(*parts))
        return type(self)(op.source.format(*parts) if op.source else f"{called(op)}({', '.join(parts)})")

    def choose(self, yes: Any, no: Any) -> Self:
        """A conditional expression."""
        return type(self)(f"({self.of(yes).text} if {self.text} else {self.of(no).text})")

    def guard(self, instead: Any, formula: Any) -> Self:
        """The special case is kept."""
        return self.choose(instead, formula)


FORWARDS: dict[str, Callable[..., float]] = {name: op.forward for name, op in TABLE.items()}
"""What a name means in source: the rows of the table, and users' own operations once they have been written."""


def called(op: Op) -> str:
    """The name by which source calls an operation."""
    name = op.name if op.name in TABLE and TABLE[op.name] is op else f"{op.name}_{id(op):x}"
    FORWARDS[name] = op.forward
    return name


def quotient(x: str, y: str) -> str:
    """Source of x / y that answers as IEEE does when y is 0; y is computed once."""
    if y.isidentifier():
        return f"({x} / {y} if {y} else div({x}, {y}))"
    once = f"d{(x + y).count(':=')}"
    return f"({x} / {once} if ({once} := {y}) else div({x}, {once}))"


def one(x: Any) -> bool:
    """Is x the number 1 (and no symbol)?"""
    return not isinstance(x, Symbol) and bool(x == 1.0)


def written(formula: Callable[..., Any], kind: type[Symbol], *names: str) -> str:
    """A formula of carriers written down in terms of `names`.

    Example:
        >>> from autograd.ops import TABLE
        >>> written(TABLE["tanh"].partials[0], Text, "z", "x")
        '4*sigmoid(2*x)*sigmoid(-2*x)'
    """
    return kind.of(formula(*map(kind, names))).text
