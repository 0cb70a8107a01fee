"""How often labels are disturbed, and that the mean loss is the one with smoothed labels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nn
import optim
from nn.regularisation import DisturbLabel


def test_probabilities_are_the_papers() -> None:
    α, C = 0.2, 4
    assert DisturbLabel(α, C).probabilities(1) == pytest.approx([α / C, 1.0 - α * (C - 1) / C, α / C, α / C], rel=1e-15)
    assert DisturbLabel(0.0, 3).probabilities(2).tolist() == [0.0, 0.0, 1.0]
    assert DisturbLabel(1.0, 4).probabilities(0).tolist() == [0.25] * 4


def test_labels_become_each_class_as_often_as_it_says() -> None:
    n, label = 40_000, 2
    disturb = DisturbLabel(0.3, 5, rng=0)
    _, y = disturb(np.zeros((n, 1)), np.full(n, label))
    for i, p in enumerate(disturb.probabilities(label)):
        assert abs((y == i).sum() - n * p) <= 6.0 * math.sqrt(n * p * (1.0 - p))  # six standard deviations


def test_the_mean_cross_entropy_over_the_draws_is_that_of_smoothed_labels() -> None:
    logits, y, α = np.array([[0.5, -1.0, 2.0]]), 1, 0.3
    p = DisturbLabel(α, 3).probabilities(y)
    mean = sum(p[i] * nn.CrossEntropyLoss()(logits, [i]).item() for i in range(3))
    assert mean == pytest.approx(nn.CrossEntropyLoss(label_smoothing=α)(logits, [y]).item(), rel=1e-14)


def test_no_noise_changes_nothing_and_the_data_stay_as_they_are() -> None:
    X, y = np.ones((3, 2)), np.array([2, 0, 1])
    same_X, same_y = DisturbLabel(0.0, 3)(X, y)
    assert same_X is X
    assert same_y.tolist() == y.tolist()
    _, other = DisturbLabel(1.0, 1000, rng=0)(X, y)
    assert other.dtype == y.dtype
    assert other.tolist() != y.tolist() == [2, 0, 1]


def test_a_seed_repeats_the_labels_and_every_call_has_others() -> None:
    first, again = DisturbLabel(0.5, 3, rng=1), DisturbLabel(0.5, 3, rng=1)
    y = np.zeros(64, dtype=int)
    calls = [first(y, y)[1].tolist() for _ in range(2)]
    assert calls[0] != calls[1]
    assert [again(y, y)[1].tolist() for _ in range(2)] == calls


def test_fit_takes_it() -> None:
    X, y = [[0.0], [1.0]] * 8, [0, 1] * 8
    model = nn.Linear(1, 2, rng=0)
    losses = {
        α: nn.fit(model, X, y, loss=nn.CrossEntropyLoss(), optimizer=optim.SGD(model.parameters(), lr=0.0), epochs=1, batch_size=16,
                  augment=DisturbLabel(α, 2, rng=0), rng=0).loss[0] for α in (0.0, 1.0)
    }
    assert losses[0.0] == pytest.approx(nn.CrossEntropyLoss()(model(X), y).item())
    assert losses[1.0] != losses[0.0]


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda: DisturbLabel(1.5, 3), ValueError, r"DisturbLabel: alpha is 1\.5"),
        (lambda: DisturbLabel("a", 3), TypeError, "DisturbLabel: alpha is 'a'"),
        (lambda: DisturbLabel(0.1, 0), ValueError, "DisturbLabel: num_classes is 0"),
        (lambda: DisturbLabel(0.1, 3)([[0.0]], [3]), ValueError, "y holds 3, but the 3 classes are 0 to 2"),
        (lambda: DisturbLabel(0.1, 3)([[0.0]], [0.5]), TypeError, r"y has dtype float64 and shape \(1,\)\. Give class numbers"),
        (lambda: DisturbLabel(0.1, 3)([[0.0]], [[1, 0, 0]]), TypeError, r"shape \(1, 3\)"),
    ],
    ids=["alpha above 1", "alpha in words", "no classes", "no such class", "half a class", "one-hot rows"],
)
def test_what_cannot_be_meant_is_refused(act: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        act()
