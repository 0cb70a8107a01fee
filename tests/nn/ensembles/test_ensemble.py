"""Averages, votes and bootstrap samples that can be counted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nn
from nn.ensembles import Ensemble, bagging, bootstrap, majority


def test_it_answers_with_the_mean_of_its_members() -> None:
    nets = [nn.MLP(2, [3, 2], rng=seed) for seed in range(3)]
    X = [[0.5, -1.0], [2.0, 0.0]]
    each = [np.array([[v.item() for v in row] for row in net(X)]) for net in nets]
    assert Ensemble(nets)(X) == pytest.approx((each[0] + each[1] + each[2]) / 3, rel=1e-14)
    assert Ensemble(nets).outputs(X).shape == (3, 2, 2)


def test_members_answer_in_evaluation_mode_and_keep_theirs() -> None:
    net = nn.Sequential(nn.Dropout(0.5, rng=0), nn.Linear(2, 1, rng=0))
    X = np.ones((4, 2))
    assert len(set(Ensemble([net])(X).ravel().tolist())) == 1
    assert net.training


def test_the_majority_by_hand() -> None:
    assert majority([[0, 1, 2, 3], [0, 2, 2, 1], [1, 2, 0, 3]]).tolist() == [0, 2, 2, 3]


def test_a_tie_goes_to_the_lowest_class() -> None:
    assert majority([[2, 0], [1, 3]]).tolist() == [1, 0]
    assert majority([[3, 1], [1, 3], [3, 1], [1, 3]]).tolist() == [1, 1]


def test_members_vote_for_their_largest_output_or_by_a_half() -> None:
    def says(*rows: Any) -> Any:
        return lambda X: np.array(rows)

    rows = [[[0.1, 0.7, 0.2], [0.9, 0.0, 0.1]], [[0.0, 0.6, 0.4], [0.0, 0.0, 1.0]], [[0.8, 0.1, 0.1], [0.0, 0.1, 0.9]]]
    three = Ensemble([says(*each) for each in rows])
    assert three.vote([0, 1]).tolist() == [1, 2]
    yes_no = Ensemble([says([0.9], [0.4]), says([0.5], [0.1]), says([0.0], [0.8])])
    assert yes_no.vote([0, 1]).tolist() == [1, 0]
    assert yes_no([0, 1])[:, 0] == pytest.approx([1.4 / 3, 1.3 / 3])  # the mean would have said no twice


def test_a_vote_and_a_mean_need_not_agree() -> None:
    three = Ensemble([lambda X: np.full(1, 0.6), lambda X: np.full(1, 0.6), lambda X: np.full(1, 0.1)])
    assert three.vote([0]).tolist() == [1]
    assert three([0])[0] < 0.5


def test_a_bootstrap_sample_has_each_row_as_often_as_chance_says() -> None:
    n, samples = 20, 5_000
    rows = [bootstrap(n, rng=seed) for seed in range(samples)]
    assert all(len(row) == n and set(row) <= set(range(n)) for row in rows)
    counts = np.bincount(np.ravel(rows), minlength=n)
    assert (abs(counts - samples) <= 6.0 * math.sqrt(samples * (1.0 - 1.0 / n))).all()
    share = np.mean([len(set(row)) / n for row in rows])
    assert share == pytest.approx(1.0 - (1.0 - 1.0 / n) ** n, abs=0.006)  # six standard errors of 0.07/√5000


def test_bagging_trains_each_member_on_a_sample_of_its_own() -> None:
    X, y, samples, sources = np.arange(10.0).reshape(-1, 1), np.arange(10), [], []

    def train(model: Any, X: Any, y: Any) -> None:
        assert model(X) is X
        assert X[:, 0].tolist() == y.tolist()
        samples.append(tuple(y.tolist()))

    def make(rng: Any) -> Any:
        sources.append(rng.random())
        return lambda X: X

    found = bagging(make, train, X, y, k=5, rng=0)
    assert len(found.members) == len(set(samples)) == len(set(sources)) == 5
    assert all(len(sample) == 10 for sample in samples)
    before = list(samples)
    samples.clear()
    bagging(make, train, X, y, k=5, rng=0)
    assert samples == before


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda: Ensemble([]), ValueError, "Ensemble: there are no members"),
        (lambda: Ensemble([nn.Linear]), TypeError, "Ensemble: member 0 is <class"),
        (lambda: majority([0, 1]), ValueError, r"majority: choices has shape \(2,\)"),
        (lambda: majority([[0.5]]), TypeError, "majority: choices are of type float64"),
        (lambda: majority([[0, -1]]), ValueError, "class numbers from 0 on"),
        (lambda: bootstrap(0), ValueError, "bootstrap: n is 0"),
        (lambda: bagging(None, print, [[0.0]], [0], 2), TypeError, "bagging: make_model is None"),
        (lambda: bagging(print, "fit", [[0.0]], [0], 2), TypeError, "bagging: train is 'fit'"),
        (lambda: bagging(print, print, [[0.0]], [0, 1], 2), ValueError, r"bagging: X has shape \(1, 1\) and y \(2,\)"),
        (lambda: bagging(print, print, [[0.0]], [0], 0), ValueError, "bagging: k is 0"),
    ],
    ids=["no members", "a class", "one axis", "half a class", "class -1", "no rows", "no maker", "no trainer", "targets", "k"],
)
def test_what_cannot_be_meant_is_refused(act: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        act()
