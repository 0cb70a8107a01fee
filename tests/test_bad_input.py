"""Bad input of every kind: a documented type of exception, a message that names it and the remedy, and nothing has changed."""

import ast
import inspect
import random
import re
from pathlib import Path

import numpy as np
import pytest

from autograd import anomaly, no_grad, recording, rng, scope
from tests.bad_input import domains, files, modes, operands, programs, schedules, settings, shapes
from tests.bad_input.world import MishapError, Row, World, snapshot

SUBJECTS = (operands, shapes, domains, modes, settings, files, programs, schedules)
TABLE = [row for subject in SUBJECTS for row in subject.ROWS]


def raised(act, world):
    """What `act` raises."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each row states the type
        act(world)
    return caught.value


@pytest.mark.parametrize("row", TABLE, ids=[row.id for row in TABLE])
def test_bad_input_is_named_and_changes_nothing(row: Row, tmp_path: Path):
    world = World(tmp_path)
    before = snapshot(world)
    answer = raised(row.act, world)
    after = snapshot(world)
    assert type(answer) is row.error, answer
    assert row.names in str(answer)
    assert row.remedy in str(answer)
    assert changes(before, after) == {}


@pytest.mark.parametrize("act", modes.OWN_FUNCTIONS.values(), ids=modes.OWN_FUNCTIONS)
def test_what_a_function_of_ones_own_raises_is_passed_on_and_changes_nothing(act, tmp_path: Path):
    world = World(tmp_path)
    before = snapshot(world)
    answer = raised(act, world)
    assert type(answer) is MishapError
    assert changes(before, snapshot(world)) == {}


CHANGES = {
    "a stamp": lambda w: setattr(w.a, "data", w.a.data),
    "a gradient": lambda w: setattr(w.unreached, "grad", 0.0),
    "the gradient of a node": lambda w: setattr(w.loss, "grad", 2.0),
    "a label": lambda w: setattr(w.b, "label", "c"),
    "a gradient of micrograd's": lambda w: w.small.backward(),
    "one weight of a net": lambda w: w.model[0].weight.__setitem__((0, 0), 1.0),
    "running statistics": lambda w: w.norm(w.parameter),
    "the mode of one layer": lambda w: w.model[3].eval(),
    "a layer more": lambda w: w.modules.append(w.linear),
    "an optimiser's step": lambda w: w.optimizer.step(),
    "an optimiser's setting": lambda w: w.momentum.param_groups[0].update(lr=0.25),
    "a program's gradients": lambda w: w.program.backward([[1.0, 2.0]], [[0.5]]),
    "a program's step": lambda w: w.step([[1.0, 2.0]], [[0.5]]),
    "a perceptron's history": lambda w: w.perceptron.history.pop(),
    "a generator of one's own": lambda w: w.perceptron._rng.random(),
    "the default generator": lambda w: rng.default.random(),
    "Python's generator": lambda w: random.random(),
    "numpy's generator": lambda w: np.random.random(),
    "a number in an array": lambda w: w.array.__setitem__(0, 0.5),
    "a new file": lambda w: (w.folder / "new.svg").touch(),
    "the content of a file": lambda w: (w.folder / "notes.txt").write_text("machine-written"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_snapshot_sees_a_change_of(change, tmp_path: Path):
    world = World(tmp_path)
    before = snapshot(world)
    assert changes(before, snapshot(world)) == {}
    change(world)
    assert changes(before, snapshot(world)) != {}


@pytest.mark.parametrize("block", [no_grad, anomaly, recording, lambda: scope("layer1"), lambda: np.errstate(all="ignore")])
def test_the_snapshot_sees_a_mode(block, tmp_path: Path):
    world = World(tmp_path)
    before = snapshot(world)
    with block():
        after = snapshot(world)
    assert changes(before, after) != {}
    assert changes(before, snapshot(world)) == {}


def changes(before, after):
    """Where two snapshots differ."""
    return {path: (before.get(path), after.get(path)) for path in {*before, *after} if before.get(path) != after.get(path)}


@pytest.mark.parametrize("row", TABLE, ids=[row.id for row in TABLE])
def test_the_type_of_the_exception_is_documented(row: Row):
    assert re.search(rf"\b{row.error.__name__}\b", raises_section(inspect.getdoc(row.documented)))


def raises_section(doc: str) -> str:
    """The text after "Raises:", up to the next heading."""
    return re.search(r"Raises:(.*?)(?=^(?:Args|Shape|Returns|Differs|Example|Source)\b[^\n]*:|\Z)", doc, re.DOTALL | re.MULTILINE)[1]


def test_rows_differ_in_more_than_their_number():
    rows = [(row.args[0].value, ast.dump(Unnumbered().visit(row.args[1]))) for subject in SUBJECTS for row in written(subject)]
    assert [row.id for row in TABLE] == [name for name, _ in rows]
    for place in (0, 1):
        assert len({row[place] for row in rows}) == len(rows) >= 150


def written(subject):
    """The rows of a module as they are written, in order."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(subject))) if isinstance(node, ast.Call)]
    return sorted((c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "Row"), key=lambda c: c.lineno)


class Unnumbered(ast.NodeTransformer):
    """Every number becomes 0: written out, negative, or of the kind of math.nan."""

    def visit_Constant(self, node):
        return node if isinstance(node.value, (bool, str, bytes)) or node.value is None else ast.Constant(0)

    def visit_UnaryOp(self, node):
        return self.visit(node.operand)

    def visit_Attribute(self, node):
        return ast.Constant(0) if node.attr in ("nan", "inf", "pi") else self.generic_visit(node)
