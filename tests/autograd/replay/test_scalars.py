"""The interpreter of single nodes computes what the graph computes, whatever its shape; and is chosen where kernels are slow."""

import math
import random
from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Value, gradients, logsumexp, mean, ops
from autograd.ops import TABLE, PullBack, unary
from autograd.replay import runs as runs_module
from autograd.replay.costs import groups_badly
from autograd.replay.lower import Rows, lower
from autograd.replay.native import executor as native
from autograd.replay.numpy_executor import NumpyExecutor
from autograd.replay.runs import MARGIN, in_runs
from autograd.replay.scalars import ALONE, CACHE, LONG, SHORT, ScalarExecutor, lanes_of
from autograd.replay.tape import Tape
from autograd.tracing import batch_mean
from tests.autograd.replay.graphs import FEW, MANY, random_function

built = pytest.mark.skipif(native._native is None, reason="the native extension is not built")
WIDTHS = native._native.widths if native._native is not None else []
SPECIAL = [math.inf, -math.inf, math.nan, 0.0, -0.0, 5e-324, -1e-310, 1.0, -1.0, 2.0, 0.5, 710.0, -746.0, 1e308, -1e308]
BATCHES = [1, 3, 8, 19, 37]


def taped(f, inputs):
    """The tape of a function of numbers."""
    leaves = [Value(0.5) for _ in range(inputs)]
    return Tape(leaves, [f(*leaves)])


def ran(executor, program, inputs, parameters):
    """The outputs in every lane and the parameters' adjoints, each lane of each output being worth 1/4. Twice: nothing may be left."""
    batch = executor.varying.shape[1]
    for _ in range(2):
        executor.varying[: program.inputs] = inputs
        executor.uniform[: len(program.parameters)] = parameters
        executor.run([(rows, 0.25) for rows in dict.fromkeys(program.outputs)])
    outputs = [np.broadcast_to(executor.value(rows)[0], (batch,)) for rows in program.outputs]
    return np.array(outputs), executor.uniform_adjoint[: len(program.parameters)].copy()


def assert_near(found, expected):
    """To 1e-12 of max(1, |value|); what is not finite is the same."""
    with np.errstate(invalid="ignore"):
        near = np.abs(found - expected) <= 1e-12 * np.maximum(1.0, np.abs(expected))
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    assert np.where(np.isfinite(expected), near, same).all(), (found, expected)


def assert_as_numpy(tape, inputs, parameters, width=None):
    """Interpreter and numpy executor agree on a batch."""
    lowered = lower(tape)
    program = in_runs(tape, lowered.parameters)
    batch = np.shape(inputs)[1]
    expected = ran(NumpyExecutor(lowered, batch), lowered, inputs, parameters)
    for found, exact in zip(ran(ScalarExecutor(program, batch, width=width), program, inputs, parameters), expected, strict=True):
        assert_near(found, exact)


@built
@settings(deadline=None, max_examples=300)
@given(seed=st.integers(0, 2**32), batch=st.integers(1, 70), width=st.sampled_from([None, *WIDTHS]))
def test_random_graphs_equal_the_engine(seed, batch, width):
    r = random.Random(seed)
    parameters = [Value(r.uniform(0.3, 1.2)) for _ in range(3)]
    f = random_function(r, parameters)
    tape = taped(f, 2)
    program = in_runs(tape, tape.parameters()[::-1])
    executor = ScalarExecutor(program, batch, width=width)
    X, Y = (np.array([r.uniform(0.2, 0.9) for _ in range(batch)]) for _ in "xy")
    rows = program.outputs[0]
    for _ in range(2):
        outputs = [f(Value(x), Value(y)) for x, y in zip(X.tolist(), Y.tolist(), strict=True)]
        executor.varying[:] = X, Y
        executor.uniform[:] = [p.item() for p in program.parameters]
        executor.forward()
        assert_near(executor.value(rows)[0], np.array([v.item() for v in outputs]))
        executor.run([(rows, 1.0 / batch if rows.varying else 1.0)])
        assert_near(executor.value(rows)[0], np.array([v.item() for v in outputs]))
        assert_near(executor.uniform_adjoint, np.array([g.item() for g in gradients(mean(outputs), program.parameters)]))
        for p in parameters:
            p.data += 0.1


def large_function(r, parameters, nodes):
    """More nodes than a window has, each of an early and of a late one."""
    plan = [(r.choice(["add", "sub", "mul", "tanh", "relu"]), r.random(), r.randint(1, 9)) for _ in range(nodes)]

    def f(x):
        found = [x, *parameters]
        for name, early, late in plan:
            op = TABLE[name]
            found.append(op(*[found[-min(late, len(found))], found[int(early * len(found))]][: len(op.partials)]))
            found[-1] = found[-1] * 0.6 if name == "add" else found[-1]
        return mean(found)

    return f


@built
@pytest.mark.parametrize("batch", [1, 9])
def test_a_graph_of_many_windows_equals_the_engine(batch):
    r = random.Random(3)
    parameters = [Value(r.uniform(-1.0, 1.0)) for _ in range(200)]
    f = large_function(r, parameters, 3 * runs_module.WINDOW)
    program = in_runs(taped(f, 1), parameters)
    X = np.linspace(-1.0, 1.0, batch).reshape(1, -1)
    executor = ScalarExecutor(program, batch)
    outputs, adjoints = ran(executor, program, X, [p.item() for p in parameters])
    graphs = [f(Value(x)) for x in X[0].tolist()]
    assert_near(outputs[0], np.array([v.item() for v in graphs]))
    assert_near(adjoints, np.array([0.25 * g.item() for g in gradients(ops.total(graphs), parameters)]))


@built
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("op", FEW, ids=lambda op: op.name)
def test_every_operation_equals_numpy_at_special_points_too(op, width):
    """Of inputs, of parameters and of both; with points from the row's domain, zeros, infinities, nan, subnormals."""
    r = random.Random(op.name)
    rows = [[r.uniform(*interval) for interval in op.domain] for _ in range(19)]
    rows += [[x, y][: len(op.partials)] for x in SPECIAL for y in SPECIAL]
    w = [Value(0.5), Value(0.5)]
    for count in (1, 8, len(rows)):
        for row in (rows[0], rows[19], rows[30]):
            inputs = np.array(rows[:count] if count < len(rows) else rows).T
            two = len(op.partials) == 2
            assert_as_numpy(taped(lambda *xs: op(*xs) * w[0], len(op.partials)), inputs, [row[0]], width)
            assert_as_numpy(taped(lambda *xs, two=two: op(*w[: 1 + two]) + xs[0], 1), inputs[:1], row, width)
            if two:
                assert_as_numpy(taped(lambda x: op(w[0], x), 1), inputs[1:], row[:1], width)
                assert_as_numpy(taped(lambda x: op(x, w[0]), 1), inputs[:1], row[1:], width)
                assert_as_numpy(taped(lambda x: op(x + w[0], 2.0), 1), inputs[:1], row[1:], width)


@built
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("op", MANY, ids=lambda op: op.name)
@pytest.mark.parametrize("members", [1, 2, 3, 150])
def test_every_fold_equals_numpy_at_special_points_too(op, members, width):
    """Each member is a parameter or an input, or an input times a parameter."""
    r = random.Random(members)
    count = members * len(op.partials)
    w = [Value(0.5) for _ in range(count)]
    numbers = np.array([[r.uniform(-2.0, 2.0) + 1e3 * (lane % 3) for lane in range(37)] for _ in range(count)])
    for lane in range(20, 37):
        numbers[r.randrange(count), lane] = r.choice(SPECIAL)
    mixed = taped(lambda *xs: op(*np.reshape([[x, x * v, v][k % 3] for k, (x, v) in enumerate(zip(xs, w, strict=True))],
                                             (-1, members)).tolist()), count)
    uniform = taped(lambda x: x + op(*np.reshape(w, (-1, members)).tolist()), 1)
    for batch in BATCHES:
        kept = lower(mixed).parameters
        assert_as_numpy(mixed, numbers[:, 37 - batch :], numbers[: len(kept), 3], width)
    for lane in (0, 1, 2, *range(20, 37)):
        assert_as_numpy(uniform, np.full((1, 3), 0.5), numbers[:, lane], width)


@built
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("f", [
    lambda w, x: x * w[0] + w[1],
    lambda w, x: ops.dot([w[0], x, w[1]], [x, x, 1.0]),
    lambda w, x: (x * w[0]).exp() / (w[1] * x),
], ids=["product", "dot", "quotient"])
def test_a_number_that_is_not_finite_stays_in_its_lane(f, batch, width):
    """Lanes that fill a block up have adjoint 0; 0 times their infinity must not reach a sum over the batch."""
    w = [Value(1.0), Value(2.0)]
    for special in (0.0, math.inf, -math.inf, math.nan):
        for lane in (0, batch - 1, 8 * ((batch - 1) // 8)):
            inputs = np.ones((1, batch))
            inputs[0, lane] = special
            assert_as_numpy(taped(lambda x: f(w, x), 1), inputs, [1.0, 2.0], width)


@built
@pytest.mark.parametrize("batch", BATCHES)
def test_every_kind_of_output_is_seeded(batch):
    """An input, a constant, a parameter, what is computed from it alone, and one that another one reads: once and twice."""
    w, v, x = Value(3.0), Value(5.0), Value(1.0)
    square, product = w * w, w * x
    tape = Tape([x], [x, 7.0, v, square, product, product.exp() * square, product])
    program = in_runs(tape, [w, v])
    inputs = np.linspace(-1.0, 1.0, batch).reshape(1, -1)
    outputs, adjoints = ran(ScalarExecutor(program, batch), program, inputs, [3.0, 5.0])
    e = np.exp(3.0 * inputs[0])
    expected = [inputs[0], *np.outer([7.0, 5.0, 9.0], np.ones(batch)), 3.0 * inputs[0], 9.0 * e, 3.0 * inputs[0]]
    assert outputs == pytest.approx(np.array(expected), rel=1e-14, abs=1e-14)
    to_w = 6.0 + np.sum(inputs[0] + 9.0 * e * inputs[0] + 6.0 * e)
    assert adjoints == pytest.approx([0.25 * to_w, 0.25], rel=1e-13)


@built
@pytest.mark.parametrize("batch", BATCHES)
def test_a_whole_loss_takes_the_gradient_of_the_graph(batch):
    r = random.Random(2)
    w = [[Value(r.gauss(0.0, 0.5)) for _ in range(3)] for _ in range(4)]

    def loss(*xs):
        logits = [ops.dot(row, xs).tanh() for row in w]
        return logsumexp(logits) - logits[1] + mean([p**2.0 for row in w for p in row])

    parameters = [p for row in w for p in row]
    program = in_runs(taped(loss, 3), parameters)
    X = np.random.default_rng(1).normal(size=(3, batch))
    _, adjoints = ran(ScalarExecutor(program, batch), program, X, [p.item() for p in parameters])
    total = ops.total([loss(*map(Value, column)) for column in X.T.tolist()])
    assert adjoints == pytest.approx([0.25 * g.item() for g in gradients(total, parameters)], rel=1e-12, abs=1e-13)


def numbers_of(program):
    """Of each node in order: the run's kind, its cell, and what it reads."""
    operands = iter(program.operands[MARGIN:-MARGIN])
    cell = len(program.parameters) + len(program.constants)
    for flat in (program.uniform, program.varying):
        for kind, nodes in zip(flat[::2], flat[1::2], strict=True):
            for _ in range(nodes):
                yield program.kinds[kind], cell, [next(operands) for _ in range(program.kinds[kind].operands)]
                cell += 1
        cell += program.inputs * (flat is program.uniform)
    assert cell == program.cells
    assert list(operands) == []


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 2**32))
def test_every_node_comes_once_and_after_what_it_reads(seed):
    r = random.Random(seed)
    tape = taped(large_function(r, [Value(0.5) for _ in range(4)], 200), 1)
    nodes = list(numbers_of(in_runs(tape)))
    assert len(nodes) == len(tape.computed())
    assert all(max(reads) < cell for _, cell, reads in nodes)
    assert sorted(kind.op.name for kind, _, _ in nodes) == sorted(tape.op[i].name for i in tape.computed())


def test_nodes_of_one_operation_are_brought_together():
    def f(x):
        return mean([(x * k).exp() + (x - k).tanh() for k in (1.5, 2.5, 3.5, 4.5)])

    program = in_runs(taped(f, 1))
    assert len(program.varying) // 2 <= 7, "mul, sub, exp, tanh, add, and those of the mean"
    assert max(program.varying[1::2]) == 4


def test_few_slots_serve_a_long_chain():
    """An adjoint leaves its slot when it is sent on."""
    w = Value(1.0)

    def f(x):
        for _ in range(1000):
            x = (x * w).tanh()
        return x

    program = in_runs(taped(f, 1))
    assert program.slot_count <= 4
    assert program.cells > 2000


def test_what_no_parameter_moves_has_no_slots():
    w = Value(1.0)
    program = in_runs(taped(lambda x: w * (x.exp() / 3.0).tanh(), 1))
    assert len(program.slots) == 2 * MARGIN + 3
    assert [kind.wanted for kind in program.kinds] == [0, 0, 0, 1]


def test_a_square_is_a_product_and_nothing_else_is():
    w = Value(1.5)
    powers = (lambda x: x**2.0, lambda x: x**3.0, lambda x: ops.pow(x, x), lambda x: ops.pow(2.0, x))
    names = [[kind.op.name for kind in in_runs(Tape([], [power(w)])).kinds] for power in powers]
    assert names == [["mul"], ["pow"], ["pow"], ["pow"]]


def test_the_order_of_parameters_can_be_given():
    a, b = Value(1.0), Value(2.0)
    tape = taped(lambda x: a * x + b, 1)
    assert in_runs(tape, [b, a]).parameters == [b, a]
    assert set(in_runs(tape).parameters) == {a, b}


@built
def test_outputs_can_be_asked_for_by_the_rows_of_the_kernels():
    w = Value(3.0)
    x = Value(1.0)
    tape = Tape([x], [w * w, w * x, w])
    lowered = lower(tape)
    executor = ScalarExecutor(in_runs(tape, lowered.parameters), 2, lowered.outputs)
    executor.uniform[:], executor.varying[:] = 3.0, [[1.0, 2.0]]
    executor.run([(lowered.outputs[1], 0.5)])
    assert [executor.value(rows).tolist() for rows in lowered.outputs] == [[[9.0, 9.0]], [[3.0, 6.0]], [[3.0, 3.0]]]
    assert executor.uniform_adjoint.tolist() == [1.5]


def test_a_block_is_as_long_as_the_batch_and_the_cache_allow():
    assert [lanes_of(100, batch) for batch in (1, 2, 8, 16, 17, 70)] == [ALONE, SHORT, SHORT, SHORT, LONG, LONG]
    assert lanes_of(CACHE // LONG + 1, 70) == SHORT


def irregular(nodes):
    r = random.Random(0)
    return lower(taped(large_function(r, [Value(0.5) for _ in range(20)], nodes), 1))


@pytest.mark.parametrize("batch", [1, 8, 32, 256])
def test_nets_group_well(batch):
    model = nn.MLP(8, [16, 16, 1], rng=0)
    assert not groups_badly(lower(taped(lambda *xs: model(list(xs)) ** 2.0, 8)), batch)


@pytest.mark.parametrize("batch", [1, 8, 32])
def test_irregular_graphs_group_badly(batch):
    assert groups_badly(irregular(5000), batch)


def test_tiny_graphs_are_left_to_kernels():
    assert not groups_badly(irregular(8), 1)


def test_a_mean_over_the_batch_is_left_to_kernels():
    w = Value(1.0)
    f = large_function(random.Random(0), [w], 3000)
    tape = taped(lambda x: f(x - batch_mean(x)), 1)
    assert not groups_badly(lower(tape), 1)
    with pytest.raises(ValueError, match="mean over the batch"):
        in_runs(tape)


@built
def test_an_operation_that_the_table_does_not_have_is_refused():
    cube = unary("cube", lambda x: x * x * x, PullBack(lambda g, z, x: 3.0 * g * x * x), latex="{0}", reason="")
    shadow = unary("tanh", math.tanh, lambda z, x: 1.0 - z * z, latex="{0}", reason="")
    for op in (cube, shadow):
        with pytest.raises(RuntimeError, match=rf"no operation '{op.name}'.*executor='numpy'"):
            ScalarExecutor(in_runs(taped(op, 1)), 1)


def test_without_the_extension_every_program_is_refused(monkeypatch):
    monkeypatch.setattr("autograd.replay.scalars._native", None)
    with pytest.raises(RuntimeError, match="not built"):
        ScalarExecutor(in_runs(taped(lambda x: x.tanh(), 1)), 1)


@built
def test_arguments_that_the_interpreter_cannot_use_are_refused(monkeypatch):
    program = in_runs(taped(lambda x: x.tanh(), 1))
    with pytest.raises(ValueError, match="no vectors called 'mmx'"):
        ScalarExecutor(program, 1, width="mmx")
    with pytest.raises(RuntimeError, match="no arrays"):
        native._native.Scalars.__new__(native._native.Scalars).run()
    monkeypatch.setattr("autograd.replay.scalars.MARGIN", 3)
    with pytest.raises(ValueError, match="margins have 3 numbers"):
        ScalarExecutor(program, 4)
    monkeypatch.setattr("autograd.replay.scalars.lanes_of", lambda *_: 5)
    with pytest.raises(ValueError, match="no blocks of 5 lanes"):
        ScalarExecutor(program, 4)


@built
def test_arrays_share_memory_with_the_interpreter():
    w = Value(1.0)
    program = in_runs(taped(lambda x: w * x, 1))
    executor = ScalarExecutor(program, 5)
    assert (executor.name, executor.describes) == ("native", "node by node, in 1 run")
    rows = program.outputs[0]
    assert rows == Rows(True, program.cells - 1, 1)
    value, adjoint = executor.value(rows), executor.uniform_adjoint
    executor.uniform[0] = 3.0
    executor.varying[0] = np.arange(5.0)
    executor.run([(rows, 0.5)])
    assert value.tolist() == [[0.0, 3.0, 6.0, 9.0, 12.0]]
    assert adjoint.tolist() == [5.0]
    assert isinstance(program.operands, array)


def test_only_a_bare_exponent_of_two_makes_a_square():
    x, w = Value(3.0), Value(2.0)
    assert [kind.op for kind in in_runs(Tape([x], [x**w + x**2.0])).kinds] == [ops.pow, ops.mul, ops.add]
