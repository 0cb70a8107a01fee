"""A function without arguments, such as the loss of all the data, gives what it gave before it was traced."""

import math
import random
from typing import NamedTuple

import numpy as np
import pytest

import nn
import optim
from autograd import AnomalyError, StaleGraphError, TraceError, Value, anomaly, gradients, mean, no_grad, trace
from autograd.compat import lecture, micrograd
from tests.autograd.replay.executors import RUNNABLE

X = [0.513, -1.027, 2.091, 0.259, 3.007]
Y = [1.0, -1.0, 1.0, 1.0, -1.0]


def perceptron():
    """A loss of two parameters, with its accuracy, and those parameters."""
    w, b = Value(0.4137, label="w"), Value(-0.1071, label="b")

    def loss():
        scores = [w * x + b for x in X]
        hinge = mean([(1.0 - y * s).relu() for s, y in zip(scores, Y, strict=True)])
        right = [(y > 0) == (s.data > 0) for s, y in zip(scores, Y, strict=True)]
        return hinge, sum(right) / len(right)

    return loss, [w, b]


@pytest.mark.parametrize("executor", RUNNABLE)
def test_a_training_loop_goes_on_as_it_was(executor):
    loss, parameters = perceptron()
    traced_loss, traced = perceptron()
    program = trace(traced_loss, executor=executor)
    for _ in range(5):
        for one, these in ((loss, parameters), (program, traced)):
            for p in these:
                p.grad = None
            found, accuracy = one()
            found.backward()
            one.found = found.data, accuracy
            for p in these:
                p.data -= 0.3 * p.grad
        assert program.found == pytest.approx(loss.found, rel=1e-12)
        assert [p.data for p in traced] == pytest.approx([p.data for p in parameters], rel=1e-12)


def test_the_loss_is_a_value_in_a_graph():
    loss, parameters = perceptron()
    program = trace(loss)
    twice = 2.0 * program()[0]
    assert [g.item() for g in gradients(twice, parameters)] == pytest.approx([g.item() for g in gradients(2.0 * loss()[0], parameters)])
    assert twice.inputs[1].inputs[:2] == (parameters[0], parameters[1])
    found, _ = program()
    parameters[0].data = 7.0
    with pytest.raises(StaleGraphError, match="'w' was changed"):
        found.backward()


def test_higher_derivatives_are_refused():
    found, _ = trace(perceptron()[0])()
    with pytest.raises(TypeError, match="no graph for higher derivatives"):
        found.backward(create_graph=True)


def test_without_gradients_there_is_no_graph():
    program = trace(perceptron()[0])
    with no_grad():
        found, _ = program()
    with pytest.raises(RuntimeError, match="no_grad"):
        found.backward()


@pytest.mark.parametrize("kind", [micrograd.Value, lecture.Value])
def test_the_loss_is_of_the_parameters_kind(kind):
    w = kind(0.3, label="w")
    found = trace(lambda: sum(((w * x).tanh() - x) ** 2 for x in X))()
    assert type(found) is kind
    found.backward()
    slope = w.grad
    w.grad = 0.0
    sum(((w * x).tanh() - x) ** 2 for x in X).backward()
    assert slope == pytest.approx(w.grad, rel=1e-12)


class Report(NamedTuple):
    loss: Value
    rest: dict[str, object]


def test_results_keep_their_form():
    w = Value(0.5)

    def loss():
        total = sum((w * x) ** 2 for x in X)
        return Report(total, {"half": [total.data / 2.0, (3.0, "text", None)], "n": len(X)})

    found = trace(loss)()
    assert isinstance(found, Report)
    assert found.rest == {"half": [pytest.approx(found.loss.item() / 2.0), (3.0, "text", None)], "n": 5}


SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.5, math.inf, -math.inf, math.nan, 5e-324]


@pytest.mark.parametrize("relation", ["<", "<=", ">", ">=", "==", "!="])
def test_comparisons_are_those_of_python(relation):
    w = Value(1.0)
    compare = eval(f"lambda a, b: a {relation} b")

    def f():
        read = w.data
        return [compare(read, x) for x in SPECIAL], [compare(x, read) for x in SPECIAL], compare(w, 1.0), compare(read, np.bool_(True))

    program = trace(f)
    for x in SPECIAL:
        w.data = x
        expected = [compare(x, other) for other in SPECIAL], [compare(other, x) for other in SPECIAL], compare(x, 1.0), compare(x, 1.0)
        assert program() == expected


@pytest.mark.parametrize("f", [
    lambda a, b: a + b, lambda a, b: 2.0 - a, lambda a, b: a * np.float64(3.0), lambda a, b: np.int64(2) / a, lambda a, b: a / b,
    lambda a, b: b**2, lambda a, b: 2.0**a, lambda a, b: -a, lambda a, b: +a, lambda a, b: abs(a - 3.0), lambda a, b: np.mean([a, b]),
    lambda a, b: sum([a > b, a < b, a > 0.0]),
])
def test_numbers_that_are_read_are_computed_with(f):
    a, b = Value(1.5), Value(-0.7)
    program = trace(lambda: f(a.data, b.item()))
    for x, y in ((1.5, -0.7), (-0.2, 0.4)):
        a.data, b.data = x, y
        assert program() == pytest.approx(f(x, y), rel=1e-14)


@pytest.mark.parametrize(("f", "how"), [
    (lambda v: v * 2.0 if v.data > 0.0 else v, "a branch"),
    (lambda v: (v, max([v.data, 1.0])), "a branch"),
    (lambda v: (v, float(v.data)), "a bare number"),
    (lambda v: (v, round(v.data, 2)), "a bare number"),
    (lambda v: (v, math.exp(v.data)), "a bare number"),
    (lambda v: (v, int(v.data < 0.0)), "a bare number"),
    (lambda v: (v, f"{v.data:.3f}"), "text"),
    (lambda v: (v, {v.data: 1}), "a set or dict"),
    (lambda v: v * v.data, "a bare number"),
    (lambda v: v.data + v, "a bare number"),
    (lambda v: v * v.detach(), "a bare number"),
    (lambda v: (v, np.array([v.data, 1.0]) > 0.5), "a branch"),
])
def test_what_would_stay_as_it_was_is_refused(f, how):
    w = Value(1.0, label="w")
    with pytest.raises(TraceError, match=f"'w' was read.*{how}.*test_whole.py:"):
        trace(lambda: f(w))
    assert Value(1.0) > 0.5


def test_what_a_function_keeps_for_itself_is_of_no_use_outside():
    w, seen = Value(1.0), []
    trace(lambda: (seen.append(w.data), w * 2.0)[1])
    with pytest.raises(TraceError, match="turned into"):
        float(seen[0])


@pytest.mark.parametrize("draw", [random.random, np.random.random, np.random.default_rng(0).random, iter(range(10)).__next__])
def test_numbers_that_change_from_call_to_call_are_refused(draw):
    w = Value(1.0)
    with pytest.raises(TraceError, match="'noisy' computed something else when it was called again"):

        @trace
        def noisy():
            return w * draw()


@pytest.mark.parametrize("state", [0, 1])
def test_a_graph_or_a_result_that_changes_is_refused(state):
    w, calls = Value(1.0), []

    def changing():
        calls.append(1)
        return (w * 2.0 if len(calls) == 1 or state else w + 2.0), len(calls) if state else 0

    with pytest.raises(TraceError, match="something else"):
        trace(changing)


def test_dropout_draws_anew_in_every_run():
    drop = nn.Dropout(0.5, rng=0)
    w = [Value(1.0 + k) for k in range(6)]
    fn = lambda: sum(drop([v * x for v in w])[0] for x in X)  # noqa: E731
    program = trace(fn)
    drop.rng.seed(1)
    found = [program().item() for _ in range(4)]
    drop.rng.seed(1)
    assert found == pytest.approx([fn().item() for _ in range(4)], rel=1e-12)
    assert len(set(found)) > 1


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_sees_the_batch_and_keeps_its_statistics(training):
    def model():
        return nn.Sequential(nn.Linear(1, 3, rng=0), nn.BatchNorm1d(3), nn.Linear(3, 1, rng=1)).train(training)

    ours, theirs = model(), model()
    batch = np.array(X)[:, np.newaxis]
    program = trace(lambda: nn.functional.mse_loss(ours(batch), batch))
    for _ in range(3):
        assert program().item() == pytest.approx(nn.functional.mse_loss(theirs(batch), batch).item(), rel=1e-12)
        assert ours[1].running_var == pytest.approx(theirs[1].running_var, rel=1e-12)
        for m in (ours, theirs):
            m[1].running_mean = m[1].running_mean + 0.5
    assert ours[1].num_batches_tracked == theirs[1].num_batches_tracked == 3 * training


def test_a_name_that_is_bound_anew_is_noticed():
    data = np.array(X)
    w = Value(1.0)

    def loss():
        return sum([w * x for x in data])

    program = trace(loss)
    program()
    data[0] *= 2.0
    with pytest.raises(TraceError, match="'data' is no longer what it was when 'loss' was traced"):
        program()
    data[0] /= 2.0
    program()
    w = Value(2.0)
    for run in (program, program.backward, program.train_step(optim.SGD(program.parameters.leaves, lr=0.1))):
        with pytest.raises(TraceError, match="'w' is no longer"):
            run()
    assert trace(loss)().item() == 2.0 * sum(X)


FACTOR = 2.0


def test_a_global_that_is_bound_anew_is_noticed(monkeypatch):
    w = Value(1.0)
    program = trace(lambda: sum(w * x * FACTOR for x in X))
    program()
    monkeypatch.setitem(globals(), "X", X[:3])
    with pytest.raises(TraceError, match="'X' is no longer"):
        program()
    monkeypatch.undo()
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    with pytest.raises(TraceError, match="'FACTOR' is no longer"):
        program()


def test_backward_and_training_steps():
    loss, parameters = perceptron()
    program = trace(lambda: loss()[0])
    assert program.backward() == pytest.approx(loss()[0].item(), rel=1e-14)
    assert [p.grad for p in parameters] == pytest.approx([g.item() for g in gradients(loss()[0], parameters)], rel=1e-14)
    other, theirs = perceptron()
    step, adam = program.train_step(optim.Adam(parameters, lr=0.1)), optim.Adam(theirs, lr=0.1)
    for _ in range(3):
        adam.zero_grad()
        expected, _ = other()
        expected.backward()
        adam.step()
        assert step() == pytest.approx(expected.item(), rel=1e-12)
    assert [p.data for p in parameters] == pytest.approx([p.data for p in theirs], rel=1e-12)


@pytest.mark.parametrize(("fn", "message"), [
    (lambda: None, "the function returned None .*Return the loss"),
    (lambda: 1.0, "returned 1.0 .*no Value"),
    (lambda: [Value(1.0), Value(2.0)], "returned 2 Values, and only one can be the loss"),
    (lambda: (Value(1.0), {1, 2}), "among its results the function returned {1, 2}"),
    (lambda x: x, r"'<lambda>' cannot be called without arguments \(missing a required argument: 'x'\).*trace\(fn, X\[0\], y\[0\]\)"),
    (Value(1.0, label="loss"), "is no function. Give the function that computes it"),
])
def test_what_cannot_be_traced_whole_is_refused(fn, message):
    with pytest.raises(TypeError, match=message):
        trace(fn)


def test_numbers_alone_have_no_gradient():
    w = Value(2.0)
    program = trace(lambda: w.data * 3.0)
    assert program() == 6.0
    with pytest.raises(TypeError, match="returns numbers only"):
        program.backward()


def test_anomalies_are_reported():
    w = Value(1.0, label="w")
    program = trace(lambda: sum((w * x).log() for x in (1.0, 2.0, 3.0, 4.0)))
    w.data = 0.0
    with anomaly(), pytest.raises(AnomalyError, match="log"):
        program()


def test_a_long_chain_of_dependence_is_no_recursion():
    w = Value(0.999)

    def power():
        y = w
        for _ in range(5_000):
            y = y * w
        return y

    assert trace(power, executor="numpy").backward() == pytest.approx(0.999**5_001, rel=1e-9)
