"""Losses that compare probabilities: how surprising are the targets, if the net is right?"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import tracing
from autograd.rng import is_integer
from nn._settings import share
from nn.arrays import Array, as_array, memberwise
from nn.functional.reduction import (
    Class,
    by_example,
    class_numbers,
    pair,
    picked,
    reduced,
    require_probabilities,
    rows,
    times,
    weighing,
    weights_for,
)

LEAST_LOG = -100.0
SLOPE_AT_LEAST = 1e12


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, *, reduction: str = "mean") -> Any:
    """Binary cross-entropy from probabilities: the negative log-likelihood of a Bernoulli variable.

        ℓ = -w [y ln p + (1 - y) ln(1 - p)]      ∂ℓ/∂p = w (p - y) / (p (1 - p));  each ln at least -100

    Args:    input: probabilities p. target: y, 0 or 1 or a probability between. weight: w, constant.
             reduction: "mean", "sum" or "none".
    Shape:   input and target any, the same: with several outputs a multi-label loss. weight stretches to it. One Value,
             or with "none" the shape of input.
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, unknown reduction, p or y outside
             [0, 1].
    Differs: where a logarithm is held at -100, its slope is held at 1e12, so the gradient is finite at p = 0 and 1, and large
             where y is the opposite, as in PyTorch. Everywhere else it is the derivative, while PyTorch holds p (1 - p) at
             1e-12: its gradient of a confident error fades to nothing behind a sigmoid.
    Example:
        >>> binary_cross_entropy(0.2, 1.0)
        Value(1.6094379124341003)

    Source:  torch.nn.functional.binary_cross_entropy.
    """
    name = "binary_cross_entropy"
    p, y = pair(input, target, reduction, name)
    require_probabilities(p, f"{name}: input", "For logits, use binary_cross_entropy_with_logits.")
    require_probabilities(y, f"{name}: target", "Use 1 for yes and 0 for no.")

    def term(p: Any, y: Any, w: float) -> Any:
        return times(w, (y - 1.0) * held_log1p(-p) - y * held_log(p))

    return reduced(memberwise(term, p, y, weights_for(weight, p.shape, f"{name}: weight")), reduction)


def _held(log: Callable[[Any], Any], lowest: float) -> Callable[[Any], Any]:
    """The function log x, but from `lowest` down -100, with a slope that is finite and still says which way is up."""
    step = 1.0 / SLOPE_AT_LEAST
    excess = log(lowest + step) - LEAST_LOG

    def held(x: Any) -> Any:
        low = autograd.heaviside(lowest - x)
        return log(x + low * step) - low * excess

    return held


held_log = _held(autograd.log, math.exp(LEAST_LOG))
held_log1p = _held(autograd.log1p, -1.0)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None
) -> Any:
    """Binary cross-entropy from logits: a sigmoid and `binary_cross_entropy` in one, without loss of digits.

        ℓ = w [v y softplus(-x) + (1 - y) softplus(x)]      ∂ℓ/∂x = w (σ(x) - y), at v = 1

    Args:    input: logits x. target: y, 0 or 1 or a probability between. weight: w, constant. pos_weight: v, by which a yes
             counts more than a no, constant. reduction: "mean", "sum" or "none".
    Shape:   input and target any, the same: with several outputs a multi-label loss. weight and pos_weight stretch to it.
             One Value, or with "none" the shape of input.
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, unknown reduction, y outside [0, 1].
    Differs: PyTorch takes any y, and computes (1 - y) x + softplus(-x), the same function.
    Example:
        >>> binary_cross_entropy_with_logits([0.0, 1000.0], [1.0, 1.0], reduction="sum")
        Value(0.6931471805599453)

    Source:  torch.nn.functional.binary_cross_entropy_with_logits.
    """
    name = "binary_cross_entropy_with_logits"
    x, y = pair(input, target, reduction, name)
    require_probabilities(y, f"{name}: target", "Use 1 for yes and 0 for no.")
    weights = weights_for(weight, x.shape, f"{name}: weight")
    return reduced(memberwise(_bernoulli, x, y, weights, weights_for(pos_weight, x.shape, f"{name}: pos_weight")), reduction)


def _bernoulli(x: Any, y: Any, w: float, v: float) -> Any:
    """The surprise of one yes or no at a logit."""
    return times(w, times(v, y) * autograd.softplus(-x) + (1.0 - y) * autograd.softplus(x))


def multilabel_soft_margin_loss(input: Any, target: Any, weight: Any = None, *, reduction: str = "mean") -> Any:
    """Several yes-or-no labels for each example: the mean over labels of the binary cross-entropy from logits.

        ℓ = 1/C Σ_c w_c [y_c softplus(-x_c) + (1 - y_c) softplus(x_c)]

    Args:    input: logits x. target: y, 0 or 1 for each label. weight: w, one for each label, constant.
             reduction: "mean", "sum" or "none", over examples.
    Shape:   input and target (labels,) or (N, labels). One Value, or with "none" (N,).
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, unknown reduction, y outside [0, 1].
    Differs: with "mean" it equals `binary_cross_entropy_with_logits`, which reduces over labels, not over examples.
    Example:
        >>> multilabel_soft_margin_loss([0.0, 1000.0], [1.0, 1.0])
        Value(0.34657359027997264)

    Source:  torch.nn.functional.multilabel_soft_margin_loss.
    """
    name = "multilabel_soft_margin_loss"
    x, y = pair(rows(input, reduction, name), target, reduction, name)
    require_probabilities(y, f"{name}: target", "Use 1 for yes and 0 for no.")
    weights = weights_for(weight, x.shape[-1:], f"{name}: weight").tolist()

    def term(x: list[Any], y: list[Any]) -> Any:
        return autograd.mean([_bernoulli(*members, 1.0) for members in zip(x, y, weights, strict=True)])

    return reduced(by_example(term, x, y.reshape(-1, len(weights)).tolist()), reduction)


def cross_entropy(
    input: Any, target: Any, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean", label_smoothing: float = 0.0
) -> Any:
    """Cross-entropy from logits: the negative log-likelihood of a categorical variable.

        ℓ = w_c ln Σⱼ exp(xⱼ - x_c)               for a class c
        ℓ = Σⱼ wⱼ tⱼ (ln Σₖ exp(xₖ) - xⱼ)         for probabilities t of the classes
        ∂ℓ/∂xⱼ = softmax(x)ⱼ - tⱼ, at w = 1, with t one-hot for a class

    Args:    input: logits x. target: the class, an integer from 0 on, or an input of a trace; or probabilities t of the
             classes, one-hot perhaps. weight: w, one for each class, constant. ignore_index: a class number that takes its
             example out. reduction: "mean", "sum" or "none", over examples. label_smoothing: ε; t becomes (1 - ε) t + ε/C.
    Shape:   input (classes,) or (N, classes); target integers () or (N,), or the shape of input. One Value, or with "none"
             (N,). The mean for classes divides by Σ w_c of the examples that count, in a program by those of its batch; that
             for probabilities by N.
    Raises:  TypeError: a member is no number, a class no integer. ValueError: shapes that do not fit, no members, no such
             class, t outside [0, 1], unknown reduction, label_smoothing outside [0, 1], no example left for the mean.
    Differs: for a class PyTorch takes ln Σ exp(xⱼ) - x_c, which loses a small loss in the rounding of large logits. Its mean
             over no example is nan.
    Example:
        >>> cross_entropy([[0.0, 0.0], [1000.0, -1000.0]], [1, 0], reduction="sum")
        Value(0.6931471805599453)

    Source:  torch.nn.functional.cross_entropy; label smoothing: Szegedy et al., Rethinking the Inception Architecture (2016),
             section 7.
    """
    share(label_smoothing, "cross_entropy: label_smoothing")
    x = rows(input, reduction, "cross_entropy")
    w = weights_for(weight, x.shape[-1:], "cross_entropy: weight").tolist()

    def of_probabilities(x: list[Any], t: list[Any]) -> Any:
        soft = [(1.0 - label_smoothing) * tj + label_smoothing / len(x) for tj in t] if label_smoothing else t
        return -autograd.dot(map(times, w, soft), autograd.log_softmax(x))

    def of_class(x: list[Any], c: Class, weight: Any) -> Any:
        if label_smoothing:
            t = [float(j == c) for j in range(len(x))] if isinstance(c, int) else c
            return times(weighing([1.0] * len(w), c), of_probabilities(x, t))
        right = picked(x, c)
        return times(weight, autograd.logsumexp([0.0 if xj is right else xj - right for xj in x]))

    if np.asarray(target, dtype=object).shape == x.shape:
        t = as_array(target, "cross_entropy: target")
        require_probabilities(t, "cross_entropy: target", "Give each class its probability, or the number of the class.")
        return reduced(by_example(of_probabilities, x, t.reshape(-1, len(w)).tolist()), reduction)
    return _by_class(of_class, x, target, w, ignore_index, reduction, "cross_entropy")


def nll_loss(input: Any, target: Any, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean") -> Any:
    """Negative log-likelihood of a class from log-probabilities: what is left of `cross_entropy` after `log_softmax`.

        ℓ = -w_c x_c      ∂ℓ/∂x_c = -w_c

    Args:    input: log-probabilities x, from `log_softmax`. target: the class c, an integer from 0 on, or an input of a
             trace. weight: w, one for each class, constant. ignore_index: a class number that takes its example out.
             reduction: "mean", "sum" or "none", over examples.
    Shape:   input (classes,) or (N, classes); target () or (N,). One Value, or with "none" (N,). The mean divides by Σ w_c of
             the examples that count, in a program by those of its batch.
    Raises:  TypeError: a member is no number, a class no integer. ValueError: shapes that do not fit, no members, no such
             class, unknown reduction, no example left for the mean.
    Differs: PyTorch's mean over no example is nan.
    Example:
        >>> nll_loss([math.log(0.25), math.log(0.75)], 0)
        Value(1.3862943611198906)

    Source:  torch.nn.functional.nll_loss.
    """
    x = rows(input, reduction, "nll_loss")
    w = weights_for(weight, x.shape[-1:], "nll_loss: weight").tolist()
    return _by_class(lambda x, c, weight: times(weight, -picked(x, c)), x, target, w, ignore_index, reduction, "nll_loss")


def _by_class(
    term: Callable[[list[Any], Class, Any], Any], x: Array, target: Any, w: list[float], ignore_index: int, reduction: str, name: str
) -> Any:
    """The terms of a loss whose targets are class numbers, reduced; ignored examples have the term 0 and no weight."""
    if not is_integer(ignore_index):
        raise TypeError(f"{name}: ignore_index is {ignore_index!r} ({type(ignore_index).__name__}). Give an integer, such as -100.")
    classes = class_numbers(target, x, name, ignore_index)
    weights = [0.0 if c == ignore_index else weighing(w, c) for c in classes]
    terms = by_example(lambda x, c, weight: 0.0 if c == ignore_index else term(x, c, weight), x, classes, weights)
    return reduced(terms, reduction, weight=_divisor(weights, name) if reduction == "mean" else None)


def _divisor(weights: list[Any], name: str) -> Any:
    """What the mean divides by: the weights of the targets; where a trace sees one of many, their mean over the batch."""
    total, trace = autograd.sum(weights) if len(weights) > 1 else weights[0], tracing.recording()
    nothing_left = f"{name}: the mean divides by the weights of the targets, which sum to 0: all are ignored. Use reduction='sum'."
    if isinstance(total, autograd.Value) and trace is not None:
        tracing.require(total, "!=", 0.0, ValueError, nothing_left)
        return tracing.batch_mean(total) if len(weights) == 1 and not trace.whole else total
    if total == 0.0:
        raise ValueError(nothing_left)
    return total


def categorical_cross_entropy(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Categorical cross-entropy from probabilities, and targets as one-hot rows.

        ℓ = -Σⱼ tⱼ ln pⱼ      ∂ℓ/∂pⱼ = -tⱼ / pⱼ;  each ln at least -100

    Args:    input: probabilities p, from `softmax`. target: t, one-hot or probabilities.
             reduction: "mean", "sum" or "none", over examples.
    Shape:   input and target (classes,) or (N, classes). One Value, or with "none" (N,).
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, unknown reduction, p or t outside
             [0, 1].
    Differs: not in PyTorch. From logits, `cross_entropy` keeps more digits. The logarithm is held as in
             `binary_cross_entropy`.
    Example:
        >>> categorical_cross_entropy([0.25, 0.75], [1.0, 0.0])
        Value(1.3862943611198906)
    """
    name = "categorical_cross_entropy"
    p, t = pair(rows(input, reduction, name), target, reduction, name)
    require_probabilities(p, f"{name}: input", "For logits, use cross_entropy.")
    require_probabilities(t, f"{name}: target", "Use 1 for the class and 0 for the others.")
    terms = by_example(lambda p, t: -autograd.dot(t, list(map(held_log, p))), p, t.reshape(-1, p.shape[-1]).tolist())
    return reduced(terms, reduction)
