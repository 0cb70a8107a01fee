"""Which nodes share a box, and what the box then says."""

from collections import Counter
from contextlib import ExitStack
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, dot, draw, mean, scope
from autograd._draw.flat import graph_of
from autograd._draw.fold import FOLDINGS, READABLE, by_choice, by_degrees
from autograd._draw.picture import picture_of


def net(sizes, batch=1):
    """Outputs of an MLP with a scope for the whole, each layer and each neuron; its inputs are x0, x1, …"""
    layers = [[([Value(0.1, f"w{i}") for i in range(fan_in)], Value(0.0, "b")) for _ in range(n)] for fan_in, n in pairwise(sizes)]
    outputs = []
    for _ in range(batch):
        xs = [Value(1.0, f"x{i}") for i in range(sizes[0])]
        for k, layer in enumerate(layers):
            ys = []
            for n, (w, b) in enumerate(layer):
                with scope("mlp"), scope(f"layer{k}"), scope(f"neuron{n}"):
                    ys.append((dot(w, xs) + b).tanh())
            xs = ys
        outputs += xs
    return outputs


def folded(root, fold):
    graph = graph_of(root)
    return picture_of(graph, by_choice(graph, fold) if callable(fold) else FOLDINGS[fold](graph))


def groups(picture):
    return {box.label: box for box in picture.boxes if box.kind == "group"}


def lines(picture):
    """Edges as (tail, head): count."""
    names = {box.key: box.label or box.kind for box in picture.boxes}
    return {(names[edge.tail], names[edge.head]): edge.count for edge in picture.edges}


def test_neurons_are_boxes_with_their_weights_inside_and_inputs_outside():
    (y,) = net([2, 3, 1])
    y.backward()
    picture = folded(y, "neuron")
    assert set(groups(picture)) == {"mlp/layer0/neuron0", "mlp/layer0/neuron1", "mlp/layer0/neuron2", "mlp/layer1/neuron0"}
    assert [box.label for box in picture.boxes if box.kind == "leaf"] == ["x0", "x1"]
    last = groups(picture)["mlp/layer1/neuron0"]
    assert last.members == Counter(operation=3, leaf=4)
    assert (last.data, last.grad, last.output) == (y.data, 1.0, True)
    assert lines(picture)["mlp/layer0/neuron2", "mlp/layer1/neuron0"] == 1


def test_layers_are_boxes_with_one_edge_for_all_that_runs_between_them():
    (y,) = net([2, 3, 2, 1])
    picture = folded(y, "layer")
    assert lines(picture) == {
        ("x0", "mlp/layer0"): 3, ("x1", "mlp/layer0"): 3, ("mlp/layer0", "mlp/layer1"): 6, ("mlp/layer1", "mlp/layer2"): 2,
    }
    first = groups(picture)["mlp/layer0"]
    assert first.members == Counter(operation=9, leaf=9)
    assert (first.ways_out, first.data, first.grad) == (3, None, None)
    assert [box.output for box in groups(picture).values()] == [False, False, True]


def test_edges_drawn_as_one_are_counted_on_it():
    (y,) = net([2, 3, 1])
    assert 'label="3 edges"' in draw(y, fold="layer").source


def test_examples_of_a_batch_share_the_boxes_of_their_net():
    picture = folded(mean(net([2, 3, 1], batch=5)), "neuron")
    assert groups(picture)["mlp/layer0/neuron0"].members == Counter(operation=15, leaf=3)
    assert groups(picture)["mlp/layer0/neuron0"].ways_out == 5


def test_the_inputs_of_a_large_batch_go_with_the_first_layer():
    picture = folded(mean(net([2, 3, 1], batch=100)), "layer")
    assert len(picture.boxes) == 5
    assert groups(picture)["mlp/layer0"].members["leaf"] == 9 + 200


def test_a_leaf_that_several_parts_use_is_drawn_alone():
    w = Value(2.0, "w")
    with scope("a"):
        u = w * 3.0
    with scope("b"):
        v = u * w
    assert [box.label for box in folded(v, "neuron").boxes] == ["w", "a", "b"]


def test_an_edge_from_a_group_to_a_single_node_keeps_its_partial():
    with scope("a"):
        u = Value(2.0) * 3.0
    picture = folded(u * 5.0, "neuron")
    assert [(edge.partial, edge.count) for edge in picture.edges if edge.tail.startswith("g")] == [(5.0, 1)]


def test_where_several_edges_are_one_there_is_no_partial_and_the_outline_names_the_group_once():
    with scope("a"):
        u, v = Value(2.0).exp(), Value(3.0).exp()
    picture = folded(u * v, "neuron")
    assert [(edge.partial, edge.count) for edge in picture.edges] == [(None, 2)]
    assert str(draw(u * v, fold="neuron", show="op")).splitlines()[-1] == "v1 = * of a"


def test_an_edge_into_a_group_has_no_partial():
    x = Value(2.0)
    y = x * 4.0
    with scope("a"):
        z = y * 3.0
    assert [edge.partial for edge in folded(z, "neuron").edges if edge.head.startswith("g")] == [None]


def test_a_function_names_the_groups():
    x, y = Value(2.0, "x"), Value(3.0, "y")
    z = (x * y + 1.0).exp()
    picture = folded(z, lambda v: "front" if v.label or v.op.name == "mul" else None)
    assert [(box.kind, box.label) for box in picture.boxes] == [("constant", ""), ("group", "front"), ("operation", ""), ("operation", "")]
    assert groups(picture)["front"].members == Counter(leaf=2, operation=1)


def test_what_a_function_gives_no_name_is_drawn_alone_also_if_only_one_group_uses_it():
    x = Value(2.0, "x")
    picture = folded((x * 3.0).exp(), lambda v: None if v.is_leaf else "rest")
    assert [(box.kind, box.label) for box in picture.boxes] == [("leaf", "x"), ("group", "rest")]


def test_a_function_that_gives_no_name_is_refused():
    with pytest.raises(TypeError, match=r"draw: fold\(Value\(2\.0\)\) returned 3 \(int\)"):
        draw(Value(2.0), fold=lambda _: 3)


def test_an_empty_name_is_no_group():
    assert draw(Value(2.0), fold=lambda _: "").source == draw(Value(2.0)).source


@pytest.mark.parametrize("fold", ["neuron", "layer"])
def test_without_scopes_nothing_is_folded(fold):
    y = (Value(2.0) * 3.0).exp()
    assert draw(y, fold=fold).source == draw(y, fold="none").source


def test_parts_that_feed_each_other_in_turn_are_drawn():
    h = Value(0.0, "h")
    for _ in range(3):
        with scope("cell"):
            h = (h + 1.0).tanh()
        with scope("gate"):
            h = h.sigmoid()
    drawing = draw(h, fold="neuron")
    assert "image/svg+xml" in drawing._repr_mimebundle_()
    assert lines(folded(h, "neuron")) == {("cell", "gate"): 3, ("gate", "cell"): 2}


def chain(n):
    v = Value(1.0, "x")
    for _ in range(n):
        v = v.tanh()
    return v


def test_up_to_forty_boxes_stay_as_they_are_and_more_are_folded():
    assert len(folded(chain(39), "auto").boxes) == 40
    assert not groups(folded(chain(39), "auto"))
    assert groups(folded(chain(40), "auto"))


def test_as_much_detail_is_kept_as_can_be_read():
    assert len(groups(folded(mean(net([2, 8, 4, 1])), "auto"))) == 13
    assert set(groups(folded(mean(net([2, 30, 30, 1])), "auto"))) == {"mlp/layer0", "mlp/layer1", "mlp/layer2"}


def test_equal_work_outside_of_all_scopes_is_drawn_as_one():
    errors = [(y - 1.0) * (y - 1.0) for y in net([2, 2, 1], batch=50)]
    picture = folded(mean(errors), "auto")
    counts = Counter(box.members["operation"] for box in groups(picture).values() if not box.label.startswith("mlp"))
    assert counts == Counter({100: 1, 50: 1})


def test_scopes_nested_without_end_are_cut_off():
    v = Value(1.0)
    with ExitStack() as stack:
        for i in range(500):
            stack.enter_context(scope(f"part{i}"))
            v = v.tanh()
    assert len(folded(v, "auto").boxes) <= READABLE
    assert len(list(by_degrees(graph_of(v)))) < 50


def test_of_a_long_chain_the_end_is_kept():
    picture = folded(chain(1000), "auto")
    (group,) = groups(picture).values()
    assert group.label == "everything before"
    assert len(picture.boxes) == READABLE
    assert group.members["operation"] == 1000 - (READABLE - 1)
    assert picture.boxes[-1].output


def test_one_node_of_very_many_inputs_can_be_drawn():
    picture = folded(dot([Value(1.0) for _ in range(500)], [2.0] * 500), "auto")
    (group,) = groups(picture).values()
    assert group.members == Counter(leaf=500, constant=500)
    assert [edge.count for edge in picture.edges] == [1000]


PARTS = ["", "a", "b", "a/c", "a/d", "a/c/e", "b/c"]


@st.composite
def graphs(draw_from):
    """Random graphs with random scopes."""
    nodes = [Value(float(i)) for i in range(draw_from(st.integers(1, 6)))]
    for _ in range(draw_from(st.integers(1, 120))):
        part = draw_from(st.sampled_from(PARTS))
        x, y = draw_from(st.sampled_from(nodes)), draw_from(st.sampled_from([*nodes[-3:], 2.0]))
        if part:
            with scope(part):
                nodes.append(x + y)
        else:
            nodes.append(x + y)
    return nodes[-1]


@given(graphs(), st.sampled_from(["auto", "none", "neuron", "layer"]))
def test_every_node_is_in_one_box_and_every_operand_on_one_edge_or_inside(root, fold):
    graph = graph_of(root)
    picture = picture_of(graph, FOLDINGS[fold](graph))
    inside = sum(sum(box.members.values()) or 1 for box in picture.boxes)
    assert inside == len(graph.nodes)
    assert len({box.key for box in picture.boxes}) == len(picture.boxes)
    assert {edge.tail for edge in picture.edges} | {edge.head for edge in picture.edges} <= {box.key for box in picture.boxes}
    assert sum(edge.count for edge in picture.edges) <= sum(len(operands) for operands in graph.inputs)
    assert [box.output for box in picture.boxes].count(True) == 1
    if fold == "none":
        assert sum(edge.count for edge in picture.edges) == sum(len(operands) for operands in graph.inputs)
    if fold == "auto":
        assert len(picture.boxes) <= READABLE
