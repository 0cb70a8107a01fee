"""Batch, stochastic and mini-batch descent are one rule on other numbers of examples, and their gradients are means."""

import numpy as np
import pytest

import nn
import optim

X, Y = np.array([[1.0], [2.0], [-1.0], [0.5], [3.0]]), np.array([[2.0], [1.0], [0.0], [-1.0], [4.0]])
LR = 0.05


def proportional(w=0.0):
    """ŷ = w x."""
    model = nn.Linear(1, 1, bias=False)
    model.weight.data = [[w]]
    return model


def trained(batch_size, epochs, X=X, Y=Y, **settings):
    model = proportional()
    nn.fit(model, X, Y, loss=nn.MSELoss(), optimizer=optim.SGD(model.parameters(), lr=LR), epochs=epochs, batch_size=batch_size, **settings)
    return model.weight.item()


@pytest.mark.parametrize("batch_size", [1, 2, 5], ids=["stochastic", "mini-batches", "batch"])
def test_each_step_goes_down_the_mean_of_its_own_examples(batch_size):
    w = 0.0
    for _ in range(3):
        for start in range(0, 5, batch_size):
            x, y = X[start : start + batch_size], Y[start : start + batch_size]
            w -= LR * np.mean(2.0 * (w * x - y) * x)
    assert trained(batch_size, epochs=3, shuffle=False) == pytest.approx(w, rel=1e-13)


def test_a_set_of_copies_has_the_gradient_of_one_set():
    """A sum of gradients would make the step ten times as long."""
    assert trained(50, epochs=4, X=np.tile(X, (10, 1)), Y=np.tile(Y, (10, 1))) == pytest.approx(trained(5, epochs=4), rel=1e-12)


def test_the_mean_over_single_examples_is_the_gradient_of_all():
    """From one place: what stochastic steps do on average, batch descent does."""
    moves = [trained(1, epochs=1, X=X[[i]], Y=Y[[i]]) for i in range(5)]
    assert np.mean(moves) == pytest.approx(trained(5, epochs=1), rel=1e-13)


@pytest.mark.parametrize("batch_size", [1, 2])
def test_every_epoch_meets_each_example_once_in_an_order_of_its_own(batch_size):
    seen = []

    def watched(X, y):
        seen.extend(X[:, 0].tolist())
        return X, y

    trained(batch_size, epochs=8, augment=watched, rng=0)
    epochs = [seen[i : i + 5] for i in range(0, len(seen), 5)]
    assert all(sorted(epoch) == sorted(X[:, 0]) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) > 4
