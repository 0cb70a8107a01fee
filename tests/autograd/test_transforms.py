"""grad, value_and_grad, gradients, jacobian, hessian, hvp: right, nested right, and clean."""

import math

import mpmath as mp
import numpy as np
import pytest

import autograd
from autograd import Value, exp, grad, gradients, hessian, hvp, jacobian, log, no_grad, sin, tanh, value_and_grad
from tests.support import digits, ulps


def test_derivatives_of_tanh_up_to_the_fifth():
    f = tanh
    for n in range(1, 6):
        f = grad(f)
        with digits(50):
            assert ulps(f(0.3).item(), mp.diff(mp.tanh, mp.mpf(0.3), n), scale=1.0) <= 40.0


def test_a_gradient_can_be_drawn_and_differentiated_again():
    g = grad(lambda x: x * x * x)(2.0)
    assert g == 12.0
    assert not g.is_leaf


def test_perturbation_confusion():
    """d/dx (x · d/dy (x + y)) is 1, not 2: the inner variable is another than the outer one."""
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert grad(lambda x: grad(lambda y: x * y * y)(x))(3.0) == 12.0
    assert grad(lambda x: grad(lambda y: y * y)(x * x))(3.0) == 12.0


def test_the_callers_own_node_is_not_the_variable():
    """f sees a fresh node: were it x itself, the closure's x would be differentiated too."""
    x = Value(3.0)
    assert grad(lambda y: x * y)(x) == 3.0
    assert x.grad is None


def test_a_value_by_closure_can_be_differentiated_outside():
    x = Value(3.0)
    g = grad(lambda y: x * x * y)(1.0)
    assert gradients(g, x) == [6.0]


def test_arguments_keep_their_structure():
    g = grad(lambda p: p["w"][0] * p["w"][1] + p["b"])({"w": [2.0, 3.0], "b": 1.0})
    assert g == {"w": [3.0, 2.0], "b": 1.0}
    assert grad(lambda p: p[0] * p[1])((2.0, 3.0)) == (3.0, 2.0)
    a = grad(lambda a: (a * a).sum())(np.array([[1.0, 2.0]]))
    assert a.shape == (1, 2)
    assert autograd.values(a).tolist() == [[2.0, 4.0]]


def test_argnums():
    def f(x, y):
        return x * y * y

    assert grad(f)(2.0, 3.0) == 9.0
    assert grad(f, argnums=1)(2.0, 3.0) == 12.0
    assert grad(f, argnums=(1, 0))(2.0, 3.0) == (12.0, 9.0)
    value, slope = value_and_grad(f, argnums=-1)(2.0, 3.0)
    assert (value, slope) == (18.0, 12.0)


def test_a_constant_function_has_gradient_0():
    assert grad(lambda x: 5.0)(1.0) == 0.0
    assert grad(lambda x: 5)(1.0) == 0.0


def test_gradients_leave_every_grad_alone_and_reach_inner_nodes():
    x = Value(2.0)
    y = x * x
    z = y * 3.0
    unused = Value(1.0)
    assert gradients(z, [x, y, unused]) == [12.0, 3.0, 0.0]
    assert (x.grad, y.grad, z.grad) == (None, None, None)


def test_transforms_record_even_inside_no_grad():
    with no_grad():
        assert grad(lambda x: x * x)(3.0) == 6.0


def rosenbrock(x):
    return (1.0 - x[0]) ** 2.0 + 100.0 * (x[1] - x[0] ** 2.0) ** 2.0


def test_hessian_of_rosenbrock():
    a, b = -1.2, 1.0
    exact = [[1200.0 * a * a - 400.0 * b + 2.0, -400.0 * a], [-400.0 * a, 200.0]]
    assert hessian(rosenbrock)([a, b]) == pytest.approx(np.array(exact), rel=1e-14)


def test_hessian_of_a_saddle():
    assert np.linalg.eigvalsh(hessian(lambda x: (x[0] * x[1] - 1.0) ** 2)([0.0, 0.0])).tolist() == [-2.0, 2.0]


def test_jacobian_of_polar_coordinates():
    r, t = 2.0, 0.7
    j = jacobian(lambda x: [x[0] * autograd.cos(x[1]), x[0] * sin(x[1])])([r, t])
    assert j == pytest.approx(np.array([[math.cos(t), -r * math.sin(t)], [math.sin(t), r * math.cos(t)]]), rel=1e-15)
    assert np.linalg.det(j) == pytest.approx(r)


def test_jacobian_of_a_map_that_is_not_square_or_constant_somewhere():
    assert jacobian(lambda x: [x[0], 3.0, x[0] * x[1] * x[2]])([2.0, 3.0, 5.0]).tolist() == [[1, 0, 0], [0, 0, 0], [15, 10, 6]]


def test_hvp_is_the_hessian_times_the_vector():
    x, v = [-1.2, 1.0], [0.3, -0.7]
    assert hvp(rosenbrock)(x, v) == pytest.approx(hessian(rosenbrock)(x) @ v, rel=1e-14)


def test_create_graph_makes_hessians_differentiable():
    third = grad(lambda a: hessian(lambda x: x[0] ** 3.0 * a, create_graph=True)([2.0])[0, 0])(5.0)
    assert third == 12.0
    first = grad(lambda a: jacobian(lambda x: [x[0] * a * a], create_graph=True)([2.0])[0, 0])(5.0)
    assert first == 10.0
    curvature = grad(lambda a: hvp(lambda x: x[0] ** 2.0 * a, create_graph=True)([2.0], [1.0])[0])(5.0)
    assert curvature == 2.0


def test_a_composed_function_to_second_order():
    f = grad(grad(lambda x: log(1.0 + exp(x) * sin(x))))
    with digits(50):
        assert ulps(f(0.8).item(), mp.diff(lambda x: mp.log(1 + mp.exp(x) * mp.sin(x)), mp.mpf(0.8), 2), scale=1.0) <= 8.0
