"""Noise on gradients, less of it with every step: to shake a deep net out of where it is stuck."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from autograd.rng import generator, is_integer
from nn._settings import not_negative
from nn.regularisation.penalties import listed
from nn.utils.clip_grad import with_gradients, write


def add_gradient_noise_(
    parameters: Any, t: int, eta: float = 0.01, gamma: float = 0.55, *, rng: int | random.Random | None = None
) -> float:
    """Add Gaussian noise to every gradient, between backward() and the optimiser's step.

        g ← g + N(0, σ_t²),      σ_t² = η / (1 + t)^γ

    Args:    parameters: Parameters or Values; those without gradient are passed over. t: the number of the step, from 0 on.
             eta: η, the variance at t = 0, in units of g². The paper tries 0.01, 0.3 and 1. gamma: γ, how fast it falls.
             rng: an int seed, a random.Random, or None for the default generator.
    Returns: σ_t.
    Raises:  TypeError: a module, or something that is no parameter; a setting of the wrong type. ValueError: t, eta or gamma
             below 0. No gradient has changed then.
    Differs: not in PyTorch.
    Example:
        >>> import nn
        >>> w = nn.Parameter([0.0, 0.0]); w.grad = [1.0, 2.0]
        >>> [round(add_gradient_noise_([w], t, eta=0.25), 4) for t in (0, 1, 99)]
        [0.5, 0.4132, 0.1409]

    Source:  Neelakantan, Vilnis, Le, Sutskever, Kaiser, Kurach, Martens, Adding Gradient Noise Improves Learning for Very
             Deep Networks (2015), equation 1.
    """
    found, source = with_gradients(parameters, "add_gradient_noise_"), generator(rng)
    σ = noise_scale(t, eta, gamma)
    for p, g in found:
        write(p, g + np.reshape([source.gauss(0.0, σ) for _ in range(g.size)], g.shape))
    return σ


def noise_scale(t: int, eta: float, gamma: float) -> float:
    """σ_t = √(η / (1 + t)^γ)."""
    if not is_integer(t):
        raise TypeError(f"add_gradient_noise_: t is {t!r} ({type(t).__name__}). Give the number of the step, from 0 on.")
    η, γ = not_negative(eta, "add_gradient_noise_: eta"), not_negative(gamma, "add_gradient_noise_: gamma")
    return float((η / (1.0 + not_negative(t, "add_gradient_noise_: t")) ** γ) ** 0.5)


class GradientNoise:
    """`add_gradient_noise_` as a callback of `nn.fit`: it counts the steps itself.

    Args:    parameters: as add_gradient_noise_. eta: η. gamma: γ. rng: an int seed, a random.Random, or None.
    Raises:  TypeError, ValueError: as add_gradient_noise_.
    Example:
        >>> import nn
        >>> w = nn.Parameter([0.0]); noise = GradientNoise([w], eta=0.25, rng=0)
        >>> noise.sigma, noise.before_step(), round(noise.sigma, 4)
        (0.5, None, 0.4132)

    Source:  as add_gradient_noise_.
    """

    def __init__(self, parameters: Any, eta: float = 0.01, gamma: float = 0.55, *, rng: int | random.Random | None = None) -> None:
        self.parameters = listed(parameters, "GradientNoise")
        self.t, self.eta, self.gamma = 0, eta, gamma
        self.rng = None if rng is None else generator(rng)
        noise_scale(0, eta, gamma)

    @property
    def sigma(self) -> float:
        """σ_t of the step to come."""
        return noise_scale(self.t, self.eta, self.gamma)

    def before_step(self) -> None:
        """Add the noise of this step."""
        add_gradient_noise_(self.parameters, self.t, self.eta, self.gamma, rng=self.rng)
        self.t += 1
