"""What all losses share: outputs and targets that belong together, and how many terms become one number."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

import autograd
from autograd import Value, tracing, values
from autograd.rng import is_integer
from nn.arrays import Array, as_array, elementwise, objects

REDUCTIONS = ("mean", "sum", "none")

Class = int | list[Any]
"""A class by its number; or, where it is an input of a trace, by its marks: 1 at its place and 0 elsewhere."""


def require_reduction(reduction: str, name: str) -> None:
    """Raise a ValueError unless the reduction is one of the three."""
    if reduction not in REDUCTIONS:
        raise ValueError(f"{name}: the reduction is {reduction!r}. Use 'mean', 'sum' or 'none'.")


def reduced(terms: Any, reduction: str, weight: Value | float | None = None) -> Any:
    """The terms of a loss as their mean or sum, one Value, or as they are.

    Args:    terms: an array of numbers or Values, or a single one. weight: what the mean divides by; how many there are.
    """
    if reduction == "none":
        return elementwise(as_value, terms, "loss")
    members = terms.ravel().tolist() if isinstance(terms, np.ndarray) else [terms]
    total = autograd.sum(members) if len(members) > 1 else members[0]
    parts = len(members) if weight is None else weight
    return as_value(total if reduction == "sum" or is_one(parts) else total / parts)


def as_value(x: Value | float) -> Value:
    """`x` as a Value, so that a loss of bare numbers has the same attributes as any other."""
    return x if isinstance(x, Value) else Value(x)


def pair(input: Any, target: Any, reduction: str, name: str) -> tuple[Array, Array]:
    """Outputs and targets of one shape, as arrays.

    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, or an unknown reduction.
    """
    require_reduction(reduction, name)
    outputs, targets = filled(input, f"{name}: input"), as_array(target, f"{name}: target")
    require_shape(targets, outputs.shape, outputs, name)
    return outputs, targets


def filled(x: Any, name: str) -> Array:
    """`x` as an array that is not empty."""
    members = as_array(x, name)
    if not members.size:
        raise ValueError(f"{name} has shape {members.shape} and no members, so there is nothing to learn from. Give at least one example.")
    return members


def require_shape(targets: Array, wanted: tuple[int, ...], outputs: Array, name: str) -> None:
    """Raise a ValueError unless the targets have the shape the outputs ask for."""
    if targets.shape == wanted:
        return
    remedy = "Give one target for each output."
    if targets.size == math.prod(wanted):
        new = str((-1, *wanted[1:])).strip("(),")
        remedy = f"Use targets.reshape({new})." if wanted else "Give the target by itself, without brackets around it."
    crossed = targets.shape != outputs.shape and {targets.shape, outputs.shape} == {targets.shape[:1], (*targets.shape[:1], 1)}
    because = ": subtracting them would pair every row with every other" if crossed and wanted == outputs.shape else ""
    raise ValueError(f"{name}: targets have shape {targets.shape} but outputs {outputs.shape}{because}. {remedy}")


def require_probabilities(x: Array, name: str, remedy: str) -> None:
    """Raise a ValueError that names the first member outside [0, 1]. In a trace, nobody looks at numbers."""
    if tracing.recording() is not None:
        return
    p = values(x)
    for place in map(tuple, np.argwhere(~((p >= 0.0) & (p <= 1.0)))):
        raise ValueError(f"{name}{located(place)} is {p[place]}, and probabilities lie between 0 and 1. {remedy}")


def located(place: tuple[int, ...]) -> str:
    """A place in an array, as messages write it: nothing for a single number."""
    return f"[{', '.join(map(str, place))}]" if place else ""


def rows(input: Any, reduction: str, name: str) -> Array:
    """Outputs as one example (classes,) or a batch (N, classes).

    Raises:  TypeError: a member is no number. ValueError: no members, more axes, or an unknown reduction.
    """
    require_reduction(reduction, name)
    outputs = filled(input, f"{name}: input")
    if outputs.ndim not in (1, 2):
        raise ValueError(f"{name}: outputs have shape {outputs.shape}. Give (classes,) for one example or (N, classes) for a batch.")
    return outputs


def class_numbers(target: Any, outputs: Array, name: str, ignore_index: int | None = None) -> list[Class]:
    """The class of each row of outputs.

    Raises:  TypeError: a class is no integer. ValueError: not one class for each row, or a class that does not exist; where
             classes are inputs of a trace, when the program runs.
    """
    targets, count = np.asarray(target, dtype=object), outputs.shape[-1]
    require_shape(targets, outputs.shape[:-1], outputs, name)
    found = targets.ravel().tolist()
    if tracing.recording() is not None and any(isinstance(c, Value) for c in found):
        return [marks(c, count, name, ignore_index) for c in found]
    for row, c in enumerate(found):
        if not is_integer(c):
            remedy = " Use targets.astype(int)." if isinstance(c, float) else ""
            raise TypeError(f"{name}: the class of row {row} is {c!r} ({type(c).__name__}). Use an integer from 0 to {count - 1}.{remedy}")
        if not 0 <= c < count and c != ignore_index:
            raise ValueError(f"{name}: the class of row {row} is {c}, but there are {count} outputs. Classes run from 0 to {count - 1}.")
    return [int(c) for c in found]


def marks(c: Value, count: int, name: str, ignore_index: int | None) -> list[Any]:
    """The marks of a class that every run brings: 1 at its place, 0 elsewhere; all 0 for one that is ignored."""
    found = {k: autograd.equal(c, float(k)) for k in (*range(count), ignore_index) if k is not None}
    tracing.require(autograd.sum(found.values()), "==", 1.0, ValueError,
                    f"{name}: a class in the batch is no whole number from 0 to {count - 1}. Number the {count} outputs from 0.")
    return [0.0 if k == ignore_index else found[k] for k in range(count)]


def picked(xs: Sequence[Any], c: Class) -> Any:
    """The member at class c."""
    return xs[c] if isinstance(c, int) else autograd.dot(xs, c)


def weighing(w: Sequence[float], c: Class) -> Any:
    """The weight of class c; by marks, the sum of these says the same where all weights are 1."""
    return autograd.sum(c) if not isinstance(c, int) and set(w) == {1.0} else picked(w, c)


def others(xs: Sequence[Any], c: Class) -> list[tuple[Any, Any]]:
    """The members at all other classes, each after the factor 1; by marks all members, c's own after the factor 0."""
    if isinstance(c, int):
        return [(1.0, x) for j, x in enumerate(xs) if j != c]
    return [(1.0 - mark, x) for mark, x in zip(c, xs, strict=True)]


def weights_for(weight: Any, shape: tuple[int, ...], name: str) -> Array:
    """Constant weights, stretched to a shape; ones for None.

    Raises:  TypeError: a member is no number. ValueError: the shape does not fit.
    """
    given = np.ones(()) if weight is None else values(as_array(weight, name))
    try:
        return np.broadcast_to(given, shape)
    except ValueError:
        raise ValueError(f"{name} has shape {given.shape}, which does not stretch to {shape}. Give one weight for each.") from None


def times(weight: Value | float, x: Any) -> Any:
    """The product; x itself at weight 1, so that the graph shows no factor that does nothing."""
    return x if is_one(weight) else weight * x


def is_one(x: Value | float) -> bool:
    """Is x a bare 1, by which nothing need be multiplied or divided?"""
    return not isinstance(x, Value) and x == 1.0


def by_example(f: Callable[..., Any], outputs: Array, *columns: Iterable[Any]) -> Any:
    """f of each example's outputs, and of what stands beside them: an object array (N,), or f itself for one example."""
    found = [f(*members) for members in zip(outputs.reshape(-1, outputs.shape[-1]).tolist(), *columns, strict=True)]
    return objects(found, outputs.shape[:-1]) if outputs.ndim > 1 else found[0]
