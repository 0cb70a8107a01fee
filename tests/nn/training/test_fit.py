"""`nn.fit` does what the loop a learner writes by hand does, compiled or not."""

import copy
import random
import signal
import sys
from itertools import count

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd.replay.program import Program
from nn import functional
from nn.training.interrupts import held_back

rng = np.random.default_rng(7)
X = rng.normal(size=(13, 3))
NUMBERS = rng.normal(size=(13, 1))
SIGNS = np.where(rng.random(size=(13, 1)) < 0.5, -1.0, 1.0)
CLASSES = rng.integers(0, 3, size=13)
MODES = pytest.mark.parametrize("compiled", [True, False], ids=["compiled", "eager"])

LOSSES = {
    "MSELoss": (nn.MSELoss(), NUMBERS, "identity"),
    "L1Loss": (nn.L1Loss(), NUMBERS, "identity"),
    "HuberLoss": (nn.HuberLoss(), NUMBERS, "identity"),
    "SmoothL1Loss": (nn.SmoothL1Loss(beta=0.5), NUMBERS, "identity"),
    "mse_loss": (functional.mse_loss, NUMBERS, "identity"),
    "HingeLoss": (nn.HingeLoss(), SIGNS, "identity"),
    "BCEWithLogitsLoss": (nn.BCEWithLogitsLoss(), (SIGNS + 1.0) / 2.0, "identity"),
    "BCELoss": (nn.BCELoss(), (SIGNS + 1.0) / 2.0, "sigmoid"),
    "CrossEntropyLoss, probabilities": (nn.CrossEntropyLoss(), np.eye(3)[CLASSES], "identity"),
    "CrossEntropyLoss, classes": (nn.CrossEntropyLoss(), CLASSES, "identity"),
    "own, over columns": (lambda output, target: ((output[:, 0] - target) ** 2.0).mean(), NUMBERS[:, 0], "identity"),
}
OPTIMISERS = {
    "SGD": lambda p: optim.SGD(p, lr=0.1),
    "momentum": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
    "look-ahead": lambda p: optim.NesterovLookahead(p, lr=0.05, momentum=0.9),
    "RMSprop": lambda p: optim.RMSprop(p, lr=0.01),
    "Adam": lambda p: optim.Adam(p, lr=0.01),
}


def trained(compiled=True, *, make=lambda: nn.MLP(3, [4, 1], rng=5), data=(X, NUMBERS), loss=None, optimiser=OPTIMISERS["SGD"], epochs=1,
            batch_size=5, **settings):
    """A new model after `fit`, and the history."""
    model = make()
    history = nn.fit(model, *data, loss=loss or nn.MSELoss(), optimizer=optimiser(model.parameters()), epochs=epochs,
                     batch_size=batch_size, compiled=compiled, **settings)
    return model, history


def by_hand(model, X, y, loss, optimizer, batch_size):
    """One epoch in the order in which the data stands, as a learner writes it."""
    losses = []
    for start in range(0, len(X), batch_size):
        batch = slice(start, start + batch_size)

        def closure(batch=batch):
            found = loss(model(X[batch]), y[batch])
            optimizer.zero_grad()
            found.backward()
            return found

        losses += [optimizer.step(closure).item()] * len(X[batch])
    return np.mean(losses)


def far(a, b):
    """The largest difference of two models' states, against max(1, |value|)."""
    pairs = [(np.asarray(x), np.asarray(b.state_dict()[key])) for key, x in a.state_dict().items()]
    return max(np.max(np.abs(x - y) / np.maximum(1.0, np.abs(x))) for x, y in pairs)


def state(model):
    return {key: np.asarray(x).tolist() for key, x in model.state_dict().items()}


@MODES
@pytest.mark.parametrize("optimiser", OPTIMISERS.values(), ids=OPTIMISERS)
@pytest.mark.parametrize(("loss", "y", "output"), LOSSES.values(), ids=LOSSES)
def test_an_epoch_equals_the_loop_by_hand(compiled, loss, y, output, optimiser):
    def make():
        return nn.MLP(3, [4, 3 if isinstance(loss, nn.CrossEntropyLoss) else 1], output=output, rng=5)

    reference = make()
    expected = by_hand(reference, X, y, loss, optimiser(reference.parameters()), 5)
    model, history = trained(compiled, make=make, data=(X, y), loss=loss, optimiser=optimiser, shuffle=False)
    assert history.executor.startswith("eager") is not compiled
    assert history.loss == [pytest.approx(expected, rel=1e-12)]
    assert far(reference, model) <= 1e-12


@MODES
def test_the_last_batch_counts_for_what_it_holds(compiled):
    """w = 1: loss (1 + 4)/2, gradient (2·1 + 2·4)/2, so w = 1 - 5/8; then loss (3 w)², gradient 2 w 9."""

    def make():
        line = nn.Linear(1, 1, bias=False)
        line.weight.data = [[1.0]]
        return line

    model, history = trained(compiled, make=make, data=([[1.0], [2.0], [3.0]], [[0.0]] * 3), batch_size=2, shuffle=False,
                             optimiser=lambda p: optim.SGD(p, lr=0.125))
    assert history.loss == [(2 * 2.5 + 1.125**2) / 3]
    assert model.weight.data.tolist() == [[0.375 - 0.125 * 6.75]]


@pytest.mark.parametrize("seed", [0, 3])
def test_compiled_and_eager_meet_the_examples_in_the_same_random_order(seed):
    (one, a), (other, b) = (trained(compiled, rng=seed) for compiled in (True, False))
    assert far(one, other) <= 1e-12
    assert a.loss == pytest.approx(b.loss, rel=1e-12)
    assert far(one, trained(rng=seed + 1)[0]) > 1e-6


@MODES
def test_the_same_seed_gives_the_same_bits(compiled):
    runs = [trained(compiled, rng=source, epochs=3, validation=(X, NUMBERS)) for source in (4, 4, random.Random(4))]
    autograd.manual_seed(4)
    runs.append(trained(compiled, epochs=3, validation=(X, NUMBERS)))
    assert all(state(model) == state(runs[0][0]) for model, _ in runs)
    assert all(history == runs[0][1] for _, history in runs)


def test_every_epoch_meets_every_example_once_in_an_order_of_its_own():
    met = []

    def loss(output, target):
        if len(target) < 13:
            met.extend(target.ravel().tolist())
        return functional.mse_loss(output, target)

    y = np.arange(13.0).reshape(-1, 1)
    trained(False, data=(X, y), loss=loss, epochs=2, batch_size=4, rng=0, optimiser=lambda p: optim.SGD(p, lr=0.001))
    epochs = met[:13], met[13:]
    assert [sorted(epoch) for epoch in epochs] == [y.ravel().tolist()] * 2
    assert epochs[0] != epochs[1]
    assert y.ravel().tolist() not in epochs


@MODES
def test_there_is_a_loss_for_every_epoch(compiled):
    _, alone = trained(compiled, epochs=4)
    _, beside = trained(compiled, epochs=4, validation=(X[:5], NUMBERS[:5]))
    assert (len(alone.loss), alone.val_loss) == (4, [])
    assert (len(beside.loss), len(beside.val_loss)) == (4, 4)


@MODES
@pytest.mark.parametrize("batch_size", [1, 13, 100])
def test_batches_of_any_size(compiled, batch_size):
    model, history = trained(compiled, batch_size=batch_size, shuffle=False)
    reference = nn.MLP(3, [4, 1], rng=5)
    expected = by_hand(reference, X, NUMBERS, nn.MSELoss(), OPTIMISERS["SGD"](reference.parameters()), batch_size)
    assert history.loss == [pytest.approx(expected, rel=1e-12)]
    assert far(reference, model) <= 1e-12


NETS = {
    "MLP": lambda: nn.MLP(3, [4, 1], rng=5),
    "dropout": lambda: nn.Sequential(nn.Linear(3, 4, rng=5), nn.Tanh(), nn.Dropout(0.4, rng=2), nn.Linear(4, 1, rng=6)),
    "dropout, default generator": lambda: nn.Sequential(nn.Linear(3, 4, rng=5), nn.Dropout(0.4), nn.Linear(4, 1, rng=6)),
    "dropout, not inverted": lambda: nn.Sequential(nn.Linear(3, 4, rng=5), nn.Dropout(0.4, rng=2, inverted=False), nn.Linear(4, 1, rng=6)),
    "batch norm": lambda: nn.Sequential(nn.Linear(3, 4, rng=5), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1, rng=6)),
    "batch norm, no tracking": lambda: nn.Sequential(nn.BatchNorm1d(3, track_running_stats=False), nn.Linear(3, 1, rng=6)),
    "RReLU": lambda: nn.Sequential(nn.Linear(3, 4, rng=5), nn.RReLU(rng=3), nn.Linear(4, 1, rng=6)),
}


@MODES
@pytest.mark.parametrize("make", NETS.values(), ids=NETS)
def test_layers_that_draw_or_look_at_the_batch_train_as_by_hand(compiled, make):
    autograd.manual_seed(1)
    reference = make()
    expected = by_hand(reference, X, NUMBERS, nn.MSELoss(), OPTIMISERS["SGD"](reference.parameters()), 5)
    autograd.manual_seed(1)
    model, history = trained(compiled, make=make, shuffle=False, validation=(X[:6], NUMBERS[:6]))
    assert history.executor.startswith("eager") is not compiled
    assert history.loss == [pytest.approx(expected, rel=1e-12)]
    assert far(reference, model) <= 1e-12


@MODES
@pytest.mark.parametrize("make", NETS.values(), ids=NETS)
def test_validation_is_an_evaluation_that_leaves_no_trace(compiled, make):
    def with_a_frozen_part():
        model = make()
        next(iter(model)).eval()
        return model

    model, history = trained(compiled, make=with_a_frozen_part, validation=(X[:7], NUMBERS[:7]), rng=0)
    modes = [module.training for module in with_a_frozen_part().modules()]
    assert [module.training for module in model.modules()] == modes
    assert all(p.grad is None for p in model.parameters())
    assert history.val_loss == [pytest.approx(nn.MSELoss()(copy.deepcopy(model).eval()(X[:7]), NUMBERS[:7]).item(), rel=1e-12)]


class Branching(nn.Module):
    def forward(self, input):
        return np.array([[x if x > 0.0 else 0.1 * x for x in row] for row in input], dtype=object)


class Centred(nn.Module):
    def forward(self, input):
        return input - input.mean(axis=0)


WHOLE_BATCH = "not the mean of the losses of its examples"
UNTRACEABLE = {
    "a branch": (lambda: nn.Sequential(nn.Linear(3, 1, rng=5), Branching()), nn.MSELoss(), "was compared at"),
    "a sum": (NETS["MLP"], nn.MSELoss(reduction="sum"), "reduced by 'sum'"),
    "a function that sums": (NETS["MLP"], lambda o, t: functional.mse_loss(o, t, reduction="sum"), WHOLE_BATCH),
    "a root of a mean": (NETS["MLP"], lambda o, t: autograd.sqrt(functional.mse_loss(o, t)), WHOLE_BATCH),
    "a layer over the batch": (lambda: nn.Sequential(nn.Linear(3, 1, rng=5), Centred()), nn.MSELoss(), WHOLE_BATCH),
}


@pytest.mark.parametrize(("make", "loss", "reason"), UNTRACEABLE.values(), ids=UNTRACEABLE)
def test_what_cannot_be_compiled_trains_on_the_graph_and_says_why(make, loss, reason):
    def careful(p):
        return optim.SGD(p, lr=0.001)

    model, history = trained(make=make, loss=loss, optimiser=careful, validation=(X, NUMBERS), rng=0)
    reference, expected = trained(False, make=make, loss=loss, optimiser=careful, validation=(X, NUMBERS), rng=0)
    assert history.executor.startswith("eager: ")
    assert reason in history.executor
    assert expected.executor == "eager: compiled=False"
    assert (history.loss, history.val_loss, state(model)) == (expected.loss, expected.val_loss, state(reference))


def with_ctrl_c(step):
    """A step in whose fourth call somebody presses Ctrl-C."""
    calls = count(1)

    def taken(*args):
        if next(calls) == 4:
            signal.raise_signal(signal.SIGINT)
        return step(*args)

    return taken


@MODES
def test_ctrl_c_ends_the_run_after_a_whole_step(compiled, monkeypatch):
    before = signal.getsignal(signal.SIGINT)
    made = Program.train_step
    monkeypatch.setattr(Program, "train_step", lambda program, optimizer: with_ctrl_c(made(program, optimizer)))

    def optimiser(parameters):
        sgd = optim.SGD(parameters, lr=0.1)
        if not compiled:
            sgd.step = with_ctrl_c(sgd.step)
        return sgd

    model, history = trained(compiled, optimiser=optimiser, epochs=9, shuffle=False)
    reference = nn.MLP(3, [4, 1], rng=5)
    sgd = optim.SGD(reference.parameters(), lr=0.1)
    first = by_hand(reference, X, NUMBERS, nn.MSELoss(), sgd, 5)
    by_hand(reference, X[:5], NUMBERS[:5], nn.MSELoss(), sgd, 5)
    assert history.interrupted
    assert history.loss == [pytest.approx(first)]
    assert "interrupted" in repr(history)
    assert far(reference, model) <= 1e-12
    assert signal.getsignal(signal.SIGINT) is before


@MODES
def test_after_ctrl_c_a_validated_model_has_the_weights_of_its_best_epoch(compiled):
    """At this rate the validation loss falls for a while, and then rises."""
    states, model = [], nn.MLP(3, [4, 1], rng=5)

    def press(history):
        states.append(state(model))
        if len(history.loss) == 6:
            signal.raise_signal(signal.SIGINT)

    _, history = trained(compiled, make=lambda: model, optimiser=lambda p: optim.SGD(p, lr=0.35), epochs=9, rng=0,
                         validation=(X[:4], -NUMBERS[:4]), callbacks=press)
    assert (history.interrupted, len(history.loss), len(history.val_loss)) == (True, 6, 6)
    assert history.best_epoch == int(np.argmin(history.val_loss)) < 5
    assert state(model) == states[history.best_epoch]
    assert {key: x.tolist() for key, x in history.best_weights.items()} == state(model)


def test_ctrl_c_during_validation_ends_the_run_with_that_epoch():
    calls = []

    def loss(output, target):
        calls.append(len(target))
        if calls[-2:] == [3, 4]:
            signal.raise_signal(signal.SIGINT)
        return functional.mse_loss(output, target)

    validation = X[:4], NUMBERS[:4]
    model, history = trained(False, loss=loss, epochs=9, validation=validation, rng=0)
    reference, expected = trained(False, validation=validation, rng=0)
    assert (history.loss, history.val_loss, history.interrupted) == (expected.loss, expected.val_loss, True)
    assert state(model) == state(reference)


def test_an_interrupt_from_within_ends_the_run_too():
    calls = []

    def loss(output, target):
        calls.append(1)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return functional.mse_loss(output, target)

    _, history = trained(False, loss=loss, epochs=9)
    assert (len(history.loss), history.interrupted) == (1, True)


def test_a_second_ctrl_c_is_not_held_back():
    with held_back():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


WRONG = {
    "too few targets": ({"y": NUMBERS[:4]}, ValueError, r"X has shape \(13, 3\) and y \(4, 1\)"),
    "one target": ({"y": 1.0}, ValueError, "Give each example its target"),
    "no data": ({"X": np.zeros((0, 3)), "y": np.zeros((0, 1))}, ValueError, "nothing to learn from"),
    "examples in no rows": ({"X": X[:, 0]}, ValueError, r"reshape\(-1, 1\)"),
    "ragged": ({"X": [[1.0, 2.0], [1.0]]}, ValueError, "unequal lengths"),
    "text": ({"y": ["yes"] * 13}, TypeError, "fit: y"),
    "truth values": ({"y": NUMBERS > 0.0}, TypeError, "0.0 and 1.0"),
    "a hole in the data": ({"X": np.where(X[2, 1] == X, np.nan, X)}, ValueError, r"X\[2, 1\] is nan"),
    "a hole in the targets": ({"y": np.where(NUMBERS[9] == NUMBERS, np.inf, NUMBERS)}, ValueError, r"y\[9, 0\] is inf"),
    "other features": ({"X": X[:, :2]}, ValueError, r"shape \(2, 2\)"),
    "flat targets": ({"y": NUMBERS[:, 0]}, ValueError, r"reshape\(-1, 1\)"),
    "one bad target among good ones": ({"y": np.vstack([SIGNS[:12], [[0.0]]]), "loss": nn.HingeLoss()}, ValueError, r"target\[12, 0\]"),
    "no epochs": ({"epochs": 0}, ValueError, "epochs is 0"),
    "half an epoch": ({"epochs": 0.5}, TypeError, "epochs"),
    "empty batches": ({"batch_size": 0}, ValueError, "batch_size is 0"),
    "True batches": ({"batch_size": True}, TypeError, "batch_size"),
    "compiled": ({"compiled": 1}, TypeError, "compiled"),
    "shuffle": ({"shuffle": "yes"}, TypeError, "shuffle"),
    "progress": ({"progress": None}, TypeError, "progress"),
    "rng": ({"rng": "seed"}, TypeError, "rng"),
    "a function as model": ({"model": lambda x: x}, TypeError, "nn.Module"),
    "the class of a loss": ({"loss": nn.MSELoss}, TypeError, "object such as nn.MSELoss"),
    "the name of a loss": ({"loss": "mse"}, TypeError, "'mse'"),
    "a loss for each output": ({"loss": nn.MSELoss(reduction="none")}, TypeError, "reduction='mean'"),
    "a class of optimisers": ({"optimizer": optim.SGD}, TypeError, "optim.SGD"),
    "another model's optimiser": ({"optimizer": optim.SGD(nn.Linear(3, 1).parameters())}, ValueError, "no parameter of the model"),
    "validation without targets": ({"validation": X}, TypeError, "pair"),
    "validation of another length": ({"validation": (X, NUMBERS[:2])}, ValueError, "validation's X"),
    "a class of schedules": ({"schedule": optim.lr_scheduler.StepLR}, TypeError, "StepLR"),
    "a number as schedule": ({"schedule": 0.5}, TypeError, "0.5"),
    "another optimiser's schedule": (
        {"schedule": optim.lr_scheduler.StepLR(optim.SGD([autograd.Value(0.0)], lr=1.0), 1)}, ValueError, "another optimiser",
    ),
    "a number as callback": ({"callbacks": 3}, TypeError, "callback 0 is 3"),
    "a class as callback": ({"callbacks": [nn.regularisation.EarlyStopping]}, TypeError, "callback 0"),
    "text among callbacks": ({"callbacks": [lambda history: None, "stop"]}, TypeError, "callback 1 is 'stop'"),
    "early stopping without validation": (
        {"callbacks": nn.regularisation.EarlyStopping(nn.Linear(1, 1))}, ValueError, r"validation=\(X, y\)",
    ),
    "the name of an accuracy": ({"accuracy": "accuracy"}, TypeError, "accuracy is 'accuracy'"),
    "data as augment": ({"augment": X}, TypeError, "augment"),
    "validation of other features": ({"validation": (X[:, :2], NUMBERS)}, ValueError, "features"),
}


@MODES
@pytest.mark.parametrize(("wrong", "error", "message"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_refused_before_anything_changes(compiled, wrong, error, message):
    model, source = nn.MLP(3, [4, 1], rng=5), random.Random(0)
    optimizer = optim.Adam(model.parameters())
    model(X[:1])[0, 0].backward()
    settings = {"model": model, "X": X, "y": NUMBERS, "loss": nn.MSELoss(), "optimizer": optimizer, "epochs": 1, "batch_size": 2}
    settings |= {"compiled": compiled, "rng": source} | wrong
    before, drawn, grads = state(model), source.getstate(), [p.grad.tolist() for p in model.parameters()]
    with pytest.raises(error, match=message):
        nn.fit(**settings)
    assert (state(model), source.getstate(), optimizer.state) == (before, drawn, {})
    assert [p.grad.tolist() for p in model.parameters()] == grads
    assert all(module.training for module in model.modules())


@MODES
def test_a_lonely_example_for_batch_norm_is_refused_before_the_first_step(compiled):
    with pytest.raises(ValueError, match="leave a batch of one"):
        trained(compiled, make=NETS["batch norm"], batch_size=6)
    with pytest.raises(ValueError, match="leave a batch of one"):
        trained(compiled, make=lambda: NETS["batch norm, no tracking"]().eval(), batch_size=6)
    trained(compiled, make=lambda: NETS["batch norm"]().eval(), batch_size=6)


@MODES
def test_a_gradient_that_is_not_finite_is_told_of(compiled):
    with pytest.raises(optim.NonFiniteGradientError):
        trained(compiled, data=(X, NUMBERS * 1e200), optimiser=lambda p: optim.SGD(p, lr=1e300), epochs=9)


def test_progress_shows_the_losses(capsys):
    _, history = trained(progress=True, epochs=2, validation=(X, NUMBERS))
    shown = capsys.readouterr().err
    assert "2/2" in shown
    assert f"loss={history.loss[-1]:.4g}" in shown
    assert f"val_loss={history.val_loss[-1]:.4g}" in shown


def test_progress_shows_the_accuracy(capsys):
    _, history = trained(progress=True, accuracy=lambda outputs, targets: 0.25)
    assert "accuracy=0.25" in capsys.readouterr().err
    assert repr(history).endswith("accuracy 0.25>")


def test_a_missing_package_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match=r"pip install 'chalkgrad\[demo\]'"):
        trained(progress=True)


def test_the_history_draws_its_losses():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("Agg")
    axes = nn.History([3.0, 2.0], [4.0, 3.5]).plot()
    assert [line.get_xydata().tolist() for line in axes.lines][:2] == [[[1.0, 3.0], [2.0, 2.0]], [[1.0, 4.0], [2.0, 3.5]]]
    assert nn.History([1.0]).plot(axes) is axes
    pyplot.close(axes.figure)
