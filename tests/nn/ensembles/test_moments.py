"""V/k + (k - 1) C/k: by hand, as an identity on given errors, and as an estimate for errors to come."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import trace
from nn.ensembles import Ensemble, bagging, ensemble_mse, error_moments


def test_the_decks_example() -> None:
    assert ensemble_mse(1.0, 0.5, k=4) == 0.625


def test_members_that_err_alike_gain_nothing_and_independent_ones_all_there_is() -> None:
    assert ensemble_mse(2.0, 2.0, k=7) == pytest.approx(2.0, rel=1e-15)
    assert ensemble_mse(2.0, 0.0, k=8) == 0.25
    assert ensemble_mse(3.0, -3.0, k=2) == 0.0


ERRORS = [[1, 0, -2, 4], [3, 1, 0, -1], [0, 5, 2, 2]]


def test_on_the_same_errors_it_is_an_identity() -> None:
    """In exact fractions: no luck, no rounding."""
    k, n = len(ERRORS), len(ERRORS[0])
    V = Fraction(sum(e * e for row in ERRORS for e in row), k * n)
    C = Fraction(sum(a[t] * b[t] for a, b in permutations(ERRORS, 2) for t in range(n)), k * (k - 1) * n)
    measured = Fraction(sum(sum(column) ** 2 for column in zip(*ERRORS, strict=True)), k * k * n)
    assert measured == V / k + (k - 1) * C / k
    found = error_moments(ERRORS)
    assert found == pytest.approx((float(V), float(C), float(measured)), rel=1e-15)
    assert ensemble_mse(found.variance, found.covariance, k) == pytest.approx(float(measured), rel=1e-15)


@pytest.mark.parametrize(("V", "C", "k"), [(1.0, 0.5, 4), (1.0, 0.0, 10), (2.0, 1.9, 5), (1.0, -0.2, 4)])
def test_errors_drawn_with_that_variance_and_covariance_have_that_mse(V: float, C: float, k: int) -> None:
    """An estimate: from 20,000 draws it is within 5 %; the standard error is √2/√20000 = 1 %."""
    covariance = np.full((k, k), C) + (V - C) * np.eye(k)
    errors = np.random.default_rng(k).multivariate_normal(np.zeros(k), covariance, 20_000)
    measured = float((errors.mean(axis=1) ** 2).mean())
    assert measured == pytest.approx(ensemble_mse(V, C, k), rel=0.05)


def features(x: Any) -> Any:
    """1, x, x², … x⁵."""
    return np.power.outer(np.asarray(x)[:, 0], np.arange(6))


class Curve:
    """A polynomial of degree 5."""

    def fit(self, X: Any, y: Any) -> None:
        self.c = np.linalg.lstsq(features(X), y, rcond=None)[0]

    def __call__(self, X: Any) -> Any:
        return features(X) @ self.c


def data(n: int, seed: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1.0, 1.0, (n, 1))
    return X, np.sin(3.0 * X[:, 0]) + rng.normal(0.0, 0.3, n)


def halves_agree(ensemble: Any, X: Any, y: Any) -> None:
    """V and C measured on one half of unseen data foretell the error of the ensemble on the other half within 5 %.

    A mean of 50,000 squares has a standard error of about √2/√50000 = 0.6 %.
    """
    errors = ensemble.outputs(X).reshape(len(ensemble.members), -1) - y
    k, half = len(errors), len(y) // 2
    seen, unseen = error_moments(errors[:, :half]), error_moments(errors[:, half:])
    assert ensemble_mse(seen.variance, seen.covariance, k) == pytest.approx(seen.measured, rel=1e-12)
    assert ensemble_mse(seen.variance, seen.covariance, k) == pytest.approx(unseen.measured, rel=0.05)
    assert unseen.measured < unseen.variance


def test_bagged_polynomials_err_as_the_formula_foretells() -> None:
    X, y = data(40, seed=0)
    halves_agree(bagging(lambda rng: Curve(), Curve.fit, X, y, k=8, rng=0), *data(100_000, seed=1))


def test_bagged_nets_err_as_the_formula_foretells() -> None:
    X, y = data(40, seed=2)

    def train(net: Any, X: Any, y: Any) -> None:
        adam = optim.Adam(net.parameters(), lr=0.02)
        nn.fit(net, X, y.reshape(-1, 1), loss=nn.MSELoss(), optimizer=adam, epochs=100, batch_size=10, rng=0)

    nets = bagging(lambda rng: nn.MLP(1, [10, 1], rng=rng), train, X, y, k=4, rng=0).members
    halves_agree(Ensemble([trace(net, [0.0]) for net in nets]), *data(100_000, seed=3))


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda: ensemble_mse(-1.0, 0.0, 2), ValueError, r"ensemble_mse: variance is -1\.0"),
        (lambda: ensemble_mse(1.0, math.nan, 2), ValueError, "ensemble_mse: covariance is nan"),
        (lambda: ensemble_mse(1.0, 0.5, 0), ValueError, "ensemble_mse: k is 0"),
        (lambda: ensemble_mse(1.0, 2.0, 2), ValueError, r"2 errors of variance 1\.0 cannot all have the covariance 2\.0"),
        (lambda: ensemble_mse(1.0, -0.9, 4), ValueError, r"4 errors of variance 1\.0 cannot all have the covariance -0\.9"),
        (lambda: error_moments([1.0, 2.0]), ValueError, r"errors has shape \(2,\)\. Give \(k, N\)"),
        (lambda: error_moments([[1.0, 2.0]]), ValueError, r"errors has shape \(1, 2\)"),
        (lambda: error_moments([["a"], ["b"]]), TypeError, "error_moments: errors"),
    ],
    ids=["V", "C", "k", "C above V", "C too far below 0", "one axis", "one member", "letters"],
)
def test_what_cannot_be_is_refused(act: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        act()
