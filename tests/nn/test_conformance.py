"""What holds for every layer there is. A layer that `nn` exports and this table leaves out fails the first test."""

import copy
import pickle
import random

import numpy as np
import pytest

import autograd
import nn
from autograd import gradcheck
from nn.activation import Activation
from nn.loss import Loss
from tests.nn.measure import scopes


def distinct_pieces(layer):
    """Pieces far from a tie at the points of `X`."""
    layer.weight.data = [[1.0, 0.5, -0.25], [-1.0, -0.5, 0.5], [0.5, -1.0, 2.0], [2.0, 1.5, 0.0]]
    layer.bias.data = [0.5, -8.0, 7.0, 0.25]
    return layer


LAYERS = {
    "Linear": lambda: nn.Linear(3, 2),
    "Linear, no bias": lambda: nn.Linear(3, 2, bias=False),
    "Maxout": lambda: distinct_pieces(nn.Maxout(3, 2, 2)),
    "Neuron": lambda: nn.Neuron(3),
    "Layer": lambda: nn.Layer(3, 2, "softplus"),
    "Layer, softmax": lambda: nn.Layer(3, 2, "softmax"),
    "MLP": lambda: nn.MLP(3, [4, 1], output="sigmoid"),
    "MLP, two outputs": lambda: nn.MLP(3, [2, 2], activation="scaled_tanh", output="log_softmax"),
    "BatchNorm1d": lambda: nn.BatchNorm1d(3),
    "BatchNorm1d, bare": lambda: nn.BatchNorm1d(3, affine=False, track_running_stats=False),
    "Dropout": lambda: nn.Dropout(0.4),
    "Dropout, not inverted": lambda: nn.Dropout(0.4, inverted=False),
    "Identity": nn.Identity,
    "Sigmoid": nn.Sigmoid,
    "Tanh": nn.Tanh,
    "ScaledTanh": nn.ScaledTanh,
    "ReLU": nn.ReLU,
    "LeakyReLU": lambda: nn.LeakyReLU(0.2),
    "PReLU": nn.PReLU,
    "PReLU, one a feature": lambda: nn.PReLU(3),
    "RReLU": nn.RReLU,
    "ELU": lambda: nn.ELU(0.5),
    "SELU": nn.SELU,
    "Softplus": lambda: nn.Softplus(2.0),
    "Softmax": nn.Softmax,
    "LogSoftmax": nn.LogSoftmax,
    "Elementwise": lambda: nn.Elementwise(autograd.sin),
    "Sequential": lambda: nn.Sequential(nn.Linear(3, 2), nn.Tanh(), nn.BatchNorm1d(2), nn.Linear(2, 2)),
}
HOLDERS = {"Module", "ModuleDict", "ModuleList"}
TAKES_ANY_WIDTH = {name for name in LAYERS if isinstance(LAYERS[name](), (Activation, nn.Dropout))} - {"PReLU, one a feature"}
X = [[-1.5, 0.75, 2.0], [0.5, -0.6, 1.25], [2.5, 1.75, -0.9], [-0.7, 3.0, 0.4]]


def seeded(layer):
    """The layer with its random source, if it has one, put at a fixed place."""
    if hasattr(layer, "rng"):
        layer.rng = random.Random(5)
    return layer


def outputs(layer, x=X):
    return np.atleast_1d(autograd.values(seeded(layer)(x)))


def as_values(x):
    return np.vectorize(autograd.Value, otypes=[object])(x)


def state(layer):
    return {key: np.asarray(x).tolist() for key, x in layer.state_dict().items()}


@pytest.fixture(params=LAYERS)
def name(request):
    return request.param


@pytest.fixture
def layer(name):
    autograd.manual_seed(0)
    return LAYERS[name]()


def test_every_layer_is_in_the_table():
    kinds = {n for n in nn.__all__ if isinstance(getattr(nn, n), type) and issubclass(getattr(nn, n), nn.Module)}
    layers = {n for n in kinds if not issubclass(getattr(nn, n), Loss)}
    assert layers - HOLDERS == {n.split(",")[0] for n in LAYERS}


def test_its_printed_form_makes_another_one_like_it(layer):
    text = repr(layer)
    assert text.startswith(type(layer).__name__ + "(")
    if not any(layer.children()) and not isinstance(layer, nn.Elementwise):
        assert repr(eval(text, dict(vars(nn)))) == text


def test_it_is_born_in_training_and_switches_both_ways(layer):
    assert all(m.training for m in layer.modules())
    assert layer.eval() is layer
    assert not any(m.training for m in layer.modules())
    assert all(m.training for m in layer.train().modules())


def test_its_state_makes_another_one_equal(name, layer):
    other = LAYERS[name]()
    for p in layer.parameters():
        p.data += 0.125
    outputs(layer)
    other.load_state_dict(layer.state_dict())
    assert state(other) == state(layer)
    assert np.array_equal(outputs(other.eval()), outputs(layer.eval()))


def test_a_state_with_a_stranger_is_refused(layer):
    before = state(layer)
    with pytest.raises(ValueError, match="'stranger' is unexpected"):
        layer.load_state_dict({**{key: np.asarray(x) * 0.0 for key, x in layer.state_dict().items()}, "stranger": 1.0})
    assert state(layer) == before


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["deepcopy", "pickle"])
def test_a_copy_computes_the_same_and_stands_apart(layer, copied):
    other = copied(layer)
    assert repr(other) == repr(layer)
    before = state(layer)
    for p in other.parameters():
        p.data += 1.0
    outputs(other)
    assert state(layer) == before
    again = copied(layer)
    assert np.array_equal(outputs(again), outputs(layer))


def test_a_row_of_a_batch_is_that_example_bit_for_bit(name, layer):
    layer.eval()
    if name == "BatchNorm1d, bare":
        with pytest.raises(ValueError, match="two or more"):
            layer(X[0])
        return
    batch = outputs(layer)
    assert batch.shape[0] == len(X)
    for row, x in zip(batch, X, strict=True):
        assert np.array_equal(row, outputs(layer, x))


def test_lists_arrays_and_values_are_taken_alike(layer):
    layer.eval()
    for x in (tuple(map(tuple, X)), np.array(X), np.array(X, dtype=object), as_values(X), as_values(X).tolist()):
        assert np.array_equal(outputs(layer, x), outputs(layer))


def test_a_batch_of_one_stays_a_batch(layer):
    assert np.ndim(layer.eval()(X[:1]) if not isinstance(layer, nn.BatchNorm1d) else layer.eval()(X)) == 2


def test_an_example_of_another_width_is_refused_and_both_are_named(name, layer):
    before = state(layer)
    for x in ([1.0, 2.0], [[1.0, 2.0], [3.0, 4.0]]):
        if name in TAKES_ANY_WIDTH:
            assert layer(x).shape == np.shape(x)
        else:
            with pytest.raises(ValueError, match=r"(\D3\D.*\D2\D|\D2\D.*\D3\D)"):
                layer(x)
    assert state(layer) == before


def test_what_is_no_number_is_refused(layer):
    before = state(layer)
    with pytest.raises(TypeError, match=r"'a'"):
        layer([[1.0, 2.0, 3.0], [1.0, 2.0, "a"]])
    with pytest.raises(ValueError, match="unequal lengths"):
        layer([[1.0, 2.0, 3.0], [1.0, 2.0]])
    assert state(layer) == before


def test_its_gradients_by_inputs_and_parameters_are_those_of_differences(layer):
    places = [(module, key, p) for module in layer.modules() for key, p in module.named_parameters(recurse=False)]
    start = [*np.ravel(X).tolist(), *(x for _, _, p in places for x in p.data.ravel())]
    weights = np.random.default_rng(3).normal(size=len(X) * 3).tolist()

    def loss(*numbers):
        given = iter(numbers)
        batch = np.reshape([next(given) for _ in range(12)], (4, 3))
        for module, key, p in places:
            vars(module)[key] = np.reshape([next(given) for _ in range(p.numel())], p.shape)
        found = seeded(layer)(batch).ravel()
        return autograd.dot(found, weights[: len(found)])

    assert gradcheck(loss, start)


def test_every_parameter_gets_a_gradient(layer):
    y = layer(as_values(X)).ravel()
    autograd.dot(y, np.linspace(-1.0, 2.0, y.size).tolist()).backward()
    assert all(p.grad is not None and p.grad.shape == p.shape for p in layer.parameters())
    layer.zero_grad()
    assert all(p.grad is None for p in layer.parameters())


def test_its_nodes_stand_in_its_scope(layer):
    y = layer.eval()(as_values(X)).ravel()[0]
    assert all(path.split("/")[0] == type(layer).__name__.lower() for path in scopes(y))
