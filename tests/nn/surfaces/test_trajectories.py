"""Every optimiser walks on a surface as its rule says, with the gradients of our graph."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import optim
from autograd import Value
from nn.surfaces import plateau, ravine, saddle, trajectory
from tests.optim.leaves import Leaf, descended, every_variant

CURVATURES = np.array([1.0, 20.0])


def sgd(lr: float, **settings: Any) -> Callable[[Any], optim.SGD]:
    return lambda params: optim.SGD(params, lr=lr, **settings)


@every_variant
def test_an_optimiser_goes_where_it_goes_with_the_slope_worked_out_by_hand(cls: type[optim.Optimizer], settings: dict[str, Any]) -> None:
    """∇ ½(x² + 20 y²) = (x, 20 y)."""
    path = trajectory(ravine, (-3.0, 1.0), lambda params: cls(params, **settings), 20)
    leaf = Leaf(np.array([-3.0, 1.0]))
    by_hand = [leaf.data, *descended(cls([leaf], **settings), leaf, lambda θ: CURVATURES * θ, 20)]
    np.testing.assert_allclose(path, by_hand, rtol=1e-12, atol=0.0)


@pytest.mark.parametrize("lr", [0.01, 0.05, 0.09])
def test_plain_descent_multiplies_each_component_by_1_minus_lr_lambda(lr: float) -> None:
    t = np.arange(31)[:, None]
    np.testing.assert_allclose(trajectory(ravine, (2.0, -1.0), sgd(lr), 30), [2.0, -1.0] * (1.0 - lr * CURVATURES) ** t, rtol=1e-12)


@pytest.mark.parametrize(("lr", "grows"), [(0.0999, False), (0.1001, True)], ids=["just below", "just above"])
def test_it_diverges_beyond_two_over_the_largest_eigenvalue(lr: float, grows: bool) -> None:
    y = np.abs(trajectory(ravine, (1.0, 1.0), sgd(lr), 100)[:, 1])
    assert np.all(np.diff(y) > 0.0) == grows
    assert np.all(np.diff(y) < 0.0) != grows


def test_at_the_limit_it_jumps_to_and_fro_for_ever() -> None:
    path = trajectory(ravine, (1.0, 1.0), sgd(0.1), 50)
    np.testing.assert_allclose(path[:, 1], (-1.0) ** np.arange(51), rtol=1e-12)


def test_momentum_widens_the_limit_to_two_times_1_plus_mu() -> None:
    """lr < 2 (1 + μ) / λ: with μ = 0.5 that is 0.15 in place of 0.1."""
    ends = {lr: np.abs(trajectory(ravine, (1.0, 1.0), sgd(lr, momentum=0.5), 600)[-1, 1]) for lr in (0.148, 0.152)}
    assert ends[0.148] < 0.1
    assert ends[0.152] > 10.0


def test_a_schedule_is_stepped_after_each_step() -> None:
    """The curvature along x is 1, and the rates ½, ¼, ⅛: x is multiplied by 1 - lr each time."""
    path = trajectory(ravine, (1.0, 0.0), sgd(0.5), 3, lambda optimizer: optim.lr_scheduler.ExponentialLR(optimizer, 0.5))
    assert path[:, 0].tolist() == [1.0, 1 / 2, 3 / 8, 21 / 64]


def test_a_path_ends_where_the_slope_is_no_longer_finite() -> None:
    path = trajectory(lambda x, y: x**4 + y**4, (10.0, 10.0), sgd(1.0), 100)
    assert 2 <= len(path) < 20
    assert np.isfinite(path[:-1]).all()


def test_from_the_saddle_itself_no_optimiser_moves() -> None:
    path = trajectory(saddle, (0.0, 0.0), lambda params: optim.Adam(params, lr=0.1), 20)
    assert np.array_equal(path, np.zeros((21, 2)))


def test_one_line_of_starts_leads_to_the_saddle_and_a_hair_beside_it_past() -> None:
    """On y = -x the surface is (1 + x²)², with its minimum at the saddle."""
    on, beside = (trajectory(saddle, (0.5, y), sgd(0.1), 400) for y in (-0.5, -0.5 + 1e-6))
    np.testing.assert_allclose(on[-1], [0.0, 0.0], atol=1e-12)
    assert np.abs(beside - [0.0, 0.0]).sum(axis=1).min() < 1e-2
    assert saddle(*beside[-1]) < 1e-12


AFTER_100 = {
    "plain descent": (sgd(2.0), 0.35788, 5e-6),
    "momentum": (sgd(2.0, momentum=0.8), 1.0044e-5, 5e-10),
    "Nesterov by look-ahead": (lambda params: optim.NesterovLookahead(params, lr=2.0, momentum=0.8), 2.225e-8, 5e-12),
    "Nesterov as PyTorch has it": (sgd(2.0, momentum=0.8, nesterov=True), 1.756e-8, 5e-12),
}


@pytest.mark.parametrize("name", AFTER_100)
def test_the_error_of_the_saturated_neuron_after_100_steps(name: str) -> None:
    make, error, bound = AFTER_100[name]
    path = trajectory(plateau, (-2.9, -1.8), make, 100)
    assert plateau(*path[0]) == pytest.approx(0.41813, rel=0, abs=5e-6)
    assert plateau(*path[100]) == pytest.approx(error, rel=0, abs=bound)


def noisy_bowl(batch: int, seed: int) -> Callable[[Any], Any]:
    """½ (θ - x)², the mean over a mini-batch of examples x from N(0, 1)."""
    source = random.Random(seed)
    return lambda θ: sum(0.5 * (θ - source.gauss(0.0, 1.0)) ** 2 for _ in range(batch)) / batch


@pytest.mark.parametrize("batch", [1, 4])
def test_with_a_fixed_rate_mini_batches_leave_a_noise_of_known_size(batch: int) -> None:
    """θ ← (1-lr) θ + lr x̄ comes to rest at a variance of lr / (2-lr) · 1/B.

    The mean of 6000 squares, that remember each other for some 1/lr = 10 steps, is within 4 standard errors: 20 %.
    """
    lr = 0.1
    path = trajectory(noisy_bowl(batch, seed=1), (0.0,), sgd(lr), 6000)
    assert path[100:].var() == pytest.approx(lr / (2.0 - lr) / batch, rel=0.2)


def test_all_examples_at_once_come_to_rest() -> None:
    examples = [-1.0, 0.5, 2.0]
    path = trajectory(lambda θ: sum(0.5 * (θ - x) ** 2 for x in examples) / 3, (5.0,), sgd(0.5), 60)
    assert path[-1, 0] == pytest.approx(0.5, rel=1e-14)


@pytest.mark.parametrize(("f", "start", "make", "steps", "error", "message"), [
    (lambda x, y: 1.0, (0, 0), sgd(0.1), 3, TypeError, r"trajectory: f gives 1\.0 \(float\)\. Give a function of Values"),
    (ravine, (0, "1"), sgd(0.1), 3, TypeError, r"trajectory: start\[1\] is '1' \(str\)\. Give a number"),
    (ravine, (0, 1), lambda params: 0.1, 3, TypeError, r"make_optimizer gives 0\.1 \(float\)\. Give a function such as lambda params"),
    (ravine, (0, 1), sgd(0.1), 0, ValueError, r"trajectory: steps is 0"),
], ids=["a number", "a text", "no optimiser", "no step"])
def test_what_cannot_be_walked_is_named(f: Any, start: Any, make: Any, steps: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        trajectory(f, start, make, steps)


def test_a_value_may_be_part_of_the_surface() -> None:
    centre = Value(3.0)
    assert trajectory(lambda x: (x - centre) ** 2, (0.0,), sgd(0.5), 1)[-1] == pytest.approx([3.0])
