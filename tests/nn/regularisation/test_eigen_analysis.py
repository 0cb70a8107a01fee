"""What L2 does along each eigenvector, against exact rational arithmetic and against training."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import sympy as sp

import optim
from autograd import Value, hessian
from nn.regularisation import L2, l2_analysis

H, MINIMUM = [[1.0, 0.9], [0.9, 1.0]], [1.0, 0.0]


def test_the_decks_example_to_the_digits_it_gives() -> None:
    found = l2_analysis(H, MINIMUM, 0.5)
    assert found.weights.round(4).tolist() == [0.4792, 0.3125]
    assert round(found.effective_parameters, 4) == 0.9583
    assert found.eigenvalues == pytest.approx([0.1, 1.9])
    assert found.shrinkage == pytest.approx([1 / 6, 19 / 24])


@pytest.mark.parametrize("alpha", [sp.Rational(0), sp.Rational(1, 1000), sp.Rational(1, 2), sp.Rational(40)])
def test_it_is_the_exact_minimum_of_loss_and_penalty(alpha: Any) -> None:
    A = sp.Matrix([[4, 1, 0], [1, 3, 1], [0, 1, 2]])
    w = sp.Matrix([1, -2, sp.Rational(1, 2)])
    exact = (A + alpha * sp.eye(3)).inv() * A * w
    found = l2_analysis(np.array(A, dtype=float), np.array(w, dtype=float).ravel(), float(alpha))
    assert found.weights == pytest.approx([float(x) for x in exact], rel=1e-12)
    assert found.effective_parameters == pytest.approx(float(((A + alpha * sp.eye(3)).inv() * A).trace()), rel=1e-12)


def test_descent_on_the_penalised_loss_ends_there() -> None:
    w = [Value(0.3), Value(-0.7)]
    descent = optim.SGD(w, lr=0.2)
    for _ in range(500):
        d = [w[0] - MINIMUM[0], w[1] - MINIMUM[1]]
        loss = 0.5 * sum(H[i][j] * d[i] * d[j] for i in range(2) for j in range(2)) + L2(0.5)(w)
        descent.zero_grad()
        loss.backward()
        descent.step()
    assert [x.item() for x in w] == pytest.approx(l2_analysis(H, MINIMUM, 0.5).weights.tolist(), rel=1e-12)


def test_every_component_in_the_eigenbasis_shrinks_and_a_weight_may_grow() -> None:
    found = l2_analysis(H, MINIMUM, 0.5)
    along, before = np.abs(found.eigenvectors.T @ found.weights), np.abs(found.eigenvectors.T @ MINIMUM)
    assert (along < before).all()
    assert along / before == pytest.approx(found.shrinkage)
    assert abs(found.weights[1]) > abs(MINIMUM[1])


def test_it_takes_what_hessian_gives() -> None:
    second = hessian(lambda w: (w[0] - 1.0) ** 2 + 3.0 * (w[1] + 2.0) ** 2)([Value(1.0), Value(-2.0)])
    assert l2_analysis(second, [1.0, -2.0], 2.0).weights == pytest.approx([0.5, -1.5])


def test_effective_parameters_fall_from_all_to_none() -> None:
    counts = [l2_analysis(H, MINIMUM, alpha).effective_parameters for alpha in (0.0, 1e-9, 0.1, 1.0, 10.0, 1e9)]
    assert counts[0] == 2.0
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < 1e-8


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((H, [1.0, 0.0, 0.0], 0.5), ValueError, r"hessian has shape \(2, 2\) and minimum \(3,\)\. Give \(n, n\) and \(n,\)"),
        (([[1.0]], 1.0, 0.5), ValueError, r"minimum \(\)"),
        (([[1.0, 0.5], [0.0, 1.0]], MINIMUM, 0.5), ValueError, "hessian is not symmetric"),
        (([[1.0, 2.0], [2.0, 1.0]], MINIMUM, 0.5), ValueError, r"hessian has the eigenvalue -1\.0\d*, so this is no minimum"),
        (([[1.0, 0.0], [0.0, math.nan]], MINIMUM, 0.5), ValueError, "holds inf or nan"),
        (([[1.0, 0.0], [0.0, 0.0]], MINIMUM, 0.0), ValueError, "alpha is 0, and along a flat direction there is no single minimum"),
        ((H, MINIMUM, -0.5), ValueError, r"l2_analysis: alpha is -0\.5"),
        ((H, MINIMUM, None), TypeError, r"l2_analysis: alpha is None"),
        ((H, ["a", "b"], 0.5), TypeError, "l2_analysis: minimum"),
    ],
)
def test_what_has_no_such_minimum_is_refused(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        l2_analysis(*arguments)
