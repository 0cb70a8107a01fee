"""Descent on x² in closed form, steps by the sign of the slope, and the direction that no other beats."""

import math
from fractions import Fraction

import numpy as np
import pytest

import optim
from autograd import Value, grad
from nn.by_hand import descend, sign_step, steepest_descent


def slope(x):
    return 2.0 * x


@pytest.mark.parametrize("lr", [0.125, 0.25, 0.375, 0.5, 0.75, 1.0, 1.25])
def test_descent_on_a_square_multiplies_by_one_minus_twice_the_rate(lr):
    factor = 1 - 2 * Fraction(lr)
    assert descend(slope, 3.0, lr=lr, steps=10).tolist() == [float(3 * factor**t) for t in range(11)]


def test_a_rate_of_a_half_arrives_at_once_one_flips_forever_and_more_runs_away():
    assert descend(slope, 3.0, lr=0.5, steps=2).tolist() == [3.0, 0.0, 0.0]
    assert descend(slope, 3.0, lr=1.0, steps=3).tolist() == [3.0, -3.0, 3.0, -3.0]
    assert np.abs(descend(slope, 3.0, lr=1.01, steps=200))[-1] > 100.0


def test_it_goes_where_the_optimiser_goes():
    x = Value(1.7)
    sgd, passed = optim.SGD([x], lr=0.3), [1.7]
    for _ in range(5):
        sgd.zero_grad()
        (x**4).backward()
        sgd.step()
        passed.append(x.item())
    assert descend(grad(lambda x: x**4), 1.7, lr=0.3, steps=5).tolist() == passed


def test_arrays_descend_with_the_gradient_of_the_graph():
    path = descend(grad(lambda x: x[0] ** 2 + 3.0 * x[1] ** 2), [1.0, 1.0], lr=0.125, steps=2)
    assert path.tolist() == [[1.0, 1.0], [0.75, 0.25], [0.5625, 0.0625]]


CURVES = {
    "square": (lambda x: x**2, slope),
    "falling": (lambda x: math.exp(-x), lambda x: -math.exp(-x)),
    "wave": (lambda x: math.sin(3.0 * x), lambda x: 3.0 * math.cos(3.0 * x)),
}


@pytest.mark.parametrize("x", [-3.0, -0.4, 0.2, 5.0])
@pytest.mark.parametrize("curve", CURVES)
def test_a_short_step_against_the_slopes_sign_goes_down_and_one_with_it_up(curve, x):
    f, df = CURVES[curve]
    for p in (1e-2, 1e-4):
        assert f(sign_step(df, x, p)) < f(x) < f(sign_step(df, x, -p))


def test_a_long_step_may_overshoot_and_level_ground_has_no_direction():
    assert sign_step(slope, 0.1, 1.0) == -0.9
    assert sign_step(slope, 0.0, 1.0) == 0.0
    assert sign_step(slope, [-3.0, 0.0, 0.5], 0.25).tolist() == [-2.75, 0.0, 0.25]


@pytest.mark.parametrize("n", [1, 2, 3, 10])
def test_no_unit_vector_falls_faster(n):
    source = np.random.default_rng(n)
    for _ in range(20):
        g = source.normal(size=n)
        best = steepest_descent(g)
        others = source.normal(size=(500, n))
        others /= np.linalg.norm(others, axis=1, keepdims=True)
        assert np.linalg.norm(best) == pytest.approx(1.0, rel=1e-15)
        assert best @ g == pytest.approx(-np.linalg.norm(g), rel=1e-14)
        assert (others @ g >= best @ g * (1.0 + 1e-14)).all()


def test_around_the_circle_the_slope_is_a_cosine_of_the_angle_to_the_gradient():
    g = np.array([3.0, -4.0])
    angles = np.linspace(0.0, 2.0 * np.pi, 3601)
    along = np.stack([np.cos(angles), np.sin(angles)], axis=1) @ g
    lowest = angles[along.argmin()]
    assert along == pytest.approx(5.0 * np.cos(angles - math.atan2(-4.0, 3.0)), abs=1e-12)
    assert [math.cos(lowest), math.sin(lowest)] == pytest.approx(steepest_descent(g), abs=2e-3)


def test_no_size_overflows():
    assert steepest_descent([3e300, -4e300]).tolist() == pytest.approx([-0.6, 0.8])
    assert steepest_descent([3e-320, 0.0]).tolist() == [-1.0, 0.0]


BAD = {
    "a negative rate": (lambda: descend(slope, 1.0, lr=-0.1, steps=1), ValueError, "descend: lr is -0.1"),
    "no steps": (lambda: descend(slope, 1.0, lr=0.1, steps=0), ValueError, "descend: steps is 0"),
    "a start of text": (lambda: descend(slope, "1", lr=0.1, steps=1), TypeError, "descend: x"),
    "a slope of another shape": (lambda: descend(lambda x: [1.0, 2.0], 1.0, lr=0.1, steps=1), ValueError, r"slope has shape \(2,\) at an"),
    "an infinite step": (lambda: sign_step(slope, 1.0, math.inf), ValueError, "sign_step: p is inf"),
    "a gradient of zeros": (lambda: steepest_descent([0.0, 0.0]), ValueError, "the gradient is 0, so every direction is level"),
    "a gradient with nan": (lambda: steepest_descent([math.nan, 0.0]), ValueError, "Give finite numbers"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_gives_no_direction_is_refused(case):
    call, kind, message = BAD[case]
    with pytest.raises(kind, match=message):
        call()
