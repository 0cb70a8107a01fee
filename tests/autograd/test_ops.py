"""One walk over the table: every row's value, partials and higher derivatives against mpmath."""

import copy
import pickle
import random
from operator import attrgetter

import mpmath as mp
import pytest

from autograd import Value, emit, gradients
from autograd.ops import TABLE, Op, contribution, number
from tests.oracles.exact import EXACT
from tests.support import digits, ulps

FEW = [op for op in TABLE.values() if not op.nary]
MANY = [op for op in TABLE.values() if op.nary]
each = pytest.mark.parametrize("op", FEW, ids=attrgetter("name"))
each_nary = pytest.mark.parametrize("op", MANY, ids=attrgetter("name"))


def points(op: Op, n: int) -> list[list[float]]:
    r = random.Random(op.name)
    return [[r.uniform(*interval) for interval in op.domain] for _ in range(n)]


def sequences(op: Op, n: int) -> list[list[list[float]]]:
    r = random.Random(op.name)
    return [[[r.uniform(*interval) for _ in range(1 + k % 7)] for interval in op.domain] for k in range(n)]


def exact_derivative(op: Op, xs: list[float], path: tuple[int, ...]) -> mp.mpf:
    with digits(50):
        return mp.diff(EXACT[op.name], tuple(map(mp.mpf, xs)), tuple(path.count(i) for i in range(len(xs))))


def test_every_row_has_an_oracle():
    assert set(EXACT) == set(TABLE)


@each
def test_value_is_within_its_bound(op):
    for xs in points(op, 200):
        with digits(50):
            assert ulps(op(*xs), EXACT[op.name](*map(mp.mpf, xs))) <= op.bound


@each
def test_partials_are_the_derivative(op):
    for xs in points(op, 100):
        for i, partial in enumerate(emit.partials(op)(op(*xs), *xs)):
            assert ulps(partial, exact_derivative(op, xs, (i,))) <= op.bound


@each
def test_second_and_third_derivatives(op):
    """A derivative of a derivative rounds at each floor: 4 ulp of its own size, or of 1 near its zeros, covers all rows."""
    inputs = range(len(op.partials))
    for xs in points(op, 12):
        leaves = [Value(x) for x in xs]
        for i, first in enumerate(gradients(op(*leaves), leaves, create_graph=True)):
            for j, second in zip(inputs, gradients(first, leaves, create_graph=True), strict=True):
                assert ulps(second.item(), exact_derivative(op, xs, (i, j)), scale=1.0) <= 4.0
                for k, third in zip(inputs, gradients(second, leaves), strict=True):
                    assert ulps(third.item(), exact_derivative(op, xs, (i, j, k)), scale=1.0) <= 4.0


@each
def test_backward_on_floats_and_on_values_gives_the_same_bits(op):
    for xs in points(op, 50):
        leaves = [Value(x) for x in xs]
        on_floats = [g.item() for g in gradients(op(*leaves), leaves)]
        assert on_floats == [g.item() for g in gradients(op(*leaves), leaves, create_graph=True)]


@each
def test_an_op_on_floats_gives_the_bits_of_the_op_on_values(op):
    for xs in points(op, 50):
        assert op(*xs) == op(*map(Value, xs)).item()


@each
def test_the_method_is_the_function(op):
    if len(op.partials) == 1 or op.defaults:
        x = points(op, 1)[0][0]
        name = f"__{op.name}__" if op.name in ("neg", "abs") else op.name
        assert getattr(Value(x), name)() == op(x)


@each_nary
def test_nary_values_and_partials(op):
    for xs in sequences(op, 60):
        exact = [list(map(mp.mpf, s)) for s in xs]
        scale = max(abs(x) for s in xs for x in s)
        with digits(50):
            assert ulps(op(*xs), EXACT[op.name](*exact), scale=scale) <= max(op.bound, len(xs[0]))
        leaves = [[Value(x) for x in s] for s in xs]
        flat = [v for s in leaves for v in s]
        found = [g.item() for g in gradients(op(*leaves), flat)]
        assert found == [g.item() for g in gradients(op(*leaves), flat, create_graph=True)]
        n = len(xs[0])

        def along(*members, n=n):
            return EXACT[op.name](*(list(members[k : k + n]) for k in range(0, len(members), n)))

        for i, g in enumerate(found):
            with digits(50):
                want = mp.diff(along, tuple(x for s in exact for x in s), tuple(int(k == i) for k in range(len(flat))))
            assert ulps(g, want) <= op.bound


@pytest.mark.parametrize("op", TABLE.values(), ids=attrgetter("name"))
def test_a_row_says_why(op):
    assert op.reason.endswith(".")
    assert len(op.reason) > 15
    assert op.latex


@pytest.mark.parametrize("op", TABLE.values(), ids=attrgetter("name"))
def test_copies_and_pickles_are_the_row_itself(op):
    assert copy.deepcopy(op) is op
    assert pickle.loads(pickle.dumps(op)) is op


def test_the_chain_rule_multiplies_or_pulls_back():
    assert contribution(TABLE["mul"].partials[0], 2.0, 15.0, 5.0, 3.0) == 2.0 * 3.0
    assert contribution(TABLE["div"].partials[0], 2.0, 5.0, 15.0, 3.0) == 2.0 / 3.0


def test_a_users_own_op_needs_no_registration():
    from autograd.ops import unary

    cube = unary("cube", lambda x: x * x * x, lambda z, x: 3.0 * x * x, latex="{0}^3", reason="The power rule, at three.")
    x = Value(2.0)
    y = cube(x)
    y.backward()
    assert (y.item(), x.grad) == (8.0, 12.0)
    assert gradients(gradients(cube(x), x, create_graph=True)[0], x)[0] == 12.0


def test_numbers_keep_their_exact_value():
    from fractions import Fraction

    import numpy as np

    for x in (3, np.float32(0.1), np.int8(-3), Fraction(1, 3), True + 1):
        assert number(x, "a test") == float(x)
