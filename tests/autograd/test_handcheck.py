"""Gradients by hand: right ones are recognised as they are written, and wrong ones are traced to the slip that sympy made."""

import itertools
import json
import math
import random
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import HandCheckError, StaleGraphError, Value, check_by_hand, dot, no_grad, steps
from autograd import sum as total
from autograd.handcheck import slips_of
from tests.oracles.slips import FORMULAS, NAMES, Case, random_case

FUNCTIONS = {name: autograd.ops.TABLE[name] for name in FORMULAS}
CASES = 60


def nodes_of(case: Case) -> list[Value]:
    return case.graph.built(Value, FUNCTIONS)


def checked(case: Case, answer):
    """What is said of an answer to the question."""
    nodes = nodes_of(case)
    return check_by_hand(nodes[-1], {nodes[case.target]: answer})[nodes[case.target]]


def alike(x: float, y: float, part: float) -> bool:
    return math.isfinite(y) and abs(x - y) <= part * max(abs(x), abs(y)) + 1e-9


def telling(name: str, part: float):
    """Questions with a wrong answer that only this slip gives, for as long as one likes."""
    r = random.Random(name)
    while True:
        case = random_case(r)
        wrong = case.wrong()
        others = [case.right, *itertools.chain.from_iterable(wrong[other] for other in NAMES if other != name)]
        only = [x for x in wrong[name] if math.isfinite(x) and abs(x) > 1e-3 and not any(alike(x, y, part) for y in others)]
        if only:
            yield case, r.choice(only)


@pytest.mark.parametrize("written", [lambda x: x, lambda x: f"{x:.4g}"], ids=["all digits", "four digits"])
@pytest.mark.parametrize("name", NAMES)
def test_a_slip_is_named_first_where_no_other_fits(name, written):
    said = [checked(case, written(x)) for case, x in itertools.islice(telling(name, 2e-3), CASES)]
    assert sum(answer.diagnosis == name and not answer.ok for answer in said) >= 0.95 * CASES


@pytest.mark.parametrize("digits", [2, 3, 4, 6, 17])
def test_a_gradient_rounded_to_two_digits_or_more_is_right(digits):
    r = random.Random(digits)
    for _ in range(100):
        case = random_case(r)
        text = f"{case.right:.{digits - 1}e}"
        if any(alike(x, float(text), 1e-6) for x in itertools.chain.from_iterable(case.wrong().values()) if not alike(x, case.right, 1e-6)):
            continue
        answer = checked(case, text)
        assert answer.ok, (case.graph.leaves, case.graph.steps, case.target, answer)
        assert answer.diagnosis is None
        assert answer.expected == pytest.approx(case.right, rel=1e-9)


def test_of_random_numbers_hardly_any_is_right():
    r = random.Random(0)
    said = [checked(random_case(r), f"{r.uniform(-3.0, 3.0):.3f}").ok for _ in range(200)]
    assert sum(said) <= 6


def root_with_slope(slope: float) -> Value:
    """An output whose gradient by x is this number, and which no usual slip is near."""
    x = Value(123.0, label="x")
    return x * (slope * 7.3) / 7.3


@pytest.mark.parametrize(
    ("slope", "given", "ok"),
    [
        (0.7864, "0.79", True), (0.7864, 0.79, True), (0.7864, "0.786", True), (0.7864, "0.7864", True), (0.7864, "0.787", True),
        (0.7864, "0.785", False), (0.7864, "0.78", True), (0.7864, "0.77", False), (0.7864, "0.8", False), (0.7864, "0.790", False),
        (0.7864, 1, False), (0.7864, "1.0", False), (0.7864, 0, False), (0.7864, "-0.79", False),
        (1.04, 1, False), (1.04, 1.0, False), (1.04, "1.0", True), (0.1249, "0.12", True), (0.1249, "0.13", False),
        (104.0, 104, True), (104.0, 105, True), (104.0, 100, False), (104.0, "1.0e2", True), (20.4, 20, True), (20.4, 21, False),
        (1 / 3, "1/3", True), (1 / 3, Fraction(1, 3), True), (1 / 3, " 1 / 3 ", True), (1 / 3, "-1/3", False), (1 / 3, "33/100", False),
        (1 / 3, Decimal("0.33"), True), (1 / 3, 1 / 3, True), (1 / 3, np.float32(1 / 3), True), (1 / 3, np.float64(0.33), True),
        (2.0, np.int64(2), True), (-2.0, "\N{MINUS SIGN}2", True), (2.0, "2.", True), (0.5, ".5", True), (250.0, "2.5e2", True),
        (1 / 3, 1 / 3 + 1e-9, True), (1 / 3, 1 / 3 + 1e-5, False),
    ],
)
def test_the_last_digit_that_was_written_is_forgiven_and_no_more(slope, given, ok):
    assert check_by_hand(root_with_slope(slope), {"x": given}).ok is ok


def test_a_factor_near_1_that_was_dropped_is_not_taken_for_rounding():
    x, f = Value(7.0, label="x"), Value(1.04, label="f")
    root = x * f * 5.0
    assert check_by_hand(root, {"x": "5.2"}).ok
    for wrong in (5, 5.0, "5.0", "5.00"):
        assert check_by_hand(root, {"x": wrong})["x"].diagnosis == "dropped-factor"


def test_one_digit_is_too_few_but_not_a_slip():
    answer = check_by_hand(root_with_slope(0.7864), {"x": "0.8"})["x"]
    assert (answer.ok, answer.diagnosis) == (False, None)
    assert "one digit" in answer.sentence


def test_what_cancels_is_0():
    x = Value(0.1, label="x")
    root = x * 0.1 + x * 0.2 - x * 0.3
    root.backward()
    assert x.grad != 0.0
    assert check_by_hand(root, {"x": 0}).ok


def test_gradients_that_are_not_finite_can_be_right():
    x, y = Value(0.0, label="x"), Value(math.inf, label="y")
    assert check_by_hand(x.sqrt(), {"x": "inf"}).ok
    assert not check_by_hand(x.sqrt(), {"x": "-inf"}).ok
    assert not check_by_hand(x.sqrt(), {"x": 3}).ok
    assert check_by_hand((y - y) * x, {"x": math.nan}).ok
    assert not check_by_hand(x * 2.0, {"x": math.nan}).ok


def by_hand() -> dict[str, Value]:
    """y = tanh(d), L = y·f + d with d = a·b, f = d·c: small enough to work out on paper."""
    a, b, c = Value(0.5, label="a"), Value(2.0, label="b"), Value(3.0, label="c")
    d = a * b
    y = d.tanh()
    f = d * c
    loss = y * f + d
    for label, v in {"d": d, "y": y, "f": f, "L": loss}.items():
        v.label = label
    return {"a": a, "b": b, "c": c, "d": d, "y": y, "f": f, "L": loss}


T = math.tanh(1.0)
SLOPE, SLOPE_AT_OUTPUT = 1.0 - T * T, 1.0 - math.tanh(T) ** 2
D = 3.0 * SLOPE + 3.0 * T + 1.0


@pytest.mark.parametrize(
    ("node", "number", "diagnosis", "words"),
    [
        ("d", D - 1.0, "missed-a-path", "straight from L"),
        ("d", D - 3.0 * T, "missed-a-path", "through f"),
        ("d", 3.0 * SLOPE, "overwrote", "through y"),
        ("a", 2.0 * (D - 3.0 * T), "missed-a-path", "through f"),
        ("a", 2.0 * 3.0 * SLOPE, "overwrote", "through y"),
        ("d", 3.0 + 3.0 * T + 1.0, "dropped-factor", "∂y/∂d"),
        ("a", D, "dropped-factor", "∂d/∂a"),
        ("a", -2.0 * D, "wrong-sign", "sign"),
        ("d", 3.0 * SLOPE - 3.0 * T + 1.0, "wrong-sign", "between f and d"),
        ("d", 3.0 * SLOPE_AT_OUTPUT + 3.0 * T + 1.0, "partial-at-output", "∂y/∂d"),
        ("a", 2.0 * (3.0 * SLOPE_AT_OUTPUT + 3.0 * T + 1.0), "partial-at-output", "the input, d"),
        ("a", 0.5, "value-for-gradient", "value of a"),
        ("y", T, "value-for-gradient", "value of y"),
        ("b", 0.5 * 1.0, "adjoint-not-multiplied", "∂d/∂b"),
        ("d", SLOPE + 3.0 * T + 1.0, "adjoint-not-multiplied", "adjoint of y"),
        ("a", 0, None, "does not move at all"),
        ("b", 12.34, None, "edge by edge"),
        ("L", 0, None, "as much as itself"),
        ("L", 3.0 * T + 1.0, "value-for-gradient", "value of L"),
    ],
)
def test_the_sentence_says_where(node, number, diagnosis, words):
    answer = check_by_hand(by_hand()["L"], {node: number})[node]
    assert not answer.ok
    assert answer.diagnosis == diagnosis
    assert words in answer.sentence


def test_a_node_without_a_label_is_explained():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    named = a * b
    assert check_by_hand(named + a, {"a": 1})["a"].sentence.endswith(" Here v1 = a*b.")
    named.label = "d"
    assert "through d" in check_by_hand(named + a, {"a": 1})["a"].sentence
    assert "Here" not in check_by_hand(named + a, {"a": 1})["a"].sentence


def test_two_answers_that_were_mixed_up_are_seen():
    root = Value(1.5, label="a") * 3.0 + Value(2.5, label="b") * 7.7
    report = check_by_hand(root, {"a": 7.7, "b": 3})
    assert not report.ok
    assert "gradient of b" in report["a"].sentence
    assert "gradient of a" in report["b"].sentence
    assert "gradient of" not in check_by_hand(root, {"a": 7.7})["a"].sentence


def test_an_op_misunderstood_every_time_is_one_slip():
    x = Value(0.7, label="x")
    root = x.tanh().tanh() * 3.0
    one, two = math.tanh(0.7), math.tanh(math.tanh(0.7))
    wrong = 3.0 * (1.0 - math.tanh(two) ** 2) * (1.0 - math.tanh(one) ** 2)
    answer = check_by_hand(root, {"x": wrong})["x"]
    assert answer.diagnosis == "partial-at-output"
    assert "every time" in answer.sentence


def test_one_path_gone_wrong_is_seen():
    x = Value(0.7, label="x")
    y, z = x.exp() * 2.0, x * x
    y.label, z.label = "y", "z"
    root = y * z + y
    root.label = "L"
    e = math.exp(0.7)
    for number, diagnosis, words in [
        (2.0 * e * 0.7, "overwrote", "one contribution to x, the one through operand 1 of z"),
        (2.0 * e, "missed-a-path", "through v2"),
        (4.0 * e * 0.7 + 2.0 * e, "missed-a-path", "through v2. y is used 2 times"),
        (4.0 * e * 0.7 + 2.0 * e * 0.49, "overwrote", "the last contribution to y, the one through v2"),
        (4.0 * e * 0.7 + 2.0 * e * 0.49 + 2.0, "dropped-factor", "On the path L → y → v1 → x you"),
        (4.0 * e * 0.7 + 2.0 * e * 0.49 - 2.0 * e, "wrong-sign", "between L and y"),
        (4.0 * e * 0.7 + 2.0 * e * 0.49 + e, "adjoint-not-multiplied", "On the path L → y → v1 → x you"),
    ]:
        answer = check_by_hand(root, {"x": number})["x"]
        assert answer.diagnosis == diagnosis
        assert words in answer.sentence


def test_operations_of_many_inputs_have_the_same_slips():
    w, x = [[Value(k + 0.1 * i, label=f"{name}{i}") for i in range(8)] for name, k in (("w", 1.5), ("x", 2.0))]
    root = dot(w, x).tanh() * 0.5 + total([w[0]] * 8)
    root.label = "L"
    for wrong, diagnosis in ((7.0, "missed-a-path"), (1.0, "overwrote"), (5.0, None)):
        assert check_by_hand(root, {"w0": wrong})["w0"].diagnosis == diagnosis
    product = dot(w, x)
    for wrong, diagnosis in ((-2.3, "wrong-sign"), (1.0, "dropped-factor"), (1.8, "value-for-gradient")):
        assert check_by_hand(product, {"w3": wrong})["w3"].diagnosis == diagnosis


def test_a_slip_that_leads_out_of_a_function_is_none():
    def refuse(x: float) -> float:
        if x > 1.0:
            raise ValueError("out of range")
        return 3.0 * x

    own = autograd.ops.unary("own", refuse, lambda z, x: 3.0 + 0.0 * x, latex="own", reason="A test.")
    x = Value(0.9, label="x")
    assert check_by_hand(own(x) * 2.0, {"x": 6}).ok
    assert check_by_hand(own(x) * 2.0, {"x": 3})["x"].diagnosis == "adjoint-not-multiplied"


def test_an_assignment_in_place_of_an_addition_is_seen_everywhere():
    x = Value(0.7, label="x")
    y = x * 1.3 + x
    root = y * 1.7 + y
    answer = check_by_hand(root, {"x": 1.3 * 1.7})["x"]
    assert answer.diagnosis == "overwrote"
    assert "write +=, not =" in answer.sentence


def test_the_exponent_that_did_not_come_down_is_a_dropped_factor():
    x = Value(0.7, label="x")
    answer = check_by_hand((x + 0.4) ** 3 * 5.0, {"x": 5.0 * 1.1**2})["x"]
    assert answer.diagnosis == "dropped-factor"
    assert "exponent" in answer.sentence


def test_the_expected_gradients_have_the_bits_of_backward():
    r = random.Random(1)
    for _ in range(50):
        case = random_case(r)
        nodes = nodes_of(case)
        expected = check_by_hand(nodes[-1], {nodes[case.target]: 1.0})[nodes[case.target]].expected
        assert all(v.grad is None for v in nodes)
        nodes[-1].backward()
        assert expected == nodes[case.target].grad


def test_a_report_is_read_by_label_by_name_and_by_value():
    v = by_hand()
    unnamed = v["a"] + 1.0
    root = v["L"] * unnamed
    report = check_by_hand(root, {"a": 1, v["b"]: "1.5", "v1": 2.0})
    assert list(report) == ["a", "b", "v1"]
    assert report["b"] is report[v["b"]]
    assert (report["a"].given, report["b"].given) == (1, "1.5")
    assert report["v1"].name == "v1"
    for missing in ("c", v["c"], 3):
        with pytest.raises(KeyError, match="a, b, v1"):
            report[missing]


def test_a_report_says_what_is_right_and_what_is_not():
    report = check_by_hand(by_hand()["L"], {"a": 0.5, "b": 0.5 * D})
    assert not report.ok
    assert not report["a"].ok
    assert report["b"].ok
    lines = repr(report).split("\n")
    assert lines[0] == f"a: 0.5 is not right. {report['a'].sentence}"
    assert lines[1] == f"b: {0.5 * D} is right."
    assert "✗ not right" in report._repr_html_()
    assert "✓ right" in report._repr_html_()
    assert check_by_hand(by_hand()["L"], {"b": 0.5 * D}).ok


def test_raise_if_wrong_teaches_and_keeps_the_answer():
    for name in NAMES:
        for case, x in itertools.islice(telling(name, 2e-3), 20):
            nodes = nodes_of(case)
            report = check_by_hand(nodes[-1], {nodes[case.target]: x, nodes[-1]: 1})
            with pytest.raises(HandCheckError, match=r"^1 of 2 gradients is not right\.\n") as caught:
                report.raise_if_wrong()
            assert isinstance(caught.value, AssertionError)
            assert report[nodes[case.target]].sentence in str(caught.value)
            said = f"{caught.value} {report!r} {report._repr_html_()}".replace(str(x), "")
            assert f"{abs(case.right):.4g}" not in said or len(f"{abs(case.right):.4g}") < 4


def test_raise_if_wrong_lets_right_answers_pass():
    case = random_case(random.Random(2))
    nodes = nodes_of(case)
    check_by_hand(nodes[-1], {nodes[case.target]: case.right, nodes[-1]: 1}).raise_if_wrong()


class Cells(HTMLParser):
    """The tags of a page, with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data):
        self.text += data


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=60) | st.text("<>\"'&/; scriptonx=", max_size=60))
def test_no_label_is_read_as_html(label):
    plain, odd = Value(2.0, label="x"), Value(2.0, label=label)
    pages = [check_by_hand(v * v * v, {v: "3"})._repr_html_() for v in (plain, odd)]
    assert Cells(pages[0]).tags == Cells(pages[1]).tags
    assert {"script", "img", "a"}.isdisjoint(tag for tag, _ in Cells(pages[1]).tags)


def test_a_hostile_label_is_shown_as_it_is():
    v = Value(2.0, label="<b>&amp;")
    report = check_by_hand(v * v, {"<b>&amp;": "3"})
    assert report[v].name == "<b>&amp;"
    assert Cells(report._repr_html_()).text.count("<b>&amp;") == 4


X = Value(2.0, label="x")


@pytest.mark.parametrize(
    ("root", "answers", "error", "words"),
    [
        (3.0, {"x": 1}, TypeError, "is no Value"),
        ("x", {"x": 1}, TypeError, "Give one output"),
        (X * X, [("x", 1)], TypeError, "not a dict"),
        (X * X, {}, ValueError, "no answers"),
        (X * X, {3: 1}, TypeError, "Use a label"),
        (X * X, {"w": 1}, ValueError, "nothing below v1 is called 'w'"),
        (X * X, {"": 1}, ValueError, "There are v1, x"),
        (X * X, {Value(1.0, label="old"): 1}, ValueError, "'old' is not below v1"),
        (X * Value(1.0, label="x"), {"x": 1}, ValueError, "2 nodes are called 'x'"),
        (X * X, {"x": 4, X: 4}, ValueError, "the same node"),
        (X * X, {"x": None}, TypeError, "'x': None"),
        (X * X, {"x": ...}, TypeError, "Fraction(1, 3)"),
        (X * X, {"x": True}, TypeError, "not a number"),
        (X * X, {"x": X}, TypeError, ".item()"),
        (X * X, {"x": 4j}, TypeError, "not a number"),
        (X * X, {"x": "four"}, ValueError, "'four'"),
        (X * X, {"x": ""}, ValueError, "is no number"),
        (X * X, {"x": "4,0"}, ValueError, "with a point"),
        (X * X, {"x": "1/0"}, ValueError, "'1/3'"),
        (X * X, {"x": "1_000"}, ValueError, "is no number"),
        (X * X, {"x": "1e999"}, ValueError, "too large"),
        (X * X, {"x": 10**400}, ValueError, "too large"),
    ],
)
def test_what_cannot_be_checked_is_refused_by_name(root, answers, error, words):
    with pytest.raises(error) as caught:
        check_by_hand(root, answers)
    assert words in str(caught.value)
    assert str(caught.value).startswith("check_by_hand: ")
    assert X.grad is None


def test_a_graph_that_backward_refuses_is_refused():
    x = Value(2.0, label="x")
    root = x * x
    x.data = 3.0
    with pytest.raises(StaleGraphError, match="'x' was changed"):
        check_by_hand(root, {"x": 4})
    with no_grad():
        unrecorded = x * x
    with pytest.raises(RuntimeError, match="no_grad"):
        check_by_hand(unrecorded, {"x": 4})


def test_long_and_wide_graphs_are_checked_too():
    x = Value(0.5, label="x")
    y = x
    for i in range(5_000):
        y = y + x if i % 2 else y * 1.0001
    xs = [Value(1.0) for _ in range(5_000)]
    for root in (y, total([x * v for v in xs])):
        assert check_by_hand(root, {"x": steps(root).adjoints[x]}).ok
        assert check_by_hand(root, {"x": 0.5})["x"].diagnosis == "value-for-gradient"
        assert check_by_hand(root, {"x": 3.21})["x"].diagnosis is None


def test_among_very_many_numbers_one_that_fits_means_nothing():
    for factors, diagnosis in ((200, "dropped-factor"), (400, None)):
        x = Value(0.5, label="x")
        y = x
        for _ in range(factors):
            y = y * 1.01
        assert check_by_hand(y, {"x": 1.01 ** (factors - 1)})["x"].diagnosis == diagnosis


def test_with_very_many_paths_there_is_still_an_answer():
    x = Value(1.0, label="x")
    y = x
    for _ in range(60):
        y = y * 0.5 + y * 0.5
    assert check_by_hand(y, {"x": 1}).ok
    assert check_by_hand(y, {"x": 0.5})["x"].diagnosis == "overwrote"


def test_a_step_is_compared_with_what_each_slip_makes_of_it():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    y = a * b
    root = y * y + a
    table = slips_of(steps(root))
    assert [entry is None for entry in table] == [step.to is None for step in steps(root)]
    wrong = {(step.name, step.to_name, step.place): entry for step, entry in zip(steps(root), table, strict=True) if entry}
    last = wrong["v1", "a", 0]
    assert last["contribution"]["right"] == 36.0
    assert last["after"]["right"] == 37.0
    assert [slip[:2] for slip in last["contribution"]["slips"]] == [
        [2.0, "value-for-gradient"], [3.0, "adjoint-not-multiplied"], [12.0, "dropped-factor"], [-36.0, "wrong-sign"],
        [24.0, "value-for-gradient"],
    ]
    assert [slip[:2] for slip in last["after"]["slips"]] == [
        [2.0, "value-for-gradient"], [36.0, "overwrote"], [1.0, "missed-a-path"], [-37.0, "wrong-sign"], [4.0, "adjoint-not-multiplied"],
        [13.0, "dropped-factor"], [-35.0, "wrong-sign"],
    ]


def test_the_slips_of_steps_are_those_of_sympy():
    r = random.Random(3)
    for _ in range(60):
        graph = random_case(r).graph
        nodes = graph.built(Value, FUNCTIONS)
        found = steps(nodes[-1])
        for step, entry in zip(found, slips_of(found), strict=True):
            if entry is None:
                continue
            (edge,) = (e for e in graph.edges(next(i for i, v in enumerate(nodes) if v is step.node)) if e.place == step.place)
            adjoint, partial = Case(graph, edge.node).right, graph.partial(edge)
            numbers = {
                "adjoint-not-multiplied": partial, "dropped-factor": adjoint, "wrong-sign": -adjoint * partial,
                "partial-at-output": adjoint * graph.partial_at_output(edge), "value-for-gradient": graph.data[edge.to],
            }
            assert alike(entry["contribution"]["right"], adjoint * partial, 1e-9)
            for name, x in numbers.items():
                others = [adjoint * partial, *(numbers[other] for other in numbers if other != name)]
                if math.isfinite(x) and not any(alike(x, y, 1e-5) for y in others):
                    assert name in [told for y, told, _ in entry["contribution"]["slips"] if alike(x, y, 1e-6)]


def test_the_slips_of_steps_are_json_and_none_of_them_is_right():
    r = random.Random(4)
    for _ in range(50):
        root = nodes_of(random_case(r))[-1]
        table = slips_of(steps(root))
        assert json.loads(json.dumps(table, allow_nan=False)) == table
        for entry in filter(None, table):
            for question in entry.values():
                numbers = [question["right"], *(number for number, _, _ in question["slips"])]
                assert all(name in NAMES and sentence for _, name, sentence in question["slips"])
                assert not any(alike(x, y, 1e-7) for x, y in itertools.combinations(numbers, 2))


def test_what_json_has_not_is_left_out_of_the_slips_of_steps():
    x = Value(0.0, label="x")
    entry = slips_of(steps(x.sqrt()))[-1]
    assert entry["contribution"]["right"] is None
    json.dumps(entry, allow_nan=False)
    json.dumps(slips_of(steps(Value(1.0).log())), allow_nan=False)


def test_a_rounded_answer_is_right_even_where_a_slip_gives_just_that_number():
    """∂L/∂w is -0.2511; the value of a node instead of its adjoint would have given -0.25."""
    x, v, w, u, b = (Value(n, label=name) for n, name in zip((2.0, 0.5, 0.5, -1.0, 0.2), ("x", "v", "w", "u", "b"), strict=True))
    loss = ((w * x + u * v + b).tanh() - 1.0) ** 2
    assert check_by_hand(loss, {"u": -0.25}).ok
    assert check_by_hand(loss, {"u": "-0.251"}).ok
    assert not check_by_hand(loss, {"u": -0.26}).ok
