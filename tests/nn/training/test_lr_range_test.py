"""The range test: it tells a rate that learns from one that explodes, and leaves no trace."""

import math

import numpy as np
import pytest

import nn
import optim
from nn import data
from tests.support import EPS

X, LABELS = data.moons(60, rng=0)
Y = LABELS[:, np.newaxis] * 1.0


def quadratic(curvature):
    """A line through one example: L = (w x)², with ∂²L/∂w² = 2 x² = curvature."""
    line = nn.Linear(1, 1, bias=False, rng=0)
    line.weight.data = [[1.0]]
    return line, [[math.sqrt(curvature / 2.0)]], [[0.0]]


def ranged(model, optimizer, **settings):
    return nn.lr_range_test(model, X, Y, loss=nn.BCEWithLogitsLoss(), optimizer=optimizer, rng=0, **settings)


def test_the_rates_rise_by_equal_factors_from_one_end_to_the_other():
    model = nn.MLP(2, [4, 1], rng=0)
    found = ranged(model, optim.SGD(model.parameters(), lr=0.1), lr_min=1e-6, lr_max=1e-2, steps=9)
    assert found.lrs == pytest.approx([10.0 ** (-6 + i / 2) for i in range(9)], rel=1e-12)
    assert len(found.losses) == len(found.smoothed) == 9


@pytest.mark.parametrize("curvature", [0.5, 8.0, 200.0])
def test_on_a_parabola_the_losses_are_the_recurrence_and_the_lowest_is_near_the_limit_of_stability(curvature):
    line, x, y = quadratic(curvature)
    found = nn.lr_range_test(line, x, y, loss=nn.MSELoss(), optimizer=optim.SGD(line.parameters(), lr=0.1), batch_size=1, steps=200, rng=0)
    w, expected = 1.0, []
    for lr in found.lrs:
        expected.append(w * w * curvature / 2.0)
        w *= 1.0 - lr * curvature
    assert found.losses == pytest.approx(expected, rel=1e-6, abs=1e-12)
    # Descent on a parabola is stable below lr = 2 / curvature.
    assert found.suggestion < 2.0 / curvature
    assert found.suggestion > 0.02 / curvature
    assert found.lrs[-1] > 2.0 / curvature


def test_the_running_mean_weighs_each_loss_nine_tenths_of_the_next():
    model = nn.MLP(2, [4, 1], rng=0)
    found = ranged(model, optim.SGD(model.parameters(), lr=0.1), steps=20)
    weights = [0.9 ** (4 - i) for i in range(5)]
    assert found.smoothed[0] == found.losses[0]
    assert found.smoothed[4] == pytest.approx(sum(w * x for w, x in zip(weights, found.losses, strict=False)) / sum(weights), rel=8 * EPS)


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam, optim.RMSprop], ids=lambda kind: kind.__name__)
def test_model_and_optimiser_are_left_as_they_were(kind):
    model = nn.Sequential(nn.Linear(2, 4, rng=0), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1, rng=1))
    optimizer = kind(model.parameters(), lr=0.01)
    nn.fit(model, X, Y, loss=nn.BCEWithLogitsLoss(), optimizer=optimizer, epochs=2, batch_size=20, rng=0)
    weights = {key: np.array(x) for key, x in model.state_dict().items()}
    state = optimizer.state_dict()
    ranged(model, optimizer)
    assert all((weights[key] == x).all() for key, x in model.state_dict().items())
    assert optimizer.state_dict() == state
    assert all(p.grad is None for p in model.parameters())


def test_an_error_on_the_way_leaves_no_trace_either():
    model = nn.MLP(2, [4, 1], rng=0)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    before = [p.data for p in model.parameters()]

    def breaks(outputs, targets):
        if optimizer.param_groups[0]["lr"] != 0.1:
            raise RuntimeError("half way")
        return nn.functional.mse_loss(outputs, targets)

    with pytest.raises(RuntimeError, match="half way"):
        nn.lr_range_test(nn.Sequential(model, Odd()), X, Y, loss=breaks, optimizer=optimizer, rng=0)
    assert optimizer.param_groups[0]["lr"] == 0.1
    assert all((p.data == old).all() for p, old in zip(model.parameters(), before, strict=True))


class Odd(nn.Module):
    """It cannot be traced, as it looks at a number."""

    def forward(self, input):
        return input * 1.0 if np.ravel(input)[0] > 0.0 else input


def test_it_ends_where_the_loss_explodes():
    line, x, y = quadratic(8.0)
    found = nn.lr_range_test(line, x, y, loss=nn.MSELoss(), optimizer=optim.SGD(line.parameters(), lr=0.1), batch_size=1,
                             lr_max=1e6, steps=100, rng=0)
    assert len(found.lrs) < 100
    assert np.isfinite(found.losses).all()


def test_where_the_loss_never_falls_there_is_no_suggestion():
    line, x, y = quadratic(8.0)
    found = nn.lr_range_test(line, x, y, loss=nn.MSELoss(), optimizer=optim.SGD(line.parameters(), lr=0.1), batch_size=1,
                             lr_min=1e-9, lr_max=1e-7, rng=0)
    assert found.suggestion is None
    assert "the loss did not fall" in repr(found)


def test_the_same_seed_gives_the_same_bits():
    model = nn.MLP(2, [4, 1], rng=0)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    assert ranged(model, optimizer) == ranged(model, optimizer)


def test_the_plot_shows_rates_losses_and_the_suggestion():
    from matplotlib.figure import Figure

    found = nn.LRRangeTest([0.01, 0.1, 1.0], [3.0, 1.0, 2.0], [3.0, 2.0, 2.0], 0.02)
    axes = found.plot(Figure().add_subplot())
    assert axes.get_xscale() == "log"
    assert axes.lines[0].get_ydata().tolist() == found.losses
    assert axes.lines[1].get_ydata().tolist() == found.smoothed
    assert axes.lines[2].get_xdata() == [0.02, 0.02]
    assert nn.LRRangeTest([0.01], [3.0], [3.0], None).plot(Figure().add_subplot()).get_xlabel() == "learning rate"


@pytest.mark.parametrize(("settings", "kind", "message"), [
    ({"lr_min": 0.0}, ValueError, r"lr_range_test: the rates go from 0\.0 to 10\.0"),
    ({"lr_min": 1.0, "lr_max": 0.1}, ValueError, "lr_max above it"),
    ({"lr_max": "high"}, TypeError, "lr_range_test: lr_max is 'high'"),
    ({"steps": 1}, ValueError, "lr_range_test: steps is 1, and a range has two ends"),
    ({"batch_size": 0}, ValueError, "lr_range_test: batch_size is 0"),
    ({"loss": 3}, TypeError, "lr_range_test: loss is 3"),
    ({"rng": "seed"}, TypeError, "rng: 'seed'"),
], ids=str)
def test_bad_settings_are_refused(settings, kind, message):
    model = nn.MLP(2, [4, 1], rng=0)
    given = {"loss": nn.MSELoss(), "optimizer": optim.SGD(model.parameters(), lr=0.1), **settings}
    with pytest.raises(kind, match=message):
        nn.lr_range_test(model, X, Y, **given)
