"""Values inside numpy arrays of dtype object."""

import numpy as np
import pytest

from autograd import Value, grads, values


@pytest.fixture
def w() -> np.ndarray:
    return np.array([[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]])


def test_matrix_products_and_ufuncs(w):
    x = np.array([0.5, -0.25])
    y = np.tanh(w @ x + np.array([Value(0.1), Value(0.2)]))
    assert values(y) == pytest.approx(np.tanh(values(w) @ x + [0.1, 0.2]), rel=1e-15)
    y.sum().backward()
    assert grads(w) == pytest.approx(np.outer(1.0 - values(y) ** 2, x), rel=1e-14)


@pytest.mark.parametrize("f", ["exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "expm1", "log1p", "absolute", "negative", "square"])
def test_numpys_functions_call_the_methods(f):
    a = np.array([Value(0.5), Value(1.5)])
    assert values(getattr(np, f)(a)) == pytest.approx(getattr(np, f)(np.array([0.5, 1.5])), rel=1e-15)


OPERATIONS = [lambda a, v: a * v, lambda a, v: v * a, lambda a, v: a + v, lambda a, v: v - a, lambda a, v: v / a, lambda a, v: a**v]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_float_array_and_a_value_give_an_object_array(operation):
    a, v = np.array([1.0, 2.0, 4.0]), Value(3.0)
    out = operation(a, v)
    assert out.dtype == object
    assert all(isinstance(x, Value) for x in out)
    assert values(out).tolist() == operation(a, 3.0).tolist()
    out.sum().backward()
    assert v.grad is not None


@pytest.mark.parametrize("operation", [lambda s, v: s * v, lambda s, v: v * s, lambda s, v: s - v, lambda s, v: v / s])
@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int64])
def test_numpy_scalars_are_numbers(operation, kind):
    v = Value(4.0)
    out = operation(kind(2), v)
    assert isinstance(out, Value)
    assert out.item() == operation(2.0, 4.0)


def test_comparisons_with_arrays_go_member_by_member():
    assert (Value(2.0) > np.array([1.0, 3.0])).tolist() == [True, False]
    assert (np.array([1.0, 3.0]) >= Value(2.0)).tolist() == [False, True]


def test_0d_arrays_are_left_to_numpy():
    out = Value(2.0) * np.array(3.0)
    assert isinstance(out, Value)
    assert out.item() == 6.0
