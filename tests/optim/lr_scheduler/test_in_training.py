"""Schedules in the middle of training: on the graph, in a compiled step, and beside momentum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Value, trace
from optim import lr_scheduler as s
from tests.optim.leaves import Leaf, bits, fed

X, Y = [[0.0], [1.0], [2.0], [3.0]], [[1.0], [3.0], [5.0], [7.0]]
SCHEDULES: dict[str, Callable[[Any], Any]] = {
    "1/t decay": lambda o: s.InverseTimeLR(o, 0.1),
    "triangles, momentum too": lambda o: s.CyclicLR(o, 0.01, 0.1, 3),
    "one cycle": lambda o: s.OneCycleLR(o, 0.1, 40),
    "a warm-up, then steps": lambda o: s.SequentialLR(o, [s.LinearLR(o, 0.1), s.StepLR(o, 10, 0.5)], [5]),
}
OPTIMIZERS: dict[str, Callable[[Any], Any]] = {
    "SGD": lambda p: optim.SGD(p, lr=0.05, momentum=0.9),
    "Adam": lambda p: optim.Adam(p, lr=0.05),
}


def line() -> nn.Linear:
    return nn.Linear(1, 1, rng=0)


@pytest.mark.parametrize("of", OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize("schedule_of", SCHEDULES.values(), ids=SCHEDULES)
def test_a_compiled_step_follows_the_schedule_as_the_graph_does(of: Callable[[Any], Any], schedule_of: Callable[[Any], Any]) -> None:
    criterion, eager, compiled = nn.MSELoss(), line(), line()
    optimizers = [of(eager.parameters()), of(compiled.parameters())]
    step = trace(lambda x, y: criterion(compiled(x), y), X[0], Y[0]).train_step(optimizers[1])
    step(X, Y)
    loss = criterion(eager(X), Y)
    loss.backward()
    optimizers[0].step()
    schedules = [schedule_of(optimizer) for optimizer in optimizers]
    for _ in range(30):
        loss = criterion(eager(X), Y)
        optimizers[0].zero_grad()
        loss.backward()
        optimizers[0].step()
        step(X, Y)
        for schedule in schedules:
            schedule.step()
        assert np.allclose(compiled.weight.data, eager.weight.data, rtol=1e-12, atol=0.0)
        assert np.allclose(compiled.bias.data, eager.bias.data, rtol=1e-12, atol=0.0)


def test_the_step_is_as_long_as_the_schedule_says() -> None:
    w = Value(0.0)
    optimizer = optim.SGD([w], lr=1.0)
    schedule = s.InverseTimeLR(optimizer, 1.0)
    lengths = []
    for _ in range(4):
        before, w.grad = w.item(), -1.0
        optimizer.step()
        schedule.step()
        lengths.append(w.item() - before)
    assert lengths == pytest.approx([1.0, 1 / 2, 1 / 3, 1 / 4])


def test_lr_inside_of_the_velocity_is_the_same_at_a_fixed_rate_and_another_under_a_schedule() -> None:
    """v ← μv - lr g, θ ← θ + v against v ← μv + g, θ ← θ - lr v."""
    μ, gradients = 0.5, [1.0, -0.5, 0.25, 2.0, 1.0, -1.0]

    def inside(rates: list[float]) -> list[float]:
        θ = v = 0.0
        path = []
        for lr, g in zip(rates, gradients, strict=True):
            v = μ * v - lr * g
            θ = θ + v
            path.append(θ)
        return path

    def outside(gamma: float) -> list[float]:
        leaf = Leaf(0.0)
        optimizer = optim.SGD([leaf], lr=0.5, momentum=μ)
        schedule = s.StepLR(optimizer, 3, gamma)
        path = []
        for g in gradients:
            path += fed(optimizer, leaf, [g])
            schedule.step()
        return path

    assert outside(1.0) == pytest.approx(inside([0.5] * 6), rel=1e-15)
    scheduled = inside([0.5] * 3 + [0.05] * 3)
    assert outside(0.1)[:3] == pytest.approx(scheduled[:3], rel=1e-15)
    assert abs(outside(0.1)[3] - scheduled[3]) > 0.01


def test_a_run_that_switches_optimisers_goes_on_from_where_it_is() -> None:
    """Adam first, then SGD with a schedule of its own: each does what it would do alone from there."""
    start, gradients = np.array([1.0, -2.0]), np.random.default_rng(3).standard_normal((12, 2))
    leaf = Leaf(start)
    fed(optim.Adam([leaf], lr=0.1), leaf, gradients[:6])
    there = leaf.data
    descent = optim.SGD([leaf], lr=0.5, momentum=0.9)
    schedule = s.ExponentialLR(descent, 0.5)
    for g in gradients[6:]:
        fed(descent, leaf, [g])
        schedule.step()

    θ, v, lr = there, np.zeros(2), 0.5
    for g in gradients[6:]:
        v = 0.9 * v + g
        θ = θ - lr * v
        lr *= 0.5
    assert bits(leaf.data) == bits(θ)
    assert not np.array_equal(there, start)
