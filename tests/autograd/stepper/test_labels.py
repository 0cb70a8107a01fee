"""Whatever people call their numbers, a page has no element, link or script that is not ours."""

import random
from collections import Counter

import pytest

from autograd import Stepper, Value, scope
from autograd import sum as total
from autograd._draw import engine
from tests.autograd.stepper.test_stepper import Elements, shipped

PIECES = [
    "<script>", "</script>", "</SCRIPT >", "<!--", "-->", "]]>", "<![CDATA[", "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>", "<a href=", "javascript:alert(1)", "</div>", "</style>", "</textarea>", "</title>",
    "</details>", "<iframe", "<b>", "&lt;script&gt;", "&#60;", "&amp;", "&", '"', "'", "`", "\\", "\\u003c/script\\u003e",
    "\\x3c", "${alert(1)}", "{{7*7}}", "{title}", "{0}", "%s", "$$", "\\(", "</", "/>", "<", ">", "\n", "\r", "\t", "\0",
    "\u2028", "\u2029", "\u202e", "\ud800", "\udfff", "\ufeff", "\u200b", "😀", "漢", "e\u0301", "x", "weight[0, 1]", " ",
    "on", "//", "/*", "*/", "import(", "http://example.org/", "=", ";", ",",
]
PAGES, LABELS = 100, 100


def hostile(rng):
    return "".join(rng.choices(PIECES, k=rng.randint(1, 8)))


def page_with(labels, tmp_path):
    """A saved page with these labels, on leaves, on the output and on a scope."""
    *leaves, last = labels
    with scope(last.replace("/", "") or "s"):
        y = total([Value(1.0 + i, label) for i, label in enumerate(leaves)])
    y.label = last
    stepper = Stepper(y, fold="none")
    return stepper, stepper.save(tmp_path / "page.html").read_text(encoding="utf-8")


def test_ten_thousand_hostile_labels_add_no_element_no_attribute_and_no_script(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "commands", lambda _: iter(()))
    expected = Counter(Elements(page_with([f"x{i}" for i in range(LABELS)], tmp_path)[1]).tags)
    rng = random.Random(0)
    for _ in range(PAGES):
        labels = [hostile(rng) for _ in range(LABELS)]
        stepper, page = page_with(labels, tmp_path)
        found = Elements(page)
        assert Counter(found.tags) == expected
        names = [node["name"] for node in shipped(stepper)["scene"]["nodes"]]
        assert names == [stepper.steps.names[v] for v in stepper.steps.nodes]


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</script><h1>", "&lt;b&gt;", "a\u2028b"])
def test_the_picture_of_a_hostile_label_is_a_picture(label, tmp_path):
    calm = Counter(Elements(page_with(["x", "y"], tmp_path)[1]).tags)
    assert Counter(Elements(page_with([label, label], tmp_path)[1]).tags) == calm


def test_in_a_browser_hostile_labels_are_shown_as_they_are_and_nothing_runs(open_saved, tmp_path):
    labels = [piece * 2 for piece in PIECES]
    stepper = page_with(labels, tmp_path)[0]
    page = open_saved(stepper)
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.keyboard.press("End")
    page.locator(".all summary").click()
    assert page.locator(".all li").count() == len(stepper.steps)
    counts = page.evaluate("""() => {
        const inside = document.querySelector('main > div').shadowRoot;
        return [['script', 'img', 'a', 'iframe', 'b b', 'foreignObject'].map((name) => inside.querySelectorAll(name).length),
                document.querySelectorAll('script').length, [...inside.querySelectorAll('*')].flatMap((e) => [...e.attributes])
                    .filter((a) => a.name.startsWith('on') || a.name === 'href' || a.name === 'src').length];
    }""")
    assert counts == [[0, 0, 0, 0, 0, 0], 1, 0]
    shown = page.locator(".box .title").all_text_contents()
    for v in stepper.steps.root.inputs:
        name = stepper.steps.names[v]
        assert any(text == name or "…" in text for text in shown), name
    assert dialogs == []
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
