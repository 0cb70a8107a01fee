"""What `explain` says of a program adds up to the graph it was traced from."""

import re

import numpy as np
import pytest

import nn
from autograd import Value, dot, logsumexp, mean, trace
from tests.autograd.replay.executors import RUNNABLE

each_executor = pytest.mark.parametrize("executor", RUNNABLE)


def nodes_below(v):
    """How many nodes were computed on the way to v, counted on the graph itself."""
    seen, waiting = set(), [v]
    while waiting:
        x = waiting.pop()
        if isinstance(x, Value) and x not in seen:
            seen.add(x)
            waiting += x.inputs
    return sum(not x.is_leaf for x in seen)


def net():
    model = nn.MLP(2, [16, 16, 1], activation="relu", rng=1)
    return lambda x, y: nn.functional.mse_loss(model(x), y)


def folds():
    model = nn.Sequential(nn.Linear(2, 3, rng=1), nn.Tanh(), nn.Linear(3, 2, rng=2))
    return lambda x, y: logsumexp(list(model(x))) * y - mean([p[0] for p in model.parameters() if len(p.shape) == 1])


def chains():
    w = [[Value(0.1 * (i + j)) for j in range(2)] for i in range(3)]
    return lambda x, y: mean([sum((wi * xi for wi, xi in zip(row, x, strict=True)), y) * row[0] for row in w])


def dots():
    w = [[Value(0.1 * (i + j)) for j in range(2)] for i in range(3)]
    return lambda x, y: mean([dot(row, list(x)).tanh() * y + row[0] * row[1] for row in w])


X, Y = (0.25, -0.5), 0.75
GRAPHS = {"net": net, "folds": folds, "chains": chains, "dots": dots}


def count(pattern, text):
    found = re.search(pattern, text, re.MULTILINE)
    assert found, text
    return int(found[1].replace(",", ""))


@each_executor
@pytest.mark.parametrize("name", GRAPHS)
def test_the_counts_add_up_to_the_nodes_of_the_graph(name, executor):
    f = GRAPHS[name]()
    text = trace(f, X, Y, executor=executor).explain()
    on_graph = nodes_below(f(np.array([Value(v) for v in X], dtype=object), Value(Y)))
    assert count(r"^([\d,]+) nodes? on the graph$", text) == on_graph
    left = count(r"^([\d,]+) nodes? in [\d,]+ kernels?, run by", text)
    if name == "chains":
        assert left < on_graph
        assert f"{left} nodes when chains of + are read as sums and dots" in text
    else:
        assert left == on_graph
        assert "chains" not in text
    kernels = [line for line in text.splitlines() if " = " in line]
    assert len(kernels) == count(r"in ([\d,]+) kernels?, run by", text)
    assert sum(int(line[:9].replace(",", "").strip() or 0) for line in kernels) == left


def test_every_kind_of_kernel_is_named():
    model = nn.Sequential(nn.Linear(2, 3, rng=1), nn.BatchNorm1d(3), nn.Softmax(dim=-1))
    text = trace(lambda x: dot(list(model(x)), [x[1], x[0], x[1]]), [1.0, 2.0]).explain()
    for name in ("3 dots of 2 + b", "mean over the batch", "sqrt", "logsumexp of 3", "copy", "dot of 3"):
        assert name in text


@each_executor
def test_the_bytes_are_those_of_the_arrays(executor):
    program = trace(net(), X, Y, executor=executor)
    for n in (1, 5):
        program.backward(np.zeros((n, 2)), np.zeros(n))
        lines = [line.partition("  ")[2] for line in program.explain().splitlines()[-3:]]
        shared, lane, in_all = ([int(x.replace(",", "")) for x in re.findall(r"[\d,]+", line)] for line in lines)
        assert shared[0] >= 8 * 337
        assert in_all[:2] == [s + n * e for s, e in zip(shared[:2], lane, strict=True)]
        assert in_all[2] == shared[2] > 0


def test_it_says_who_runs_it_and_why(monkeypatch):
    monkeypatch.delenv("AUTOGRAD_EXECUTOR", raising=False)
    why = r"run by (native|(python|numpy) \(the native extension is not built.*\)):$"
    assert re.search(why, trace(net(), X, Y).explain(), re.MULTILINE)
    assert "run by numpy (it was asked for):" in trace(net(), X, Y, executor="numpy").explain()
