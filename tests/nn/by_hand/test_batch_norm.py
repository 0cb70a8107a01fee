"""Batch norm written out by hand: the graph's outputs bit for bit, and its gradients to the last bits; PyTorch's too."""

import math

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from nn.by_hand import batch_norm, batch_norm_backward
from tests.nn.measure import pulled
from tests.oracles import files
from tests.support import EPS

ORACLE = files.load("layers")["norms"]["defaults"]
OFFSETS = {"around 0": 0.0, "around 1": 1.0, "around 100": 100.0}


def batches(offset, n=40):
    """Batches of 2 to 40 examples of 3 features, in units from 0.01 to 100, with what they are scaled by and their adjoints."""
    r = np.random.default_rng(0)
    for size in range(2, 2 + n):
        x = r.normal(size=(size, 3)) * 10.0 ** r.integers(-2, 3, size=3) + offset
        yield x, r.normal(size=3), r.normal(size=3), r.normal(size=(size, 3))


def by_graph(x, weight, bias, g):
    norm = nn.BatchNorm1d(3)
    norm.weight.data, norm.bias.data = weight, bias
    return pulled(norm, x, g)


def of_one_x(x, weight, g):
    """What ∂L/∂x is a difference of, feature by feature: the largest |γ g| / σ."""
    return abs(weight) * abs(g).max(axis=0) / np.sqrt(x.var(axis=0) + 1e-5)


@pytest.mark.parametrize("offset", OFFSETS.values(), ids=list(OFFSETS))
def test_the_outputs_are_the_graphs_bit_for_bit(offset):
    for x, weight, bias, g in batches(offset):
        assert (batch_norm(x, weight, bias) == by_graph(x, weight, bias, g)[0]).all()


@pytest.mark.parametrize("offset", OFFSETS.values(), ids=list(OFFSETS))
def test_the_six_formulas_give_the_graphs_gradients(offset):
    for x, weight, bias, g in batches(offset):
        by_hand = batch_norm_backward(x, weight, g)
        _, x_grad, grads = by_graph(x, weight, bias, g)
        assert (abs(by_hand.x - x_grad) <= 4 * EPS * of_one_x(x, weight, g)).all()
        x_hat = batch_norm(x, 1.0, 0.0)
        assert (abs(by_hand.weight - grads["weight"]) <= 4 * EPS * abs(g * x_hat).sum(axis=0)).all()
        assert (abs(by_hand.bias - grads["bias"]) <= 4 * EPS * abs(g).sum(axis=0)).all()


def test_the_formulas_on_the_way_are_the_graphs_too():
    x, weight, _, g = next(batches(1.0))
    xs = [Value(z) for z in x[:, 0]]
    μ = autograd.mean(xs)
    var = autograd.mean([(z - μ) ** 2 for z in xs])
    x_hats = [(z - μ) / autograd.sqrt(var + 1e-5) for z in xs]
    autograd.dot([weight[0] * z for z in x_hats], g[:, 0].tolist()).backward()
    by_hand = batch_norm_backward(x[:, :1], weight[:1], g[:, :1])
    assert by_hand.x_hat[:, 0] == pytest.approx([z.grad for z in x_hats], rel=4 * EPS)
    assert by_hand.variance[0] == pytest.approx(var.grad, rel=8 * EPS)
    assert by_hand.mean[0] == pytest.approx(μ.grad, rel=8 * EPS)


def test_they_are_pytorchs():
    weight = np.array(ORACLE["start"]["weight"])
    for step in ORACLE["steps"]:
        x, g = np.array(step["x"]), np.array(step["g"])
        by_hand = batch_norm_backward(x, weight, g)
        assert (abs(by_hand.x - step["x_grad"]) <= 4 * EPS * of_one_x(x, weight, g) * (1.0 + abs(x).max() / x.std(axis=0))).all()
        assert by_hand.weight == pytest.approx(step["grads"]["weight"], rel=1e-12)
        assert by_hand.bias == pytest.approx(step["grads"]["bias"], rel=1e-12)


@pytest.mark.parametrize("offset", OFFSETS.values(), ids=list(OFFSETS))
def test_the_gradients_of_a_batch_sum_to_nought(offset):
    for x, weight, _, g in batches(offset):
        by_x = batch_norm_backward(x, weight, g).x
        σ = np.sqrt(x.var(axis=0) + 1e-5)
        assert (abs(by_x.sum(axis=0)) <= 8 * EPS * of_one_x(x, weight, g) * (1.0 + abs(x).max(axis=0) / σ)).all()
        if len(x) > 2:
            assert (abs(by_x).max(axis=0) > 0.1 * of_one_x(x, weight, g)).all()


def test_a_batch_of_two_has_nothing_to_learn_by():
    # Its outputs are γ and -γ, however far apart the two stand.
    by_x = batch_norm_backward([[3.0], [7.0]], 2.0, [[0.7], [-1.3]], eps=0.0).x
    assert abs(by_x).max() <= 4 * EPS


def test_a_batch_of_four_in_fractions():
    # x - μ = (-3, -1, 1, 3), σ² = 5 and eps = 4, so σ = 3; g = (9, 0, 0, 0), γ = 2.
    found = batch_norm_backward([[0.0], [2.0], [4.0], [6.0]], [2.0], [[9.0], [0.0], [0.0], [0.0]], eps=4.0)
    assert found.x_hat[:, 0].tolist() == [18.0, 0.0, 0.0, 0.0]
    assert found.variance[0] == 18 * -3 * -0.5 / 27 == 1.0
    assert found.mean[0] == -6.0
    assert found.x[:, 0].tolist() == [6.0 - 1.5 - 1.5, -0.5 - 1.5, 0.5 - 1.5, 1.5 - 1.5]
    assert found.weight[0] == -9.0
    assert found.bias[0] == 9.0


@pytest.mark.parametrize(("call", "kind", "message"), [
    (lambda: batch_norm([[1.0, 2.0]], 1.0, 0.0), ValueError, r"batch_norm: x has shape \(1, 2\).*two examples or more"),
    (lambda: batch_norm([[1.0], [2.0]], [1.0, 1.0], 0.0), ValueError, r"batch_norm: weight has shape \(2,\), but x has 1 features"),
    (lambda: batch_norm([[1.0], [2.0]], 1.0, "b"), TypeError, "batch_norm: bias: 'b'"),
    (lambda: batch_norm([[1.0], [2.0]], 1.0, 0.0, eps=-1.0), ValueError, "batch_norm: eps is -1.0"),
    (lambda: batch_norm_backward([[1.0], [2.0]], 1.0, [1.0, 2.0]), ValueError, r"g has shape \(2,\) and x \(2, 1\)"),
    (lambda: batch_norm_backward([1.0, 2.0], 1.0, [1.0, 2.0]), ValueError, r"batch_norm_backward: x has shape \(2,\)"),
    (lambda: batch_norm_backward([[1.0], [2.0]], 1.0, [[1.0], [2.0]], eps=math.nan), ValueError, "batch_norm_backward: eps is nan"),
], ids=["batch of one", "wide weight", "text", "negative eps", "flat g", "flat x", "nan eps"])
def test_bad_input_is_refused(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
