"""Likelihoods: how probable are the targets, if the net is right? The usual losses are their negative logarithms.

    mse_loss              of a Gaussian of fixed variance, up to a factor and a constant
    gaussian_nll_loss     of a Gaussian whose variance the net gives too
    binary_cross_entropy  of yes and no, a Bernoulli variable
    categorical_cross_entropy, cross_entropy   of one class out of several

These products are here to be looked at. For training take the losses: a product of some hundred factors rounds to 0,
and its gradient with it, while the sum of their logarithms keeps its digits.
"""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

import numpy as np

import autograd
from autograd import Value, tracing, values
from nn.arrays import memberwise
from nn.functional.reduction import as_value, filled, pair, require_probabilities, require_shape, rows


def gaussian(mean: Any, target: Any, variance: Any) -> Value:
    """The density of targets that scatter around their means.

        L = Π 1/√(2π σ²) exp(-(y - μ)² / 2σ²)
        -ln L = Σ ½ (y - μ)²/σ² + ½ ln 2πσ²

    Args:    mean: μ, the net's output. target: y. variance: σ², above 0, in units of y²; one for all, or one for each.
    Shape:   mean and target any, the same; variance that, or (). One Value.
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, or a variance that is not above 0.
    Example:
        >>> round(gaussian([1.0], [1.0], 1.0).item(), 6)  # 1/√2π
        0.398942

    Source:  Bishop, Pattern Recognition and Machine Learning (2006), equation 1.53.
    """
    μ, y = pair(mean, target, "none", "gaussian")
    v = filled(variance, "gaussian: variance")
    if tracing.recording() is None and not (values(v) > 0.0).all():
        raise ValueError(f"gaussian: a variance is {values(v).min()}, and must be above 0. Make it positive, with softplus say.")
    if v.ndim:
        require_shape(v, μ.shape, μ, "gaussian: variance")
        return product(memberwise(_density, μ, y, v))
    return product(memberwise(lambda μ, y: _density(μ, y, v.item()), μ, y))


def _density(μ: Any, y: Any, v: Any) -> Any:
    return autograd.exp(-autograd.pow(y - μ, 2.0) / (2.0 * v)) / autograd.sqrt(2.0 * math.pi * v)


def bernoulli(input: Any, target: Any) -> Value:
    """The probability of a row of yes and no.

        L = Π pʸ (1 - p)¹⁻ʸ
        -ln L = -Σ y ln p + (1 - y) ln(1 - p)

    Args:    input: p, how probable the net says a yes is. target: y, 0 or 1.
    Shape:   any, the same for both. One Value.
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, p or y outside [0, 1].
    Example:
        >>> bernoulli([0.5, 0.5, 0.75], [1.0, 0.0, 1.0])
        Value(0.1875)

    Source:  Bishop, Pattern Recognition and Machine Learning (2006), equation 2.5.
    """
    p, y = pair(input, target, "none", "bernoulli")
    require_probabilities(p, "bernoulli: input", "Put logits through a sigmoid first.")
    require_probabilities(y, "bernoulli: target", "Use 1 for yes and 0 for no.")
    return product(memberwise(lambda p, y: autograd.pow(p, y) * autograd.pow(1.0 - p, 1.0 - y), p, y))


def categorical(input: Any, target: Any) -> Value:
    """The probability of a row of classes.

        L = Π Πⱼ pⱼ^tⱼ, the product of what the net gives the right classes
        -ln L = -Σ Σⱼ tⱼ ln pⱼ

    Args:    input: p, how probable the net says each class is. target: t, one-hot.
    Shape:   (classes,) or (N, classes), the same for both. One Value.
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, p or t outside [0, 1].
    Example:
        >>> categorical([[0.25, 0.75], [0.5, 0.5]], [[1.0, 0.0], [0.0, 1.0]])
        Value(0.125)

    Source:  Bishop, Pattern Recognition and Machine Learning (2006), equation 2.26.
    """
    p, t = pair(rows(input, "none", "categorical"), target, "none", "categorical")
    require_probabilities(p, "categorical: input", "Put logits through a softmax first.")
    require_probabilities(t, "categorical: target", "Use 1 for the class and 0 for the others.")
    return product(memberwise(autograd.pow, p, t))


def product(factors: Any) -> Value:
    """All factors multiplied."""
    return as_value(reduce(autograd.mul, np.ravel(factors).tolist()))
