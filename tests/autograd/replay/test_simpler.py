"""Formulas written for floats and for arrays come to what the operations come to one by one; tails keep their digits."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, trace
from autograd.ops import TABLE
from autograd.replay.calls import ON_ARRAYS, Calls, compiled, silent
from autograd.replay.lines import Lines, float_terms, with_fewer_names
from autograd.replay.python_executor import QUICK
from autograd.replay.simpler import SIMPLER
from autograd.replay.terms import Term, Terms, needed
from autograd.symbol import FORWARDS

mpmath = pytest.importorskip("mpmath")
NUMBERS = [-3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0]
NAMES = ["add", "sub", "mul", "div", "neg", "abs", "exp", "log", "sigmoid", "tanh", "relu", "maximum", "pow", "selu", "sign"]
OPS = [TABLE[name] for name in NAMES]


def random_plan(r):
    """Operations on numbers, on the leaves x and y, and on each other's results."""
    plan = []
    for i in range(r.randint(1, 15)):
        op = r.choice(OPS)
        nodes = [("node", r.randrange(2 + i)) for _ in op.partials]
        picked = [r.choice([("number", r.choice(NUMBERS)), node, node]) for node in nodes]
        if op.name == "pow":
            picked[1] = ("number", r.choice(NUMBERS))
        plan.append((op, picked))
    return plan


def run_plan(plan, x, y):
    nodes = [x, y]
    for op, picked in plan:
        nodes.append(op(*(value if kind == "number" else nodes[value] for kind, value in picked)))
    return nodes[-1]


def near(found, expected):
    if not math.isfinite(expected):
        return found == expected or (math.isnan(found) and math.isnan(expected))
    return abs(found - expected) <= 1e-12 * max(1.0, abs(expected))


def on_floats(plan, x, y, *, careful):
    terms = float_terms(careful=careful)
    result = run_plan(plan, terms.leaf("x"), terms.leaf("y"))
    lines = Lines(terms.all, [result], careful=careful)
    body = [*lines.written(terms.all), f"return {lines.text(result)}"]
    return compiled("f", ["x", "y"], body, {**FORWARDS, **({} if careful else QUICK), "inf": math.inf, "nan": math.nan})(x, y)


def on_arrays(plan, x, y):
    terms = Terms(SIMPLER, ON_ARRAYS)
    leaves = {terms.leaf("x", (2, 3)): np.full((2, 3), x), terms.leaf("y", (3,)): np.full(3, y)}
    result = run_plan(plan, *leaves)
    if not isinstance(result, Term):
        return result
    calls = Calls(dict(leaves))
    calls.write([result])
    run = silent(compiled("f", [], calls.lines, calls.space))
    for _ in range(2):
        run()
    found = calls.array(result)
    assert np.array_equal(found, np.full_like(found, found.flat[0]), equal_nan=True)
    return float(found.flat[0])


@settings(deadline=None, max_examples=400)
@given(seed=st.integers(0, 2**32), x=st.sampled_from([-700.0, -2.0, -0.25, 0.5, 1.5, 30.0]), y=st.sampled_from([-1.0, 0.75, 2.0]))
def test_what_is_written_comes_to_the_same(seed, x, y):
    """On floats in the careful form and in the quick one, which may raise an error instead; and on arrays of different shapes."""
    plan = random_plan(random.Random(seed))
    nodes = [run_plan(plan[:i], x, y) for i in range(1, len(plan) + 1)]
    if not all(abs(node) < 1e150 or not math.isfinite(node) for node in nodes) or any(0.0 < abs(node) < 1e-9 for node in nodes):
        return
    if not all(map(math.isfinite, nodes)):
        return
    assert near(on_floats(plan, x, y, careful=True), nodes[-1])
    assert near(on_arrays(plan, x, y), nodes[-1])
    try:
        quick = on_floats(plan, x, y, careful=False)
    except (OverflowError, ValueError, ZeroDivisionError):
        return
    assert near(quick, nodes[-1])


@pytest.mark.parametrize("executor", ["python", "numpy"])
@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
def test_the_tails_of_slopes_keep_their_digits(name, executor):
    """Where 1 - tanh² has no digit left, and where it has only some; on either side of every change of formula."""
    w = Value(1.0)
    slope = {"tanh": lambda x: mpmath.sech(x) ** 2, "sigmoid": lambda x: 1 / (2 + 2 * mpmath.cosh(x))}[name]
    program = trace(lambda x: TABLE[name](w + x), 0.5, executor=executor)
    with mpmath.workprec(200):
        for x in (0.0, 1e-9, 0.3, 1.44, 1.45, 2.0, 8.0, 20.0, 40.0, 300.0):
            for signed in (x, -x):
                w.grad = None
                program.backward(np.array([signed - 1.0]))
                exact = slope(mpmath.mpf(1.0 + (signed - 1.0)))
                assert abs(w.grad - exact) <= 8e-16 * exact


@pytest.mark.parametrize(("formula", "text"), [
    (lambda x, y: x * 2.0 * y * 3.0, "(6.0 * (x * y))"),
    (lambda x, y: x + -y, "(x - y)"),
    (lambda x, y: x - y * -1.0, "(x + y)"),
    (lambda x, y: (x * -1.0) * -1.0, "x"),
    (lambda x, y: abs(-2.0 * x), "(2.0 * abs(x))"),
    (lambda x, y: x**1.0 / 1.0, "x"),
    (lambda x, y: x * x + 0.0, "(x * x)"),
    (lambda x, y: x + 0.0, "(x + 0.0)"),
    (lambda x, y: TABLE["exp"](x - TABLE["log"](y)), "(exp(x) / y)"),
])
def test_rules_of_arithmetic(formula, text):
    terms = float_terms(careful=False)
    result = formula(terms.leaf("x"), terms.leaf("y"))
    order = needed([result])
    lines = Lines(order, [result], careful=False)
    lines.written(order)
    assert lines.text(result) == text


def test_a_name_is_taken_again_once_its_part_is_read_no_more():
    lines = ["t7 = p0 + p1", "t9 = t7 * t7", "t12 = t9 - t9", "d0 = t12 * t9", "total = d0 + t9", "return total"]
    assert with_fewer_names(lines) == ["t0 = p0 + p1", "t0 = t0 * t0", "t1 = t0 - t0", "d0 = t1 * t0", "total = d0 + t0", "return total"]
