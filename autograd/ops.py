"""Every operation and its derivatives, written once, as formulas that do not care what they are run on.

Run on floats a row gives a number and its gradient; on Values, a graph of the gradient; on symbols, text, LaTeX or
source. A carrier is any subclass of `Arithmetic` that says what applying an operation means for it.

To add an operation, add a row to the table at the end: nothing else needs to change.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from autograd import ieee

Formula = Callable[..., Any]
Interval = tuple[float, float]

SUM, PRODUCT, PREFIX, POWER, ATOM = range(5)


class PullBack:
    """A derivative stated as what one edge sends back: (adjoint, z, x, …) -> contribution. At adjoint 1 it is the partial.

    Rows use it where partial × adjoint would round differently from PyTorch.
    """

    __slots__ = ("formula",)

    def __init__(self, formula: Formula) -> None:
        self.formula = formula

    def __call__(self, z: Any, *xs: Any) -> Any:
        return self.formula(1.0, z, *xs)


def contribution(partial: Formula, adjoint: Any, z: Any, *xs: Any) -> Any:
    """What one edge sends back to its input: adjoint × partial. The chain rule is stated here and nowhere else."""
    return partial.formula(adjoint, z, *xs) if isinstance(partial, PullBack) else adjoint * partial(z, *xs)


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """One row of the table: all there is to know about an operation.

    Args:
        name: how it is called in text and in `autograd`.
        forward: its value, on floats.
        partials: ∂z/∂(each input), as formulas (z, x, y) with z the output, or as PullBacks. An n-ary op has one formula
            for each of its sequences, in terms of z and the members at one place.
        text, latex: templates of the operation written out, with {0}, {1} for the inputs.
        reason: one sentence on why the derivative is what it is.
        domain: for each input, where it can be tried at random.
        bound: the largest error of value and partials over the domain, in units of 2⁻⁵² of their size.
        precedence: how tightly the written form binds.
        source: template of the value as Python source, where it is not a call by name.
        defaults: inputs that may be left out at the end.
        nary: the inputs are sequences of any length.
        moves_along: adding a constant to every input adds it to the output, so partials can be taken where the
            largest input is 0, and lose no digits when the inputs are large.
    """

    name: str
    forward: Callable[..., float]
    partials: tuple[Formula, ...]
    text: str
    latex: str
    reason: str
    domain: tuple[Interval, ...]
    bound: float
    precedence: int = ATOM
    source: str = ""
    defaults: tuple[float, ...] = ()
    nary: bool = False
    moves_along: bool = False

    def __call__(self, *xs: Any) -> Any:
        """The op on floats, or on whatever carrier one of the inputs is.

        Raises:  TypeError: an input is no number, or there are too many or too few. ValueError: one is too large for a float.
        """
        missing = len(self.partials) - len(xs)
        if missing:
            if not 0 < missing <= len(self.defaults):
                raise TypeError(f"{self.name}: the number of inputs is {len(xs)}. Write {self.text.format(*'xy')}.")
            xs += self.defaults[-missing:]
        for x in xs:
            if isinstance(x, Arithmetic):
                return x.apply(self, xs)
        if self.nary:
            for member in (member for sequence in xs for member in sequence):
                if isinstance(member, Arithmetic):
                    return member.apply(self, xs)
            return self.forward(*([number(x, self.name) for x in sequence] for sequence in xs))
        return self.forward(*(number(x, self.name) for x in xs))

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __reduce__(self) -> tuple[Callable[[str], Op], tuple[str]]:
        return row, (self.name,)


def number(x: Any, doing: str, use: str = "int, float, a numpy scalar or a Value") -> float:
    """`x` as a float, or an error that names it, what was being done, and what to use."""
    if x.__class__ is not int and (not isinstance(x, Real) or isinstance(x, bool)):
        raise TypeError(f"{doing}: {shown(x)} is not a number. Use {use}.")
    try:
        return float(x)
    except OverflowError:
        raise ValueError(f"{doing}: this {type(x).__name__} is too large for a float. Use float('inf') or scale it.") from None


def shown(x: Any) -> str:
    """`x` and its type, as messages name them; what is long is cut."""
    return f"{brief.repr(x)} ({type(x).__name__})"


brief = reprlib.Repr()
brief.maxstring = brief.maxother = 60


def unary(name: str, forward: Callable[[float], float], partial: Formula, *, latex: str, reason: str, text: str = "",
          domain: Interval = (-2.0, 2.0), bound: float = 1.0, precedence: int = ATOM, source: str = "") -> Op:
    """A row with one input."""
    return Op(name, forward, (partial,), text or f"{name}({{0}})", latex, reason, (domain,), bound, precedence, source)


def binary(name: str, forward: Callable[[float, float], float], *partials: Formula, latex: str, reason: str, text: str = "",
           domain: tuple[Interval, Interval] = ((-2.0, 2.0), (-2.0, 2.0)), bound: float = 1.0, precedence: int = ATOM,
           source: str = "", default: float | None = None) -> Op:
    """A row with two inputs; the second may have a default."""
    defaults = () if default is None else (default,)
    return Op(name, forward, partials, text or f"{name}({{0}}, {{1}})", latex, reason, domain, bound, precedence, source, defaults)


def nary(name: str, forward: Callable[..., float], *partials: Formula, latex: str, reason: str,
         domain: Interval = (-2.0, 2.0), bound: float = 1.0, moves_along: bool = False) -> Op:
    """A row whose inputs are one sequence, or two of equal length."""
    n = len(partials)
    text = f"{name}({', '.join(f'{{{i}}}' for i in range(n))})"
    return Op(name, forward, partials, text, latex, reason, (domain,) * n, bound, nary=True, moves_along=moves_along)


class Arithmetic:
    """The operators, in terms of the table. A subclass says what applying an op means."""

    __slots__ = ()

    def apply(self, op: Op, xs: Sequence[Any]) -> Any:
        """op(*xs) on this carrier; `self` is one of xs."""
        raise NotImplementedError

    def __add__(self, other: Any) -> Any:
        return add(self, other)

    def __radd__(self, other: Any) -> Any:
        return add(other, self)

    def __sub__(self, other: Any) -> Any:
        return sub(self, other)

    def __rsub__(self, other: Any) -> Any:
        return sub(other, self)

    def __mul__(self, other: Any) -> Any:
        return mul(self, other)

    def __rmul__(self, other: Any) -> Any:
        return mul(other, self)

    def __truediv__(self, other: Any) -> Any:
        return div(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return div(other, self)

    def __pow__(self, other: Any) -> Any:
        return pow(self, other)

    def __rpow__(self, other: Any) -> Any:
        return pow(other, self)

    def __neg__(self) -> Any:
        return neg(self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return absolute(self)


class Compared(Arithmetic):
    """A carrier whose comparisons are for it to answer: a subclass says what comparing means."""

    __slots__ = ()

    def compared(self, relation: str, other: Any) -> Any:
        """What `self relation other` gives, with a relation such as "<="."""
        raise NotImplementedError

    def __lt__(self, other: Any) -> Any:
        return self.compared("<", other)

    def __le__(self, other: Any) -> Any:
        return self.compared("<=", other)

    def __gt__(self, other: Any) -> Any:
        return self.compared(">", other)

    def __ge__(self, other: Any) -> Any:
        return self.compared(">=", other)

    def __eq__(self, other: Any) -> Any:
        return self.compared("==", other)

    def __ne__(self, other: Any) -> Any:
        return self.compared("!=", other)

    __hash__ = object.__hash__


def where(test: Any, yes: Any, no: Any) -> Any:
    """`yes` where the test holds, else `no`; the other branch is not multiplied by 0 but left out."""
    return (yes if test else no) if isinstance(test, bool) else test.choose(yes, no)


def guarded(test: Any, instead: Any, formula: Any) -> Any:
    """`formula`, but `instead` where the test holds: a special case at a point, which text and LaTeX leave out."""
    return (instead if test else formula) if isinstance(test, bool) else test.guard(instead, formula)


# The table. In the formulas g is the adjoint of the output z, and x, y are the inputs.

add: Op = binary(
    "add", lambda x, y: x + y, PullBack(lambda g, z, x, y: g), PullBack(lambda g, z, x, y: g),
    text="{0} + {1}", latex="{0} + {1}", source="({0} + {1})", precedence=SUM,
    reason="A sum moves exactly as much as the term that moves.",
)
sub: Op = binary(
    "sub", lambda x, y: x - y, PullBack(lambda g, z, x, y: g), PullBack(lambda g, z, x, y: -g),
    text="{0} - {1}", latex="{0} - {1}", source="({0} - {1})", precedence=SUM,
    reason="The first term moves the difference with it, the second moves it the other way.",
)
mul: Op = binary(
    "mul", lambda x, y: x * y, lambda z, x, y: y, lambda z, x, y: x,
    text="{0}*{1}", latex=r"{0} \cdot {1}", source="({0} * {1})", precedence=PRODUCT,
    reason="Each factor is scaled by the other one.",
)
div: Op = binary(
    "div", ieee.divide, PullBack(lambda g, z, x, y: g / y), lambda z, x, y: -(z / y),
    text="{0}/{1}", latex=r"\frac{{{0}}}{{{1}}}", source="div({0}, {1})", precedence=PRODUCT,
    domain=((-2.0, 2.0), (0.5, 2.0)), bound=1.2,
    reason="The numerator is scaled by 1/y; a larger denominator shrinks the quotient in proportion to itself.",
)
pow: Op = binary(
    "pow", ieee.power,
    PullBack(lambda g, z, x, y: guarded(y == 0.0, 0.0, g * (y * x ** (y - 1.0)))),
    PullBack(lambda g, z, x, y: guarded((x == 0.0) & (y >= 0.0), 0.0, g * (z * log(x)))),
    text="{0}**{1}", latex="{0}^{{{1}}}", precedence=POWER, domain=((0.3, 2.0), (-2.0, 2.0)), bound=2.5,
    reason="The exponent comes down as a factor and is lowered by one; a change of the exponent scales the power by ln x.",
)
neg: Op = unary(
    "neg", lambda x: -x, PullBack(lambda g, z, x: -g),
    text="-{0}", latex="-{0}", source="(-{0})", precedence=PRODUCT,
    reason="The negative moves the other way.",
)
identity: Op = unary(
    "identity", lambda x: x, PullBack(lambda g, z, x: g), latex="{0}", source="{0}",
    reason="A copy moves with the original.",
)
exp: Op = unary(
    "exp", ieee.exp, lambda z, x: z, latex="e^{{{0}}}",
    reason="The exponential grows at the rate of its own value.",
)
log: Op = unary(
    "log", ieee.log, PullBack(lambda g, z, x: g / x), latex=r"\ln {0}", domain=(0.3, 3.0),
    reason="A step of fixed size matters less, the larger x already is.",
)
sqrt: Op = unary(
    "sqrt", ieee.sqrt, PullBack(lambda g, z, x: g / (2.0 * z)), latex=r"\sqrt{{{0}}}", domain=(0.3, 3.0),
    reason="A square grows at twice its root, so the root grows at one over twice itself.",
)
expm1: Op = unary(
    "expm1", ieee.expm1, lambda z, x: exp(x), latex=r"\left(e^{{{0}}} - 1\right)",
    reason="Subtracting 1 does not change the slope of the exponential.",
)
log1p: Op = unary(
    "log1p", ieee.log1p, PullBack(lambda g, z, x: g / (1.0 + x)), latex=r"\ln\left(1 + {0}\right)", domain=(-0.7, 3.0),
    reason="The logarithm's 1/x, at 1 + x.",
)
sin: Op = unary(
    "sin", ieee.sin, lambda z, x: cos(x), latex=r"\sin {0}",
    reason="The height on the unit circle rises as fast as the point is far to the right.",
)
cos: Op = unary(
    "cos", ieee.cos, lambda z, x: -sin(x), latex=r"\cos {0}",
    reason="The distance to the right shrinks as fast as the point is high on the unit circle.",
)
tan: Op = unary(
    "tan", ieee.tan, lambda z, x: 1.0 + z * z, latex=r"\tan {0}", domain=(-1.4, 1.4), bound=1.5,
    reason="The quotient sin/cos, steeper the farther it has risen.",
)
asin: Op = unary(
    "asin", ieee.asin, PullBack(lambda g, z, x: g / sqrt((1.0 - x) * (1.0 + x))), latex=r"\arcsin {0}", domain=(-0.9, 0.9),
    bound=1.5, reason="One over the slope of the sine at the angle z, which is cos z.",
)
acos: Op = unary(
    "acos", ieee.acos, PullBack(lambda g, z, x: -(g / sqrt((1.0 - x) * (1.0 + x)))), latex=r"\arccos {0}", domain=(-0.9, 0.9),
    bound=1.5, reason="It falls as arcsin rises: the two add up to a right angle.",
)
atan: Op = unary(
    "atan", math.atan, PullBack(lambda g, z, x: g / (1.0 + x * x)), latex=r"\arctan {0}",
    bound=1.2, reason="One over the slope of the tangent at the angle z, which is 1 + x².",
)
sinh: Op = unary(
    "sinh", ieee.sinh, lambda z, x: cosh(x), latex=r"\sinh {0}", bound=1.5,
    reason="Half of e^x minus e^-x: the second term's slope changes sign.",
)
cosh: Op = unary(
    "cosh", ieee.cosh, lambda z, x: sinh(x), latex=r"\cosh {0}", bound=1.5,
    reason="Half of e^x plus e^-x: the second term's slope changes sign.",
)
tanh: Op = unary(
    "tanh", math.tanh, lambda z, x: 4.0 * sigmoid(2.0 * x) * sigmoid(-2.0 * x), latex=r"\tanh {0}", domain=(-3.0, 3.0),
    bound=2.5, reason="Steepest at 0, flat where the output nears ±1.",
)
# 1 - z*z is the same function, but keeps no digit where z has rounded to 1.
sigmoid: Op = unary(
    "sigmoid", ieee.sigmoid, lambda z, x: z * sigmoid(-x), latex=r"\sigma({0})", domain=(-4.0, 4.0), bound=2.5,
    reason="Steepest where it is undecided, at one half; flat where the output nears 0 or 1.",
)
softplus: Op = unary(
    "softplus", ieee.softplus, lambda z, x: sigmoid(x), latex=r"\operatorname{{softplus}}({0})", domain=(-4.0, 4.0), bound=1.5,
    reason="A rounded ReLU: its slope goes from 0 to 1 as the sigmoid does.",
)
erf: Op = unary(
    "erf", math.erf, lambda z, x: 2.0 / math.sqrt(math.pi) * exp(-(x * x)), latex=r"\operatorname{{erf}}({0})", bound=2.0,
    reason="It adds up the bell curve, so it grows at the height of the bell.",
)
relu: Op = unary(
    "relu", lambda x: 0.0 if x <= 0.0 else x, PullBack(lambda g, z, x: where(z <= 0.0, 0.0, g)),
    latex=r"\operatorname{{relu}}({0})",
    reason="Above 0 the input passes through unchanged; at 0 and below nothing does.",
)
leaky_relu: Op = binary(
    "leaky_relu", lambda x, y: x if x > 0.0 else x * y,
    PullBack(lambda g, z, x, y: where(x > 0.0, g, g * y)), PullBack(lambda g, z, x, y: where(x > 0.0, 0.0, g * x)),
    latex=r"\operatorname{{leaky\_relu}}({0}, {1})", default=0.01,
    reason="Above 0 the input passes through; below, a fraction y of it does.",
)
elu: Op = binary(
    "elu", ieee.elu,
    PullBack(lambda g, z, x, y: where(x <= 0.0, g * y * exp(x), g)), PullBack(lambda g, z, x, y: where(x <= 0.0, g * expm1(x), 0.0)),
    latex=r"\operatorname{{elu}}({0}, {1})", default=1.0, bound=1.2,
    reason="Above 0 the input passes through; below, the slope dies away as the exponential does.",
)
selu: Op = unary(
    "selu", ieee.selu,
    lambda z, x: where(x <= 0.0, ieee.SELU_SCALE * ieee.SELU_ALPHA * exp(x), ieee.SELU_SCALE),
    latex=r"\operatorname{{selu}}({0})", bound=1.5,
    reason="An ELU, scaled so that a layer's outputs keep mean 0 and variance 1.",
)
absolute: Op = unary(
    "abs", abs, lambda z, x: sign(x), latex=r"\left|{0}\right|",
    reason="It moves with x on the right of 0 and against it on the left; at the kink the slope is taken as 0.",
)
sign: Op = unary(
    "sign", ieee.sign, PullBack(lambda g, z, x: 0.0), latex=r"\operatorname{{sign}}({0})",
    reason="It is flat on both sides of its jump.",
)
heaviside: Op = binary(
    "heaviside", ieee.heaviside, PullBack(lambda g, z, x, y: 0.0), PullBack(lambda g, z, x, y: where(x == 0.0, g, 0.0)),
    latex=r"\operatorname{{heaviside}}({0}, {1})", default=1.0,
    reason="It is flat on both sides of its jump; only at the jump itself does it show the value given for it.",
)
equal: Op = binary(
    "equal", lambda x, y: float(x == y), PullBack(lambda g, z, x, y: 0.0), PullBack(lambda g, z, x, y: 0.0),
    latex=r"\left[{0} = {1}\right]", reason="It is flat wherever the two differ, and a single point where they do not.",
)
maximum: Op = binary(
    "maximum", ieee.maximum,
    PullBack(lambda g, z, x, y: where(x == y, g * 0.5, where(x < y, 0.0, g))),
    PullBack(lambda g, z, x, y: where(x == y, g * 0.5, where(y < x, 0.0, g))),
    latex=r"\max({0}, {1})", reason="Only the larger one is seen; a tie is shared equally.",
)
minimum: Op = binary(
    "minimum", ieee.minimum,
    PullBack(lambda g, z, x, y: where(x == y, g * 0.5, where(x > y, 0.0, g))),
    PullBack(lambda g, z, x, y: where(x == y, g * 0.5, where(y > x, 0.0, g))),
    latex=r"\min({0}, {1})", reason="Only the smaller one is seen; a tie is shared equally.",
)
total: Op = nary(
    "sum", ieee.fold_sum, PullBack(lambda g, z, x: g), latex=r"\sum {0}",
    reason="A sum moves exactly as much as the term that moves.",
)
dot: Op = nary(
    "dot", ieee.fold_dot, lambda z, x, y: y, lambda z, x, y: x, latex=r"{0} \cdot {1}",
    reason="In each pair, one factor is scaled by the other one.",
)
logsumexp: Op = nary(
    "logsumexp", ieee.logsumexp, lambda z, x: exp(x - z), latex=r"\ln \sum e^{{{0}}}", bound=4.3, moves_along=True,
    reason="Each term counts by its share of the sum of exponentials: the softmax.",
)

TABLE: dict[str, Op] = {op.name: op for op in list(globals().values()) if isinstance(op, Op)}


def row(name: str) -> Op:
    """The row of that name: what a copied or unpickled op is."""
    return TABLE[name]


__all__ = [name for name, thing in globals().items() if isinstance(thing, Op) and not thing.nary]
