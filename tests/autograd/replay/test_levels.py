"""One sweep says how deep cells lie, which of them vary, and which are computed together."""

import pytest

from autograd import Value, dot, ops
from autograd.errors import StaleGraphError
from autograd.replay.levels import VARYING, swept
from autograd.replay.lower import BatchMean, lower
from autograd.replay.tape import Tape
from autograd.tracing import batch_mean


def groups(inputs, outputs):
    """Operation, number of cells and depth of each group, in their order."""
    tape = Tape(inputs, outputs)
    return [(key[1], len(cells), key[0] >> 1) for key, cells in swept(tape)[1].items()]


def test_what_varies_is_computed_apart_from_what_does_not():
    x, w, v = Value(1.0), Value(2.0), Value(3.0)
    assert groups([x], [w.tanh(), v.tanh(), x.tanh()]) == [(ops.tanh, 2, 1), (ops.tanh, 1, 1)]


def test_groups_come_in_an_order_in_which_they_can_be_computed():
    x, w = Value(1.0), Value(2.0)
    inner = (x * w).tanh()
    assert groups([x], [inner.sin() + w.sin(), inner * w]) == [
        (ops.mul, 1, 1), (ops.sin, 1, 1), (ops.tanh, 1, 2), (ops.sin, 1, 3), (ops.mul, 1, 3), (ops.add, 1, 4)]


def test_dots_of_other_weights_with_the_same_inputs_are_one_group():
    x = [Value(1.0), Value(2.0)]
    weights = [[Value(float(k)), Value(1.0)] for k in range(3)]
    assert groups(x, [dot(weights[0], x), dot(x, weights[1]), dot(weights[2], x[::-1])]) == [(ops.dot, 2, 1), (ops.dot, 1, 1)]


def test_powers_share_their_exponent_if_it_is_a_number():
    x, y, w = Value(2.0), Value(3.0), Value(2.0)
    assert groups([x, y], [x**2.0, y**2.0, x**3.0, x**w]) == [(ops.pow, 2, 1), (ops.pow, 1, 1), (ops.pow, 1, 1)]


def test_a_mean_over_the_batch_does_not_vary():
    x = Value(1.0)
    tape = Tape([x], [batch_mean(x.sin())])
    assert [k & VARYING for k in swept(tape)[0]] == [1, 1, 0]


def test_a_leaf_that_was_written_later_is_found():
    w = Value(2.0)
    y = w * 3.0
    w.data = 4.0
    with pytest.raises(StaleGraphError, match="was changed"):
        Tape([], [y])


@pytest.mark.parametrize("of", ["the same number twice", "what is the same for all"])
def test_means_over_the_batch_are_taken_of_rows_beside_each_other(of):
    x, w = Value(1.0), Value(2.0)
    mean = {"the same number twice": lambda: batch_mean(x), "what is the same for all": lambda: batch_mean(w.exp())}[of]
    lowered = lower(Tape([x], [mean() * mean()]))
    kernel = next(kernel for kernel in lowered.kernels if isinstance(kernel, BatchMean))
    assert kernel.input.varying
    assert kernel.input.count == kernel.out.count == 2
