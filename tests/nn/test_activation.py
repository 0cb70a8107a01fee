"""Activation modules: they hand their settings to the functions, whose values tests/nn/test_activations_as_functions.py checks."""

import math

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from nn import functional
from tests.nn.measure import Scripted, apart

X = np.array([[-2.0, -0.5, 0.0], [0.25, 1.0, 30.0]])

PAIRS = {
    "Identity": (nn.Identity(), functional.identity),
    "Sigmoid": (nn.Sigmoid(), functional.sigmoid),
    "Tanh": (nn.Tanh(), functional.tanh),
    "ScaledTanh": (nn.ScaledTanh(), functional.scaled_tanh),
    "ReLU": (nn.ReLU(), functional.relu),
    "LeakyReLU": (nn.LeakyReLU(0.2), lambda x: functional.leaky_relu(x, 0.2)),
    "PReLU": (nn.PReLU(), lambda x: functional.prelu(x, [0.25])),
    "PReLU of 3": (nn.PReLU(3, 0.5), lambda x: functional.prelu(x, [0.5, 0.5, 0.5])),
    "RReLU": (nn.RReLU(0.1, 0.3).eval(), lambda x: functional.rrelu(x, 0.1, 0.3)),
    "ELU": (nn.ELU(0.5), lambda x: functional.elu(x, 0.5)),
    "SELU": (nn.SELU(), functional.selu),
    "Softplus": (nn.Softplus(2.0), lambda x: functional.softplus(x, 2.0)),
    "Softmax": (nn.Softmax(0), lambda x: functional.softmax(x, 0)),
    "LogSoftmax": (nn.LogSoftmax(), functional.log_softmax),
    "Elementwise": (nn.Elementwise(autograd.sin), np.sin),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_module_is_its_function_with_its_settings(name):
    module, function = PAIRS[name]
    found = module(X)
    assert found.shape == X.shape
    assert autograd.values(found).tolist() == autograd.values(function(X)).tolist()


@pytest.mark.parametrize("name", [name for name, (module, _) in PAIRS.items() if module.elementwise])
def test_an_elementwise_module_takes_a_single_value(name):
    module, _ = PAIRS[name]
    y = module(Value(-0.5))
    assert isinstance(y, Value)
    assert y.item() == autograd.values(module(X))[0, 1]


def test_defaults_are_those_of_the_papers():
    assert nn.LeakyReLU().negative_slope == 0.01
    assert nn.PReLU().weight.data.tolist() == [0.25]
    assert (nn.RReLU().lower, nn.RReLU().upper) == (1.0 / 8.0, 1.0 / 3.0)
    assert nn.ELU().alpha == 1.0
    assert (nn.Softplus().beta, nn.Softplus().threshold) == (1.0, 20.0)
    assert apart(autograd.values(nn.RReLU().eval()([-1.0])), [-11.0 / 48.0]) <= 1.0
    assert round(nn.ScaledTanh()(1.0), 8) == 0.99999726


def test_prelu_learns_the_slope_of_each_feature():
    module = nn.PReLU(2, init=0.5)
    y = module([[-2.0, 3.0], [-1.0, -4.0]])
    autograd.dot(y.ravel(), [1.0, 10.0, 100.0, 1000.0]).backward()
    assert module.weight.grad.tolist() == [-2.0 * 1.0 - 1.0 * 100.0, -4.0 * 1000.0]
    assert list(module.state_dict()) == ["weight"]
    assert not module.elementwise
    assert nn.PReLU().elementwise
    with pytest.raises(ValueError, match="prelu: 2 weights"):
        module([1.0, 2.0, 3.0])


def test_rrelu_draws_a_slope_for_every_number_in_training_and_fixes_it_in_evaluation():
    module = nn.RReLU(0.1, 0.5)
    module.rng = Scripted([0.0, 0.25, 0.5, 0.75])
    y = autograd.values(module([[-1.0, -1.0], [-1.0, 2.0]]))
    assert apart(y, [[-0.1, -0.2], [-0.3, 2.0]]) <= 2.0
    module.eval()
    assert apart(autograd.values(module([-1.0, -1.0])), [-0.3, -0.3]) <= 1.0


def test_a_seeded_rrelu_draws_anew_in_every_call_and_repeats_from_its_seed():
    first, again = nn.RReLU(rng=3), nn.RReLU(rng=3)
    calls = [autograd.values(first([-1.0] * 4)).tolist() for _ in range(2)]
    assert calls[0] != calls[1]
    assert [autograd.values(again([-1.0] * 4)).tolist() for _ in range(2)] == calls


def test_softmax_can_run_along_either_axis():
    by_row, by_column = autograd.values(nn.Softmax()(X)), autograd.values(nn.Softmax(0)(X))
    assert np.allclose(by_row.sum(axis=1), 1.0, rtol=0.0, atol=2**-51)
    assert np.allclose(by_column.sum(axis=0), 1.0, rtol=0.0, atol=2**-51)
    assert np.allclose(np.exp(autograd.values(nn.LogSoftmax(0)(X))), by_column, rtol=2**-47, atol=0.0)


@pytest.mark.parametrize(("make", "kind", "message"), [
    (lambda: nn.LeakyReLU("0.1"), TypeError, "LeakyReLU: negative_slope is '0.1'"),
    (lambda: nn.LeakyReLU(math.nan), ValueError, "LeakyReLU: negative_slope is nan"),
    (lambda: nn.PReLU(0), ValueError, "PReLU: num_parameters is 0"),
    (lambda: nn.PReLU(2.0), TypeError, "PReLU: num_parameters is 2.0"),
    (lambda: nn.PReLU(1, math.inf), ValueError, "PReLU: init is inf"),
    (lambda: nn.RReLU(0.5, 0.1), ValueError, "RReLU: lower = 0.5 is above upper = 0.1"),
    (lambda: nn.RReLU(None), TypeError, "RReLU: lower is None"),
    (lambda: nn.RReLU(0.1, math.inf), ValueError, "RReLU: upper is inf"),
    (lambda: nn.RReLU(rng=0.5), TypeError, "rng: 0.5"),
    (lambda: nn.ELU(True), TypeError, "ELU: alpha is True"),
    (lambda: nn.Softplus(0.0), ValueError, "Softplus: beta is 0.0"),
    (lambda: nn.Softplus(-1.0), ValueError, "Softplus: beta is -1.0"),
    (lambda: nn.Softplus(1.0, "20"), TypeError, "Softplus: threshold is '20'"),
    (lambda: nn.Softmax(1.0), TypeError, "Softmax: dim is 1.0"),
    (lambda: nn.LogSoftmax("rows"), TypeError, "LogSoftmax: dim is 'rows'"),
    (lambda: nn.Elementwise(3), TypeError, r"Elementwise: 3 \(int\)"),
])
def test_bad_settings_are_refused_when_the_module_is_made(make, kind, message):
    with pytest.raises(kind, match=message):
        make()
