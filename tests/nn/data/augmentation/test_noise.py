"""How much examples change: means, variances, and shifts that can be counted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from nn.data.augmentation import Brightness, GaussianNoise, Jitter


def test_gaussian_noise_has_mean_0_and_variance_σ2() -> None:
    n, σ = 40_000, 0.3
    X, y = GaussianNoise(σ, rng=0)(np.full((n, 2), 5.0), np.arange(n))
    noise = X - 5.0
    assert abs(noise.mean()) <= 6.0 * σ / math.sqrt(2 * n)  # six standard errors
    assert abs(noise.std() - σ) <= 6.0 * σ / math.sqrt(4 * n)
    assert abs((noise[:, 0] * noise[:, 1]).mean()) <= 6.0 * σ**2 / math.sqrt(n)
    assert y.tolist() == list(range(n))


def test_jitter_of_points_is_uniform() -> None:
    n = 40_000
    moved = Jitter(0.5, rng=0)(np.zeros((n, 2)), np.zeros(n))[0]
    assert np.abs(moved).max() <= 0.5
    assert abs(moved.mean()) <= 6.0 * 0.5 / math.sqrt(3 * 2 * n)
    assert moved.var() == pytest.approx(0.5**2 / 3, rel=0.05)


def test_jitter_of_images_moves_by_whole_pixels_in_every_direction_alike() -> None:
    image = np.arange(1.0, 13.0).reshape(3, 4)
    padded = np.pad(image, 1)
    shifts = {(i, j): padded[i : i + 3, j : j + 4].tolist() for i in range(3) for j in range(3)}
    n = 900
    found = Jitter(1, shape=(3, 4), rng=0)(np.tile(image.ravel(), (n, 1)), np.zeros(n))[0].reshape(n, 3, 4).tolist()
    assert all(x in shifts.values() for x in found)
    for shifted in shifts.values():
        assert abs(found.count(shifted) - n / 9) <= 6.0 * math.sqrt(n * (1 / 9) * (8 / 9))


def test_brightness_multiplies_each_example_as_a_whole() -> None:
    n = 20_000
    X = np.tile([1.0, 2.0, -3.0], (n, 1))
    bright = Brightness(0.4, rng=0)(X, np.zeros(n))[0]
    factors = bright[:, 0]
    assert bright == pytest.approx(factors[:, np.newaxis] * X, rel=1e-15)
    assert 0.6 <= factors.min() < factors.max() <= 1.4
    assert abs(factors.mean() - 1.0) <= 6.0 * 0.4 / math.sqrt(3 * n)
    assert Brightness((0.5, 0.5))(X.reshape(n, 3, 1), X[:, 0])[0] == pytest.approx(0.5 * X.reshape(n, 3, 1))


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda: GaussianNoise(-0.1), ValueError, r"GaussianNoise: sigma is -0\.1"),
        (lambda: GaussianNoise(0.1, rng="a"), TypeError, "rng: 'a'"),
        (lambda: GaussianNoise(0.1)([1.0, 2.0], [0, 1]), ValueError, r"GaussianNoise: X has shape \(2,\) and y \(2,\)\. Give a mini-batch"),
        (lambda: GaussianNoise(0.1)([[1.0], [2.0]], [0]), ValueError, r"X has shape \(2, 1\) and y \(1,\)"),
        (lambda: GaussianNoise(0.1)([["a"]], [0]), TypeError, "GaussianNoise: X: 'a'"),
        (lambda: Jitter("far"), TypeError, "Jitter: size is 'far'"),
        (lambda: Jitter(1, shape=8), TypeError, r"Jitter: shape is 8 \(int\)\. Give a pair \(height, width\)"),
        (lambda: Jitter(1, shape=(8, 0)), ValueError, "Jitter: shape is 0"),
        (lambda: Jitter(1, shape=(2, 3))([[1.0] * 5], [0]), ValueError, r"shape \(1, 5\), but an image has 2 × 3 pixels here"),
        (lambda: Brightness(1.5), ValueError, r"Brightness: factor is 1\.5, which goes below 0"),
        (lambda: Brightness((1.5, 1.0)), ValueError, r"Brightness: factor is \(1\.5, 1\.0\)\. Give a number, 0 or more, or a pair"),
    ],
    ids=["sigma", "rng", "one axis", "too few targets", "letters", "size", "no shape", "empty shape", "pixels", "black", "pair"],
)
def test_what_cannot_be_meant_is_refused(act: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        act()
