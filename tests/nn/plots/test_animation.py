"""The film shows the paths as they grow, and is small."""

import base64
import itertools
import re

import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from nn.plots import animate


def bowl(x, y):
    return x**2 + 4.0 * y**2


LONG = np.column_stack([np.linspace(2.0, 0.0, 101), np.linspace(1.0, 0.0, 101)])
SHORT = [[-2.0, 1.0], [-1.0, 0.5], [0.0, 0.0]]


def film(**settings):
    return animate(bowl, (-3, 3), (-2, 2), {"long": LONG, "short": SHORT}, resolution=15, **settings)


def test_every_picture_shows_the_paths_up_to_its_step():
    moving = film(frames=11)
    assert moving.steps == list(range(0, 101, 10))
    for step in moving.steps:
        moving.show_step(step)
        long, short, end_of_long, end_of_short = moving.ax.lines
        assert long.get_xydata().tolist() == LONG[: step + 1].tolist()
        assert short.get_xydata().tolist() == SHORT[: step + 1]
        assert end_of_long.get_xydata().tolist() == [LONG[step].tolist()]
        assert end_of_short.get_xydata().tolist() == [SHORT[min(step, 2)]]
        assert moving.ax.texts[0].get_text() == f"step {step}"


def test_a_short_film_leaves_no_step_out():
    assert animate(bowl, (-3, 3), (-2, 2), {"short": SHORT}, frames=40, resolution=5).steps == [0, 1, 2]


def test_neighbouring_pictures_differ_where_something_moves_and_nowhere_else():
    pictures = [np.asarray(p.convert("RGB")) for p in film(frames=5).pictures()]
    assert len(pictures) == 5
    for before, after in itertools.pairwise(pictures):
        assert 0.0 < (before != after).any(axis=2).mean() < 0.05


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_it_is_saved_as_a_picture_that_moves_for_ever(tmp_path, kind):
    path = film(frames=6).save(tmp_path / f"film.{kind}")
    with Image.open(path) as image:
        assert (image.n_frames, image.info["loop"]) == (6, 0)


def test_in_a_notebook_it_is_an_image_in_the_page():
    found = re.fullmatch(r'<img alt="Moving picture: long, short going downhill, in 6 pictures" src="data:image/gif;base64,(.*)">',
                         film(frames=6)._repr_html_())
    assert base64.b64decode(found[1])[:6] == b"GIF89a"
    assert len(found[1]) < 100_000


def test_a_name_cannot_break_out_of_the_page():
    shown = animate(bowl, (-1, 1), (-1, 1), {'"><script>': SHORT}, resolution=5)._repr_html_()
    assert "<script>" not in shown


def test_pyplot_knows_nothing_of_it():
    film()._repr_html_()
    assert plt.get_fignums() == []


@pytest.mark.parametrize(("paths", "frames", "error", "message"), [
    ({}, 5, ValueError, "animate: there is no trajectory"),
    ({"p": SHORT}, 0, ValueError, "animate: frames is 0"),
    ({"p": [[1.0, 2.0, 3.0]]}, 5, ValueError, r"trajectory 'p' has shape \(1, 3\)"),
], ids=["no path", "no frames", "three numbers"])
def test_what_cannot_be_shown_is_named(paths, frames, error, message):
    with pytest.raises(error, match=message):
        animate(bowl, (-1, 1), (-1, 1), paths, frames=frames)
