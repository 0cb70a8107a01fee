"""Sets of two classes in the plane: scikit-learn's geometry, the Playground's, and noise of the size that was asked for."""

import math

import numpy as np
import pytest
from sklearn import datasets

from autograd import manual_seed
from nn import data
from tests.support import EPS

NAMES = ["circles", "moons", "spiral", "xor"]
SIZES = [1, 2, 7, 50]


def in_order(X, y):
    """The points of each class, from left to right, without the last bits of their coordinates."""
    return [sorted(map(tuple, X[y == k].round(12) + 0.0)) for k in (0, 1)]


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize(("name", "settings"), [("moons", {}), ("circles", {"factor": 0.3}), ("circles", {"factor": 0.8})], ids=str)
def test_without_noise_they_are_scikit_learns(name, settings, n):
    X, y = getattr(data, name)(n, noise=0.0, rng=0, **settings)
    expected = getattr(datasets, f"make_{name}")(n, shuffle=False, **settings)
    for ours, theirs in zip(in_order(X, y), in_order(*expected), strict=True):
        assert np.allclose(ours, theirs, rtol=0.0, atol=4 * EPS)


@pytest.mark.parametrize("n", SIZES)
def test_the_four_squares_of_xor(n):
    X, y = data.xor(n, noise=0.0, rng=0)
    assert ((np.sign(X[:, 0]) != np.sign(X[:, 1])) == y).all()
    assert (abs(X) >= 0.1).all()
    assert (abs(X) <= 1.0).all()
    quadrants = [np.sum((np.sign(X) == signs).all(axis=1)) for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
    assert sum(quadrants) == n
    assert max(quadrants) - min(quadrants) <= 1


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("turns", [0.0, 1.0, 1.75])
def test_the_arms_of_the_spiral(n, turns):
    X, y = data.spiral(n, noise=0.0, turns=turns, rng=0)
    for k, m in ((0, n // 2), (1, n - n // 2)):
        points = X[y == k][np.argsort(np.hypot(*X[y == k].T))]
        rows = [(r * math.sin(t + k * math.pi), r * math.cos(t + k * math.pi))
                for r in (i / m for i in range(1, m + 1)) for t in (2.0 * math.pi * turns * r,)]
        assert np.allclose(points, np.reshape(rows, (-1, 2)), rtol=0.0, atol=8 * EPS)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_shapes_and_balance(name, n):
    X, y = getattr(data, name)(n, rng=0)
    assert X.shape == (n, 2)
    assert X.dtype == np.float64
    assert y.dtype == np.int64
    assert np.bincount(y, minlength=2).tolist() == [n // 2, n - n // 2]


@pytest.mark.parametrize("name", NAMES)
def test_noise_moves_each_coordinate_by_a_gaussian_number_of_that_width(name):
    make = getattr(data, name)
    (still, labels), (X, y) = make(20_000, noise=0.0, rng=1), make(20_000, noise=0.3, rng=1)
    assert (labels == y).all()
    moved = (X - still).ravel()
    # 40,000 draws: five standard errors of the mean, of the standard deviation, of the share within one σ.
    assert abs(moved.mean()) < 5 * 0.3 / 200
    assert abs(moved.std() - 0.3) < 5 * 0.3 / 200 / math.sqrt(2)
    assert abs((abs(moved) < 0.3).mean() - math.erf(math.sqrt(0.5))) < 5 * 0.47 / 200


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_repeats_the_set_and_the_default_generator_does_too(name):
    make = getattr(data, name)
    first, again, other = make(20, rng=3), make(20, rng=3), make(20, rng=4)
    assert (first[0] == again[0]).all()
    assert (first[1] == again[1]).all()
    assert (first[0] != other[0]).any()
    manual_seed(3)
    assert (make(20)[0] == first[0]).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_rows_stand_in_random_order(name):
    _, y = getattr(data, name)(1000, rng=0)
    runs = np.count_nonzero(np.diff(y))
    assert abs(runs - 500) < 5 * math.sqrt(250)


@pytest.mark.parametrize(("name", "args", "kind", "message"), [
    *((name, {"n": 0}, ValueError, f"{name}: n is 0") for name in NAMES),
    *((name, {"n": 10.0}, TypeError, f"{name}: n is 10.0") for name in NAMES),
    *((name, {"n": 10, "noise": -1}, ValueError, f"{name}: noise is -1") for name in NAMES),
    *((name, {"n": 10, "noise": "much"}, TypeError, f"{name}: noise is 'much'") for name in NAMES),
    ("circles", {"n": 10, "factor": 2.0}, ValueError, "circles: factor is 2.0"),
    ("spiral", {"n": 10, "turns": math.inf}, ValueError, "spiral: turns is inf"),
    ("moons", {"n": 10, "rng": "seed"}, TypeError, "rng: 'seed'"),
], ids=str)
def test_bad_settings_are_refused(name, args, kind, message):
    with pytest.raises(kind, match=message):
        getattr(data, name)(**args)
