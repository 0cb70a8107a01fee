"""Losses that compare numbers: how far are the outputs from their targets?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd import tracing, values
from nn._settings import finite, flag, not_negative
from nn.arrays import Array, as_array, memberwise
from nn.functional.reduction import located, pair, reduced


def mean_error(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """The mean error, sign and all: are the outputs too low (above 0) or too high (below 0) on the whole?

        ℓ = y - ŷ      ∂ℓ/∂ŷ = -1

    Args:    input: outputs ŷ. target: y, of the same shape. reduction: "mean", "sum" or "none".
    Shape:   any; one Value, or with "none" that shape.
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, unknown reduction.
    Differs: not in PyTorch. Errors of different signs cancel, so it measures a bias and is nothing to minimise.
    Example:
        >>> mean_error([1.0, 4.0], [2.0, 2.0])
        Value(-0.5)
    """
    return reduced(memberwise(lambda x, y: y - x, *pair(input, target, reduction, "mean_error")), reduction)


def l1_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """The mean absolute error (MAE): far outliers count no more than their distance.

        ℓ = |ŷ - y|      ∂ℓ/∂ŷ = sign(ŷ - y), 0 at a tie

    Args:    input: outputs ŷ. target: y, of the same shape. reduction: "mean", "sum" or "none".
    Shape:   any; one Value, or with "none" that shape.
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, unknown reduction.
    Differs: PyTorch stretches shapes that differ, with a warning at most.
    Example:
        >>> l1_loss([1.0, 4.0], [2.0, 2.0])
        Value(1.5)

    Source:  torch.nn.functional.l1_loss.
    """
    return reduced(memberwise(lambda x, y: abs(x - y), *pair(input, target, reduction, "l1_loss")), reduction)


def mse_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """The mean squared error (MSE): the negative log-likelihood of a Gaussian of fixed variance, up to a constant.

        ℓ = (ŷ - y)²      ∂ℓ/∂ŷ = 2 (ŷ - y)

    Args:    input: outputs ŷ. target: y, of the same shape. reduction: "mean", "sum" or "none".
    Shape:   any; one Value, or with "none" that shape. The mean runs over all members, features included.
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, unknown reduction.
    Differs: PyTorch stretches shapes that differ, with a warning at most.
    Example:
        >>> mse_loss([1.0, 4.0], [2.0, 2.0])
        Value(2.5)

    Source:  torch.nn.functional.mse_loss.
    """
    return reduced(memberwise(lambda x, y: autograd.pow(x - y, 2.0), *pair(input, target, reduction, "mse_loss")), reduction)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Any:
    """Squared near the target, straight far from it.

        ℓ = d² / 2 for |d| ≤ δ,  δ (|d| - δ/2) beyond      ∂ℓ/∂ŷ = d, held between -δ and δ;  d = ŷ - y

    Args:    input: outputs ŷ. target: y, of the same shape. reduction: "mean", "sum" or "none". delta: δ, in units of y.
    Shape:   any; one Value, or with "none" that shape.
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, unknown reduction, delta
             not finite or not above 0.
    Differs: PyTorch stretches shapes that differ, with a warning at most.
    Example:
        >>> huber_loss([1.0, 4.0], [2.0, 2.0], reduction="sum")
        Value(2.0)

    Source:  Huber, Robust Estimation of a Location Parameter (1964); torch.nn.functional.huber_loss.
    """
    if finite(delta, "huber_loss: delta") <= 0.0:
        raise ValueError(f"huber_loss: delta is {delta}; it is the distance at which the loss turns straight, so it must be above 0.")
    return reduced(memberwise(lambda x, y: _huber(x - y, delta), *pair(input, target, reduction, "huber_loss")), reduction)


def smooth_l1_loss(input: Any, target: Any, *, reduction: str = "mean", beta: float = 1.0) -> Any:
    """The absolute error with its kink rounded off; the Huber loss over β.

        ℓ = d² / 2β for |d| < β,  |d| - β/2 beyond      ∂ℓ/∂ŷ = d/β, held between -1 and 1;  d = ŷ - y

    Args:    input: outputs ŷ. target: y, of the same shape. reduction: "mean", "sum" or "none".
             beta: β, in units of y; at 0 this is `l1_loss`.
    Shape:   any; one Value, or with "none" that shape.
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, unknown reduction, beta
             not finite or below 0.
    Differs: PyTorch stretches shapes that differ, with a warning at most.
    Example:
        >>> smooth_l1_loss([1.0, 4.0], [2.0, 2.0], reduction="sum")
        Value(2.0)

    Source:  Girshick, Fast R-CNN (2015), equation 3; torch.nn.functional.smooth_l1_loss.
    """
    if not_negative(beta, "smooth_l1_loss: beta") == 0.0:
        return l1_loss(input, target, reduction=reduction)
    return reduced(memberwise(lambda x, y: _huber(x - y, beta) / beta, *pair(input, target, reduction, "smooth_l1_loss")), reduction)


def _huber(d: Any, delta: float) -> Any:
    """Both branches as one formula in the clipped error, so that second derivatives are right at 0 too."""
    clipped = autograd.maximum(autograd.minimum(d, delta), -delta)
    return clipped * (d - 0.5 * clipped)


def gaussian_nll_loss(input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> Any:
    """The negative log-likelihood of a Gaussian whose variance is an output too: the net says how sure it is.

        ℓ = ½ (ln σ² + (ŷ - y)² / σ²)  [ + ½ ln 2π ]

    Args:    input: means ŷ. target: y, of the same shape. var: σ², in units of y²; from a softplus head, say. full: add the
             constant. eps: the least variance used. reduction: "mean", "sum" or "none".
    Shape:   input and target any; var the same, or one variance for each example, (N,) or (N, 1), or a single number.
             One Value, or with "none" the shape of input.
    Raises:  TypeError: a member is no number. ValueError: different shapes, no members, unknown reduction, a variance below 0
             (in a program: below eps), eps not finite or not above 0.
    Differs: at σ² = 1 and full=False this is half of `mse_loss`. As in PyTorch, raising σ² to eps is not differentiated:
             below eps the gradient is the one at eps.
    Example:
        >>> gaussian_nll_loss([1.0, 4.0], [2.0, 2.0], [1.0, 1.0])
        Value(1.25)

    Source:  Nix, Weigend, Estimating the mean and variance of the target probability distribution (1994);
             torch.nn.functional.gaussian_nll_loss.
    """
    if finite(eps, "gaussian_nll_loss: eps") <= 0.0:
        raise ValueError(f"gaussian_nll_loss: eps is {eps}; the loss divides by variances as small as that, so it must be above 0.")
    x, y = pair(input, target, reduction, "gaussian_nll_loss")
    constant = 0.5 * math.log(2.0 * math.pi) if flag(full, "gaussian_nll_loss: full") else 0.0

    def term(x: Any, y: Any, v: Any) -> Any:
        loss = 0.5 * (autograd.log(v) + autograd.div(autograd.pow(x - y, 2.0), v))
        return loss + constant if full else loss

    return reduced(memberwise(term, x, y, _variances(var, x, eps)), reduction)


def _variances(var: Any, outputs: Array, eps: float) -> Array:
    """The variance of each output, at least eps."""
    given = as_array(var, "gaussian_nll_loss: var")
    fitting = given[..., np.newaxis] if given.shape == outputs.shape[:-1] and given.ndim else given
    if fitting.shape not in ((), outputs.shape, (*outputs.shape[:-1], 1)):
        raise ValueError(f"gaussian_nll_loss: var has shape {given.shape} but outputs {outputs.shape}. "
                         "Give one variance for each output, one for each example, or a single one.")
    if tracing.recording() is not None and fitting.dtype == object:
        too_low = autograd.sum([autograd.heaviside(eps - v, 0.0) for v in fitting.ravel().tolist()])
        tracing.require(too_low, "==", 0.0, ValueError,
                        f"gaussian_nll_loss: a variance in the batch is below eps = {eps}, where only a graph has the gradient that "
                        "PyTorch has. Keep it above, with softplus(x) + eps say, or compute the loss without a trace.")
        return np.broadcast_to(fitting, outputs.shape)
    sizes = values(fitting)
    for place in map(tuple, np.argwhere(~(sizes >= 0.0))):
        raise ValueError(f"gaussian_nll_loss: var{located(place)} is {sizes[place]}, and a variance cannot be below 0. "
                         "Make it positive, with softplus say.")
    # The shift is a constant, so the gradient passes it unchanged.
    raised = memberwise(lambda v, size: v + (eps - size) if size < eps else v, fitting, sizes)
    return np.broadcast_to(as_array(raised, "gaussian_nll_loss: var"), outputs.shape)
