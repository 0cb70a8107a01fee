"""A gradient that holds inf or nan is refused before anything changes."""

from __future__ import annotations

import math

import numpy as np
import pytest

import optim
from tests.optim.leaves import Leaf, every_class, snapshot, step

BAD = [math.inf, -math.inf, math.nan]


@every_class
@pytest.mark.parametrize("bad", BAD)
def test_nothing_changes_when_the_last_gradient_is_not_finite(cls: type[optim.Optimizer], bad: float) -> None:
    first, array, last = Leaf(1.0, grad=0.5), Leaf(np.ones((2, 2)), grad=np.ones((2, 2))), Leaf(3.0, grad=0.5)
    optimizer = cls([first, array, last])
    step(optimizer)
    last.grad = bad
    before = snapshot(optimizer)
    with pytest.raises(optim.NonFiniteGradientError):
        step(optimizer)
    assert snapshot(optimizer) == before


@every_class
def test_the_step_after_a_refused_one_is_as_if_it_had_not_been_asked_for(cls: type[optim.Optimizer]) -> None:
    refused, spared = Leaf(1.0, grad=0.5), Leaf(1.0, grad=0.5)
    optimizers = [cls([refused]), cls([spared])]
    step(optimizers[0])
    step(optimizers[1])
    refused.grad = math.nan
    with pytest.raises(FloatingPointError):
        step(optimizers[0])
    refused.grad = 0.5
    step(optimizers[0])
    step(optimizers[1])
    assert refused.data == spared.data


def test_the_message_names_the_parameter_by_its_label() -> None:
    with pytest.raises(optim.NonFiniteGradientError, match=r"SGD: the gradient of 'w1' is nan; no parameter was changed\."):
        optim.SGD([Leaf(0.0, grad=1.0), Leaf(0.0, grad=math.nan, label="w1")]).step()


def test_the_message_names_the_parameter_by_its_place_across_groups() -> None:
    groups = [{"params": [Leaf(0.0), Leaf(0.0)]}, {"params": [Leaf(0.0, grad=math.inf)]}]
    with pytest.raises(optim.NonFiniteGradientError, match="of parameter 2 is inf"):
        optim.SGD(groups).step()


def test_the_message_says_where_in_an_array() -> None:
    grad = np.zeros((2, 3))
    grad[1, 2] = -math.inf
    with pytest.raises(optim.NonFiniteGradientError, match=r"of 'weight' is -inf at \[1, 2\]"):
        optim.SGD([Leaf(np.zeros((2, 3)), grad=grad, label="weight")]).step()


@every_class
def test_the_check_can_be_turned_off(cls: type[optim.Optimizer]) -> None:
    leaf, array = Leaf(1.0, grad=math.nan), Leaf(np.ones(2), grad=np.array([math.nan, 1.0]))
    step(cls([leaf, array], check_finite=False))
    assert math.isnan(leaf.data)
    assert np.isnan(array.data).tolist() == [True, False]


@every_class
def test_steps_too_long_for_floats_end_alike_on_floats_and_arrays_without_a_warning(cls: type[optim.Optimizer]) -> None:
    number, array = Leaf(1.0), Leaf(np.ones(2))
    optimizer = cls([number, array], lr=1e10)
    for g in (1e308, -1e308, 1e308):
        number.grad, array.grad = g, np.full(2, g)
        step(optimizer)
        np.testing.assert_array_equal(array.data, number.data)
