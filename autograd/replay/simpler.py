"""Rules of arithmetic by which formulas get shorter before they are written down.

They hold to rounding, and none knows of derivatives. Numbers are drawn together in front of products, so that an adjoint that
is the same number for all costs nothing; parts that an operation shares with its derivative are told apart, so that they
are computed once.
"""

from __future__ import annotations

import math
import sys
from typing import Any

from autograd import ieee, ops
from autograd.ops import Formula, Op, where
from autograd.replay.terms import Operand, Rules, Term

LARGEST = sys.float_info.max
"""Members are moved along by the greatest of them, or by this where that is infinite."""


def split(x: Term) -> tuple[float, Term]:
    """x as a number times the rest."""
    if x.op is ops.neg and isinstance(x.xs[0], Term):
        return -1.0, x.xs[0]
    if x.op is ops.mul and isinstance(x.xs[0], float) and isinstance(x.xs[1], Term):
        return x.xs[0], x.xs[1]
    return 1.0, x


def scaled(c: float, x: Term) -> Term:
    """c x, without a product where none is needed."""
    if x.op == "where" and isinstance(x.xs[1], float) and isinstance(x.xs[2], float):
        return x.terms.made("where", (x.xs[0], c * x.xs[1], c * x.xs[2]))
    return x if c == 1.0 else x.terms.made(ops.neg, (x,)) if c == -1.0 else x.terms.made(ops.mul, (c, x))


def argument(x: Term, op: Op) -> Operand | None:
    """The operand of x, if x is what this operation of one input gives."""
    if x.op is op:
        return x.xs[0]
    return x.means[1][0] if x.means is not None and x.means[0] is op else None


def product(x: Operand, y: Operand) -> Operand | None:
    """a (b x) = (a b) x;  a (b / c) = b (a / c) where a and c are the smaller arrays;  σ(t) σ(-t) as `bell` has it."""
    if not isinstance(x, Term) or not isinstance(y, Term):
        number, other = (x, y) if isinstance(y, Term) else (y, x)
        assert isinstance(number, float)
        assert isinstance(other, Term)
        c, rest = split(other)
        return scaled(number * c, rest)
    (c, x_rest), (d, y_rest) = split(x), split(y)
    if x_rest is not x or y_rest is not y:
        return x.terms.applied(ops.mul, (c * d, x.terms.applied(ops.mul, (x_rest, y_rest))))
    for a, b in ((x, y), (y, x)):
        if b.op is ops.div and isinstance(b.xs[1], Term) and a.shape == b.xs[1].shape != b.shape:
            return x.terms.applied(ops.mul, (b.xs[0], x.terms.applied(ops.div, (a, b.xs[1]))))
    s, t = argument(x, ops.sigmoid), argument(y, ops.sigmoid)
    return x.terms.expanded["bell"](s) if isinstance(s, Term) and isinstance(t, Term) and opposite(s, t) else None


def opposite(x: Term, y: Term) -> bool:
    """Is x = -y?"""
    (a, s), (b, t) = split(x), split(y)
    return s is t and a == -b


def negative(x: Term) -> Operand:
    """-(c x) = (-c) x."""
    c, rest = split(x)
    return scaled(-c, rest)


def magnitude(x: Term) -> Operand | None:
    """|c x| = |c| |x|."""
    c, rest = split(x)
    return None if rest is x else abs(c) * abs(rest)


def plus(x: Operand, y: Operand) -> Operand | None:
    """x + x = 2 x;  x + (-y) = x - y;  x + -0 = x;  x² + 0 = x², which is never -0."""
    if x is y:
        return 2.0 * x
    for a, b in ((x, y), (y, x)):
        if isinstance(b, Term) and b.op is ops.neg:
            return a - b.xs[0]
        if isinstance(a, Term) and b == 0.0 and isinstance(b, float) and (math.copysign(1.0, b) < 0.0 or is_square(a)):
            return a
    return None


def is_square(x: Term) -> bool:
    """Is it a product of something with itself?"""
    return x.op is ops.mul and x.xs[0] is x.xs[1]


def minus(x: Operand, y: Operand) -> Operand | None:
    """x - (-y) = x + y."""
    return x + y.xs[0] if isinstance(y, Term) and y.op is ops.neg else None


def quotient(x: Operand, y: Operand) -> Operand | None:
    """x / 1 = x."""
    return x if isinstance(y, float) and y == 1.0 else None


def exponential(x: Term) -> Operand | None:
    """exp(a - log b) = exp(a) / b."""
    b = argument(x.xs[1], ops.log) if x.op is ops.sub and isinstance(x.xs[1], Term) else None
    return None if b is None else x.terms.applied(ops.div, (ops.exp(x.xs[0]), b))


def power(x: Operand, y: Operand) -> Operand | None:
    """The products and roots of `ieee.power`."""
    found: Operand | None = POWERS[y](x) if isinstance(y, float) and y in POWERS else None
    return found


def tail(x: Any) -> Any:
    """e^-|x|, of which both tails of a sigmoid are made."""
    return ops.exp(-abs(x))


def bell(x: Any) -> Any:
    """σ(x) σ(-x) = e / (1 + e)², e = e^-|x|: both tails are kept."""
    return tail(x) / ((1.0 + tail(x)) * (1.0 + tail(x)))


POWERS: dict[float, Formula] = {
    1.0: lambda x: x,
    2.0: lambda x: x * x,
    3.0: lambda x: x * x * x,
    0.5: ops.sqrt,
    -0.5: lambda x: 1.0 / ops.sqrt(x),
    -1.0: lambda x: 1.0 / x,
    -2.0: lambda x: 1.0 / (x * x),
}
SIMPLER: Rules = {
    ops.mul: product, ops.neg: negative, ops.absolute: magnitude, ops.add: plus, ops.sub: minus, ops.div: quotient,
    ops.exp: exponential, ops.pow: power, ops.identity: lambda x: x,
}
EXPANDED: dict[str, Formula] = {
    "sigmoid": lambda x: where(x >= 0.0, 1.0, tail(x)) / (1.0 + tail(x)),
    "bell": bell,
    "leaky_relu": lambda x, y: where(x > 0.0, x, x * y),
    "elu": lambda x, y: where(x > 0.0, x, y * ops.expm1(x)),
    "selu": lambda x: ieee.SELU_SCALE * where(x > 0.0, x, ieee.SELU_ALPHA * ops.expm1(x)),
    "sign": lambda x: where(x > 0.0, 1.0, where(x < 0.0, -1.0, 0.0)),
    "equal": lambda x, y: where(x == y, 1.0, 0.0),
}
"""Operations that share parts with their own derivatives, or that other carriers have no function for, in terms of others; and
`bell`, the product of two sigmoids, which is no row of the table.
"""

FOLDS: dict[Op, tuple[Formula, Formula]] = {
    ops.total: (lambda x: x, lambda total: total),
    ops.dot: (lambda x, y: x * y, lambda total: total),
    ops.logsumexp: (ops.exp, ops.log),
}
"""The table's n-ary operations: what is done with each member, and with the sum of that over all members."""
