"""Checks before a long run: closed forms of what a net that knows nothing pays, and reports that can say no."""

import math

import numpy as np
import pytest

import nn
from nn.diagnostics import initial_loss, penalty_raises_loss
from nn.regularisation import L2, Penalised
from tests.support import EPS

CLASSES = np.arange(60) % 5
ONE_HOT = np.eye(5)[CLASSES]
BITS = (CLASSES[:, np.newaxis] > 2) * 1.0
X = np.random.default_rng(0).normal(size=(60, 4))

CLOSED_FORMS = {
    "CrossEntropyLoss": (nn.CrossEntropyLoss(), "identity", CLASSES, "ln C", math.log(5)),
    "CategoricalCrossEntropyLoss": (nn.CategoricalCrossEntropyLoss(), "softmax", ONE_HOT, "ln C", math.log(5)),
    "MulticlassHingeLoss": (nn.MulticlassHingeLoss(), "identity", CLASSES, "C - 1", 4.0),
    "MultiMarginLoss": (nn.MultiMarginLoss(), "identity", CLASSES, "(C - 1)/C", 0.8),
    "MultiLabelSoftMarginLoss": (nn.MultiLabelSoftMarginLoss(), "identity", ONE_HOT, "ln 2", math.log(2)),
    "BCEWithLogitsLoss": (nn.BCEWithLogitsLoss(), "identity", BITS, "ln 2", math.log(2)),
    "BCELoss": (nn.BCELoss(), "sigmoid", BITS, "ln 2", math.log(2)),
    "HingeLoss": (nn.HingeLoss(), "identity", 2.0 * BITS - 1.0, "1", 1.0),
}


def net(y, output="identity"):
    return nn.MLP(4, [8, np.shape(y)[1] if np.ndim(y) == 2 else 5], output=output, rng=0)


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_a_fresh_net_starts_near_the_closed_form(name):
    loss, output, y, formula, expected = CLOSED_FORMS[name]
    found = initial_loss(net(y, output), X, y, loss=loss)
    assert found.formula == formula
    assert found.expected == pytest.approx(expected, rel=4 * EPS)
    assert found.ok
    assert "as it should be" in repr(found)


def test_log_probabilities_start_near_ln_C():
    model = nn.Sequential(net(CLASSES), nn.LogSoftmax(dim=-1))
    found = initial_loss(model, X, CLASSES, loss=nn.NLLLoss())
    assert found.expected == pytest.approx(math.log(5), rel=4 * EPS)
    assert found.ok


def test_what_it_finds_is_the_loss():
    model = net(CLASSES)
    assert initial_loss(model, X, CLASSES, loss=nn.CrossEntropyLoss()).found == pytest.approx(
        nn.CrossEntropyLoss()(model(X), CLASSES).item(), rel=1e-12)


def test_unscaled_inputs_are_told():
    model = nn.MLP(4, [8, 5], activation="relu", rng=0)
    assert initial_loss(model, X, CLASSES, loss=nn.CrossEntropyLoss()).ok
    found = initial_loss(model, 100.0 * X, CLASSES, loss=nn.CrossEntropyLoss())
    assert not found.ok
    assert "too high: are inputs or first weights too large" in repr(found)


def test_a_net_that_has_seen_the_examples_is_told():
    model = nn.Linear(5, 5, rng=0)
    model.weight.data, model.bias.data = 10.0 * np.eye(5), np.zeros(5)
    found = initial_loss(model, ONE_HOT, CLASSES, loss=nn.CrossEntropyLoss())
    assert not found.ok
    assert "too low" in repr(found)


def test_of_a_penalised_loss_the_data_count():
    model = net(CLASSES)
    plain, penalised = nn.CrossEntropyLoss(), Penalised(nn.CrossEntropyLoss(), model, L2(100.0))
    assert initial_loss(model, X, CLASSES, loss=penalised) == initial_loss(model, X, CLASSES, loss=plain)


def test_another_loss_needs_the_expected_number():
    y = np.random.default_rng(1).normal(size=(60, 1))
    assert initial_loss(net(y), X, y, loss=nn.MSELoss(), expected=float(np.var(y))).formula == "the number given"
    with pytest.raises(ValueError, match=r"initial_loss: for MSELoss there is no known value\. Give expected="):
        initial_loss(net(y), X, y, loss=nn.MSELoss())


def penalised(model):
    return lambda lam: Penalised(nn.CrossEntropyLoss(), model, L2(lam))


def test_the_loss_rises_with_the_penalty_by_half_lambda_w_squared():
    model = net(CLASSES)
    found = penalty_raises_loss(model, X, CLASSES, loss=penalised(model), lams=(0.0, 0.5, 2.0))
    size = sum((p.data**2).sum() for p in model.parameters() if p.ndim == 2)
    assert found.losses[0] == pytest.approx(nn.CrossEntropyLoss()(model(X), CLASSES).item())
    assert np.subtract(found.losses, found.losses[0]) == pytest.approx([0.0, 0.25 * size, size], rel=1e-12)
    assert found.ok


def test_a_penalty_that_is_not_trained_with_is_told():
    model = net(CLASSES).eval()
    found = penalty_raises_loss(model, X, CLASSES, loss=penalised(model))
    assert not found.ok
    assert "does not rise" in repr(found)


def test_the_model_is_left_as_it_was():
    model = nn.Sequential(nn.Linear(4, 5, rng=0), nn.BatchNorm1d(5))
    before = {key: np.array(x) for key, x in model.state_dict().items()}
    penalty_raises_loss(model, X, CLASSES, loss=penalised(model))
    initial_loss(model, X, CLASSES, loss=nn.CrossEntropyLoss())
    assert model.training
    assert all((before[key] == x).all() for key, x in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())


MODEL = net(CLASSES)


@pytest.mark.parametrize(("call", "kind", "message"), [
    (lambda: initial_loss(max, X, CLASSES, loss=nn.CrossEntropyLoss()), TypeError, "initial_loss: the model is <built-in function max>"),
    (lambda: initial_loss(MODEL, X[0], CLASSES, loss=nn.CrossEntropyLoss()), ValueError, r"initial_loss: X has shape \(4,\)"),
    (lambda: initial_loss(MODEL, X, CLASSES[:3], loss=nn.CrossEntropyLoss()), ValueError, r"initial_loss: X has .* and y \(3,\)"),
    (lambda: initial_loss(MODEL, X, CLASSES, loss=nn.CrossEntropyLoss(), tolerance=-1.0), ValueError, "initial_loss: tolerance is -1.0"),
    (lambda: initial_loss(MODEL, X, CLASSES, loss=nn.CrossEntropyLoss(), expected="2"), TypeError, "initial_loss: expected is '2'"),
    (lambda: penalty_raises_loss(MODEL, X, CLASSES, loss=0.1), TypeError, "penalty_raises_loss: loss is 0.1"),
    (lambda: penalty_raises_loss(MODEL, X, CLASSES, loss=penalised(MODEL), lams=(1.0, 0.1)), ValueError, "penalty_raises_loss: lams are"),
    (lambda: penalty_raises_loss(MODEL, X, CLASSES, loss=penalised(MODEL), lams=(0.1,)), ValueError, "Give two or more"),
], ids=["function", "one example", "few targets", "tolerance", "expected", "no function", "falling", "one lam"])
def test_bad_input_is_refused(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
