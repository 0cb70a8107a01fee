"""What a picture says of a graph: its nodes, numbers, gradients and partials."""

import math
import random
import sys
from xml.etree import ElementTree

import mpmath as mp
import pytest

import autograd
from autograd import Value, anomaly, dot, draw, exp, grad, logsumexp, no_grad, ops, scope
from autograd._draw.flat import graph_of
from autograd._draw.fold import alone
from autograd._draw.picture import picture_of
from autograd._draw.text import sign
from autograd.ops import TABLE
from tests.support import ulps


def flat(root, unfold=False):
    graph = graph_of(root, unfold=unfold)
    return picture_of(graph, alone(graph))


def flow(picture):
    """Edges as (label or sign of the tail, of the head): partial, in the order of operands."""
    names = {box.key: box.label or (sign(box.op) if box.op else box.data) for box in picture.boxes}
    return [(names[edge.tail], names[edge.head], edge.partial) for edge in picture.edges]


def neuron():
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-1.0, "b")
    y = (w * x + b).exp()
    y.label = "y"
    return w, x, b, y


def test_a_neuron_is_drawn_with_the_numbers_found_by_hand():
    y = neuron()[-1]
    y.backward()
    assert str(draw(y)).splitlines() == [
        "w = 0.5  (grad 2)",
        "x = 2  (grad 0.5)",
        "b = -1  (grad 1)",
        "v1 = w*x = 1  (grad 1; partials ×2, ×0.5)",
        "v2 = v1 + b = 0  (grad 1; partials ×1, ×1)",
        "y = exp(v2) = 1  (grad 1; partials ×1)",
    ]


def test_a_gradient_that_has_not_arrived_is_not_yet():
    y = neuron()[-1]
    assert str(draw(y)).count("grad not yet") == 6
    assert draw(y).source.count("not yet") == 6


def test_a_gradient_with_a_graph_of_its_own_is_drawn_as_its_number():
    x = Value(3.0, "x")
    (x * x).backward(create_graph=True)
    assert isinstance(x.grad, Value)
    assert str(draw(x)) == "x = 3  (grad 6)"
    x.grad = None


def test_a_gradient_is_a_graph_that_can_be_drawn():
    slope = grad(lambda x: x * x)(3.0)
    assert " = 6  (" in str(draw(slope)).splitlines()[-1]


def test_numbers_have_four_significant_digits():
    assert str(draw(Value(123456.789, "x"), show="data")) == "x = 1.235e+05"
    assert str(draw(Value(-1 / 3, "x"), show="data")) == "x = -0.3333"
    assert str(draw(Value(math.nan, "x"), show="data")) == "x = nan"
    assert str(draw(Value(-math.inf, "x"), show="data")) == "x = -inf"


@pytest.mark.parametrize("op", [op for op in TABLE.values() if not op.nary], ids=lambda op: op.name)
def test_an_edge_shows_what_comes_back_along_it_from_an_adjoint_of_one(op):
    rng = random.Random(1)
    for _ in range(20):
        xs = [Value(rng.uniform(*interval), "ab"[i]) for i, interval in enumerate(op.domain)]
        z = op(*xs)
        z.backward()
        assert [edge.partial for edge in flat(z).edges] == [x.grad for x in xs]


@pytest.mark.parametrize("shift", [0.0, 1000.0, -1e9])
def test_partials_of_logsumexp_are_the_softmax_wherever_its_inputs_lie(shift):
    small, large = (edge.partial for edge in flat(logsumexp([Value(shift), Value(shift + 1.0)])).edges)
    assert ulps(small, 1 / (1 + mp.e)) <= 5
    assert ulps(large, mp.e / (1 + mp.e)) <= 5


def test_partials_of_a_dot_are_the_other_factors():
    picture = flat(dot([Value(2.0, "a"), Value(3.0, "b")], [Value(5.0, "c"), Value(7.0, "d")]))
    assert flow(picture) == [("a", "dot", 5.0), ("b", "dot", 7.0), ("c", "dot", 2.0), ("d", "dot", 3.0)]


def test_a_value_used_twice_has_an_edge_for_each_use():
    x = Value(3.0, "x")
    assert flow(flat(x * x)) == [("x", "*", 3.0), ("x", "*", 3.0)]


def test_a_constant_is_drawn_once_for_each_use_and_nothing_flows_back_to_it():
    x = Value(3.0, "x")
    picture = flat((x * 2.0) ** 2.0)
    assert flow(picture) == [("x", "*", 2.0), (2.0, "*", None), ("*", "**", 12.0), (2.0, "**", None)]
    constants = [box for box in picture.boxes if box.kind == "constant"]
    assert [(box.data, box.grad) for box in constants] == [(2.0, None), (2.0, None)]
    assert len({box.key for box in constants}) == 2


def test_operands_stand_from_top_to_bottom_in_the_order_in_which_they_are_written():
    b, a = Value(1.0, "b"), Value(2.0, "a")
    for y, names in ((a - b, "ab"), (b - a, "ba"), (a - b * a, "ab")):
        svg = ElementTree.fromstring(draw(y)._repr_mimebundle_()["image/svg+xml"])
        heights = {text.text: float(text.get("y")) for text in svg.iter("{http://www.w3.org/2000/svg}text")}
        assert heights[names[0]] < heights[names[1]]


def test_the_output_alone_has_a_double_border():
    lines = draw(neuron()[-1]).source.splitlines()
    assert [line.split()[0] for line in lines if "peripheries=2" in line] == ["n5"]


def test_what_was_computed_under_no_grad_is_a_leaf():
    with no_grad():
        y = Value(2.0) * 3.0
    assert [(box.kind, box.data) for box in flat(y).boxes] == [("leaf", 6.0)]


def test_inputs_come_before_what_is_computed_from_them():
    rng = random.Random(3)
    nodes = [Value(rng.random()) for _ in range(5)]
    for _ in range(60):
        nodes.append(rng.choice(nodes) * rng.choice(nodes) + rng.choice(nodes))
    picture = flat(dot(nodes, nodes))
    place = {box.key: i for i, box in enumerate(picture.boxes)}
    assert all(place[edge.tail] < place[edge.head] for edge in picture.edges)
    assert picture.boxes[-1].output


def test_a_leaf_written_since_is_marked_and_partials_that_would_mix_are_left_out():
    w, _, _, y = neuron()
    y.backward()
    w.data = 9.0
    picture = flat(y)
    assert [box.label for box in picture.boxes if box.stale] == ["w"]
    assert flow(picture)[:2] == [("w", "*", None), ("x", "*", None)]
    assert flow(picture)[2] == ("*", "+", 1.0)
    assert "w = 9  (grad 2; changed since)" in str(draw(y))
    assert draw(y).source.count("changed since") == 1
    for fold in ("auto", "none", "neuron", "layer"):
        assert "image/svg+xml" in draw(y, fold=fold, nary="unfolded")._repr_mimebundle_()


def test_drawing_leaves_the_graph_as_it_was():
    w, x, b, y = neuron()
    z = dot([w, x, y], [2.0, b, y])
    z.backward()
    everything = [w, x, b, y, z]
    before = [(v.data, v.grad, v.stamp, v.inputs, v.op) for v in everything]
    for nary in ("folded", "unfolded"):
        draw(z, nary=nary)._repr_mimebundle_()
    assert [(v.data, v.grad, v.stamp, v.inputs, v.op) for v in everything] == before


def test_a_drawing_does_not_change_when_the_graph_does():
    w, _, _, y = neuron()
    drawing = draw(y)
    before = drawing.source, str(drawing)
    y.backward()
    w.data = 7.0
    assert (drawing.source, str(drawing)) == before


def test_any_mode_may_be_in_force():
    x = Value(0.0, "x")
    y = dot([logsumexp([x.log(), 1.0])], [x.log()])
    plain = draw(y, nary="unfolded").source
    with anomaly():
        assert draw(y, nary="unfolded").source == plain
    with no_grad():
        assert draw(y, nary="unfolded").source == plain


def test_a_dot_unfolds_into_products_and_their_sum():
    a, b, c = Value(2.0, "a"), Value(3.0, "b"), Value(5.0, "c")
    with scope("neuron"):
        d = dot([a, b, 4.0], [c, 7.0, 10.0])
    d.label = "d"
    (d * 2.0).backward()
    picture = flat(d, unfold=True)
    products = [box for box in picture.boxes if box.op is ops.mul]
    assert [(box.data, box.grad) for box in products] == [(10.0, 2.0), (21.0, 2.0)]
    total = picture.boxes[-1]
    assert (total.label, total.op, total.data, total.grad) == ("d", ops.total, 71.0, 2.0)
    assert flow(picture) == [
        ("a", "*", 5.0), ("c", "*", 2.0), ("b", "*", 7.0), (7.0, "*", None), ("*", "d", 1.0), ("*", "d", 1.0), (40.0, "d", None),
    ]
    assert "neuron" in str(draw(d, nary="unfolded", fold="neuron"))


def test_a_sum_unfolds_into_a_chain():
    a, b, c = Value(2.0, label="a"), Value(3.0, label="b"), Value(5.0, label="c")
    total = autograd.sum([a, b, 4.0, c])
    total.label = "total"
    (total * 2.0).backward()
    assert str(draw(total, nary="unfolded")).splitlines()[3:] == [
        "v1 = a + b = 5  (grad 2; partials ×1, ×1)",
        "v2 = v1 + 4 = 9  (grad 2; partials ×1)",
        "total = v2 + c = 14  (grad 2; partials ×1, ×1)",
    ]
    assert str(draw(autograd.sum([a]), nary="unfolded")) == str(draw(autograd.sum([a])))


def test_a_sum_of_unfolded_products_is_used_by_what_used_the_dot():
    x = Value(2.0, "x")
    d = dot([x], [3.0])
    assert ("sum", "exp", pytest.approx(math.exp(6.0), rel=1e-15)) in flow(flat(exp(d), unfold=True))


def test_an_outline_tells_equal_labels_apart_and_numbers_what_has_none():
    w, also_w = Value(1.0, "w"), Value(2.0, "w")
    y = (w * also_w + w) * Value(4.0)
    y.label = "y"
    assert [line.partition("  ")[0] for line in str(draw(y)).splitlines()] == [
        "w#1 = 1", "w#2 = 2", "v1 = 4", "v2 = w#1*w#2 = 2", "v3 = v2 + w#1 = 3", "y = v3*v1 = 12",
    ]


def test_an_outline_names_the_first_of_many_operands():
    xs = [Value(1.0, f"x{i}") for i in range(20)]
    assert str(draw(dot(xs, [2.0] * 20), fold="none")).splitlines()[-1] == (
        "v1 = dot([x0, x1, x2, x3, … 20 in all], [2, 2, 2, 2, … 20 in all]) = 40  (grad not yet; partials ×2, ×2, ×2, ×2, … 20 in all)"
    )


def test_only_what_is_asked_for_is_shown():
    y = neuron()[-1]
    y.backward()
    assert str(draw(y, show=[])).splitlines()[-1] == "y from v2"
    assert str(draw(y, show=["op"])).splitlines()[-1] == "y = exp(v2)"
    assert str(draw(y, show={"data"})).splitlines()[-1] == "y from v2 = 1"
    assert str(draw(y, show="grad")).splitlines()[-1] == "y from v2  (grad 1)"
    assert str(draw(y, show="partial")).splitlines()[-1] == "y from v2  (partials ×1)"
    assert "image/svg+xml" in draw(Value(1.0), show=[])._repr_mimebundle_()
    for part, sign_of_it in (("data", ">data"), ("grad", ">grad"), ("partial", "×"), ("op", ">exp<")):
        for show in ("data", "grad", "partial", "op"):
            source = draw(exp(Value(2.0)), show=show).source.replace("\N{NO-BREAK SPACE}", "")
            assert (sign_of_it in source) == (part == show), (part, show)


@pytest.mark.parametrize("rankdir", ["LR", "RL", "TB", "BT"])
def test_the_direction_is_that_of_graphviz(rankdir):
    assert f"rankdir={rankdir}" in draw(Value(1.0), rankdir=rankdir).source


def test_a_long_chain_needs_no_deep_stack():
    v = Value(1.0)
    for _ in range(50_000):
        v = v + 1.0
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(150)
    try:
        text = str(draw(v))
    finally:
        sys.setrecursionlimit(depth)
    assert len(text.splitlines()) <= 40


NO_VALUES = [3.0, None, "loss", [Value(1.0)], draw, {"a": Value(1.0)}]


@pytest.mark.parametrize("x", NO_VALUES, ids=lambda x: type(x).__name__)
def test_only_a_value_can_be_drawn(x):
    with pytest.raises(TypeError, match=rf"^draw: .*\({type(x).__name__}\) is no Value"):
        draw(x)


@pytest.mark.parametrize(
    ("setting", "value", "allowed"),
    [
        ("fold", "neurons", "'auto', 'none', 'neuron', 'layer' or a function"),
        ("fold", None, "'auto', 'none', 'neuron', 'layer' or a function"),
        ("nary", "open", "'folded', 'unfolded'"),
        ("nary", True, "'folded', 'unfolded'"),
        ("rankdir", "lr", "'LR', 'RL', 'TB', 'BT'"),
        ("rankdir", ["LR"], "'LR', 'RL', 'TB', 'BT'"),
        ("show", "numbers", "'op', 'data', 'grad', 'partial'"),
        ("show", ["data", 3], "'op', 'data', 'grad', 'partial'"),
        ("show", 3, "'op', 'data', 'grad', 'partial'"),
        ("max_nodes", 0, "a whole number from 1 up"),
        ("max_nodes", 2.5, "a whole number from 1 up"),
        ("max_nodes", True, "a whole number from 1 up"),
        ("max_nodes", "all", "a whole number from 1 up"),
    ],
)
def test_a_setting_that_does_not_exist_is_refused_and_the_ones_that_do_are_listed(setting, value, allowed):
    with pytest.raises(ValueError, match=rf"^draw: {setting}=") as caught:
        draw(Value(1.0), **{setting: value})
    assert allowed in str(caught.value)


def test_too_many_boxes_need_an_explicit_word():
    v = Value(1.0)
    for _ in range(1000):
        v = v * 1.0
    with pytest.raises(ValueError, match=r"2,001 boxes, more than max_nodes=2000.*fold=.*max_nodes=2001"):
        draw(v, fold="none")
    assert str(draw(v, fold="none", max_nodes=2001)).count("\n") == 1000
