"""The chain rule written out: the paths add up to the gradient, in numbers and in what is written."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, emit, explain, no_grad, paths
from autograd._steps.writing import Plain
from tests.autograd.test_steps import built, recipes, total

SMOOTH = ("add", "sub", "mul", "tanh", "sigmoid", "neg", "sum", "dot", "softplus", "identity")
"""Operations whose partials stay small, so that sums of products lose no digits."""


def number_of_paths(root, wrt):
    """Counted by going along each of them."""
    return 1 if root is wrt else sum(number_of_paths(x, wrt) for x in root.inputs if isinstance(x, Value))


@st.composite
def smooth_graphs(draw):
    """The nodes of a graph and its output."""
    leaves, made = draw(recipes())
    made = [(name, *operands) for name, *operands in made if name in SMOOTH]

    def below(x, n):
        return [below(member, n) for member in x] if isinstance(x, list) else x % n if isinstance(x, int) else x

    nodes = built((leaves, [(name, *(below(x, n) for x in operands)) for n, (name, *operands) in enumerate(made, len(leaves))]))
    return nodes, total(nodes)


@settings(deadline=None, max_examples=100)
@given(smooth_graphs(), st.data())
def test_the_products_of_all_paths_add_up_to_the_gradient(graph, data):
    nodes, root = graph
    wrt = data.draw(st.sampled_from(nodes))
    if number_of_paths(root, wrt) > 500:
        return
    found = paths(root, wrt)
    assert len(found) == explain(root, wrt).count == number_of_paths(root, wrt)
    assert len({tuple((edge.node.stamp, edge.place) for edge in path.edges) for path in found}) == len(found)
    for path in found:
        assert path.nodes[0] is root
        assert path.nodes[-1] is wrt
        assert all(edge.node is v and v.inputs[edge.place] is edge.to for edge, v in zip(path.edges, path.nodes, strict=False))
    root.backward()
    scale = math.fsum(abs(path.product) for path in found)
    assert math.fsum(path.product for path in found) == pytest.approx(wrt.grad, rel=1e-9, abs=1e-12 * scale)


@settings(deadline=None, max_examples=50)
@given(smooth_graphs(), st.data())
def test_what_is_written_computes_the_gradient(graph, data):
    nodes, root = graph
    wrt = data.draw(st.sampled_from(nodes))
    if number_of_paths(root, wrt) > 50:
        return
    known = {**emit.FORWARDS, **{name: v.item() for v, name in paths(root, wrt)[0].steps.names.items()}} if paths(root, wrt) else {}
    for path in paths(root, wrt):
        if len(path.edges) <= 8:
            assert eval(path.in_formulas(Plain).replace("×", "*"), known) == pytest.approx(path.product, rel=1e-4, abs=1e-9)
            assert eval(path.in_numbers(Plain).replace("×", "*")) == pytest.approx(path.product, rel=1e-2, abs=1e-9)
    assert str(explain(root, wrt)).count("\n") > 0


def neuron():
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-1.0, "b")
    a = w * x + b
    y = a.sigmoid() * x
    a.label, y.label = "a", "y"
    return y, w, x


def test_one_path_in_text():
    y, w, _ = neuron()
    assert str(explain(y, w)) == """\
1 path leads from y to w. The partials along it are multiplied.

∂y/∂w = ∂y/∂v2 × ∂v2/∂a × ∂a/∂v1 × ∂v1/∂w
      = x × v2*sigmoid(-a) × 1 × x
      = 2 × 0.25 × 1 × 2
      = 1

y = v2*x, so ∂y/∂v2 = x = 2. Each factor is scaled by the other one.
v2 = sigmoid(a), so ∂v2/∂a = v2*sigmoid(-a) = 0.25. Steepest where it is undecided, at one half; flat where the output nears 0 or 1.
a = v1 + b, so ∂a/∂v1 = 1. A sum moves exactly as much as the term that moves.
v1 = w*x, so ∂v1/∂w = x = 2. Each factor is scaled by the other one."""


SEVERAL = r"""
\begin{aligned}
\frac{\partial y}{\partial x} &= \frac{\partial y}{\partial v_{2}} \cdot \frac{\partial v_{2}}{\partial a} \cdot
\frac{\partial a}{\partial v_{1}} \cdot \frac{\partial v_{1}}{\partial x} \\
&\quad {} + \frac{\partial y}{\partial x^{(2)}} \\
&= x \cdot v_{2} \cdot \sigma(-a) \cdot 1 \cdot w \\
&\quad {} + v_{2} \\
&= 2 \cdot 0.25 \cdot 1 \cdot 0.5 \\
&\quad {} + 0.5 \\
&= 0.25 + 0.5 \\
&= 0.75
\end{aligned}
"""


def test_several_paths_in_latex_and_markdown():
    y, _, x = neuron()
    found = explain(y, x)
    assert found.latex().split() == SEVERAL.split()
    assert found._repr_latex_() == f"$$\n{found.latex()}\n$$"
    introduction, formula, factors = found._repr_markdown_().split("\n\n")
    assert introduction.startswith(r"2 paths lead from $\displaystyle y$ to $\displaystyle x$. ")
    assert introduction.endswith("A raised number says which operand is meant.")
    assert formula == found._repr_latex_()
    assert factors.splitlines()[1] == (r"- $\displaystyle y = v_{2} \cdot x$, so "
                                       r"$\displaystyle \frac{\partial y}{\partial x^{(2)}} = v_{2} = 0.5$. "
                                       "Each factor is scaled by the other one.")


def test_every_occurrence_of_an_operand_is_a_path():
    x = Value(3.0, "x")
    y = x * x * x
    y.label = "y"
    assert [str(path) for path in paths(y, x)] == ["y → v1 → x⁽¹⁾: 3 × 3 = 9", "y → v1 → x⁽²⁾: 3 × 3 = 9", "y → x⁽²⁾: 9 = 9"]
    assert explain(y, x).gradient == 27.0


def test_factors_have_the_brackets_they_need():
    x = Value(0.5, "x")
    y = (x.tan() - x * 2.0).leaky_relu()
    assert "(1 if v3 > 0 else 0.01) × (1 + v1*v1) + " in re.sub(r"\s*\n\s*", " ", str(explain(y * 1.0, x))).replace(" × 1 ×", " ×")


def test_a_sum_has_brackets_in_a_product_and_none_alone():
    x = Value(0.5, "x")
    (product,), (alone,) = paths((x * 2.0).tan(), x), paths(x.tan(), x)
    assert (product.in_formulas(Plain), alone.in_formulas(Plain)) == ("(1 + v2*v2) × 2", "1 + v1*v1")


def test_no_two_signs_stand_side_by_side():
    x = Value(3.0, "x")
    y = (x * 2.0 - x) * -0.123456789
    y.label = "y"
    lines = str(explain(y, x)).splitlines()
    assert lines[4:7] == ["      = -0.123457 × 1 × 2", "      + (-0.123457 × (-1))", "      = -0.1235 × 1 × 2"]
    assert lines[11] == "y = v2*(-0.123457), so ∂y/∂v2 = -0.1235. Each factor is scaled by the other one."


def test_the_output_itself_and_what_it_does_not_depend_on():
    y, w, _ = neuron()
    q = Value(1.0, "q")
    assert str(explain(y, y)) == "y moves exactly as much as itself.\n\n∂y/∂y = 1"
    assert (paths(y, y)[0].edges, paths(y, y)[0].nodes, str(paths(y, y)[0])) == ((), (y,), "y: 1 = 1")
    assert str(explain(y, q)) == "No path leads from y to q: y stays as it is when q moves.\n\n∂y/∂q = 0"
    assert (paths(y, q), explain(y, q).gradient) == ((), 0.0)
    assert explain(w, y).count == 0


def test_a_node_is_found_by_its_name():
    y, w, _ = neuron()
    assert str(explain(y, "w")) == str(explain(y, w))
    assert explain(y, "v2").gradient == 2.0
    with pytest.raises(ValueError, match=r"no node is called 'W'. The names here are w, x, b, v1, a, v2, y. Give one of them"):
        explain(y, "W")


def doubled(times):
    x = Value(1.0, "x")
    y = x
    for _ in range(times):
        y = y + y
    return y, x


@pytest.mark.parametrize("times", [10, 11, 60, 2000])
def test_many_paths_are_counted_and_not_followed(times):
    y, x = doubled(times)
    found = explain(y, x, max_paths=1000)
    counted = f"{2**times:,}" if times < 49 else r"more than 10\^15"
    with pytest.raises(ValueError, match=rf"^paths: {counted} paths lead from v{times} to x, too many to follow.*read steps\(root\)"):
        paths(y, x)
    with pytest.raises(ValueError, match="too many to follow"):
        _ = found.paths
    text = str(found)
    assert "too many to write out" in text
    assert len(text.splitlines()) < 30
    if times <= 11:
        assert f"= {2.0 ** (times - 1):.4g} + {2.0 ** (times - 1):.4g}\n" in text
    assert len(paths(*doubled(10), max_paths=1024)) == 1024


def test_few_paths_that_are_long_together_are_not_followed_either():
    y, x = doubled(8)
    for _ in range(5000):
        y = y * 1.0
    with pytest.raises(ValueError, match=r"256 paths lead.*1,000,000 edges in all"):
        paths(y, x)


def test_a_long_path_is_followed_and_shortened_when_written():
    x = Value(1.0, "x")
    y = x
    for _ in range(100_000):
        y = y * 1.00001
    (path,) = paths(y, x)
    assert len(path.edges) == 100_000
    assert path.product == pytest.approx(math.e, rel=1e-4)
    text = str(explain(y, x))
    assert "× … ×" in text
    assert "… and 99,988 more edges." in text
    assert len(text) < 3000


def test_a_stale_graph_is_marked():
    y, w, _ = neuron()
    w.data = 7.0
    assert str(explain(y, w)).startswith("w was changed (to 7) after v1 was computed from it")
    assert explain(y, w).markdown().startswith(r"**w was changed \(to 7\) after v1 was computed from it")


def test_labels_do_no_harm_in_markdown():
    w = Value(2.0, "<img src=x> [a](http://b.c) `$` | _w_")
    y = w * 3.0
    w.data = 4.0
    text = explain(y, w).markdown()
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", text)
    assert not re.search(r"<|>|`|\]\(|:(?!\})", bare)


def test_what_was_explained_stays_when_the_graph_changes():
    y, w, _ = neuron()
    found = explain(y, w)
    before = str(found), found.latex()
    w.data = 100.0
    assert (str(found), found.latex()) == before


def test_it_shows_itself_in_few_words():
    y, w, x = neuron()
    assert [repr(explain(y, v)) for v in (w, x)] == ["<∂y/∂w = 1: 1 path>", "<∂y/∂x = 0.75: 2 paths>"]


@pytest.mark.parametrize("function", [explain, paths])
def test_bad_arguments_are_named(function):
    y, w, _ = neuron()
    with pytest.raises(TypeError, match=r"3.0 \(float\) is neither a Value nor a name. Give the node, as in \w+\(loss, w\), or its label"):
        function(y, 3.0)
    with pytest.raises(TypeError, match="is no Value"):
        function(3.0, w)
    for bad in (0, -1, 2.5, True, None):
        with pytest.raises(ValueError, match=f"max_paths={bad}. Use a whole number from 1 up"):
            function(y, w, max_paths=bad)
    with no_grad(), pytest.raises(RuntimeError, match="computed under no_grad"):
        function(w * 2.0, w)
