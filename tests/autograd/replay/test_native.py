"""The native executor computes what the numpy executor computes: values, adjoints, and what is not finite."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, logsumexp, mean, ops, trace
from autograd.ops import TABLE, PullBack, unary
from autograd.replay.lower import BatchMean, Fold, Gather, Lowered, Map, MatMul, Rows
from autograd.replay.native import executor as native
from autograd.replay.native.executor import NativeExecutor, refusal
from autograd.replay.native.source import header
from autograd.replay.numpy_executor import NumpyExecutor
from autograd.tracing import batch_mean
from optim import SGD
from optim._variants import variants

built = pytest.mark.skipif(native._native is None, reason="the native extension is not built")
WIDTHS = native._native.widths if native._native is not None else []
FEW = [op for op in TABLE.values() if not op.nary]
MANY = [op for op in TABLE.values() if op.nary]
SPECIAL = [math.inf, -math.inf, math.nan, 0.0, -0.0, 5e-324, -1e-310, 1.0, -1.0, 2.0, 0.5, 710.0, -745.0, -746.0, 1e308, -1e308, 1e5]


def both(lowered, batch, width=None):
    return NumpyExecutor(lowered, batch, every_row=True), NativeExecutor(lowered, batch, width)


def differences(found, expected):
    """Where the two differ by more than 1e-12 of max(1, |value|), or are not finite and not the same."""
    with np.errstate(invalid="ignore"):
        near = np.abs(found - expected) <= 1e-12 * np.maximum(1.0, np.abs(expected))
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    wrong = ~np.where(np.isfinite(expected), near, same)
    return list(zip(np.argwhere(wrong).tolist(), found[wrong].tolist(), expected[wrong].tolist(), strict=True))


def assert_equal(lowered, batch, fill, outputs, width=None):
    """Both executors, filled alike, agree in every row, and in every adjoint but those of inputs and constants, which nobody asks for."""
    reference, machine = both(lowered, batch, width)
    for executor in (reference, machine):
        fill(executor)
        for _ in range(2):
            executor.run([(rows, 0.75) for rows in outputs])
    constants = range(len(lowered.parameters), len(lowered.parameters) + len(lowered.constants))
    for name, unasked in (("uniform", []), ("varying", []), ("uniform_adjoint", constants), ("varying_adjoint", range(lowered.inputs))):
        found, expected = (np.delete(getattr(executor, name), list(unasked), axis=0) for executor in (machine, reference))
        assert differences(found, expected) == [], name


class RandomKernels:
    """A program of random kernels over 3 parameters, 3 constants and 3 inputs, with operands of every shape.

    After each kernel its results are brought near 0.75, and later kernels read only such rows: there no operation of
    the table has a jump or a pole, so what the executors round differently stays small.
    """

    def __init__(self, r):
        self.r = r
        self.sizes = {False: 6, True: 3}
        self.rough = {False: set(), True: set()}
        self.kernels = []
        for _ in range(r.randint(1, 8)):
            r.choice([self.add_map, self.add_map, self.add_fold, self.add_matmul, self.add_gather, self.add_mean])()
        outputs = [self.rows(varying, 1) for varying in (False, True, True)]
        parameters, constants = [Value(0.5)] * 3, [0.1, 0.75, 2.0]
        self.lowered = Lowered(parameters, constants, 3, self.kernels, outputs, self.sizes[False], self.sizes[True])

    def rows(self, varying, count):
        """Neighbouring rows that are not rough; fewer than `count` where there are not so many."""
        for n in range(min(count, self.sizes[varying]), 0, -1):
            starts = [s for s in range(self.sizes[varying] - n + 1) if self.rough[varying].isdisjoint(range(s, s + n))]
            if starts:
                return Rows(varying, self.r.choice(starts), n)
        raise AssertionError("the first rows are never rough")

    def reserve(self, varying, count):
        self.sizes[varying] += count
        return Rows(varying, self.sizes[varying] - count, count)

    def add(self, kind, varying, count, *rest):
        out = self.reserve(varying, count)
        self.kernels.append(kind(out, *rest) if kind in (MatMul, Gather, BatchMean) else kind(rest[0], out, rest[1]))
        for op, constant in (("tanh", None), ("mul", 3), ("add", 4)):
            self.rough[varying] |= set(range(out.start, out.start + count))
            inputs = (out,) if constant is None else (out, Rows(False, constant, 1))
            out = self.reserve(varying, count)
            self.kernels.append(Map(TABLE[op], out, inputs))

    def add_map(self):
        op, varying = self.r.choice(FEW), self.r.random() < 0.7
        inputs = [self.rows(varying, self.r.randint(1, 9))]
        count = inputs[0].count
        for _ in op.partials[1:]:
            other = self.rows(varying and self.r.random() < 0.5, self.r.choice([1, count]))
            inputs.append(other if other.count == count else Rows(other.varying, other.start, 1))
        self.r.shuffle(inputs)
        self.add(Map, varying, count, op, tuple(inputs))

    def add_fold(self):
        op, varying = self.r.choice(MANY), self.r.random() < 0.6
        members, nodes = self.r.randint(1, 4), self.r.randint(1, 4)
        first, *more = (self.rows(varying, members * nodes) for _ in op.partials)
        members = first.count if first.count < members * nodes else members
        if all(rows.count == first.count for rows in more):
            self.add(Fold, varying, first.count // members, op, (first, *more))

    def add_matmul(self):
        x = self.rows(True, self.r.randint(1, 9))
        weights = self.rows(False, x.count * self.r.randint(1, 5))
        if nodes := weights.count // x.count:
            self.add(MatMul, True, nodes, Rows(False, weights.start, nodes * x.count), x)

    def add_gather(self):
        varying = self.r.random() < 0.7
        source = varying and self.r.random() < 0.5
        smooth = [row for row in range(self.sizes[source]) if row not in self.rough[source]]
        index = tuple(self.r.choice(smooth) for _ in range(self.r.randint(1, 12)))
        self.add(Gather, varying, len(index), source, index)

    def add_mean(self):
        rows = self.rows(True, self.r.randint(1, 4))
        self.add(BatchMean, False, rows.count, rows)


@built
@settings(deadline=None, max_examples=300)
@given(seed=st.integers(0, 2**32), batch=st.integers(1, 70), width=st.sampled_from([None, *WIDTHS]))
def test_random_kernels_equal_numpy(seed, batch, width):
    r = random.Random(seed)
    lowered = RandomKernels(r).lowered
    numbers = [r.uniform(0.3, 1.2) for _ in range(3)]
    inputs = np.array([[r.uniform(0.2, 0.9) for _ in range(batch)] for _ in range(3)])

    def fill(executor):
        executor.uniform[:3] = numbers
        executor.varying[:3] = inputs

    assert_equal(lowered, batch, fill, lowered.outputs, width)


def traced(f, *example):
    return trace(f, *example, executor="numpy").lowered


@built
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("op", FEW, ids=lambda op: op.name)
def test_every_operation_equals_numpy_at_special_points_too(op, width):
    """Both inputs vary, one is a parameter, and both are; points from the row's domain, zeros, infinities, nan, subnormals."""
    r = random.Random(op.name)
    rows = [[r.uniform(*interval) for interval in op.domain] for _ in range(19)]
    rows += [[x, y][: len(op.partials)] for x in SPECIAL for y in SPECIAL]
    columns = np.array(rows).T
    for parameters in ([], [0], [1], [0, 1])[: 2 * len(op.partials)]:
        for numbers in (rows[0], rows[20]) if parameters else ([],):
            if any(place >= len(op.partials) for place in parameters):
                continue
            w = [Value(0.5) for _ in parameters]
            picked = [w[parameters.index(i)] if i in parameters else i for i in range(len(op.partials))]
            lowered = traced(lambda *xs, picked=picked: op(*(xs[p] if isinstance(p, int) else p for p in picked)), *rows[0])

            def fill(executor, numbers=numbers, parameters=parameters):
                executor.varying[: len(columns)] = columns
                executor.uniform[: len(parameters)] = [numbers[p] for p in parameters]

            assert_equal(lowered, len(rows), fill, lowered.outputs, width)


@built
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("op", MANY, ids=lambda op: op.name)
@pytest.mark.parametrize("members", [1, 2, 3, 150])
def test_every_fold_equals_numpy_at_special_points_too(op, members, width):
    r = random.Random(members)
    count = members * len(op.partials)
    w = [Value(0.5) for _ in range(count)]
    varying, uniform = (traced(f, *[0.5] * n) for n, f in (
        (count, lambda *xs: op(*np.reshape(xs, (-1, members)).tolist())), (1, lambda x: x + op(*np.reshape(w, (-1, members)).tolist()))))
    numbers = np.array([[r.uniform(-2.0, 2.0) + 1e4 * (lane % 3) for lane in range(67)] for _ in range(count)])
    for lane in range(20, 67):
        numbers[r.randrange(count), lane] = r.choice(SPECIAL)

    def fill_inputs(executor):
        executor.varying[:count] = numbers

    assert_equal(varying, 67, fill_inputs, varying.outputs, width)
    for lane in (0, 1, 2, *range(20, 40)):

        def fill_parameters(executor, lane=lane):
            executor.uniform[:count] = numbers[:, lane]
            executor.varying[:1] = 0.5

        assert_equal(uniform, 3, fill_parameters, uniform.outputs, width)


@built
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("f", "kinds"), [
    (lambda w, x: ops.dot(w, [x, x]), {Gather, MatMul}),
    (lambda w, x: x * w[0] + w[1], {Map}),
    (lambda w, x: ops.dot([w[0], x], [x, x]) + w[1], {Map, Fold, Gather}),
    (lambda w, x: (x - batch_mean(x)) * w[0] + w[1], {Map, BatchMean}),
], ids=["matrix product", "map", "gather", "batch mean"])
def test_a_number_that_is_not_finite_stays_in_its_lane(f, kinds, width):
    """Lanes that fill a row up to whole vectors have adjoint 0; 0 times their infinity must not reach a sum over the batch."""
    w = [Value(1.0), Value(2.0)]
    lowered = traced(lambda x: f(w, x), 1.0)
    assert {type(kernel) for kernel in lowered.kernels} == kinds
    for batch in (1, 7, 8, 9):
        for special in (0.0, math.inf, -math.inf, math.nan):

            def fill(executor, special=special):
                executor.uniform[:2] = [1.0, 2.0]
                executor.varying[0] = 1.0
                executor.varying[0, 0] = special

            assert_equal(lowered, batch, fill, lowered.outputs, width)


@built
def test_lanes_that_no_example_fills_repeat_one():
    """So log and division meet no 0 that no example has."""
    executor = NativeExecutor(traced(lambda x: x.log(), 1.0), 5)
    executor.varying[0] = [5.0, 6.0, 7.0, 8.0, 9.0]
    executor.forward()
    assert np.lib.stride_tricks.as_strided(executor.varying[0], (8,)).tolist() == [5.0, 6.0, 7.0, 8.0, 9.0] + [5.0] * 3


@built
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (5, 7), (17, 33), (64, 64)])
@pytest.mark.parametrize("batch", [1, 8, 32, 70])
def test_matrix_products_equal_numpy(shape, batch, width):
    m, k = shape
    rng = np.random.default_rng(m * k + batch)
    kernels = [
        Map(TABLE["identity"], Rows(True, k, k), (Rows(True, 0, k),)),
        MatMul(Rows(True, 2 * k, m), Rows(False, 0, m * k), Rows(True, k, k)),
    ]
    lowered = Lowered([Value(0.0)] * (m * k), [], k, kernels, [Rows(True, 2 * k, m)], m * k, 2 * k + m)
    weights, x = rng.normal(size=m * k), rng.normal(size=(k, batch))

    def fill(executor):
        executor.uniform[:] = weights
        executor.varying[:k] = x

    assert_equal(lowered, batch, fill, lowered.outputs, width)


@built
def test_rows_gathered_twice_receive_both_adjoints():
    kernels = [Gather(Rows(True, 1, 3), False, (1, 0, 1)), Gather(Rows(True, 4, 4), True, (1, 1, 3, 0))]
    lowered = Lowered([Value(0.0)] * 2, [], 1, kernels, [], 2, 8)
    executor = NativeExecutor(lowered, 5)
    executor.uniform[:] = [2.0, 3.0]
    executor.varying[0] = 7.0
    executor.forward()
    assert executor.varying[1:, 4].tolist() == [3.0, 2.0, 3.0, 3.0, 3.0, 3.0, 7.0]
    executor.run([(Rows(True, 4, 4), 1.0)])
    assert executor.varying_adjoint[:, 0].tolist() == [1.0, 2.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert executor.uniform_adjoint.tolist() == [0.0, 15.0]


@built
@pytest.mark.parametrize("batch", [1, 8, 13])
def test_arrays_share_memory_with_the_machine(batch):
    w = Value(1.0)
    lowered = traced(lambda x: w * x, 1.0)
    executor = NativeExecutor(lowered, batch)
    assert executor.varying.shape == executor.varying_adjoint.shape == (lowered.varying_rows, batch)
    assert executor.name == "native"
    out = lowered.outputs[0]
    value, adjoint = executor.value(out), executor.adjoint(out)
    executor.uniform[0] = 3.0
    executor.varying[0] = np.arange(batch)
    executor.run([(out, 0.5)])
    assert value.tolist() == [[3.0 * i for i in range(batch)]]
    assert adjoint.tolist() == [[0.5] * batch]
    assert executor.uniform_adjoint[0] == 0.5 * sum(range(batch))


@built
def test_training_a_net_takes_the_same_gradient():
    """Whole losses of the kind that nets have: matrix products, tanh and softmax cross-entropy."""
    r = random.Random(2)
    w = [[Value(r.gauss(0.0, 0.5)) for _ in range(6)] for _ in range(5)]
    v = [[Value(r.gauss(0.0, 0.5)) for _ in range(5)] for _ in range(3)]

    def loss(x, target):
        hidden = [ops.dot(row, list(x)).tanh() for row in w]
        logits = [ops.dot(row, hidden) for row in v]
        return logsumexp(logits) - ops.dot(logits, list(target)) + mean([p**2.0 for row in w for p in row])

    lowered = traced(loss, np.ones(6), np.ones(3))
    x, targets = np.random.default_rng(1).normal(size=(6, 33)), np.eye(3)[[i % 3 for i in range(33)]].T

    def fill(executor):
        executor.uniform[: len(lowered.parameters)] = [p.item() for p in lowered.parameters]
        executor.varying[:9] = np.vstack([x, targets])

    assert_equal(lowered, 33, fill, lowered.outputs)


@built
@pytest.mark.parametrize(("name", "bound"), [("exp", 2.0), ("tanh", 3.0)])
def test_what_is_written_without_the_library_is_nearly_as_exact(name, bound):
    """Within so many ulp of the exact answer; tanh is a quotient of what exp computes."""
    mpmath = pytest.importorskip("mpmath")
    lowered = traced(TABLE[name], 1.0)
    r = random.Random(4)
    xs = [r.uniform(-1.0, 1.0) * 10.0 ** r.randint(-8, 1) for _ in range(2000)] + [r.uniform(-745.0, 709.7) for _ in range(2000)]
    for width in WIDTHS:
        executor = NativeExecutor(lowered, len(xs), width)
        executor.varying[0] = xs
        executor.forward()
        with mpmath.workprec(120):
            exact = [getattr(mpmath, name)(mpmath.mpf(x)) for x in xs]
            found = executor.value(lowered.outputs[0])[0].tolist()
            far = max(abs(mpmath.mpf(z) - e) / math.ulp(float(e)) for z, e in zip(found, exact, strict=True))
        assert far <= bound


@built
def test_an_operation_that_the_table_does_not_have_is_refused():
    cube = unary("cube", lambda x: x * x * x, PullBack(lambda g, z, x: 3.0 * g * x * x), latex="{0}", reason="")
    lowered = traced(lambda x: cube(x), 1.0)
    assert "cube" in refusal(lowered)
    with pytest.raises(RuntimeError, match=r"no operation 'cube'.*executor='numpy'"):
        NativeExecutor(lowered, 1)
    shadow = unary("tanh", math.tanh, lambda z, x: 1.0 - z * z, latex="{0}", reason="")
    assert "tanh" in refusal(traced(lambda x: shadow(x), 1.0))
    assert refusal(traced(lambda x: x.tanh(), 1.0)) is None


def test_without_the_extension_every_program_is_refused(monkeypatch):
    monkeypatch.setattr(native, "_native", None)
    lowered = traced(lambda x: x.tanh(), 1.0)
    assert "not built" in refusal(lowered)
    with pytest.raises(RuntimeError, match="not built"):
        NativeExecutor(lowered, 1)


def test_every_row_of_the_table_is_written():
    text = header()
    assert [op.name for op in TABLE.values() if f'{{"{op.name}", ' not in text] == []


@built
def test_the_extension_is_built_from_the_present_sources():
    assert native._native.digest in header(variants()), "the extension is out of date: run pip install -e . again"


@built
def test_arguments_that_the_machine_cannot_use_are_refused():
    lowered = traced(lambda x: x.tanh(), 1.0)
    with pytest.raises(ValueError, match="no vectors called 'mmx'"):
        NativeExecutor(lowered, 1, width="mmx")
    with pytest.raises(RuntimeError, match="no arrays"):
        native._native.Machine.__new__(native._native.Machine).forward()
    with pytest.raises(TypeError, match="no list"):
        NativeExecutor(lowered, 1).machine.run(None)


@built
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("inputs", "hidden", "batch"), [(2, 16, 100), (3, 5, 1), (7, 6, 4), (5, 9, 13), (300, 33, 16)])
def test_a_product_that_does_its_relu_too_leaves_every_row_as_it_should_be(inputs, hidden, batch, width):
    r = random.Random(3)
    w = [[Value(r.gauss(0.0, 1.0)) for _ in range(inputs)] for _ in range(hidden)]
    v = [[Value(r.gauss(0.0, 1.0)) for _ in range(hidden)] for _ in range(hidden)]

    def loss(x):
        first = [ops.dot(row, list(x)).relu() for row in w]
        return ops.total([ops.dot(row, first).relu() for row in v])

    lowered = traced(loss, np.ones(inputs))
    x = np.random.default_rng(1).normal(size=(inputs, batch))

    def fill(executor):
        executor.uniform[: len(lowered.parameters)] = [p.item() for p in lowered.parameters]
        executor.varying[:inputs] = x

    assert_equal(lowered, batch, fill, lowered.outputs, width)


@built
@pytest.mark.parametrize("again", ["nobody", "the loss", "another relu"])
def test_steps_keep_the_numbers_before_a_relu_where_they_are_read_again(again):
    X = np.random.default_rng(1).normal(size=(3, 20, 4))
    losses = {}
    for executor in ("native", "numpy"):
        r = random.Random(5)
        w = [[Value(r.gauss(0.0, 1.0)) for _ in range(4)] for _ in range(6)]
        v = [Value(r.gauss(0.0, 1.0)) for _ in range(6)]

        def loss(x, w=w, v=v):
            before = [ops.dot(row, list(x)) for row in w]
            out = ops.dot(v, [z.relu() for z in before])
            more = {"nobody": [], "the loss": before, "another relu": [z.relu() for z in before[:3]]}[again]
            return out * out + sum((z * z for z in more), 0.0)

        step = trace(loss, X[0, 0], executor=executor).train_step(SGD([*v, *(p for row in w for p in row)], lr=0.01))
        losses[executor] = [step(batch) for batch in X]
    assert losses["native"] == pytest.approx(losses["numpy"], rel=1e-12)
