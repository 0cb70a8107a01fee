"""Linear and Maxout: PyTorch's numbers, gradients and starting values; examples and batches alike."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from tests.nn.measure import Bounds, apart, pulled, scopes
from tests.oracles import files, nets

ORACLE = files.load("layers")
ULPS = 8.0
"""In ulp of the largest member of the array: 4 for an activation's slope (what the table of operations grants tanh, where PyTorch's
1 - t² is the less accurate form), and 4 for sums of at most 5 products in another order, in two layers: half an ulp a term."""


@pytest.mark.parametrize("name", nets.NETS)
def test_outputs_and_all_gradients_are_pytorchs(name):
    expected = ORACLE["nets"][name]
    net = nets.built(nn, nets.NETS[name])
    if name == "rrelu":
        net.eval()
    net.load_state_dict(expected["state"])
    output, x_grad, grads = pulled(net, expected["x"], expected["g"])
    assert apart(output, expected["output"]) <= ULPS
    assert apart(x_grad, expected["x_grad"]) <= ULPS
    assert list(grads) == list(expected["grads"])
    for key, g in grads.items():
        assert apart(g, expected["grads"][key]) <= ULPS, key


def test_a_number_worked_by_hand():
    layer = nn.Linear(2, 2)
    layer.load_state_dict({"weight": [[1.0, 2.0], [3.0, 4.0]], "bias": [0.5, -0.5]})
    x = [Value(10.0), Value(1.0)]
    y = layer(x)
    assert autograd.values(y).tolist() == [12.5, 33.5]
    y[1].backward()
    assert layer.weight.grad.tolist() == [[0.0, 0.0], [10.0, 1.0]]
    assert layer.bias.grad.tolist() == [0.0, 1.0]
    assert autograd.grads(x).tolist() == [3.0, 4.0]


def test_a_neuron_is_one_dot_and_one_add_in_its_own_scope():
    y = nn.Linear(3, 2)([1.0, 2.0, 3.0])
    assert y[1].op.name == "add"
    assert y[1].inputs[0].op.name == "dot"
    assert len(y[1].inputs[0].inputs) == 6
    assert scopes(y[1]) == {"linear/neuron1"}
    assert nn.Linear(3, 2, bias=False)([1.0, 2.0, 3.0])[0].op.name == "dot"


def test_without_bias_there_is_none():
    layer = nn.Linear(3, 2, bias=False)
    assert layer.bias is None
    assert list(layer.state_dict()) == ["weight"]


@pytest.mark.parametrize("x", [
    [1.0, 2.0], (1, 2), np.array([1, 2]), np.array([1.0, 2.0], dtype=np.float32), [Value(1.0), 2.0], nn.Parameter([1.0, 2.0]),
    np.array([Value(1.0), Value(2.0)]),
], ids=["list", "tuple", "integers", "float32", "mixed", "Parameter", "object array"])
def test_an_example_may_be_any_sequence_of_numbers_and_values(x):
    layer = nn.Linear(2, 1, rng=0)
    assert layer(x)[0].item() == layer([1.0, 2.0])[0].item()


def test_a_batch_gives_a_row_for_each_example():
    layer = nn.Linear(2, 3, rng=0)
    assert layer([[1.0, 2.0]]).shape == (1, 3)
    assert layer(np.zeros((0, 2))).shape == (0, 3)
    assert layer([1.0, 2.0]).shape == (3,)
    assert layer([1.0, 2.0]).dtype == object


@pytest.mark.parametrize("x", [
    [1.0, 2.0, 3.0], [[1.0], [2.0]], np.zeros((2, 2, 2)), [], [[]], 1.0, Value(1.0),
], ids=["longer", "column", "three axes", "empty", "batch of empty", "number", "Value"])
@pytest.mark.parametrize("layer", [nn.Linear(2, 1), nn.Maxout(2, 1, 2)], ids=["Linear", "Maxout"])
def test_an_input_of_another_size_is_refused_and_both_sizes_named(layer, x):
    shape = "a single number" if np.ndim(np.asarray(x, dtype=object)) == 0 else str(np.shape(x)).replace("(", r"\(").replace(")", r"\)")
    with pytest.raises(ValueError, match=rf"{type(layer).__name__}: .*{shape}.* 2 features"):
        layer(x)


@pytest.mark.parametrize(("x", "kind", "message"), [
    ([1.0, "a"], TypeError, r"Linear: 'a' \(str\)"),
    ([1.0, True], TypeError, "True"),
    ([1.0, None], TypeError, "None"),
    ([[1.0, 2.0], [3.0]], ValueError, "unequal lengths"),
    ([np.ones(2), np.ones(3)], ValueError, "unequal lengths"),
    ([np.ones((2, 2)), np.ones((2, 3))], ValueError, "unequal lengths"),
    ("ab", TypeError, "'ab'"),
])
def test_an_input_that_holds_something_else_is_refused(x, kind, message):
    with pytest.raises(kind, match=message):
        nn.Linear(2, 1)(x)


@pytest.mark.parametrize(("sizes", "kind"), [
    ((0, 1), ValueError), ((1, 0), ValueError), ((-2, 1), ValueError), ((1.0, 1), TypeError), ((True, 1), TypeError), ((1, "2"), TypeError),
    ((None, 1), TypeError),
])
def test_sizes_count_from_one(sizes, kind):
    with pytest.raises(kind, match=r"Linear: (in|out)_features is .*1 or more"):
        nn.Linear(*sizes)
    with pytest.raises(kind, match=r"Maxout: (in|out)_features is .*1 or more"):
        nn.Maxout(*sizes, 2)


@pytest.mark.parametrize("make", [lambda b: nn.Linear(1, 1, b), lambda b: nn.Neuron(1, bias=b), lambda b: nn.Layer(1, 1, bias=b)],
                         ids=["Linear", "Neuron", "Layer"])
def test_bias_is_true_or_false(make):
    with pytest.raises(TypeError, match=r"bias is 0\.5"):
        make(0.5)


def test_a_source_of_random_numbers_is_a_seed_or_a_generator():
    with pytest.raises(TypeError, match="rng: 'seed'"):
        nn.Linear(1, 1, rng="seed")


@pytest.mark.parametrize(("n", "expected"), list(zip((1, 2, 3, 16, 1000), ORACLE["linear"], strict=True)), ids=str)
def test_starting_values_come_from_pytorchs_interval(n, expected):
    source = Bounds()
    nn.Linear(n, 2, rng=source)
    (low, high), = source.pairs
    for pair in expected:
        assert apart([low, high], pair) <= 2.0  # PyTorch forms √3 (gain / √n) in four roundings


def test_a_seed_repeats_the_starting_values():
    first, again = nn.Linear(3, 2, rng=7), nn.Linear(3, 2, rng=7)
    assert np.array_equal(first.weight.data, again.weight.data)
    assert np.array_equal(first.bias.data, again.bias.data)
    assert len({*first.weight.data.ravel(), *first.bias.data}) == 8
    autograd.manual_seed(3)
    first = nn.Linear(3, 2)
    autograd.manual_seed(3)
    assert np.array_equal(first.weight.data, nn.Linear(3, 2).weight.data)


def test_maxout_takes_the_largest_piece():
    hat = nn.Maxout(1, 2, pieces=3)
    hat.load_state_dict({"weight": [[1.0], [-1.0], [0.0], [2.0], [0.0], [0.0]], "bias": [0.0, 0.0, 1.5, 0.0, 1.0, -1.0]})
    outputs = autograd.values(hat([[-3.0], [0.5], [2.0]]))
    assert outputs.tolist() == [[3.0, 1.0], [1.5, 1.0], [2.0, 4.0]]
    y = hat([2.0])
    y[1].backward()
    assert hat.weight.grad.ravel().tolist() == [0.0, 0.0, 0.0, 2.0, 0.0, 0.0]
    assert scopes(y[0]) == {"maxout/neuron0"}


@pytest.mark.parametrize(("pieces", "kind"), [(0, ValueError), (1.5, TypeError)])
def test_maxout_has_pieces(pieces, kind):
    with pytest.raises(kind, match="Maxout: pieces is"):
        nn.Maxout(1, 1, pieces)


@pytest.mark.long
@pytest.mark.parametrize("name", nets.NETS)
def test_a_state_loads_into_the_equal_torch_module_and_gives_equal_outputs(name):
    torch = pytest.importorskip("torch")
    from tests.oracles.record_layers import classes

    net = nets.built(nn, nets.NETS[name]).eval()
    other = nets.built(classes(), nets.NETS[name]).double().eval()
    other.load_state_dict({key: torch.as_tensor(x) for key, x in net.state_dict().items()})
    x = np.random.default_rng(4).normal(size=(20, 3))
    expected = other(torch.tensor(x)).detach().numpy()
    assert apart(autograd.values(net(x)), expected) <= ULPS
    fresh = nets.built(nn, nets.NETS[name]).eval()
    assert fresh.load_state_dict(other.state_dict()) == ([], [])
    assert np.array_equal(autograd.values(fresh(x)), autograd.values(net(x)))
