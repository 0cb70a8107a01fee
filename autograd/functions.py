"""Functions of many Values, made of the table's operations. Given floats alone, they give floats."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from autograd import ops, tracing
from autograd.value import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Number = Value | float


def sequence(xs: Iterable[Number], doing: str) -> tuple[Number, ...]:
    """`xs` as a tuple, or a TypeError that says what was expected."""
    if xs.__class__ is tuple or xs.__class__ is list:
        return tuple(xs)
    if isinstance(xs, (str, bytes, dict, set, frozenset, Value)) or not isinstance(xs, Iterable):
        raise TypeError(f"{doing}: {ops.shown(xs)} is no sequence of numbers. Give a list, such as [a, b].")
    return tuple(xs)


def sum(xs: Iterable[Number]) -> Any:
    """The sum of all members, as one node.

        z = x₀ + x₁ + …      ∂z/∂xᵢ = 1

    Args:    xs: numbers or Values; none at all give 0.0.
    Raises:  TypeError: xs is no sequence, or a member no number.
    Differs: a chain of + makes a node for every term; the result has the same bits.
    Example:
        >>> from autograd import Value
        >>> sum([Value(1.0), Value(2.0), 3.0])
        Value(6.0)
    """
    terms = sequence(xs, "sum")
    return ops.total(terms) if terms else 0.0


def dot(xs: Iterable[Number], ys: Iterable[Number]) -> Any:
    """The sum of products, as one node: a neuron's weighted input.

        z = x₀y₀ + x₁y₁ + …      ∂z/∂xᵢ = yᵢ,  ∂z/∂yᵢ = xᵢ

    Args:    xs, ys: numbers or Values, equally many; none at all give 0.0.
    Raises:  TypeError: not sequences of numbers. ValueError: of unequal length.
    Example:
        >>> from autograd import Value
        >>> dot([Value(1.0), Value(2.0)], [3.0, 4.0])
        Value(11.0)
    """
    a, b = sequence(xs, "dot"), sequence(ys, "dot")
    if len(a) != len(b):
        raise ValueError(f"dot: the sequences have {len(a)} and {len(b)} members. Each x needs its y.")
    return ops.dot(a, b) if a else 0.0


def logsumexp(xs: Iterable[Number]) -> Any:
    """The logarithm of the sum of exponentials, as one node: a smooth maximum.

        z = ln Σ eˣⁱ      ∂z/∂xᵢ = eˣⁱ⁻ᶻ, the softmax

    Args:    xs: at least one number or Value, of any size: nothing overflows.
    Raises:  TypeError: xs is no sequence, or a member no number. ValueError: xs is empty.
    Example:
        >>> logsumexp([1000.0, -1000.0])
        1000.0
    """
    return ops.logsumexp(at_least_one(xs, "logsumexp"))


def mean(xs: Iterable[Number]) -> Any:
    """The arithmetic mean.

        z = (x₀ + x₁ + …) / n

    Args:    xs: at least one number or Value.
    Raises:  TypeError: xs is no sequence, or a member no number. ValueError: xs is empty.
    Example:
        >>> mean([1.0, 2.0, 6.0])
        3.0
    """
    terms = at_least_one(xs, "mean")
    return ops.total(terms) / float(len(terms))


def softmax(xs: Iterable[Number]) -> list[Any]:
    """Exponentials, divided by their sum: probabilities from logits.

        zᵢ = eˣⁱ⁻ᵐ / Σ eˣʲ⁻ᵐ,  m = max x

    Args:    xs: at least one number or Value (logits).
    Raises:  TypeError: xs is no sequence, or a member no number. ValueError: xs is empty.
    Differs: the shift m is a constant: no gradient flows through it, as none should.
    Example:
        >>> softmax([0.0, math.log(3.0)])
        [0.25, 0.75]
    """
    terms = at_least_one(xs, "softmax")
    if tracing.recording() is not None:
        return [ops.exp(z) for z in log_softmax(terms)]
    exponentials = [ops.exp(x) for x in shifted(terms)]
    total = ops.total(exponentials)
    return [ops.div(e, total) for e in exponentials]


def log_softmax(xs: Iterable[Number]) -> list[Any]:
    """The logarithm of the softmax, without ever forming it.

        zᵢ = (xᵢ - m) - ln Σ eˣʲ⁻ᵐ,  m = max x

    Args:    xs: at least one number or Value (logits).
    Raises:  TypeError: xs is no sequence, or a member no number. ValueError: xs is empty.
    Example:
        >>> log_softmax([0.0, 1000.0])
        [-1000.0, 0.0]
    """
    terms = shifted(at_least_one(xs, "log_softmax"))
    z = ops.logsumexp(terms)
    return [x - z for x in terms]


def shifted(xs: tuple[Number, ...]) -> list[Any]:
    """x - max x, so that large inputs keep their digits. The shift is a number: no gradient flows through it.

    In a trace x as it is: the largest of one example says nothing of the others.
    """
    if tracing.recording() is not None:
        return list(xs)
    top = max(x._data if isinstance(x, Value) else x for x in xs)
    return [x - top for x in xs] if math.isfinite(top) else list(xs)


def members(xs: Iterable[Number], doing: str) -> tuple[Number, ...]:
    """The Values and floats in `xs`, or an error that names what is neither."""
    return tuple([x if x.__class__ is float or isinstance(x, Value) else ops.number(x, doing) for x in sequence(xs, doing)])


def one_hot(index: Number, n: int) -> list[Any]:
    """n numbers: 1 at the place that `index` counts from 0, 0 elsewhere.

    Args:    index: a whole number from 0 to n - 1, or a Value that holds one. In a trace it may be an input, so that class
             labels differ from example to example.
    Raises:  TypeError: index is no number. IndexError: it is no whole number from 0 to n - 1; of an input of a trace, when
             the program runs.
    Example:
        >>> one_hot(1, 3)
        [0.0, 1.0, 0.0]
    """
    if isinstance(index, Value) and tracing.recording() is not None:
        marks = [ops.equal(index, float(k)) for k in range(n)]
        tracing.require(ops.total(marks), "==", 1.0, IndexError, NO_INDEX.format("an input", n - 1))
        return marks
    place = index._data if isinstance(index, Value) else ops.number(index, "one_hot")
    if place not in range(n):
        raise IndexError(NO_INDEX.format(repr(index), n - 1))
    return [float(k == place) for k in range(n)]


NO_INDEX = "the index {} is no whole number from 0 to {}. Count from 0."


def take(rows: Iterable[Any], index: Number) -> Any:
    """The member of `rows` at a place: a class's logit, a word's embedding.

    Args:    rows: Values or numbers, or sequences of them, equally long. index: as `one_hot`; it may be an input of a trace.
    Raises:  TypeError: rows is no sequence, or index no number. IndexError: as `one_hot`.
    Differs: torch.take takes a tensor of indices; the index is counted from 0, and never from the end.
    Example:
        >>> from autograd import Value
        >>> take([Value(5.0), Value(7.0)], 1)
        Value(7.0)
    """
    members = sequence(rows, "take")
    marks = one_hot(index, len(members))
    if not any(isinstance(mark, Value) for mark in marks):
        return members[marks.index(1.0)]
    if isinstance(members[0], (Value, float, int)):
        return dot(members, marks)
    return [dot(column, marks) for column in zip(*members, strict=True)]


def at_least_one(xs: Iterable[Number], doing: str) -> tuple[Number, ...]:
    """The Values and floats in `xs`, which is not empty."""
    found = members(xs, doing)
    if not found:
        raise ValueError(f"{doing}: the sequence is empty. Give at least one number or Value.")
    return found


def values(a: Any) -> NDArray[np.float64]:
    """The numbers of a Value, or of a sequence or array of them, as a float array of the same shape.

    Raises:  TypeError: a member is no number. ValueError: rows of unequal length.
    Example:
        >>> from autograd import Value
        >>> values([[Value(1.0), 2.0]])
        array([[1., 2.]])
    """
    return _mapped(a, lambda x: x.item() if isinstance(x, Value) else ops.number(x, "values"), "values")


def grads(a: Any) -> NDArray[np.float64]:
    """The gradients of a Value, or of a sequence or array of them, as a float array; 0 where none has arrived.

    Raises:  TypeError: a member is no Value. ValueError: rows of unequal length.
    Example:
        >>> from autograd import Value
        >>> x = [Value(1.0), Value(2.0)]
        >>> (x[0] * 3.0).backward(); grads(x)
        array([3., 0.])
    """

    def grad(x: Any) -> float:
        if not isinstance(x, Value):
            raise TypeError(f"grads: {ops.shown(x)} is no Value, and has no gradient. Give Values, as in grads([w, b]).")
        g = x.grad
        return 0.0 if g is None else g.item() if isinstance(g, Value) else g

    return _mapped(a, grad, "grads")


def _mapped(a: Any, f: Any, doing: str) -> NDArray[np.float64]:
    import numpy as np

    found = np.asarray(a, dtype=object)
    if any(isinstance(x, (list, tuple)) for x in found.flat):
        raise ValueError(f"{doing}: the rows have unequal lengths. Give every row the same number of members.")
    return np.array([f(x) for x in found.flat], dtype=float).reshape(found.shape)
