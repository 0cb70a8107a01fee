"""Formulas as text, LaTeX and source."""

import random
from operator import attrgetter

import pytest

from autograd import emit
from autograd.ops import TABLE
from autograd.symbol import Latex, Source, Text, written

x, y, z = Text("x"), Text("y"), Text("z")
X, Y = Latex("x"), Latex("y")


@pytest.mark.parametrize(("formula", "text"), [
    (x + y - z, "x + y - z"),
    (x - (y + z), "x - (y + z)"),
    (x - (y - z), "x - (y - z)"),
    (x * (y + z), "x*(y + z)"),
    (x / (y * z), "x/(y*z)"),
    (x / y / z, "x/y/z"),
    ((x + y) ** 2.0, "(x + y)**2"),
    ((x**y) ** z, "(x**y)**z"),
    (-x * y, "-x*y"),
    (x * -y, "x*(-y)"),
    (x * -2.0, "x*(-2)"),
    ((-x) ** 2.0, "(-x)**2"),
    (-(x / y), "-x/y"),
    (TABLE["tanh"](x + y), "tanh(x + y)"),
    (1.0 * x * 1.0, "x"),
    (x**1.0, "x"),
])
def test_text_has_the_brackets_it_needs_and_no_others(formula, text):
    assert str(formula) == text


@pytest.mark.parametrize(("formula", "latex"), [
    ((X + Y) / (X - Y), r"\frac{x + y}{x - y}"),
    (TABLE["log"](X + Y), r"\ln \left(x + y\right)"),
    (TABLE["log"](X) ** 2.0, r"\left(\ln x\right)^{2}"),
    (TABLE["exp"](X) ** 2.0, r"\left(e^{x}\right)^{2}"),
    (TABLE["exp"](X + 1.0), "e^{x + 1}"),
    (TABLE["sqrt"](X + Y) * X, r"\sqrt{x + y} \cdot x"),
    (TABLE["sigmoid"](-X), r"\sigma(-x)"),
    ((X / Y) ** 2.0, r"\left(\frac{x}{y}\right)^{2}"),
])
def test_latex_has_the_brackets_it_needs(formula, latex):
    assert str(formula) == latex


@pytest.mark.parametrize(("name", "place", "text"), [
    ("mul", 0, "y"),
    ("div", 1, "-z/y"),
    ("pow", 0, "y*x**(y - 1)"),
    ("pow", 1, "z*log(x)"),
    ("relu", 0, "0 if z <= 0 else 1"),
    ("tanh", 0, "4*sigmoid(2*x)*sigmoid(-2*x)"),
    ("logsumexp", 0, "exp(x - z)"),
])
def test_partials_read_as_in_a_textbook(name, place, text):
    op = TABLE[name]
    assert written(op.partials[place], Text, "z", *"xy"[: len(op.partials)]) == text


@pytest.mark.parametrize("op", TABLE.values(), ids=attrgetter("name"))
@pytest.mark.parametrize("kind", [Text, Latex])
def test_every_partial_can_be_written(op, kind):
    for partial in op.partials:
        text = written(partial, kind, "z", *"xy"[: len(op.partials)])
        assert text
        assert text.count("(") == text.count(")")
        assert text.count("{") == text.count("}")
        assert not text.startswith(("1*", "1 \\cdot"))


@pytest.mark.parametrize("op", [op for op in TABLE.values() if not op.nary], ids=attrgetter("name"))
def test_text_of_a_partial_computes_the_partial(op):
    """The text is Python too: with the names of the table it gives the number that source gives, guards apart."""
    r = random.Random(op.name)
    names = "xy"[: len(op.partials)]
    for _ in range(20):
        xs = [r.uniform(*interval) for interval in op.domain]
        z = op(*xs)
        for partial, exact in zip(op.partials, emit.partials(op)(z, *xs), strict=True):
            text = written(partial, Text, "z", *names)
            found = eval(text, {**emit.FORWARDS}, {"z": z, **dict(zip(names, xs, strict=True))})
            assert found == pytest.approx(exact, rel=1e-5)


def test_source_keeps_guards_and_divides_as_ieee():
    assert written(TABLE["pow"].partials[0], Source, "z", "x", "y").startswith("(0.0 if y == 0.0 else")
    assert written(lambda x, y: x / (y - 1.0), Source, "x", "y") == "(x / d0 if (d0 := (y - 1.0)) else div(x, d0))"


def test_nested_divisions_bind_names_of_their_own():
    source = written(lambda x, y: (x / (y + 1.0)) / (x / (y + 2.0) + 1.0), Source, "x", "y")
    assert eval(source, {**emit.FORWARDS}, {"x": 3.0, "y": 5.0}) == (3.0 / 6.0) / (3.0 / 7.0 + 1.0)
