"""A penalty counts in training and in training only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
import optim
from nn.regularisation import L1, L2, Penalised, weights

X, Y = [[0.5, -1.0], [1.0, 2.0], [-1.5, 0.0]], [[1.0], [0.0], [2.0]]


def net() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 3, rng=0), nn.PReLU(), nn.BatchNorm1d(3), nn.Linear(3, 1, rng=1))


def test_weights_are_penalised_and_biases_slopes_and_scales_are_not() -> None:
    model = net()
    assert [p.shape for p in weights(model)] == [(3, 2), (1, 3)]


@pytest.mark.parametrize("penalty", [L1(0.5), L2(0.5)])
def test_in_training_the_loss_is_that_of_the_data_and_the_penalty(penalty: Any) -> None:
    model = nn.MLP(2, [3, 1], rng=0)
    data, criterion = nn.MSELoss(), Penalised(nn.MSELoss(), model, penalty)
    λR = sum(np.abs(p.data).sum() if isinstance(penalty, L1) else 0.5 * (p.data**2).sum() for p in weights(model)) * 0.5
    assert λR > 0.0
    assert criterion(model(X), Y).item() == pytest.approx(data(model(X), Y).item() + λR, rel=1e-14)
    model.eval()
    assert criterion(model(X), Y).item() == data(model(X), Y).item()


def test_the_loss_rises_with_λ_and_by_as_much() -> None:
    model = nn.MLP(2, [3, 1], rng=0)
    losses = [Penalised(nn.MSELoss(), model, L2(lam))(model(X), Y).item() for lam in (0.0, 1.0, 2.0, 3.0)]
    assert np.diff(losses) == pytest.approx([L2(1.0)(weights(model)).item()] * 3)


def test_other_parameters_can_be_chosen() -> None:
    model = nn.Linear(2, 1, rng=0)
    found = Penalised(nn.MSELoss(), model, L2(2.0), [model.bias])(model(X), Y).item()
    assert found - nn.MSELoss()(model(X), Y).item() == pytest.approx(model.bias.data[0] ** 2)


@pytest.mark.parametrize("compiled", [True, False])
def test_fit_trains_with_the_penalty_and_validates_without(compiled: bool) -> None:
    model, twin = nn.MLP(2, [3, 1], rng=0), nn.MLP(2, [3, 1], rng=0)
    descent = optim.SGD(model.parameters(), lr=0.1)
    history = nn.fit(
        model, X, Y, loss=Penalised(nn.MSELoss(), model, L2(0.3)), optimizer=descent, epochs=20, batch_size=3, shuffle=False,
        validation=(X, Y), compiled=compiled,
    )
    assert history.executor.startswith("eager") != compiled
    by_hand = optim.SGD([
        {"params": weights(twin), "weight_decay": 0.3}, {"params": [p for p in twin.parameters() if p.ndim < 2]}
    ], lr=0.1)
    for _ in range(20):
        loss = nn.MSELoss()(twin(X), Y)
        by_hand.zero_grad()
        loss.backward()
        by_hand.step()
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        assert p.data == pytest.approx(q.data, rel=1e-10)
    assert history.val_loss[-1] == pytest.approx(nn.MSELoss()(model(X), Y).item(), rel=1e-12)
    assert history.loss[-1] > history.val_loss[-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((nn.MSELoss, nn.Linear(1, 1), L2(0.5)), r"Penalised: loss is <class .*Give an object or function, such as nn\.MSELoss\(\)"),
        ((None, nn.Linear(1, 1), L2(0.5)), r"Penalised: loss is None"),
        ((nn.MSELoss(), nn.Linear(1, 1), 0.5), r"Penalised: penalty is 0\.5 \(float\)\. .*such as L2\(0\.01\)"),
        ((nn.MSELoss(), None, L2(0.5)), r"weights: None \(NoneType\) is no module"),
    ],
)
def test_what_is_no_part_of_it_is_refused(arguments: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Penalised(*arguments)
