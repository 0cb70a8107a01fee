"""The stepper in a real JupyterLab."""

from ast import literal_eval

import nbformat

from autograd import Stepper, Value

GRAPH = """from autograd import Stepper, Value, tanh, scope
w, x, b = Value(0.5, label="w"), Value(2.0, label="x"), Value(-1.0, label="b")
a = w * x; a.label = "a"
y = tanh(a + b) + a; y.label = "y"
"""
STEPS = 4 + 1 + 7
DARK = "JupyterLab Dark"


def place(view):
    return view.locator(".place").inner_text()


def test_keys_buttons_and_the_mouse_lead_through_the_steps_and_leave_the_notebook_alone(notebook):
    page = notebook("keys", GRAPH, "Stepper(y)")
    view = page.locator(".view")
    view.locator(".next").click()
    view.locator(".next").click()
    assert place(view) == f"3 / {STEPS}"
    view.focus()
    for key, there in {"ArrowLeft": 2, "End": STEPS, "ArrowRight": STEPS, "Home": 1, "ArrowRight ": 2}.items():
        page.keyboard.press(key.strip())
        assert place(view) == f"{there} / {STEPS}", key
    cells = page.locator(".jp-Cell").count()
    files = page.locator("#filebrowser")
    assert files.is_visible()
    for key in ("b", "a", "x", "d", "d", "Enter", "z", "Control+b"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert page.locator(".jp-Cell").count() == cells
    assert files.is_visible()
    view.locator("input[type=range]").fill("6")
    assert place(view) == f"7 / {STEPS}"
    view.locator(".part").last.click()
    assert view.locator(".sentence").inner_text() == "Back from y: its own adjoint is 1."


def test_answers_are_judged(notebook):
    page = notebook("hand", GRAPH, "Stepper(y)")
    view = page.locator(".view")
    view.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.fill(".view input[name=contribution]", "0.5")
    page.keyboard.press("Enter")
    assert "is not the contribution" in view.locator(".said").inner_text()
    page.fill(".view input[name=contribution]", "4")
    view.locator(".check").click()
    assert "Right" in view.locator(".said").inner_text()


def test_a_widget_tells_python_where_it_is_and_what_was_answered_and_can_be_led_by_python(notebook):
    made = GRAPH + "stepper = Stepper(y).widget()"
    page = notebook("widget", made, "stepper", "stepper.index = 10", "print(stepper.index, stepper.answers)")
    view = page.locator(".view")
    view.wait_for()
    view.locator(".place", has_text=f"11 / {STEPS}").wait_for()
    view.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.fill(".view input[name=contribution]", "9")
    page.keyboard.press("Enter")
    page.fill(".view input[name=contribution]", "4")
    page.keyboard.press("Enter")
    page.locator(".jp-Cell").nth(3).locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    said = page.locator(".jp-Cell").nth(3).locator(".jp-OutputArea-output", has_text="given")
    said.wait_for()
    index, answers = said.inner_text().split(" ", 1)
    assert index == "10"
    assert [(one["step"], one["what"], one["given"], one["right"]) for one in literal_eval(answers)] == [
        (10, "contribution", 9, False), (10, "contribution", 4, True)]


def test_two_steppers_do_not_disturb_each_other(notebook):
    page = notebook("two", GRAPH, "Stepper(y)", "Stepper(a)")
    page.locator(".view").nth(1).wait_for()
    first, second = page.locator(".view").first, page.locator(".view").nth(1)
    second.focus()
    page.keyboard.press("End")
    assert place(first) == f"1 / {STEPS}"
    assert place(second) == "4 / 4"
    assert second.locator(".edge.now").count() == 1
    first.locator(".next").click()
    assert place(second) == "4 / 4"


def test_in_the_dark_theme_it_is_dark(notebook):
    page = notebook("dark", GRAPH, "Stepper(y)")
    view = page.locator(".view")
    view.wait_for()
    assert view.get_attribute("data-theme") == "light"
    page.click('.lm-MenuBar-item:has-text("Settings")')
    page.locator('.lm-Menu-item:has-text("Theme")').first.hover()
    page.locator(f'.lm-Menu-item:has-text("{DARK}")').first.click()
    page.locator('.view[data-theme="dark"]').wait_for()
    page.click('.lm-MenuBar-item:has-text("Settings")')
    page.locator('.lm-Menu-item:has-text("Theme")').first.hover()
    page.locator('.lm-Menu-item:has-text("JupyterLab Light")').first.click()
    page.locator('.view[data-theme="light"]').wait_for()


def test_in_an_untrusted_notebook_there_are_the_picture_and_the_list_of_steps(notebook):
    x = Value(3.0, label="x")
    stepper = Stepper(x * x)
    output = nbformat.v4.new_output("display_data", data=dict(stepper._repr_mimebundle_()))
    page = notebook("untrusted", "Stepper(x * x)", run=False, outputs=[output])
    shown = page.locator(".jp-OutputArea-output")
    shown.locator("img, pre").first.wait_for()
    assert page.locator(".view").count() == 0
    shown.locator("summary").click()
    items = shown.locator("li").all_inner_texts()
    assert items == [step.sentence for step in stepper.steps]
    assert shown.locator("script, style").count() == 0


TRAINING = """import time
for step in range(60):
    sgd.zero_grad(); criterion(model([[1.0]]), [[3.0]]).backward(); sgd.step(); live.record()
    time.sleep(0.05)
print("done")
"""


def test_training_is_seen_while_it_runs_and_can_be_paused_and_gone_through(notebook):
    net = "import nn, optim\nmodel, criterion = nn.Linear(1, 1, rng=0), nn.MSELoss()\nsgd = optim.SGD(model.parameters(), lr=0.02)\n"
    page = notebook("training", net + "live = nn.Live(model, [[1.0]], [[3.0]], loss=criterion)", "live.widget()", TRAINING)
    view = page.locator(".view")
    view.wait_for()
    page.wait_for_function("""() => {
        const host = [...document.querySelectorAll('*')].find((e) => e.shadowRoot?.querySelector('.view'));
        return Number(host?.shadowRoot.querySelector('.place').textContent.split(' / ')[0]) > 5;
    }""")
    view.focus()
    page.keyboard.press("Home")
    assert view.locator(".sentence").inner_text().startswith("Training step 0, ")
    page.locator(".jp-OutputArea-output", has_text="done").wait_for()
    assert place(view) == "1 / 61"
    page.keyboard.press("End")
    assert view.locator(".sentence").inner_text().startswith("Training step 60, ")


def test_a_net_unfolds_and_folds_in_a_notebook(notebook):
    net = "import nn\nloss = (nn.MLP(2, [16, 16, 1], rng=0)([x, w]) - 1.0) ** 2"
    page = notebook("net", GRAPH + net, "Stepper(loss)")
    groups = page.locator(".view .box.group")
    groups.first.wait_for()
    assert groups.count() == 33
    page.get_by_role("button", name="neuron5: 3 operations, 17 leaves. Unfold.").click()
    assert groups.count() == 32
    page.get_by_role("button", name="neuron5: 3 operations, 17 leaves. Fold.").click()
    assert groups.count() == 33
