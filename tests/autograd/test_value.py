"""A Value as a number: what it takes, how it computes, compares, prints, copies."""

import copy
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest

from autograd import Value, no_grad

inf, nan = math.inf, math.nan


@pytest.mark.parametrize("x", [3, 3.0, np.float64(3), np.float32(3), np.int8(3), Fraction(3)])
def test_every_real_number_becomes_a_float(x):
    for v in (Value(x), Value(1.0) * x, x * Value(1.0)):
        assert type(v.item()) is float
        assert v.item() == 3.0


def test_the_operators_compute():
    a, b = Value(7.0), Value(2.0)
    assert [v.data for v in (a + b, a - b, a * b, a / b, a**b)] == [9, 5, 14, 3.5, 49]
    assert [v.data for v in (-a, abs(-a), +a)] == [-7, 7, 7]
    assert [(1 + a).data, (1 - a).data, (2 * a).data, (14 / a).data, (2**b).data] == [8, -6, 14, 2, 4]


def test_the_worked_expression_known_to_every_learner():
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert f"{g:.4f} {a.grad:.4f} {b.grad:.4f}" == "24.7041 138.8338 645.5773"


@pytest.mark.parametrize(("result", "expected"), [
    (lambda: Value(1.0) / 0.0, inf),
    (lambda: Value(-1.0) / 0, -inf),
    (lambda: 1.0 / Value(-0.0), -inf),
    (lambda: Value(0.0) / 0.0, nan),
    (lambda: Value(0.0) ** -1.0, inf),
    (lambda: Value(-0.0) ** -3.0, -inf),
    (lambda: Value(-8.0) ** (1.0 / 3.0), nan),
    (lambda: Value(10.0) ** 400.0, inf),
    (lambda: Value(-10.0) ** 401.0, -inf),
    (lambda: Value(1000.0).exp(), inf),
    (lambda: Value(1000.0).expm1(), inf),
    (lambda: Value(1000.0).cosh(), inf),
    (lambda: Value(-1000.0).sinh(), -inf),
    (lambda: Value(0.0).log(), -inf),
    (lambda: Value(-1.0).log(), nan),
    (lambda: Value(-1.0).log1p(), -inf),
    (lambda: Value(-1.0).sqrt(), nan),
    (lambda: Value(inf).sin(), nan),
    (lambda: Value(2.0).asin(), nan),
    (lambda: Value(1e308) * 10.0, inf),
    (lambda: Value(inf) - inf, nan),
])
def test_results_follow_ieee(result, expected):
    assert result().item() == pytest.approx(expected, nan_ok=True)


def test_a_gradient_through_a_division_by_zero_follows_ieee_too():
    x, y = Value(1.0), Value(0.0)
    (x / y).backward()
    assert (x.grad, y.grad) == (inf, -inf)


def test_inputs_keep_constants_as_bare_numbers():
    x = Value(2.0)
    assert (x * 3).inputs == (x, 3.0)
    assert (3 - x).inputs == (3.0, x)
    assert x.relu().inputs == (x,)
    assert x.inputs == ()
    assert x.is_leaf
    assert not (x * 3).is_leaf


def test_comparisons_are_those_of_the_numbers_and_the_hash_is_identity():
    a, b = Value(1.0), Value(1.0)
    assert a == b
    assert a == 1
    assert a == b
    assert a < 2
    assert a <= b
    assert a < 2
    assert a >= 1.0
    assert Value(nan) != Value(nan)
    assert a != "1.0"
    assert len({a, b}) == 2
    assert bool(a)
    assert not Value(0.0)


def test_printing():
    assert repr(Value(0.1)) == "Value(0.1)"
    assert repr(Value(0.1, label="w")) == "Value(0.1, label='w')"
    assert f"{Value(1 / 3):.4f}" == "0.3333"


def test_copies_are_fresh_leaves():
    x = Value(3.0, label="x")
    for y in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x)), x.detach()):
        assert (y.item(), y.label, y.is_leaf) == (3.0, "x", True)
        assert y is not x
        assert y.stamp > x.stamp


def test_a_product_can_be_detached_but_not_copied():
    y = Value(3.0) * 2.0
    assert y.detach().is_leaf
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match=r"unnamed mul node was computed.*detach"):
            attempt(y)


def test_writing_data_and_grad():
    x = Value(1.0)
    x.data = np.float32(2.5)
    x.grad = 3
    assert (x.data, x.grad) == (2.5, 3.0)
    assert type(x.grad) is float
    x.grad = None
    assert x.grad is None


def test_a_value_computed_under_no_grad_is_a_leaf_but_says_why_it_has_no_graph():
    x = Value(2.0)
    with no_grad():
        y = x * x
    assert y.is_leaf
    assert y.inputs == ()
    with pytest.raises(RuntimeError, match=r"computed under no_grad\(\)"):
        y.backward()
    assert y.grad is None
    (y * 3.0).backward()
    assert y.grad == 3.0


def test_augmented_assignment_makes_a_new_node():
    x = Value(1.0)
    y = x
    y += 1.0
    assert x.item() == 1.0
    assert y.inputs == (x, 1.0)


def test_the_built_in_sum_works():
    xs = [Value(1.0), Value(2.0)]
    sum(xs).backward()
    assert [x.grad for x in xs] == [1.0, 1.0]
