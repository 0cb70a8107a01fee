"""A program computes what the traced function computes, example by example."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import TraceError, Value, dot, gradients, mean, trace
from autograd.replay.native.executor import refusal
from tests.autograd.replay.graphs import FEW, random_function

RUNNABLE = ["python", "numpy"] + ["native"] * (refusal(trace(lambda x: x + 1.0, 1.0).lowered) is None)


@pytest.mark.parametrize("executor", RUNNABLE)
@settings(deadline=None, max_examples=100)
@given(seed=st.integers(0, 2**32), batch=st.integers(1, 70))
def test_random_programs_equal_the_graph(executor, seed, batch):
    r = random.Random(seed)
    parameters = [Value(r.uniform(0.3, 1.2)) for _ in range(3)]
    f = random_function(r, parameters)
    X, Y = (np.array([r.uniform(0.2, 0.9) for _ in range(batch)]) for _ in "xy")
    program = trace(f, X[0], Y[0], executor=executor)
    for _ in range(2):
        outputs = [f(Value(x), Value(y)) for x, y in zip(X.tolist(), Y.tolist(), strict=True)]
        assert program(X, Y) == pytest.approx([v.item() for v in outputs], rel=1e-12, abs=1e-12, nan_ok=True)
        expected = [g.item() for g in gradients(mean(outputs), parameters)]
        for p in parameters:
            p.grad = None
        program.backward(X, Y)
        scale = max(1.0, *map(abs, expected)) if all(map(np.isfinite, expected)) else 1.0
        found = [0.0 if p.grad is None else p.grad for p in parameters]
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-11 * scale, nan_ok=True)
        for p in parameters:
            p.data += 0.1


@pytest.mark.parametrize("executor", RUNNABLE)
@pytest.mark.parametrize("op", FEW, ids=lambda op: op.name)
def test_every_operation_replays(op, executor):
    r = random.Random(op.name)
    rows = np.array([[r.uniform(*interval) for interval in op.domain] for _ in range(20)])
    w = [Value(x) for x in rows[0]]
    program = trace(lambda *xs: op(*xs) + op(*w) + (op(xs[0], w[1]) if len(w) > 1 else 0.0), *rows[0], executor=executor)
    expected = mean([op(*map(Value, row)) + op(*w) + (op(row[0], w[1]) if len(w) > 1 else 0.0) for row in rows.tolist()])
    assert program.backward(*rows.T) == pytest.approx(expected.item(), rel=1e-13, abs=1e-13)
    found = [v.grad for v in w]
    assert found == pytest.approx([g.item() for g in gradients(expected, w)], rel=1e-12, abs=1e-12)


def test_chains_of_products_become_dots_and_then_one_matrix_product_with_its_biases():
    w = [[Value(0.1 * (i + j)) for j in range(3)] for i in range(4)]
    b = [Value(0.5) for _ in range(4)]

    def layer(x):
        return [sum((wi * xi for wi, xi in zip(row, x, strict=True)), bias) for row, bias in zip(w, b, strict=True)]

    program = trace(layer, [1.0, 2.0, 3.0])
    assert "4 dots of 3" in program.explain()
    assert len(program.lowered.kernels) == 1
    X = np.arange(6.0).reshape(2, 3)
    assert program(X) == pytest.approx(X @ np.array([[v.item() for v in row] for row in w]).T + 0.5)


def test_a_number_that_is_used_twice_stays_a_cell_of_its_own():
    w = [Value(k) for k in (1.0, 2.0, 3.0)]

    def f(x):
        s = w[0] * x[0] + w[1] * x[1]
        return (s + w[2] * x[2]) * s

    program = trace(f, [1.0, 1.0, 1.0])
    assert program([[1.0, 2.0, 3.0]]).tolist() == [14.0 * 5.0]


def test_outputs_keep_their_shape():
    w = Value(2.0)
    assert trace(lambda x: w * x, 1.0)([1.0, 2.0]).shape == (2,)
    assert trace(lambda x: [w * x, x, 1.0], 1.0)([1.0, 2.0]).tolist() == [[2.0, 1.0, 1.0], [4.0, 2.0, 1.0]]
    assert trace(nn.Linear(3, 2), np.zeros(3))(np.zeros((5, 3))).shape == (5, 2)


def test_parameters_are_read_afresh():
    w = Value(2.0)
    program = trace(lambda x: w * x, 1.0)
    assert program([1.0]) == 2.0
    w.data = 5.0
    assert program([1.0]) == 5.0


def test_backward_accumulates_as_it_does_on_the_graph():
    w = Value(2.0)
    program = trace(lambda x: w * x, 1.0)
    assert program.backward([1.0, 3.0]) == 4.0
    program.backward([1.0, 3.0])
    assert w.grad == 4.0


@pytest.mark.parametrize(("f", "how"), [
    (lambda x: x if x > 0.0 else -x, "it was compared"),
    (lambda x: x * 2.0 if x else x, "whether it is true"),
    (lambda x: x * x.item(), "its number was asked for"),
    (lambda x: x * x.data, "its number was asked for"),
    (lambda x: x * (x == 1.0), "it was compared"),
    (lambda x: max(x, x * 2.0), "it was compared"),
])
def test_what_holds_for_one_example_only_is_not_traced(f, how):
    with pytest.raises(TraceError, match=how):
        trace(f, 1.0)
    assert Value(1.0) > 0.5


def test_the_error_names_the_line():
    with pytest.raises(TraceError, match=r"test_program.py:\d+"):
        trace(lambda x: abs(x) if x < 0.0 else x, 1.0)


@pytest.mark.parametrize(("batch", "error", "message"), [
    ((), TypeError, "traced with 2 arguments, and 0"),
    (([[1.0, 2.0]],), TypeError, "traced with 2 arguments, and 1"),
    (([[1.0, 2.0, 3.0]], [1.0]), ValueError, r"argument 0 has shape \(1, 3\), but the example had \(2,\)"),
    (([1.0, 2.0], [1.0]), ValueError, r"argument 0 has shape \(2,\).*\(N, 2\)"),
    (([[1.0, 2.0]], [[1.0]]), ValueError, r"argument 1 has shape \(1, 1\).*\(N,\)"),
    (([[1.0, 2.0]], [1.0, 2.0]), ValueError, "argument 1 has 2 examples, and argument 0 has 1"),
    ((np.zeros((0, 2)), np.zeros(0)), ValueError, "at least one"),
    (([["a", "b"]], [1.0]), TypeError, "argument 0: <U1 is no type of numbers"),
    (([[True, False]], [1.0]), TypeError, "argument 0: bool"),
    (([[1.0], [1.0, 2.0]], [1.0, 2.0]), ValueError, "unequal lengths"),
])
def test_a_batch_that_does_not_fit_is_refused_before_anything_changes(batch, error, message):
    w = Value(2.0)
    program = trace(lambda x, y: dot(x, [w, w]) * y, [1.0, 1.0], 1.0)
    with pytest.raises(error, match=message):
        program.backward(*batch)
    assert w.grad is None


def test_an_unknown_executor_and_a_wrong_result_are_refused(monkeypatch):
    with pytest.raises(ValueError, match="no executor 'gpu'"):
        trace(lambda x: x, 1.0, executor="gpu")
    monkeypatch.setenv("AUTOGRAD_EXECUTOR", "abacus")
    with pytest.raises(ValueError, match="no executor 'abacus'"):
        trace(lambda x: x, 1.0)
    monkeypatch.undo()
    with pytest.raises(TypeError, match="returned None"):
        trace(lambda x: None, 1.0)
    with pytest.raises(TypeError, match="only a single number has a gradient"):
        trace(lambda x: [x, x], 1.0).backward([1.0])


@pytest.mark.parametrize("executor", RUNNABLE)
@pytest.mark.parametrize(("f", "x", "expected", "slope"), [
    (lambda w, x: (w * x).exp(), 1000.0, np.inf, np.inf),
    (lambda w, x: (w * x).log(), 0.0, -np.inf, np.nan),
    (lambda w, x: (w * x).sqrt(), -1.0, np.nan, np.nan),
    (lambda w, x: w / x, 0.0, np.inf, np.inf),
    (lambda w, x: (w * x) ** -1.0, 0.0, np.inf, np.nan),
])
def test_results_follow_ieee(executor, f, x, expected, slope):
    w = Value(1.0)
    program = trace(lambda x: f(w, x), 1.0, executor=executor)
    assert program([x])[0] == pytest.approx(expected, nan_ok=True)
    program.backward([x])
    assert w.grad == pytest.approx(slope, nan_ok=True)


def test_the_executor_suits_the_size():
    w = [Value(0.1)] * 3
    program = trace(lambda x: dot(w, x).tanh(), [1.0, 2.0, 3.0])
    if refusal(program.lowered):
        assert program.executor == "python"
        program(np.ones((1000, 3)))
        assert program.executor == "numpy"
    else:
        assert program.executor == "native"
    assert trace(lambda x: x, 1.0, executor="numpy").executor == "numpy"


@pytest.mark.parametrize("executor", RUNNABLE)
def test_an_exponent_that_is_a_parameter_learns_though_it_is_two(executor):
    w = Value(2.0)
    trace(lambda x: x**w, 0.5, executor=executor).backward([0.5])
    assert w.grad == pytest.approx(0.25 * math.log(0.5), rel=1e-12)
