"""The picture of a model's answers is made of those answers."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

import nn
from autograd import Value, values
from nn.plots import decision_boundary

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([0, 1, 1, 0])


def border(axes):
    """The vertices of the black line."""
    found = [c for c in axes.collections if c.get_linewidths()[0] > 0.9 and hasattr(c, "levels") and not c.filled]
    return np.concatenate([path.vertices for c in found for path in c.get_paths()]) if found else None


def test_each_class_is_scattered_where_its_examples_are():
    axes = decision_boundary(lambda rows: rows[:, 0], X, Y)
    dots = {c.get_label(): c.get_offsets().tolist() for c in axes.collections if c.get_label() in ("0", "1")}
    assert dots == {"0": X[Y == 0].tolist(), "1": X[Y == 1].tolist()}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x1", "x2")


def test_the_border_of_a_linear_model_is_the_line_where_it_is_at_the_threshold():
    model = nn.Linear(2, 1)
    model.weight.data, model.bias.data = [[1.0, 2.0]], [-1.0]
    at = border(decision_boundary(model, X, Y, threshold=0.25))
    assert len(at) > 10
    np.testing.assert_allclose(at @ [1.0, 2.0] - 1.0, 0.25, atol=1e-12)


def test_where_no_answer_turns_there_is_no_border():
    assert border(decision_boundary(lambda rows: rows[:, 0] * 0.0, X, Y)) is None


def test_the_shades_are_those_of_the_grid_and_the_middle_one_is_at_the_threshold():
    axes = decision_boundary(lambda rows: rows[:, 0], X, Y, threshold=0.5, resolution=7)
    filled = next(c for c in axes.collections if getattr(c, "filled", False))
    assert filled.levels[10] == pytest.approx(0.5)
    assert (filled.levels[0], filled.levels[-1]) == pytest.approx((-0.15, 1.15))


def test_several_outputs_give_the_regions_in_which_each_is_the_largest():
    """Of x1, x2 and 0.5 the first is the largest right of the diagonal and of x1 = 0.5."""
    axes = decision_boundary(lambda rows: np.column_stack([rows, np.full(len(rows), 0.5)]), X, Y, resolution=41)
    regions = next(c for c in axes.collections if getattr(c, "filled", False))
    paths = dict(zip(("x1", "x2", "0.5"), regions.get_paths(), strict=True))
    for name, inside in (("x1", (0.9, 0.2)), ("x2", (0.2, 0.9)), ("0.5", (0.2, 0.2))):
        assert [region for region, path in paths.items() if path.contains_point(inside)] == [name]


def test_a_net_is_asked_in_evaluation_mode_and_is_as_it_was_afterwards():
    """Dropout in training would make the answers noisy, and a graph would leave gradients behind."""
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Dropout(0.5), nn.Linear(3, 1, rng=1))
    inner = model[1]
    model.eval()
    expected = values(model(X))
    model.train()
    before = model.state_dict()
    axes = decision_boundary(model, X, Y, threshold=float(expected.mean()))
    shown = next(c for c in axes.collections if getattr(c, "filled", False)).levels
    assert shown[0] <= expected.min() <= expected.max() <= shown[-1]
    assert model.training
    assert inner.training
    assert all(np.array_equal(model.state_dict()[key], before[key]) for key in before)
    assert all(p.grad is None for p in model.parameters())


class Branching(nn.Module):
    """It asks for the number of its input, so it cannot be traced."""

    def forward(self, input):
        return np.array([[Value(1.0) if x > 0.5 else Value(0.0)] for x, _ in input], dtype=object)


def test_a_module_that_cannot_be_traced_is_asked_on_the_graph():
    at = border(decision_boundary(Branching(), X, Y, resolution=14))
    np.testing.assert_allclose(at[:, 0], 0.5, atol=0.1)


def test_a_function_may_give_values_columns_or_truth_values():
    for model in (lambda r: [Value(x) for x in r[:, 0]], lambda r: r[:, :1], lambda r: r[:, 0] > 0.5):
        axes = decision_boundary(model, X, Y)
        np.testing.assert_allclose(border(axes)[:, 0], 0.5, atol=0.03)
        plt.close(axes.figure)


@pytest.mark.parametrize(("model", "X", "y", "settings", "error", "message"), [
    (lambda r: r[:, 0], X[:, :1], Y, {}, ValueError, r"X has shape \(4, 1\), and a plane has two axes"),
    (lambda r: r[:, 0], X, Y[:3], {}, ValueError, r"y has shape \(3,\), and there are 4 examples"),
    (lambda r: r[:3, 0], X, Y, {}, ValueError, r"for \(3600, 2\) inputs the model gives shape \(3,\)"),
    (lambda r: r[:, 0] * np.nan, X, Y, {}, ValueError, r"the model's output holds inf or nan, which cannot be drawn"),
    (3.0, X, Y, {}, TypeError, r"the model is 3\.0 \(float\)\. Give a Module, or a function"),
    (lambda r: r[:, 0], X, Y, {"threshold": "0"}, TypeError, r"threshold is '0' \(str\)\. Give a number"),
    (lambda r: r[:, 0], X, Y, {"resolution": 0}, ValueError, r"resolution is 0"),
], ids=["one feature", "a target too few", "an answer too few", "nan", "no model", "threshold", "resolution"])
def test_what_cannot_be_drawn_is_named_before_a_figure_is_made(model, X, y, settings, error, message):
    with pytest.raises(error, match=r"decision_boundary: " + message):
        decision_boundary(model, X, y, **settings)
    assert plt.get_fignums() == []
