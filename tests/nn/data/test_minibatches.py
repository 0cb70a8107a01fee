"""Mini-batches: every example once, each beside its target."""

import numpy as np
import pytest

import autograd
from nn.data import minibatches

X = np.arange(22.0).reshape(11, 2)
y = np.arange(11)


@pytest.mark.parametrize("size", [1, 3, 11, 40])
@pytest.mark.parametrize("shuffle", [True, False], ids=["shuffled", "in order"])
def test_each_example_comes_once_beside_its_target(size, shuffle):
    batches = list(minibatches(X, y, size, shuffle, rng=0))
    sizes = [len(a) for a, _ in batches]
    assert sizes == [size] * (11 // size) + [11 % size] * (11 % size > 0)
    assert sorted(t for _, b in batches for t in b) == list(range(11))
    assert all((a[:, 0] == 2 * b).all() for a, b in batches)


def test_the_order_is_that_of_the_generator_and_new_each_time():
    def order(**settings):
        return [t for _, b in minibatches(X, y, 4, **settings) for t in b.tolist()]

    assert order(shuffle=False) == list(range(11))
    assert order(rng=3) == order(rng=3) != order(rng=4)
    autograd.manual_seed(0)
    first = [order(), order()]
    autograd.manual_seed(0)
    assert [order(), order()] == first
    assert first[0] != first[1]


def test_targets_may_be_rows_and_lists():
    assert [b.shape for _, b in minibatches(X.tolist(), np.eye(11).tolist(), 6, rng=0)] == [(6, 11), (5, 11)]


WRONG = {
    "no examples": ((np.zeros((0, 2)), [], 1), ValueError, "at least one example"),
    "a target short": ((X, y[1:], 1), ValueError, r"\(11, 2\) and y \(10,\)"),
    "empty batches": ((X, y, 0), ValueError, "batch_size is 0"),
    "half a batch": ((X, y, 0.5), TypeError, "batch_size is 0.5"),
    "shuffle": ((X, y, 2, "yes"), TypeError, "shuffle is 'yes'"),
}


@pytest.mark.parametrize(("given", "error", "message"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_refused_at_the_call(given, error, message):
    with pytest.raises(error, match=message):
        minibatches(*given)
