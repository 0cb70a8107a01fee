"""Which Graphviz draws, and what happens where there is none."""

import itertools
import os
import subprocess
import sys
import warnings
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograd import Value, draw
from autograd._draw import drawing, engine

ROOT = Path(__file__).parents[2]
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>"


@pytest.fixture(autouse=True)
def each_warning_anew():
    drawing.warn.cache_clear()


@pytest.fixture
def path(tmp_path, monkeypatch):
    """An otherwise empty PATH, as a folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder, body):
    """A `dot` that runs Python."""
    file = folder / "dot"
    file.write_text(f"#!{sys.executable}\nimport sys, time\n{body}\n")
    file.chmod(0o755)


def no_wheel(monkeypatch):
    monkeypatch.setattr(engine, "find_spec", lambda _: None)


posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in for dot is a script")


@pytest.mark.usefixtures("path")
def test_the_wheel_draws_where_there_is_no_dot():
    svg = draw(Value(1.0, "x"))._repr_mimebundle_()["image/svg+xml"]
    assert "x" in [text.text for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert engine.render("digraph{a->b}", "png", 60.0).startswith(b"\x89PNG\r\n\x1a\n")
    assert engine.render("digraph{a->b}", "pdf", 60.0).startswith(b"%PDF-")


@posix
def test_a_dot_on_the_path_is_asked_first(path):
    program(path, f"sys.stdin.read(); sys.stdout.write({SVG.decode()!r} + '<text>' + sys.argv[1] + '</text></svg>')")
    assert "<text>-Tsvg</text>" in draw(Value(1.0))._repr_mimebundle_()["image/svg+xml"]


@posix
@pytest.mark.parametrize("body", ["sys.exit(1)", "sys.stdin.read()", "raise SystemError"])
def test_where_that_dot_fails_the_wheel_draws(path, body):
    program(path, body)
    assert b"<svg" in engine.render("digraph{a->b}", "svg", 60.0)


@posix
def test_what_a_dot_says_when_it_fails_is_passed_on(path, monkeypatch):
    program(path, "sys.stdin.read(); print('a hint\\nno layout engine', file=sys.stderr); sys.exit(1)")
    no_wheel(monkeypatch)
    with pytest.raises(RuntimeError, match="failed to make png: no layout engine"):
        draw(Value(1.0)).save(path / "x.png")


@posix
def test_a_layout_that_takes_too_long_is_stopped(path):
    program(path, "time.sleep(60)")
    with pytest.raises(RuntimeError, match=r"longer than 0\.2 seconds. Draw fewer boxes, .*longer timeout"):
        draw(Value(1.0)).save(path / "x.svg", timeout=0.2)
    assert [file.name for file in path.iterdir()] == ["dot"]


@pytest.mark.usefixtures("path")
def test_without_graphviz_a_picture_is_shown_as_text_with_one_warning(monkeypatch):
    no_wheel(monkeypatch)
    first, second = draw(Value(1.0, "x")), draw(Value(2.0, "y"))
    with pytest.warns(UserWarning, match=r"No Graphviz was found.*pip install pygraphviz.*Shown as text") as caught:
        shown = [one._repr_mimebundle_() for one in (first, first, second)]
    assert shown == [{"text/plain": text} for text in ("x = 1  (grad not yet)", "x = 1  (grad not yet)", "y = 2  (grad not yet)")]
    assert len(caught) == 1


def test_without_graphviz_saving_a_picture_says_what_to_do_and_its_source_can_be_saved(path, monkeypatch):
    no_wheel(monkeypatch)
    for suffix in (".svg", ".png", ".pdf"):
        with pytest.raises(RuntimeError, match=r"pip install pygraphviz.*as \.dot"):
            draw(Value(1.0)).save(path / f"x{suffix}")
    draw(Value(1.0)).save(path / "x.dot")
    assert [file.name for file in path.iterdir()] == ["x.dot"]


@posix
@pytest.mark.parametrize("output", ["", "no svg at all", "<svg", "<svg xmlns='http://www.w3.org/2000/svg'><g></svg>", "<svg>&bogus;</svg>"])
@pytest.mark.filterwarnings("ignore:Graphviz")
def test_showing_never_raises_whatever_graphviz_writes(path, monkeypatch, output):
    program(path, f"sys.stdin.read(); sys.stdout.write({output!r})")
    no_wheel(monkeypatch)
    assert draw(Value(1.0, "x"))._repr_mimebundle_() == {"text/plain": "x = 1  (grad not yet)"}


@pytest.mark.usefixtures("path")
def test_showing_never_raises_even_where_warnings_are_errors(monkeypatch):
    no_wheel(monkeypatch)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert set(draw(Value(1.0))._repr_mimebundle_(include=None, exclude=None)) == {"text/plain"}


@posix
def test_only_shapes_and_text_are_kept_of_what_graphviz_writes(path):
    extra = "<g><a xlink:href='u'><text>in a link</text></a><script>s()</script><image/><text xml:space='preserve'>kept</text></g></svg>"
    program(path, f"sys.stdin.read(); sys.stdout.write({SVG.decode() + extra!r})")
    svg = draw(Value(1.0))._repr_mimebundle_()["image/svg+xml"]
    assert [element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()] == ["svg", "title", "g", "text"]
    for word in ("xlink", "href", "script"):
        assert word not in svg


def ids(drawing):
    svg = drawing._repr_mimebundle_()["image/svg+xml"]
    return {element.get("id") for element in ElementTree.fromstring(svg).iter() if element.get("id")}


def test_each_drawing_on_a_page_has_ids_of_its_own():
    x = Value(1.0)
    first, second = ids(draw(x)), ids(draw(x))
    assert first
    assert not first & second


def test_a_drawing_kept_from_an_earlier_run_has_ids_of_its_own(monkeypatch):
    found = []
    for x in (1.0, 2.0):
        monkeypatch.setattr(drawing, "NUMBERS", itertools.count(1))
        found.append(ids(draw(Value(x))))
    assert not found[0] & found[1]


def test_a_notebook_that_is_run_again_shows_the_same_bytes():
    program = (f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
               "from autograd import Value, draw; print(draw(Value(1.0))._repr_mimebundle_())")
    first, second = (subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout for _ in range(2))
    assert b"<svg" in first
    assert first == second


def test_a_large_picture_is_laid_out_with_the_faster_options():
    v = Value(1.0)
    for _ in range(400):
        v = v.tanh()
    assert "splines=line" in draw(v, fold="none").source
    assert "splines=line" not in draw(v).source


@pytest.mark.usefixtures("path")
def test_the_wheel_draws_with_its_own_modules_whatever_python_is_told_to_find_first(tmp_path, monkeypatch):
    for name in ("shlex", "pygraphviz"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert b"<svg" in engine.render("digraph{a}", "svg", 60.0)


def test_the_wheel_is_found_where_this_process_finds_it():
    _, _, script, _, folder = list(engine.commands("svg"))[-1]
    command = [sys.executable, "-I", "-S", script, "svg", folder]
    assert b"<svg" in subprocess.run(command, input=b"digraph{a}", capture_output=True, check=True).stdout
