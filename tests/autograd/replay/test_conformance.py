"""Compiled = eager: from the same state, a compiled step leaves what the eager one does, for every layer, loss and optimiser.

Each run is a training run of the program. At every state of it a twin starts from there and makes the step on the graph;
loss, parameters and buffers must then agree to 1e-12 of max(1, |value|). Whole runs would part by rounding alone.
"""

import copy
import inspect

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import rng, trace
from tests.autograd.replay.executors import RUNNABLE
from tests.nn.test_conformance import LAYERS

LENGTHS = [pytest.param(25, id="25 states"), pytest.param(500, id="500 states", marks=pytest.mark.long)]

given = np.random.default_rng(5)
N = 5
X = given.normal(size=(N, 3))
NUMBERS = given.normal(size=(N, 3))
SHARES = given.dirichlet(np.ones(3), size=N)
BITS = (NUMBERS > 0.0).astype(float)
CLASSES = np.array([2, 0, 1, 1, 0])
SOME_IGNORED = np.array([2, -100, 1, 1, -100])


def seeded_layers():
    """Layers that draw from a generator of their own, besides those that share the default one."""
    return {
        "Dropout, own generator": lambda: nn.Dropout(0.4, rng=7),
        "RReLU, own generator": lambda: nn.RReLU(rng=3),
        "Dropout, twice": lambda: nn.Sequential(nn.Dropout(0.3), nn.Linear(3, 3), nn.Dropout(0.2, rng=1)),
        "BatchNorm1d, all batches alike": lambda: nn.BatchNorm1d(3, momentum=None),
        "BatchNorm1d between others": lambda: nn.Sequential(nn.BatchNorm1d(3), nn.ReLU(), nn.Dropout(0.3), nn.Linear(3, 2)),
    }


def with_sigmoid():
    return nn.Sequential(nn.Linear(3, 3), nn.Sigmoid())


def with_softmax():
    return nn.Sequential(nn.Linear(3, 3), nn.Softmax(dim=-1))


def with_log_softmax():
    return nn.Sequential(nn.Linear(3, 3), nn.LogSoftmax(dim=-1))


def gaussian(**settings):
    """The loss of outputs that are three means, and three numbers whose softplus is a variance."""
    loss = nn.GaussianNLLLoss(**settings)
    return lambda outputs, targets: loss(outputs[..., :3], targets, nn.functional.softplus(outputs[..., 3:]))


W = [0.5, 1.0, 2.0]
LOSSES = {
    "MeanError": (None, nn.MeanError, NUMBERS),
    "L1Loss": (None, nn.L1Loss, NUMBERS),
    "MSELoss": (None, nn.MSELoss, NUMBERS),
    "HuberLoss": (None, lambda: nn.HuberLoss(delta=0.5), NUMBERS),
    "SmoothL1Loss": (None, lambda: nn.SmoothL1Loss(beta=0.5), NUMBERS),
    "SmoothL1Loss, not smooth": (None, lambda: nn.SmoothL1Loss(beta=0.0), NUMBERS),
    "GaussianNLLLoss": (lambda: nn.Linear(3, 6), gaussian, NUMBERS),
    "GaussianNLLLoss, full": (lambda: nn.Linear(3, 6), lambda: gaussian(full=True, eps=1e-3), NUMBERS),
    "BCELoss": (with_sigmoid, nn.BCELoss, BITS),
    "BCELoss, weighted": (with_sigmoid, lambda: nn.BCELoss(W), SHARES),
    "BCEWithLogitsLoss": (None, nn.BCEWithLogitsLoss, BITS),
    "BCEWithLogitsLoss, weighted": (None, lambda: nn.BCEWithLogitsLoss(W, pos_weight=[3.0, 1.0, 0.25]), SHARES),
    "MultiLabelSoftMarginLoss": (None, nn.MultiLabelSoftMarginLoss, BITS),
    "MultiLabelSoftMarginLoss, weighted": (None, lambda: nn.MultiLabelSoftMarginLoss(W), BITS),
    "CrossEntropyLoss": (None, nn.CrossEntropyLoss, CLASSES),
    "CrossEntropyLoss, some ignored": (None, nn.CrossEntropyLoss, SOME_IGNORED),
    "CrossEntropyLoss, a class ignored": (None, lambda: nn.CrossEntropyLoss(W, ignore_index=1), CLASSES),
    "CrossEntropyLoss, weighted": (None, lambda: nn.CrossEntropyLoss(W), CLASSES),
    "CrossEntropyLoss, smoothed": (None, lambda: nn.CrossEntropyLoss(label_smoothing=0.2), SOME_IGNORED),
    "CrossEntropyLoss, weighted and smoothed": (None, lambda: nn.CrossEntropyLoss(W, label_smoothing=0.2), CLASSES),
    "CrossEntropyLoss, probabilities": (None, lambda: nn.CrossEntropyLoss(W, label_smoothing=0.2), SHARES),
    "NLLLoss": (with_log_softmax, nn.NLLLoss, CLASSES),
    "NLLLoss, weighted": (with_log_softmax, lambda: nn.NLLLoss(W), SOME_IGNORED),
    "CategoricalCrossEntropyLoss": (with_softmax, nn.CategoricalCrossEntropyLoss, SHARES),
    "HingeLoss": (None, nn.HingeLoss, 2.0 * BITS - 1.0),
    "MulticlassHingeLoss": (None, lambda: nn.MulticlassHingeLoss(margin=0.5), CLASSES),
    "MultiMarginLoss": (None, nn.MultiMarginLoss, CLASSES),
    "MultiMarginLoss, squared and weighted": (None, lambda: nn.MultiMarginLoss(2, 0.5, W), CLASSES),
}

DECAY = {"weight_decay": 0.1}
OPTIMISERS = {
    "SGD": [{}, {"momentum": 0.9}, {"momentum": 0.9, "dampening": 0.5}, {"momentum": 0.9, "nesterov": True, **DECAY}, {"maximize": True}],
    "NesterovLookahead": [{}, {"momentum": 0.5, **DECAY}, {"maximize": True}],
    "Adagrad": [{}, {"lr_decay": 0.01, "initial_accumulator_value": 0.1, "eps": 1e-8, **DECAY}, {"maximize": True}],
    "RMSprop": [{}, {"momentum": 0.5, "centered": True}, {"alpha": 0.9, "eps": 1e-6, **DECAY}, {"maximize": True}],
    "Adadelta": [{}, {"rho": 0.8, "eps": 1e-5, **DECAY}, {"maximize": True}],
    "Adam": [{}, {"amsgrad": True}, {"betas": (0.8, 0.99), "eps": 1e-6, **DECAY}, {"decoupled_weight_decay": True, **DECAY},
             {"maximize": True}],
    "AdamW": [{}, {"amsgrad": True, "betas": (0.8, 0.99), "eps": 1e-6, **DECAY}, {"maximize": True}],
    "NAdam": [{}, {"momentum_decay": 0.01, "betas": (0.8, 0.99), "eps": 1e-6, **DECAY}, {"decoupled_weight_decay": True, **DECAY},
              {"maximize": True}],
}
LEARNING_RATE = 0.02
SETTINGS = [(name, {"lr": LEARNING_RATE, **more}) for name, variants in OPTIMISERS.items() for more in variants]

every_executor = pytest.mark.parametrize("executor", RUNNABLE)
every_length = pytest.mark.parametrize("states", LENGTHS)


def outputs_of(model, x):
    """The outputs of one example as an array: a unit gives a single Value."""
    return np.atleast_1d(model(x))


def require_equal_steps(model, loss, Y, make, executor, states):
    """Train the program, and compare each step with that of a twin on the graph."""
    twin = copy.deepcopy(model)
    optimizer, twins = make(model.parameters()), make(twin.parameters())
    step = trace(lambda x, t: loss(outputs_of(model, x), t), X[0], Y[0], executor=executor).train_step(optimizer)
    for state in range(states):
        before = rng.default.getstate()
        expected = eager_step(twin, loss, Y, twins)
        after = rng.default.getstate()
        rng.default.setstate(before)
        found = {"loss": step(X, Y), **model.state_dict()}
        assert rng.default.getstate() == after
        for name, exact in {"loss": expected, **twin.state_dict()}.items():
            assert far(found[name], exact) <= 1e-12, f"{name} after step {state + 1}"
        twin.load_state_dict(model.state_dict())
        twins.load_state_dict(copy.deepcopy(optimizer.state_dict()))


def eager_step(model, loss, Y, optimizer):
    """Forward, backward and the optimiser's step on the graph of the whole batch; the loss."""

    def closure():
        found = loss(model(X), Y)
        optimizer.zero_grad()
        found.backward()
        return found.item()

    return optimizer.step(closure)


def far(found, exact):
    """The largest difference, in units of max(1, |value|)."""
    found, exact = np.asarray(found, dtype=float), np.asarray(exact, dtype=float)
    assert np.isfinite(exact).all()
    return np.max(np.abs(found - exact) / np.maximum(1.0, np.abs(exact)))


def momentum(parameters):
    """Not Adam: the bias of a layer before batch norm has gradient 0 but for rounding, and Adam divides rounding by its eps."""
    return optim.SGD(parameters, lr=LEARNING_RATE, momentum=0.5)


@every_length
@every_executor
@pytest.mark.parametrize("make", {**LAYERS, **seeded_layers()}.values(), ids={**LAYERS, **seeded_layers()})
def test_every_layer(make, executor, states):
    autograd.manual_seed(1)
    model = nn.Sequential(nn.Linear(3, 3), make())
    width = np.shape(copy.deepcopy(model)(X))[1]
    require_equal_steps(model, nn.MSELoss(), NUMBERS[:, :width] / 2.0, momentum, executor, states)


@every_length
@every_executor
@pytest.mark.parametrize("name", LOSSES)
def test_every_loss(name, executor, states):
    model, loss, targets = LOSSES[name]
    autograd.manual_seed(2)
    require_equal_steps((model or (lambda: nn.Linear(3, 3)))(), loss(), targets, momentum, executor, states)


@every_length
@every_executor
@pytest.mark.parametrize(("name", "settings"), SETTINGS, ids=[", ".join([name, *more]) for name, more in SETTINGS])
def test_every_optimiser(name, settings, executor, states):
    model = nn.MLP(3, [4, 3], output="tanh", rng=3)
    require_equal_steps(model, nn.MSELoss(), NUMBERS / 4.0, lambda p: getattr(optim, name)(p, **settings), executor, states)


@every_length
@every_executor
@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_with_groups_of_their_own(name, executor, states):
    def make(parameters):
        first, *others = parameters
        return getattr(optim, name)([{"params": [first], "lr": 0.005, "weight_decay": 0.1}, {"params": others}], lr=LEARNING_RATE)

    require_equal_steps(nn.MLP(3, [4, 3], output="tanh", rng=3), nn.MSELoss(), NUMBERS / 4.0, make, executor, states)


def test_every_loss_is_in_the_table():
    assert {name.split(",")[0] for name in LOSSES} == set(nn.loss.__all__)


def test_every_optimiser_and_every_setting_is_in_the_table():
    kinds = {name for name in optim.__all__ if inspect.isclass(getattr(optim, name)) and issubclass(getattr(optim, name), optim.Optimizer)}
    assert kinds - {"Optimizer"} == set(OPTIMISERS)
    for name, variants in OPTIMISERS.items():
        settings = inspect.signature(getattr(optim, name)).parameters
        changed = {key for more in variants for key, x in {"lr": LEARNING_RATE, **more}.items() if x != settings[key].default}
        assert changed == set(settings) - {"params", "check_finite"}


def test_a_difference_is_seen():
    """A step that forgets one term of the loss: nothing above would be worth much if that passed."""
    model = nn.Linear(3, 3, rng=0)
    with pytest.raises(AssertionError, match="loss after step 1"):
        require_equal_steps(model, lambda y, t: nn.functional.mse_loss(y, t) + (0.0 if np.ndim(y) == 2 else 1e-11), NUMBERS, momentum,
                            None, 1)
