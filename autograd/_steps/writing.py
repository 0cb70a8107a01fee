"""What a step says: the formula, in names and in numbers, as text for terminals and as LaTeX for notebooks; and a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from autograd._draw.text import digits
from autograd._steps.names import latex_name
from autograd.ops import ATOM, PRODUCT, Arithmetic, Op, add, dot, neg, sub, total
from autograd.symbol import Latex, Symbol, Text
from autograd.value import Value

if TYPE_CHECKING:
    from autograd._steps.record import Step

MOST = 6
"""So many terms are written; of more, the first ones and the last."""

NUMERAL = re.compile(r"-?[0-9.]+(e[-+][0-9]+)?|-?inf|nan")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Signed(Symbol):
    """No two signs stand side by side: the negative of -1 is -(-1)."""

    __slots__ = ()

    def operand(self, x: Self, place: int, op: Op) -> str:
        """An operand as it stands in the operation's template."""
        written = super().operand(x, place, op)
        return self.in_brackets(written) if op is neg and written.startswith("-") else written


class Plain(Signed, Text):
    """Text for terminals and screen readers."""

    __slots__ = ()
    times: ClassVar[str] = "×"
    gets: ClassVar[str] = "+="
    dots: ClassVar[str] = "…"

    @classmethod
    def name(cls, name: str) -> Self:
        """The symbol of a node."""
        return cls(name)

    @classmethod
    def figure(cls, text: str) -> Self:
        """The symbol of a numeral."""
        return cls(text, PRODUCT if text.startswith("-") else ATOM)

    @classmethod
    def listed(cls, texts: Sequence[str]) -> Self:
        """The symbol of a sequence."""
        return cls(f"[{', '.join(texts)}]")

    @staticmethod
    def slope(y: str, x: str) -> str:
        """The derivative of one node by another."""
        return f"∂{y}/∂{x}"

    @staticmethod
    def as_operand(name: str, place: int) -> str:
        """A node as one of several operands that it is: `x⁽²⁾`."""
        return f"{name}⁽{str(place + 1).translate(RAISED)}⁾"


class Maths(Signed, Latex):
    """LaTeX, with names and numbers as they are printed in books: `w_{1}`, `1.5 \\cdot 10^{-7}`."""

    __slots__ = ()
    times: ClassVar[str] = r"\cdot"
    gets: ClassVar[str] = r"\mathrel{+}="
    dots: ClassVar[str] = r"\dots"

    @classmethod
    def of(cls, x: Any) -> Self:
        """`x` itself, or the symbol of a number."""
        if isinstance(x, Latex):
            return cls(x.text, x.precedence)
        return cls.figure(cls.digits(x))

    @classmethod
    def name(cls, name: str) -> Self:
        """The symbol of a node."""
        return cls(latex_name(name))

    @classmethod
    def figure(cls, text: str) -> Self:
        """The symbol of a numeral."""
        digits, e, exponent = text.partition("e")
        if e:
            power = f"10^{{{int(exponent)}}}"
            return cls(f"{digits.removesuffix('1')}{power}" if digits in ("1", "-1") else rf"{digits} \cdot {power}", PRODUCT)
        written = text.replace("inf", r"\infty").replace("nan", r"\text{nan}")
        return cls(written, PRODUCT if text.startswith("-") else ATOM)

    @classmethod
    def listed(cls, texts: Sequence[str]) -> Self:
        """The symbol of a sequence."""
        return cls(rf"\left[{', '.join(texts)}\right]")

    @staticmethod
    def slope(y: str, x: str) -> str:
        """The derivative of one node by another."""
        return rf"\frac{{\partial {y}}}{{\partial {x}}}"

    @staticmethod
    def as_operand(name: str, place: int) -> str:
        """A node as one of several operands that it is: `x^{(2)}`."""
        return f"{name}^{{({place + 1})}}"


S = TypeVar("S", Plain, Maths)


class Known(Arithmetic):
    """A constant in a formula of names: compared, added and subtracted as the number it is, so that x**2 has the partial 2*x."""

    __slots__ = ("kind", "number")
    __hash__ = object.__hash__

    def __init__(self, number: float, kind: type[Plain] | type[Maths]) -> None:
        self.number = number
        self.kind = kind

    def apply(self, op: Op, xs: Sequence[Any]) -> Any:
        """A number where it is one that is easily read; else a formula."""
        if op in (add, sub) and all(isinstance(x, (Known, float)) for x in xs):
            return op(*(x.number if isinstance(x, Known) else x for x in xs))
        return self.kind.of(self).apply(op, xs)

    def __format__(self, spec: str) -> str:
        return format(self.number, spec)

    def __eq__(self, other: Any) -> Any:
        return self.number == other

    def __lt__(self, other: Any) -> Any:
        return self.number < other

    def __le__(self, other: Any) -> Any:
        return self.number <= other

    def __gt__(self, other: Any) -> Any:
        return self.number > other

    def __ge__(self, other: Any) -> Any:
        return self.number >= other


def formula_of(step: Step, kind: type[S]) -> str:
    """What is computed, in names."""
    if step.phase == "forward":
        return made_of(step, kind)
    node, root, to = (kind.name(name).text for name in (step.name, step.root_name, step.to_name))
    if step.to is None:
        return f"{kind.slope(root, root)} = 1"
    return f"{kind.slope(root, to)} {'=' if step.arrivals == 1 else kind.gets} {kind.slope(root, node)} {kind.times} {slope_of(step, kind)}"


def made_of(step: Step, kind: type[S]) -> str:
    """How its node is computed."""
    operands = [kind.name(name) if isinstance(x, Value) else kind.of(x) for x, (name, _) in zip(step.node.inputs, step.inputs, strict=True)]
    return f"{kind.name(step.name)} = {applied(step.op, operands)}"


def slope_of(step: Step, kind: type[S]) -> str:
    """The name of an edge's partial."""
    return kind.slope(kind.name(step.name).text, end_of(step, kind))


def end_of(step: Step, kind: type[S]) -> str:
    """Where an edge leads: `x`; or `x⁽²⁾`, the second operand, where ∂node/∂x would mean more than this one edge."""
    to = kind.name(step.to_name).text
    ambiguous = step.repeated or (step.node is step.root and step.arrivals != 1)
    return kind.as_operand(to, step.place) if ambiguous and step.place is not None else to


def numbers_of(step: Step, kind: type[S]) -> str:
    """The same in numbers."""
    if step.phase == "forward":
        return f"{applied(step.op, [kind.figure(digits(x)) for _, x in step.inputs])} = {kind.figure(digits(step.value))}"
    if step.before is None or step.adjoint is None or step.partial is None or step.after is None:
        return "1"
    before, adjoint, partial, after = (kind.figure(digits(x)) for x in (step.before, step.adjoint, step.partial, step.after))
    product = f"{adjoint} {kind.times} {enclosed(partial)}"
    return f"{product} = {after}" if step.arrivals == 1 else f"{before} + {enclosed(adjoint)} {kind.times} {enclosed(partial)} = {after}"


def enclosed(x: Plain | Maths) -> str:
    """A factor that stands after a sign."""
    return x.in_brackets(x.text) if x.precedence < PRODUCT or x.text.startswith("-") else x.text


def applied(op: Op | None, xs: Sequence[S]) -> str:
    """An operation written out."""
    assert op is not None
    if not op.nary:
        return xs[0].written(op, xs).text
    kind = type(xs[0])
    each = len(xs) // len(op.partials)
    sequences = [xs[i : i + each] for i in range(0, len(xs), each)]
    if op is not total and op is not dot:
        return xs[0].written(op, [kind.listed(shortened([x.text for x in s], kind.dots)) for s in sequences]).text
    # These two are folds of + and ·: what computes them on numbers writes them out on symbols.
    parts = [slice(None)] if each <= MOST else [slice(MOST - 2), slice(-1, None)]
    return f" + {kind.dots} + ".join(str(op.forward(*(s[part] for s in sequences))) for part in parts)


def shortened(texts: list[str], dots: str, most: int = MOST) -> list[str]:
    """The texts, or the first ones and the last."""
    return texts if len(texts) <= most else [*texts[: most - 2], dots, texts[-1]]


def partial_of(step: Step, kind: type[S]) -> S:
    """The partial of an edge in names, from the table."""
    op, place = step.op, step.place
    assert op is not None
    assert place is not None
    together, which = range(len(step.inputs)), place
    if op.nary:
        each = len(step.inputs) // len(op.partials)
        which, k = divmod(place, each)
        together = range(k, len(step.inputs), each)
    operands = step.node.inputs
    xs = [kind.name(step.inputs[i][0]) if isinstance(operands[i], Value) else Known(step.inputs[i][1], kind) for i in together]
    return kind.of(op.partials[which](kind.name(step.name), *xs))


def worth_of(step: Step, kind: type[S]) -> str:
    """The partial of an edge by name, in names and in numbers: `∂y/∂x = 2*x = 6`."""
    assert step.partial is not None
    formula, number = partial_of(step, kind).text, kind.figure(digits(step.partial)).text
    known = bool(NUMERAL.fullmatch(step.partial_text))
    return f"{slope_of(step, kind)} = {number if known else f'{formula} = {number}'}"


def sentence_of(step: Step) -> str:
    """The step in one or two plain sentences."""
    if step.phase == "forward":
        return f"Compute {step.formula}: {step.numbers}."
    if step.contribution is None or step.adjoint is None or step.partial is None or step.after is None:
        return f"Back from {step.name}: its own adjoint is 1."
    c, adjoint, factor, after = map(digits, (step.contribution, step.adjoint, step.partial, step.after))
    to = step.to_name
    as_operand = f" as its operand {step.place + 1}" if step.place is not None and step.repeated else ""
    passed = f"{step.name} passes {c} on to {to}{as_operand}: {adjoint} × {enclosed(Plain(factor))} = {c}."
    if not step.complete:
        return f"{passed} {to} has {after} so far, {'one' if step.remaining == 1 else step.remaining} more to come."
    return f"{passed} {to} is complete: {Plain.slope(step.root_name, to)} = {after}."
