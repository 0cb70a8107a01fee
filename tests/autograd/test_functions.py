"""Functions of many Values, and the way back to arrays."""

import math
import random

import numpy as np
import pytest

import autograd
from autograd import Value, dot, gradients, grads, log_softmax, mean, one_hot, softmax, take, values


def chain(xs, ys):
    total = xs[0] * ys[0]
    for x, y in zip(xs[1:], ys[1:], strict=True):
        total = total + x * y
    return total


def test_sum_and_dot_have_the_bits_of_the_chains_they_replace():
    r = random.Random(6)
    for _ in range(300):
        n = r.randint(1, 12)
        xs, ys = ([Value(r.gauss(0.0, 10.0 ** r.randint(-6, 6))) for _ in range(n)] for _ in "xy")
        together, one_by_one = dot(xs, ys), chain(xs, ys)
        assert together.item() == one_by_one.item()
        assert gradients(together, xs + ys) == gradients(one_by_one, xs + ys)
        assert autograd.sum(xs).item() == chain(xs, [1.0] * n).item()


def test_a_sum_is_not_compensated():
    assert autograd.sum([1e16, 1.0, -1e16]) == 0.0


def test_empty_sums_are_0():
    assert autograd.sum([]) == 0.0
    assert dot([], []) == 0.0


def test_generators_and_arrays_are_sequences():
    x = [Value(1.0), Value(2.0)]
    assert dot((v for v in x), np.array([3.0, 4.0])) == 11.0
    assert autograd.sum(iter(x)) == 3.0
    assert mean(np.array([1.0, 2.0])) == 1.5


FUNCTIONS = [autograd.sum, mean, autograd.logsumexp, lambda xs: softmax(xs)[0], lambda xs: log_softmax(xs)[1], lambda xs: dot(xs, xs)]


@pytest.mark.parametrize("f", FUNCTIONS)
def test_floats_in_floats_out_with_the_same_bits(f):
    xs = [0.3, -1.2, 2.0]
    assert type(f(xs)) is float
    assert f(xs) == f([Value(x) for x in xs]).item()


def test_softmax_sums_to_1_and_its_gradient_to_0():
    x = [Value(k) for k in (1.0, -2.0, 0.5)]
    p = softmax(x)
    assert math.fsum(v.item() for v in p) == pytest.approx(1.0, abs=1e-15)
    assert math.fsum(g.item() for g in gradients(p[0], x)) == pytest.approx(0.0, abs=1e-16)


def test_values_and_grads_keep_the_shape():
    x = Value(2.0)
    y = x * 3.0
    y.backward()
    assert values([[x, 1.0], [y, 2]]).tolist() == [[2.0, 1.0], [6.0, 2.0]]
    assert grads(np.array([x, y, Value(5.0)])).tolist() == [3.0, 1.0, 0.0]
    assert values(x).shape == ()
    assert float(grads(x)) == 3.0


def test_grads_after_create_graph_are_numbers():
    x = Value(2.0)
    (x * x).backward(create_graph=True)
    assert grads([x]).tolist() == [4.0]


def test_take_and_one_hot():
    x = [Value(1.0), Value(2.0)]
    assert take(x, 1) is x[1]
    assert take(x, Value(1.0)) is x[1]
    assert take([[1.0, 2.0], [3.0, 4.0]], 0) == [1.0, 2.0]
    assert one_hot(2, 3) == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("index", [2, -1, 0.5, float("nan")])
def test_an_index_that_is_none_is_refused(index):
    with pytest.raises(IndexError, match="no whole number from 0 to 1"):
        take([Value(1.0), Value(2.0)], index)
