"""Wrong orders of visits: what is lost, and the gradients that come of it."""

import math

import pytest
from hypothesis import given, settings

import autograd
from autograd import Value, no_grad, steps, why_order
from tests.autograd.test_explain import smooth_graphs


def consumers(root):
    """Of each node below root, the nodes that use it."""
    found = {}
    for v in steps(root).nodes:
        for x in v.inputs:
            if isinstance(x, Value):
                found.setdefault(x, set()).add(v)
    return found


def naive(root, visits):
    """The pass of a beginner: each node hands down what it has when it is visited."""
    gradient = dict.fromkeys(steps(root).nodes, 0.0)
    gradient[root] = 1.0
    edges = [step for step in steps(root).backward if step.to is not None]
    for v in visits:
        for step in edges:
            if step.node is v:
                gradient[step.to] += gradient[v] * step.partial
    return gradient


@settings(deadline=None, max_examples=150)
@given(smooth_graphs())
def test_the_wrong_gradients_are_those_of_the_wrong_order(graph):
    _, root = graph
    found = why_order(root)
    used = consumers(root)
    shared = {v for v, by in used.items() if len(by) > 1 and not v.is_leaf}
    assert (found.early is None) == (not shared)
    root.backward()
    assert found.right == {v: v.grad for v in steps(root).nodes if v.is_leaf}
    if found.early is None:
        assert (found.name, found.visits, found.lost, found.wrong) == ("", (), (), found.right)
        return
    assert found.visits[0] is root
    assert sorted(v.stamp for v in found.visits) == [v.stamp for v in steps(root).nodes if not v.is_leaf]
    turn = {v: i for i, v in enumerate(found.visits)}
    assert all(v is root or min(turn[c] for c in used[v]) < i for v, i in turn.items())
    late = [v for v in found.visits if any(turn[c] > turn[v] for c in used.get(v, ()))]
    assert found.early is late[0]
    assert {lost.to for lost in found.lost} == set(late)
    assert all(turn[lost.of] > turn[lost.to] for lost in found.lost)
    expected = naive(root, found.visits)
    for v, g in found.wrong.items():
        assert g == pytest.approx(expected[v], rel=1e-9, abs=1e-9)
    assert found.goes_wrong == any(not math.isclose(g, v.grad, rel_tol=1e-9, abs_tol=1e-12) for v, g in found.wrong.items())


def diamond():
    """L = p·q with p = c², q = 3c, c = w·x: L = 3c³, at c = 2."""
    w, x = Value(1.0, "w"), Value(2.0, "x")
    c = w * x
    p, q = c**2, c * 3.0
    out = p * q
    for v, label in ((c, "c"), (p, "p"), (q, "q"), (out, "L")):
        v.label = label
    return out, w, x, c, q


def test_a_diamond_by_hand():
    """Depth first, c gets 6·2c = 24 from p, and passes it on before 3·4 = 12 comes from q: ∂L/∂w is 48 and not 72."""
    out, w, x, c, q = diamond()
    found = why_order(out)
    assert (found.name, found.early is c, found.goes_wrong) == ("depth first", True, True)
    assert [(lost.of is q, lost.to is c, lost.amount) for lost in found.lost] == [(True, True, 12.0)]
    assert (found.right, found.wrong) == ({w: 72.0, x: 36.0}, {w: 48.0, x: 24.0})
    assert str(found) == """\
Backward visits L, q, p, c: the latest first, and so each node after all of its consumers.

Depth first, the order would be L, p, c, q.

There c passes on 24 too early. What q sends (12) comes later, when c has had its turn, and never reaches the nodes below: \
c should have passed on 36.

            right  in this order
∂L/∂w          72             48  wrong
∂L/∂x          36             24  wrong"""
    assert found._repr_markdown_().splitlines()[-4:] == [
        "| | right | in this order |", "|---|--:|--:|",
        r"| $\displaystyle \frac{\partial L}{\partial w}$ | 72 | **48** |",
        r"| $\displaystyle \frac{\partial L}{\partial x}$ | 36 | **24** |",
    ]
    assert repr(found) == "<depth first is a wrong order of visits for L>"


def test_breadth_first_goes_wrong_where_depth_first_does_not():
    x = Value(0.5, "x")
    b = x * 1.0
    y = b.tanh().exp() * b
    found = why_order(y)
    assert (found.name, found.early is b) == ("breadth first", True)


def test_a_tree_has_no_wrong_order():
    x, w = Value(1.0, "x"), Value(2.0, "w")
    y = (w * x + x).tanh()
    y.label = "y"
    found = why_order(y)
    assert (found.goes_wrong, found.early, repr(found)) == (False, None, "<no order of visits is wrong for y>")
    assert str(found) == (
        "Backward visits y, v2, v1. On this graph no other order would be wrong: each node that passes something on has a single consumer, "
        "so it is complete as soon as anything has arrived. x has several, but it is a leaf: it passes nothing on, so nothing can come "
        "too late.")


def test_a_square_of_a_node_is_one_consumer():
    x = Value(3.0)
    a = x * 2.0
    assert not why_order(a * a).goes_wrong


def test_an_early_visit_that_changes_nothing_says_so():
    x = Value(0.0, "x")
    c = x * 1.0
    found = why_order(c * c.cos() * 0.0)
    assert found.early is c
    assert not found.goes_wrong
    assert "With these numbers no leaf's gradient is changed by that" in str(found)


def test_a_leaf_alone():
    assert str(why_order(Value(2.0, "x"))).startswith("Backward visits nothing.")


def test_a_large_graph_is_shortened_and_needs_no_recursion():
    x = Value(0.5, "x")
    y = x * 1.0
    for _ in range(20_000):
        y = y + y.tanh() * 1e-6
    text = str(why_order(y))
    assert len(text) < 3000
    assert "…" in text


def test_a_stale_graph_is_marked():
    out, w, *_ = diamond()
    w.data = 5.0
    assert str(why_order(out)).startswith("w was changed (to 5) after c was computed from it")
    assert why_order(out).markdown().startswith(r"**w was changed \(to 5\)")


def test_nothing_in_the_graph_changes():
    out, *_ = diamond()
    before = [(v.stamp, v.grad, v.data) for v in steps(out).nodes]
    str(why_order(out))
    assert [(v.stamp, v.grad, v.data) for v in steps(out).nodes] == before


def test_bad_arguments_are_named():
    with pytest.raises(TypeError, match="is no Value"):
        why_order(2.0)
    with no_grad(), pytest.raises(RuntimeError, match="no_grad"):
        why_order(Value(1.0) * 2.0)
    assert autograd.why_order is why_order
