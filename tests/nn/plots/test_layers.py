"""Histograms count what the layers give and get; images hold the weights."""

import sys

import numpy as np
import pytest
from matplotlib import pyplot as plt

import nn
from autograd import values
from nn.plots import activation_histograms, animate, curves, decision_boundary, error_surface, gradient_histograms, weights

X = np.random.default_rng(0).normal(size=(25, 2))


def counted(panel):
    """The histogram as numpy would give it."""
    bars = panel.patches
    return [bar.get_height() for bar in bars], [*(bar.get_x() for bar in bars), bars[-1].get_x() + bars[-1].get_width()]


def holds(panel, numbers, bins):
    heights, edges = np.histogram(np.ravel(numbers), bins=bins)
    return counted(panel)[0] == heights.tolist() and np.allclose(counted(panel)[1], edges)


def test_activations_are_counted_layer_by_layer():
    model = nn.MLP(2, [5, 4, 1], activation="relu", rng=0)
    axes = activation_histograms(model, X, bins=7)
    hidden = values(model[1](model[0](X)))
    deeper = values(model[3](model[2](hidden)))
    assert [panel.get_title() for panel in axes] == ["1: ReLU", "3: ReLU", "5: Identity"]
    assert all(holds(panel, found, 7) for panel, found in zip(axes, (hidden, deeper, values(model(X))), strict=True))
    assert {panel.get_xlabel() for panel in axes} == {"output"}


def test_a_last_layer_without_activation_is_counted_and_nets_inside_of_nets_too():
    model = nn.Sequential(nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh()), nn.Linear(3, 1, rng=1))
    axes = activation_histograms(model, X)
    assert [panel.get_title() for panel in axes] == ["0.1: Tanh", "1: Linear"]
    assert holds(axes[1], values(model(X)), 30)


def test_dropout_and_batch_norm_are_in_evaluation_mode():
    model = nn.Sequential(nn.Linear(2, 4, rng=0), nn.BatchNorm1d(4), nn.Dropout(0.5))
    axes = activation_histograms(model, X)
    model.eval()
    assert holds(axes[-1], values(model(X)), 30)
    assert model.train()[1].num_batches_tracked == 0


def test_gradients_are_counted_parameter_by_parameter():
    model = nn.MLP(2, [3, 1], rng=0)
    nn.MSELoss()(model(X), X[:, :1]).backward()
    axes = gradient_histograms(model, bins=5)
    found = dict(model.named_parameters())
    assert [panel.get_title() for panel in axes] == list(found)
    assert all(holds(panel, p.grad, 5) for panel, p in zip(axes, found.values(), strict=True))


def test_weights_are_images_in_which_white_is_0():
    model = nn.MLP(2, [3, 1], rng=0)
    axes = weights(model)
    assert [panel.get_title() for panel in axes] == ["0.weight", "2.weight"]
    for panel, p in zip(axes, (model[0].weight, model[2].weight), strict=True):
        image = panel.images[0]
        assert np.array_equal(image.get_array(), p.data)
        assert image.get_clim() == (-np.abs(p.data).max(), np.abs(p.data).max())
        assert image.cmap(0.5)[:3] == pytest.approx((1.0, 1.0, 1.0), abs=0.01)


def test_a_single_neuron_is_a_row():
    model = nn.Neuron(3, rng=0)
    assert np.array_equal(weights(model)[0].images[0].get_array(), [model.weight.data])


def test_more_panels_than_fit_in_a_row_go_on_in_the_next():
    axes = gradient_histograms(backward(nn.MLP(2, [2, 2, 1], rng=0)))
    assert len(axes) == len(axes[0].figure.axes) == 6


def backward(model):
    model([0.5, 1.0]).backward()
    return model


def diverged():
    model = nn.Linear(2, 1)
    model.weight.data = [[np.inf, 1.0]]
    model.weight.grad = [[np.inf, 1.0]]
    return model


def test_given_axes_are_drawn_on():
    mine = plt.figure().subplots(1, 2)
    assert list(weights(nn.MLP(2, [3, 1]), mine)) == list(mine)
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize(("draw", "error", "message"), [
    (lambda: activation_histograms(nn.Neuron(2), X), TypeError, r"activation_histograms: Neuron has no layers in a row"),
    (lambda: activation_histograms(nn.MLP(2, [1]), X[0]), ValueError, r"X has shape \(2,\)\. Give an example in each row"),
    (lambda: gradient_histograms(nn.MLP(2, [1])), ValueError, r"no parameter has a gradient yet\. Call loss\.backward\(\) first"),
    (lambda: gradient_histograms([1.0]), TypeError, r"gradient_histograms: \[1\.0\] \(list\) is no module"),
    (lambda: weights(diverged()), ValueError, r"weights: weight holds inf or nan"),
    (lambda: activation_histograms(nn.Sequential(diverged()), X), ValueError, r"the model's output holds inf or nan"),
    (lambda: gradient_histograms(diverged()), ValueError, r"gradient_histograms: the gradient of weight holds inf or nan"),
    (lambda: weights(nn.Tanh()), ValueError, r"weights: Tanh has no weights"),
    (lambda: weights(nn.MLP(2, [3, 1]), plt.figure().add_subplot()), ValueError, r"weights: 1 axes were given for 2 panels"),
], ids=["no row of layers", "one example", "no gradient", "no module", "inf", "nan", "inf in gradients", "no weights", "one panel for two"])
def test_what_cannot_be_drawn_is_named(draw, error, message):
    with pytest.raises(error, match=message):
        draw()


DRAWN = {
    "curves": lambda: curves(nn.History([1.0])),
    "decision_boundary": lambda: decision_boundary(nn.Linear(2, 1), X, np.sign(X[:, 0])),
    "error_surface": lambda: error_surface(lambda x, y: x + y, (0, 1), (0, 1)),
    "animate": lambda: animate(lambda x, y: x + y, (0, 1), (0, 1), {"p": [[0.0, 0.0]]}),
    "activation_histograms": lambda: activation_histograms(nn.MLP(2, [1]), X),
    "gradient_histograms": lambda: gradient_histograms(backward(nn.MLP(2, [1]))),
    "weights": lambda: weights(nn.MLP(2, [1])),
}


@pytest.mark.parametrize("name", DRAWN)
def test_without_matplotlib_it_says_what_to_install(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=rf"{name} draws with matplotlib, which is not installed\. Run: pip install 'chalkgrad\[plot\]'"):
        DRAWN[name]()
