"""Momentum on the neuron of SPEC row E3/E4, and the ways of writing it that are the same and that are not."""

from __future__ import annotations

import math

import numpy as np
import pytest

import optim
from tests.optim.leaves import Leaf, bits, descended, fed, gradients

INPUTS, TARGETS = (0.5, 2.5), (0.2, 0.9)
START = np.array([-2.9, -1.8])


def outputs(wb: np.ndarray) -> list[float]:
    return [1.0 / (1.0 + math.exp(-(wb[0] * x + wb[1]))) for x in INPUTS]


def error(wb: np.ndarray) -> float:
    """Half the sum of squared errors of a sigmoid neuron."""
    return 0.5 * sum((y - t) ** 2 for y, t in zip(outputs(wb), TARGETS, strict=True))


def slope(wb: np.ndarray) -> np.ndarray:
    δ = [(y - t) * y * (1.0 - y) for y, t in zip(outputs(wb), TARGETS, strict=True)]
    return np.array([sum(d * x for d, x in zip(δ, INPUTS, strict=True)), sum(δ)])


def trained(optimizer: type[optim.Optimizer], **settings: object) -> float:
    leaf = Leaf(START)
    *_, last = descended(optimizer([leaf], lr=2.0, **settings), leaf, slope, 100)
    return error(last)


def test_the_neuron_starts_at_an_error_of_418_thousandths() -> None:
    assert error(START) == pytest.approx(0.41813, rel=0, abs=5e-6)


def test_plain_descent_is_still_on_the_plateau_after_100_steps() -> None:
    assert trained(optim.SGD) == pytest.approx(0.35788, rel=0, abs=5e-6)


def test_momentum_has_left_it_by_then() -> None:
    assert trained(optim.SGD, momentum=0.8) == pytest.approx(1.0044e-5, rel=0, abs=5e-10)


def test_nesterov_by_look_ahead_is_nearer_still() -> None:
    assert trained(optim.NesterovLookahead, momentum=0.8) == pytest.approx(2.225e-8, rel=0, abs=5e-12)


def test_pytorchs_form_stores_the_point_ahead() -> None:
    assert trained(optim.SGD, momentum=0.8, nesterov=True) == pytest.approx(1.756e-8, rel=0, abs=5e-12)


@pytest.mark.parametrize("weight_decay", [0.0, 0.01])
def test_pytorchs_nesterov_walks_the_points_the_literal_form_looks_ahead_to(weight_decay: float) -> None:
    """φ_t = θ_t - lr μ v_t, to rounding: 4 ulp a step, on numbers up to 3."""
    lr, μ = 2.0, 0.8
    literal, stored = Leaf(START), Leaf(START)
    ahead = optim.NesterovLookahead([literal], lr, μ, weight_decay)
    pytorchs = optim.SGD([stored], lr, μ, weight_decay=weight_decay, nesterov=True)
    for θ, φ in zip(descended(ahead, literal, slope, 100), descended(pytorchs, stored, slope, 100), strict=True):
        np.testing.assert_allclose(θ - lr * μ * ahead.state[literal]["momentum_buffer"], φ, rtol=0, atol=100 * 4 * math.ulp(3.0))


def test_the_gradient_is_taken_at_the_point_ahead_and_the_parameter_is_back_afterwards() -> None:
    leaf, seen = Leaf(3.0), []
    optimizer = optim.NesterovLookahead([leaf], lr=0.1, momentum=0.5)

    def closure() -> float:
        seen.append(leaf.data)
        leaf.grad = 2.0 * leaf.data
        return leaf.data**2

    assert [optimizer.step(closure), optimizer.step(closure)] == [9.0, seen[1] ** 2]
    v = 6.0
    θ = 3.0 - 0.1 * v
    φ = θ - 0.1 * 0.5 * v
    assert seen == [3.0, φ]
    assert leaf.data == θ - 0.1 * (0.5 * v + 2.0 * φ)


def test_a_closure_that_fails_leaves_the_parameter_where_it_was() -> None:
    leaf = Leaf(3.0, grad=6.0)
    optimizer = optim.NesterovLookahead([leaf], lr=0.1)
    optimizer.step(lambda: None)
    θ = leaf.data
    with pytest.raises(ZeroDivisionError):
        optimizer.step(lambda: 1 / 0)
    assert leaf.data == θ


def lr_inside(start: float, rates: list[float], slopes: list[float], μ: float) -> list[float]:
    """v = μ v - lr g, θ += v, as lecture decks write it."""
    θ, v, path = start, 0.0, []
    for lr, g in zip(rates, slopes, strict=True):
        v = μ * v - lr * g
        θ = θ + v
        path.append(θ)
    return path


def lr_outside(start: float, rates: list[float], slopes: list[float], μ: float) -> list[float]:
    leaf = Leaf(start)
    optimizer, path = optim.SGD([leaf], lr=rates[0], momentum=μ), []
    for lr, g in zip(rates, slopes, strict=True):
        optimizer.param_groups[0]["lr"] = lr
        path += fed(optimizer, leaf, [g])
    return path


def test_at_a_fixed_rate_it_is_the_same_whether_lr_is_inside_or_outside() -> None:
    """A rate of 1/4 and a momentum of 1/2 on short numbers: nothing is rounded, so the two are equal to the bit."""
    slopes = [1.0, -2.0, 3.0, 0.5, -1.5, 4.0]
    assert lr_inside(1.0, [0.25] * 6, slopes, 0.5) == lr_outside(1.0, [0.25] * 6, slopes, 0.5)


def test_when_the_rate_falls_the_form_with_lr_inside_goes_on_with_the_old_rate() -> None:
    """One gradient of 1, then none: v = 1, ½. The rate falls from 1 to ¼ in between."""
    assert lr_inside(0.0, [1.0, 0.25], [1.0, 0.0], 0.5) == [-1.0, -1.5]
    assert lr_outside(0.0, [1.0, 0.25], [1.0, 0.0], 0.5) == [-1.0, -1.125]


def test_the_first_velocity_is_the_whole_gradient_whatever_the_dampening() -> None:
    leaf = Leaf(0.0)
    assert fed(optim.SGD([leaf], lr=1.0, momentum=0.5, dampening=0.75), leaf, [1.0, 1.0]) == [-1.0, -1.75]


def test_a_gradient_of_minus_zero_enters_the_velocity_as_it_is() -> None:
    """As in PyTorch, whose first velocity is a copy of the gradient."""
    leaf = Leaf(-0.0)
    optimizer = optim.SGD([leaf], lr=1.0, momentum=0.5)
    fed(optimizer, leaf, [-0.0])
    assert bits(optimizer.state[leaf]["momentum_buffer"]) == bits(-0.0)
    assert bits(leaf.data) == bits(0.0)


def test_without_momentum_the_literal_form_is_plain_descent() -> None:
    plain, literal = Leaf(START), Leaf(START)
    path = fed(optim.SGD([plain], lr=0.1, weight_decay=0.01), plain, gradients(20, 2))
    assert bits(fed(optim.NesterovLookahead([literal], 0.1, 0.0, 0.01), literal, gradients(20, 2))) == bits(path)
