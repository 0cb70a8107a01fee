"""Backpropagation by hand: worked on paper, against the graph bit for bit, and against the index that a deck misprints."""

import math
import random

import numpy as np
import pytest

import autograd
import nn
from autograd import trace
from nn.by_hand import backpropagation

GRAPH = {"half_sse": lambda a, t: 0.5 * nn.MSELoss(reduction="sum")(a, t), "mse": nn.MSELoss(), "bce": nn.BCELoss()}
W1, B1 = [[0.5, -1.0], [2.0, 0.25]], [0.5, -3.0]
W2, B2 = [[2.0, -0.5]], [0.25]
X, T = [1.0, 2.0], [1.0]


def on_paper():
    """A 2-2-1 net with rectifiers, both of them on: every number has an end."""
    return backpropagation([(W1, [2.5, -1.0], "relu"), (W2, B2, "identity")], X, T, loss="half_sse")


def test_the_forward_pass_is_the_one_on_paper():
    first, second = on_paper().layers
    assert first.z.tolist() == first.a.tolist() == [1.0, 1.5]  # 0.5 - 2 + 2.5 and 2 + 0.5 - 1
    assert second.z.tolist() == second.a.tolist() == [1.5]  # 2 - 0.75 + 0.25
    assert on_paper().loss == 0.125


def test_the_last_layers_error_term_is_slope_times_miss():
    assert on_paper().layers[1].delta.tolist() == [0.5]
    bent = backpropagation([(W2, B2, "sigmoid")], [0.0, 0.5], [1.0], loss="half_sse").layers[0]  # z = 0, a = ½
    assert bent.delta.tolist() == [0.25 * (0.5 - 1.0)]


def test_the_error_term_of_a_hidden_layer_comes_back_through_the_weights():
    assert on_paper().layers[0].delta.tolist() == [2.0 * 0.5, -0.5 * 0.5]
    off = backpropagation([(W1, B1, "relu"), (W2, B2, "identity")], X, T, loss="half_sse").layers[0]
    assert off.z.tolist() == [-1.0, -0.5]
    assert (off.delta == 0.0).all()


def test_a_weights_gradient_is_error_term_times_input():
    first, second = on_paper().layers
    assert second.dW.tolist() == [[0.5 * 1.0, 0.5 * 1.5]]
    assert first.dW.tolist() == [[1.0 * 1.0, 1.0 * 2.0], [-0.25 * 1.0, -0.25 * 2.0]]


def test_a_biases_gradient_is_the_error_term():
    for layer in on_paper().layers:
        assert layer.db.tolist() == layer.delta.tolist()


def graph_and_hand(activation, output, loss, shape, seed):
    """The same net and examples, both ways: the model after backward, its loss, and the numbers by hand."""
    source = np.random.default_rng(seed)
    model = nn.MLP(shape[-1], [4, 5, 3], activation, output, rng=seed)
    x, t = source.normal(size=shape), source.integers(0, 2, size=(*shape[:-1], 3)).astype(float)
    E = GRAPH[loss](model(x), t)
    E.backward()
    return model, E, backpropagation(model, x, t, loss)


@pytest.mark.parametrize(("loss", "output"), [("half_sse", "tanh"), ("mse", "identity"), ("bce", "sigmoid")])
@pytest.mark.parametrize("activation", ["identity", "sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("shape", [(3,), (1, 3), (7, 3)], ids=["one example", "a batch of one", "a batch of seven"])
def test_hand_and_graph_agree_to_the_last_bit(activation, output, loss, shape):
    for seed in range(5):
        model, E, found = graph_and_hand(activation, output, loss, shape, seed)
        assert found.loss == E.item()
        for (linear, _), layer in zip(model.layers, found.layers, strict=True):
            assert np.array_equal(layer.dW, linear.weight.grad)
            assert np.array_equal(layer.db, linear.bias.grad)


def test_every_inner_number_is_a_node_of_the_graph():
    model = nn.MLP(2, [3, 2], "tanh", "sigmoid", rng=1)
    x, t = [0.3, -0.8], [1.0, 0.0]
    E = nn.MSELoss()(model(x), t)
    E.backward()
    found = backpropagation(model, x, t, "mse")
    for (linear, activation), layer, before in zip(model.layers, found.layers, [np.array(x), found.layers[0].a], strict=True):
        weights, biases = linear.weight.data, linear.bias
        for j, z in enumerate(layer.z):
            assert z == autograd.dot(weights[j].tolist(), before.tolist()) + biases[j].item()
            assert layer.a[j] == activation(autograd.Value(z)).item()
            assert layer.delta[j] == biases[j].grad  # ∂z/∂b is 1, so a bias has the error term of its neuron


def test_a_traced_program_adds_in_other_orders_and_agrees_to_rounding():
    model, _, found = graph_and_hand("tanh", "identity", "mse", (16, 3), 0)
    source = np.random.default_rng(0)
    x, t = source.normal(size=(16, 3)), source.integers(0, 2, size=(16, 3)).astype(float)
    model.zero_grad()
    trace(lambda x, t: nn.functional.mse_loss(model(x), t), x[0], t[0]).backward(x, t)
    for (linear, _), layer in zip(model.layers, found.layers, strict=True):
        assert layer.dW == pytest.approx(linear.weight.grad, rel=1e-12, abs=1e-15)


def test_the_sum_back_runs_down_a_column_of_the_weights_not_along_a_row():
    model = nn.MLP(2, [3, 3, 1], "tanh", rng=3)
    E = nn.MSELoss()(model([0.5, -1.0]), 2.0)
    E.backward()
    found = backpropagation(model, [0.5, -1.0], 2.0, "mse")
    hidden, after = found.layers[0], found.layers[1]
    W, slope = model.layers[1][0].weight.data, 1.0 - hidden.a**2
    right = [sum(W[j, i] * after.delta[j] for j in range(3)) for i in range(3)] * slope
    printed = [sum(W[i, j] * after.delta[j] for j in range(3)) for i in range(3)] * slope
    of_graph = model.layers[0][0].bias.grad
    assert right == pytest.approx(of_graph, rel=1e-12)
    assert np.array_equal(hidden.delta, of_graph)
    assert (np.abs(printed - of_graph) > 0.1 * np.abs(of_graph)).all()


def test_sigmoid_and_cross_entropy_leave_the_miss_alone():
    found = backpropagation([([[3.0]], [0.0], "sigmoid")], [[2.0], [-1.0]], [[0.0], [1.0]], loss="bce").layers[0]
    assert found.delta == pytest.approx((found.a - [[0.0], [1.0]]) / 2.0, rel=1e-12)


def test_functions_of_ones_own_take_the_place_of_names():
    cube = (lambda z: z**3, lambda z: 3.0 * z**2)
    fourth = (lambda a, t: float(((a - t) ** 4).sum()), lambda a, t: 4.0 * (a - t) ** 3)
    found = backpropagation([([[2.0]], [0.0], cube)], [1.0], [7.0], loss=fourth)
    assert (found.loss, found.layers[0].delta.tolist(), found.layers[0].dW.tolist()) == (1.0, [48.0], [[48.0]])


def test_printed_it_is_a_table_of_every_number():
    text = str(on_paper())
    assert text.splitlines()[:4] == ["E = 0.125", "layer 1", "   z = [1. , 1.5]", "   a = [1. , 1.5]"]
    assert text.splitlines()[4:7] == ["   δ = [ 1.  , -0.25]", "  ∂W = [[ 1.  ,  2.  ],", "        [-0.25, -0.5 ]]"]


def test_steep_nets_keep_their_digits():
    found = backpropagation([([[1.0]], [0.0], "tanh")], [20.0], [0.0], loss="half_sse").layers[0]
    assert found.delta[0] == pytest.approx(4.0 * math.exp(-40.0), rel=1e-12)


NET = [(W1, B1, "relu"), (W2, B2, "identity")]
BAD = {
    "no layers": (lambda: backpropagation([], X, T), TypeError, "layers is .*Give an nn.MLP, or a list"),
    "a layer alone": (lambda: backpropagation((W1, B1, "relu"), X, T), TypeError, "layer 1 is"),
    "an unknown activation": (lambda: backpropagation([(W2, B2, "softmax")], X, T), ValueError, "layer 1: the activation is 'softmax'"),
    "an activation without slope": (lambda: backpropagation([(W2, B2, np.tanh)], X, T), TypeError, "or a pair of functions"),
    "an unknown loss": (lambda: backpropagation(NET, X, T, loss="sse"), ValueError, "loss is 'sse'. Use 'half_sse', 'mse', 'bce'"),
    "biases that do not fit": (lambda: backpropagation([(W1, B2, "relu")], X, T), ValueError, r"W has shape \(2, 2\) and b \(1,\)"),
    "layers that do not fit": (lambda: backpropagation([NET[1], NET[1]], X, T), ValueError, r"layer 2 has W of shape \(1, 2\), but 1 "),
    "three axes": (lambda: backpropagation(NET, [[X]], T), ValueError, r"x has shape \(1, 1, 2\)"),
    "targets of another shape": (lambda: backpropagation(NET, [X, X], T), ValueError, r"t has shape \(1,\), but the outputs have \(2, 1\)"),
    "text": (lambda: backpropagation(NET, ["a", "b"], T), TypeError, "backpropagation: x"),
    "an MLP with another activation": (
        lambda: backpropagation(nn.MLP(2, [1, 1], "softplus"), X, T), ValueError, "'softplus'. Use 'identity'"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_does_not_fit_is_refused(case):
    call, kind, message = BAD[case]
    with pytest.raises(kind, match=message):
        call()


def test_the_model_is_read_only():
    model = nn.MLP(2, [3, 1], rng=random.Random(0))
    before = model.state_dict()
    backpropagation(model, X, T)
    assert all(np.array_equal(before[key], x) for key, x in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())
