"""A tape holds the graph: every number of it, in an order in which it can be computed, in little memory."""

import random
import tracemalloc

import pytest

import autograd
from autograd import Value, dot, ops
from autograd.ops import TABLE
from autograd.replay.tape import LONG, Tape, oldest_first
from autograd.tracing import batch_mean


def values(tape, data):
    """The number of every cell, from those of the inputs."""
    found = {}
    for i, op in enumerate(tape.op):
        if i in data:
            found[i] = data[i]
        elif op is None:
            x = tape.leaf[i]
            found[i] = x.data if isinstance(x, Value) else x
        elif op.nary:
            found[i] = op.forward(*([found[c] for c in s] for s in tape.operands[i]))
        else:
            found[i] = op.forward(*(found[c] for c in tape.operands[i]))
    return found


def random_graph(r, size):
    """Leaves, and nodes made of them with every operation, chains of + included."""
    leaves = [Value(r.uniform(0.3, 0.9)) for _ in range(4)]
    nodes = list(leaves)
    for _ in range(size):
        op = r.choice([*TABLE.values(), *[ops.add, ops.mul] * 20])
        if op.nary:
            z = op(*([r.choice(nodes) for _ in range(3)] for _ in op.partials))
        else:
            z = op(*(r.choice([*nodes[-6:], 0.75]) if k else r.choice(nodes[-6:]) for k in range(len(op.partials))))
        nodes.append(z if op in (ops.add, ops.mul) and abs(z.data) < 5.0 else (z * 0.25).tanh())
    return leaves, nodes


@pytest.mark.parametrize("seed", range(30))
def test_a_tape_computes_what_the_graph_has(seed):
    r = random.Random(seed)
    leaves, nodes = random_graph(r, 60)
    outputs = [nodes[-1], nodes[-5], 2.0, leaves[0]]
    tape = Tape(leaves[:2], outputs)
    found = values(tape, {k: v.data for k, v in enumerate(leaves[:2])})
    expected = [y if isinstance(y, float) else y.data for y in outputs]
    assert [found[i] for i in tape.outputs] == pytest.approx(expected, rel=1e-12, nan_ok=True)
    assert all(c < i for i in range(len(tape.op)) for c in tape.operands_of(i))


def test_chains_of_products_are_read_as_dots():
    w, x = ([Value(float(k)) for k in range(3)] for _ in "wx")
    b = Value(1.0)
    tape = Tape(x, [sum((wi * xi for wi, xi in zip(w, x, strict=True)), b)])
    assert [tape.op[i] for i in tape.computed()] == [ops.dot, ops.add]
    assert tape.parameters() == [*w, b]


def test_a_link_that_is_used_elsewhere_stays():
    a, b, c = (Value(float(k)) for k in range(3))
    link = a + b
    tape = Tape([], [link + c + a, link])
    assert [tape.op[i] for i in tape.computed()] == [ops.add, ops.total]
    assert len(tape.operands[tape.outputs[0]][0]) == 3


def test_a_product_that_is_asked_for_stays():
    w, x = ([Value(2.0 + k) for k in range(3)] for _ in "wx")
    products = [wi * xi for wi, xi in zip(w, x, strict=True)]
    tape = Tape(x, [sum(products), products[2]])
    found = values(tape, {k: v.data for k, v in enumerate(x)})
    assert [found[i] for i in tape.outputs] == [29.0, 16.0]


def test_constants_are_the_same_to_the_last_bit_or_are_two():
    x = Value(2.0)
    tape = Tape([x], [autograd.sum([x * 0.0, x / -0.0, x * 0.0, x * float("nan"), x - float("nan"), x * 1.5, x + 1.5])])
    assert sorted(map(repr, tape.constants)) == sorted([repr("0.0"), repr("-0.0"), repr("nan"), "1.5"])


def test_leaves_are_constants_unless_they_are_among_the_parameters():
    w, made = Value(2.0), Value(3.0)
    tape = Tape([], [w * made], {w})
    assert tape.parameters() == [w]
    assert set(tape.constants) == {3.0}


def test_what_is_used_varying_and_how_deep():
    x, y, w = Value(1.0), Value(2.0), Value(3.0)
    tape = Tape([x, y], [batch_mean((x * w).tanh()) + w * 2.0, dot([x, w], [w, w])])
    at = {op.name: i for i, op in enumerate(tape.op) if op is not None}
    assert tape.used[:2] == [True, False]
    assert [tape.varying[at[name]] for name in ("tanh", "batch_mean", "add", "dot")] == [True, False, False, True]
    assert [tape.level[at[name]] >> 1 for name in ("tanh", "batch_mean", "add", "dot")] == [2, 3, 4, 1]


def test_one_walk_finds_everything_however_long_the_chain():
    x = Value(0.5)
    y = x
    for _ in range(50_000):
        y = y.sin()
    assert len(oldest_first([y, x, y * 2.0])) == 50_002
    assert max(Tape([], [y]).level) >> 1 == 50_000


def long_tape():
    r = random.Random(1)
    leaves, nodes = random_graph(r, 2 * LONG)
    return Tape(leaves[:2], [autograd.sum(nodes[-100:])])


def test_a_packed_tape_reads_as_before():
    tape, packed = long_tape(), long_tape()
    packed.pack()
    assert not isinstance(packed.operands, list)
    assert len(packed.operands) == len(tape.operands)
    assert [packed.operands[i] for i in range(len(tape.op))] == tape.operands
    assert [packed.operands_of(i) for i in range(len(tape.op))] == [tape.operands_of(i) for i in range(len(tape.op))]
    assert packed.computed() == tape.computed()
    for name in ("used", "varying", "level"):
        assert list(getattr(packed, name)) == list(getattr(tape, name))


def test_a_packed_tape_takes_few_bytes_a_node():
    r = random.Random(1)
    leaves, nodes = random_graph(r, 4 * LONG)
    root = autograd.sum(nodes[-100:])
    tracemalloc.start()
    try:
        tape = Tape(leaves, [root])
        tape.pack()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held <= 40 * len(tape.op)
