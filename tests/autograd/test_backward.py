"""Backward: PyTorch's bits, its kinks, deep graphs, stale graphs, accumulation, all or nothing."""

import gc
import math
import random
import sys
import tracemalloc

import pytest

import autograd
from autograd import AnomalyError, StaleGraphError, Value, anomaly, dot, gradients
from autograd.ops import TABLE
from tests.oracles import files, graphs
from tests.support import ulps

ORACLE = files.load("autograd")


def same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b)


def leaf_gradients(leaves: list[float], steps: list[graphs.Step]) -> tuple[float, list[float]]:
    xs = [Value(x) for x in leaves]
    y = graphs.built(xs, steps, vars(autograd))
    y.backward()
    return y.item(), [0.0 if x.grad is None else x.grad for x in xs]


def test_random_graphs_have_pytorchs_bits():
    for leaves, steps, y, expected in ORACLE["graphs"]:
        value, found = leaf_gradients(leaves, steps)
        assert same(value, y)
        assert all(map(same, found, expected)), (leaves, steps)


@pytest.mark.long
def test_ten_thousand_random_graphs_have_pytorchs_bits():
    from tests.oracles.record_autograd import gradients_of

    pytest.importorskip("torch")
    r = random.Random(99)
    for _ in range(10_000):
        leaves, steps = graphs.random_graph(r)
        y, expected = gradients_of(leaves, steps)
        value, found = leaf_gradients(leaves, steps)
        assert same(value, y)
        assert all(map(same, found, expected)), (leaves, steps)


MORE_ACCURATE = {("expm1", -40.0), ("tanh", 3.0), ("tanh", -3.0), ("tanh", 40.0), ("tanh", -40.0), ("sigmoid", 3.0), ("sigmoid", 40.0)}
"""Where PyTorch forms 1 - z², z(1 - z) or z + 1 from a rounded z and loses digits; tests/autograd/test_careful_forms.py has the truth."""


@pytest.mark.parametrize("name", ORACLE["unary"])
def test_special_points_are_pytorchs(name):
    for x, *expected in ORACLE["unary"][name]:
        if (name, x) not in MORE_ACCURATE:
            v = Value(x)
            z = TABLE[name](v)
            z.backward()
            for found, e in zip((z.item(), v.grad), expected, strict=True):
                assert ulps(found, e) <= 4.0, x


@pytest.mark.parametrize("name", ORACLE["binary"])
def test_special_pairs_are_pytorchs(name):
    for x, y, *expected in ORACLE["binary"][name]:
        if (name, math.copysign(1.0, x), x, y) != ("pow", -1.0, 0.0, 0.5):
            leaves = Value(x), Value(y)
            z = TABLE[name](*leaves)
            z.backward()
            for found, e in zip((z.item(), *(v.grad for v in leaves)), expected, strict=True):
                assert ulps(found, e) <= 4.0, (x, y)


def test_powers_by_a_bare_number_are_pytorchs():
    for x, y, *expected in ORACLE["powers"]:
        if y != math.inf:
            v = Value(x)
            z = v**y
            z.backward()
            assert all(ulps(found, e) <= 1.0 for found, e in zip((z.item(), v.grad), expected, strict=True)), (x, y)


def test_a_leaf_used_twice_collects_both_contributions():
    x = Value(3.0)
    y = x * x + x
    y.backward()
    assert x.grad == 7.0


def test_a_second_backward_adds_once_to_leaves_and_overwrites_inner_nodes():
    x = Value(3.0)
    y = x * 2.0
    z = y * y
    for times in (1.0, 2.0, 3.0):
        z.backward()
        assert (x.grad, y.grad, z.grad) == (24.0 * times, 12.0, 1.0)


def test_backward_of_a_leaf():
    x = Value(3.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0


def test_a_leaf_that_is_not_reached_keeps_no_grad():
    x, y = Value(1.0), Value(2.0)
    (x * 3.0).backward()
    assert y.grad is None


def test_nary_nodes_take_the_same_leaf_many_times_and_constants():
    x, y = Value(2.0), Value(3.0)
    dot([x, x, 5.0], [x, 4.0, y]).backward()
    assert (x.grad, y.grad) == (2 * 2.0 + 4.0, 5.0)


def test_a_leaf_written_after_the_forward_pass_is_named():
    w = Value(1.0, label="w")
    loss = w * 2.0
    loss.label = "loss"
    w.data = 5.0
    with pytest.raises(StaleGraphError, match=r"'w' was changed \(to 5.0\) after 'loss' was computed.*Compute the loss again"):
        loss.backward()
    assert w.grad is None
    (w * 2.0).backward()
    assert w.grad == 2.0


def test_a_stale_leaf_inside_a_dot_is_found():
    w = [Value(1.0), Value(2.0)]
    y = dot(w, [1.0, 1.0]) + 1.0
    w[1].data = 3.0
    with pytest.raises(StaleGraphError):
        y.backward()
    assert [v.grad for v in w] == [None, None]


def test_inner_nodes_cannot_be_written():
    y = Value(1.0) * 2.0
    with pytest.raises(RuntimeError, match="was computed, so its data cannot be written"):
        y.data = 3.0
    assert y.item() == 2.0


def test_an_error_midway_leaves_every_grad_as_it_was():
    x, y = Value(0.0), Value(2.0)
    z = x.sqrt() * y
    x.grad, y.grad = 10.0, 20.0
    with anomaly(), pytest.raises(AnomalyError):
        z.backward()
    assert (x.grad, y.grad, z.grad) == (10.0, 20.0, None)


def test_create_graph_makes_the_gradient_differentiable():
    x = Value(2.0)
    (x**3.0).backward(create_graph=True)
    assert isinstance(x.grad, Value)
    assert x.grad == 12.0
    assert gradients(x.grad, [x]) == [12.0]


def test_create_graph_accumulates_on_top_of_an_earlier_gradient():
    x = Value(2.0)
    (x * x).backward()
    (x**3.0).backward(create_graph=True)
    assert x.grad == 16.0
    assert gradients(x.grad, x) == [12.0]


def test_a_chain_of_a_million_nodes_needs_no_recursion():
    limit = sys.getrecursionlimit()
    x = Value(1.0)
    y = x
    depth = len(__import__("inspect").stack())
    sys.setrecursionlimit(depth + 100)
    try:
        for _ in range(1_000_000):
            y = y + 1.0
        y.backward()
        assert (y.item(), x.grad) == (1_000_001.0, 1.0)
        del y
    finally:
        sys.setrecursionlimit(limit)


def test_a_graph_is_freed_without_the_collector():
    gc.collect()
    gc.disable()
    try:
        w = [Value(0.1 * k) for k in range(4)]

        def step() -> None:
            loss = (dot(w[:2], [0.3, 0.7]) + w[2]).tanh() * w[3]
            loss.backward()
            for v in w:
                g, v.grad = v.grad, None
                v.data -= 0.01 * g

        step()
        before = len(gc.get_objects())
        for _ in range(10_000):
            step()
        assert len(gc.get_objects()) - before <= 2
    finally:
        gc.enable()


def test_zeroing_the_grads_breaks_the_one_cycle_that_create_graph_makes():
    gc.collect()
    gc.disable()
    try:
        x = Value(2.0)
        before = len(gc.get_objects())
        for _ in range(100):
            (x**3.0).backward(create_graph=True)
            x.grad = None
        assert len(gc.get_objects()) - before <= 2
    finally:
        gc.enable()


def test_a_node_takes_at_most_176_bytes_after_backward():
    n = 20_000
    x = Value(1.5)
    y = x
    (y * 1.0001 + 0.25).tanh().backward()
    tracemalloc.start()
    try:
        for _ in range(n // 2):
            y = (y * x).tanh()
        y.backward()
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] / n <= 176.0
    finally:
        tracemalloc.stop()
