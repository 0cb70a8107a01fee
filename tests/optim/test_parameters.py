"""Optimisers on the parameters of a net, which hold many leaves at once."""

from __future__ import annotations

import math

import numpy as np
import pytest

import optim
from autograd import Value
from nn.parameter import Parameter
from tests.optim.leaves import bits, every_class, gradients, step

START = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.5]])


@every_class
def test_a_parameter_goes_where_its_leaves_would_go_one_by_one(cls: type[optim.Optimizer]) -> None:
    whole, singles = Parameter(START), [Value(x) for x in START.ravel().tolist()]
    optimizer, single = cls([whole]), cls(singles)
    for g in gradients(10, START.size):
        whole.grad = g.reshape(START.shape)
        for leaf, x in zip(singles, g.tolist(), strict=True):
            leaf.grad = x
        step(optimizer)
        step(single)
        assert bits(whole.data) == bits([leaf.item() for leaf in singles])


@every_class
def test_the_gradients_that_backward_leaves_are_used(cls: type[optim.Optimizer]) -> None:
    w = Parameter(START)
    before = w.data
    ((w - 1.0) ** 2).sum().backward()
    step(cls([w], weight_decay=0.0))
    np.testing.assert_array_equal(np.sign(w.data - before), np.sign(1.0 - before))


@every_class
def test_zero_grad_reaches_every_leaf(cls: type[optim.Optimizer]) -> None:
    w = Parameter(START)
    (w * w).sum().backward()
    optimizer = cls([w])
    optimizer.zero_grad(set_to_none=False)
    np.testing.assert_array_equal(w.grad, np.zeros_like(START))
    optimizer.zero_grad()
    assert w.grad is None
    assert w[0, 0].grad is None


@every_class
def test_a_bare_parameter_is_refused(cls: type[optim.Optimizer]) -> None:
    with pytest.raises(TypeError, match=r"write .*\(\[w\]\) for "):
        cls(Parameter(START))


def test_parameters_are_told_apart_though_they_compare_by_their_numbers() -> None:
    twins = [Parameter(START), Parameter(START)]
    optimizer = optim.SGD(twins, lr=0.5, momentum=0.5)
    twins[0].grad = START
    optimizer.step()
    assert list(map(id, optimizer.state)) == [id(twins[0])]
    with pytest.raises(ValueError, match="given twice"):
        optimizer.add_param_group({"params": twins[1]})


def test_a_gradient_that_is_not_finite_is_named_with_its_place() -> None:
    w = Parameter(START, label="layer.weight")
    w.grad = np.zeros_like(START)
    w[1, 2].grad = math.nan
    with pytest.raises(optim.NonFiniteGradientError, match=r"of 'layer.weight' is nan at \[1, 2\]"):
        optim.SGD([w]).step()
    assert bits(w.data) == bits(START)
