"""Worksheets: sympy agrees with every answer, the numbers come out evenly, and what is printed says the same as the exercise."""

import itertools
import random
import re
import shutil
import subprocess
from collections import Counter
from fractions import Fraction
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
import sympy as sp
from matplotlib.mathtext import MathTextParser

from autograd import check_by_hand, steps, worksheet

LEVELS = (1, 2, 3, 4)
SEEDS = range(25)
RELU = {"relu": lambda x: sp.Max(x, 0)}


def formula(text: str, names) -> sp.Expr:
    """An expression as sympy reads it; its names are plain symbols."""
    return sp.sympify(text, locals={name: sp.Symbol(name) for name in names} | RELU)


def numbers(values) -> dict[sp.Symbol, sp.Rational]:
    return {sp.Symbol(name): sp.Rational(x.numerator, x.denominator) for name, x in values.items()}


@pytest.fixture(params=LEVELS)
def sheets(request):
    return [worksheet(seed, level=request.param, n=3) for seed in SEEDS]


def exercises(sheets):
    return [one for sheet in sheets for one in sheet.exercises]


def test_sympy_agrees_with_every_answer(sheets):
    for one in exercises(sheets):
        expression, given = formula(one.expression, one.values), numbers(one.values)
        assert set(one.answers) == set(one.values) == {str(name) for name in expression.free_symbols}
        for name, answer in one.answers.items():
            assert sp.diff(expression, sp.Symbol(name)).subs(given) == sp.Rational(answer.numerator, answer.denominator), (one, name)


def test_the_graph_is_that_of_the_expression(sheets):
    for one in exercises(sheets):
        root = one.root()
        assert root.label == "L"
        assert Fraction(root.data) == Fraction(str(formula(one.expression, one.values).subs(numbers(one.values))))
        report = check_by_hand(root, one.answers)
        assert report.ok
        assert all(Fraction(report[name].expected) == answer for name, answer in one.answers.items())
        assert one.root() is not root


def test_a_wrong_answer_is_found(sheets):
    for one in exercises(sheets):
        name, right = next(iter(one.answers.items()))
        with pytest.raises(AssertionError):
            check_by_hand(one.root(), one.answers | {name: right + 1}).raise_if_wrong()


def test_every_number_on_the_way_comes_out_evenly(sheets):
    for one in exercises(sheets):
        found = steps(one.root())
        met = [*found.values.values(), *found.adjoints.values()]
        met += [x for step in found.backward for x in (step.partial, step.contribution, step.after) if x is not None]
        for x in map(Fraction, met):
            assert x.denominator in (1, 2, 4)
            assert abs(x) <= (50 if x.denominator == 1 else 10)
        assert all(type(x) is int or (type(x) is Fraction and x.denominator > 1) for x in (*one.values.values(), *one.answers.values()))


def letters_of(one) -> Counter:
    """How often each name stands in the expression."""
    return Counter(re.findall(r"[a-z]\d?", one.expression.replace("relu", "")))


def test_level_1_uses_each_number_once():
    for one in exercises([worksheet(seed, 1, 8) for seed in SEEDS]):
        assert set(letters_of(one).values()) == {1}
        assert not set(one.expression) & set("/0123456789")
        assert "**" not in one.expression
        assert "relu" not in one.expression
        assert "*" in one.expression
        assert set(one.expression) & set("+-")
        assert 0 not in one.answers.values()


def test_level_2_uses_a_number_more_than_once():
    for one in exercises([worksheet(seed, 2, 8) for seed in SEEDS]):
        assert max(letters_of(one).values()) > 1
        assert any(step.arrivals > 1 for step in steps(one.root()).backward if step.to is not None)
        assert "**" not in one.expression
        assert "/" not in one.expression
        assert 0 not in one.answers.values()


def test_level_3_has_powers_quotients_and_relu():
    found = exercises([worksheet(seed, 3, 8) for seed in SEEDS])
    for sign in ("**2", "**3", "/", "relu("):
        assert sum(sign in one.expression for one in found) > len(found) // 20
    assert all(any(sign in one.expression for sign in ("**", "/", "relu(")) for one in found)


def test_level_4_has_nets_with_their_squared_error():
    for sheet in (worksheet(seed, 4, 6) for seed in SEEDS):
        assert all(re.fullmatch(r"\(.*relu\(w.*x.* \+ b.?\).* - t\)\*\*2", one.expression) for one in sheet.exercises)
        assert len({one.expression for one in sheet.exercises}) == 3


@pytest.mark.parametrize(("level", "sheets"), [(3, 8), (4, 2)])
def test_no_relu_is_at_its_kink_and_most_gradients_are_not_0(level, sheets):
    for one in exercises([worksheet(seed, level, 100) for seed in range(sheets)]):
        assert all(step.inputs[0][1] != 0.0 for step in steps(one.root()).forward if step.op.name == "relu")
        assert 2 * list(one.answers.values()).count(0) < len(one.answers)


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_seed_gives_the_same_sheet_and_another_seed_another(level):
    random.seed(0)
    state = random.getstate()
    one, again, other = worksheet(5, level), worksheet(5, level), worksheet(6, level)
    for page in ("html", "key_html", "latex", "key_latex"):
        assert getattr(one, page)() == getattr(again, page)()
        assert getattr(one, page)() != getattr(other, page)()
    assert random.getstate() == state
    assert worksheet(5, level, 3).exercises == one.exercises[:3]


@pytest.mark.parametrize("level", LEVELS)
def test_no_exercise_comes_twice(level):
    found = worksheet(0, level, 40).exercises
    assert len({(one.expression, str(one.values)) for one in found}) == 40
    assert all(a.expression != b.expression for a, b in itertools.pairwise(found))


class Page(HTMLParser):
    """What a page loads, and the texts of its formulas as sympy would have them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags = Counter()
        self.attributes = Counter()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes.update(name for name, _ in attrs)


def body_of(page: str) -> ElementTree.Element:
    """The sheet on a page: well formed, so that it is read the same by everyone."""
    (found,) = re.findall(r"<section.*</section>", page, re.DOTALL)
    return ElementTree.fromstring(found)


def read(element: ElementTree.Element) -> str:
    """What a formula on a page means, written for sympy."""
    inner = "".join([element.text or "", *(read(child) + (child.tail or "") for child in element)])
    if element.get("class") == "frac":
        numerator, denominator = map(read, element)
        return f"(({numerator})/({denominator}))"
    inner = inner.replace("·", "*").replace("\N{MINUS SIGN}", "-")
    return f"**({inner})" if element.tag == "sup" else inner


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_printed_is_the_exercise(level):
    sheet = worksheet(3, level, 12)
    for page in (sheet.html(), sheet.key_html()):
        items = body_of(page).findall("ol/li")
        assert len(items) == 12
        for one, item in zip(sheet.exercises, items, strict=True):
            asked, given = item.findall("p")
            assert sp.expand(formula(read(asked).removeprefix("L = "), one.values) - formula(one.expression, one.values)) == 0
            assert read(given) == "with " + ", ".join(f"{name} = {x}" for name, x in one.values.items())


@pytest.mark.parametrize("level", LEVELS)
def test_the_answers_stand_in_the_key_alone(level):
    sheet = worksheet(4, level)
    for page, blank in ((sheet.html(), True), (sheet.key_html(), False)):
        for one, item in zip(sheet.exercises, body_of(page).findall("ol/li"), strict=True):
            answers = [read(answer) for answer in item.findall("ul/li")]
            assert answers == [f"∂L/∂{name} = {'' if blank else x}" for name, x in one.answers.items()]
            rows = [[read(cell) for cell in row] for row in item.findall("table/tbody/tr")]
            assert bool(rows) is not blank
            if rows:
                assert rows[-1][0].startswith("L = ")
                assert (Fraction(rows[-1][1]), rows[-1][2]) == (Fraction(one.root().data), "1")


def test_the_steps_in_the_key_are_right():
    for one, item in zip((sheet := worksheet(2, 4)).exercises, body_of(sheet.key_html()).findall("ol/li"), strict=True):
        known = numbers(one.values)
        for name, value, _ in ([read(cell) for cell in row] for row in item.findall("table/tbody/tr")):
            node, text = name.split(" = ")
            known[sp.Symbol(node)] = formula(text, map(str, known)).subs(known)
            assert known[sp.Symbol(node)] == sp.Rational(value)


def test_a_page_loads_nothing_and_is_made_for_paper():
    for page in (worksheet(1, 4).html(), worksheet(1, 4).key_html(), worksheet(1, 4)._repr_html_()):
        found = Page(page)
        assert not set(found.tags) & {"script", "link", "img", "iframe", "object", "a"}
        assert not set(found.attributes) & {"src", "href", "onload"}
        assert "url(" not in page
        assert "@import" not in page
        assert "break-inside: avoid" in page
    assert "@page" in worksheet(1).html()
    assert "@page" not in worksheet(1)._repr_html_()


def documents(level):
    sheet = worksheet(3, level, 12)
    return sheet, [sheet.latex(), sheet.key_latex()]


def maths_in(document: str) -> list[str]:
    """The formulas of a document."""
    parts = re.split(r"(?<!\\)\$", document)
    assert len(parts) % 2 == 1, "every $ has its partner"
    return parts[1::2]


@pytest.mark.parametrize("level", LEVELS)
def test_latex_is_balanced(level):
    for document in documents(level)[1]:
        opened = []
        for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", document):
            if kind == "begin":
                opened.append(name)
            else:
                assert opened.pop() == name
        assert opened == []
        depth = 0
        for brace in re.findall(r"(?<!\\)[{}]", document):
            depth += 1 if brace == "{" else -1
            assert depth >= 0
        assert depth == 0
        assert document.count(r"\left") == document.count(r"\right")
        assert document.isascii()
        text = "".join(re.split(r"(?<!\\)\$", document)[::2])
        assert not re.search(r"(?<!\\)[_^#%]", text)


@pytest.mark.parametrize("level", LEVELS)
def test_another_program_reads_the_latex(level):
    parser = MathTextParser("path")
    for document in documents(level)[1]:
        for text in maths_in(document):
            plain = text.replace(r"\displaystyle", "").replace(r"\tfrac", r"\frac").replace(r"\underline{\hspace{20mm}}", "?")
            parser.parse(f"${plain}$")


def from_latex(text: str) -> str:
    """A formula in LaTeX, written for sympy."""
    text = re.sub(r"\\left|\\right|\\displaystyle|\\operatorname", "", text).replace(r"\cdot", "*")
    text = re.sub(r"_\{(\d)\}", r"\1", text).replace("{relu}", "relu")
    while r"\frac" in text or "^" in text:
        text, n = re.subn(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
        text, m = re.subn(r"\^\{([^{}]*)\}", r"**(\1)", text)
        assert n + m
    return text


@pytest.mark.parametrize("level", LEVELS)
def test_latex_is_the_exercise(level):
    sheet, both = documents(level)
    for document in both:
        items = document.split(r"\item")[1:]
        for one, item in zip(sheet.exercises, items, strict=True):
            asked = maths_in(item)[0].replace(r"\displaystyle L = ", "")
            assert sp.expand(formula(from_latex(asked), one.values) - formula(one.expression, one.values)) == 0
    for one, item in zip(sheet.exercises, both[1].split(r"\item")[1:], strict=True):
        for name, answer in one.answers.items():
            index = re.sub(r"(\d)", r"_{\1}", name)
            assert rf"\frac{{\partial L}}{{\partial {index}}} = {tfrac(answer)}$" in item
    assert both[0].count(r"= \underline{\hspace{20mm}}") == sum(len(one.answers) for one in sheet.exercises)


def tfrac(x) -> str:
    return str(x) if type(x) is int else f"{'-' if x < 0 else ''}\\tfrac{{{abs(x.numerator)}}}{{{x.denominator}}}"


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
@pytest.mark.parametrize("level", LEVELS)
def test_latex_compiles(level, tmp_path):
    for i, document in enumerate(documents(level)[1]):
        (tmp_path / f"{i}.tex").write_text(document)
        subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{i}.tex"], cwd=tmp_path, check=True, timeout=120)


def test_as_text_a_sheet_asks_for_every_gradient():
    sheet = worksheet(7, 2, 3)
    text = str(sheet)
    assert "level 2" in text.split("\n")[0]
    for i, one in enumerate(sheet.exercises, 1):
        assert f"{i}. L = {one.expression}   with " in text
        assert all(f"∂L/∂{name} = ______" in text for name in one.answers)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("7",), TypeError, "seed='7' (str)"), ((1.5,), TypeError, "seed=1.5"), ((True,), TypeError, "seed=True"),
        ((1, "2"), TypeError, "level='2'"), ((1, 0), ValueError, "4 for small nets"), ((1, 5), ValueError, "level=5"),
        ((1, 1, 0), ValueError, "from 1 to 100"), ((1, 1, 101), ValueError, "n=101"), ((1, 1, 2.0), TypeError, "n=2.0"),
    ],
)
def test_a_sheet_that_cannot_be_made_is_refused_by_name(arguments, error, words):
    with pytest.raises(error) as caught:
        worksheet(*arguments)
    assert words in str(caught.value)
    assert str(caught.value).startswith("worksheet: ")
