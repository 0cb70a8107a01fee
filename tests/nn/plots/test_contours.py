"""The map of a function is made of its numbers, and paths lie where they went."""

import math

import numpy as np
import pytest
from matplotlib import pyplot as plt

from autograd import Value
from nn.plots import error_surface

PATH = [[2.0, 0.5], [1.0, -0.25], [0.5, 0.0]]


def bowl(x, y):
    return x**2 + 4.0 * y**2


def lines(axes):
    """The contour lines, by their heights."""
    drawn = next(c for c in axes.collections if not c.filled)
    return dict(zip(drawn.levels.tolist(), [path.vertices for path in drawn.get_paths()], strict=True))


def test_each_contour_line_runs_where_the_function_has_its_height():
    axes = error_surface(bowl, (-3, 3), (-2, 2), levels=[1.0, 4.0], resolution=400)
    for level, at in lines(axes).items():
        np.testing.assert_allclose(bowl(*at.T), level, rtol=1e-3)
    assert list(lines(axes)) == [1.0, 4.0]


def test_a_number_of_levels_parts_the_map_evenly():
    """On a plane x the quantiles are the places themselves: 4 inner lines make 5 equal parts."""
    axes = error_surface(lambda x, y: x + 0.0 * y, (0, 5), (0, 1), levels=4, resolution=101)
    assert list(lines(axes)) == pytest.approx([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])


def test_a_flat_function_can_be_drawn():
    error_surface(lambda x, y: 1.0, (0, 1), (0, 1), resolution=5).figure.canvas.draw()


def test_a_function_may_work_on_values():
    given = error_surface(lambda x, y: Value(x) ** 2 + 4.0 * y**2, (-3, 3), (-2, 2), resolution=9)
    assert list(lines(given)) == list(lines(error_surface(bowl, (-3, 3), (-2, 2), resolution=9)))


def test_a_function_may_call_methods_of_values():
    with_methods = error_surface(lambda x, y: (x * 0.5).exp() + y, (-3, 3), (-2, 2), resolution=9)
    assert list(lines(with_methods)) == list(lines(error_surface(lambda x, y: math.exp(x * 0.5) + y, (-3, 3), (-2, 2), resolution=9)))


def test_where_a_function_has_no_number_the_map_has_a_hole():
    axes = error_surface(lambda x, y: 1.0 / abs(x) + y, (-1, 1), (0, 1), levels=[2.0, 4.0], resolution=101)
    axes.figure.canvas.draw()
    for level, at in lines(axes).items():
        np.testing.assert_allclose(1.0 / np.abs(at[:, 0]) + at[:, 1], level, rtol=5e-3)


def test_paths_are_drawn_point_by_point_with_a_ring_where_they_begin_and_a_dot_where_they_end():
    axes = error_surface(bowl, (-3, 3), (-1, 1), {"by hand": PATH})
    path, ring, dot = axes.lines
    assert path.get_xydata().tolist() == PATH
    assert ring.get_xydata().tolist() == PATH[:1]
    assert ring.get_markerfacecolor() == "none"
    assert dot.get_xydata().tolist() == PATH[-1:]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["by hand"]


def test_a_path_that_leaves_the_map_does_not_stretch_it():
    axes = error_surface(bowl, (-3, 3), (-1, 1), {"off": [[1.0, 0.0], [1e9, math.inf]]})
    assert (axes.get_xlim(), axes.get_ylim()) == ((-3.0, 3.0), (-1.0, 1.0))
    axes.figure.canvas.draw()


def test_given_axes_are_drawn_on():
    mine = plt.figure().add_subplot()
    assert error_surface(bowl, (-1, 1), (-1, 1), ax=mine, resolution=5) is mine
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ((bowl, (1, 1), (0, 1)), ValueError, r"error_surface: xlim is \(1, 1\)\. Give the lower end first"),
    ((bowl, (0, 1), (0, "1")), TypeError, r"error_surface: ylim is '1' \(str\)"),
    ((bowl, 1.0, (0, 1)), ValueError, r"error_surface: xlim is 1\.0\. Give both ends"),
    ((bowl, (0, 1), (0, 1), None, None, [1.0]), ValueError, r"error_surface: levels is \[1\.0\]\. Give two finite heights or more"),
    ((bowl, (0, 1), (0, 1), None, None, 0), ValueError, r"error_surface: levels is 0"),
    ((lambda x, y: "high", (0, 1), (0, 1)), TypeError, r"error_surface: f gives 'high' \(str\)"),
    ((lambda x, y: math.nan, (0, 1), (0, 1)), ValueError, r"error_surface: f is finite nowhere on the map"),
    ((bowl, (0, 1), (0, 1), {"p": [1.0, 2.0]}), ValueError, r"trajectory 'p' has shape \(2,\)\. Give a point in each row"),
    ((bowl, (0, 1), (0, 1), PATH), TypeError, r"trajectories: list given\. Give paths by their names"),
], ids=["no width", "text", "one end", "one level", "no level", "no number", "nan", "one point", "no names"])
def test_what_cannot_be_drawn_is_named_before_a_figure_is_made(arguments, error, message):
    with pytest.raises(error, match=message):
        error_surface(*arguments)
    assert plt.get_fignums() == []
