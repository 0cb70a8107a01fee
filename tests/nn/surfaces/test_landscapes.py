"""A slice holds the losses that the net would have there, and leaves the net alone."""

import numpy as np
import pytest

import nn
from autograd import values
from nn.surfaces import landscape, random_direction

X = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [-1.0, 2.0]])
Y = np.array([[1.0], [0.0], [1.0], [0.5]])


def numbers(model):
    return [np.array(p.data) for p in model.parameters()]


def test_the_slice_of_a_linear_net_is_the_parabola_of_its_mean_squared_error():
    line = nn.Linear(2, 1, rng=0)
    d = [np.array([[1.0, -2.0]]), np.array([0.5])]
    slope = landscape(line, nn.MSELoss(), X, Y, d)
    w, b = numbers(line)
    for α in (-2.0, 0.0, 0.25, 3.0):
        expected = np.mean((X @ (w + α * d[0]).T + b + α * d[1] - Y) ** 2)
        assert slope(α) == pytest.approx(expected, rel=1e-12)


def test_two_directions_make_a_map():
    net = nn.MLP(2, [3, 1], rng=0)
    u, v = random_direction(net, rng=1), random_direction(net, rng=2)
    surface = landscape(net, nn.MSELoss(), X, Y, u, v)
    other = nn.MLP(2, [3, 1])
    for p, θ, a, b in zip(other.parameters(), numbers(net), u, v, strict=True):
        p.data = θ + 0.5 * a - 2.0 * b
    assert surface(0.5, -2.0) == pytest.approx(nn.MSELoss()(other(X), Y).item(), rel=1e-12)


def test_a_direction_to_another_net_leads_there():
    here, there = nn.MLP(2, [3, 1], rng=0), nn.MLP(2, [3, 1], rng=1)
    way = [b - a for a, b in zip(numbers(here), numbers(there), strict=True)]
    assert landscape(here, nn.MSELoss(), X, Y, way)(1.0) == pytest.approx(nn.MSELoss()(there(X), Y).item(), rel=1e-12)


def test_the_net_is_afterwards_what_it_was_after_an_error_too():
    net = nn.MLP(2, [3, 1], rng=0)
    before = numbers(net)
    slope = landscape(net, nn.MSELoss(), X, Y, random_direction(net, rng=0))
    slope(5.0)
    with pytest.raises(TypeError, match=r"Landscape: 2 steps were given for 1 directions"):
        slope(1.0, 2.0)
    assert all(map(np.array_equal, numbers(net), before))
    assert all(p.grad is None for p in net.parameters())


def test_later_training_does_not_move_the_slice():
    net = nn.Linear(2, 1, rng=0)
    slope = landscape(net, nn.MSELoss(), X, Y, random_direction(net, rng=0))
    before = slope(0.5)
    net.weight.data = net.weight.data + 10.0
    moved = numbers(net)
    assert slope(0.5) == before
    assert all(map(np.array_equal, numbers(net), moved))


def test_dropout_is_off_and_the_mode_is_kept():
    net = nn.Sequential(nn.Linear(2, 4, rng=0), nn.Dropout(0.5), nn.Linear(4, 1, rng=1))
    slope = landscape(net, nn.MSELoss(), X, Y, random_direction(net, rng=0))
    assert slope(0.0) == slope(0.0) == pytest.approx(nn.MSELoss()(net.eval()(X), Y).item(), rel=1e-12)
    net.train()
    slope(1.0)
    assert net.training


def test_a_random_direction_is_as_long_as_each_neurons_weights():
    net = nn.MLP(2, [5, 1], rng=0)
    for d, p in zip(random_direction(net, rng=3), net.parameters(), strict=True):
        axis = 1 if p.ndim == 2 else None
        assert d.shape == p.shape
        np.testing.assert_allclose(np.linalg.norm(d, axis=axis), np.linalg.norm(p.data, axis=axis), rtol=1e-12)


def test_the_same_seed_gives_the_same_direction():
    net = nn.Neuron(3, rng=0)
    first, second, other = (random_direction(net, rng=seed) for seed in (1, 1, 2))
    assert all(map(np.array_equal, first, second))
    assert not np.array_equal(first[0], other[0])


def test_the_loss_at_a_trained_net_is_level_in_every_direction():
    """A least-squares fit: the slope along any direction is 0, and both sides are higher."""
    line = nn.Linear(2, 1)
    best = np.linalg.lstsq(np.column_stack([X, np.ones(4)]), Y[:, 0], rcond=None)[0]
    line.weight.data, line.bias.data = [best[:2]], best[2:]
    slope = landscape(line, nn.MSELoss(), X, Y, random_direction(line, rng=0))
    assert (slope(1e-4) - slope(-1e-4)) / 2e-4 == pytest.approx(0.0, abs=1e-9)
    assert min(slope(1.0), slope(-1.0)) > slope(0.0) == pytest.approx(np.mean((values(line(X)) - Y) ** 2))


NET = nn.Linear(2, 1, rng=0)


@pytest.mark.parametrize(("make", "error", "message"), [
    (lambda: landscape(3.0, nn.MSELoss(), X, Y, []), TypeError, r"landscape: the model is 3\.0 \(float\)"),
    (lambda: landscape(NET, nn.MSELoss(), X, Y), ValueError, r"landscape: there is no direction"),
    (lambda: landscape(NET, nn.MSELoss(), X, Y, [[[1.0, 2.0]]]), TypeError, r"direction 0 is 1 arrays, and the model has 2 Parameters"),
    (lambda: landscape(NET, nn.MSELoss(), X, Y, 0.5), TypeError, r"direction 0 is float, and the model has 2 Parameters"),
    (lambda: landscape(NET, nn.MSELoss(), X, Y, [[1.0, 2.0], [1.0]]), ValueError, r"shape \(2,\) for weight, whose shape is \(1, 2\)"),
    (lambda: random_direction([1.0]), TypeError, r"random_direction: the model is \[1\.0\] \(list\)"),
], ids=["no model", "no direction", "an array too few", "a number", "another shape", "a list"])
def test_what_cannot_be_sliced_is_named(make, error, message):
    with pytest.raises(error, match=message):
        make()
