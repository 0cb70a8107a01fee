"""Towers of sigmoids approximate a function on a closed and bounded interval as closely as one asks, and nowhere else."""

import math

import numpy as np
import pytest

import autograd
from nn import Linear, Sigmoid, tower_net
from nn.threshold.towers import POINTS, towers

SMOOTH = {
    "sin": (math.sin, (0.0, 2.0 * math.pi), 1.0),
    "a parabola": (lambda x: x * x, (-1.0, 2.0), 4.0),
    "|x|": (abs, (-1.0, 1.0), 1.0),
    "exp": (math.exp, (-3.0, 1.0), math.e),
    "a constant": (lambda x: 2.5, (0.0, 1.0), 0.0),
    "far from 0": (lambda x: math.cos(x / 10.0), (1000.0, 1010.0), 0.1),
}


def outputs(net, x):
    """The net by its weights, in numpy: W₂ σ(W₁ x + b₁) + b₂."""
    state = net.state_dict()
    z = np.outer(x, state["0.weight"].ravel()) + state["0.bias"]
    return (1.0 + np.tanh(z / 2.0)) / 2.0 @ state["2.weight"].ravel() + state["2.bias"]


def values_of(f, x):
    return np.array([f(xi) for xi in x.tolist()])


@pytest.mark.parametrize("error", [0.5, 0.1, 0.02])
@pytest.mark.parametrize("name", SMOOTH)
def test_with_a_lipschitz_constant_the_error_holds_everywhere_in_the_interval(name, error):
    f, (a, b), lipschitz = SMOOTH[name]
    net = tower_net(f, (a, b), error, lipschitz=lipschitz)
    x = np.linspace(a, b, 9973)
    assert np.abs(outputs(net, x) - values_of(f, x)).max() <= error


@pytest.mark.parametrize("error", [0.5, 0.1, 0.02])
@pytest.mark.parametrize("name", [*SMOOTH, "a square root"])
def test_without_one_the_error_holds_at_the_points_where_it_is_measured(name, error):
    f, (a, b), _ = {**SMOOTH, "a square root": (math.sqrt, (0.0, 0.5), math.inf)}[name]
    net = tower_net(f, (a, b), error)
    x = np.linspace(a, b, POINTS * (net[0].out_features // 2) + 1)
    assert np.abs(outputs(net, x) - values_of(f, x)).max() <= error * (1.0 + 1e-9)


def test_half_the_error_takes_twice_the_towers_and_no_more():
    towers = [tower_net(math.sin, (0.0, 3.0), error, lipschitz=1.0)[0].out_features // 2 for error in (0.2, 0.1, 0.05)]
    assert towers == [math.ceil(3.0 * (0.5 + 2.0 * math.log(2.0) / 50.0) / error) for error in (0.2, 0.1, 0.05)] == [8, 16, 32]


def test_without_a_lipschitz_constant_half_as_many_towers_were_not_enough():
    f, (a, b), _ = SMOOTH["a parabola"]
    n = tower_net(f, (a, b), 0.1)[0].out_features // 2
    x = np.linspace(a, b, POINTS * n + 1)
    assert np.abs(outputs(towers(f, a, b, n // 2), x) - values_of(f, x)).max() > 0.1


def test_it_is_an_ordinary_net_on_the_graph():
    net = tower_net(math.sin, (0.0, 1.0), 0.2)
    assert [type(layer) for layer in net] == [Linear, Sigmoid, Linear]
    assert net([0.4])[0].item() == pytest.approx(outputs(net, np.array([0.4]))[0], abs=1e-12)
    net([0.4])[0].backward()
    assert all(p.grad is not None for p in net.parameters())


def test_one_pair_of_sigmoids_is_one_tower():
    net = tower_net(lambda x: 3.0, (0.0, 1.0), 0.1)
    assert net[0].out_features == 2
    assert net.state_dict()["2.weight"].tolist() == [[3.0, -3.0]]


def test_outside_of_the_interval_the_error_has_no_bound():
    """A closed and bounded interval is needed: the net is bounded on the whole line, and x² is not."""
    f, (a, b), lipschitz = SMOOTH["a parabola"]
    net = tower_net(f, (a, b), 0.1, lipschitz=lipschitz)
    x = np.array([10.0, 100.0, 1000.0])
    assert np.abs(outputs(net, x)).max() < 1e-9
    assert (np.abs(outputs(net, x) - x**2) > 0.99 * x**2).all()


def test_an_open_interval_is_not_enough():
    """1/x on (0, 1]: whatever number of towers fits down to c, the error above 0 has no bound."""
    net = tower_net(lambda x: 1.0 / x, (0.1, 1.0), 0.5)
    assert abs(outputs(net, np.array([0.1]))[0] - 10.0) <= 0.5
    assert abs(outputs(net, np.array([1e-6]))[0] - 1e6) > 9e5


def test_building_it_draws_no_random_numbers():
    autograd.manual_seed(3)
    before = autograd.rng.default.getstate()
    tower_net(math.sin, (0.0, 1.0), 0.2)
    assert autograd.rng.default.getstate() == before


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: tower_net(math.sin, (1.0, 0.0), 0.1), ValueError, r"the interval is \(1.0, 0.0\). Give its lower end first"),
        (lambda: tower_net(math.sin, (0.0, math.inf), 0.1), ValueError, r"an end of the interval is inf. Give a finite number"),
        (lambda: tower_net(math.sin, (0.0, "1"), 0.1), TypeError, r"an end of the interval is '1'"),
        (lambda: tower_net(math.sin, 3.0, 0.1), TypeError, r"the interval is 3.0. Give its two ends"),
        (lambda: tower_net(math.sin, (0.0, 1.0, 2.0), 0.1), TypeError, r"the interval is \(0.0, 1.0, 2.0\). Give its two ends"),
        (lambda: tower_net(math.sin, (0.0, 1.0), 0.0), ValueError, r"error is 0.0. Give a number above 0"),
        (lambda: tower_net(math.sin, (0.0, 1.0), 0.1, lipschitz=-1.0), ValueError, r"lipschitz is -1.0, and cannot be negative"),
        (lambda: tower_net("sin", (0.0, 1.0), 0.1), TypeError, r"f is 'sin' \(str\). Give a function"),
        (lambda: tower_net(lambda x: 1.0 / (x - 0.5) if x != 0.5 else math.inf, (0.0, 1.0), 0.1), ValueError, r"f\(0.5\) is inf"),
        (lambda: tower_net(lambda x: float(x > 0.3), (0.0, 1.0), 0.1), ValueError, r"1024 towers do not bring the error down to 0.1"),
        (lambda: tower_net(math.sin, (0.0, 1.0), 1e-6, lipschitz=1.0), ValueError, r"1024 towers do not bring the error down to 1e-06"),
        (lambda: tower_net(math.exp, (0.0, 3.0), 0.1, lipschitz=1.0), ValueError, r"f is steeper than lipschitz=1.0"),
    ],
)
def test_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
