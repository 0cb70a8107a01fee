"""Mixed examples, and several changes one after the other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nn
import optim
from nn.data.augmentation import Brightness, Compose, GaussianNoise, Mixup


def test_examples_and_targets_are_mixed_in_the_same_proportion() -> None:
    """Example i is the number 10^i in both, so that what was mixed can be read off."""
    X = 10.0 ** np.arange(6).reshape(-1, 1)
    mixed_X, mixed_y = Mixup(1.0, rng=0)(X, X[:, 0].copy())
    assert mixed_X[:, 0].tolist() == mixed_y.tolist()
    for i, x in enumerate(mixed_y):
        assert any(min(X[i, 0], other) - 1e-9 <= x <= max(X[i, 0], other) + 1e-9 for other in X[:, 0])
    assert mixed_y.tolist() != X[:, 0].tolist()


def test_targets_of_classes_are_convex_combinations_of_two() -> None:
    y = np.arange(4).repeat(25)
    targets = Mixup(0.5, num_classes=4, rng=0)(np.zeros((100, 1)), y)[1]
    assert targets.shape == (100, 4)
    assert (targets >= 0.0).all()
    assert targets.sum(axis=1) == pytest.approx(np.ones(100), rel=1e-15)
    assert ((targets > 0.0).sum(axis=1) <= 2).all()
    assert (targets[np.arange(100), y] > 0.0).all()


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_λ_has_the_moments_of_a_beta_distribution(alpha: float) -> None:
    """Mean 1/2 and variance 1/(4(2α + 1)). Half of the examples are 1 and half 0, so half of the pairs show their λ."""
    n = 40_000
    X = np.repeat([1.0, 0.0], n // 2).reshape(-1, 1)
    found = Mixup(alpha, rng=0)(X, X[:, 0])[0][: n // 2, 0]
    λ = found[found < 1.0]
    variance = 1.0 / (4.0 * (2.0 * alpha + 1.0))
    assert abs(λ.mean() - 0.5) <= 6.0 * math.sqrt(variance / len(λ))
    assert λ.var() == pytest.approx(variance, rel=0.05)


def test_fit_takes_mixed_targets() -> None:
    X, y = np.array([[0.0], [1.0]] * 8), np.eye(2)[[0, 1] * 8]
    model = nn.Linear(1, 2, rng=0)
    history = nn.fit(model, X, y, loss=nn.CrossEntropyLoss(), optimizer=optim.SGD(model.parameters(), lr=0.5), epochs=50, batch_size=16,
                     augment=Mixup(0.2, rng=0), rng=0)
    assert history.loss[-1] < history.loss[0]


def test_compose_applies_all_in_order() -> None:
    doubled, noisy = Brightness((2.0, 2.0)), GaussianNoise(0.1, rng=3)
    X, y = np.ones((4, 2)), np.arange(4)
    found = Compose([doubled, noisy])(X, y)
    assert found[0].tolist() == GaussianNoise(0.1, rng=3)(2.0 * X, y)[0].tolist()
    assert found[1].tolist() == y.tolist()
    assert repr(Compose([doubled])) == "Compose([Brightness(factor=(2.0, 2.0))])"


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda: Mixup(0.0), ValueError, r"Mixup: alpha is 0\.0; Beta\(α, α\) needs an α above 0"),
        (lambda: Mixup("a"), TypeError, "Mixup: alpha is 'a'"),
        (lambda: Mixup(0.2, num_classes=0), ValueError, "Mixup: num_classes is 0"),
        (lambda: Mixup(0.2)([[1.0]], [3]), ValueError, r"Mixup: y holds integers .* Give num_classes, or targets of floats"),
        (lambda: Mixup(0.2, num_classes=3)([[1.0]], [3]), ValueError, "With num_classes give class numbers from 0 to 2"),
        (lambda: Mixup(0.2, num_classes=3)([[1.0]], [0.5]), ValueError, "y has dtype float64"),
        (lambda: Compose([GaussianNoise]), TypeError, r"Compose: item 0 is <class.* Give objects, such as GaussianNoise\(0\.1\)"),
    ],
    ids=["alpha 0", "alpha in words", "no classes", "class numbers", "no such class", "half a class", "a class of Python"],
)
def test_what_cannot_be_meant_is_refused(act: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        act()
