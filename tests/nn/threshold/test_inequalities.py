"""The four inequalities of XOR, which contradict each other; and systems in general."""

import math
import sys
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn import Inequality, Perceptron, inequalities, max_margin, solve_inequalities

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]
XOR = [0, 1, 1, 0]


def test_xor_asks_for_these_four():
    assert [str(one) for one in inequalities(CORNERS, XOR)] == ["w0 < 0", "w0 + w2 ≥ 0", "w0 + w1 ≥ 0", "w0 + w1 + w2 < 0"]


def test_xor_has_no_solution_and_without_any_one_inequality_it_has():
    system = inequalities(CORNERS, XOR)
    assert solve_inequalities(system) is None
    for i in range(4):
        rest = [one for j, one in enumerate(system) if j != i]
        w = solve_inequalities(rest)
        assert all(one.holds(w) for one in rest)
        assert not system[i].holds(w)


def test_the_two_middle_ones_give_at_least_and_not_more_than():
    """w₁ = w₂ = -w₀ meets both, so from them follows wᵢ ≥ -w₀, not wᵢ > -w₀; with w₀ < 0 the last one fails: w₀ + 2(-w₀) > 0."""
    first, second, third, last = inequalities(CORNERS, XOR)
    w = (-1.0, 1.0, 1.0)
    assert second.holds(w)
    assert third.holds(w)
    assert first.holds(w)
    assert not last.holds(w)
    assert last.holds((0.5, -0.5, -0.5))
    assert not first.holds((0.5, -0.5, -0.5))


def test_what_the_classes_say_adds_up_to_the_same_sum_for_xor():
    """(w₀ + w₂) + (w₀ + w₁) = w₀ + (w₀ + w₁ + w₂): at least 0 on the left, and below 0 on the right."""
    rows = np.array([one.inputs for one in inequalities(CORNERS, XOR)])
    assert (rows[1] + rows[2]).tolist() == (rows[0] + rows[3]).tolist()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_boolean_functions_with_a_solution_are_4_14_and_104(n):
    """Their number is known: OEIS A000609."""
    X = list(product((0, 1), repeat=n))
    solved = [(y, solve_inequalities(inequalities(X, y))) for y in product((0, 1), repeat=2**n)]
    assert sum(w is not None for _, w in solved) == {1: 4, 2: 14, 3: 104}[n]
    assert all(tuple(Perceptron(n, weights=w).predict(X)) == y for y, w in solved if w is not None)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(0, 1)), min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_there_is_a_solution_exactly_where_there_is_a_margin(points):
    X, y = [p[:2] for p in points], [p[2] for p in points]
    system = inequalities(X, y)
    w = solve_inequalities(system)
    assert (w is None) == (max_margin(X, y) is None)
    assert w is None or all(one.holds(w) for one in system)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(0, 1)), min_size=5, max_size=9))
@settings(max_examples=100, deadline=None)
def test_without_a_solution_four_of_them_are_enough_to_see_it(points):
    """Helly's theorem: of half-spaces in three unknowns, some four or fewer already have nothing in common."""
    system = inequalities([p[:2] for p in points], [p[2] for p in points])
    if solve_inequalities(system) is None:
        assert any(solve_inequalities(four) is None for four in combinations(system, 4))


def test_an_inequality_is_printed_as_it_is_written():
    assert str(Inequality((1.0, -1.0, 2.5), 0)) == "w0 - w1 + 2.5·w2 < 0"
    assert str(Inequality((1.0, -0.25), 1)) == "w0 - 0.25·w1 ≥ 0"


def test_0_is_right_for_class_1_and_wrong_for_class_0():
    assert Inequality((1.0, 1.0), 1).holds([1, -1])
    assert not Inequality((1.0, 1.0), 0).holds([1, -1])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: solve_inequalities([]), ValueError, r"there are no inequalities"),
        (lambda: solve_inequalities([Inequality((1.0,), 1), Inequality((1.0, 0.0), 1)]), ValueError, r"their weights differ in number"),
        (lambda: solve_inequalities(["w0 < 0"]), TypeError, r"'w0 < 0' \(str\) is no Inequality"),
        (lambda: inequalities([[0.0]], [2]), ValueError, r"inequalities: target 0 is 2"),
        (lambda: inequalities([[math.inf]], [1]), ValueError, r"inequalities: example 0 is \[inf\]"),
        (lambda: inequalities([0, 1], [1]), ValueError, r"inequalities: X is a single example. Give a batch, of shape \(N, 2\)"),
    ],
)
def test_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_without_scipy_it_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(ImportError, match=r"pip install 'chalkgrad\[demo\]'"):
        solve_inequalities(inequalities(CORNERS, XOR))
