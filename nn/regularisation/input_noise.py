"""What noise on the inputs does to the squared error of one neuron: for a linear output, exactly what L2 does."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd import values
from nn._settings import finite
from nn.arrays import as_array
from nn.parameter import Floats

NODES = 64
"""Of the quadrature: exact for polynomials up to degree 127."""


class InputNoise(NamedTuple):
    """What `input_noise` found.

    clean:     (f(z) - t)², the error without noise.
    penalty:   Σ w_i² σ_i², what an L2 penalty with λ_i = 2σ_i² costs.
    penalised: clean + penalty.
    expected:  the mean error over the noise. Equal to penalised where f is linear of slope 1, and only there.
    """

    clean: float
    penalty: float
    penalised: float
    expected: float


def input_noise(
    weights: Any, x: Any, target: float, sigma: Any, *, bias: float = 0.0, output: Callable[[Any], Any] = lambda z: z
) -> InputNoise:
    """The squared error of one neuron whose inputs are noisy, beside the error with a penalty on its weights.

        y = f(w·(x + ε) + b),  ε_i ~ N(0, σ_i²)
        E[(y - t)²] = (w·x + b - t)² + Σ w_i² σ_i²      for f(z) = z

    The noise reaches the output as one Gaussian number, z ~ N(w·x + b, Σ w_i² σ_i²), so the mean is an integral over z. It is
    taken by Gauss-Hermite quadrature.

    Args:    weights: w. x: the inputs without noise. target: t. sigma: σ, a number, or one for each input, in units of x.
             bias: b. output: f, of one float, such as `autograd.sigmoid`.
    Shape:   weights and x (n,), sigma () or (n,).
    Raises:  TypeError: something is no number. ValueError: shapes that do not fit, a sigma below 0, inf or nan.
    Differs: lecture decks say that noise on the inputs is L2, for any net. It is for a linear output only; a bent one is left
             with terms of its curvature.
    Example:
        >>> found = input_noise([1.0, 2.0], [0.5, -1.0], target=1.0, sigma=0.3)
        >>> found.clean, round(found.penalty, 12), round(found.expected, 12)
        (6.25, 0.45, 6.7)

    Source:  Bishop, Training with Noise is Equivalent to Tikhonov Regularization (1995), equations 8 to 12.
    """
    w, inputs, given = (vector(a, f"input_noise: {name}") for a, name in ((weights, "weights"), (x, "x"), (sigma, "sigma")))
    if w.ndim != 1 or inputs.shape != w.shape or given.shape not in ((), w.shape):
        raise ValueError(f"input_noise: weights has shape {w.shape}, x {inputs.shape} and sigma {given.shape}. "
                         "Give (n,), (n,), and a number or (n,).")
    if (given < 0.0).any():
        raise ValueError(f"input_noise: sigma holds {given.min()}. A standard deviation is 0 or more.")
    t, z = finite(target, "input_noise: target"), float(w @ inputs) + finite(bias, "input_noise: bias")
    penalty = float(((w * given) ** 2).sum())
    nodes, shares = np.polynomial.hermite_e.hermegauss(NODES)
    errors = [(output(z + math.sqrt(penalty) * u) - t) ** 2 for u in nodes.tolist()]
    clean = float((output(z) - t) ** 2)
    return InputNoise(clean, penalty, clean + penalty, float(np.dot(shares / shares.sum(), errors)))


def vector(x: Any, name: str) -> Floats:
    """Finite numbers."""
    found = np.asarray(values(as_array(x, name)), dtype=np.float64)
    if not np.isfinite(found).all():
        raise ValueError(f"{name} holds inf or nan. Give finite numbers.")
    return found
