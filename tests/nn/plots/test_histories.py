"""What is drawn is what the history holds."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import pyplot as plt

import nn
from nn.plots import curves


def course(**lists):
    return SimpleNamespace(loss=[3.0, 2.0, 1.0], **lists)


def points(axes):
    return {line.get_label(): line.get_xydata().tolist() for line in axes.lines}


def test_losses_stand_over_epochs_counted_from_1():
    axes = curves(nn.History([3.0, 2.0], [4.0, 3.5]))
    drawn = points(axes)
    assert (drawn["training"], drawn["validation"]) == ([[1.0, 3.0], [2.0, 2.0]], [[1.0, 4.0], [2.0, 3.5]])
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["training", "validation", "best epoch"]


def test_a_single_curve_needs_no_legend():
    axes = curves(course(val_loss=[], accuracy=[], val_accuracy=[], best_epoch=None))
    assert list(points(axes)) == ["training"]
    assert axes.get_legend() is None
    assert len(axes.figure.axes) == 1


def test_accuracies_have_a_scale_of_their_own():
    axes = curves(course(val_loss=[], accuracy=[0.5, 0.75, 1.0], val_accuracy=[0.5, 0.5, 0.75]))
    left, right = axes.figure.axes
    assert left is axes
    assert points(right) == {
        "training accuracy": [[1.0, 0.5], [2.0, 0.75], [3.0, 1.0]], "validation accuracy": [[1.0, 0.5], [2.0, 0.5], [3.0, 0.75]],
    }
    assert {line.get_linestyle() for line in right.lines} == {"--"}
    assert "accuracy" in right.get_ylabel()
    assert len(axes.get_legend().get_texts()) == 3


def test_the_best_epoch_counted_from_0_is_marked_where_its_loss_stands():
    axes = curves(course(val_loss=[3.0, 1.5, 2.0], best_epoch=1))
    assert points(axes)["best epoch"] == [[2.0, 0.0], [2.0, 1.0]]
    assert axes.lines[1].get_xydata()[1].tolist() == [2.0, 1.5]


def test_epochs_are_whole_numbers():
    axes = curves(course())
    axes.figure.canvas.draw()
    assert all(float(x).is_integer() for x in axes.get_xticks())


def test_given_axes_are_drawn_on_and_no_figure_is_made():
    mine = plt.figure().add_subplot()
    assert curves(course(), mine) is mine
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize("given", [3.0, np.zeros(2)], ids=["a number", "an array"])
def test_what_is_no_axes_is_named(given):
    with pytest.raises(TypeError, match=r"curves: ax is .*Give matplotlib axes"):
        curves(course(), given)


def test_what_is_no_history_is_named():
    with pytest.raises(TypeError, match=r"curves: \[1\.0\] \(list\) has no \.loss\. Give the History that nn\.fit returns"):
        curves([1.0])
