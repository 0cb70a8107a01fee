"""Losses written over a whole batch, in a loop: their copies are found, and the numbers are those of the graph."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value, dot, gradients, logsumexp, mean, take, trace
from autograd.replay.batches import FEWEST, _Search
from tests.autograd.replay.executors import RUNNABLE
from tests.autograd.replay.test_program import random_function


def leaves(model):
    return [v for p in model.parameters() for v in np.ravel(p)]


def net(*, seed=0):
    return nn.Sequential(nn.Linear(3, 5, rng=seed), nn.Tanh(), nn.Linear(5, 1, rng=seed + 1))


def data(n, *, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 3)), rng.normal(size=n)


def lanes(program):
    return program._batch.lanes if program._batch else None


def compare(program, fn, parameters, *batch):
    """Loss and gradient of a program, on one whole batch, beside those of the graph."""
    for p in parameters:
        p.grad = None
    expected = fn(*batch)
    slopes = [g.item() for g in gradients(expected, parameters)]
    assert program.backward(*(a[np.newaxis] for a in batch)) == pytest.approx(expected.item(), rel=1e-12, abs=1e-12)
    found = [0.0 if p.grad is None else p.grad for p in parameters]
    assert found == pytest.approx(slopes, rel=1e-12, abs=1e-12)


LOSSES = {
    "a sum": lambda m, X, y: sum((m(x)[0] - t) ** 2 for x, t in zip(X, y, strict=True)),
    "a mean": lambda m, X, y: mean([(m(x)[0] - t) ** 2 for x, t in zip(X, y, strict=True)]),
    "a sum of products": lambda m, X, y: sum((m(x)[0] - t) * (m(x)[0] - t) for x, t in zip(X, y, strict=True)) / len(y),
    "a dot": lambda m, X, y: dot([m(x)[0] for x in X], y),
    "a sum and a penalty": lambda m, X, y: sum((1 - t * m(x)[0]).relu() for x, t in zip(X, y, strict=True)) + sum(w * w for w in leaves(m)),
    "one sum of losses and penalty": lambda m, X, y: autograd.sum([*((m(x)[0] - t) ** 2 for x, t in zip(X, y, strict=True)), *leaves(m)]),
    "one dot of losses and penalty": lambda m, X, y: autograd.dot([*(m(x)[0] for x in X), *leaves(m)], [*y, *leaves(m)]),
    "two sums": lambda m, X, y: mean([m(x)[0] for x in X]) * mean([(m(x)[0] * t).tanh() for x, t in zip(X, y, strict=True)]),
    "a mean of the batch in each loss": lambda m, X, y: centred([m(x)[0] for x in X], y),
    "a loss of nn": lambda m, X, y: nn.functional.mse_loss(m(X), y.reshape(-1, 1)),
    "weights made in the loop": lambda m, X, y: sum((m(x)[0] * (leaves(m)[0] * 2.0).exp() - t) ** 2 for x, t in zip(X, y, strict=True)),
    "neighbours": lambda m, X, y: sum(m(a)[0] * m(b)[0] for a, b in pairwise(X)) + y[0] * leaves(m)[0],
}


def centred(scores, y):
    middle = mean(scores)
    return mean([(s - middle) ** 2 * t for s, t in zip(scores, y, strict=True)])


@pytest.mark.parametrize("executor", RUNNABLE)
@pytest.mark.parametrize("name", LOSSES)
def test_a_loop_over_a_batch_runs_in_lanes(name, executor):
    model = net()
    fn = lambda X, y: LOSSES[name](model, X, y)  # noqa: E731
    program = trace(fn, *data(20), executor=executor)
    assert lanes(program) == (19 if name == "neighbours" else 20)
    assert len(program.lowered.kernels) < 40
    for seed in (1, 2):
        compare(program, fn, leaves(model), *data(20, seed=seed))
        for w in leaves(model):
            w.data += 0.1


@pytest.mark.parametrize("executor", RUNNABLE)
@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32), n=st.integers(FEWEST, 30))
def test_random_functions_over_a_batch_equal_the_graph(executor, seed, n):
    r = random.Random(seed)
    parameters = [Value(r.uniform(0.3, 1.2)) for _ in range(3)]
    one = random_function(r, parameters)
    reduced = r.choice([sum, mean, lambda terms: dot(terms, terms), logsumexp])
    fn = lambda X, Y: reduced([one(x, y) for x, y in zip(X, Y, strict=True)]) + parameters[0]  # noqa: E731
    X, Y = (np.array([r.uniform(0.2, 0.9) for _ in range(n)]) for _ in "xy")
    expected = fn(X.tolist(), Y.tolist())
    slopes = [g.item() for g in gradients(expected, parameters)]
    if not all(map(np.isfinite, [expected.item(), *slopes])):
        return
    program = trace(fn, X, Y, executor=executor)
    assert program.backward([X], [Y]) == pytest.approx(expected.item(), rel=1e-12, abs=1e-12)
    found = [0.0 if p.grad is None else p.grad for p in parameters]
    assert found == pytest.approx(slopes, rel=1e-12, abs=1e-11 * max(1.0, *map(abs, slopes)))


@pytest.mark.parametrize("executor", RUNNABLE)
def test_several_whole_batches_side_by_side(executor):
    model = net()
    fn = lambda X, y: LOSSES["a mean"](model, X, y)  # noqa: E731
    program = trace(fn, *data(6), executor=executor)
    X, y = data(18)
    X, y = X.reshape(3, 6, 3), y.reshape(3, 6)
    expected = mean([fn(*one) for one in zip(X, y, strict=True)])
    slopes = [g.item() for g in gradients(expected, leaves(model))]
    for _ in range(2):
        for w in leaves(model):
            w.grad = None
        assert program.backward(X, y) == pytest.approx(expected.item(), rel=1e-12)
        assert [w.grad for w in leaves(model)] == pytest.approx(slopes, rel=1e-12, abs=1e-12)
        compare(program, fn, leaves(model), X[0], y[0])


def test_outputs_of_a_batch_come_from_the_lanes():
    model = net()
    X, _ = data(7)
    program = trace(lambda X: [model(x)[0] * 2.0 for x in X], X)
    assert lanes(program) == 7
    assert program(X[np.newaxis])[0] == pytest.approx([model(x)[0].item() * 2.0 for x in X], rel=1e-12)


def test_a_number_that_all_examples_share_may_be_an_input():
    w = Value(0.5)
    fn = lambda X, s: sum((w * x + s).tanh() for x in X) * s  # noqa: E731
    program = trace(fn, np.arange(5.0), 2.0)
    assert lanes(program) == 5
    compare(program, lambda X, s: fn(X, s.item()), [w], np.linspace(0.0, 1.0, 5), np.array(0.3))


def test_parameters_of_their_own_are_no_copies():
    w = [Value(0.1 * k) for k in range(8)]
    program = trace(lambda X: sum((wi * x).tanh() for wi, x in zip(w, X, strict=True)), np.ones(8))
    assert program._batch is None
    compare(program, lambda X: sum((wi * x).tanh() for wi, x in zip(w, X, strict=True)), w, np.linspace(0.0, 1.0, 8))


def test_class_labels_as_inputs_run_in_lanes_and_are_checked():
    model = nn.Sequential(nn.Linear(3, 4, rng=0))
    X, _ = data(9)
    c = np.arange(9) % 4
    program = trace(lambda X, c: nn.functional.cross_entropy(model(X), c), X, c)
    assert lanes(program) == 9
    assert program.backward([X], [c]) == pytest.approx(nn.functional.cross_entropy(model(X), c).item(), rel=1e-12)
    c[3] = 4
    with pytest.raises(ValueError, match="no whole number from 0 to 3"):
        program.backward([X], [c])


def test_an_embedding_picks_rows_by_input():
    rows = [[Value(0.1 * i + j) for j in range(2)] for i in range(3)]
    flat = [v for row in rows for v in row]
    fn = lambda index: mean([dot(take(rows, i), take(rows, i)).tanh() for i in index])  # noqa: E731
    program = trace(fn, np.array([0, 1, 2, 0, 1]))
    assert lanes(program) == 5
    compare(program, fn, flat, np.array([2, 2, 1, 0, 2]))


def test_dropout_draws_the_random_numbers_of_the_graph():
    drop = nn.Dropout(0.5, rng=3)
    model = nn.Sequential(nn.Linear(3, 4, rng=0), drop, nn.Linear(4, 1, rng=1))
    fn = lambda X, y: LOSSES["a loss of nn"](model, X, y)  # noqa: E731
    X, y = data(8)
    program = trace(fn, X, y)
    assert lanes(program) == 8
    drop.rng.seed(5)
    found = [program.backward([X], [y]) for _ in range(2)]
    drop.rng.seed(5)
    assert found == pytest.approx([fn(X, y).item() for _ in range(2)], rel=1e-12)


def test_batch_norm_takes_its_means_over_the_lanes():
    def model():
        return nn.Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1, rng=1))

    ours, theirs = model(), model()
    X, y = data(8)
    program = trace(lambda X, y: LOSSES["a loss of nn"](ours, X, y), X, y)
    assert lanes(program) == 8
    for _ in range(2):
        compare(program, lambda X, y: LOSSES["a loss of nn"](theirs, X, y), [], X, y)
        assert ours[1].running_mean == pytest.approx(theirs[1].running_mean, rel=1e-12)
        assert ours[1].running_var == pytest.approx(theirs[1].running_var, rel=1e-12)


def test_a_step_of_the_optimiser_is_that_of_the_graph():
    import optim

    ours, theirs = net(), net()
    X, y = data(12)
    step = trace(lambda X, y: LOSSES["a mean"](ours, X, y), X, y).train_step(optim.Adam(ours.parameters(), lr=0.1))
    adam = optim.Adam(theirs.parameters(), lr=0.1)
    for _ in range(4):
        loss = LOSSES["a mean"](theirs, X, y)
        adam.zero_grad()
        loss.backward()
        adam.step()
        assert step([X], [y]) == pytest.approx(loss.item(), rel=1e-10)
    assert [w.data for w in leaves(ours)] == pytest.approx([w.data for w in leaves(theirs)], rel=1e-9)


def test_few_copies_among_much_else_are_left_where_they_are():
    w = [Value(0.01 * k) for k in range(200)]

    def fn(X):
        return sum((w[0] * x).tanh() for x in X) + sum((v * 1.5).sin() * v for v in w)

    program = trace(fn, np.arange(5.0))
    assert program._batch is None


def test_the_work_of_the_search_is_bounded(monkeypatch):
    looked_at = []
    labels = _Search.labels
    monkeypatch.setattr(_Search, "labels", lambda self, cells: looked_at.append(len(cells)) or labels(self, cells))
    w = Value(0.9)

    def fn(X):
        state, terms = w, []
        for x in X:
            state = (state * w + x).tanh()
            terms.append(state * state)
        return autograd.sum(terms)

    X = np.linspace(0.0, 1.0, 300)
    program = trace(fn, X)
    assert sum(looked_at) <= 4 * len(program._recorded.op)
    compare(program, fn, [w], X)


def test_several_sums_over_the_same_copies_are_found_together():
    model = net()

    def fn(X, y):
        scores = [m * 1.5 for m in (model(x)[0] for x in X)]
        return sum(mean([(s * t).tanh() ** k for s, t in zip(scores, y, strict=True)]) for k in range(1, 6))

    X, y = data(12)
    program = trace(fn, X, y)
    assert lanes(program) == 12
    assert len(program.lowered.kernels) < 50
    compare(program, fn, leaves(model), X, y)


def test_a_term_that_is_added_many_times_is_no_batch():
    w = Value(0.7)
    term = (w * 2.0).tanh()
    program = trace(lambda x: autograd.sum([term] * 6) * x, 1.0)
    assert program._batch is None
    assert program([2.0]) == pytest.approx(12.0 * term.item())
