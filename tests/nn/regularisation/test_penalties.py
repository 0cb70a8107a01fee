"""What penalties cost, their gradients and their proximal steps, against sympy, scipy and scikit-learn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import sympy as sp
from scipy.optimize import minimize_scalar

import nn
import optim
from autograd import Value, gradcheck, trace
from nn.regularisation import L1, L2, ElasticNet, Lp, soft_threshold

POINTS = [-2.0, -0.75, -0.125, 0.5, 1.5, 3.0]
W = sp.symbols("w", real=True)
PENALTIES: dict[str, tuple[Any, Any]] = {
    "L1": (L1(0.3), sp.Rational(3, 10) * sp.Abs(W)),
    "L2": (L2(0.3), sp.Rational(3, 20) * W**2),
    "elastic net": (ElasticNet(0.3, 0.7), sp.Rational(3, 10) * sp.Abs(W) + sp.Rational(7, 20) * W**2),
    "L_1/2": (Lp(0.3, 0.5), sp.Rational(3, 10) * sp.sqrt(sp.Abs(W))),
    "L_1": (Lp(0.3, 1.0), sp.Rational(3, 10) * sp.Abs(W)),
    "L_3/2": (Lp(0.3, 1.5), sp.Rational(3, 10) * sp.Abs(W) ** sp.Rational(3, 2)),
    "L_2": (Lp(0.3, 2), sp.Rational(3, 10) * W**2),
    "L_4": (Lp(0.3, 4), sp.Rational(3, 10) * W**4),
}
every_penalty = pytest.mark.parametrize(("penalty", "formula"), PENALTIES.values(), ids=PENALTIES)
with_step = pytest.mark.parametrize("name", ["L1", "L2", "elastic net"])


@every_penalty
def test_cost_and_gradient_are_the_formulas(penalty: Any, formula: Any) -> None:
    w = nn.Parameter(POINTS)
    cost = penalty(w)
    cost.backward()
    slope = sp.diff(formula, W)
    assert cost.item() == pytest.approx(float(sum(formula.subs(W, sp.Rational(x)) for x in POINTS)), rel=1e-15)
    assert w.grad == pytest.approx([float(slope.subs(W, sp.Rational(x))) for x in POINTS], rel=1e-15)


@every_penalty
def test_a_weight_of_0_costs_nothing_and_is_not_moved(penalty: Any, formula: Any) -> None:
    w = Value(0.0)
    cost = penalty([w])
    cost.backward()
    assert float(formula.subs(W, 0)) == cost.item() == 0.0
    assert w.grad == 0.0


@every_penalty
def test_several_parameters_cost_the_sum(penalty: Any, formula: Any) -> None:
    a, b, c = nn.Parameter([[1.0, -2.0]]), Value(0.5), nn.Parameter([0.25])
    assert penalty(iter([a, b, c])).item() == pytest.approx(sum(float(formula.subs(W, x)) for x in (1.0, -2.0, 0.5, 0.25)))
    assert penalty([]).item() == 0.0


@every_penalty
def test_second_derivatives_and_compiled_programs_have_it_too(penalty: Any, formula: Any) -> None:
    gradcheck(lambda x, y: penalty([x, y]), (0.5, -1.25), order=2)
    w = nn.Parameter([0.5, 0.0, -1.25])
    program = trace(lambda x: (x - 1.0) ** 2 + penalty(w), 0.0)
    program.backward(np.array([0.5, 2.0]))
    found = w.grad
    w.grad = None
    penalty(w).backward()
    assert found == pytest.approx(w.grad)
    assert program(np.array([1.0])) == pytest.approx(float(sum(formula.subs(W, x) for x in (0.5, -1.25))))


@with_step
@pytest.mark.parametrize("lr", [0.1, 1.0, 5.0])
def test_the_proximal_step_is_the_minimum_it_is_named_for(name: str, lr: float) -> None:
    penalty, formula = PENALTIES[name]
    cost = sp.lambdify(W, formula, "math")
    w = nn.Parameter(POINTS)
    penalty.proximal_(w, lr)
    for x, found in zip(POINTS, w.data, strict=True):
        f = lambda u, x=x: 0.5 * (u - x) ** 2 + lr * cost(u)  # noqa: E731
        expected = min((minimize_scalar(f, bounds=(-4.0, 4.0), method="bounded", options={"xatol": 1e-12}).x, 0.0), key=f)
        assert found == pytest.approx(expected, abs=1e-6)
        assert all(f(found) <= f(found + d) for d in (-1e-3, 1e-3))


def test_soft_threshold_by_hand() -> None:
    assert soft_threshold([3.0, 1.0, 0.5, 0.0, -0.5, -2.5], 1.0).tolist() == [2.0, 0.0, 0.0, 0.0, 0.0, -1.5]
    assert soft_threshold(-2.5, 1.0) == -1.5
    assert soft_threshold([[1.0, -2.0]], 0.0).tolist() == [[1.0, -2.0]]


def test_gradient_steps_on_l1_step_over_0_for_ever_and_proximal_steps_stop_there() -> None:
    penalty, by_gradient, by_proximal = L1(1.0), Value(0.25), Value(0.25)
    descent, seen = optim.SGD([by_gradient], lr=0.1), []
    for _ in range(50):
        descent.zero_grad()
        penalty(by_gradient).backward()
        descent.step()
        penalty.proximal_(by_proximal, lr=0.1)
        seen.append(by_gradient.item())
    assert seen[-4:] == pytest.approx([-0.05, 0.05, -0.05, 0.05])
    assert by_proximal.item() == 0.0


@pytest.mark.parametrize(
    ("penalty", "step"),
    [
        (L1(0.5), lambda w, g: w - 0.1 * (g + 0.5 * np.sign(w))),
        (Lp(0.5, 2), lambda w, g: w - 0.1 * (g + 2 * 0.5 * w)),
        (L2(0.5), lambda w, g: w - 0.1 * (g + 0.5 * w)),
    ],
    ids=["λ|w|", "λw²", "½λw²"],
)
def test_a_step_with_the_penalty_is_the_one_the_decks_mean(penalty: Any, step: Any) -> None:
    start, g = np.array([0.5, -2.0, 0.0]), np.array([1.0, -0.5, 0.25])
    w = nn.Parameter(start)
    penalty(w).backward()
    w.grad = w.grad + g
    optim.SGD([w], lr=0.1).step()
    assert w.data == pytest.approx(step(start, g), rel=1e-15)


def test_l2_is_the_optimisers_weight_decay() -> None:
    penalised, decayed = nn.Parameter(POINTS), nn.Parameter(POINTS)
    plain, decay = optim.SGD([penalised], lr=0.1, momentum=0.9), optim.SGD([decayed], lr=0.1, momentum=0.9, weight_decay=0.3)
    for g in np.random.default_rng(0).standard_normal((20, len(POINTS))):
        plain.zero_grad()
        L2(0.3)(penalised).backward()
        penalised.grad = penalised.grad + g
        decayed.grad = g
        plain.step()
        decay.step()
    assert penalised.data == pytest.approx(decayed.data, rel=1e-12)


def problem() -> tuple[np.ndarray, np.ndarray]:
    """30 examples of 6 features, of which 2 do not matter."""
    rng = np.random.default_rng(5)
    X = rng.standard_normal((30, 6))
    return X, X @ [3.0, -2.0, 0.0, 1.0, 0.5, 0.0] + 0.3 * rng.standard_normal(30)


def trained(X: np.ndarray, y: np.ndarray, penalty: Any, proximal: bool, steps: int = 1500) -> np.ndarray:
    """The weights of a linear net after full-batch descent on its mean squared error and the penalty."""
    model = nn.Linear(6, 1, bias=False, rng=0)
    descent = optim.SGD(model.parameters(), lr=0.1)

    def loss(x: Any, t: Any) -> Any:
        error = (model(x)[0] - t) ** 2
        return error if proximal else error + penalty(model.weight)

    step = trace(loss, X[0], float(y[0])).train_step(descent)
    for _ in range(steps):
        step(X, y)
        if proximal:
            penalty.proximal_(model.weight, lr=0.1)
    return np.asarray(model.weight.data)[0]


@pytest.mark.parametrize("proximal", [False, True])
def test_l2_on_mean_squares_is_ridge_regression(proximal: bool) -> None:
    from sklearn.linear_model import Ridge

    X, y = problem()
    found = trained(X, y, L2(0.4), proximal)
    normal_equations = np.linalg.solve(X.T @ X + len(X) * 0.4 / 2 * np.eye(6), X.T @ y)
    assert found == pytest.approx(normal_equations, rel=1e-9)
    assert found == pytest.approx(Ridge(alpha=len(X) * 0.4 / 2, fit_intercept=False).fit(X, y).coef_, rel=1e-8)


def test_proximal_l1_on_mean_squares_is_the_lasso_with_its_zeros() -> None:
    from sklearn.linear_model import Lasso

    X, y = problem()
    expected = Lasso(alpha=0.8 / 2, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(X, y).coef_
    found = trained(X, y, L1(0.8), proximal=True)
    assert found == pytest.approx(expected, rel=1e-8)
    assert ((found == 0.0) == (expected == 0.0)).all()
    assert 0 < (found == 0.0).sum() < len(found)


def test_proximal_elastic_net_is_scikit_learns() -> None:
    from sklearn.linear_model import ElasticNet as Expected

    X, y = problem()
    alpha, ratio = 0.5, 0.6
    expected = Expected(alpha=alpha, l1_ratio=ratio, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(X, y).coef_
    found = trained(X, y, ElasticNet(2 * alpha * ratio, 2 * alpha * (1 - ratio)), proximal=True)
    assert found == pytest.approx(expected, rel=1e-8)
    assert ((found == 0.0) == (expected == 0.0)).all()


@pytest.mark.parametrize(("p", "exact_zero"), [(0.5, True), (1.0, True), (1.5, False), (2.0, False), (4.0, False)])
def test_exact_zeros_need_a_power_of_at_most_1(p: float, exact_zero: bool) -> None:
    """The minimum of ½(u - x)² + |u|^p for a small x > 0: at 0 itself only where p ≤ 1."""
    at_0, *elsewhere = [0.5 * (u - 0.05) ** 2 + Lp(1.0, p)([Value(u)]).item() for u in [0.0, *np.logspace(-9, 0, 300)]]
    assert (at_0 < min(elsewhere)) == exact_zero


def test_printed_forms_make_another_one_like_it() -> None:
    for penalty, _ in PENALTIES.values():
        assert repr(eval(repr(penalty))) == repr(penalty)


SETTINGS: list[tuple[str, Any]] = [
    ("L1: lam", L1), ("L2: lam", L2), ("ElasticNet: l1", lambda x: ElasticNet(x, 1.0)), ("ElasticNet: l2", lambda x: ElasticNet(1.0, x)),
    ("Lp: lam", lambda x: Lp(x, 2)), ("Lp: p", lambda x: Lp(1.0, x)), ("L1.proximal_: lr", lambda x: L1(1.0).proximal_([], x)),
    ("soft_threshold: threshold", lambda x: soft_threshold([1.0], x)),
]


@pytest.mark.parametrize(("name", "make"), SETTINGS, ids=[name for name, _ in SETTINGS])
def test_a_setting_out_of_its_range_is_named(name: str, make: Any) -> None:
    for bad in (-0.5, math.nan, math.inf):
        with pytest.raises(ValueError, match=f"{name} is {bad}"):
            make(bad)
    for bad in ("0.5", None, True):
        with pytest.raises(TypeError, match=f"{name} is {bad!r}"):
            make(bad)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (nn.Linear(1, 1), r"a Linear was given\. Pass its \.parameters\(\), or weights\(model\)"),
        (0.5, r"0\.5 \(float\) is no parameter\. Pass model\.parameters\(\)"),
        ("w", r"'w' \(str\) is no parameter"),
        ([Value(1.0), 0.5], r"item 1 is 0\.5 \(float\), not a parameter"),
    ],
)
def test_what_is_no_parameter_is_refused(given: Any, message: str) -> None:
    for act in (L2(0.5), lambda x: L1(0.5).proximal_(x, 0.1)):
        with pytest.raises(TypeError, match=message):
            act(given)


def test_a_power_has_no_proximal_step_in_closed_form() -> None:
    w = Value(0.5)
    with pytest.raises(NotImplementedError, match=r"Lp has no proximal step in closed form\. Use L1, L2 or ElasticNet"):
        Lp(1.0, 0.5).proximal_(w, 0.1)
    assert w.item() == 0.5
