"""Batch normalisation and its backward pass by hand: the six formulas of the paper."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from nn._settings import not_negative
from nn.parameter import Floats, numbers


class BatchNormGradients(NamedTuple):
    """What `batch_norm_backward` found, in the order in which it is found.

    x_hat:     ∂L/∂x̂, of the normalised batch, (N, features).
    variance:  ∂L/∂σ², (features,).
    mean:      ∂L/∂μ, (features,).
    x:         ∂L/∂x, of the batch, (N, features).
    weight:    ∂L/∂γ, (features,).
    bias:      ∂L/∂β, (features,).
    """

    x_hat: Floats
    variance: Floats
    mean: Floats
    x: Floats
    weight: Floats
    bias: Floats


def batch_norm(x: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Floats:
    """Normalise each feature over the batch, then scale and shift it.

        μ = 1/N Σ x        σ² = 1/N Σ (x - μ)²        x̂ = (x - μ) / √(σ² + eps)        y = γ x̂ + β

    Args:    x: a batch. weight: γ. bias: β. eps: added to the variance.
    Shape:   x (N, features), weight and bias (features,) or one number -> (N, features).
    Raises:  TypeError: something is no number. ValueError: shapes that do not fit, fewer than two examples, eps negative.
    Example:
        >>> batch_norm([[2.0], [6.0]], weight=[3.0], bias=[1.0], eps=0.0)
        array([[-2.],
               [ 4.]])

    Source:  Ioffe, Szegedy, Batch Normalization (2015), algorithm 1.
    """
    batch = read_batch(x, "batch_norm")
    γ, β = (read_features(given, batch, f"batch_norm: {name}") for given, name in ((weight, "weight"), (bias, "bias")))
    centred, σ = deviations(batch, not_negative(eps, "batch_norm: eps"))
    return γ * (centred / σ) + β


def batch_norm_backward(x: Any, weight: Any, g: Any, eps: float = 1e-5) -> BatchNormGradients:
    """The way back through batch normalisation, one line for each formula.

        ∂L/∂x̂ = g γ
        ∂L/∂σ² = Σ ∂L/∂x̂ (x - μ) · -½ (σ² + eps)^(-3/2)
        ∂L/∂μ = Σ ∂L/∂x̂ · -1/√(σ² + eps)  +  ∂L/∂σ² · 1/N Σ -2 (x - μ)
        ∂L/∂x = ∂L/∂x̂ / √(σ² + eps)  +  ∂L/∂σ² · 2 (x - μ)/N  +  ∂L/∂μ / N
        ∂L/∂γ = Σ g x̂
        ∂L/∂β = Σ g

    The sums go over the batch. ∂L/∂x sums to 0 over it: to add the same number to every x moves no y.

    Args:    x: the batch. weight: γ. g: ∂L/∂y. eps: added to the variance.
    Shape:   x and g (N, features), weight (features,) or one number.
    Raises:  TypeError: something is no number. ValueError: shapes that do not fit, fewer than two examples, eps negative.
    Example:
        >>> found = batch_norm_backward([[1.0], [3.0]], weight=2.0, g=[[1.0], [0.0]], eps=0.0)
        >>> found.variance, found.mean, found.x[:, 0], found.weight, found.bias
        (array([1.]), array([-2.]), array([0., 0.]), array([-1.]), array([1.]))

    Source:  Ioffe, Szegedy, Batch Normalization (2015), section 3.
    """
    batch = read_batch(x, "batch_norm_backward")
    γ = read_features(weight, batch, "batch_norm_backward: weight")
    adjoint = numbers(g, "batch_norm_backward: g")
    if adjoint.shape != batch.shape:
        raise ValueError(f"batch_norm_backward: g has shape {adjoint.shape} and x {batch.shape}. Give one adjoint for every output.")
    n = float(len(batch))
    centred, σ = deviations(batch, not_negative(eps, "batch_norm_backward: eps"))
    of_x_hat = adjoint * γ
    of_variance = np.sum(of_x_hat * centred, axis=0) * -0.5 / σ**3
    of_mean = np.sum(of_x_hat * (-1.0 / σ), axis=0) + of_variance * np.sum(-2.0 * centred, axis=0) / n
    of_x = of_x_hat / σ + of_variance * 2.0 * centred / n + of_mean / n
    of_weight = np.sum(adjoint * (centred / σ), axis=0)
    of_bias = np.sum(adjoint, axis=0)
    return BatchNormGradients(of_x_hat, of_variance, of_mean, of_x, of_weight, of_bias)


def deviations(batch: Floats, eps: float) -> tuple[Floats, Floats]:
    """x - μ and √(σ² + eps)."""
    centred = batch - batch.mean(axis=0)
    return centred, np.sqrt(np.mean(centred**2, axis=0) + eps)


def read_batch(x: Any, name: str) -> Floats:
    """A batch of two examples or more."""
    batch = numbers(x, f"{name}: x")
    if batch.ndim != 2 or len(batch) < 2:
        raise ValueError(f"{name}: x has shape {batch.shape}. Give a batch, (N, features), of two examples or more: "
                         "one alone has no variance to divide by.")
    return batch


def read_features(given: Any, batch: Floats, name: str) -> Floats:
    """One number for each feature."""
    found = numbers(given, name)
    if found.shape not in ((), batch.shape[1:]):
        raise ValueError(f"{name} has shape {found.shape}, but x has {batch.shape[1]} features. Give one number for each.")
    return found
