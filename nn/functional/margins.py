"""Losses that ask for a margin: is the right answer ahead by enough?"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import tracing, values
from nn._settings import finite
from nn.arrays import Array, memberwise
from nn.functional.reduction import (
    Class,
    by_example,
    class_numbers,
    located,
    others,
    pair,
    picked,
    reduced,
    rows,
    times,
    weighing,
    weights_for,
)


def hinge_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """The hinge loss of two classes: a score should be on the right side of 0, by 1 at least.

        ℓ = max(0, 1 - y s)      ∂ℓ/∂s = -y where y s < 1, else 0

    Args:    input: scores s. target: y, -1 or 1. reduction: "mean", "sum" or "none".
    Shape:   any; one Value, or with "none" that shape.
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, unknown reduction, y not ±1.
    Differs: not in PyTorch, whose HingeEmbeddingLoss is another function.
    Example:
        >>> hinge_loss([0.5, 3.0], [1.0, 1.0], reduction="sum")
        Value(0.5)

    Source:  Cortes, Vapnik, Support-vector networks (1995); sklearn.metrics.hinge_loss.
    """
    s, y = pair(input, target, reduction, "hinge_loss")
    require_signs(y)
    return reduced(memberwise(lambda s, y: autograd.relu(1.0 - y * s), s, y), reduction)


def require_signs(y: Array) -> None:
    """Raise a ValueError that names the first member that is neither -1 nor 1. In a trace, nobody looks at numbers."""
    if tracing.recording() is not None:
        return
    given = values(y)
    for place in map(tuple, np.argwhere(abs(given) != 1.0)):
        raise ValueError(f"hinge_loss: target{located(place)} is {given[place]}. Use -1 and 1; 2*y - 1 turns 0 and 1 into them.")


def multiclass_hinge_loss(input: Any, target: Any, *, margin: float = 1.0, reduction: str = "mean") -> Any:
    """The hinge loss of a multi-class support vector machine: the right class should be ahead of each other by a margin.

        ℓ = Σ_{j≠c} max(0, xⱼ - x_c + m)      ∂ℓ/∂xⱼ = 1 where the margin is not kept, ∂ℓ/∂x_c = minus their number

    Args:    input: scores x. target: the class c, an integer from 0 on, or an input of a trace. margin: m, in units of x.
             reduction: "mean", "sum" or "none", over examples.
    Shape:   input (classes,) or (N, classes); target () or (N,). One Value, or with "none" (N,).
    Raises:  TypeError: a member is no number, a class no integer. ValueError: shapes that do not fit, no members, no such
             class, unknown reduction, margin not finite.
    Differs: `multi_margin_loss`, as PyTorch has it, divides by the number of classes C. With all scores equal, this is C - 1.
    Example:
        >>> multiclass_hinge_loss([3.2, 5.1, -1.7], 0)
        Value(2.8999999999999995)

    Source:  Weston, Watkins, Support Vector Machines for Multi-Class Pattern Recognition (1999).
    """
    finite(margin, "multiclass_hinge_loss: margin")
    x = rows(input, reduction, "multiclass_hinge_loss")
    classes = class_numbers(target, x, "multiclass_hinge_loss")
    return reduced(by_example(lambda x, c: autograd.sum(_lacking(x, c, margin)), x, classes), reduction)


def multi_margin_loss(input: Any, target: Any, p: int = 1, margin: float = 1.0, weight: Any = None, *, reduction: str = "mean") -> Any:
    """The multi-class hinge loss over the number of classes, perhaps squared.

        ℓ = 1/C Σ_{j≠c} w_c max(0, xⱼ - x_c + m)ᵖ

    Args:    input: scores x. target: the class c, an integer from 0 on, or an input of a trace. p: 1 or 2. margin: m, in
             units of x. weight: w, one for each class, constant. reduction: "mean", "sum" or "none", over examples.
    Shape:   input (classes,) or (N, classes); target () or (N,). One Value, or with "none" (N,). The mean divides by N.
    Raises:  TypeError: a member is no number, a class no integer. ValueError: shapes that do not fit, no members, no such
             class, unknown reduction, another p, margin not finite.
    Differs: `multiclass_hinge_loss`, as lectures have it, does not divide by C.
    Example:
        >>> multi_margin_loss([0.0, 0.0, 0.0, 0.0], 2)
        Value(0.75)

    Source:  torch.nn.functional.multi_margin_loss.
    """
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: p is {p!r}. Use 1, or 2 for squares.")
    finite(margin, "multi_margin_loss: margin")
    x = rows(input, reduction, "multi_margin_loss")
    classes = class_numbers(target, x, "multi_margin_loss")
    w = weights_for(weight, x.shape[-1:], "multi_margin_loss: weight").tolist()

    def term(x: list[Any], c: Class) -> Any:
        weight = weighing(w, c)
        return autograd.sum([times(weight, autograd.pow(z, 2.0) if p == 2 else z) for z in _lacking(x, c, margin)]) / float(len(x))

    return reduced(by_example(term, x, classes), reduction)


def _lacking(x: list[Any], c: Class, margin: float) -> list[Any]:
    """By how much each other class comes too close to class c."""
    room = margin - picked(x, c)
    return [times(counts, autograd.relu(room + xj)) for counts, xj in others(x, c)]
