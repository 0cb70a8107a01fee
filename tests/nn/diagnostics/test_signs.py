"""Gradients of one sign: ∂ℓ/∂w = δ x, so inputs that are all positive leave a neuron one direction and its opposite."""

import numpy as np
import pytest

import nn
from autograd import Value, gradients
from nn.diagnostics import same_sign_gradients

r = np.random.default_rng(5)
X, Y = r.normal(size=(60, 4)), r.normal(size=(60, 1))


@pytest.mark.parametrize("activation", ["sigmoid", "softplus"])
def test_behind_an_activation_above_0_all_gradients_of_a_neuron_share_a_sign(activation):
    net = nn.MLP(4, [6, 5, 1], activation, rng=0)
    report = same_sign_gradients(net, X, Y, nn.MSELoss())
    assert [layer.share for layer in report][1:] == [1.0, 1.0]


def test_for_positive_data_the_first_layer_too():
    net = nn.MLP(4, [6, 1], "tanh", rng=0)
    assert same_sign_gradients(net, abs(X), Y, nn.MSELoss())["0"].share == 1.0


def test_for_centred_inputs_they_share_it_as_often_as_the_inputs_do():
    """δ is one number for all weights of a neuron: the signs are those of the inputs, or all turned round."""
    net = nn.MLP(4, [6, 1], "tanh", rng=0)
    alike = ((X > 0.0).all(axis=1) | (X < 0.0).all(axis=1)).mean()
    assert 0.0 < alike < 0.5
    assert same_sign_gradients(net, X, Y, nn.MSELoss())["0"].by_unit == pytest.approx([alike] * 6)


def test_examples_that_do_not_move_a_neuron_do_not_count():
    """Behind ReLUs inputs are 0 or above: no signs differ. Unit 0 is dead, and unit 1 moves for some examples only."""
    net = nn.MLP(4, [2, 1], "relu", rng=0)
    net[0].bias.data = [-100.0, 0.0]
    report = same_sign_gradients(net, abs(X), Y, nn.MSELoss())
    assert report["0"].by_unit.tolist() == [0.0, 1.0]
    assert report["2"].share == 1.0


def test_the_gradient_is_delta_times_the_input():
    x, δ = [0.5, 2.0, 3.5], []
    w = [Value(k) for k in (0.1, -0.2, 0.3)]
    s = w[0] * x[0] + w[1] * x[1] + w[2] * x[2]
    δ = gradients((s.tanh() - 1.0) ** 2, [s])[0].item()
    assert [g.item() for g in gradients((s.tanh() - 1.0) ** 2, w)] == pytest.approx([δ * xi for xi in x], rel=1e-15)


def test_neurons_and_maxout_are_looked_at_and_nothing_is_changed():
    net = nn.Sequential(nn.Maxout(4, 2, pieces=2, rng=0), nn.Neuron(2, "sigmoid", rng=0))
    report = same_sign_gradients(net, X, Y, nn.MSELoss())
    assert [(layer.kind, len(layer.by_unit)) for layer in report] == [("Maxout", 4), ("Neuron", 1)]
    assert [p.grad for p in net.parameters()] == [None] * 4
    assert all(module.training for module in net.modules())


@pytest.mark.parametrize(("model", "X", "y", "kind", "message"), [
    (nn.MLP, X, Y, TypeError, "Give an nn.Module"),
    (nn.Linear(4, 1), X[0], Y, ValueError, "Give a batch"),
    (nn.Linear(4, 1), X, Y[:3], ValueError, "3 targets for 60 examples"),
    (nn.Sequential(nn.Tanh()), X, X, ValueError, "no affine layer"),
], ids=["no module", "one example", "too few targets", "no weights"])
def test_what_does_not_fit_is_refused(model, X, y, kind, message):
    with pytest.raises(kind, match=message):
        same_sign_gradients(model, X, y, nn.MSELoss())
