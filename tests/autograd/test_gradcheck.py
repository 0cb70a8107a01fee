"""gradcheck passes what is right and catches what is wrong by a millionth."""

import pytest

from autograd import GradcheckError, Value, dot, exp, gradcheck, logsumexp, softmax, tanh
from autograd.ops import Op, unary
from autograd.ops import sin as true_sin


def sin_with_slope(factor: float) -> Op:
    return unary("sin", true_sin.forward, lambda z, x: factor * true_sin(x + 1.5707963267948966), latex="", reason="Wrong on purpose.")


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize(("f", "at"), [
    (lambda x: tanh(x), [0.3]),
    (lambda x, y: x * y / (1.0 + x * x), [0.7, -2.0]),
    (lambda x, y: logsumexp([x, y, 0.5]), [0.3, 0.9]),
    (lambda x, y: softmax([x, y])[0], [0.3, -0.9]),
    (lambda x, y: dot([x, y], [y, exp(x)]), [0.2, 1.0]),
    (lambda x: x**3.0 * 1e6, [1.0]),
    (lambda x: x * 1e-6, [100.0]),
    (lambda x: 3.0, [1.0]),
])
def test_right_derivatives_pass(f, at, order):
    assert gradcheck(f, at, order=order)


@pytest.mark.parametrize("at", [0.3, 1.0, -0.8, 2.5, 7.0])
@pytest.mark.parametrize("error", [1e-6, -1e-6, 1e-3, -2.0])
def test_a_derivative_wrong_by_a_millionth_is_caught(at, error):
    wrong = sin_with_slope(1.0 + error)
    assert gradcheck(sin_with_slope(1.0), at)
    assert not gradcheck(wrong, at, raise_exception=False)
    assert not gradcheck(lambda x: wrong(x) * 1e-4, at, raise_exception=False)


def test_a_second_derivative_wrong_by_a_millionth_is_caught():
    square = unary("square", lambda x: x * x, lambda z, x: slope(x), latex="", reason="Right at first order.")
    slope = unary("slope", lambda x: 2.0 * x, lambda z, x: 2.0 * (1.0 + 1e-6), latex="", reason="Wrong at second order.")
    assert gradcheck(square, 1.3)
    with pytest.raises(GradcheckError, match="order 2 by input 0 and input 0"):
        gradcheck(square, 1.3, order=2)


def test_a_gradient_cut_by_detach_is_caught():
    with pytest.raises(GradcheckError, match=r"order 1 by input 0 is 2\.0, but differences give 4\.0"):
        gradcheck(lambda x: x * x.detach(), [2.0])


@pytest.mark.parametrize("f", [lambda x: x.relu(), lambda x: abs(x)])
def test_a_kink_is_not_passed_over(f):
    with pytest.raises(GradcheckError):
        gradcheck(f, [1e-9])


def test_the_users_values_are_read_and_never_written():
    x = Value(0.5)
    y = x * 2.0
    assert gradcheck(lambda a: a.exp(), x)
    assert (x.item(), x.grad) == (0.5, None)
    y.backward()
