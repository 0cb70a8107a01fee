"""Labels can hold any text: it is shown, and is never read as DOT, SVG or HTML."""

import re
import unicodedata
from html.parser import HTMLParser
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograd import Value, draw, scope
from autograd import sum as total
from autograd._draw import drawing
from autograd._draw.engine import render
from autograd._draw.text import LONGEST, visible

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {SVG + name for name in ("svg", "title", "g", "polygon", "path", "ellipse", "text")}
ATTRIBUTES = {
    "width", "height", "viewBox", "role", "id", "class", "transform", "fill", "stroke", "stroke-width", "stroke-dasharray", "points", "d",
    "cx", "cy", "rx", "ry", "x", "y", "text-anchor", "font-family", "font-size", "font-weight",
}
HOSTILE = [
    '"', '\\"', "\\", "\\\\", "\\N", "\\G\\E\\T\\H\\L", "\\n\\l\\r", "a\\", "<b>", "<b>bold</b>", "</TD></TR></TABLE>>", "<", ">", "<<",
    "{a|b}", "<port>", "a:b", "a -> b", "];", '"]; evil [label="', "}", "// c", "/* c", "# c", "&", "&lt;", "&amp;amp;", "&#92;N", "&#0;",
    "&nbsp;", "&bogus;", "<script>alert(1)</script>", "</svg><script>alert(1)</script>", "]]>", "<![CDATA[", "<!--", "-->", "<?xml?>",
    '" onload="alert(1)', "' onerror='alert(1)", "javascript:alert(1)", 'URL="javascript:alert(1)"', "xlink:href",
    "<img src=x onerror=alert(1)>", 'charset="latin1"', 'digraph { charset="no-such-code" }', "%s %n {0}", "$(id)", "two  spaces",
    " outside ", "naïve Δ漢字🎉", "e\u0301",
    "👩\u200d🔬", "\N{ARABIC LETTER SEEN}\N{ARABIC LETTER LAM}",
]
UNSHOWABLE = [
    "\0", "a\0b", "line\nbreak", "\r\n", "\t", "\x1b[31mred", "\x7f\x80\x9f", "\u202ereversed", "\u2028", "\ud800", "\udfff\ud800",
    "\ufffe", "\uffff", "\ufeff", "\U000e0041", "\U0010ffff", "\u200b",
]


def svg_of(root, **settings):
    bundle = draw(root, **settings)._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/svg+xml", "text/plain"}
    return ElementTree.fromstring(bundle["image/svg+xml"])


def harmless(svg):
    """The texts of each box, in the order of their numbers, of an SVG that has nothing in it but shapes and text."""
    for element in svg.iter():
        assert element.tag in DRAWN
        assert set(element.attrib) <= ATTRIBUTES
        assert "(" not in element.get("fill", "") + element.get("stroke", "")
    ids = [element.get("id") for element in svg.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    boxes = sorted((g for g in svg.iter(SVG + "g") if g.get("class", "").startswith("node")), key=number)
    return [[(text.text or "").replace("\N{NO-BREAK SPACE}", " ") for text in box.iter(SVG + "text")] for box in boxes]


def number(box):
    return int(re.search(r"\d+$", box.get("id")).group())


def titles(labels):
    """What is written first in the boxes of leaves with these labels."""
    svg = svg_of(total([Value(1.0, label) for label in labels]), fold="none")
    boxes = harmless(svg)
    assert len(boxes) == len(labels) + 1
    assert len([g for g in svg.iter(SVG + "g") if g.get("class") == "edge"]) == len(labels)
    return [texts[0] for texts in boxes[:-1]]


def test_a_hostile_label_is_shown_as_it_is():
    assert titles(HOSTILE) == HOSTILE


def test_characters_without_a_shape_get_one():
    for label, shown in zip(UNSHOWABLE, titles(UNSHOWABLE), strict=True):
        assert len(shown) == len(label)
        assert all(unicodedata.category(c)[0] not in "CZ" or c == " " for c in shown)
        assert all(a == b or a not in shown for a, b in zip(label, shown, strict=True))


def test_a_long_label_is_shortened_in_the_middle():
    for shown in titles(["start" + kind * 10_000 + "end" for kind in "a<\\&\n漢"]):
        assert len(shown) == LONGEST
        assert shown.startswith("start")
        assert shown.endswith("end")
        assert "…" in shown


def test_a_group_may_have_any_name():
    names = [*HOSTILE, *UNSHOWABLE]
    leaves = []
    for name in names:
        with scope(name):
            leaves.append(Value(1.0) * 2.0)
    boxes = harmless(svg_of(total(leaves), fold=lambda v: v.place.scope if v.place else None))
    assert [texts[0] for texts in boxes if "1 operation" in texts] == [visible(name) for name in names]


def test_the_page_around_the_picture_is_one_image(monkeypatch):
    class Tags(HTMLParser):
        def __init__(self):
            super().__init__()
            self.seen = []

        def handle_starttag(self, tag, attrs):
            self.seen.append((tag, [name for name, _ in attrs]))

        def handle_data(self, data):
            assert not data.strip()

    monkeypatch.setattr(drawing, "svg", lambda *_: "<svg/>")
    for label in [*HOSTILE, *UNSHOWABLE]:
        tags = Tags()
        tags.feed(draw(Value(1.0, label))._repr_mimebundle_()["text/html"])
        assert tags.seen == [("div", ["style"]), ("img", ["alt", "style", "src"])]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(st.characters(codec=None, exclude_categories=())) | st.text('\\<>"&;{}|N#\n\0 x[]-='), min_size=1, max_size=25))
def test_no_text_breaks_a_picture(labels):
    shown = titles(labels)
    assert [title for label, title in zip(labels, shown, strict=True) if label] == [spaced(visible(label)) for label in labels if label]


def spaced(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_outline_sends_no_control_characters_to_a_terminal():
    for label in UNSHOWABLE:
        assert str(draw(Value(1.0, label))).isprintable()


def test_the_source_is_read_back_by_graphviz():
    labels = [*HOSTILE, *UNSHOWABLE]
    read = render(draw(total([Value(1.0, label) for label in labels]), fold="none").source, "dot", 60.0).decode()
    assert read.startswith("digraph {")
    assert len(re.findall(r"^\tn\d+\s*\[", read, re.MULTILINE)) == len(labels) + 1
