"""Losses in a trace: what differs from example to example is an input, and every run looks at it anew."""

import math

import numpy as np
import pytest

import nn
from autograd import Value, gradients, log_softmax, softmax, trace
from nn import functional as F
from tests.autograd.replay.executors import RUNNABLE

W = [0.5, 1.0, 2.0]
CLASSES = np.array([2, 0, 1, 1, 0])
X = np.random.default_rng(4).normal(size=(5, 3))
BY_CLASS = {
    "cross_entropy": (F.cross_entropy, {}),
    "cross_entropy, weighted": (F.cross_entropy, {"weight": W}),
    "cross_entropy, smoothed": (F.cross_entropy, {"weight": W, "label_smoothing": 0.25}),
    "nll_loss": (F.nll_loss, {}),
    "nll_loss, weighted": (F.nll_loss, {"weight": W, "ignore_index": 1}),
    "multiclass_hinge_loss": (F.multiclass_hinge_loss, {"margin": 0.5}),
    "multi_margin_loss": (F.multi_margin_loss, {}),
    "multi_margin_loss, squared": (F.multi_margin_loss, {"p": 2, "weight": W}),
}
each_executor = pytest.mark.parametrize("executor", RUNNABLE)
each_loss = pytest.mark.parametrize(("loss", "settings"), BY_CLASS.values(), ids=BY_CLASS)


@pytest.fixture
def layer():
    return nn.Linear(3, 3, rng=1)


def on_the_graph(layer, loss, classes, settings):
    """Loss and gradients of the whole batch."""
    found = loss(layer(X), classes, **settings)
    return found.item(), gradients(found, [v for p in layer.parameters() for v in p[...].flat])


def require_equal(layer, program, batch, expected):
    layer.zero_grad()
    loss, slopes = expected
    assert program.backward(*batch) == pytest.approx(loss, rel=1e-13)
    found = np.concatenate([p.grad.ravel() for p in layer.parameters()])
    assert found == pytest.approx([g.item() for g in slopes], rel=1e-12, abs=1e-14)


@each_executor
@each_loss
@pytest.mark.parametrize("traced_with", [0, 1, 2])
def test_classes_are_inputs(loss, settings, traced_with, executor, layer):
    """Whichever class the trace saw; weights divide by what this batch has of them, as on the graph of the batch."""
    program = trace(lambda x, c: loss(layer(x), c, **settings), X[0], traced_with, executor=executor)
    for classes in (CLASSES, CLASSES[::-1], np.array([0, 0, 0, 0, 2])):
        require_equal(layer, program, (X, classes), on_the_graph(layer, loss, classes, settings))


@each_loss
def test_a_batch_within_the_trace_is_one_too(loss, settings, layer):
    expected = on_the_graph(layer, loss, CLASSES, settings)
    of_one = trace(lambda x, c: loss(layer(x[np.newaxis]), np.array([c], dtype=object), **settings), X[0], 0)
    require_equal(layer, of_one, (X, CLASSES), expected)
    of_all = trace(lambda x, c: loss(layer(x), c, **settings), X, CLASSES)
    require_equal(layer, of_all, (X[np.newaxis], CLASSES[np.newaxis]), expected)


@each_executor
@pytest.mark.parametrize("loss", [F.cross_entropy, F.nll_loss])
def test_examples_that_are_ignored_count_for_nothing(loss, executor, layer):
    classes = np.array([2, -100, 1, -100, 0])
    program = trace(lambda x, c: loss(layer(x), c, W), X[0], 0, executor=executor)
    require_equal(layer, program, (X, classes), on_the_graph(layer, loss, classes, {"weight": W}))
    with pytest.raises(ValueError, match="which sum to 0: all are ignored"):
        program(X[:2], [-100, -100])


def test_the_weighted_mean_by_hand():
    """-Σ w x / Σ w = (½·1 + 2·3) / (½ + 2) = 2.6."""
    program = trace(lambda x, c: F.nll_loss(x, c, W), [0.0, 0.0, 0.0], 0)
    assert program([[-1.0, 0.0, 0.0], [0.0, 0.0, -3.0]], [0, 2]).mean() == pytest.approx(2.6, rel=1e-15)


@each_executor
@each_loss
@pytest.mark.parametrize("wrong", [3, -1, 0.5, math.nan, math.inf])
def test_what_is_no_class_is_refused_before_a_layer_has_moved_on(loss, settings, wrong, executor, layer):
    norm = nn.BatchNorm1d(3)
    program = trace(lambda x, c: loss(norm(layer(x)), c, **settings), X[0], 0, executor=executor)
    with pytest.raises(ValueError, match=r"a class in the batch is no whole number from 0 to 2\. Number the 3 outputs from 0"):
        program.backward(X[:2], [0, wrong])
    assert norm.num_batches_tracked == 0
    assert layer.weight.grad is None


@each_executor
def test_small_losses_keep_their_digits(executor):
    """ln(1 + e⁻⁴⁰), which a difference of logits as large as 1000 would round to 0."""
    program = trace(F.cross_entropy, [0.0, 0.0], 0, executor=executor)
    assert program([[1000.0, 960.0]], [0])[0] == pytest.approx(math.log1p(math.exp(-40.0)), rel=1e-12)


@each_executor
@pytest.mark.parametrize("f", [softmax, log_softmax], ids=["softmax", "log_softmax"])
def test_logits_far_from_those_of_the_trace_do_not_overflow(f, executor):
    program = trace(lambda x: f(list(x)), [0.0, 1.0], executor=executor)
    logits = [[800.0, 799.0], [-900.0, -1000.0], [1000.0, -1000.0]]
    assert program(logits) == pytest.approx(np.array([f(row) for row in logits]), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("loss", [F.binary_cross_entropy, F.binary_cross_entropy_with_logits, F.hinge_loss])
def test_targets_are_inputs_though_the_graph_looks_at_them(loss):
    program = trace(loss, 0.25, 1.0)
    for other in (-1.0, 1.0) if loss is F.hinge_loss else (0.0, 1.0, 0.5):
        assert program([0.75], [other])[0] == pytest.approx(loss(0.75, other).item(), rel=1e-14)


def test_a_variance_below_eps_is_refused_in_a_program():
    spread = Value(1.0)
    program = trace(lambda x, y: F.gaussian_nll_loss(x, y, spread * x), 1.0, 2.0)
    assert program([0.5], [1.0])[0] == pytest.approx(F.gaussian_nll_loss(0.5, 1.0, 0.5).item())
    for too_low in (1e-7, 0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match=r"a variance in the batch is below eps = 1e-06.*softplus\(x\) \+ eps"):
            program.backward([0.5, too_low], [1.0, 1.0])
    assert spread.grad is None
    assert np.isfinite(program.backward([1e-6], [0.0]))
