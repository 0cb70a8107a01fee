"""Polynomial regression: the lectures' table of squared errors, exact rational least squares, and descent to the same place."""

import math

import numpy as np
import pytest
import sympy as sp

import nn
import optim
from autograd import gradients, trace, values
from nn import functional as F
from nn.polynomial import Polynomial

X, Y = nn.data.eight_points()
DOMAIN = (10.0, 60.0)
SSE = [32.875, 31.666, 6.36427, 0.635553, 0.634184, 0.357672, 0.115959, 0.0]
each_degree = pytest.mark.parametrize("degree", range(8))


def solved(degree):
    return Polynomial(degree, DOMAIN).solve(X, Y)


def exact(degree):
    """Least squares in rational numbers, by the normal equations."""
    A = sp.Matrix([[sp.Integer(int(x)) ** k for k in range(degree + 1)] for x in X.ravel()])
    y = sp.Matrix([sp.Integer(int(t)) for t in Y.ravel()])
    c = (A.T * A).LUsolve(A.T * y)
    return c, ((A * c - y).T * (A * c - y))[0]


@each_degree
def test_squared_errors_by_degree_are_those_of_the_lectures(degree):
    found = F.mse_loss(solved(degree)(X), Y, reduction="sum").item()
    assert found == pytest.approx(SSE[degree], rel=2e-6, abs=1e-20)


@each_degree
def test_coefficients_and_errors_are_those_of_rational_arithmetic(degree):
    """Powers of u in [-1, 1] have a condition number of 1761 at degree 7 (raw powers: 1e15), and leave 12 digits or more."""
    c, sse = exact(degree)
    model = solved(degree)
    assert model.coefficients() == pytest.approx([float(k) for k in c], rel=1e-11)
    assert F.mse_loss(model(X), Y, reduction="sum").item() == pytest.approx(float(sse), rel=1e-12, abs=1e-20)


def test_the_parabola_of_the_lectures():
    assert solved(2).coefficients().round(8).tolist() == [2.06764675, 0.56890271, -0.00780487]


def test_degree_7_learns_the_points_by_heart_and_errs_wildly_beside_them():
    model = solved(7)
    assert values(model(X)) == pytest.approx(Y, rel=1e-12)
    assert round(model([65.0])[0].item(), 2) == -105.75
    assert model([65.0])[0].item() == pytest.approx(float(sum(c * 65**k for k, c in enumerate(exact(7)[0]))), rel=1e-11)


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_descent_on_the_graph_ends_at_the_same_coefficients(degree):
    model = Polynomial(degree, DOMAIN)
    program = trace(lambda x, y: F.mse_loss(model(x), y), X[0], Y[0])
    step = program.train_step(optim.SGD(model.parameters(), lr=0.5))
    losses = step.many(np.broadcast_to(X, (4000, *X.shape)), np.broadcast_to(Y, (4000, *Y.shape)))
    assert 8.0 * losses[0] == 853.0
    assert 8.0 * losses[-1] == pytest.approx(SSE[degree], rel=2e-6)
    assert model.coefficients() == pytest.approx(solved(degree).coefficients(), rel=1e-9)


@each_degree
def test_the_gradient_is_zero_at_the_solution(degree):
    model = solved(degree)
    slopes = gradients(F.mse_loss(model(X), Y), list(model.weight))
    assert max(abs(g.item()) for g in slopes) < 1e-11


def test_it_takes_one_example_or_a_batch():
    model = Polynomial(3)
    model.weight.data = [1.0, -2.0, 0.5, 4.0]
    assert model([0.5]).shape == (1,)
    assert values(model([[0.5], [-1.0]])).tolist() == [[1.0 - 1.0 + 0.125 + 0.5], [1.0 + 2.0 + 0.5 - 4.0]]
    assert model.coefficients().tolist() == [1.0, -2.0, 0.5, 4.0]


@pytest.mark.parametrize(("call", "kind", "message"), [
    (lambda: Polynomial(-1), ValueError, "Polynomial: degree is -1"),
    (lambda: Polynomial(2.0), TypeError, "Polynomial: degree is 2.0"),
    (lambda: Polynomial(2, (1.0, 1.0)), ValueError, "Give the lower end first"),
    (lambda: Polynomial(2, 60.0), TypeError, r"Polynomial: domain is 60.0 \(float\)"),
    (lambda: Polynomial(2, (0.0, 1.0, 2.0)), TypeError, "Give two numbers"),
    (lambda: Polynomial(2, (0.0, math.inf)), ValueError, r"Polynomial: domain\[1\] is inf"),
    (lambda: Polynomial(2)([1.0, 2.0]), ValueError, "an example has 1 features"),
    (lambda: Polynomial(2).solve([0.0, 1.0], [0.0, 1.0]), ValueError, "2 different x do not settle 3 weights"),
    (lambda: Polynomial(0).solve([0.0, 1.0], [0.0]), ValueError, "2 x, but 1 y"),
], ids=["negative", "no integer", "empty domain", "no pair", "three ends", "endless domain", "two inputs", "too few points", "unequal"])
def test_what_does_not_fit_is_refused(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
