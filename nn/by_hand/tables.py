"""Activations and losses with their slopes, written out by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

import autograd
from nn.parameter import Floats


class Curve(NamedTuple):
    """An activation: f(z), and its slope f'(z)."""

    f: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


class Loss(NamedTuple):
    """A loss: E(a, t), one number for all outputs a and targets t, and ∂E/∂a."""

    E: Callable[[Floats, Floats], float]
    slope: Callable[[Floats, Floats], Floats]


σ: Callable[[Any], Floats] = np.vectorize(autograd.sigmoid, otypes=[float])
tanh: Callable[[Any], Floats] = np.vectorize(autograd.tanh, otypes=[float])
ln: Callable[[Any], Floats] = np.vectorize(autograd.log, otypes=[float])
ln1p: Callable[[Any], Floats] = np.vectorize(autograd.log1p, otypes=[float])


def folded(terms: Any) -> Any:
    """((t₀ + t₁) + t₂) + …: the order in which the graph adds. `np.sum` adds in blocks, and so has other bits."""
    return reduce(np.add, terms)


# σ(z) σ(-z) is a (1 - a), and 4 σ(2z) σ(-2z) is 1 - a²: forms that keep their digits where a has rounded to 1.
ACTIVATIONS = {
    "identity": Curve(lambda z: z, np.ones_like),
    "sigmoid": Curve(σ, lambda z: σ(z) * σ(-z)),
    "tanh": Curve(tanh, lambda z: 4.0 * σ(2.0 * z) * σ(-2.0 * z)),
    "relu": Curve(lambda z: np.where(z <= 0.0, 0.0, z), lambda z: np.where(z <= 0.0, 0.0, 1.0)),
}
"""By name: f and f'."""

LOSSES = {
    "half_sse": Loss(
        lambda a, t: 0.5 * float(folded(np.square(a - t).ravel())),
        lambda a, t: a - t,
    ),
    "mse": Loss(
        lambda a, t: float(folded(np.square(a - t).ravel())) / a.size,
        lambda a, t: (1.0 / a.size) * (2.0 * (a - t)),
    ),
    "bce": Loss(
        lambda a, t: float(folded(((t - 1.0) * ln1p(-a) - t * ln(a)).ravel())) / a.size,
        lambda a, t: ((1.0 - t) / a.size) / (1.0 - a) - (t / a.size) / a,
    ),
}
"""By name: E and ∂E/∂a. ½ Σ (a - t)², the mean of (a - t)², and the mean of -t ln a - (1 - t) ln(1 - a)."""
