"""The numpy executor makes no more calls than a program needs, and keeps to the arrays it has."""

import re

import numpy as np
import pytest

from autograd import Value, dot, mean, ops, trace
from autograd.ops import TABLE, PullBack, nary, unary
from autograd.replay.lower import Gather, Lowered, Map, Rows
from autograd.replay.numpy_executor import NumpyExecutor


def calls_of(f, *example, batch=4):
    """What a run of the mean of f calls, forward and backward."""
    lowered = trace(f, *example, executor="numpy").lowered
    rows = lowered.outputs[0]
    source = NumpyExecutor(lowered, batch).source([(rows, 1.0 / batch if rows.varying else 1.0)])
    return re.findall(r"^    ([\w.]+)\(", source, re.MULTILINE)


def test_what_is_passed_on_unchanged_costs_no_call():
    """d(mean)/dw = 1 however long the chain of sums: it is known before the first run."""
    w = Value(1.0)
    assert calls_of(lambda x: x + w, 1.0) == ["np_add", "dot", "copyto"]


def test_the_square_of_an_error_needs_four_calls_back():
    """The seed 1/n is drawn into the constant 2/n, and a sum over lanes is a product with ones."""
    w, b = [Value(1.0), Value(2.0)], Value(0.5)
    forward = ["dot", "np_add", "np_subtract", "np_multiply", "dot"]
    assert calls_of(lambda x, y: (dot(w, x) + b - y) ** 2.0, [1.0, 2.0], 1.0) == [*forward, "np_multiply", "dot", "dot"]


def test_a_sum_of_squares_is_one_product():
    w = [Value(k) for k in (1.0, 2.0, 3.0)]
    assert "np_multiply" not in calls_of(lambda x: x + ops.total([v * v for v in w]), 1.0)[:2]


def test_what_nobody_asks_for_is_not_computed():
    kernels = [Map(TABLE["exp"], Rows(True, 1, 1), (Rows(True, 0, 1),)), Map(TABLE["sin"], Rows(True, 2, 1), (Rows(True, 0, 1),))]
    lowered = Lowered([], [], 1, kernels, [Rows(True, 2, 1)], 0, 3)
    assert "exp" not in NumpyExecutor(lowered, 3).source()
    assert "exp" in NumpyExecutor(lowered, 3, every_row=True).source()


def test_arrays_are_taken_again():
    """A long chain of functions needs few work arrays."""
    def f(x):
        for _ in range(50):
            x = (x * 0.5).sin().cos()
        return x

    lowered = trace(f, 1.0, executor="numpy").lowered
    executor = NumpyExecutor(lowered, 1000)
    executor.forward()
    function = executor._compiled[()].args[0]
    arrays = {a.ctypes.data for a in function.__globals__.values() if isinstance(a, np.ndarray) and a.size == 1000}
    assert len(arrays) <= 4


def test_rows_gathered_twice_receive_both_adjoints():
    kernels = [Gather(Rows(True, 1, 3), False, (1, 0, 1)), Gather(Rows(True, 4, 4), True, (1, 1, 3, 0))]
    lowered = Lowered([Value(0.0)] * 2, [], 1, kernels, [], 2, 8)
    executor = NumpyExecutor(lowered, 5, every_row=True)
    executor.uniform[:] = [2.0, 3.0]
    executor.varying[0] = 7.0
    for _ in range(2):
        assert executor.run([(Rows(True, 4, 4), 1.0)]) == 5.0 * (3.0 + 3.0 + 3.0 + 7.0)
    assert executor.varying[1:, 4].tolist() == [3.0, 2.0, 3.0, 3.0, 3.0, 3.0, 7.0]
    assert executor.varying_adjoint[1:, 0].tolist() == [2.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert executor.uniform_adjoint.tolist() == [0.0, 15.0]


@pytest.mark.parametrize("batch", [1, 6])
def test_operations_of_a_users_own_are_done_number_by_number(batch):
    cube = unary("cube", lambda x: x**3, PullBack(lambda g, z, x: 3.0 * g * x * x), latex="{0}", reason="")
    largest = nary("largest", lambda xs: max(xs), lambda z, x: ops.where(x == z, 1.0, 0.0), latex="{0}", reason="")
    w = Value(2.0)
    program = trace(lambda x: cube(w * x) + largest([x, w, x * w]), 1.0, executor="numpy")
    x = np.linspace(0.6, 3.1, batch)
    assert program(x) == pytest.approx((2.0 * x) ** 3 + np.maximum(2.0, 2.0 * x))
    program.backward(x)
    expected = mean([3.0 * (2.0 * v) ** 2 * v + (v if v > 1.0 else 1.0) for v in x.tolist()])
    assert w.grad == pytest.approx(expected)


def test_numpys_warnings_are_silent_and_stay_as_they_were_outside():
    w = Value(1.0)
    program = trace(lambda x: (w / x).log(), 1.0, executor="numpy")
    before = np.geterr()
    with np.errstate(all="raise"):
        assert program([0.0])[0] == np.inf
    assert np.geterr() == before


def test_rows_that_are_in_their_place_are_not_copied_there_again():
    """Two kernels read rows of two blocks at once; both blocks are computed where those rows are."""
    kernels = [
        Map(TABLE["exp"], Rows(True, 3, 3), (Rows(True, 0, 3),)), Map(TABLE["sin"], Rows(True, 6, 3), (Rows(True, 0, 3),)),
        Gather(Rows(True, 9, 2), True, (3, 8)), Gather(Rows(True, 11, 2), True, (4, 7)),
    ]
    executor = NumpyExecutor(Lowered([], [], 3, kernels, [Rows(True, 9, 2), Rows(True, 11, 2)], 0, 13), 2)
    assert "copyto" not in executor.source()
    executor.varying[:3] = [[0.0, 1.0], [0.5, 0.25], [2.0, 3.0]]
    executor.forward()
    assert executor.varying[9:13, 0].tolist() == pytest.approx([1.0, np.sin(2.0), np.exp(0.5), np.sin(0.5)])
