"""The picture of a program: kernels as boxes, what is given as ends, and an edge for all that one takes from another."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

import nn
from autograd import Value, draw, mean, trace


@pytest.fixture
def program():
    model = nn.MLP(2, [16, 16, 1], activation="relu", rng=1)
    return trace(lambda x, y: nn.functional.mse_loss(model(x), y), [1.0, 2.0], 1.0)


def boxes(drawing):
    """The lines of text in each box, by its name."""
    found = re.findall(r'^\t(n\d+) \[label=<(.*?</TABLE>)>', drawing.source, re.MULTILINE)
    return {key: [re.sub(r"<[^>]*>", "", row) for row in re.findall(r"<TR>(.*?)</TR>", label)] for key, label in found}


def edges(drawing):
    """(tail, head, label) of each edge, boxes by their first line."""
    name = {key: lines[0] for key, lines in boxes(drawing).items()}
    return {(name[tail], name[head], label) for tail, head, label in re.findall(r'(n\d+) -> (n\d+) \[label="([^"]*)"', drawing.source)}


def test_a_net_is_a_row_of_kernels_between_its_ends(program):
    drawing = draw(program)
    first = [lines[0] for lines in boxes(drawing).values()]
    assert first == ["layer1.weight", "2 inputs", "layer1.bias", "16 dots of 2 + b", "relu", "layer2.weight", "layer2.bias",
                     "16 dots of 16 + b", "relu", "layer3.weight", "layer3.bias", "1 dot of 16 + b", "1 input", "sub", "mul"]
    assert "256 parameters" in boxes(drawing)["n5"]
    assert sum(count(lines) for lines in boxes(drawing).values()) == len(program.tape.computed())
    assert {(tail, head) for tail, head, _ in edges(drawing)} >= {
        ("2 inputs", "16 dots of 2 + b"), ("layer2.weight", "16 dots of 16 + b"), ("16 dots of 16 + b", "relu"), ("sub", "mul"),
    }
    assert drawing.source.count("peripheries=2") == 1
    assert repr(drawing) == f"<Program: {len(program.tape.computed())} nodes in 7 kernels>"


def count(lines):
    """The nodes that a box stands for."""
    found = re.search(r"([\d,]+) nodes?$", lines[-1])
    return int(found[1]) if found else 0


def test_every_row_that_a_kernel_reads_has_an_edge_from_who_wrote_it():
    model = nn.Sequential(nn.Linear(2, 3, rng=1), nn.BatchNorm1d(3), nn.Softmax(dim=-1))
    program = trace(lambda x, c: nn.functional.nll_loss(model(x) * np.array([x[0], 0.5, x[1]]), c), [1.0, 2.0], 1)
    text = draw(program).source
    keys = set(re.findall(r"^\t(n\d+) \[", text, re.MULTILINE))
    ends = {key for key, lines in boxes(draw(program)).items() if not re.search(r"(node|row)s?$", lines[-1])}
    heads = set(re.findall(r"-> (n\d+)", text))
    assert keys - heads == ends
    assert set(re.findall(r"(n\d+) ->", text)) >= ends


def test_edges_say_which_rows():
    w = Value(2.0, label="w")
    found = edges(draw(trace(lambda x, y: (w * x).tanh() - y, 1.0, 2.0)))
    pairs = {(tail, head) for tail, head, _ in found}
    assert pairs == {("w", "mul"), ("1 input", "mul"), ("mul", "tanh"), ("tanh", "sub"), ("1 input", "sub")}
    assert ("w", "mul", "u[0]") in found
    assert ("1 input", "sub", "v[1]") in found


def test_an_input_that_is_an_output_too():
    drawing = draw(trace(lambda x: [x, mean([x, 1.0])], 1.0))
    assert drawing.source.count("peripheries=2") == 2


def test_it_is_shown_and_saved_as_any_drawing(program, tmp_path):
    drawing = draw(program, rankdir="TB")
    bundle = drawing._repr_mimebundle_()
    assert ElementTree.fromstring(bundle["image/svg+xml"]).tag.endswith("svg")
    assert "relu#1 from 16 dots of 2 + b" in bundle["text/plain"]
    assert "rankdir=TB" in drawing.source
    assert drawing.save(tmp_path / "program.svg").read_text().startswith("<svg")


def test_drawing_a_graph_does_without_programs():
    code = "import sys, autograd; str(autograd.draw(autograd.Value(1.0))); print('autograd.replay.program' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"
