"""A picture is saved as exactly the file that was named, and nothing else is touched."""

import os
import stat
from xml.etree import ElementTree

import pytest

from autograd import Value, draw
from autograd._draw import drawing

STARTS = {".svg": b"<svg", ".png": b"\x89PNG\r\n\x1a\n", ".pdf": b"%PDF-", ".dot": b"digraph {", ".gv": b"digraph {"}


def picture():
    return draw(Value(2.0, "x") * 3.0)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("suffix", [*STARTS, ".SVG", ".Png"])
def test_the_suffix_names_the_format_and_the_file_is_the_only_one(tmp_path, suffix):
    path = tmp_path / f"my graph.v2{suffix}"
    assert picture().save(path) == path
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes().startswith(STARTS[suffix.lower()])


def test_a_name_may_be_a_string(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    picture().save("x.svg")
    assert ElementTree.parse("x.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_the_same_graph_gives_the_same_file(tmp_path):
    picture().save(tmp_path / "a.svg")
    picture().save(tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_dot_files_hold_the_source(tmp_path):
    one = draw(Value(1.0, "漢"))
    assert one.save(tmp_path / "x.dot").read_text(encoding="utf-8") == one.source


@pytest.mark.parametrize("name", ["x", "x.jpg", "x.svg.txt", ".svg", "x.", "x.svgz", "x.html"])
def test_another_suffix_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"Use one of \.svg, \.png, \.pdf, \.dot, \.gv\."):
        picture().save(tmp_path / name)
    assert contents(tmp_path) == {}


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        picture().save(tmp_path / "nowhere" / "x.svg")
    assert contents(tmp_path) == {}


NO_PICTURES = {
    "text": b"my notes\n",
    "python": b"# graph\nimport autograd\n",
    "html": b"<!DOCTYPE html><html><body><svg></svg></body></html>",
    "html that starts with a comment": b"<!-- <svg> --><html>",
    "json": b'{"graph": {}}',
    "prose": b"graph theory is {fun}",
    "prose about digraphs": b"digraph: two letters for one sound",
    "almost png": b"\x89PNG\n",
    "jpeg": b"\xff\xd8\xff\xe0",
    "xml": b"<?xml version='1.0'?><note/>",
    "checkpoint": b'{"schema": 1, "sha256": "ab"}',
    "blank": b"\n",
    "many comments": b"<!---->" * 2000,
    "many lines": b"#\n" * 5000,
}
PICTURES = {
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "svg with its preamble": b"\xef\xbb\xbf<?xml version='1.0'?>\n<!DOCTYPE svg PUBLIC '-//W3C//DTD'\n 'x'>\n<!-- a > b -->\n<svg >",
    "png": b"\x89PNG\r\n\x1a\n....",
    "pdf": b"%PDF-1.7\n",
    "dot": b"digraph {\n}",
    "dot with comments": b"// made by hand\n/* twice */\n# thrice\nstrict graph \"a name\" {",
    "dot with a name": b"graph G{",
    "nothing": b"",
}


@pytest.mark.parametrize("content", NO_PICTURES.values(), ids=NO_PICTURES)
@pytest.mark.parametrize("suffix", [".svg", ".dot"])
def test_a_file_that_is_no_picture_is_never_written_over(tmp_path, content, suffix):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    with pytest.raises(FileExistsError, match=r"is no picture\. Choose another name"):
        picture().save(path)
    assert contents(tmp_path) == {path.name: content}


@pytest.mark.parametrize("content", PICTURES.values(), ids=PICTURES)
def test_a_picture_is_replaced(tmp_path, content):
    path = tmp_path / "x.gv"
    path.write_bytes(content)
    picture().save(path)
    assert contents(tmp_path) == {"x.gv": picture().source.encode()}


@pytest.mark.parametrize("suffix", STARTS)
def test_what_was_saved_can_be_saved_again(tmp_path, suffix):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(b"")
    picture().save(path)
    draw(Value(1.0, "another")).save(path)
    assert path.read_bytes().startswith(STARTS[suffix])


def test_a_folder_is_no_picture(tmp_path):
    (tmp_path / "x.svg").mkdir()
    with pytest.raises(FileExistsError):
        picture().save(tmp_path / "x.svg")


def test_a_failed_layout_leaves_everything_as_it_was(tmp_path, monkeypatch):
    def fail(*_):
        raise drawing.EngineError("no")

    monkeypatch.setattr(drawing, "render", fail)
    (tmp_path / "x.svg").write_bytes(b"<svg/>")
    for name in ("x.svg", "new.png"):
        with pytest.raises(RuntimeError, match="no"):
            picture().save(tmp_path / name)
    assert contents(tmp_path) == {"x.svg": b"<svg/>"}


def test_a_failed_write_leaves_everything_as_it_was(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    (tmp_path / "x.dot").write_bytes(b"digraph {}")
    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        picture().save(tmp_path / "x.dot")
    assert contents(tmp_path) == {"x.dot": b"digraph {}"}


@pytest.mark.skipif(os.name != "posix", reason="links and permissions as POSIX has them")
def test_a_link_stays_a_link_and_permissions_stay(tmp_path):
    real = tmp_path / "real.dot"
    real.write_bytes(b"digraph {}")
    real.chmod(0o640)
    (tmp_path / "link.dot").symlink_to(real)
    picture().save(tmp_path / "link.dot")
    assert (tmp_path / "link.dot").is_symlink()
    assert real.read_text() == picture().source
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
