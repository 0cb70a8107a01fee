"""Stacked affine layers are one; what bends between them is what depth is made of."""

from itertools import pairwise

import numpy as np
import pytest

import nn
from autograd import Value, gradients, values


def stack(*sizes, bias=True):
    return nn.Sequential(*(nn.Linear(n, m, bias, rng=i) for i, (n, m) in enumerate(pairwise(sizes))))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("sizes", [(2, 1), (3, 5, 2), (4, 1, 6, 3), (2, 8, 8, 8, 8, 2)], ids=str)
def test_stacked_affine_layers_equal_one_to_the_last_digits(sizes, bias):
    net = stack(*sizes, bias=bias)
    X = np.random.default_rng(0).normal(size=(50, sizes[0]))
    assert np.abs(values(nn.collapse(net)(X)) - values(net(X))).max() < 1e-14


def test_its_matrix_is_the_product_last_layer_first():
    net = stack(2, 3, 1)
    net.load_state_dict({"0.weight": [[1, 2], [3, 4], [5, 6]], "0.bias": [1, 0, -1], "1.weight": [[1, -1, 2]], "1.bias": [0.5]})
    one = nn.collapse(net)
    assert one.weight.data.tolist() == [[8.0, 10.0]]
    assert one.bias.data.tolist() == [-0.5]


def test_an_mlp_with_identities_collapses_too_and_the_net_is_left_alone():
    net = nn.MLP(2, [4, 3], activation="identity", rng=0)
    before = net.state_dict()
    one = nn.collapse(net)
    x = [0.3, -0.7]
    assert values(one(x)) == pytest.approx(values(net(x)), abs=1e-15)
    one.load_state_dict({"weight": np.zeros((3, 2)), "bias": np.zeros(3)})
    assert all((net.state_dict()[key] == numbers).all() for key, numbers in before.items())


def test_nets_of_two_and_three_layers_are_w2_max_0_w1_x_and_once_more():
    net = nn.MLP(3, [5, 4, 2], activation="relu", rng=0)
    W1, W2, W3 = (p.data for name, p in net.named_parameters() if name.endswith("weight"))
    b1, b2, b3 = (p.data for name, p in net.named_parameters() if name.endswith("bias"))
    for x in np.random.default_rng(1).normal(size=(20, 3)):
        hidden = W2 @ np.maximum(0.0, W1 @ x + b1) + b2
        assert values(nn.Sequential(*list(net)[:3])(x)) == pytest.approx(hidden, abs=1e-14)
        assert values(net(x)) == pytest.approx(W3 @ np.maximum(0.0, hidden) + b3, abs=1e-14)


def test_depth_counts_the_layers_with_weights_and_weights_are_indexed_by_output_then_input():
    net = nn.MLP(3, [5, 2], rng=0)
    assert len(net.layers) == 2
    assert [linear.weight.shape for linear, _ in net.layers] == [(5, 3), (2, 5)]
    x = [Value(0.5), Value(-1.0), Value(2.0)]
    first = net[0]
    for j, z in enumerate(first(x)):
        assert [g.item() if isinstance(g, Value) else g for g in gradients(z, x)] == first.weight.data[j].tolist()


def test_a_rectifier_between_two_layers_is_no_affine_map():
    """f(1) + f(-1) = 2 f(0) for every affine f; here it is not."""
    net = nn.Sequential(nn.Linear(1, 2, rng=0), nn.ReLU(), nn.Linear(2, 1, rng=0))
    net.load_state_dict({"0.weight": [[1], [-1]], "0.bias": [0, 0], "2.weight": [[1, 1]], "2.bias": [0]})
    assert [net([x])[0].item() for x in (1.0, -1.0, 0.0)] == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.collapse(nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))), TypeError, r"a ReLU stands in the net"),
        (lambda: nn.collapse(nn.Sequential(nn.Layer(2, 2))), TypeError, r"a Layer stands in the net"),
        (lambda: nn.collapse(nn.Sequential()), ValueError, r"no Linear layer"),
        (lambda: nn.collapse(nn.Linear(2, 1)), TypeError, r"is no Sequential. Give nn.Sequential"),
    ],
)
def test_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
