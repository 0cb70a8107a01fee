"""A graph at many moments: the numbers are those of each moment, and no more is kept than was asked for."""

import json
import re

import pytest

from autograd import Value, tanh
from autograd.stepper.film import Film


def output(w, x=2.0):
    y = tanh(w * x) + w
    y.label = "y"
    return y


def data_of(film):
    return json.loads(re.search(r"\nmountFilm\(host, (.*)\);\n\}\)\(\);\n", film._repr_mimebundle_()["text/html"])[1])


def numbers(data, name):
    """Data and gradient of a node, moment by moment."""
    i = next(i for i, node in enumerate(data["scene"]["nodes"]) if node["name"] == name)
    return [(frame["data"][i], frame["grad"][i]) for frame in data["frames"]]


def test_each_moment_has_its_own_numbers():
    w = Value(0.0, "w")
    film = Film(output(w))
    w.data = 0.5
    film.record(output(w))
    data = data_of(film)
    # y = tanh(2w) + w, so dy/dw = 2 (1 - tanh²(2w)) + 1: 3 at 0, and 1.839948… at 0.5.
    assert numbers(data, "w") == [(0.0, 3.0), (0.5, 1.84)]
    assert numbers(data, "y") == [(0.0, 1.0), (1.262, 1.0)]
    assert [frame["step"] for frame in data["frames"]] == [0, 1]
    assert w.grad is None


def test_nodes_are_told_apart_by_what_they_are_and_not_by_when_they_were_written():
    a, b = Value(1.0, "a"), Value(2.0, "b")
    film = Film(a - b)
    a.data = 5.0
    film.record(a - b)
    assert numbers(data_of(film), "a") == [(1.0, 1.0), (5.0, 1.0)]
    assert numbers(data_of(film), "b") == [(2.0, -1.0), (2.0, -1.0)]


@pytest.mark.parametrize("other", [lambda w: w * 2.0, lambda w: tanh(2.0 * w) + w, lambda w: tanh(w * 2.0) + Value(1.0)])
def test_another_graph_is_refused_and_nothing_is_recorded(other):
    w = Value(1.0, "w")
    film = Film(output(w))
    with pytest.raises(ValueError, match="not the one the film began with"):
        film.record(other(w))
    assert len(data_of(film)["frames"]) == 1


def test_of_a_long_run_every_second_moment_is_kept_then_every_fourth_and_the_last():
    w = Value(0.0, "w")
    film = Film(output(w), most=8)
    for i in range(1, 40):
        w.data = i / 40.0
        film.record(output(w))
    data = data_of(film)
    kept = [frame["step"] for frame in data["frames"]]
    assert kept == [*range(0, 40, 8), 39]
    assert [x for x, _ in numbers(data, "w")] == [step / 40.0 for step in kept]
    assert film.met == 40


def test_a_film_is_saved_as_a_page_and_says_what_it_shows(tmp_path):
    w = Value(0.0, "w")
    film = Film(output(w))
    assert repr(film) == "<Film: 1 moment of the graph of y, from 0 to 0>"
    assert film.save(tmp_path / "film.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_in_a_browser_the_moments_can_be_gone_through(open_saved):
    w = Value(0.0, "w")
    film = Film(output(w))
    for i in range(1, 5):
        w.data = i / 4.0
        film.record(output(w))
    page = open_saved(film)
    sentence = page.locator(".sentence")
    assert sentence.inner_text() == "Training step 4, loss 1.964"
    page.keyboard.press("Home")
    assert sentence.inner_text() == "Training step 0, loss 0"
    assert page.locator(".box.leaf text").all_text_contents() == ["w", "data", "0", "grad", "3"]
    assert not page.locator(".ask input").is_checked()
    page.locator(".ask input").check()
    assert sentence.inner_text() == "Training step 4, loss 1.964"
    page.locator("select").select_option("16")
    page.locator(".play").click()
    page.locator(".place", has_text="5 / 5").wait_for()
