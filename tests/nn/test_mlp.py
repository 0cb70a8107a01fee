"""Neuron, Layer, MLP: the decks' objects, with the shapes a learner expects and PyTorch's keys."""

import math

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from tests.nn.measure import apart, pulled, scopes
from tests.nn.test_linear import ULPS
from tests.oracles import files

ORACLE = files.load("layers")["nets"]
XOR = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]


def test_a_neuron_gives_one_value():
    neuron = nn.Neuron(2, "sigmoid")
    neuron.load_state_dict({"weight": [2.0, -1.0], "bias": 0.5})
    y = neuron([1.0, 3.0])
    assert isinstance(y, Value)
    assert apart(y.item(), 1.0 / (1.0 + math.exp(0.5))) <= 1.0
    y.backward()
    slope = y.item() * (1.0 - y.item())
    assert apart(neuron.weight.grad, [slope, 3.0 * slope]) <= 4.0
    assert apart(neuron.bias.grad, slope) <= 4.0
    assert scopes(y) == {"neuron"}
    assert [p.label for p in neuron.parameters()] == ["weight", "bias"]


def test_a_neuron_gives_a_column_for_a_batch():
    neuron = nn.Neuron(2, rng=0)
    batch = neuron(XOR)
    assert batch.shape == (4, 1)
    assert [y.item() for y in batch[:, 0]] == [neuron(x).item() for x in XOR]
    assert nn.Neuron(2, bias=False).bias is None


def test_a_layer_gives_an_array_and_one_neuron_each_scope():
    layer = nn.Layer(2, 3, "relu", rng=0)
    y = layer([1.0, 2.0])
    assert y.shape == (3,)
    assert layer(XOR).shape == (4, 3)
    assert scopes(y[2]) == {"layer/neuron2"}
    assert y[2].op.name == "relu"
    assert list(layer.state_dict()) == ["weight", "bias"]


def test_a_layer_of_softmax_sums_to_one_over_its_neurons():
    layer = nn.Layer(2, 3, "softmax", rng=0)
    y = layer(XOR)
    assert [float(f"{row.sum().item():.12f}") for row in y] == [1.0] * 4
    assert scopes(y[0, 0]) == {"layer/neuron0", "layer/neuron1", "layer/neuron2", "layer/activation"}


def test_one_output_of_one_example_is_a_value():
    net = nn.MLP(2, [4, 1], activation="tanh", output="sigmoid", rng=0)
    assert isinstance(net([0.0, 1.0]), Value)
    assert net([[0.0, 1.0]]).shape == (1, 1)
    assert net(XOR).shape == (4, 1)
    several = nn.MLP(2, [4, 3], rng=0)
    assert several([0.0, 1.0]).shape == (3,)
    assert several(XOR).shape == (4, 3)
    assert nn.MLP(2, [3, 1])(np.zeros((0, 2))).shape == (0, 1)


def test_its_scopes_are_net_layer_and_neuron():
    net = nn.MLP(2, [3, 1], activation="tanh", output="sigmoid", rng=0)
    assert scopes(net([0.0, 1.0])) == {"mlp/layer1/neuron0", "mlp/layer1/neuron1", "mlp/layer1/neuron2", "mlp/layer2/neuron0"}
    assert net[0].weight[2, 1].label == "layer1.weight[2, 1]"
    assert net[2].bias[0].label == "layer2.bias[0]"

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.mlp = net

        def forward(self, input):
            return self.mlp(input)

    outer = Net()
    assert "net/mlp/layer1/neuron0" in scopes(outer([0.0, 1.0]))
    assert net[0].weight[2, 1].label == "mlp.layer1.weight[2, 1]"


def test_it_has_the_keys_of_the_equal_sequential_and_its_numbers():
    for name, activation in {"tanh": "tanh", "relu": "relu", "prelu, one slope a feature": nn.PReLU(4), "softmax": "softmax"}.items():
        expected = ORACLE[name]
        net = nn.MLP(3, [4, 2], activation=activation)
        assert net.load_state_dict(expected["state"]) == ([], [])
        output, x_grad, grads = pulled(net, expected["x"], expected["g"])
        assert apart(output, expected["output"]) <= ULPS
        assert apart(x_grad, expected["x_grad"]) <= ULPS
        for key, g in grads.items():
            assert apart(g, expected["grads"][key]) <= ULPS, (name, key)
    deep = nn.MLP(3, [5, 4, 1], activation="tanh", output="sigmoid")
    deep.load_state_dict(ORACLE["three layers"]["state"])
    assert apart(autograd.values(deep(ORACLE["three layers"]["x"])), ORACLE["three layers"]["output"]) <= ULPS


def test_an_identity_keeps_its_place():
    assert list(nn.MLP(2, [2, 2], activation="identity").state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_members_can_be_read_and_replaced():
    net = nn.MLP(2, [4, 1], rng=0)
    assert len(net) == 4
    assert net.layers == [(net[0], net[1]), (net[2], net[3])]
    assert isinstance(net[:2], nn.Sequential)
    assert net[:2]([0.0, 1.0]).shape == (4,)
    before = net([0.0, 1.0]).item()
    net[1] = nn.ReLU()
    assert net([0.0, 1.0]).item() != before


def test_a_subclass_can_hold_more_modules():
    class Net(nn.MLP):
        def __init__(self):
            super().__init__(2, [3, 1], rng=0)
            self.drop = nn.Dropout(1.0)

        def forward(self, input):
            return super().forward(self.drop(input))

    net = Net()
    assert list(net.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert net([1.0, 1.0]).item() == net([2.0, 2.0]).item()
    assert net.eval()([1.0, 1.0]).item() != net([2.0, 2.0]).item()


def test_a_seed_repeats_the_net_and_no_two_layers_start_alike():
    first, again = nn.MLP(2, [2, 2], rng=5), nn.MLP(2, [2, 2], rng=5)
    assert [p.data.tolist() for p in first.parameters()] == [p.data.tolist() for p in again.parameters()]
    assert first[0].weight.data.tolist() != first[2].weight.data.tolist()


@pytest.mark.parametrize(("choice", "expected"), [
    ("relu", nn.ReLU), (nn.ELU, nn.ELU), (nn.LeakyReLU(0.3), nn.LeakyReLU), (autograd.sin, nn.Elementwise), (np.tanh, nn.Elementwise),
    (nn.functional.softplus, nn.Elementwise), (lambda x: x * x, nn.Elementwise),
], ids=["name", "class", "module", "operation", "numpy", "function", "lambda"])
def test_an_activation_is_named_or_given(choice, expected):
    net = nn.MLP(2, [3, 3, 1], activation=choice, rng=0)
    assert type(net[1]) is type(net[3]) is expected
    assert (net[1] is net[3]) is isinstance(choice, nn.Module)
    batch = net(XOR)
    assert [y.item() for y in batch[:, 0]] == [net(x).item() for x in XOR]
    assert scopes(net([0.0, 1.0])) == {*(f"mlp/layer{k}/neuron{j}" for k in (1, 2) for j in range(3)), "mlp/layer3/neuron0"}


def test_every_name_of_an_activation_makes_the_class_of_that_name():
    from nn.activation import ACTIVATIONS

    for name, kind in ACTIVATIONS.items():
        layer = nn.Layer(2, 2, name, rng=0).eval()
        assert type(layer.activation) is kind
        assert kind.__name__.lower() == name.replace("_", "")
        plain = nn.Linear(2, 2, rng=0)
        function = getattr(nn.functional, name)
        extra = (layer.activation.weight,) if name == "prelu" else ()
        expected = function(plain([1.0, -2.0]), *extra)
        assert autograd.values(layer([1.0, -2.0])).tolist() == autograd.values(expected).tolist(), name


@pytest.mark.parametrize("make", [
    lambda a: nn.Neuron(2, a), lambda a: nn.Layer(2, 2, a), lambda a: nn.MLP(2, [2, 1], activation=a),
    lambda a: nn.MLP(2, [1], activation=a), lambda a: nn.MLP(2, [1], output=a),
], ids=["Neuron", "Layer", "MLP", "MLP without hidden layer", "MLP output"])
def test_an_unknown_activation_is_refused_and_the_known_ones_are_listed(make):
    with pytest.raises(ValueError, match=r"no activation is called 'tahn'. Use one of identity, sigmoid, tanh, .*log_softmax"):
        make("tahn")
    with pytest.raises(TypeError, match=r"3 \(int\) is no activation"):
        make(3)


@pytest.mark.parametrize(("sizes", "kind", "message"), [
    (4, TypeError, r"sizes is 4 \(int\).*MLP\(2, \[4, 1\]\)"),
    ("41", TypeError, "sizes is '41'"),
    ({4, 1}, TypeError, "set"),
    ([], ValueError, "empty"),
    ([4, 0], ValueError, r"sizes\[1\] is 0"),
    ([4.0, 1], TypeError, r"sizes\[0\] is 4\.0"),
])
def test_sizes_are_a_list_of_counts(sizes, kind, message):
    with pytest.raises(kind, match=message):
        nn.MLP(2, sizes)


@pytest.mark.parametrize("net", [nn.Neuron(2), nn.Layer(2, 2), nn.MLP(2, [2, 1])], ids=lambda net: type(net).__name__)
def test_an_input_of_another_size_is_refused_and_both_sizes_named(net):
    for x, shape in (([1.0], r"\(1,\)"), ([[1.0, 2.0, 3.0]], r"\(1, 3\)"), (0.5, "a single number")):
        with pytest.raises(ValueError, match=rf"{shape}.* 2 features"):
            net(x)


@pytest.mark.long
def test_its_state_loads_into_the_equal_torch_sequential_and_back():
    torch = pytest.importorskip("torch")
    net = nn.MLP(3, [5, 4, 2], activation="tanh", output="softplus")
    other = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2),
                                torch.nn.Softplus()).double()
    other.load_state_dict({key: torch.as_tensor(x) for key, x in net.state_dict().items()})
    x = np.random.default_rng(4).normal(size=(20, 3))
    assert apart(autograd.values(net(x)), other(torch.tensor(x)).detach().numpy()) <= ULPS
    back = nn.MLP(3, [5, 4, 2], activation="tanh", output="softplus")
    back.load_state_dict(other.state_dict())
    assert np.array_equal(autograd.values(back(x)), autograd.values(net(x)))
