"""What a program of a million nodes keeps, numbers and adjoints included."""

import subprocess
import sys

import pytest

from autograd.replay.native.executor import _native

SCRIPT = """
import ctypes, gc, resource
import numpy as np
from autograd import Value, ops, trace
from benchmarks.irregular import random_graph, numbers_for

graph = random_graph(1_000_000)
X, numbers = numbers_for(graph, 1)
w = [Value(x) for x in numbers.tolist()]

def resident():
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

trace(lambda x: x * w[0], 0.5).backward([0.5])
before = resident()
program = trace(lambda x: graph.loss([*x, *w], {"relu": ops.relu, "tanh": ops.tanh, "sin": ops.sin}, ops.total), X[:, 0])
program.backward(X.T)
print((resident() - before) / graph.nodes)
"""


@pytest.mark.long
@pytest.mark.skipif(_native is None, reason="the native extension is not built")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux for its resident memory")
def test_a_program_of_a_million_nodes_keeps_less_than_150_bytes_a_node():
    answer = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=600)
    assert answer.returncode == 0, answer.stderr
    assert 16.0 < float(answer.stdout) < 150.0
