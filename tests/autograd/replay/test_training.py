"""Compiled training steps equal eager ones, from the same state, for every optimiser; and the two can be mixed."""

import copy
import gc

import numpy as np
import pytest

import nn
import optim
from autograd import Value, trace

OPTIMISERS = {
    "SGD": lambda p: optim.SGD(p, lr=0.1),
    "momentum": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
    "Nesterov": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "look-ahead": lambda p: optim.NesterovLookahead(p, lr=0.05, momentum=0.9),
    "Adagrad": lambda p: optim.Adagrad(p, lr=0.05, lr_decay=0.01),
    "RMSprop": lambda p: optim.RMSprop(p, lr=0.01, centered=True, momentum=0.5),
    "Adadelta": lambda p: optim.Adadelta(p),
    "Adam": lambda p: optim.Adam(p, lr=0.01, amsgrad=True),
    "AdamW": lambda p: optim.AdamW(p, lr=0.01),
    "NAdam": lambda p: optim.NAdam(p, lr=0.01),
}
rng = np.random.default_rng(3)
X = rng.normal(size=(12, 3))
Y = rng.normal(size=12)


def twins(make):
    models = [nn.MLP(3, [4, 1], rng=5) for _ in range(2)]
    return models, [make(m.parameters()) for m in models]


def eager_step(model, optimizer):
    def closure():
        loss = nn.functional.mse_loss(model(X), Y.reshape(-1, 1))
        optimizer.zero_grad()
        loss.backward()
        return loss.item()

    return optimizer.step(closure)


def compiled(model, optimizer, executor=None):
    return trace(lambda x, y: (model(x) - y) ** 2.0, X[0], Y[0], executor=executor).train_step(optimizer)


def far(a, b):
    """The largest difference of two models' parameters, against max(1, |value|)."""
    pairs = [(p.data, q.data) for p, q in zip(a.parameters(), b.parameters(), strict=True)]
    return max(np.max(np.abs(p - q) / np.maximum(1.0, np.abs(p))) for p, q in pairs)


@pytest.mark.parametrize("executor", ["python", "numpy", None])
@pytest.mark.parametrize("make", OPTIMISERS.values(), ids=OPTIMISERS)
def test_each_step_equals_the_eager_step_from_the_same_state(make, executor):
    """Checked along a run; both start each step from the compiled run's state, since long runs part by rounding alone."""
    (eager, model), (optimizer, other) = twins(make)
    step = compiled(model, other, executor)
    for _ in range(50):
        eager.load_state_dict(model.state_dict())
        optimizer.load_state_dict(copy.deepcopy(other.state_dict()))
        expected = eager_step(eager, optimizer)
        assert step(X, Y) == pytest.approx(expected, rel=1e-12, abs=1e-12)
        assert far(eager, model) <= 1e-12


@pytest.mark.parametrize("make", OPTIMISERS.values(), ids=OPTIMISERS)
def test_eager_and_compiled_steps_can_be_mixed(make):
    (eager, model), (optimizer, other) = twins(make)
    step = compiled(model, other)
    for k in range(8):
        eager_step(eager, optimizer)
        eager_step(model, other) if k % 3 == 0 else step(X, Y)
    assert far(eager, model) <= 1e-9


def test_many_steps_in_one_call():
    (one, all_at_once), (a, b) = twins(OPTIMISERS["Adam"])
    step, many = compiled(one, a), compiled(all_at_once, b)
    batches = X.reshape(3, 4, 3), Y.reshape(3, 4)
    losses = [step(x, y) for x, y in zip(*batches, strict=True)]
    assert many.many(*batches).tolist() == losses
    assert far(one, all_at_once) == 0.0


def test_two_programs_over_the_same_parameters_see_each_others_updates():
    (model, twin), (optimizer, other) = twins(OPTIMISERS["SGD"])
    first, second = compiled(model, optimizer), compiled(model, optimizer)
    reference = compiled(twin, other)
    for step in (first, second, first, first, second):
        assert step(X, Y) == reference(X, Y)
    assert far(model, twin) == 0.0


def test_the_new_number_is_seen_wherever_one_looks():
    def trained():
        w = Value(1.0, label="w")
        step = trace(lambda x: (w * x - 1.0) ** 2.0, 1.0).train_step(optim.SGD([w], lr=0.25))
        step([2.0])
        return w

    new = 1.0 - 0.25 * 2.0 * (2.0 - 1.0) * 2.0
    looks = [
        lambda w: w.data, lambda w: w.item(), lambda w: (w + 0.0).item(), lambda w: (1.0 * w).item(), lambda w: (Value(1.0) * w).item(),
        lambda w: -(-w).item(), lambda w: float(f"{w:.17g}"), lambda w: w.detach().item(), lambda w: copy.deepcopy(w).item(),
    ]
    for look in looks:
        w = trained()
        assert look(w) == pytest.approx(new)
        assert type(w) is Value
    assert trained() == new
    assert repr(trained()) == f"Value({new}, label='w')"


def test_a_write_after_a_step_wins_over_the_step():
    w, v = Value(1.0), Value(1.0)
    step = trace(lambda x: (w * v * x - 1.0) ** 2.0, 1.0).train_step(optim.SGD([w, v], lr=0.0625))
    step([2.0])
    w.data = 7.0
    assert w.data == 7.0
    assert v.data == 1.0 - 0.0625 * 2.0 * 1.0 * 2.0
    w.data, v.data = 1.0, 1.0
    assert step([2.0]) == 1.0


def test_a_graph_built_before_a_step_is_stale_after_it():
    from autograd import StaleGraphError

    w = Value(1.0)
    y = w * 3.0
    trace(lambda x: (w * x) ** 2.0, 1.0).train_step(optim.SGD([w], lr=0.25))([2.0])
    with pytest.raises(StaleGraphError):
        y.backward()


def test_a_gradient_that_is_not_finite_is_refused_as_the_optimiser_does():
    w = Value(0.0, label="w")
    optimizer = optim.Adam([w])
    step = trace(lambda x: (w * x).sqrt(), 1.0).train_step(optimizer)
    with pytest.raises(optim.NonFiniteGradientError, match="'w'"):
        step([1.0])
    assert (w.data, w.grad, optimizer.state) == (0.0, None, {})


def test_parameters_that_the_program_does_not_use_are_left_to_the_optimiser():
    w, unused = Value(1.0), Value(1.0)
    optimizer = optim.SGD([w, unused], lr=0.1, weight_decay=0.5)
    trace(lambda x: w * x, 1.0).train_step(optimizer)([1.0])
    assert unused.data == 1.0
    with pytest.raises(ValueError, match="uses none of its parameters"):
        trace(lambda x: w * x, 1.0).train_step(optim.SGD([unused]))


def test_a_parameter_used_in_part_is_stepped_whole_as_the_eager_step_does():
    twins = [nn.Parameter([1.0, 2.0, 3.0]) for _ in range(2)]
    optimisers = [optim.SGD([p], lr=0.1, weight_decay=0.5) for p in twins]
    (twins[0][0] * 2.0).backward()
    optimisers[0].step()
    trace(lambda x: twins[1][0] * x, 1.0).train_step(optimisers[1])([2.0])
    assert twins[0].data.tolist() == twins[1].data.tolist()


def test_steps_leave_nothing_for_the_collector():
    (_, model), (_, optimizer) = twins(OPTIMISERS["Adam"])
    step = compiled(model, optimizer)
    step(X, Y)
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(200):
            step(X, Y)
        assert len(gc.get_objects()) - before <= 5
    finally:
        gc.enable()


@pytest.mark.parametrize("executor", ["python", "numpy", None])
def test_leaves_of_other_classes_are_written_at_every_step(executor):
    """micrograd's Values, say, whose readers do not ask whether a program has newer numbers."""
    from autograd.compat.micrograd import Value as Compatible

    w, v = Compatible(2.0), Value(2.0)
    steps = [trace(lambda x, u=u: (u * x - 1.0) * (u * x - 1.0), 1.0, executor=executor).train_step(optim.SGD([u], lr=0.1)) for u in (w, v)]
    for _ in range(5):
        for step in steps:
            step(np.ones(2))
        assert w.data == pytest.approx(v.data, rel=1e-15)
    assert 1.0 < w.data < 1.7
