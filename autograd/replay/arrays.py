"""The array carrier: operations on float64 arrays, and formulas of the table written as numpy source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from autograd import ieee
from autograd.ops import TABLE, Op
from autograd.symbol import Source


def power(x: Any, y: Any) -> Any:
    """x to the y, with the products and roots of `ieee.power` where y is one number."""
    if np.ndim(y) == 0 or y.size == 1:
        exponent = float(np.reshape(y, ())[()])
        if exponent == 2.0:
            return x * x
        if exponent == 3.0:
            return x * x * x
        if exponent == -1.0:
            return 1.0 / x
    return np.power(x, y)


def sigmoid(x: Any) -> Any:
    """1 / (1 + e^-x), with both tails kept."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0.0, 1.0, e) / (1.0 + e)


def softplus(x: Any) -> Any:
    """log(1 + e^x), without overflow."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def logsumexp(x: Any) -> Any:
    """log Σ e^x over the second axis."""
    top = np.max(x, axis=1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    return np.log(np.sum(np.exp(x - top), axis=1)) + top[:, 0]


WELL_KNOWN: dict[str, Callable[..., Any]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative, "identity": np.copy,
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "expm1": np.expm1, "log1p": np.log1p, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "abs": np.abs,
    "pow": power, "sigmoid": sigmoid, "softplus": softplus, "maximum": np.maximum, "minimum": np.minimum,
    "equal": lambda x, y: (x == y).astype(np.float64),
    "relu": lambda x: np.maximum(x, 0.0),
    "leaky_relu": lambda x, y: np.where(x > 0.0, x, x * y),
    "elu": lambda x, y: np.where(x > 0.0, x, y * np.expm1(np.minimum(x, 0.0))),
    "selu": lambda x: ieee.SELU_SCALE * np.where(x > 0.0, x, ieee.SELU_ALPHA * np.expm1(np.minimum(x, 0.0))),
    "sum": lambda x: np.sum(x, axis=1),
    "dot": lambda x, y: np.sum(x * y, axis=1),
    "logsumexp": logsumexp,
}


def on_arrays(op: Op) -> Callable[..., Any]:
    """The value of op on arrays: numpy's function where there is one, else the op's own, member by member.

    An n-ary op takes arrays of shape (nodes, members, …) and folds the second axis.
    """
    if op.name in WELL_KNOWN and TABLE.get(op.name) is op:
        return WELL_KNOWN[op.name]
    if op.nary:
        folded = np.vectorize(lambda *xs: op.forward(*xs), signature=",".join("(n)" for _ in op.partials) + "->()", otypes=[float])
        return lambda *xs: folded(*(np.moveaxis(x, 1, -1) for x in xs))
    each = np.frompyfunc(op.forward, len(op.partials), 1)
    return lambda *xs: np.asarray(each(*xs), dtype=np.float64)


class ArraySource(Source):
    """Formulas as numpy source: division is IEEE already, and a choice is made member by member."""

    __slots__ = ()

    def written(self, op: Op, xs: Sequence[Self]) -> Self:
        """A bracketed expression or a call."""
        if op.name == "div":
            return type(self)(f"({xs[0].text} / {xs[1].text})")
        return super().written(op, xs)

    def compared(self, relation: str, other: Any) -> Self:
        """An array of truth values."""
        return type(self)(f"({super().compared(relation, other).text})")

    def __and__(self, other: Any) -> Any:
        return type(self)(f"({self.text} & {other})") if isinstance(other, ArraySource) else super().__and__(other)

    def choose(self, yes: Any, no: Any) -> Self:
        """numpy.where."""
        return type(self)(f"where({self.text}, {self.of(yes).text}, {self.of(no).text})")


def names() -> dict[str, Any]:
    """What names mean in array source."""
    return {**{op.name: on_arrays(op) for op in TABLE.values()}, "where": np.where, "inf": np.inf, "nan": np.nan}
