"""Level points by the Hessian's eigenvalues: textbook surfaces, and points about which second derivatives say nothing."""

import math

import numpy as np
import pytest

from autograd import classify_critical_point, cos, hessian, hvp

SURFACES = {
    "bowl": (lambda x: x[0] ** 2 + 3.0 * x[1] ** 2, [0.0, 0.0], "minimum", [2.0, 6.0]),
    "hill": (lambda x: -(x[0] ** 2) - x[0] * x[1] - x[1] ** 2, [0.0, 0.0], "maximum", [-3.0, -1.0]),
    "x² - y²": (lambda x: x[0] ** 2 - x[1] ** 2, [0.0, 0.0], "saddle", [-2.0, 2.0]),
    "(ab - 1)² at 0": (lambda x: (x[0] * x[1] - 1.0) ** 2, [0.0, 0.0], "saddle", [-2.0, 2.0]),
    "(ab - 1)² in its valley": (lambda x: (x[0] * x[1] - 1.0) ** 2, [2.0, 0.5], "undecided", [0.0, 8.5]),
    "x⁴": (lambda x: x[0] ** 4, [0.0], "undecided", [0.0]),
    "x³": (lambda x: x[0] ** 3, [0.0], "undecided", [0.0]),
    "a plane": (lambda x: 3.0, [1.0, 2.0], "undecided", [0.0, 0.0]),
    "monkey saddle": (lambda x: x[0] ** 3 - 3.0 * x[0] * x[1] ** 2, [0.0, 0.0], "undecided", [0.0, 0.0]),
    "a saddle and a level line": (lambda x: x[0] ** 2 - x[1] ** 2 + 0.0 * x[2], [0.0, 0.0, 5.0], "saddle", [-2.0, 0.0, 2.0]),
    "a wave's crest": (lambda x: cos(x[0]) + cos(x[1]), [0.0, 2.0 * math.pi], "maximum", [-1.0, -1.0]),
    "a single number": (lambda x: (x[0] - 1.0) ** 2, [1.0], "minimum", [2.0]),
}


@pytest.mark.parametrize("case", SURFACES)
def test_kind_and_curvatures_are_those_of_the_textbook(case):
    f, x, kind, eigenvalues = SURFACES[case]
    found = classify_critical_point(f, x)
    assert found.kind == kind
    assert found.eigenvalues == pytest.approx(eigenvalues, abs=1e-12)


def test_curvature_along_an_eigenvector_is_its_eigenvalue():
    f, x, _, _ = SURFACES["(ab - 1)² at 0"]
    found = classify_critical_point(f, x)
    for λ, v in zip(found.eigenvalues, found.eigenvectors.T, strict=True):
        assert hvp(f)(x, list(v)) == pytest.approx(λ * v)
    assert hessian(f)(x).tolist() == [[0.0, -2.0], [-2.0, 0.0]]


def test_the_scale_of_the_function_does_not_change_its_kind():
    for scale in (1e-9, 1.0, 1e9):
        assert classify_critical_point(lambda x, s=scale: s * (x[0] ** 2 + 1e-3 * x[1] ** 2), [0.0, 0.0]).kind == "minimum"


def test_a_curvature_counts_as_zero_up_to_rtol_of_the_largest():
    def f(x):
        return x[0] ** 2 + 1e-4 * x[1] ** 2

    assert classify_critical_point(f, [0.0, 0.0]).kind == "minimum"
    assert classify_critical_point(f, [0.0, 0.0], rtol=1e-3).kind == "undecided"


def test_where_a_descent_ended_is_level_enough():
    assert classify_critical_point(lambda x: (x[0] - 1.0) ** 2, [1.0 + 4e-7]).kind == "minimum"
    assert classify_critical_point(lambda x: (x[0] - 1.0) ** 2, [1.01], gradient_tol=0.1).kind == "minimum"


BAD = {
    "a slope": (lambda: classify_critical_point(lambda x: x[0] * x[1], [0.0, 2.0]), ValueError, r"the slope along x\[0\] is 2, so x is"),
    "nothing": (lambda: classify_critical_point(lambda x: 1.0, []), ValueError, "x has no members"),
    "no function": (lambda: classify_critical_point(2.0, [0.0]), TypeError, "is no function"),
    "a negative tolerance": (lambda: classify_critical_point(lambda x: x[0], [0.0], rtol=-1.0), ValueError, "rtol is -1.0"),
    "a tolerance of text": (lambda: classify_critical_point(lambda x: x[0], [0.0], gradient_tol="0"), TypeError, "gradient_tol: '0'"),
    "an infinite curvature": (
        lambda: classify_critical_point(lambda x: x[0] ** 1.5, [0.0]), ValueError, "a second derivative is inf or nan"),
    "a nan": (lambda: classify_critical_point(lambda x: x[0] ** 2, [np.nan]), ValueError, "the slope along"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_critical_point_is_refused(case):
    call, kind, message = BAD[case]
    with pytest.raises(kind, match=message):
        call()
