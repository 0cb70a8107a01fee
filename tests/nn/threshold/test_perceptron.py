"""The perceptron: its rule, and its learning."""

import copy
import math
import pickle
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from nn import Neuron, Perceptron

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]


def separable(seed, n=30, features=3, margin=0.1):
    """Points of a cube on both sides of a random hyperplane, none closer to it than the margin; and that hyperplane."""
    r = random.Random(seed)
    plane = [r.gauss(0.0, 1.0) for _ in range(features + 1)]
    length = math.hypot(*plane[1:])
    X, y = [], []
    while len(X) < n:
        x = [r.uniform(-1.0, 1.0) for _ in range(features)]
        distance = (plane[0] + math.fsum(w * xi for w, xi in zip(plane[1:], x, strict=True))) / length
        if abs(distance) > margin:
            X.append(x)
            y.append(int(distance > 0.0))
    return X, y, [w / length for w in plane]


@pytest.mark.parametrize(
    ("weights", "x", "y"),
    [([-0.5, 1, 1], [0, 0], 0), ([-0.5, 1, 1], [1, 0], 1), ([0, 0, 0], [5, -5], 1), ([-2, 1, 1], [1, 1], 1), ([-2, 1, 1], [1, 0.9], 0)],
)
def test_it_fires_from_zero_on(weights, x, y):
    assert Perceptron(2, weights=weights)(x) == y


def test_near_the_threshold_the_step_jumps_and_the_sigmoid_hardly_moves():
    """Inputs .49 and .51 at threshold .5: 0 and 1; σ(∓.01) = .497500 and .502500."""
    step, soft = Perceptron(1, weights=[-0.5, 1.0]), Neuron(1, "sigmoid")
    soft.load_state_dict({"weight": [1.0], "bias": -0.5})
    assert step([[0.49], [0.51]]).tolist() == [0, 1]
    assert [f"{soft([x]).item():.6f}" for x in (0.49, 0.51)] == ["0.497500", "0.502500"]


@given(w=st.lists(st.floats(-5.0, 5.0), min_size=3, max_size=3), x=st.lists(st.floats(-5.0, 5.0), min_size=2, max_size=2))
def test_the_bias_counts_once_as_a_weight_or_as_a_bias(w, x):
    """x₀ = 1 and w₀ = b; a sum from i = 0 with b added again would count it twice."""
    neuron = Neuron(2, "identity")
    neuron.load_state_dict({"weight": w[1:], "bias": w[0]})
    once = w[0] + w[1] * x[0] + w[2] * x[1]
    assert neuron(x).item() == pytest.approx(once, abs=1e-12)
    assert Perceptron(2, weights=w)(x) == int(once >= 0.0) or abs(once) < 1e-12


def test_a_bias_counted_twice_gives_another_answer():
    w, x = [-0.5, 0.7, 0.2], [1.0, 0.5]
    assert (w[0] + w[1] + 0.1, 2 * w[0] + w[1] + 0.1) == pytest.approx((0.3, -0.2))
    assert Perceptron(2, weights=w)(x) == 1


def test_one_example_gives_an_int_and_a_batch_an_array():
    p = Perceptron(2, weights=[-0.5, 1, 1])
    assert type(p.predict([0, 1])) is int
    assert p.predict(CORNERS).tolist() == [0, 1, 1, 1]
    assert p.predict(np.array(CORNERS, dtype=float)).dtype == np.int64
    assert p(np.zeros((0, 2))).tolist() == []


def test_weights_are_drawn_between_minus_1_and_1_from_the_seed():
    assert Perceptron(4, rng=3).weights == Perceptron(4, rng=random.Random(3)).weights
    assert Perceptron(4, rng=3).weights != Perceptron(4, rng=4).weights
    assert all(-1.0 <= w <= 1.0 for w in Perceptron(500, rng=1).weights)
    assert len(Perceptron(4).weights) == 5
    autograd.manual_seed(5)
    first = Perceptron(2).weights
    autograd.manual_seed(5)
    assert Perceptron(2).weights == first


def test_one_update_adds_or_takes_away_the_example():
    p = Perceptron(2, weights=[-1, 0, 0])
    assert p.fit([[2, 3]], [1])
    assert p.weights == (0.0, 2.0, 3.0)
    assert p.fit([[2, 3]], [0])
    assert p.weights == (-1.0, 0.0, 0.0)
    assert [(u.step, u.example, u.inputs, u.target) for u in p.history] == [(1, 0, (1.0, 2.0, 3.0), 1), (2, 0, (1.0, 2.0, 3.0), 0)]


@given(seed=st.integers(0, 2**32), n=st.integers(1, 30), features=st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_it_separates_whatever_is_separable_within_the_proven_number_of_updates(seed, n, features):
    """From w₀ = 0: at most (R/γ)² updates, R the longest example and γ the margin of a unit vector, x₀ = 1 counted.

    From elsewhere, with w* the unit vector: γ k ≤ |w_k - w₀| and |w_k|² ≤ |w₀|² + k R², so γ k ≤ 2|w₀| + R √k.
    """
    X, y, plane = separable(seed, n, features)
    p = Perceptron(features, rng=seed)
    start = math.hypot(*p.weights)
    size = math.hypot(*plane)
    γ, R = 0.1 / size, max(math.hypot(1.0, *x) for x in X)
    root = (R + math.sqrt(R * R + 8.0 * γ * start)) / (2.0 * γ)
    bound = math.ceil(root * root)
    report = p.fit(X, y, max_updates=bound)
    assert report
    assert report.converged
    assert report.wrong == ()
    assert report.updates == len(p.history)
    assert p.predict(X).tolist() == y


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_history_replays_to_the_final_weights_exactly(seed):
    X, y, _ = separable(seed, n=12, features=2)
    p = Perceptron(2, rng=seed)
    w = p.weights
    p.fit(X, y, max_updates=3)
    p.fit(X, y)
    for step, update in enumerate(p.history, start=1):
        x = [1.0, *X[update.example]]
        fires = math.fsum(wi * xi for wi, xi in zip(w, x, strict=True)) >= 0.0
        assert update.step == step
        assert update.before == w
        assert list(update.inputs) == x
        assert update.target == y[update.example] != fires
        w = tuple(wi + xi if update.target else wi - xi for wi, xi in zip(w, x, strict=True))
        assert update.after == w
    assert w == p.weights


def test_examples_are_picked_at_random_among_the_wrong_ones():
    firsts = [0, 0, 0]
    for seed in range(3000):
        p = Perceptron(1, weights=[-10, 0], rng=seed)
        p.fit([[1.0], [2.0], [3.0], [4.0]], [1, 1, 1, 0], max_updates=1)
        firsts[p.history[0].example] += 1
    expected, deviation = 1000.0, math.sqrt(3000 * 2 / 9)
    assert all(abs(count - expected) < 5.0 * deviation for count in firsts)


@pytest.mark.parametrize("seed", range(10))
def test_xor_is_reported_as_not_separated(seed):
    p = Perceptron(2, rng=seed)
    report = p.fit(CORNERS, [0, 1, 1, 0], max_updates=200)
    assert not report
    assert report.updates == len(p.history) == 200
    assert report.wrong == tuple(i for i, y in enumerate([0, 1, 1, 0]) if p(CORNERS[i]) != y) != ()
    assert "Not separated within 200 updates; still wrong: " in str(report)
    assert "no hyperplane separates" in str(report)


def test_contradictory_examples_end_at_the_limit():
    report = Perceptron(1, weights=[0, 1]).fit([[1.0]] * 8, [0, 1] * 4, max_updates=7)
    assert (bool(report), report.updates, len(report.wrong)) == (False, 7, 4)


def test_the_last_update_allowed_may_be_the_one_that_separates():
    report = Perceptron(1, weights=[-1, 0]).fit([[0.0]], [1], max_updates=1)
    assert (bool(report), report.updates) == (True, 1)
    assert str(report) == "All examples are right after 1 update."


def test_what_is_right_already_is_left_alone():
    p = Perceptron(2, weights=[-0.5, 1, 1])
    assert p.fit(CORNERS, [0, 1, 1, 1]).updates == 0
    assert p.weights == (-0.5, 1.0, 1.0)
    assert p.history == []


def test_writing_the_weights_starts_a_new_history():
    p = Perceptron(1, weights=[-1, 0])
    p.fit([[0.0]], [1])
    p.weights = [0.5, 0.25]
    assert p.weights == (0.5, 0.25)
    assert p.history == []


def test_copies_learn_on_their_own():
    p = Perceptron(2, weights=[1, 0, 0], rng=1)
    alike = copy.deepcopy(p), pickle.loads(pickle.dumps(p))
    for same in alike:
        same.fit(CORNERS, [0, 1, 1, 1])
    assert alike[0].history == alike[1].history != []
    assert (p.weights, p.history) == ((1.0, 0.0, 0.0), [])


@pytest.mark.parametrize(
    ("X", "y", "settings", "error", "message"),
    [
        ([[0, 0], [1, 1]], [0], {}, ValueError, r"2 examples but 1 targets"),
        ([[0, 0], [1, 1]], [0, -1], {}, ValueError, r"target 1 is -1. Use 0 for no and 1 for yes"),
        ([[0, 0], [1, 1]], [[0], [1]], {}, ValueError, r"targets have shape \(2, 1\)"),
        ([[0, 0], [1, 1]], 1, {}, ValueError, r"targets have shape \(\)"),
        ([[0, 0], [1, 1]], [0, "1"], {}, ValueError, r"target 1 is '1'"),
        ([[0, 0, 0]], [0], {}, ValueError, r"shape \(1, 3\), but an example has 2 features"),
        ([0, 0], [0], {}, ValueError, r"X is a single example. Give a batch"),
        ([[0, 0], [1]], [0, 1], {}, ValueError, r"unequal lengths"),
        ([[0, math.nan]], [0], {}, ValueError, r"example 0 is \[0.0, nan\]"),
        ([[0, 0], [math.inf, 1]], [0, 1], {}, ValueError, r"example 1 is \[inf, 1.0\]"),
        ([[0, "a"]], [0], {}, TypeError, r"'a'"),
        ([[0, 0]], [0], {"max_updates": 0}, ValueError, r"max_updates is 0"),
        ([[0, 0]], [0], {"max_updates": 1e3}, TypeError, r"max_updates is 1000.0"),
        ([[0, 0]], [0], {"bound": 1}, TypeError, r"bound is 1 \(int\). Use True or False"),
    ],
)
def test_bad_examples_leave_everything_as_it_was(X, y, settings, error, message):
    p = Perceptron(2, weights=[-1, 0.5, 0.25], rng=1)
    p.fit([[0, 0]], [1])
    before = p.weights, list(p.history), p._rng.getstate()
    with pytest.raises(error, match=message):
        p.fit(X, y, **settings)
    assert (p.weights, p.history, p._rng.getstate()) == before


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Perceptron(0), ValueError, r"in_features is 0"),
        (lambda: Perceptron(2.0), TypeError, r"in_features is 2.0"),
        (lambda: Perceptron(2, weights=[1.0, 2.0]), ValueError, r"Give 3 finite ones, bias first"),
        (lambda: Perceptron(1, weights=[1.0, math.inf]), ValueError, r"Give 2 finite ones"),
        (lambda: Perceptron(1, weights=["a", 1.0]), TypeError, r"'a'"),
        (lambda: Perceptron(1, rng="seed"), TypeError, r"rng: 'seed'"),
        (lambda: Perceptron(2)([1.0]), ValueError, r"an example has 2 features"),
    ],
)
def test_bad_settings_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_bad_weights_leave_the_old_ones():
    p = Perceptron(1, weights=[-1, 0])
    p.fit([[0.0]], [1])
    before = p.weights, list(p.history)
    with pytest.raises(ValueError, match="do not fit"):
        p.weights = [1.0]
    assert (p.weights, p.history) == before
