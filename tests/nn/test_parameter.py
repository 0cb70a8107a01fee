"""Parameters: leaves that never change places, arrays that are copies, writes that are whole or not at all."""

import copy
import pickle

import numpy as np
import pytest

from autograd import Value, no_grad
from nn import Parameter


def matrix() -> Parameter:
    return Parameter([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], label="w")


def state(p: Parameter) -> tuple[list[float], list[object]]:
    return p.data.ravel().tolist(), [leaf.grad for leaf in np.asarray(p).flat]


def test_it_has_the_shape_of_its_data():
    assert (matrix().shape, matrix().ndim, matrix().numel(), len(matrix())) == ((2, 3), 2, 6, 2)
    assert (Parameter(0.5).shape, Parameter(0.5).numel(), Parameter([]).numel()) == ((), 1, 0)
    assert Parameter(0.5).item() == 0.5
    assert matrix().T.shape == (3, 2)


def test_indexing_gives_the_same_leaf_every_time():
    p = matrix()
    assert p[0, 2] is p[0, 2] is p[0][2] is next(iter(p))[2] is np.asarray(p)[0, 2] is p.T[2, 0]
    assert p[0, 2].is_leaf
    assert p.is_leaf
    p.data = p.data * 2.0
    assert p[0, 2].item() == 6.0


def test_leaves_are_called_after_it():
    p = matrix()
    assert [leaf.label for leaf in p[1]] == ["w[1, 0]", "w[1, 1]", "w[1, 2]"]
    p.label = "layer1.weight"
    assert p[0, 2].label == "layer1.weight[0, 2]"
    assert Parameter(0.5, label="b")[()].label == "b"
    assert Parameter([0.5])[0].label == ""


def test_data_is_a_fresh_float_array():
    p = matrix()
    numbers = p.data
    assert isinstance(numbers, np.ndarray)
    assert numbers.dtype == np.float64
    p[0, 0] = 9.0
    assert numbers[0, 0] == 1.0


def test_arithmetic_in_place_on_data_reaches_the_leaves():
    p = matrix()
    p.data -= 0.5
    p.data += np.ones(3)
    p.data *= 2.0
    p.data /= 4.0
    p.data **= 2
    assert np.array_equal(p.data, ((np.arange(1.0, 7.0).reshape(2, 3) - 0.5 + 1.0) * 2.0 / 4.0) ** 2)


@pytest.mark.parametrize("write", [
    lambda p: p.data.__setitem__(0, 5.0),
    lambda p: p.data[0].__setitem__(0, 5.0),
    lambda p: p.grad.__setitem__((0, 0), 5.0),
    lambda p: p.data.T.__setitem__(0, 5.0),
], ids=["row", "member of row", "grad", "transposed"])
def test_writing_a_member_of_the_copy_raises_and_says_what_to_write(write):
    p = matrix()
    p.grad = np.ones((2, 3))
    before = state(p)
    with pytest.raises(TypeError, match=r"Write p\[0\] = 5.0"):
        write(p)
    assert state(p) == before


def test_what_is_computed_from_data_is_an_ordinary_array():
    p = matrix()
    twice = p.data * 2.0
    assert type(twice) is np.ndarray
    twice[0, 0] = 7.0
    own = p.data.copy()
    own[0, 0] = 7.0
    also = own
    own -= 1.0
    assert also[0, 0] == 6.0
    assert type(p.data.sum()) is np.float64
    assert type(Parameter(0.5).data - 0.1) is np.float64
    assert repr(p.data) == repr(np.arange(1.0, 7.0).reshape(2, 3))


def test_grad_is_none_until_one_has_arrived():
    p = matrix()
    assert p.grad is None
    (p[0, 1] * 3.0).backward()
    assert np.array_equal(p.grad, [[0.0, 3.0, 0.0], [0.0, 0.0, 0.0]])
    p.grad = None
    assert p.grad is None
    assert all(leaf.grad is None for leaf in np.asarray(p).flat)


def test_grad_is_a_float_array_where_the_gradients_are_graphs():
    p = matrix()
    (p[0, 0] * p[0, 0]).backward(create_graph=True)
    assert np.array_equal(p.grad, [[2.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    p.grad = None


def test_grad_can_be_written_and_scaled():
    p = matrix()
    p.grad = np.arange(6.0).reshape(2, 3)
    p.grad *= 0.5
    assert p[1, 2].grad == 2.5


def test_assigning_to_an_index_writes_the_numbers_of_those_leaves():
    p = matrix()
    leaf = p[0, 2]
    p[0, 2] = 9.0
    p[1] = [7.0, 8.0, 9.0]
    p[:, 0] = 0.0
    assert p[0, 2] is leaf
    assert np.array_equal(p.data, [[0.0, 2.0, 9.0], [0.0, 8.0, 9.0]])
    scalar = Parameter(0.5)
    scalar[()] = 2
    assert scalar.item() == 2.0


NO_FIT = {
    "data of another shape": (lambda p: setattr(p, "data", np.zeros((3, 2))), ValueError, r"w\.data has .*\(2, 3\), and shape \(3, 2\)"),
    "data to be spread out": (lambda p: setattr(p, "data", 0.0), ValueError, r"shape \(\)"),
    "ragged data": (lambda p: setattr(p, "data", [[1.0], [2.0, 3.0]]), ValueError, "unequal lengths"),
    "data with text": (lambda p: setattr(p, "data", [[1, 2, 3], [4, 5, "6"]]), TypeError, r"w\.data =: '6' \(str\)"),
    "data with truth values": (lambda p: setattr(p, "data", [[1, 2, 3], [4, 5, True]]), TypeError, "True"),
    "data with None": (lambda p: setattr(p, "data", None), TypeError, "None"),
    "complex data": (lambda p: setattr(p, "data", np.full((2, 3), 1j)), TypeError, "complex"),
    "data of Values": (lambda p: setattr(p, "data", [[1, 2, 3], [4, 5, Value(6.0)]]), TypeError, r"autograd\.values"),
    "an integer too large": (lambda p: setattr(p, "data", [[1, 2, 3], [4, 5, 10**400]]), ValueError, "too large"),
    "grad of another shape": (lambda p: setattr(p, "grad", [1.0, 2.0, 3.0]), ValueError, r"w\.grad has shape \(2, 3\)"),
    "grad with text": (lambda p: setattr(p, "grad", [["a"] * 3] * 2), TypeError, r"w\.grad =: 'a'"),
    "a member of another type": (lambda p: p.__setitem__((0, 0), "a"), TypeError, r"w\[\(0, 0\)\] =: 'a'"),
    "a Value as a member": (lambda p: p.__setitem__((0, 0), Value(1.0)), TypeError, r"autograd\.values"),
    "a row of another length": (lambda p: p.__setitem__(0, [1.0, 2.0]), ValueError, r"w\[0\] has shape \(3,\), and shape \(2,\)"),
    "a row half of numbers": (lambda p: p.__setitem__(0, [7.0, 8.0, "9"]), TypeError, "'9'"),
    "a place that is not there": (lambda p: p.__setitem__(2, 0.0), IndexError, "2"),
    "a label that is no string": (lambda p: setattr(p, "label", 3), TypeError, r"label is 3 \(int\)"),
    "arithmetic in place": (lambda p: p.__iadd__(1.0), TypeError, r"p\.data -= lr \* p\.grad"),
    "a result put into it": (lambda p: np.add(p, 1.0, out=p), TypeError, r"p\.data -= lr \* p\.grad"),
    "a leaf put in another's place": (lambda p: np.asarray(p).__setitem__((0, 0), Value(1.0)), ValueError, "read-only"),
    "numpy's fill": (lambda p: np.copyto(p.data, 0.0), ValueError, "read-only"),
}


@pytest.mark.parametrize("case", NO_FIT)
def test_what_does_not_fit_raises_and_changes_nothing(case):
    write, kind, message = NO_FIT[case]
    p = matrix()
    p[0, 0].grad = 2.0
    before = state(p)
    with pytest.raises(kind, match=message):
        write(p)
    assert state(p) == before
    assert p[0, 0].label == "w[0, 0]"


@pytest.mark.parametrize("data", ["a", None, [1.0, "b"], [True], 1j, [Value(1.0)], {"a": 1.0}], ids=repr)
def test_it_is_made_of_numbers_only(data):
    with pytest.raises(TypeError, match=r"Parameter\(\)"):
        Parameter(data)


def test_integers_and_every_width_of_float_become_floats():
    narrow = [np.array([1, 2], dtype=kind) for kind in (np.int64, np.uint8, np.float32, np.float16, object)]
    for data in ([1, 2], (np.int8(1), np.float16(2)), *narrow):
        assert Parameter(data).data.tolist() == [1.0, 2.0]
        assert type(Parameter(data)[0].item()) is float


def test_it_copies_what_it_is_made_of():
    numbers = np.array([1.0, 2.0])
    p = Parameter(numbers)
    numbers[0] = 9.0
    q = Parameter(p)
    p[1] = 9.0
    assert p.data.tolist() == [1.0, 9.0]
    assert q.data.tolist() == [1.0, 2.0]


def test_non_finite_numbers_are_kept():
    p = Parameter([0.0, 0.0])
    p.data = [np.inf, np.nan]
    assert p[0].item() == np.inf
    assert p[1].item() != p[1].item()


def test_in_arithmetic_it_is_the_array_of_its_leaves():
    p, x = matrix(), np.array([1.0, 0.0, -1.0])
    numbers = np.arange(1.0, 7.0).reshape(2, 3)

    def same(found, expected):
        return np.array_equal(np.vectorize(lambda v: v.item() if isinstance(v, Value) else v)(found), expected)

    assert same(p @ x, numbers @ x)
    assert same([1.0, 2.0] @ p, [1.0, 2.0] @ numbers)
    assert same(2.0 * p - 1.0, 2.0 * numbers - 1.0)
    assert same(p / p, numbers / numbers)
    assert same(p**2 + p, numbers**2 + numbers)
    assert same(-abs(p), -numbers)
    assert same(Value(2.0) * p, 2.0 * numbers)
    assert same(p * Value(2.0), 2.0 * numbers)
    assert same(np.tanh(p), np.tanh(numbers))
    assert same(np.concatenate([p, p]), np.concatenate([numbers, numbers]))
    assert (p > 2.0).tolist() == (numbers > 2.0).tolist()
    loss = (p * p).sum()
    loss.backward()
    assert np.array_equal(p.grad, 2.0 * numbers)


def test_it_can_be_added_to_an_array_in_place():
    p, running = matrix(), np.zeros((2, 3), dtype=object)
    running += p
    assert running[1, 2].item() == 6.0


def test_a_parameter_of_one_number_works_like_a_value():
    b = Parameter(0.5)
    y = b * 3.0
    assert isinstance(y, Value)
    y.backward()
    assert b.grad.shape == ()
    b.data -= 0.1 * b.grad
    assert b.item() == 0.5 - 0.1 * 3.0


def test_parameters_are_told_apart_by_identity():
    p, q = matrix(), matrix()
    assert len({p, q}) == 2
    assert {p: 1, q: 2}[p] == 1


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))], ids=["copy", "deepcopy", "pickle"])
def test_copies_have_leaves_of_their_own(copied):
    p = matrix()
    p.data += np.float64(0.1)
    p.grad = np.ones((2, 3))
    q = copied(p)
    assert np.array_equal(q.data, p.data)
    assert q.label == "w"
    assert q[0, 0].label == "w[0, 0]"
    assert q.grad is None
    q.data = np.zeros((2, 3))
    assert p[0, 0].item() == 1.1
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(q)[0, 0] = Value(1.0)


def test_a_copy_can_be_used_in_a_graph_at_once():
    y = copy.deepcopy(matrix())[0, 0] * 2.0
    y.backward()


def test_data_and_grad_can_be_pickled():
    p = matrix()
    assert np.array_equal(pickle.loads(pickle.dumps(p.data)), p.data)


def test_its_printed_form_is_pytorchs():
    assert repr(Parameter([1.0, 2.5])) == "Parameter containing:\narray([1. , 2.5])"


def test_data_can_be_written_under_no_grad():
    p = matrix()
    with no_grad():
        p.data = p.data * 0.0
    assert p.data.sum() == 0.0


def test_a_write_makes_old_graphs_stale():
    p = matrix()
    y = p[0, 0] * 2.0
    p.data = p.data
    with pytest.raises(RuntimeError, match=r"w\[0, 0\]"):
        y.backward()
