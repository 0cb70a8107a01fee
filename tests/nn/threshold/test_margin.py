"""The widest margin, and the perceptron convergence theorem: no run makes more updates than it allows."""

import math
import random
import sys
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn import MaxMargin, Perceptron, max_margin

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]


def labelled(seed, n, features, size=1.0):
    """Random examples, and their classes by a random hyperplane: separable, often narrowly."""
    source = random.Random(seed)
    plane = [source.gauss(0.0, 1.0) for _ in range(features + 1)]
    X = [[size * source.uniform(-1.0, 1.0) for _ in range(features)] for _ in range(n)]
    return X, [int(plane[0] * size + math.fsum(w * xi for w, xi in zip(plane[1:], x, strict=True)) >= 0.0) for x in X]


def by_enumeration(X, y):
    """The widest margin from its definition: the shortest w with ±w·x ≥ 1 lies on as many of these walls as decide it."""
    G = [(2 * t - 1) * np.array([1.0, *x]) for x, t in zip(X, y, strict=True)]
    found = []
    for size in range(1, len(G[0]) + 1):
        for chosen in combinations(G, size):
            w = np.linalg.pinv(np.array(chosen)) @ np.ones(size)
            if min(np.array(G) @ w) >= 1.0 - 1e-9:
                found.append(np.linalg.norm(w))
    return 1.0 / min(found) if found else None


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_separable_boolean_functions_are_4_14_and_104(n):
    """Their number is known: OEIS A000609."""
    X = list(product((0, 1), repeat=n))
    margins = [max_margin(X, y) for y in product((0, 1), repeat=2**n)]
    assert sum(found is not None for found in margins) == {1: 4, 2: 14, 3: 104}[n]


@given(seed=st.integers(0, 2**32), n=st.integers(1, 7), features=st.integers(1, 2))
@settings(max_examples=80, deadline=None)
def test_no_other_hyperplane_has_a_wider_margin(seed, n, features):
    X, y = labelled(seed, n, features)
    found, widest = max_margin(X, y), by_enumeration(X, y)
    assert found.margin == pytest.approx(widest, rel=1e-6)
    assert found.radius == pytest.approx(max(math.hypot(1.0, *x) for x in X), rel=1e-15)
    assert math.hypot(*found.weights) == pytest.approx(1.0, rel=1e-14)
    distances = [(2 * t - 1) * (found.weights[0] + np.dot(found.weights[1:], x)) for x, t in zip(X, y, strict=True)]
    assert min(distances) == pytest.approx(found.margin, rel=1e-9)


@pytest.mark.parametrize(
    ("X", "y", "margin", "bound"),
    [
        ([[0], [2]], [0, 1], math.sqrt(0.5), 10),
        ([[0], [1]], [0, 1], 1 / math.sqrt(5), 10),
        ([[3, 4]], [1], math.sqrt(26), 1),
        ([[0]], [0], 1.0, 1),
    ],
    ids=["two apart", "one apart", "one example of class 1", "one example of class 0"],
)
def test_margins_and_bounds_by_hand(X, y, margin, bound):
    found = max_margin(X, y)
    assert found.margin == pytest.approx(margin, rel=1e-12)
    assert found.bound() == bound


@given(seed=st.integers(0, 2**32), n=st.integers(1, 20), features=st.integers(1, 4), size=st.sampled_from([0.01, 1.0, 100.0]))
@settings(max_examples=200, deadline=None)
def test_from_zero_a_perceptron_makes_at_most_r_over_gamma_squared_updates(seed, n, features, size):
    X, y = labelled(seed, n, features, size)
    found = max_margin(X, y)
    if found is None or found.bound() > 20_000:
        return
    assert found.bound() == math.floor((found.radius / found.margin) ** 2 * (1.0 + 1e-9))
    report = Perceptron(features, weights=[0.0] * (features + 1), rng=seed).fit(X, y, max_updates=100_000, bound=True)
    assert report
    assert report.updates <= report.bound == found.bound()


@given(seed=st.integers(0, 2**32), n=st.integers(1, 20), features=st.integers(1, 3), far=st.sampled_from([0.1, 1.0, 30.0]))
@settings(max_examples=200, deadline=None)
def test_from_elsewhere_it_makes_at_most_the_updates_of_the_bound_with_that_start(seed, n, features, far):
    X, y = labelled(seed, n, features)
    source = random.Random(seed + 1)
    start = [source.gauss(0.0, far) for _ in range(features + 1)]
    found = max_margin(X, y)
    if found is None or found.bound(start) > 20_000:
        return
    report = Perceptron(features, weights=start, rng=seed).fit(X, y, max_updates=100_000, bound=True)
    assert report
    assert report.updates <= report.bound == found.bound(start)


@given(seed=st.integers(0, 2**32), along=st.floats(-50.0, 50.0), across=st.floats(-50.0, 50.0))
@settings(max_examples=200, deadline=None)
def test_the_bound_is_the_last_number_of_updates_that_meets_both_inequalities(seed, along, across):
    X, y = labelled(seed, 6, 1)
    found = max_margin(X, y)
    if found is None or found.margin < 0.01:
        return
    u, v = found.weights
    start = [along * u - across * v, along * v + across * u]

    def left(k):
        return math.hypot(*start, math.sqrt(k) * found.radius) - (along + k * found.margin)

    k = found.bound(start)
    assert left(k) >= -1e-6 * (1.0 + k)
    assert left(k + 1) < 1e-6


def test_the_bound_for_zero_is_not_true_of_other_starts():
    found = max_margin([[0.0], [2.0]], [0, 1])
    report = Perceptron(1, weights=[-100.0, 0.0], rng=0).fit([[0.0], [2.0]], [0, 1], bound=True)
    assert found.bound() == 10 < report.updates <= report.bound


def test_a_report_says_the_bound_beside_the_updates():
    p = Perceptron(2, weights=[0, 0, 0], rng=0)
    report = p.fit(CORNERS, [0, 0, 0, 1], bound=True)
    assert (report.bound, report.margin) == (51, max_margin(CORNERS, [0, 0, 0, 1]))
    assert str(report) == (f"All examples are right after {report.updates} updates. There can be 51 at most: R = 1.732, γ = 0.2425.")


def test_a_report_on_what_cannot_be_separated_says_so_for_certain():
    report = Perceptron(2, rng=0).fit(CORNERS, [0, 1, 1, 0], max_updates=20, bound=True)
    assert (report.bound, report.margin) == (math.inf, None)
    assert str(report).endswith("No hyperplane separates the two classes, so no number of updates is enough.")


def test_it_reports_no_bound_unless_asked():
    report = Perceptron(2, rng=0).fit(CORNERS, [0, 0, 0, 1])
    assert (report.bound, report.margin) == (None, None)


@pytest.mark.parametrize("size", [1e-150, 1.0, 1e100])
def test_contradictory_examples_have_no_margin_at_any_size(size):
    assert max_margin([[size, 2 * size], [size, 2 * size]], [0, 1]) is None
    assert max_margin([[0.0], [size], [2 * size]], [1, 0, 1]) is None


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: max_margin(np.zeros((0, 2)), []), ValueError, r"there are no examples"),
        (lambda: max_margin([], []), ValueError, r"an input of shape \(0,\)"),
        (lambda: max_margin([[], []], [0, 1]), ValueError, r"an input of shape \(2, 0\)"),
        (lambda: max_margin([[0.0], [1.0]], [0]), ValueError, r"max_margin: 2 examples but 1 targets"),
        (lambda: max_margin([0.0, 1.0], [0, 1]), ValueError, r"max_margin: X is a single example"),
        (lambda: max_margin(1.0, [0]), ValueError, r"max_margin: a single number"),
        (lambda: max_margin([[math.nan]], [0]), ValueError, r"max_margin: example 0 is \[nan\]"),
        (lambda: max_margin([["a"]], [0]), TypeError, r"'a'"),
        (lambda: max_margin([[0.0]], [-1]), ValueError, r"max_margin: target 0 is -1"),
        (lambda: MaxMargin((1.0, 0.0), 1.0, 1.0).bound([0.0]), ValueError, r"start has shape \(1,\). Give 2 weights"),
    ],
)
def test_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_without_scipy_it_names_the_extra_and_a_perceptron_is_left_as_it_was(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    p = Perceptron(1, weights=[-1.0, 0.0])
    with pytest.raises(ImportError, match=r"pip install 'chalkgrad\[demo\]'"):
        p.fit([[1.0]], [1], bound=True)
    assert (p.weights, p.history) == ((-1.0, 0.0), [])
    assert p.fit([[1.0]], [1])
