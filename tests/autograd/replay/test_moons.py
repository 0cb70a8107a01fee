"""micrograd's published script for the two moons, its text unchanged but for the import lines and one call to `trace`."""

import math
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from autograd import trace
from tests.support import ulps

DEMO = Path(__file__).parents[2] / "oracles" / "micrograd_demo.txt"

IMPORTS = {
    "from micrograd.engine import Value": "from autograd.compat.micrograd import Value",
    "from micrograd.nn import Neuron, Layer, MLP": "from nn.compat.micrograd import Neuron, Layer, MLP",
}


@pytest.fixture
def script():
    text = DEMO.read_text()
    for theirs, ours in IMPORTS.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    before, first_call, after = text.partition("total_loss, acc = loss()\nprint(total_loss, acc)")
    assert first_call
    yield f"{before}loss = trace(loss)\n{first_call}{after}"
    plt.close("all")


class Compared:
    """A trace that is compared with the function itself, at some of the states along the run."""

    def __init__(self, fn, model):
        self.program, self.fn, self.model = trace(fn), fn, model
        self.calls = self.comparisons = 0

    def __call__(self):
        if self.calls in (0, 1, 7, 50, 100):
            self.compare(*self.program())
        self.calls += 1
        return self.program()

    def compare(self, loss, accuracy):
        expected, right = self.fn()
        self.model.zero_grad()
        expected.backward()
        slopes = [p.grad for p in self.model.parameters()]
        self.model.zero_grad()
        loss.backward()
        assert loss.data == pytest.approx(expected.data, rel=1e-12)
        assert accuracy == right
        assert all(math.isclose(p.grad, g, rel_tol=1e-12, abs_tol=1e-12) for p, g in zip(self.model.parameters(), slopes, strict=True))
        self.comparisons += 1


def test_the_published_script_trains_by_kernels(script, capsys):
    space = {}
    space["trace"] = lambda fn: space.setdefault("compared", Compared(fn, space["model"]))
    exec(compile(script, DEMO.name, "exec"), space)

    compared = space["compared"]
    assert compared.calls == 101
    assert compared.comparisons == 5
    assert len(compared.program.lowered.kernels) < 40

    _, parameters, start, *steps = capsys.readouterr().out.splitlines()
    assert parameters == "number of parameters 337"
    assert start == "Value(data=0.8958441028683222, grad=0.0) 0.5"
    losses = [float(line.split()[3].rstrip(",")) for line in steps]
    # As published; after some steps the order of addition counts, and the last digits part.
    assert ulps(losses[0], 0.8958441028683222) <= 2.0
    assert losses[1] == pytest.approx(1.7235905336972022, rel=1e-14)
    assert losses[2] == pytest.approx(0.7429006313851131, rel=1e-12)
    assert [line.split()[-1] for line in (*steps[:3], steps[-1])] == ["50.0%", "81.0%", "77.0%", "100.0%"]
    assert space["Z"].any()
    assert not space["Z"].all()
