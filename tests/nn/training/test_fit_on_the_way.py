"""Schedules, callbacks, accuracy and augmentation: what happens between the steps of `nn.fit`."""

import copy

import numpy as np
import pytest

import nn
import optim
from autograd import values
from nn.functional import accuracy, mse_loss
from nn.regularisation import EarlyStopping, WeightChange
from nn.utils import clip_grad_norm_
from optim import lr_scheduler

rng = np.random.default_rng(11)
X = rng.normal(size=(12, 3))
Y = np.sin(X[:, :1]) + 0.3 * X[:, 1:2]
HELD_OUT = rng.normal(size=(5, 3)), rng.normal(size=(5, 1))
MODES = pytest.mark.parametrize("compiled", [True, False], ids=["compiled", "eager"])


def net():
    return nn.MLP(3, [4, 1], rng=5)


def trained(model, optimizer, compiled, **settings):
    settings = {"loss": nn.MSELoss(), "epochs": 5, "batch_size": 4, "shuffle": False} | settings
    return nn.fit(model, X, Y, optimizer=optimizer, compiled=compiled, **settings)


def state(model):
    return {key: np.asarray(x).tolist() for key, x in model.state_dict().items()}


def assert_equal_weights(a, b):
    for x, y in zip(a.parameters(), b.parameters(), strict=True):
        np.testing.assert_allclose(x.data, y.data, rtol=1e-11, atol=1e-12)


SCHEDULES = {
    "step decay": lambda o: lr_scheduler.StepLR(o, step_size=2, gamma=0.5),
    "cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=5),
    "warm-up": lambda o: lr_scheduler.LinearLR(o, start_factor=0.1, total_iters=3),
}


@MODES
@pytest.mark.parametrize("make", SCHEDULES.values(), ids=SCHEDULES)
def test_a_schedule_sets_the_rate_of_every_epoch(compiled, make):
    model, reference = net(), net()
    sgd, by_hand = optim.SGD(model.parameters(), lr=0.1), optim.SGD(reference.parameters(), lr=0.1)
    history = trained(model, sgd, compiled, schedule=make(sgd))
    schedule, rates = make(by_hand), []
    for _ in range(5):
        rates.append(by_hand.param_groups[0]["lr"])
        for start in range(0, 12, 4):
            by_hand.zero_grad()
            mse_loss(reference(X[start : start + 4]), Y[start : start + 4]).backward()
            by_hand.step()
        schedule.step()
    assert history.lr == rates
    assert len(set(rates)) > 1
    assert_equal_weights(model, reference)


@MODES
@pytest.mark.parametrize(("settings", "watched"), [({}, "loss"), ({"validation": HELD_OUT}, "val_loss")], ids=["loss", "val_loss"])
def test_a_plateau_is_one_of_the_validation_loss_where_there_is_one(compiled, settings, watched):
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.3)
    schedule = lr_scheduler.ReduceLROnPlateau(sgd, factor=0.5, patience=0)
    history = trained(model, sgd, compiled, schedule=schedule, epochs=12, **settings)
    other = lr_scheduler.ReduceLROnPlateau(optim.SGD(net().parameters(), lr=0.3), factor=0.5, patience=0)
    rates = []
    for x in getattr(history, watched):
        rates.append(other.optimizer.param_groups[0]["lr"])
        other.step(x)
    assert history.lr == rates


@MODES
def test_a_function_is_called_after_each_epoch_and_ends_the_run_with_true(compiled):
    seen = []

    def enough(history):
        seen.append((len(history.loss), history.loss[-1]))
        return len(history.loss) == 3

    model = net()
    history = trained(model, optim.SGD(model.parameters(), lr=0.1), compiled, callbacks=[enough, lambda history: None], epochs=9)
    assert seen == [(1, history.loss[0]), (2, history.loss[1]), (3, history.loss[2])]
    assert not history.interrupted


class Clipping:
    def __init__(self, model, most):
        self.model, self.most, self.calls = model, most, 0

    def before_step(self):
        self.calls += 1
        clip_grad_norm_(self.model.parameters(), self.most)

    def at_end(self, history):
        self.epochs = len(history.loss)


@MODES
@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam, optim.NesterovLookahead], ids=lambda kind: kind.__name__)
def test_gradients_can_be_changed_before_the_step(compiled, kind):
    model, reference = net(), net()
    clipping = Clipping(model, 0.05)
    history = trained(model, kind(model.parameters(), lr=0.1), compiled, callbacks=clipping)
    by_hand = kind(reference.parameters(), lr=0.1)
    for start in [0, 4, 8] * 5:

        def closure(start=start):
            by_hand.zero_grad()
            loss = mse_loss(reference(X[start : start + 4]), Y[start : start + 4])
            loss.backward()
            clip_grad_norm_(reference.parameters(), 0.05)
            return loss

        by_hand.step(closure)
    assert (clipping.calls, clipping.epochs) == (15, 5)
    assert history.executor.startswith("eager") is not compiled
    assert_equal_weights(model, reference)


@MODES
def test_early_stopping_ends_the_run_and_leaves_the_best_weights(compiled):
    """The validation targets are the opposite of what is learned, so the validation loss soon rises."""
    model = net()
    kept, stopping = [], EarlyStopping(model, window=3, extra=2)
    history = trained(model, optim.SGD(model.parameters(), lr=0.05), compiled, validation=(X, -Y), epochs=50,
                      callbacks=[lambda history: kept.append(state(model)), stopping])
    assert len(history.loss) == stopping.best_epoch + 3 + 2 + 1 < 50
    assert history.best_epoch == stopping.best_epoch
    assert state(model) == kept[stopping.best_epoch] != kept[-1]


def test_a_validation_loss_that_is_not_finite_is_no_new_best():
    model, calls = net(), []

    def loss(output, target):
        if len(target) == 5:
            calls.append(1)
            return mse_loss(output, target) * (np.nan if len(calls) > 3 else 1.0)
        return mse_loss(output, target)

    stopping = EarlyStopping(model, window=2)
    history = trained(model, optim.SGD(model.parameters(), lr=0.0), False, loss=loss, validation=HELD_OUT, epochs=9, callbacks=stopping)
    assert history.best_epoch == stopping.best_epoch == 0
    assert len(history.loss) == 3


@MODES
def test_a_run_ends_when_the_weights_have_come_to_rest(compiled):
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.0)
    history = trained(model, sgd, compiled, callbacks=WeightChange(model.parameters(), tolerance=1e-6, window=4), epochs=50)
    assert len(history.loss) == 5


@MODES
def test_the_accuracy_is_that_of_the_evaluation_after_the_epoch(compiled):
    def share(outputs, targets):
        return accuracy(outputs, targets, threshold=0.0)

    labels, validation = (Y > 0).astype(float), (HELD_OUT[0], (HELD_OUT[1] > 0).astype(float))
    model = nn.Sequential(nn.Linear(3, 4, rng=1), nn.Dropout(0.5, rng=2), nn.Tanh(), nn.Linear(4, 1, rng=3))
    found = []

    def by_hand(_):
        with_dropout_off = copy.deepcopy(model).eval()
        found.append([share(values(with_dropout_off(x)), y) for x, y in ((X, labels), validation)])

    history = nn.fit(model, X, labels, loss=nn.BCEWithLogitsLoss(), optimizer=optim.Adam(model.parameters(), lr=0.05), epochs=6,
                     batch_size=4, accuracy=share, validation=validation, callbacks=by_hand, compiled=compiled, rng=0)
    assert history.executor.startswith("eager") is not compiled
    assert [history.accuracy, history.val_accuracy] == np.transpose(found).tolist()
    assert model.training
    assert len(set(history.accuracy)) > 1


@MODES
def test_each_minibatch_is_augmented_anew(compiled):
    met = []

    def shifted(X, y):
        met.append(len(met))
        return X + 0.1 * len(met), y

    model, reference = net(), net()
    trained(model, optim.SGD(model.parameters(), lr=0.1), compiled, augment=shifted, epochs=2)
    sgd = optim.SGD(reference.parameters(), lr=0.1)
    for i, start in enumerate([0, 4, 8] * 2, start=1):
        sgd.zero_grad()
        mse_loss(reference(X[start : start + 4] + 0.1 * i), Y[start : start + 4]).backward()
        sgd.step()
    assert met == list(range(6))
    assert_equal_weights(model, reference)


@MODES
def test_an_augmentation_may_give_targets_of_another_shape(compiled):
    classes = np.arange(12) % 3
    model = nn.MLP(3, [4, 3], rng=5)
    before = state(model)
    mixup = nn.data.augmentation.Mixup(0.4, num_classes=3, rng=0)
    history = nn.fit(model, X, classes, loss=nn.CrossEntropyLoss(), optimizer=optim.Adam(model.parameters(), lr=0.05), epochs=3,
                     batch_size=4, augment=mixup, compiled=compiled, rng=1)
    assert history.executor.startswith("eager") is not compiled
    assert (len(history.loss), state(model) != before) == (3, True)


def test_the_data_themselves_stay_as_they_are():
    before = X.copy()

    def noisy(X, y):
        X += 1.0
        return X, y

    model = net()
    trained(model, optim.SGD(model.parameters(), lr=0.1), True, augment=noisy)
    assert (before == X).all()
