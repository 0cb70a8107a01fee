"""The steps of a pass: the engine's own sums, taken down edge by edge, and what is said of them."""

import json
import math
import re
import sys
from operator import attrgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import StaleGraphError, Value, emit, no_grad, scope, steps
from autograd.compat import micrograd
from autograd.ops import TABLE, binary, where
from tests import test_architecture as architecture
from tests.oracles import files, graphs

ORACLE = files.load("autograd")
UNARY = ["neg", "exp", "log", "tanh", "sigmoid", "relu", "abs", "softplus", "sqrt", "identity"]
BINARY = ["add", "sub", "mul", "div", "pow", "maximum", "minimum", "leaky_relu"]
NARY = ["sum", "dot", "logsumexp"]


def same(a, b):
    """Equal bits, signs of zeros included; any nan is like any other."""
    return (a == b and math.copysign(1.0, a) == math.copysign(1.0, b)) or (a != a and b != b)


@st.composite
def recipes(draw):
    """Leaves and steps (op, operands): an integer counts nodes from the leaves on, a float is a constant."""
    leaves = draw(st.lists(st.floats(-3.0, 3.0), min_size=1, max_size=3))
    made = []
    for n in range(len(leaves), len(leaves) + draw(st.integers(0, 14))):
        node = st.integers(0, n - 1)
        either = node | st.sampled_from([2.0, -0.5, 3.0, 0.0])
        kind = draw(st.sampled_from([UNARY, BINARY, NARY]))
        name = draw(st.sampled_from(kind))
        if kind is UNARY:
            made.append((name, draw(node)))
        elif kind is BINARY:
            made.append((name, *draw(st.permutations([draw(node), draw(either)]))))
        else:
            xs = [draw(node), *draw(st.lists(either, max_size=4))]
            made.append((name, xs, draw(st.permutations(xs))) if name == "dot" else (name, xs))
    return leaves, made


def built(recipe):
    """The leaves and every node of a new graph."""
    leaves, made = recipe
    nodes = [Value(x) for x in leaves]

    def operand(x):
        return [operand(member) for member in x] if isinstance(x, list) else nodes[x] if isinstance(x, int) else x

    for name, *operands in made:
        nodes.append(TABLE[name](*map(operand, operands)))
    return nodes


def total(nodes):
    """One output that everything leads to, with as many uses of each node as its place."""
    return autograd.sum([*nodes, *nodes[1::2]])


@settings(deadline=None, max_examples=300)
@given(recipes())
def test_the_adjoints_have_the_bits_of_backward(recipe):
    nodes, copies = built(recipe), built(recipe)
    found = steps(total(nodes))
    total(copies).backward()
    for v, copy in zip(nodes, copies, strict=True):
        assert same(found.adjoints[v], copy.grad)


def test_the_adjoints_of_random_graphs_have_pytorchs_bits():
    for leaves, made, _, expected in ORACLE["graphs"]:
        xs = [Value(x) for x in leaves]
        adjoints = steps(graphs.built(xs, made, vars(autograd))).adjoints
        assert all(adjoints.get(x, 0.0) == e or e != e for x, e in zip(xs, expected, strict=True))


@settings(deadline=None, max_examples=100)
@given(recipes())
def test_contributions_add_up_edge_by_edge(recipe):
    found = steps(total(built(recipe)))
    sums = {}
    arrived = {}
    for step in found.backward[1:]:
        assert step.node.inputs[step.place] is step.to
        assert same(step.adjoint, found.adjoints[step.node])
        assert same(step.before, sums.get(step.to, 0.0))
        assert same(step.after, step.before + step.contribution) or step.to not in sums
        if all(map(math.isfinite, (step.adjoint, step.partial, step.contribution))):
            assert step.contribution == pytest.approx(step.adjoint * step.partial, rel=1e-12, abs=1e-300)
        sums[step.to] = step.after
        arrived[step.to] = arrived.get(step.to, 0) + 1
        assert step.remaining == step.arrivals - arrived[step.to]
        assert step.complete == (step.remaining == 0)
    assert all(same(found.adjoints[v], g) for v, g in sums.items())
    edges = [(v.stamp, i) for v in found.nodes for i, x in enumerate(v.inputs) if isinstance(x, Value)]
    assert sorted((step.node.stamp, step.place) for step in found.backward[1:]) == edges


@settings(deadline=None, max_examples=50)
@given(recipes())
def test_a_node_passes_on_only_what_is_complete_and_the_latest_goes_first(recipe):
    found = steps(total(built(recipe)))
    assert [step.index for step in found] == list(range(len(found)))
    stamps = [step.node.stamp for step in found.forward]
    assert stamps == sorted(stamps)
    stamps = [step.node.stamp for step in found.backward]
    assert stamps == sorted(stamps, reverse=True)
    assert [v.stamp for v in found.nodes] == sorted(v.stamp for v in found.nodes)
    for step in found.backward:
        assert not any(later.to is step.node for later in found[step.index :])


@settings(deadline=None, max_examples=50)
@given(recipes())
def test_nothing_in_the_graph_changes(recipe):
    root = total(built(recipe))
    nodes = steps(root).nodes
    before = [(v.stamp, v.grad, v.label) for v in nodes]
    steps(root).data()
    assert before == [(v.stamp, v.grad, v.label) for v in nodes]
    next_stamp = Value(0.0).stamp
    assert next_stamp == nodes[-1].stamp + 1


def test_a_neuron_by_hand():
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-1.0, "b")
    a = w * x + b
    a.label = "a"
    y = a.tanh()
    y.label = "y"
    found = steps(y)
    assert [step.formula for step in found.forward] == ["v1 = w*x", "a = v1 + b", "y = tanh(a)"]
    assert [step.numbers for step in found.forward] == ["0.5*2 = 1", "1 + (-1) = 0", "tanh(0) = 0"]
    assert [(step.name, step.to_name, step.partial, step.contribution, step.after) for step in found.backward] == [
        ("y", "", None, None, None), ("y", "a", 1.0, 1.0, 1.0), ("a", "v1", 1.0, 1.0, 1.0), ("a", "b", 1.0, 1.0, 1.0),
        ("v1", "w", 2.0, 2.0, 2.0), ("v1", "x", 0.5, 0.5, 0.5),
    ]
    assert (found[3].adjoint, found[3].to, found[3].place, found[3].complete) == (1.0, None, None, None)
    assert found[4].reason == TABLE["tanh"].reason
    assert (found.root, found.names[a], found.values[a], found.adjoints[w]) == (y, "a", 0.0, 2.0)
    assert found[-1].latex == r"\frac{\partial y}{\partial x} = \frac{\partial y}{\partial v_{1}} \cdot \frac{\partial v_{1}}{\partial x}"


def test_a_value_used_several_times_says_how_many_are_to_come():
    x = Value(3.0, "x")
    y = x * x + x
    y.label = "y"
    assert [step.sentence for step in steps(y) if step.to is x] == [
        "y passes 1 on to x: 1 × 1 = 1. x has 1 so far, 2 more to come.",
        "v1 passes 3 on to x as its operand 1: 1 × 3 = 3. x has 4 so far, one more to come.",
        "v1 passes 3 on to x as its operand 2: 1 × 3 = 3. x is complete: ∂y/∂x = 7.",
    ]
    assert [step.formula for step in steps(y) if step.to is x] == [
        "∂y/∂x += ∂y/∂y × ∂y/∂x⁽²⁾", "∂y/∂x += ∂y/∂v1 × ∂v1/∂x⁽¹⁾", "∂y/∂x += ∂y/∂v1 × ∂v1/∂x⁽²⁾",
    ]
    assert [step.latex.partition(r" \cdot ")[2] for step in steps(y) if step.to is x] == [
        r"\frac{\partial y}{\partial x^{(2)}}", r"\frac{\partial v_{1}}{\partial x^{(1)}}", r"\frac{\partial v_{1}}{\partial x^{(2)}}",
    ]
    assert [step.numbers for step in steps(y) if step.to is x] == ["0 + 1 × 1 = 1", "1 + 1 × 3 = 4", "4 + 1 × 3 = 7"]


def test_negative_numbers_stand_in_brackets_after_a_sign():
    x = Value(-3.0, "x")
    last = steps(x * x)[-1]
    assert (last.numbers, last.numbers_latex) == ("-3 + 1 × (-3) = -6", r"-3 + 1 \cdot \left(-3\right) = -6")
    assert steps(2.0 ** (x - 1.0))[1].numbers == "2**(-4) = 0.0625"
    assert (steps(-x)[0].numbers, steps(-x)[0].numbers_latex) == ("-(-3) = 3", r"-\left(-3\right) = 3")


@pytest.mark.parametrize(("number", "latex"), [
    (1.5e-7, r"1.5 \cdot 10^{-7}"), (1e-07, "10^{-7}"), (-1e20, "-10^{20}"), (math.inf, r"\infty"), (math.nan, r"\text{nan}"), (21.0, "21"),
])
def test_numbers_in_latex(number, latex):
    assert steps(Value(number, "x") + 0.0)[0].numbers_latex.partition(" + 0")[0] == latex


def test_a_negative_zero_keeps_its_sign():
    x = Value(1.0)
    y = -x * 0.0
    y.backward()
    assert math.copysign(1.0, x.grad) == math.copysign(1.0, steps(y).adjoints[x]) == -1.0


def test_a_leaf_alone_has_one_step():
    x = Value(3.0, "x")
    (seed,) = steps(x)
    assert (seed.phase, seed.name, seed.op, seed.adjoint, seed.formula, seed.numbers) == ("backward", "x", None, 1.0, "∂x/∂x = 1", "1")
    assert seed.sentence == "Back from x: its own adjoint is 1."


def test_constants_are_operands_and_receive_nothing():
    x = Value(3.0, "x")
    found = steps(2.0 * x + 1.0)
    assert found[0].inputs == (("2", 2.0), ("x", 3.0))
    assert [step.to_name for step in found.backward] == ["", "v1", "x"]
    assert found[-1].place == 1


def test_sums_and_dots_are_written_out_and_shortened():
    w, x = [Value(float(i), f"w{i}") for i in range(9)], [Value(0.5, f"x{i}") for i in range(9)]
    assert steps(autograd.dot(w[:2], x[:2]))[0].formula == "v1 = w0*x0 + w1*x1"
    assert steps(autograd.dot(w, x))[0].formula == "v1 = w0*x0 + w1*x1 + w2*x2 + w3*x3 + … + w8*x8"
    assert steps(autograd.sum(w))[0].latex == r"v_{1} = w_{0} + w_{1} + w_{2} + w_{3} + \dots + w_{8}"
    assert steps(autograd.logsumexp(w))[0].formula == "v1 = logsumexp([w0, w1, w2, w3, …, w8])"
    assert steps(autograd.logsumexp(w[:2]))[0].numbers == "logsumexp([0, 1]) = 1.313"


@pytest.mark.parametrize(("formula", "texts"), [
    (lambda x: x**2, ["2*x"]),
    (lambda x: x**3.0, ["3*x**2"]),
    (lambda x: x**0, ["0"]),
    (lambda x: 2.0**x, ["v1*log(2)"]),
    (lambda x: x / 3.0, ["1/3"]),
    (lambda x: x / 0.0, ["1/0"]),
    (lambda x: x * -2.0, ["-2"]),
    (lambda x: x.leaky_relu(), ["1 if x > 0 else 0.01"]),
    (lambda x: autograd.leaky_relu(-2.0, x), ["-2"]),
    (lambda x: autograd.maximum(0.0, x), ["0.5 if x == 0 else 0 if x < 0 else 1"]),
])
def test_partials_read_as_in_a_textbook(formula, texts):
    assert [step.partial_text for step in steps(formula(Value(1.5, "x"))) if step.to] == texts


def test_an_operation_of_ones_own_is_written_too():
    cap = binary("cap", min, lambda z, x, y: where(y < 10.0, y + 1.0, x), lambda z, x, y: x, latex=r"\operatorname{{cap}}({0}, {1})",
                 reason="It is only an example.")
    found = steps(cap(Value(2.0, "x"), 3.0))
    assert (found[0].numbers, found[-1].partial_text, found[-1].partial, found[-1].reason) == ("cap(2, 3) = 2", "4", 4.0, cap.reason)


@pytest.mark.parametrize("constant", ["", "x", "y"])
@pytest.mark.parametrize("op", TABLE.values(), ids=attrgetter("name"))
def test_what_is_written_computes_what_happened(op, constant):
    """The texts are Python: put the numbers in, and the value and the partials come out."""
    xs = [low + (high - low) * at for (low, high), at in zip(op.domain, (0.3, 0.8), strict=False)]
    operands = [x if name == constant else Value(x, name) for name, x in zip("xy", xs, strict=False)]
    if not any(isinstance(x, Value) for x in operands):
        return
    q = Value(0.25, "q")
    z = op(*([[x, x, q] for x in operands] if op.nary else operands))
    z.label = "z"
    found = steps(z)
    functions = {**emit.FORWARDS, "sum": sum}
    names = {"z": z.item(), "q": 0.25, **dict(zip("xy", xs, strict=False))}
    assert eval(found[0].formula.removeprefix("z = "), functions, names) == pytest.approx(z.item(), rel=1e-5)
    assert eval(found[0].numbers.rpartition(" = ")[0], functions) == pytest.approx(z.item(), rel=1e-3)
    for step in found.backward[1:]:
        assert eval(step.partial_text, functions, names) == pytest.approx(step.partial, rel=1e-5), step.partial_text


@pytest.mark.parametrize("op", TABLE.values(), ids=attrgetter("name"))
def test_latex_is_well_formed_for_every_operation(op):
    xs = [Value(-1.5e-7, "w_1"), 2e20][: len(op.partials)]
    found = steps(op(*([[x] * 9 for x in xs] if op.nary else xs)))
    for step in found:
        for text in (step.latex, step.numbers_latex, step.partial_latex):
            assert text.count("{") == text.count("}")
            assert text.count(r"\left") == text.count(r"\right")
            assert not re.search(r"\de[-+]?\d|inf|(?<!text\{)nan", text), text


def test_names_are_labels_or_numbers_and_no_two_are_alike():
    x, other, b = Value(1.0, "x"), Value(2.0, "x"), Value(3.0, "v1")
    unnamed = Value(4.0)
    blank = Value(5.0, "  ")
    found = steps(autograd.sum([x, other, b, unnamed, blank]))
    assert list(found.names.values()) == ["x#1", "x#2", "v1", "v2", "v3", "v4"]
    assert [v.stamp for v in found.names] == sorted(v.stamp for v in found.names)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["", "v1", "v2", "x", "x#1", "x#2", "x#1#1", "\x1b[31m", "a" * 99]), max_size=9))
def test_names_stay_apart_whatever_the_labels(labels):
    found = steps(autograd.sum([Value(0.0, label) for label in [*labels, "z"]]))
    assert len(set(found.names.values())) == len(found.nodes)
    assert str(found).replace("\n", "").isprintable()


@pytest.mark.parametrize(("label", "latex"), [
    ("x", "x"), ("w1", "w_{1}"), ("w_1", "w_{1}"), ("w_ij", "w_{ij}"), ("w[0, 1]", "w_{0,1}"), ("w_in_2", "w_{in,2}"),
    ("loss", r"\text{loss}"), ("loss_1", r"\text{loss}_{1}"), ("w_hidden", r"w_{\text{hidden}}"), ("theta", r"\theta"),
    ("θ_1", r"\theta_{1}"), ("Σ", r"\Sigma"), ("λ", r"\lambda"), ("é", r"\text{é}"), ("x#2", r"\text{x}\#\text{2}"),
    ("a b", r"\text{a b}"), ("$x$", r"\$\text{x}\$"), (r"\href{a}", r"\backslash \text{href}\{\text{a}\}"),
    ("<b>", r"{\lt}\text{b}{\gt}"), ("漢", r"\text{漢}"),
])
def test_names_in_latex(label, latex):
    assert steps(Value(1.0, label)).data()["nodes"][0]["latex"] == latex


@settings(deadline=None)
@given(st.text(st.sampled_from("\\{}$%&#_^~<>a1 "), min_size=1))
def test_no_label_breaks_latex(label):
    latex = steps(Value(1.0, label)).data()["nodes"][0]["latex"]
    bare = re.sub(r"\\[\\{}$%&#_]", "", latex)
    assert bare.count("{") == bare.count("}")
    assert not re.search(r"[$%&#~<>]", bare)
    assert set(re.findall(r"\\([A-Za-z]+)", latex)) <= {"backslash", "text", "lt", "gt", "wedge", "sim"}


def test_a_stale_graph_is_marked_where_its_numbers_are_old():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    a = w * x
    b = x * x
    y = a + b
    for v, label in ((a, "a"), (b, "b"), (y, "y")):
        v.label = label
    assert steps(y).stale == ""
    w.data = 7.0
    with pytest.raises(StaleGraphError):
        y.backward()
    found = steps(y)
    message = "w was changed (to 7) after a was computed from it"
    assert {step.name: step.stale.partition(",")[0] for step in found.forward} == {"a": message, "b": "", "y": message}
    assert all(step.stale.startswith(message) for step in found.backward)
    assert found.stale.startswith(message)
    assert str(found).startswith(message)
    assert found.values[w] == 7.0
    assert [v.grad for v in found.nodes] == [None] * 5


def test_what_was_recorded_stays_when_the_graph_changes():
    w = Value(2.0, "w")
    found = steps(w * 3.0)
    before = json.dumps(found.data())
    w.data = 100.0
    w.label = "renamed"
    assert json.dumps(found.data()) == before


def test_an_inner_node_written_later_still_comes_after_its_consumers():
    x = micrograd.Value(2.0, label="x")
    a = x * 3.0
    y = a * a + x
    a.data = 10.0
    found = steps(y)
    assert found.adjoints[x] == 2 * 10.0 * 3.0 + 1.0
    assert found.stale


def test_operations_written_by_hand_for_micrograd_do_not_raise():
    x = micrograd.Value(2.0, label="x")
    y = micrograd.Value(4.0, (x,), "square")
    assert str(steps(y * 3.0))
    assert "nan" in steps(y).data()["steps"][-1].values()


def test_a_chain_of_a_hundred_thousand_nodes_needs_no_recursion():
    x = Value(1.0)
    y = x
    for _ in range(100_000):
        y = y * 1.00001
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(__import__("inspect").stack()) + 100)
    try:
        found = steps(y)
    finally:
        sys.setrecursionlimit(limit)
    y.backward()
    assert len(found) == 200_001
    assert found.adjoints[x] == x.grad
    assert found[-1].numbers == "2.718 × 1 = 2.718"


def test_the_steps_know_nothing_of_the_views_that_show_them():
    needed = {name for path in architecture.files("autograd/_steps") for name in architecture.of(path, "autograd")}
    assert {name.split(".")[1] for name in needed} == {"_draw", "_steps", "ops", "symbol", "value"}


def test_steps_are_a_sequence():
    found = steps(Value(2.0, "x").exp())
    assert (len(found), found[-1], found[:2], next(reversed(found))) == (3, found[2], (found[0], found[1]), found[2])
    assert found.forward + found.backward == tuple(found)
    assert repr(found) == "<3 steps: 1 forward, 2 backward>"
    assert len(str(found).splitlines()) == 3
    with pytest.raises(IndexError):
        found[3]
    with pytest.raises(AttributeError):
        found[0].index = 5


def test_the_data_is_json_that_names_every_node():
    with scope("layer1"):
        x = Value(0.0, "x")
        y = 1.0 / x + x.log() * x
    data = json.loads(json.dumps(steps(y).data(), allow_nan=False))
    assert [node["id"] for node in data["nodes"]] == [f"n{i}" for i in range(len(data["nodes"]))]
    assert data["root"] == data["nodes"][-1]["id"]
    assert data["nodes"][1] == {
        "id": "n1", "name": "v1", "latex": "v_{1}", "op": "div", "scope": "layer1", "value": "inf", "adjoint": 1.0,
        "inputs": [{"id": None, "name": "1"}, {"id": "n0", "name": "x"}],
    }
    assert data["nodes"][0]["adjoint"] == "nan"
    assert [step["to"] for step in data["steps"] if step["to"]] == ["n1", "n3", "n2", "n0", "n0", "n0"]
    assert all(step["sentence"] for step in data["steps"])


@pytest.mark.parametrize("thing", [3.0, "loss", None, [Value(1.0)]])
def test_what_is_no_value_has_no_steps(thing):
    with pytest.raises(TypeError, match=r"is no Value, so nothing was computed step by step. Give one output, as in steps\(loss\)"):
        steps(thing)


def test_what_was_computed_without_a_graph_has_no_steps():
    with no_grad():
        y = Value(2.0, "w") * 3.0
    y.label = "y"
    with pytest.raises(RuntimeError, match="'y' was computed under no_grad"):
        steps(y)
