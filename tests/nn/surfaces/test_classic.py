"""The surfaces have their minima, slopes and curvatures where the formulas say."""

import math

import numpy as np
import pytest

from autograd import grad, hessian
from nn.surfaces import beale, plateau, ravine, rosenbrock, saddle


def logit(p):
    return math.log(p / (1.0 - p))


W = (logit(0.9) - logit(0.2)) / 2.0
MINIMA = {
    "ravine": (ravine, (0.0, 0.0)), "rosenbrock": (rosenbrock, (1.0, 1.0)), "beale": (beale, (3.0, 0.5)), "saddle": (saddle, (4.0, 0.25)),
    "plateau": (plateau, (W, logit(0.2) - 0.5 * W)),
}
HESSIANS = {
    "ravine": (ravine, (3.0, -2.0), [[1.0, 0.0], [0.0, 20.0]]),
    "rosenbrock": (rosenbrock, (1.0, 1.0), [[802.0, -400.0], [-400.0, 200.0]]),
    "beale": (beale, (3.0, 0.5), [[101 / 32, -183 / 16], [-183 / 16, 369 / 8]]),
    "saddle": (saddle, (0.0, 0.0), [[0.0, -2.0], [-2.0, 0.0]]),
}


@pytest.mark.parametrize("name", MINIMA)
def test_the_minimum_is_0_and_level(name):
    f, at = MINIMA[name]
    assert f(*at) == pytest.approx(0.0, abs=1e-30)
    assert [grad(f, argnums=i)(*at).item() for i in (0, 1)] == pytest.approx([0.0, 0.0], abs=1e-15)


@pytest.mark.parametrize("name", HESSIANS)
def test_the_curvature(name):
    f, at, expected = HESSIANS[name]
    np.testing.assert_allclose(hessian(lambda p: f(*p))(list(at)), expected, rtol=1e-12, atol=1e-12)


def test_the_saddle_goes_up_one_way_and_down_the_other():
    assert np.linalg.eigvalsh(hessian(lambda p: saddle(*p))([0.0, 0.0])).tolist() == pytest.approx([-2.0, 2.0])


def test_the_plateau_is_flat_where_the_neuron_is_saturated():
    """At w = b = -5 both outputs are below 1e-3; what is left of the slope is below that of the minimum's neighbourhood."""
    steepness = [math.hypot(*(grad(plateau, argnums=i)(*at).item() for i in (0, 1))) for at in ((-5.0, -5.0), (1.5, -2.0))]
    assert steepness[0] < 1e-3 < 1e-2 < steepness[1]


def test_the_neuron_starts_at_an_error_of_418_thousandths():
    assert plateau(-2.9, -1.8) == pytest.approx(0.41813, rel=0, abs=5e-6)
