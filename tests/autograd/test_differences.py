"""Numeric derivatives: known functions, the order of the error, and what each method cannot do."""

import cmath
import math

import numpy as np
import pytest

import autograd
from autograd import Value, grad, numeric_derivative, numeric_gradient

SMOOTH = {
    "exp at 1": (cmath.exp, math.exp, 1.0, math.e),
    "sin at 0.7": (cmath.sin, math.sin, 0.7, math.cos(0.7)),
    "1/(1+x²) at -1.5": (lambda x: 1.0 / (1.0 + x * x), lambda x: 1.0 / (1.0 + x * x), -1.5, 3.0 / 3.25**2),
    "tanh at 2": (cmath.tanh, math.tanh, 2.0, 1.0 - math.tanh(2.0) ** 2),
}
ORDERS = {"forward": 1, "backward": 1, "central": 2, "five-point": 4}


@pytest.mark.parametrize("method", ORDERS)
@pytest.mark.parametrize("case", SMOOTH)
def test_the_error_falls_as_the_power_of_the_step_that_is_told(case, method):
    _, f, x, exact = SMOOTH[case]
    coarse, fine = (abs(numeric_derivative(f, x, method=method, h=h) - exact) for h in (0.02, 0.01))
    assert math.log2(coarse / fine) == pytest.approx(ORDERS[method], abs=0.1)


@pytest.mark.parametrize("method", ORDERS)
def test_a_stencil_is_exact_on_polynomials_of_its_order(method):
    n = ORDERS[method]
    for degree in range(n + 1):
        assert numeric_derivative(lambda x, d=degree: x**d, 1.0, method=method, h=0.5) == pytest.approx(degree, rel=1e-14)
    assert numeric_derivative(lambda x: x ** (n + 1), 1.0, method=method, h=0.5) != pytest.approx(n + 1, rel=1e-3)


@pytest.mark.parametrize(("method", "bound"), [("forward", 1e-7), ("backward", 1e-7), ("central", 1e-9), ("five-point", 1e-11)])
@pytest.mark.parametrize("case", SMOOTH)
def test_the_best_step_is_found_for_each_method(case, method, bound):
    _, f, x, exact = SMOOTH[case]
    assert abs(numeric_derivative(f, x, method=method) - exact) <= bound * abs(exact)


def test_the_central_difference_beats_the_forward_one_by_two_digits_and_more():
    for _, f, x, exact in SMOOTH.values():
        forward, central = (abs(numeric_derivative(f, x, method=method) - exact) for method in ("forward", "central"))
        assert central < forward / 100.0


@pytest.mark.parametrize("case", SMOOTH)
def test_the_complex_step_has_no_error_but_rounding(case):
    f, _, x, exact = SMOOTH[case]
    assert numeric_derivative(f, x, method="complex") == pytest.approx(exact, rel=4e-15)
    assert numeric_derivative(np.tanh, 0.3, method="complex") == pytest.approx(1.0 - math.tanh(0.3) ** 2, rel=4e-15)


def test_at_a_kink_every_method_gives_another_answer_and_none_is_the_slope():
    assert numeric_derivative(abs, 0.0, method="forward") == 1.0
    assert numeric_derivative(abs, 0.0, method="backward") == -1.0
    assert numeric_derivative(abs, 0.0) == 0.0
    assert numeric_derivative(autograd.relu, 0.0) == 0.5
    assert grad(autograd.relu)(0.0).item() == 0.0
    beside = 1e-6  # nearer to the kink than the step reaches
    assert 0.5 < numeric_derivative(autograd.relu, beside) < 1.0
    assert numeric_derivative(autograd.relu, 0.1) == grad(autograd.relu)(0.1).item() == 1.0


def test_beside_a_pole_the_answer_is_that_of_ieee_arithmetic():
    assert numeric_derivative(lambda x: autograd.div(1.0, x), 0.5, h=0.5) == -math.inf
    assert math.isnan(numeric_derivative(lambda x: math.inf, 0.0))


def test_it_takes_functions_of_values_and_leaves_values_alone():
    x = Value(0.5)
    assert numeric_derivative(autograd.tanh, x) == pytest.approx(grad(autograd.tanh)(0.5).item(), rel=1e-9)
    assert (x.data, x.grad) == (0.5, None)


def test_the_gradient_is_taken_input_by_input():
    def f(x):
        return autograd.exp(x[0]) * x[1] - x[2] ** 2.0 / x[1]

    at = [0.3, -1.2, 2.0]
    exact = [g.item() for g in grad(f)(at)]
    assert numeric_gradient(f, at, method="five-point") == pytest.approx(exact, rel=1e-10)
    assert numeric_gradient(f, at, method="forward", h=0.1) == [
        numeric_derivative(lambda x, i=i: f([*at[:i], x, *at[i + 1 :]]), at[i], method="forward", h=0.1) for i in range(3)
    ]
    assert numeric_gradient(lambda x: 1.0, []) == []


BAD = {
    "no function": (lambda: numeric_derivative(3.0, 1.0), TypeError, r"numeric_derivative: 3\.0 \(float\) is no function"),
    "a function of two numbers": (lambda: numeric_derivative(lambda x: [x, x], 1.0), TypeError, "the function returned"),
    "an unknown method": (lambda: numeric_derivative(abs, 1.0, method="centred"), ValueError, "'centred'. Use 'forward', 'backward', 'cen"),
    "no step": (lambda: numeric_derivative(abs, 1.0, h=0.0), ValueError, r"h is 0\.0\. It is the length of a step"),
    "a step too small": (lambda: numeric_derivative(abs, 1e9, h=1e-9), ValueError, "too small to change x = 1000000000.0"),
    "an infinite x": (lambda: numeric_derivative(abs, math.inf), ValueError, "x is inf, and has no points beside it"),
    "a step of text": (lambda: numeric_derivative(abs, 1.0, h="0.1"), TypeError, "h: '0.1'"),
    "a complex step through a Value's operation": (
        lambda: numeric_derivative(autograd.tanh, 1.0, method="complex"), TypeError, "takes complex numbers.*use method='central'"),
    "a complex step through abs": (lambda: numeric_derivative(abs, 1.0, method="complex"), ValueError, "has lost the imaginary part"),
    "a number in place of inputs": (lambda: numeric_gradient(abs, 1.0), TypeError, "numeric_gradient: 1.0 .* is no sequence"),
    "a nan among inputs": (lambda: numeric_gradient(abs, [1.0, math.nan]), ValueError, "member 1 is nan"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_differentiated_is_refused(case):
    call, kind, message = BAD[case]
    with pytest.raises(kind, match=message):
        call()
