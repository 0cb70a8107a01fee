"""The forms chosen for their digits: error bounds over the full range, and derivatives of order 3 at the delicate points."""

import math
import random

import mpmath as mp
import pytest

import autograd
from autograd import Value, grad, gradients, log_softmax, logsumexp, softmax
from autograd.ops import TABLE
from tests.oracles.exact import EXACT
from tests.support import digits, ulps


def full_range(n: int) -> list[float]:
    """Points of every magnitude from 1e-12 to 700, of both signs."""
    r = random.Random(2)
    return [r.choice((-1.0, 1.0)) * 10.0 ** r.uniform(-12.0, math.log10(700.0)) for _ in range(n)]


@pytest.mark.parametrize(("name", "bound"), [("sigmoid", 1.6), ("softplus", 1.2), ("expm1", 0.7), ("log1p", 0.7), ("selu", 1.2)])
def test_value_over_the_full_range(name, bound):
    for x in full_range(4000):
        if name != "log1p" or x > -1.0:
            with digits(40):
                assert ulps(TABLE[name](x), EXACT[name](mp.mpf(x))) <= bound


def test_elu_over_the_full_range():
    for x in full_range(4000):
        with digits(40):
            assert ulps(autograd.elu(x), EXACT["elu"](mp.mpf(x), 1)) <= 0.7


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus"])
def test_the_derivative_keeps_its_digits_in_the_tails(name):
    """Where the output has rounded to its limit, 1 - z² or z(1 - z) would have none left."""
    for x in full_range(1000):
        if abs(x) < 350.0:
            with digits(400):
                exact = {
                    "sigmoid": lambda x: EXACT["sigmoid"](x) * EXACT["sigmoid"](-x),
                    "tanh": lambda x: mp.sech(x) ** 2,
                    "softplus": EXACT["sigmoid"],
                }[name](mp.mpf(x))
            assert ulps(grad(TABLE[name])(x).item(), exact) <= 4.0


def test_powers_over_integers():
    for x in full_range(300):
        for n in (2.0, 3.0, 4.0, 7.0, -1.0, -3.0):
            v = Value(x)
            y = v**n
            if 1e-300 < abs(y.item()) < 1e300:
                y.backward()
                with digits(40):
                    assert ulps(v.grad, n * mp.mpf(x) ** (n - 1)) <= 2.5


def test_logsumexp_is_within_4_3_ulp_of_its_largest_input():
    r = random.Random(3)
    for _ in range(3000):
        spread, centre = 10.0 ** r.uniform(-3.0, 3.0), r.choice((0.0, r.uniform(-1000.0, 1000.0)))
        xs = [r.gauss(centre, spread) for _ in range(r.randint(1, 8))]
        with digits(40):
            assert ulps(logsumexp(xs), EXACT["logsumexp"](list(map(mp.mpf, xs))), scale=max(map(abs, xs))) <= 4.3


@pytest.mark.parametrize("centre", [0.0, 1000.0, -1000.0, 1e6])
def test_softmax_and_the_slope_of_logsumexp_keep_their_digits_far_from_0(centre):
    """exp(x - z) alone would lose 9 bits at 1000: z has been rounded there."""
    r = random.Random(4)
    for _ in range(200):
        leaves = [Value(centre + r.randrange(-64, 64) / 8.0) for _ in range(r.randint(2, 6))]
        slopes = gradients(logsumexp(leaves), leaves)
        with digits(40):
            total = mp.fsum(mp.exp(mp.mpf(v.item())) for v in leaves)
            for v, slope, p in zip(leaves, slopes, softmax(leaves), strict=True):
                exact = mp.exp(mp.mpf(v.item())) / total
                assert ulps(slope.item(), exact) <= 10.0
                assert ulps(p.item(), exact) <= 10.0


def test_the_second_derivative_of_logsumexp_is_diag_p_minus_pp():
    xs = [1000.25, 1001.5, 999.0]
    leaves = [Value(x) for x in xs]
    first = gradients(logsumexp(leaves), leaves, create_graph=True)
    with digits(40):
        weights = [mp.exp(mp.mpf(x) - 1000) for x in xs]
        p = [w / mp.fsum(weights) for w in weights]
        for i, g in enumerate(first):
            for j, h in enumerate(gradients(g, leaves)):
                assert ulps(h.item(), p[i] * (i == j) - p[i] * p[j]) <= 10.0


def test_log_softmax_keeps_its_digits_far_from_0():
    assert log_softmax([1000.0, 1000.0]) == [-math.log(2.0)] * 2


def test_log_softmax_never_takes_the_log_of_0():
    assert log_softmax([0.0, 2000.0]) == [-2000.0, 0.0]
    x = [Value(0.0), Value(2000.0)]
    log_softmax(x)[0].backward()
    assert [v.grad for v in x] == [1.0, -1.0]


DELICATE = (0.0, 1e-9, -1e-9)


@pytest.mark.parametrize("x", DELICATE)
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus"])
def test_third_derivative_at_the_centre(name, x):
    """A form through |x| has the right value and the wrong third derivative here. One ulp of the function's scale, 1."""
    third = grad(grad(grad(TABLE[name])))(x).item()
    with digits(60):
        assert ulps(third, mp.diff(EXACT[name], mp.mpf(x), 3), scale=1.0) <= 1.0


@pytest.mark.parametrize("gap", DELICATE)
def test_third_derivative_of_logsumexp_at_a_tie(gap):
    third = grad(grad(grad(lambda x: logsumexp([x, gap]))))(0.0).item()
    with digits(60):
        s = EXACT["sigmoid"](-mp.mpf(gap))
        assert ulps(third, s * (1 - s) * (1 - 2 * s), scale=1.0) <= 1.0


@pytest.mark.parametrize("x", [0.0, 1e-9])
def test_elu_by_expm1_keeps_small_inputs(x):
    assert autograd.elu(-x) == math.expm1(-x)
    assert autograd.elu(-1e-20) == -1e-20
