"""Over-fitting a few examples: reached where it can be, told where it cannot, and no trace of it."""

import numpy as np
import pytest

import nn
import optim
from nn import data

X, LABELS = data.spiral(100, rng=0)
Y = LABELS[:, np.newaxis] * 1.0


def net(seed=0):
    return nn.MLP(2, [16, 16, 1], activation="tanh", rng=seed)


def tried(model, lr=0.02, **settings):
    return nn.overfit_subset(model, X, Y, loss=nn.BCEWithLogitsLoss(), optimizer=optim.Adam(model.parameters(), lr=lr), rng=0, **settings)


def test_a_net_that_works_knows_a_few_examples_by_heart():
    found = tried(net())
    assert found.ok
    assert found.examples == 10
    assert found.history.loss[-1] <= 0.01 * found.history.loss[0] < found.history.loss[-2]
    assert "the net can learn them" in repr(found)


def test_a_net_that_is_stuck_is_told():
    found = tried(net(), lr=1e-6, epochs=20)
    assert not found.ok
    assert len(found.history.loss) == 20
    assert "20 epochs" in repr(found)
    assert "they were not learned" in repr(found)


def test_a_loss_that_the_net_does_not_reach_is_told():
    # All outputs are one number: the loss of five yes and five no stays at ln 2.
    dead = nn.Sequential(nn.Linear(2, 1, rng=0), nn.ReLU(), nn.Linear(1, 1, rng=0))
    dead[0].bias.data = [-100.0]
    assert not tried(dead, lr=0.1, examples=100).ok


def test_model_and_optimiser_are_left_as_they_were():
    model = net()
    optimizer = optim.Adam(model.parameters(), lr=0.02)
    before = [p.data for p in model.parameters()]
    nn.overfit_subset(model, X, Y, loss=nn.BCEWithLogitsLoss(), optimizer=optimizer, rng=0)
    assert all((p.data == old).all() for p, old in zip(model.parameters(), before, strict=True))
    assert optimizer.state_dict()["state"] == {}


def test_there_may_be_fewer_examples_than_asked_for():
    assert tried(net(), examples=1000, epochs=1).examples == 100


@pytest.mark.parametrize(("settings", "kind", "message"), [
    ({"examples": 0}, ValueError, "overfit_subset: examples is 0"),
    ({"below": 2.0}, ValueError, "overfit_subset: below is 2.0"),
    ({"epochs": 1.5}, TypeError, "epochs is 1.5"),
], ids=str)
def test_bad_settings_are_refused(settings, kind, message):
    with pytest.raises(kind, match=message):
        tried(net(), **settings)
