"""Under `anomaly()` a program says what the graph says of the first number that is not finite, and in which example."""

import inspect
import math

import numpy as np
import pytest

import nn
import optim
from autograd import AnomalyError, Value, anomaly, exp, trace
from autograd import sum as total
from tests.autograd.replay.executors import RUNNABLE

each_executor = pytest.mark.parametrize("executor", RUNNABLE)


def message_on_the_graph(f, *example):
    """What the graph raises for the one example."""
    with anomaly(), pytest.raises(AnomalyError) as caught:
        f(*(Value(x, label="input") for x in example)).backward()
    return str(caught.value)


def line_of(f):
    return f"{inspect.getsourcefile(f)}:{inspect.getsourcelines(f)[1]}"


w = Value(2.0, label="w")
VALUES = {
    "log of 0": (lambda x: (w * x).log(), [1.0, 2.0, 0.0, 3.0], 2),
    "root of a negative": (lambda x: (w * x).sqrt(), [-1.0, 4.0], 0),
    "division by 0": (lambda x: w / x, [1.0, 0.0, 0.0], 1),
    "overflow": (lambda x: exp(w * x), [1.0, 2.0, 3.0, 400.0], 3),
    "nan": (lambda x: w * x, [1.0, math.nan], 1),
    "a sum of products": (lambda x: total([w * x, -w * x, x]), [1.0, 1e308], 1),
}
every_case = pytest.mark.parametrize("case", VALUES.values(), ids=VALUES)


@each_executor
@every_case
def test_a_value_is_reported_as_on_the_graph(case, executor):
    f, X, bad = case
    program = trace(f, 1.0, executor=executor)
    expected = message_on_the_graph(f, X[bad])
    assert line_of(f) in expected
    for run in (program, program.backward):
        with anomaly(), pytest.raises(AnomalyError) as caught:
            run(X)
        assert str(caught.value) == f"{expected} This was example {bad} of the batch."


@each_executor
def test_an_adjoint_is_reported_as_on_the_graph(executor):
    root = Value(1.0, label="root")

    def f(x):
        return (root * x).sqrt()

    program = trace(f, 1.0, executor=executor)
    expected = message_on_the_graph(f, 0.0)
    assert "the adjoint of" in expected
    assert "through sqrt" in expected
    with anomaly():
        assert program([1.0, 0.0]).tolist() == [1.0, 0.0]
        with pytest.raises(AnomalyError) as caught:
            program.backward([1.0, 0.0])
    assert str(caught.value) == f"{expected} This was example 1 of the batch."


@each_executor
@pytest.mark.parametrize("make", [
    lambda p: optim.SGD(p, lr=0.1, momentum=0.9), lambda p: optim.Adam(p), lambda p: optim.NesterovLookahead(p),
    lambda p: optim.SGD(p, lr=0.1, check_finite=False),
], ids=["SGD", "Adam", "look-ahead", "unchecked"])
def test_nothing_has_changed(make, executor):
    model = nn.Sequential(nn.Linear(2, 2, rng=1), nn.BatchNorm1d(2), nn.Linear(2, 1, rng=2))
    optimizer = make(model.parameters())
    program = trace(lambda x, y: nn.functional.mse_loss(model(x), y), [1.0, 2.0], [0.5], executor=executor)
    step = program.train_step(optimizer)
    X, Y = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 1.0]]), np.array([[0.5], [1.0], [0.0]])
    step(X, Y)
    program.backward(X, Y)

    def state():
        memory = {i: {name: np.array(x) for name, x in optimizer.state[p].items()} for i, p in enumerate(model.parameters())}
        return repr((model.state_dict(), [p.grad for p in model.parameters()], memory))

    before = state()
    for bad in (math.nan, math.inf, 1e200):
        for run in (program, program.backward, step, lambda *batch: step.many(*(np.array([part]) for part in batch))):
            with anomaly(), pytest.raises(AnomalyError):
                run(X, [[0.5], [1.0], [bad]])
            assert state() == before
    with anomaly():
        step(X, Y)
    assert state() != before


@each_executor
def test_what_is_finite_passes(executor):
    program = trace(lambda x: (w * x).tanh(), 1.0, executor=executor)
    with anomaly():
        assert program([0.0, 1e307]).tolist() == [0.0, 1.0]
    assert math.isnan(trace(lambda x: w * x, 1.0, executor=executor)([math.nan])[0])


@each_executor
def test_what_comes_out_finite_in_the_end_is_reported_all_the_same(executor):
    program = trace(lambda x: (w * x).tanh(), 1.0, executor=executor)
    assert program([1.0, 1e308])[1] == 1.0
    with anomaly(), pytest.raises(AnomalyError, match=r"mul of 'w' = 2.0, 'input' = 1e\+308 gave inf.*example 1"):
        program([1.0, 1e308])


@each_executor
def test_random_numbers_are_those_of_the_run(executor):
    """A unit that is dropped passes no infinity on; the report is of an example in which it was kept."""
    drop = nn.Dropout(0.5, rng=3)

    def f(x):
        return exp(drop(np.array([x, -x], dtype=object))[0] * w)

    program = trace(f, 1.0, executor=executor)
    X = np.full(40, 300.0)
    before = drop.rng.getstate()
    kept = np.isinf(program(X))
    assert 5 < kept.sum() < 35
    drop.rng.setstate(before)
    with anomaly(), pytest.raises(AnomalyError, match=rf"exp of .* gave inf.*example {np.argmax(kept)} of the batch"):
        program(X)
    after = drop.rng.getstate()
    drop.rng.setstate(before)
    program(X)
    assert drop.rng.getstate() == after


def test_what_no_example_does_by_itself_is_reported_as_far_as_it_is_known():
    norm = nn.BatchNorm1d(1)
    program = trace(lambda x: norm(x)[0], [1.0])
    with anomaly(), pytest.raises(AnomalyError, match=r"a mean over the batch gave inf.*No example does so by itself"):
        program([[1e308], [1e308], [1.0]])
    assert norm.num_batches_tracked == 0


def test_a_loss_without_arguments_is_reported_too():
    def loss():
        return total([(w * x - 1.0).log() for x in (1.0, 2.0, 0.5)])

    program = trace(loss)
    with anomaly(), pytest.raises(AnomalyError, match=rf"log of .* = 0.0 gave -inf, at {line_of(loss).rpartition(':')[0]}"):
        program.backward()
    assert w.grad is None
