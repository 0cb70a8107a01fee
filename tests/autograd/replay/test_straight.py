"""A step written as one function is the step in parts: the same bits, and the same answer to whatever happens in between."""

import numpy as np
import pytest

import nn
import optim
from autograd import AnomalyError, Value, anomaly, trace
from autograd.replay.training import TrainStep

rng = np.random.default_rng(3)
X = rng.normal(size=(12, 3))
Y = rng.normal(size=12)
EXECUTORS = ["python", "numpy"]
OPTIMISERS = {
    "SGD": lambda p: optim.SGD(p, lr=0.1),
    "momentum": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, dampening=0.2, weight_decay=0.01),
    "Adagrad": lambda p: optim.Adagrad(p, lr=0.05, lr_decay=0.01),
    "RMSprop": lambda p: optim.RMSprop(p, lr=0.01, centered=True, momentum=0.5),
    "Adadelta": lambda p: optim.Adadelta(p),
    "Adam": lambda p: optim.Adam(p, lr=0.01, amsgrad=True),
    "AdamW": lambda p: optim.AdamW(p, lr=0.01),
    "NAdam": lambda p: optim.NAdam(p, lr=0.01),
}


def grouped(model):
    """A group for each parameter, with an lr of its own."""
    return [{"params": [p], "lr": 0.01 * (i + 1)} for i, p in enumerate(model.parameters())]


class Twins:
    """The same model and optimiser twice: one with the step that the program gives, one with the step in parts."""

    def __init__(self, make, executor, sizes=(4, 1), groups=False):
        self.models = [nn.MLP(3, list(sizes), rng=5) for _ in range(2)]
        self.optimisers = [make(grouped(m) if groups else m.parameters()) for m in self.models]
        programs = [trace(lambda x, y, m=m: (m(x) - y) ** 2.0, X[0], Y[0], executor=executor) for m in self.models]
        self.steps = [programs[0].train_step(self.optimisers[0]), TrainStep(programs[1], self.optimisers[1])]

    def step(self, *batch):
        """A step of both, which must have the same loss."""
        losses = [step(*(batch or (X, Y))) for step in self.steps]
        assert losses[0] == losses[1]

    def equal(self):
        """Are parameters and state the same to the last bit?"""
        first, second = (m.state_dict() for m in self.models)
        states = [o.state_dict()["state"] for o in self.optimisers]
        return all(np.array_equal(first[k], second[k]) for k in first) and states[0] == states[1]

    def usual(self):
        """Was the last step one function?"""
        return self.steps[0].at_work is not None and self.steps[0].usual is self.steps[0].at_work.step


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("make", OPTIMISERS.values(), ids=OPTIMISERS)
def test_many_steps_have_the_bits_of_steps_in_parts(make, executor):
    twins = Twins(make, executor)
    for _ in range(30):
        twins.step()
    assert twins.usual()
    assert twins.equal()


@pytest.mark.parametrize("executor", EXECUTORS)
def test_the_function_is_used_from_the_second_step_on(executor):
    model = nn.MLP(3, [4, 1], rng=5)
    step = trace(lambda x, y: (model(x) - y) ** 2.0, X[0], Y[0], executor=executor).train_step(optim.Adam(model.parameters()))
    assert step.source == ""
    step(X, Y)
    step.unusual = None
    assert "def step(a0, a1)" in step.source
    assert [step(X, Y) > 0.0 for _ in range(3)] == [True] * 3


CHANGES = {
    "lr": lambda model, optimizer: optimizer.param_groups[0].update(lr=0.02),
    "a flag": lambda model, optimizer: optimizer.param_groups[0].update(maximize=True),
    "weight decay from 0": lambda model, optimizer: optimizer.param_groups[0].update(weight_decay=0.1),
    "a parameter is read": lambda model, optimizer: [p.data for p in model.parameters()],
    "a parameter is written": lambda model, optimizer: setattr(next(iter(model.parameters())), "data", np.full((4, 3), 0.25)),
    "the state is read": lambda model, optimizer: dict(optimizer.state),
    "the state is written": lambda model, optimizer: [r["exp_avg"].fill(0.5) for r in optimizer.state.values() if np.ndim(r["exp_avg"])],
    "the state is loaded": lambda model, optimizer: optimizer.load_state_dict(optimizer.state_dict()),
    "the state is lost": lambda model, optimizer: optimizer.state.clear(),
}


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_changed_between_steps_counts(change, executor):
    twins = Twins(lambda p: optim.Adam(p, lr=0.01), executor)
    for _ in range(4):
        for _ in range(3):
            twins.step()
        for model, optimizer in zip(twins.models, twins.optimisers, strict=True):
            change(model, optimizer)
    twins.step()
    twins.step()
    assert twins.usual()
    assert twins.equal()


@pytest.mark.parametrize("executor", EXECUTORS)
def test_batches_of_other_sizes_and_types(executor):
    twins = Twins(OPTIMISERS["Adam"], executor)
    whole = np.arange(12).reshape(4, 3), np.array([1, 0, 2, 1], dtype=np.int32)
    others = [whole, (X.astype(np.float32), Y), (X.tolist(), Y.tolist()), (X[::2], Y[::2]), (np.asfortranarray(X), Y)]
    for batch in ((X, Y), (X[:5], Y[:5]), *others):
        for _ in range(3):
            twins.step(*batch)
    assert twins.equal()


@pytest.mark.parametrize("executor", EXECUTORS)
def test_groups_have_settings_of_their_own(executor):
    twins = Twins(lambda groups: optim.Adam(groups), executor, groups=True)
    for _ in range(5):
        twins.step()
    assert twins.usual()
    assert twins.equal()


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_gradient_that_is_not_finite_is_refused_and_nothing_changes(executor):
    twins = Twins(OPTIMISERS["Adam"], executor)
    for _ in range(3):
        twins.step()
    far = np.full_like(Y, 1.7e308)
    for step in twins.steps:
        with pytest.raises(optim.NonFiniteGradientError):
            step(X, far)
    twins.step()
    assert twins.equal()


@pytest.mark.parametrize("executor", EXECUTORS)
def test_results_that_are_not_finite_are_those_of_ieee(executor):
    w = Value(1.0)
    optimizer = optim.SGD([w], lr=1e-3, check_finite=False)
    step = trace(lambda x: (w * x).exp(), 1.0, executor=executor).train_step(optimizer)
    assert [step(np.array([x])) for x in (1.0, 0.5, 1000.0)][2] == np.inf
    assert w.item() == -np.inf


@pytest.mark.parametrize("executor", EXECUTORS)
def test_anomalies_are_found_in_a_step_too(executor):
    """Even where the optimiser would take any gradient, and Python's floats overflow without an error."""
    w = Value(1.0, label="w")
    step = trace(lambda x: (w * x) ** 2.0, 1.0, executor=executor).train_step(optim.SGD([w], lr=0.0, check_finite=False))
    for _ in range(3):
        step(np.ones(4))
    with pytest.raises(AnomalyError, match="pow"), anomaly():
        step(np.full(4, 1e200))


@pytest.mark.parametrize("executor", EXECUTORS)
def test_two_optimisers_take_turns(executor):
    twins = [nn.MLP(3, [4, 1], rng=5) for _ in range(2)]
    kinds = TrainStep, None
    runs = []
    for model, kind in zip(twins, kinds, strict=True):
        program = trace(lambda x, y, m=model: (m(x) - y) ** 2.0, X[0], Y[0], executor=executor)
        optimisers = optim.Adam(model.parameters()), optim.SGD(model.parameters(), lr=0.01)
        runs.append([kind(program, o) if kind else program.train_step(o) for o in optimisers])
    for k in (0, 0, 1, 1, 0, 1, 0, 0, 1):
        assert runs[0][k](X, Y) == runs[1][k](X, Y)


def test_a_loop_over_examples_and_examples_written_out_agree():
    """Both forms of a step on floats, on either side of the length where one gives way to the other."""
    twins = Twins(OPTIMISERS["SGD"], "python")
    for size in (2, 12):
        for _ in range(3):
            twins.step(X[:size], Y[:size])
        assert ("for " in twins.steps[0].source) is (size == 12)
    assert twins.equal()
