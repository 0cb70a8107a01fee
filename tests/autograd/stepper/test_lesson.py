"""The stepper in a browser: a saved lesson, opened without a network."""

import random

import pytest

from autograd import Stepper, Value, tanh
from autograd import sum as total
from autograd._draw.text import digits
from autograd._handcheck.given import read
from autograd.stepper.front import front_end
from tests.autograd.stepper.test_stepper import net, neuron, shipped

SEED = 4


def press(page, key, times=1):
    for _ in range(times):
        page.keyboard.press(key)


def box(page, stepper, name):
    """The rows of a node's box: {"data": …, "grad": …}."""
    key = next(node["id"] for node in shipped(stepper)["scene"]["nodes"] if node["name"] == name)
    _, *rows = page.locator(f'.box[data-node="{key}"] > text').all_text_contents()
    return dict(zip(rows[::2], rows[1::2], strict=True))


def place(page):
    return int(page.locator(".place").inner_text().split(" / ")[0]) - 1


def plain(text):
    return text.replace("−", "-")


def random_graph(n, seed):
    rng = random.Random(seed)
    vs = [Value(rng.uniform(-1.0, 1.0), f"x{i}") for i in range(max(4, n // 10))]
    while len(vs) < n - 1:
        a, b = rng.sample(vs[-14:], 2)
        vs.append(rng.choice([lambda a, b: a * b, lambda a, b: a + b, lambda a, b: a - b, lambda a, _: tanh(a)])(a, b))
    return total(vs[-14:])


def test_it_needs_no_network(open_saved):
    page = open_saved(Stepper(neuron()))
    press(page, "End")
    page.locator(".play").click()
    assert {url.split(":")[0] for url in page.asked} <= {"file", "data"}


def test_numbers_come_as_they_are_reached_and_never_as_0(open_saved):
    stepper = Stepper(neuron())
    page = open_saved(stepper)
    for i, step in enumerate(stepper.steps):
        assert place(page) == i
        until = stepper.steps[: i + 1]
        for v, name in stepper.steps.names.items():
            found = box(page, stepper, name)
            computed = v.is_leaf or any(s.phase == "forward" and s.node is v for s in until)
            assert plain(found["data"]) == (digits(v.data) if computed else "not yet"), (i, name)
            arrived = [s for s in until if s.to is v]
            if v is stepper.steps.root and i >= SEED:
                expected = "1"
            elif arrived:
                expected = digits(arrived[-1].after) + (" + …" if arrived[-1].remaining else "")
            else:
                expected = "not yet"
            assert plain(found["grad"]) == expected, (i, name)
        assert plain(page.locator(".sentence").inner_text()) == step.sentence
        press(page, "ArrowRight")


def test_the_current_edge_has_another_colour_width_and_dash_and_carries_the_product(open_saved):
    stepper = Stepper(neuron())
    page = open_saved(stepper)
    look = "(e) => { const s = getComputedStyle(e); return [s.stroke, parseFloat(s.strokeWidth), s.strokeDasharray]; }"
    for step in stepper.steps:
        lines = page.locator(".edge .line")
        current = page.locator(".edge.now .line").evaluate_all(f"(all) => all.map({look})")
        others = page.locator(".edge:not(.now) .line").evaluate_all(f"(all) => all.map({look})")
        assert len(current) == (1 if step.to is not None else len(step.node.inputs) if step.phase == "forward" else 0)
        for colour, width, dash in current:
            assert all(colour != c and width > w + 1.0 and dash != d for c, w, d in others)
        product = [plain(text) for text in page.locator('.product[visibility="visible"] text').all_text_contents()]
        assert product == ([] if step.to is None else [digits(step.adjoint), f"× {digits(step.partial)}", f"= {digits(step.contribution)}"])
        assert page.locator(".box.now").count() == 1
        assert lines.count() == len(current) + len(others)
        press(page, "ArrowRight")


def test_play_goes_on_by_itself_and_stops_at_the_end_or_when_told(open_saved):
    page = open_saved(Stepper(neuron()))
    page.locator("select").select_option("16")
    page.locator(".play").click()
    page.locator('.play[aria-label="Pause"]').wait_for()
    page.locator(".place", has_text="12 / 12").wait_for()
    page.locator('.play[aria-label="Play"]').wait_for()
    page.locator("select").select_option("0.5")
    page.locator(".play").click()
    page.locator(".place", has_text="1 / 12").wait_for()
    page.locator(".play").click()
    there = place(page)
    page.wait_for_timeout(300)
    assert place(page) == there


@pytest.mark.parametrize("ask", [False, True])
def test_answers_by_hand_are_judged_and_a_wrong_one_is_met_with_its_cause(open_saved, ask):
    stepper = Stepper(neuron(), ask=ask)
    page = open_saved(stepper)
    press(page, "End")
    step = stepper.steps[-1]
    assert step.to_name == "x"
    hidden = page.locator(".equation .result b")
    assert hidden.inner_text() == ("?" if ask else digits(step.contribution))
    assert box(page, stepper, "x")["grad"] == ("not yet" if ask else digits(step.after))
    answer, said = page.locator("input[name=contribution]"), page.locator(".said")
    wrong = {"abc": "is no number", f"{-step.contribution}": "sign", f"{step.to.data}": "value of x", "77": "Multiply the adjoint"}
    for text, expected in wrong.items():
        answer.fill(text)
        press(page, "Enter")
        assert expected in said.inner_text(), text
        assert answer.get_attribute("aria-invalid") == "true"
        assert hidden.inner_text() == ("?" if ask else digits(step.contribution))
    for text in ("1/2", "0.5", " 0.50 "):
        answer.fill(text)
        page.locator(".check").click()
        assert said.inner_text().startswith("Right"), text
    assert hidden.inner_text() == "0.5"
    assert box(page, stepper, "x")["grad"] == "0.5"


def test_the_running_sum_is_asked_for_where_contributions_meet(open_saved):
    stepper = Stepper(neuron(), ask=True)
    page = open_saved(stepper)
    last = max(step.index for step in stepper.steps if step.to_name == "w")
    page.locator("input[type=range]").fill(str(last))
    step = stepper.steps[last]
    assert (step.before, step.contribution, step.after) == (1.0, 2.0, 3.0)
    page.fill("input[name=contribution]", "2")
    page.fill("input[name=after]", "2")
    press(page, "Enter")
    assert "That is the new contribution alone" in page.locator(".said").inner_text()
    page.fill("input[name=after]", "3")
    press(page, "Enter")
    assert page.locator(".said").inner_text().count("Right") == 2
    press(page, "ArrowLeft")
    page.locator(".view").focus()
    press(page, "ArrowLeft")
    page.locator(".reveal").click()
    assert page.locator(".equation .result b").inner_text() != "?"


def test_groups_unfold_and_fold_by_mouse_and_keys_and_keep_their_numbers(open_saved):
    page = open_saved(Stepper(net((16, 16, 1))))
    assert page.locator(".box.group").count() == 33
    press(page, "End")
    neuron = page.get_by_role("button", name="neuron3: 3 operations, 3 leaves. Unfold.")
    grad = neuron.locator("text").all_text_contents()[-1]
    neuron.click()
    assert page.locator(".box.group").count() == 32
    assert page.locator(".box.leaf").count() == 2 + 3
    inner = page.locator(".box.operation", has_text="tanh").first
    assert inner.locator("text").all_text_contents()[-1] == grad
    assert page.evaluate("() => document.querySelector('main > div').shadowRoot.activeElement.dataset.group") is not None
    press(page, "Enter")
    assert page.locator(".box.group").count() == 33
    press(page, " ")
    assert page.locator(".box.group").count() == 32
    page.locator(".fold").click()
    assert page.locator(".box.group").count() == 1
    page.locator(".unfold").click()
    assert page.locator(".box.group").count() == 0


@pytest.mark.parametrize("make", [neuron, net, lambda: net((16, 16, 1)), *(lambda n=n: random_graph(n, n) for n in (10, 40, 300))])
@pytest.mark.parametrize("fold", ["auto", "none"])
def test_boxes_lie_apart_and_inputs_to_the_left(open_saved, make, fold):
    page = open_saved(Stepper(make(), fold=fold))
    rects = page.locator(".box").evaluate_all("(all) => all.map((e) => { const r = e.querySelector('rect:not(.behind)').getBBox(); "
                                              "return [r.x, r.y, r.x + r.width, r.y + r.height]; })")
    for i, (left, top, right, bottom) in enumerate(rects):
        for a, b, c, d in rects[:i]:
            assert right <= a or c <= left or bottom <= b or d <= top
    ends = page.locator(".edge .line").evaluate_all(
        "(all) => all.map((e) => [e.getPointAtLength(0).x, e.getPointAtLength(e.getTotalLength()).x])")
    assert ends
    if fold == "none":
        assert all(start < end for start, end in ends)


def test_a_folded_net_can_be_read(open_saved):
    page = open_saved(Stepper(net((16, 16, 1))))
    sizes = page.locator(".box text").evaluate_all(
        "(all) => all.map((e) => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)")
    assert min(sizes) >= 10.0


def test_the_current_step_is_in_view_in_a_graph_larger_than_the_window(open_saved):
    page = open_saved(Stepper(random_graph(300, 1), fold="none"))
    for there in (0, 100, 250, 400, 641):
        page.locator("input[type=range]").fill(str(there))
        page.wait_for_timeout(900)
        seen = page.evaluate("""() => {
            const root = document.querySelector('main > div').shadowRoot;
            const [pane, box] = [root.querySelector('.pane'), root.querySelector('.box.now')].map((e) => e.getBoundingClientRect());
            return box.left >= pane.left && box.right <= pane.right && box.top >= pane.top && box.bottom <= pane.bottom;
        }""")
        assert seen, there


def test_zoom_changes_the_size_of_the_picture_and_not_of_the_product(open_saved):
    page = open_saved(Stepper(neuron()))
    press(page, "End")
    graph, product = page.locator(".graph"), page.locator(".product rect")
    before = graph.bounding_box()["width"]
    for _ in range(6):
        page.get_by_label("Zoom out").click()
    assert graph.bounding_box()["width"] < 0.5 * before
    assert product.bounding_box()["height"] == pytest.approx(62.0, abs=3.0)
    page.get_by_label("Show the whole graph").click()
    page.mouse.move(600, 250)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    page.wait_for_timeout(100)
    assert graph.bounding_box()["width"] > before


SERIOUS = ("serious", "critical")


@pytest.mark.parametrize("scheme", [pytest.param(name, marks=pytest.mark.scheme(name)) for name in ("light", "dark")])
def test_axe_finds_nothing_serious(open_saved, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed: pip install -e '.[dev]'").Axe()
    page = open_saved(Stepper(net(), fold="neuron", ask=True))
    assert page.locator(".view").get_attribute("data-theme") == scheme
    page.locator(".all summary").click()
    for there in (0, 10, 20, 56):
        page.locator("input[type=range]").fill(str(there))
        if there == 56:
            page.fill("input[name=contribution]", "77")
            page.locator(".check").click()
        found = axe.run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found if one["impact"] in SERIOUS] == []


def test_with_reduced_motion_nothing_moves_by_itself(open_saved, page):
    page.emulate_media(reduced_motion="reduce")
    open_saved(Stepper(neuron()))
    press(page, "End")
    assert page.locator(".edge.now .line").evaluate("(e) => getComputedStyle(e).animationName") == "none"


@pytest.fixture
def module(page):
    """Calls of functions of the front end."""
    page.goto("about:blank")
    page.evaluate("""async (text) => {
        window.end = await import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
    }""", front_end())
    return lambda name, *args: page.evaluate("([name, args]) => end[name](...args)", [name, args])


def test_numbers_are_written_as_everywhere_else(module, page):
    rng = random.Random(0)
    numbers = [0.0, 1.0, -1.0, 1e-5, 0.0001, 9999.5, 99999.0, 1e300, 5e-324]
    numbers += [rng.uniform(-1, 1) * 10 ** rng.randint(-8, 8) for _ in range(2000)]
    shown = page.evaluate("(numbers) => numbers.map(end.digits)", numbers)
    assert [plain(text) for text in shown] == [digits(x) for x in numbers]
    assert [module("digits", text) for text in ("inf", "-inf", "nan")] == ["∞", "−∞", "nan"]


def test_answers_are_read_and_compared_as_in_the_check_by_hand(page, module):
    rng = random.Random(1)
    texts = ["0.79", "-0.79", "−2", ".5", "5.", "+3", "1e-3", "1E3", "1/3", "-2 / 4", "0", "0.0", "0.50", "100", "1e400", "1/0", "", "x",
             "1,5", "0x1", "1_0", "--1", "1 2", "e5", ".", "007", "3.14159265358979"]
    texts += [f"{rng.uniform(-1, 1) * 10 ** rng.randint(-4, 4):.{rng.randint(1, 6)}g}" for _ in range(500)]
    tolerance = Stepper(Value(1.0))._data["tolerance"]
    for text in texts:
        found = module("parsed", text)
        try:
            expected = read(text, "w")
        except ValueError:
            assert found is None, text
            continue
        assert found == {"number": expected.number, "unit": expected.unit, "significant": expected.significant}, text
        others = [expected.number, expected.number * 1.0001, expected.number * 1.004, expected.number * 1.02, -expected.number, 0.0,
                  expected.number + expected.unit, expected.number + 0.4 * expected.unit]
        fits = page.evaluate("([given, others, tolerance]) => others.map((x) => end.fit(given, x, tolerance))", [found, others, tolerance])
        assert fits == [int(expected.fit(x)) for x in others], text


THEMES = """([host, name, value]) => {
    const [element, place] = [document.createElement("div"), document.querySelector(host)];
    document.body.append(element);
    if (name) place.setAttribute(name, value);
    const end = window.end.followTheme(element, element);
    const found = element.dataset.theme;
    end();
    place.removeAttribute(name);
    return found;
}"""


@pytest.mark.scheme("light")
def test_the_theme_is_that_of_the_page_wherever_it_is(page, module):  # noqa: ARG001 - it brings the front end
    for host, name, value, expected in [
        ("body", "style", "background: #111", "dark"), ("body", "style", "background: #eee", "light"), ("html", "theme", "dark", "dark"),
        ("body", "style", "background: rgba(0, 0, 0, 0.1)", "light"), ("body", "data-vscode-theme-kind", "vscode-dark", "dark"),
        ("body", "data-vscode-theme-kind", "vscode-light", "light"), ("body", "data-vscode-theme-kind", "vscode-high-contrast", "dark"),
        ("body", "data-vscode-theme-kind", "vscode-high-contrast-light", "light"), ("body", "class", "", "light"),
    ]:
        assert page.evaluate(THEMES, [host, name, value]) == expected, value
