"""Code written for micrograd and for its lecture: published numbers, micrograd's own bits, and the members both are used by."""

import copy
import gc
import math
import pickle
import random
import sys
from collections import Counter

import graphviz
import numpy as np
import pytest
from micrograd import engine

import autograd
from autograd._draw import draw
from autograd.compat import lecture, micrograd
from autograd.compat.micrograd import Value
from tests.oracles.micrograd_in_order import in_order  # noqa: F401

BOTH = pytest.mark.parametrize("Value", [micrograd.Value, lecture.Value], ids=["micrograd", "lecture"])


def readme(Value):
    """The expression of micrograd's README: its output, and the two inputs."""
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + -a
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    f = (c - d) ** 2
    g = f / 2.0
    g += 10.0 / f
    return g, a, b


def random_graph(Value, r):
    """Every node of a graph made of all that micrograd offers, the output last."""
    nodes = [Value(r.uniform(-2.0, 2.0)) for _ in range(4)]
    for _ in range(r.randrange(5, 40)):
        a, b, c = r.choice(nodes), r.choice(nodes), r.choice([1, 2, 3, -1, 0.5, r.uniform(0.1, 2.0)])
        made = r.choice([
            lambda a, b, c: a + b, lambda a, b, c: a * b, lambda a, b, c: a - b, lambda a, b, c: a / (b * b + 1.0),
            lambda a, b, c: a + c, lambda a, b, c: c + a, lambda a, b, c: c * a, lambda a, b, c: a - c, lambda a, b, c: c - a,
            lambda a, b, c: a / c, lambda a, b, c: c / (a * a + 0.7), lambda a, b, c: -a, lambda a, b, c: a.relu(),
            lambda a, b, c: (a * a + 0.5) ** c, lambda a, b, c: (a * a + 0.5) ** -2, lambda a, b, c: a**3,
        ])(a, b, c)
        nodes.append(made if abs(made.data) < 50.0 else made * 0.01)
    return [*nodes, sum(nodes)]


def shape(v):
    """The graph below a node, as operations and numbers."""
    return v._op, v.data, v.grad, sorted(shape(x) for x in v._prev)


def neuron():
    """The lecture's neuron, all its nodes by their labels."""
    nodes = {name: lecture.Value(x, label=name)
             for name, x in {"x1": 2.0, "x2": 0.0, "w1": -3.0, "w2": 1.0, "b": 6.8813735870195432}.items()}

    def named(label, v):
        v.label = label
        nodes[label] = v

    named("x1*w1", nodes["x1"] * nodes["w1"])
    named("x2*w2", nodes["x2"] * nodes["w2"])
    named("x1*w1 + x2*w2", nodes["x1*w1"] + nodes["x2*w2"])
    named("n", nodes["x1*w1 + x2*w2"] + nodes["b"])
    return nodes


def drawn(root):
    """How often each label occurs in a picture made with graphviz from `_prev`, `_op` and `label`, as micrograd's users draw."""
    picture = graphviz.Digraph(format="svg", graph_attr={"rankdir": "LR"})
    labels = Counter()
    seen, waiting = set(), [root]
    while waiting:
        v = waiting.pop()
        if v in seen:
            continue
        seen.add(v)
        uid = str(id(v))
        labels[f"{v.label} | data {v.data:.4f} | grad {v.grad:.4f}"] += 1
        picture.node(uid, label=f"{{ {v.label} | data {v.data:.4f} | grad {v.grad:.4f} }}", shape="record")
        if v._op:
            labels[v._op] += 1
            picture.node(uid + v._op, label=v._op)
            picture.edge(uid + v._op, uid)
        for x in v._prev:
            picture.edge(str(id(x)), uid + v._op)
            waiting.append(x)
    assert picture.source.count("->") == sum(bool(v._op) + len(v._prev) for v in seen)
    return labels


@BOTH
def test_the_readme_prints_its_published_numbers(Value):
    g, a, b = readme(Value)
    g.backward()
    assert (f"{g.data:.4f}", f"{a.grad:.4f}", f"{b.grad:.4f}") == ("24.7041", "138.8338", "645.5773")


@pytest.mark.usefixtures("in_order")
def test_every_node_of_random_graphs_has_micrograds_bits_after_one_backward_and_after_two():
    for seed in range(300):
        theirs, ours = random_graph(engine.Value, random.Random(seed)), random_graph(Value, random.Random(seed))
        for _ in range(2):
            theirs[-1].backward()
            ours[-1].backward()
            assert [(v.data, v.grad) for v in ours] == [(v.data, v.grad) for v in theirs]


@pytest.mark.usefixtures("in_order")
@BOTH
def test_a_graph_has_micrograds_nodes_signs_and_constants(Value):
    theirs, ours = readme(engine.Value)[0], readme(Value)[0]
    theirs.backward()
    ours.backward()
    assert shape(ours) == shape(theirs)


@pytest.mark.usefixtures("in_order")
@BOTH
def test_numbers_written_between_forward_and_backward_count_as_in_micrograd(Value):
    def mixed(Value):
        a, b = Value(2.0), Value(-3.0)
        e = a * b
        d = e * a + b
        L = d * e
        a.data += 0.5
        e.data -= 1.0
        d.grad = 0.25
        L.backward()
        return [v.grad for v in (a, b, e, d, L)]

    assert mixed(Value) == mixed(engine.Value)


def test_a_stale_graph_is_still_refused_by_autograds_functions():
    a = Value(2.0, label="a")
    y = a * a
    a.data = 3.0
    with pytest.raises(autograd.StaleGraphError, match="'a' was changed"):
        autograd.gradients(y, [a])


def test_powers_are_pythons():
    r = random.Random(8)
    for x in (r.uniform(0.01, 9.0) for _ in range(2000)):
        for y in (2, 3, -1, -2, 0.5, -0.5, 1.7):
            assert (Value(x) ** y).data == x**y
        assert (1.0 / Value(x)).data == x**-1
    assert (Value(-8.0) ** 3).data == -512.0


def test_where_python_raises_the_answer_is_ieees():
    assert (Value(0.0) ** -1).data == (Value(1.0) / 0).data == (Value(1e200) ** 2).data == math.inf
    assert math.isnan((Value(-8.0) ** 0.5).data)


def test_the_lectures_expression_has_its_published_numbers():
    a, b, c, f = (lecture.Value(x) for x in (2.0, -3.0, 10.0, -2.0))
    L = (a * b + c) * f
    before = L.data
    L.backward()
    for v in (a, b, c, f):
        v.data += 0.01 * v.grad
    assert ((a * b + c) * f).data == -7.286496

    b = lecture.Value(-3.0)
    b.data += 0.001
    assert (((lecture.Value(2.0) * b + 10.0) * -2.0).data - before) / 0.001 == -3.9999999999995595


def test_the_lectures_neuron_steps_back_by_hand_to_its_published_numbers():
    nodes = neuron()
    o = nodes["n"].tanh()
    assert repr(o) == "Value(data=0.7071067811865476)"
    assert 1 - o.data**2 == 0.4999999999999999
    o.grad = 1.0
    o._backward()
    for name in ("n", "b", "x1*w1 + x2*w2", "x2*w2", "x1*w1"):
        nodes[name]._backward()
    assert [f"{nodes[name].grad:.4f}" for name in ("x1", "w1", "x2", "w2", "n")] == ["-1.5000", "1.0000", "0.5000", "0.0000", "0.5000"]


def test_the_lectures_picture_has_its_published_boxes():
    o = neuron()["n"].tanh()
    o.label = "o"
    o.backward()
    assert drawn(o) == Counter([
        "x1 | data 2.0000 | grad -1.5000", "x2 | data 0.0000 | grad 0.5000", "w1 | data -3.0000 | grad 1.0000",
        "w2 | data 1.0000 | grad 0.0000", "b | data 6.8814 | grad 0.5000", "x1*w1 | data -6.0000 | grad 0.5000",
        "x2*w2 | data 0.0000 | grad 0.5000", "x1*w1 + x2*w2 | data -6.0000 | grad 0.5000", "n | data 0.8814 | grad 0.5000",
        "o | data 0.7071 | grad 1.0000", "*", "*", "+", "+", "tanh",
    ])


def test_the_lectures_tanh_taken_apart_has_its_published_boxes():
    nodes = neuron()
    e = (2 * nodes["n"]).exp()
    o = (e - 1) / (e + 1)
    o.backward()
    labels = drawn(o)
    for box in (" | data -1.0000 | grad 0.1464", " | data 6.8284 | grad -0.1036", " | data 1.7627 | grad 0.2500"):
        assert labels[box] == 1
    assert {sign: labels[sign] for sign in ("+", "*", "**-1", "exp")} == {"+": 4, "*": 4, "**-1": 1, "exp": 1}
    assert f"{nodes['x1'].grad:.4f}" == "-1.5000"


def test_the_lectures_tanh_and_its_derivative_have_the_digits_of_its_formulas():
    r = random.Random(9)
    for x in (r.uniform(-5.0, 5.0) for _ in range(2000)):
        v = lecture.Value(x)
        o = v.tanh()
        o.backward()
        t = (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)
        assert (o.data, v.grad) == (t, 1 - t**2)
    assert lecture.Value(400.0).tanh().data == 1.0
    assert lecture.Value(-400.0).tanh().data == -1.0
    assert math.isnan(lecture.Value(math.nan).tanh().data)


@BOTH
def test_an_operation_written_by_hand_works_as_in_micrograd(Value):
    def square(v):
        out = type(v)(v.data**2, (v,), "sq")

        def _backward():
            v.grad += 2 * v.data * out.grad

        out._backward = _backward
        return out

    def graph(Value):
        a = Value(3.0)
        y = square(a) * a
        y.backward()
        return shape(y)

    assert graph(Value) == graph(engine.Value)
    assert "sq" in str(draw(square(Value(3.0))))


def test_an_operation_written_by_hand_sends_nothing_without_its_backward_and_is_unknown_to_the_table():
    a = Value(3.0)
    out = Value(9.0, (a,), "sq")
    out.backward()
    assert a.grad == 0.0
    assert math.isnan(autograd.gradients(out, [a])[0].item())


@BOTH
def test_a_value_is_a_plain_object_in_all_that_micrograd_leaves_to_python(Value):
    v, w = Value(0.0), Value(0.0)
    v.velocity = 0.5
    assert v.velocity == 0.5
    assert bool(v)
    assert [v == w, v != w, v in [w], v in [v]] == [False, True, False, True]
    assert f"{v}" == str(v) == repr(v)
    assert f"{v:.2f}" == "0.00"
    assert (repr(micrograd.Value(0.5)), repr(lecture.Value(0.5))) == ("Value(data=0.5, grad=0.0)", "Value(data=0.5)")


@BOTH
def test_copies_of_a_leaf_keep_all_it_has(Value):
    v = Value(2.0, label="w")
    v.velocity = 0.5
    (v * 3).backward()
    for twin in (copy.deepcopy(v), pickle.loads(pickle.dumps(v))):
        assert (type(twin), twin.data, twin.grad, twin.label, twin.velocity) == (Value, 2.0, 3.0, "w", 0.5)
    alone = v.detach()
    assert (type(alone), alone.data, alone.grad, alone.label) == (Value, 2.0, 0.0, "w")
    with pytest.raises(TypeError, match="a graph cannot be copied"):
        copy.copy(v * 3)


def test_a_grad_may_be_none_or_any_number():
    v = Value(2.0, label="w")
    v.grad = 3
    assert v.grad == 3.0
    v.grad = None
    assert v.grad == 0.0
    with pytest.raises(TypeError, match=r"'w'\.grad =: 'a' \(str\) is not a number"):
        v.grad = "a"
    with pytest.raises(TypeError, match=r"'w'\.data =: None \(NoneType\) is not a number"):
        v.data = None
    assert (v.data, v.grad) == (2.0, 0.0)


@pytest.mark.parametrize("bad", ["a", None, True, 1j, [1.0]], ids=repr)
def test_what_is_no_number_is_named(bad):
    v = Value(2.0)
    for combine in (lambda v, x: v + x, lambda v, x: x + v, lambda v, x: v - x, lambda v, x: x - v, lambda v, x: v * x,
                    lambda v, x: x * v, lambda v, x: v / x, lambda v, x: x / v, lambda v, x: v**x):
        with pytest.raises(TypeError, match=rf"\({type(bad).__name__}\) is not a number\. Use int, float"):
            combine(v, bad)


def test_the_two_kinds_of_value_do_not_mix():
    ours, other = Value(2.0), autograd.Value(3.0, label="c")
    for y in (ours * other, other * ours):
        with pytest.raises(TypeError, match=r"'c' is an autograd\.Value, which keeps its grad by other rules"):
            y.backward()
        assert (ours.grad, other.grad, y.grad) == (0.0, None, 0.0)


@BOTH
def test_numpy_scalars_count_as_numbers_and_arrays_work_member_by_member(Value):
    v = Value(np.float64(2.0))
    assert [x.data for x in (np.int64(-3) * v, v - np.uint8(3), np.float64(1.0) / v, v / np.int64(4))] == [-6.0, -1.0, 0.5, 0.5]
    a = np.array([1.0, 4.0])
    for found, expected in ((v - a, [1.0, -2.0]), (a - v, [-1.0, 2.0]), (v / a, [2.0, 0.5]), (a / v, [0.5, 2.0]), (v * a, [2.0, 8.0])):
        assert [x.data for x in found] == expected


@BOTH
def test_autograds_functions_take_these_values(Value):
    x, y = Value(2.0, label="x"), Value(3.0)
    z = autograd.mean([x * y, autograd.log(x), autograd.maximum(y, 1.0)])
    z.backward()
    assert type(z) is Value
    assert list(autograd.grads([x, y])) == [3.0 / 3 + 0.5 / 3, 2.0 / 3 + 1.0 / 3]
    assert [g.item() for g in autograd.gradients(z, [x, y])] == [x.grad, y.grad]
    assert "x = 2  (grad 1.167)" in str(draw(z))


def test_deep_graphs_need_no_recursion():
    x = y = Value(1.0)
    for _ in range(30_000):
        y = y + 1.0
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(150)
    try:
        y.backward()
        del y
    finally:
        sys.setrecursionlimit(limit)
    assert x.grad == 1.0


@BOTH
def test_graphs_have_no_cycles(Value):
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            y = readme(Value)[0].tanh()
            y.backward()
            y._prev.clear()
        del y
        assert gc.collect() == 0
    finally:
        gc.enable()
