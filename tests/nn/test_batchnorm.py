"""Batch normalisation: PyTorch's outputs, gradients and running statistics."""

import math

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from tests.nn.measure import apart, pulled, scopes
from tests.oracles import files, nets
from tests.support import EPS

ORACLE = files.load("layers")["norms"]
ULPS = 4.0


def units(step, start):
    """One ulp of what is added up in each feature: in the outputs, in the gradients by x, in those by γ and β.

    x - μ is off by half an ulp of x, not of the difference; dividing by σ makes that max|x|/σ ulp of the quotient. The
    gradient by x is a difference of terms the size of γ g/σ, and may itself be close to 0.
    """
    x, g = np.abs(step["x"]), np.abs(step["g"])
    σ = np.std(step["x"], axis=0) if "state" in step or "running_var" not in start else np.sqrt(step["running_var"])
    γ = np.abs(start.get("weight", np.ones(x.shape[1])))
    κ = 1.0 + x.max(axis=0) / σ
    return EPS * γ * κ, EPS * γ * κ * g.max(axis=0) / σ, EPS * κ * g.sum(axis=0)


def numbers(net):
    return {key: np.asarray(x).tolist() for key, x in net.state_dict().items()}


@pytest.mark.parametrize("name", nets.NORMS)
def test_training_evaluation_and_running_statistics_are_pytorchs(name):
    spec, settings = nets.NORMS[name]
    expected = ORACLE[name]
    net = nets.built(nn, spec, **settings)
    net.load_state_dict(expected["start"])
    for step in [*expected["steps"], {**expected["evaluation"], **expected["steps"][-1]["state"]}]:
        net.train("state" in step)
        output, x_grad, grads = pulled(net, step["x"], step["g"])
        of_output, of_x, of_parameters = units(step, expected["start"])
        assert (abs(output - step["output"]) <= ULPS * (of_output + EPS * np.abs(step["output"]))).all()
        assert (abs(x_grad - step["x_grad"]) <= ULPS * of_x).all()
        assert list(grads) == list(step["grads"])
        for key, g in grads.items():
            assert (abs(g - step["grads"][key]) <= ULPS * of_parameters).all(), key
        for key, x in net.state_dict().items():
            assert apart(x, step.get("state", step)[key]) <= ULPS, key


def test_the_decks_numbers_by_hand():
    norm = nn.BatchNorm1d(1, eps=0.0)
    norm.load_state_dict({"weight": [3.0], "bias": [1.0], "running_mean": [0.0], "running_var": [1.0], "num_batches_tracked": 0})
    assert autograd.values(norm([[2.0], [6.0]])).tolist() == [[-2.0], [4.0]]
    assert norm.running_mean.tolist() == [0.1 * 4.0]
    assert norm.running_var.tolist() == [0.9 + 0.1 * 8.0]
    assert norm.num_batches_tracked == 1
    norm.eval()
    norm.running_mean, norm.running_var = [2.0], [4.0]
    assert autograd.values(norm([8.0])).tolist() == [10.0]


def test_the_gradients_of_a_batch_sum_to_nought():
    x = np.array([[Value(z)] for z in (0.3, -1.2, 2.5, 0.9)])
    y = nn.BatchNorm1d(1)(x)
    autograd.dot(y[:, 0], [0.7, -0.1, 0.4, 2.0]).backward()
    g = autograd.grads(x)
    assert abs(g.sum()) <= 8 * 2**-52 * abs(g).max()
    assert abs(g).max() > 0.1


def test_the_output_has_mean_nought_and_variance_one():
    r = np.random.default_rng(0)
    y = autograd.values(nn.BatchNorm1d(3, eps=0.0)(r.exponential(size=(50, 3)) * 100.0))
    assert np.allclose(y.mean(axis=0), 0.0, rtol=0.0, atol=50 * 2**-52)
    assert np.allclose(y.var(axis=0), 1.0, rtol=50 * 2**-52, atol=0.0)


def test_the_cumulative_average_gives_every_batch_the_same_share():
    norm = nn.BatchNorm1d(1, momentum=None)
    for low, high in ((0.0, 2.0), (2.0, 6.0), (4.0, 6.0)):
        norm([[low], [high]])
    assert apart(norm.running_mean, [10.0 / 3.0]) <= 4.0
    assert apart(norm.running_var, [12.0 / 3.0]) <= 4.0


def test_each_feature_has_a_scope():
    y = nn.BatchNorm1d(2)([[1.0, 2.0], [3.0, 5.0]])
    assert scopes(y[0, 1]) == {"batchnorm1d/feature1"}


@pytest.mark.parametrize("x", [[[1.0, 2.0]], [1.0, 2.0], np.zeros((0, 2))], ids=["batch of one", "example", "empty batch"])
@pytest.mark.parametrize("settings", [{}, {"track_running_stats": False}], ids=str)
def test_training_on_fewer_than_two_examples_is_refused_and_changes_nothing(x, settings):
    norm = nn.BatchNorm1d(2, **settings)
    before = numbers(norm)
    with pytest.raises(ValueError, match=r"BatchNorm1d: [01] example.*two or more, or call eval\(\)"):
        norm(x)
    assert numbers(norm) == before


def test_without_running_statistics_evaluation_uses_the_batch():
    norm = nn.BatchNorm1d(1, eps=0.0, track_running_stats=False).eval()
    assert autograd.values(norm([[1.0], [3.0]])).tolist() == [[-1.0], [1.0]]
    with pytest.raises(ValueError, match="two or more"):
        norm([1.0])
    assert list(norm.state_dict()) == ["weight", "bias"]


@pytest.mark.parametrize("x", [[[1.0], [2.0]], [[1.0, 2.0, 3.0]] * 2, [[1.0, 2.0], [3.0, "4"]], [[1.0, 2.0], [3.0]], 1.0],
                         ids=["narrow", "wide", "text", "ragged", "number"])
def test_an_input_that_does_not_fit_changes_nothing(x):
    norm = nn.BatchNorm1d(2)
    before = numbers(norm)
    with pytest.raises((ValueError, TypeError), match="BatchNorm1d"):
        norm(x)
    assert numbers(norm) == before


def test_an_error_on_the_way_changes_nothing():
    norm = nn.BatchNorm1d(2)
    before = numbers(norm)
    with autograd.anomaly(), pytest.raises(autograd.AnomalyError):
        norm([[Value(1.0), Value(1e200)], [Value(2.0), Value(-1e200)]])
    assert numbers(norm) == before


def test_evaluation_leaves_the_running_statistics_alone():
    norm = nn.BatchNorm1d(2)
    norm([[1.0, 2.0], [3.0, 5.0]])
    before = numbers(norm)
    norm.eval()([[7.0, 8.0], [9.0, 9.0]])
    assert numbers(norm) == before


def test_a_constant_feature_without_eps_gives_nan_and_no_bare_error():
    y = nn.BatchNorm1d(1, eps=0.0, affine=False)([[2.0], [2.0]])
    assert all(math.isnan(z) for z in y[:, 0])


@pytest.mark.parametrize(("settings", "kind", "message"), [
    ({"num_features": 0}, ValueError, "num_features is 0"),
    ({"num_features": 2.0}, TypeError, "num_features is 2.0"),
    ({"eps": -1e-5}, ValueError, "eps is -1e-05"),
    ({"eps": "small"}, TypeError, "eps is 'small'"),
    ({"momentum": 1.5}, ValueError, "momentum is 1.5"),
    ({"momentum": math.nan}, ValueError, "momentum is nan"),
    ({"momentum": "none"}, TypeError, "momentum is 'none'"),
    ({"affine": 1}, TypeError, "affine is 1"),
    ({"track_running_stats": None}, TypeError, "track_running_stats is None"),
    ({"bias": 0}, TypeError, "bias is 0"),
])
def test_bad_settings_are_refused(settings, kind, message):
    with pytest.raises(kind, match=f"BatchNorm1d: {message}"):
        nn.BatchNorm1d(**{"num_features": 2, **settings})


def test_the_shift_can_be_left_out():
    norm = nn.BatchNorm1d(2, bias=False)
    assert [name for name, _ in norm.named_parameters()] == ["weight"]
    assert autograd.values(norm([[1.0, 2.0], [3.0, 5.0]])).sum() == 0.0


def test_it_is_affine_so_a_skewed_feature_stays_skewed():
    x = np.random.default_rng(0).exponential(size=(500, 1)) * 3.0 + 7.0
    y = autograd.values(nn.BatchNorm1d(1, eps=0.0)(x))

    def moments(z):
        d = (z - z.mean()) / z.std()
        return [(d**3).mean(), (d**4).mean()]

    skewness, kurtosis = moments(x)
    assert moments(y) == pytest.approx([skewness, kurtosis], rel=1e-12)
    # A Gaussian has 0 and 3.
    assert skewness > 1.5
    assert kurtosis > 6.0


def by_weight_and_bias(norm, W, b, u, g):
    """The gradients of Σ g·norm(Wu + b) by W and b."""
    layer = nn.Linear(W.shape[1], W.shape[0])
    layer.weight.data, layer.bias.data = W, b
    autograd.dot(norm(layer(u)).ravel(), g.ravel().tolist()).backward()
    return layer.weight.grad, layer.bias.grad


def random_layer():
    r = np.random.default_rng(0)
    return r.normal(size=(3, 2)), r.normal(size=3), r.normal(size=(10, 2)), r.normal(size=(10, 3))


def test_a_bias_before_it_has_no_gradient_as_the_mean_takes_it_away():
    W, b, u, g = random_layer()
    by_W, by_b = by_weight_and_bias(nn.BatchNorm1d(3), W, b, u, g)
    assert abs(by_b).max() <= 20 * EPS * abs(by_W).max()
    assert abs(by_W).max() > 0.1


def test_a_bias_before_the_non_linearity_has_a_gradient_if_the_norm_comes_after_it():
    W, b, u, g = random_layer()
    _, by_b = by_weight_and_bias(nn.Sequential(nn.Tanh(), nn.BatchNorm1d(3)), W, b, u, g)
    assert abs(by_b).min() > 0.01


def test_scaled_weights_before_it_give_the_same_outputs_and_gradients_as_much_smaller():
    W, b, u, g = random_layer()
    norm = nn.BatchNorm1d(3, eps=0.0)
    by_W, _ = by_weight_and_bias(norm, W, b, u, g)
    by_4W, _ = by_weight_and_bias(norm, 4.0 * W, 4.0 * b, u, g)
    assert (4.0 * by_4W == by_W).all()
    assert (autograd.values(norm(4.0 * g)) == autograd.values(norm(g))).all()
