"""Each activation of the lectures beside its formula in mpmath: value and slope, from the middle to far out on both sides."""

import math

import mpmath as mp
import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Value, gradients, values
from nn import functional as F
from tests.support import digits, ulps

POINTS = [sign * size for size in (1e-9, 0.1, 0.5, 1.0, 2.0, 5.0, 20.0, 40.0, 300.0) for sign in (-1.0, 1.0)]

A, LAMBDA = mp.mpf("1.6732632423543772"), mp.mpf("1.0507009873554805")
FORMULAS = {  # the function, and its derivative
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), lambda x: 1 / ((1 + mp.exp(-x)) * (1 + mp.exp(x)))),
    "tanh": (mp.tanh, lambda x: mp.sech(x) ** 2),
    "scaled_tanh": (lambda x: mp.mpf("1.7159") * mp.tanh(2 * x / 3), lambda x: mp.mpf("1.7159") * 2 / 3 * mp.sech(2 * x / 3) ** 2),
    "relu": (lambda x: max(x, 0), lambda x: int(x > 0)),
    "leaky_relu": (lambda x: x if x > 0 else mp.mpf("0.01") * x, lambda x: 1 if x > 0 else mp.mpf("0.01")),
    "elu": (lambda x: x if x > 0 else mp.expm1(x), lambda x: 1 if x > 0 else mp.exp(x)),
    "selu": (lambda x: LAMBDA * (x if x > 0 else A * mp.expm1(x)), lambda x: LAMBDA * (1 if x > 0 else A * mp.exp(x))),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), lambda x: 1 / (1 + mp.exp(-x))),
    "identity": (lambda x: x, lambda x: 1),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_value_and_slope_are_those_of_the_formula(name):
    """To 4 ulp; to as many more as the argument ⅔x is rounded by, which at x = 300 the exponential of scaled_tanh's slope multiplies."""
    function, derivative = FORMULAS[name]
    for x in POINTS:
        leaf = Value(x)
        y = getattr(F, name)(leaf)
        room = 4.0 + (2.0 * abs(x) if name == "scaled_tanh" else 0.0)
        with digits(400):
            assert ulps(y.item(), function(mp.mpf(x))) <= 4.0
            assert ulps(gradients(y, [leaf])[0].item(), derivative(mp.mpf(x))) <= room


def test_the_slope_of_relu_at_0_is_0():
    x = Value(0.0)
    F.relu(x).backward()
    assert x.grad == 0.0


def test_prelu_starts_at_a_quarter_and_learns_its_slope():
    """|x| has the slope -1 on the left."""
    x = np.linspace(-1.0, 1.0, 21).reshape(-1, 1)
    prelu = nn.PReLU()
    assert prelu.weight.data.tolist() == [0.25]
    assert values(prelu([-2.0, 3.0])).tolist() == [-0.5, 3.0]
    nn.fit(prelu, x, abs(x), loss=nn.MSELoss(), optimizer=optim.SGD(prelu.parameters(), lr=1.0), epochs=80, batch_size=21)
    assert prelu.weight.data.item() == pytest.approx(-1.0, rel=1e-12)


def test_rrelu_draws_from_an_eighth_to_a_third_and_rests_at_11_48():
    rrelu = nn.RReLU(rng=1)
    drawn = -values(rrelu([-1.0] * 3000))
    assert 0.125 <= drawn.min() < 0.126
    assert 0.333 < drawn.max() <= 1.0 / 3.0
    width = 1.0 / 3.0 - 0.125
    assert abs(drawn.mean() - 11.0 / 48.0) <= 5.0 * width / math.sqrt(12 * 3000)
    assert values(rrelu([2.0])).tolist() == [2.0]
    assert ulps(rrelu.eval()(-1.0), -mp.mpf(11) / 48) <= 1.0


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_maxout_is_the_largest_of_its_affine_pieces_and_teaches_that_one(pieces):
    layer = nn.Maxout(3, 4, pieces=pieces, rng=2)
    x = np.random.default_rng(0).normal(size=(6, 3))
    sums = (x @ layer.weight.data.T + layer.bias.data).reshape(6, 4, pieces)
    outputs = layer(x)
    assert values(outputs) == pytest.approx(sums.max(axis=2), rel=1e-14)
    autograd.sum(outputs.ravel().tolist()).backward()
    taken = sums.argmax(axis=2)[..., np.newaxis] == np.arange(pieces)
    assert layer.bias.grad.tolist() == taken.sum(axis=0).ravel().tolist()


class TestSoftmax:
    logits = (-2.3, 0.7, 1.9, -0.1, 0.4)

    def test_it_is_exponentials_over_their_sum_and_so_is_its_jacobian(self):
        leaves = [Value(x) for x in self.logits]
        outputs = F.softmax(leaves)
        with digits(40):
            powers = [mp.exp(mp.mpf(x)) for x in self.logits]
            exact = [e / mp.fsum(powers) for e in powers]
            for i, z in enumerate(outputs):
                assert ulps(z.item(), exact[i]) <= 4.0
                for j, g in enumerate(gradients(z, leaves)):
                    assert ulps(g.item(), exact[i] * ((i == j) - exact[j]), scale=0.25) <= 4.0

    @pytest.mark.parametrize("shift", [1000.0, -1000.0, 1e300])
    def test_it_is_shifted_so_that_nothing_overflows(self, shift):
        """Logits in eighths stay exact at ±1000; at 1e300 all are alike."""
        logits = [0.125, -2.0, 1.5]
        shifted = values(F.softmax([x + shift for x in logits])).tolist()
        assert shifted == (values(F.softmax(logits)).tolist() if abs(shift) < 1e9 else [1.0 / 3.0] * 3)
