"""Random search: drawn evenly, narrowed around the best, and within the bounds that were given."""

import math

import numpy as np
import pytest

import nn
import optim
from nn import Choice, LogUniform, Uniform, random_search


@pytest.mark.parametrize("seed", range(5))
def test_later_rounds_draw_around_the_best_and_within_the_bounds(seed):
    found = random_search(lambda a, b, c: (a - 0.9) ** 2 + math.log(b / 1e-3) ** 2 + (c == "x"),
                          {"a": Uniform(0.0, 1.0), "b": LogUniform(1e-4, 1.0), "c": Choice(["x", "y"])}, trials=10, rounds=3, rng=seed)
    assert [t.round for t in sorted(found.trials, key=lambda t: t.round)] == [0] * 10 + [1] * 10 + [2] * 10
    for r in (1, 2):
        before, after = found.spaces[r - 1], found.spaces[r]
        best = min((t for t in found.trials if t.round < r), key=lambda t: t.score).settings
        reach = (before["a"].high - before["a"].low) / 6
        assert after["a"].low == pytest.approx(max(before["a"].low, best["a"] - reach), rel=1e-12)
        assert after["a"].high == pytest.approx(min(before["a"].high, best["a"] + reach), rel=1e-12)
        ratio = (before["b"].high / before["b"].low) ** (1 / 6)
        assert after["b"].low == pytest.approx(max(before["b"].low, best["b"] / ratio), rel=1e-12)
        assert after["b"].high == pytest.approx(min(before["b"].high, best["b"] * ratio), rel=1e-12)
        assert after["c"] == before["c"]
    for trial in found.trials:
        space = found.spaces[trial.round]
        assert space["a"].low <= trial.settings["a"] <= space["a"].high
        assert space["b"].low * (1 - 1e-12) <= trial.settings["b"] <= space["b"].high * (1 + 1e-12)


def test_three_rounds_come_nearer_than_as_many_draws_in_one():
    def error(lr):
        return abs(math.log(lr / 0.02))

    nearer = 0
    for seed in range(100):
        space = {"lr": LogUniform(1e-6, 10.0)}
        fine = random_search(error, space, trials=10, rounds=3, rng=seed).best.score
        nearer += fine < random_search(error, space, trials=30, rng=seed).best.score
    # A coin would give 50 ± 5.
    assert nearer >= 70


def test_the_best_stands_first_and_what_diverged_last():
    def score(x):
        if x > 0.9:
            raise optim.NonFiniteGradientError("diverged")
        return math.nan if x > 0.8 else x

    found = random_search(score, {"x": Uniform(0.0, 1.0)}, trials=50, rng=0)
    scores = [t.score for t in found.trials]
    assert scores == sorted(scores)
    assert found.best.score == min(t.settings["x"] for t in found.trials)
    assert all((t.score == math.inf) == (t.settings["x"] > 0.8) for t in found.trials)
    assert math.inf in scores


def test_another_error_is_no_bad_score():
    def score(x):
        raise KeyError(x)

    with pytest.raises(KeyError):
        random_search(score, {"x": Uniform(0.0, 1.0)}, trials=2, rng=0)


def test_a_seed_repeats_the_search():
    space = {"lr": LogUniform(1e-5, 1.0), "n": Choice([4, 8])}
    assert (random_search(lambda lr, n: lr * n, space, rng=3).trials
            == random_search(lambda lr, n: lr * n, space, rng=3).trials
            != random_search(lambda lr, n: lr * n, space, rng=4).trials)


def test_the_table_shows_the_five_best():
    text = repr(random_search(lambda lr: lr, {"lr": LogUniform(1e-5, 1.0)}, trials=9, rng=0))
    assert text.splitlines()[0].split() == ["score", "round", "lr"]
    assert len(text.splitlines()) == 6


@pytest.mark.parametrize(("call", "kind", "message"), [
    (lambda: random_search(abs, {}), ValueError, "random_search: space is {}"),
    (lambda: random_search(abs, {"lr": (0.1, 1.0)}), TypeError, r"the range of 'lr' is \(0.1, 1.0\)"),
    (lambda: random_search(abs, {"lr": Uniform}), TypeError, "the range of 'lr' is <class"),
    (lambda: random_search(abs, {"lr": Uniform(0, 1)}, trials=0), ValueError, "random_search: trials is 0"),
    (lambda: random_search(abs, {"lr": Uniform(0, 1)}, shrink=1.0), ValueError, "random_search: shrink is 1.0"),
], ids=["empty", "tuple", "class", "trials", "shrink"])
def test_bad_input_is_refused(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_it_finds_a_learning_rate_that_trains():
    X, y = nn.data.moons(60, rng=0)

    def loss(lr):
        net = nn.MLP(2, [4, 1], rng=0)
        return nn.fit(net, X, y[:, np.newaxis] * 1.0, loss=nn.BCEWithLogitsLoss(), optimizer=optim.SGD(net.parameters(), lr=lr),
                      epochs=20, batch_size=20, rng=0).loss[-1]

    found = random_search(loss, {"lr": LogUniform(1e-6, 1e3)}, trials=6, rounds=2, rng=0)
    assert found.best.score < 0.3
    assert 0.05 < found.best.settings["lr"] < 50.0
