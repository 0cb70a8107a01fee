"""Signals in deep nets: products of matrices, slopes of at most a quarter, and the theory of wide nets."""

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest

import autograd
import nn
from nn.diagnostics import expected_gradient_factor, expected_spread, gradient_norms, signal_spread


def net(widths, activation, fill, seed, output=None):
    """An MLP without biases to speak of, its weights filled by `fill`."""
    model = nn.MLP(widths[0], widths[1:], activation, output or activation, rng=0)
    for k, (linear, _) in enumerate(model.layers):
        fill(linear.weight, rng=1000 * seed + k)
        nn.init.zeros_(linear.bias)
    return model


def he(weight, rng):
    nn.init.kaiming_normal_(weight, nonlinearity="relu", rng=rng)


def test_in_a_linear_net_gradients_are_products_of_the_matrices():
    source = np.random.default_rng(0)
    X, T = source.normal(size=(6, 4)), source.normal(size=(6, 2))
    model = net([4, 5, 3, 2], "identity", nn.init.xavier_normal_, seed=1)
    W1, W2, W3 = (linear.weight.data for linear, _ in model.layers)
    d3 = 2.0 * (X @ W1.T @ W2.T @ W3.T - T) / T.size
    d2, d1 = d3 @ W3, d3 @ W3 @ W2
    inputs = [X, X @ W1.T, X @ W1.T @ W2.T]
    expected = [math.hypot(np.linalg.norm(d.T @ a), np.linalg.norm(d.sum(axis=0))) for d, a in zip((d1, d2, d3), inputs, strict=True)]
    found = gradient_norms(model, X, T, loss=nn.MSELoss())
    assert list(found) == ["0", "2", "4"]
    assert list(found.values()) == pytest.approx(expected, rel=1e-12)


def ones(weight, rng):  # noqa: ARG001 - as the rules that draw
    nn.init.ones_(weight)


@pytest.mark.parametrize("c", [0.5, 1.0, 2.0])
def test_in_a_chain_the_error_term_fades_stays_or_explodes_by_the_weight(c):
    n = 12
    model = net([1] * (n + 1), "identity", lambda w, rng: nn.init.constant_(w, c), seed=0)
    norms = gradient_norms(model, [[1.0]], [[0.0]], loss=nn.L1Loss())
    assert list(norms.values()) == pytest.approx([c ** (n - k) * math.hypot(c ** (k - 1), 1.0) for k in range(1, n + 1)], rel=1e-12)
    assert [layer.z for layer in signal_spread(model, [[-1.0], [1.0]])] == pytest.approx([c ** (2 * k) for k in range(1, n + 1)], rel=1e-12)


def test_each_sigmoid_takes_at_least_three_quarters_of_the_error_term():
    a, inputs, slopes = 0.5, [], []
    for _ in range(8):
        inputs.append(a)
        a = 1.0 / (1.0 + math.exp(-a))
        slopes.append(a * (1.0 - a))
    norms = gradient_norms(net([1] * 9, "sigmoid", ones, seed=0), [[0.5]], [[0.0]], loss=nn.L1Loss()).values()
    deltas = [norm / math.hypot(before, 1.0) for norm, before in zip(norms, inputs, strict=True)]
    assert deltas == pytest.approx([math.prod(slopes[k:]) for k in range(8)], rel=1e-12)
    assert all(earlier <= 0.25 * later for earlier, later in pairwise(deltas))


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_spreads_are_the_variances_of_a_forward_pass_in_numpy(activation):
    X = np.random.default_rng(3).normal(size=(7, 4))
    model = nn.MLP(4, [5, 3], activation, rng=3)
    f = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0.0)}[activation]
    (W1, b1), (W2, b2) = ((linear.weight.data, linear.bias.data) for linear, _ in model.layers)
    z1 = X @ W1.T + b1
    z2 = f(z1) @ W2.T + b2
    first, last = signal_spread(model, X)
    assert (first.name, first.z, first.a) == ("0", pytest.approx(z1.var(), rel=1e-12), pytest.approx(f(z1).var(), rel=1e-12))
    assert (last.name, last.z, last.a) == ("2", pytest.approx(z2.var(), rel=1e-12), pytest.approx(z2.var(), rel=1e-12))


def test_layers_of_a_sequential_begin_at_each_linear():
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh(), nn.Dropout(0.5), nn.Linear(3, 1, rng=1)).eval()
    X = [[1.0, 2.0], [0.0, -1.0]]
    found = signal_spread(model, X)
    assert [layer.name for layer in found] == ["0", "3"]
    assert found[0].a == pytest.approx(np.tanh(autograd.values(model[0](X))).var(), rel=1e-12)
    assert list(gradient_norms(model, X, [[1.0], [0.0]], loss=nn.MSELoss())) == ["0", "3"]


@pytest.mark.parametrize("s", [0.5, 1.0, 2.0, 3.0])
def test_the_theory_of_rectifiers_and_of_lines_is_a_power(s):
    assert expected_spread("relu", s, 6, start=1.5) == pytest.approx([1.5 * s * (s / 2.0) ** k for k in range(6)], rel=1e-12)
    assert expected_spread("identity", s, 6) == pytest.approx([s ** (k + 1) for k in range(6)], rel=1e-12)
    assert expected_gradient_factor("relu", s, 0.3) == pytest.approx(s / 2.0, rel=1e-12)
    assert expected_gradient_factor("identity", s, 7.0) == pytest.approx(s, rel=1e-12)


@pytest.mark.parametrize("v", [0.01, 0.3, 1.0, 4.0, 50.0])
def test_the_theory_of_erf_has_a_closed_form(v):
    """E erf(z)² = 2/π asin(2v / (1 + 2v)) (Williams, 1997), and E erf'(z)² = 4/π / √(1 + 4v)."""
    assert expected_spread(autograd.erf, 1.3, 2, start=v / 1.3)[1] == pytest.approx(
        1.3 * 2.0 / math.pi * math.asin(2.0 * v / (1.0 + 2.0 * v)), rel=1e-9)
    assert expected_gradient_factor(autograd.erf, 0.7, v) == pytest.approx(0.7 * 4.0 / math.pi / math.sqrt(1.0 + 4.0 * v), rel=1e-9)


@pytest.mark.parametrize(("name", "f"), [("tanh", mpmath.tanh), ("sigmoid", lambda z: 1 / (1 + mpmath.exp(-z)))], ids=["tanh", "sigmoid"])
def test_other_activations_are_integrated_as_mpmath_does(name, f):
    bell = mpmath.npdf
    second = mpmath.quad(lambda z: f(1.5 * z) ** 2 * bell(z), [-9, 0, 9])
    slope = mpmath.quad(lambda z: mpmath.diff(f, 1.5 * z) ** 2 * bell(z), [-9, 0, 9])
    assert expected_spread(name, 1.0, 2, start=2.25)[1] == pytest.approx(float(second), rel=1e-9)
    assert expected_gradient_factor(name, 1.0, 2.25) == pytest.approx(float(slope), rel=1e-9)


WIDTH, DEPTH, NETS = 60, 5, 8
RULES = {
    "He on rectifiers": ("relu", he, 2.0),
    "Xavier on rectifiers": ("relu", nn.init.xavier_normal_, 1.0),
    "LeCun on lines": ("identity", nn.init.lecun_normal_, 1.0),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_variance_by_depth_is_the_one_that_theory_expects(rule):
    activation, fill, s = RULES[rule]
    X = np.random.default_rng(1).normal(size=(4, WIDTH))
    X /= np.sqrt((X**2).mean(axis=1, keepdims=True))
    measured = np.mean([[layer.z for layer in signal_spread(net([WIDTH] * (DEPTH + 1), activation, fill, seed), X)]
                        for seed in range(NETS)], axis=0)
    # Σ over n neurons of f(z)², a Gaussian z: relative variance 5/n of a layer for rectifiers, 2/n for lines, and they multiply.
    # Taking the variance about the mean, not the mean square, costs a share of about 1/n.
    spread = [math.sqrt(((1.0 + 5.0 / WIDTH) ** k - 1.0) / NETS) for k in range(1, DEPTH + 1)]
    for found, expected, standard_error in zip(measured, expected_spread(activation, s, DEPTH), spread, strict=True):
        assert abs(found / expected - 1.0) <= 6.0 * standard_error + 3.0 / WIDTH
    for wrong in (0.5 * s, 2.0 * s):
        assert not 0.25 < measured[-1] / expected_spread(activation, wrong, DEPTH)[-1] < 4.0


def test_the_printed_form_of_hes_rule_loses_a_hundred_and_fifty_in_each_layer():
    printed = 100 * (4.0 / 200.0) ** 2 / 3.0
    assert expected_spread("relu", printed, 3)[2] / expected_spread("relu", 2.0, 3)[2] == pytest.approx(150.0**-3)


def test_a_deep_sigmoid_nets_gradient_vanishes_and_a_rectifiers_by_he_does_not():
    source = np.random.default_rng(0)
    X, T = source.normal(size=(8, 20)), source.normal(size=(8, 20))
    for seed in range(3):
        fading = list(gradient_norms(net([20] * 9, "sigmoid", nn.init.xavier_normal_, seed), X, T, loss=nn.MSELoss()).values())
        steady = list(gradient_norms(net([20] * 9, "relu", he, seed), X, T, loss=nn.MSELoss()).values())
        assert fading[0] < 1e-3 * fading[-1]
        assert steady[0] > 1e-2 * steady[-1]


def test_the_model_is_read_only():
    model = nn.MLP(2, [3, 1], rng=0)
    nn.functional.mse_loss(model([1.0, 2.0]), 0.0).backward()
    before = [p.grad.tolist() for p in model.parameters()], [p.data.tolist() for p in model.parameters()]
    gradient_norms(model, [[1.0, 2.0]], [[3.0]], loss=nn.MSELoss())
    signal_spread(model, [[1.0, 2.0]])
    assert before == ([p.grad.tolist() for p in model.parameters()], [p.data.tolist() for p in model.parameters()])
    assert [p.label for p in model.parameters()] == ["layer1.weight", "layer1.bias", "layer2.weight", "layer2.bias"]


def test_a_loss_that_cannot_be_traced_is_taken_on_the_graph():
    model, X, y = nn.MLP(2, [3, 1], rng=0), np.eye(2), np.array([[1.0], [-1.0]])
    total = gradient_norms(model, X, y, loss=nn.MSELoss(reduction="sum"))
    mean = gradient_norms(model, X, y, loss=nn.MSELoss())
    assert [total[name] for name in mean] == pytest.approx([2.0 * norm for norm in mean.values()], rel=1e-12)


BAD = {
    "a single Linear": (lambda: signal_spread(nn.Linear(2, 1), np.eye(2)), TypeError, "is a Linear, whose modules have no order"),
    "no Linear": (lambda: signal_spread(nn.Sequential(nn.Tanh()), np.eye(2)), ValueError, "there is no Linear directly inside"),
    "one example": (lambda: signal_spread(nn.MLP(2, [1]), [1.0, 2.0]), ValueError, r"X has shape \(2,\). Give an example in each row"),
    "an example of another width": (lambda: signal_spread(nn.MLP(2, [1]), np.eye(3)), ValueError, "an example has 2 features"),
    "text": (lambda: gradient_norms(nn.MLP(1, [1]), [["a"]], [[1.0]], loss=nn.MSELoss()), TypeError, "gradient_norms: X"),
    "a negative spread": (lambda: expected_spread("tanh", -1.0, 3), ValueError, "expected_spread: spread is -1.0"),
    "no depth": (lambda: expected_spread("tanh", 1.0, 0), ValueError, "expected_spread: depth is 0"),
    "an unknown activation": (lambda: expected_gradient_factor("tangent", 1.0, 1.0), ValueError, "tangent"),
    "a variance of text": (lambda: expected_gradient_factor("tanh", 1.0, "1"), TypeError, "expected_gradient_factor: variance"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_measured_is_refused(case):
    call, kind, message = BAD[case]
    with pytest.raises(kind, match=message):
        call()
