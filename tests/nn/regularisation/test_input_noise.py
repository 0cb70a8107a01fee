"""Noise on the inputs, against every corner of a cube, against mpmath, and against samples."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import mpmath as mp
import numpy as np
import pytest

import autograd
import nn
from nn.regularisation import L2, input_noise

W, X, T, SIGMA = [1.0, 2.0], [0.5, -1.0], 1.0, 0.3


def test_the_decks_example() -> None:
    found = input_noise(W, X, T, SIGMA)
    assert found.clean == 6.25
    assert found.penalty == pytest.approx(0.45, rel=1e-15)
    assert found.penalised == pytest.approx(6.70, rel=1e-15)
    assert found.expected == pytest.approx(6.70, rel=1e-13)


def test_the_mean_over_all_corners_is_exact_for_a_linear_output() -> None:
    """Noise of +σ or -σ has the same mean and variance, and there are 2ⁿ cases of it, so the mean can be counted."""
    w, x, σ = [0.5, -1.5, 2.0], [1.0, 0.25, -0.75], [0.1, 0.4, 0.3]
    errors = []
    for signs in product((-1.0, 1.0), repeat=3):
        y = sum(wi * (xi + s * si) for wi, xi, s, si in zip(w, x, signs, σ, strict=True)) + 0.2
        errors.append((y - T) ** 2)
    found = input_noise(w, x, T, σ, bias=0.2)
    assert found.penalised == pytest.approx(math.fsum(errors) / 8, rel=1e-14)
    assert found.expected == pytest.approx(math.fsum(errors) / 8, rel=1e-13)


def test_samples_agree() -> None:
    n = 200_000
    y = (np.array(X) + np.random.default_rng(0).normal(0.0, SIGMA, (n, 2))) @ W
    errors = (y - T) ** 2
    assert abs(errors.mean() - input_noise(W, X, T, SIGMA).expected) <= 6.0 * errors.std() / math.sqrt(n)  # six standard errors


def sigmoid_mp(z: mp.mpf) -> mp.mpf:
    return 1 / (1 + mp.e ** (-z))


def test_for_a_sigmoid_output_the_mean_is_another_than_the_penalised_error() -> None:
    w, x, t, σ = [1.0, 2.0], [0.5, 0.25], 1.0, 0.3
    z, s = mp.mpf(1.0), mp.sqrt(5) * mp.mpf(σ)
    exact = mp.quad(lambda u: (sigmoid_mp(z + s * u) - t) ** 2 * mp.npdf(u), [-12, -4, 0, 4, 12])
    found = input_noise(w, x, t, σ, output=autograd.sigmoid)
    assert found.expected == pytest.approx(float(exact), rel=1e-12)
    assert found.penalised > 5.0 * found.expected


@pytest.mark.parametrize("noise", [0.1, 0.01, 0.001])
def test_a_bent_output_is_left_with_a_term_of_its_curvature(noise: float) -> None:
    """To second order E = clean + s² (f'² + (f - t) f''), s² = Σ w_i² σ_i²: f'' is what L2 lacks."""
    w, x, t = [1.0, 2.0], [0.5, 0.25], 1.0
    y = 1.0 / (1.0 + math.exp(-1.0))
    slope = y * (1.0 - y)
    curved = slope**2 + (y - t) * slope * (1.0 - 2.0 * y)
    found = input_noise(w, x, t, noise, output=autograd.sigmoid)
    assert (found.expected - found.clean) / found.penalty == pytest.approx(curved, abs=noise**2 + 1e-9)
    assert abs(curved - slope**2) > 0.02


def test_the_penalty_is_l2_of_twice_the_variance() -> None:
    assert input_noise(W, X, T, SIGMA).penalty == pytest.approx(L2(2.0 * SIGMA**2)(nn.Parameter(W)).item(), rel=1e-15)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((W, [1.0], T, SIGMA), ValueError, r"weights has shape \(2,\), x \(1,\) and sigma \(\)"),
        ((W, X, T, [0.1, 0.2, 0.3]), ValueError, r"sigma \(3,\)\. Give \(n,\), \(n,\), and a number or \(n,\)"),
        ((W, X, T, -0.1), ValueError, r"sigma holds -0\.1"),
        ((W, X, "1", SIGMA), TypeError, "input_noise: target is '1'"),
        ((["a", "b"], X, T, SIGMA), TypeError, "input_noise: weights"),
        (([1.0, math.nan], X, T, SIGMA), ValueError, "input_noise: weights holds inf or nan"),
    ],
    ids=["x too short", "sigma too long", "a negative sigma", "a target in words", "weights in words", "nan"],
)
def test_what_does_not_fit_is_refused(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        input_noise(*arguments)
