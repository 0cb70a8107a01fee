"""What a stepper is made of, and the files it writes. What it does in a browser is tested beside this."""

import json
import math
import re
import sys
from html.parser import HTMLParser

import pytest

import nn
from autograd import Stepper, Value, dot, no_grad, scope, steps, tanh
from autograd._draw import engine
from autograd.stepper.front import front_end


def neuron():
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-1.0, "b")
    y = tanh(w * x + b) + w
    y.label = "y"
    return y


def net(sizes=(4, 1)):
    return (nn.MLP(2, list(sizes), rng=0)([Value(0.5, "x1"), Value(-0.3, "x2")]) - 1.0) ** 2


class Elements(HTMLParser):
    """The tags of a page, its scripts, and its texts."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.scripts, self.texts = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(sorted(name for name, _ in attrs))))

    def handle_data(self, data):
        script = self.tags and self.tags[-1][0] == "script"
        (self.scripts if script else self.texts).append(data)


def shipped(stepper):
    """What the front end is given, read back from the page; the fields of the steps as one dict for each step."""
    found = re.search(r"\nmount\(host, (.*)\);\n\}\)\(\);\n", stepper._repr_mimebundle_()["text/html"])
    data = json.loads(found[1])
    data["steps"] = [dict(zip(data["steps"], row, strict=True)) for row in zip(*data["steps"].values(), strict=True)]
    return data


def test_the_page_holds_every_step_with_the_numbers_of_the_records():
    y = net()
    data, records = shipped(Stepper(y)), steps(y)
    for name in ("phase", "sentence", "reason"):
        assert [step[name] for step in data["steps"]] == [getattr(s, name) for s in records]
    for name in ("partial", "adjoint", "before", "contribution", "after"):
        assert [step[name] for step in data["steps"] if step["phase"] == "backward"] == [getattr(s, name) for s in records.backward]
    names = {node["id"]: node["name"] for node in data["scene"]["nodes"]}
    assert [names.get(step["to"], "") for step in data["steps"]] == [s.to_name for s in records]
    assert [names[step["node"]] for step in data["steps"]] == [s.name for s in records]


def test_every_edge_of_the_graph_is_there_once_for_each_operand():
    x = Value(2.0, "x")
    y = dot([x, x, 3.0], [x, 1.0, x]) * x
    scene = shipped(Stepper(y))["scene"]
    names = {node["id"]: node["name"] for node in scene["nodes"]}
    edges = [(names[edge["tail"]], names[edge["head"]], edge["place"]) for edge in scene["edges"]]
    assert edges == [*(("x" if isinstance(v, Value) else str(int(v)), "v1", i) for i, v in enumerate([x, x, 3.0, x, 1.0, x])),
                     ("v1", "v2", 0), ("x", "v2", 1)]


def test_nothing_in_the_graph_is_changed():
    y = neuron()
    y.backward()
    before = [(v.data, v.grad, v.stamp) for v in steps(y).nodes]
    Stepper(y)._repr_mimebundle_()
    assert [(v.data, v.grad, v.stamp) for v in steps(y).nodes] == before


def test_the_groups_of_a_net_are_its_layers_and_neurons():
    scene = shipped(Stepper(net()))["scene"]
    paths = {node["name"]: node["path"] for node in scene["nodes"]}
    assert paths["layer1.weight[2, 1]"] == ["mlp", "layer1", "neuron2"]
    assert paths["x1"] == []


def test_a_large_net_is_folded_at_first_and_the_groups_around_what_is_seen_are_open():
    assert shipped(Stepper(net((16, 16, 1))))["scene"]["open"] == [["mlp"], ["mlp", "layer1"], ["mlp", "layer2"], ["mlp", "layer3"]]
    assert shipped(Stepper(net((16, 16, 1)), fold="layer"))["scene"]["open"] == [["mlp"]]
    assert ["mlp", "layer2", "neuron0"] in shipped(Stepper(net((16, 16, 1)), fold="none"))["scene"]["open"]


def test_without_scopes_a_large_graph_is_folded_by_stages_and_into_everything_before():
    v = Value(1.0)
    for _ in range(100):
        v = v.tanh() + v
    paths = [node["path"] for node in shipped(Stepper(v))["scene"]["nodes"]]
    assert ["everything before"] in paths
    assert [] in paths


def test_numbers_that_are_not_finite_are_texts():
    x = Value(0.0, "x")
    data = shipped(Stepper(1.0 / x))
    assert data["steps"][0]["value"] == "inf"
    assert data["steps"][-1]["partial"] == "-inf"


def test_a_stale_graph_is_shown_and_says_so():
    x = Value(1.0, "x")
    y = x * x
    x.data = 2.0
    assert "x was changed" in shipped(Stepper(y))["steps"][-1]["stale"]


@pytest.mark.parametrize("root", [3.0, "y", None, [Value(1.0)]])
def test_what_is_no_value_is_refused(root):
    with pytest.raises(TypeError, match=r"Stepper: .* is no Value.*Stepper\(loss\)"):
        Stepper(root)


def test_other_settings_are_refused():
    with pytest.raises(ValueError, match=r"fold='leaf'\. Use 'auto', 'none', 'neuron', 'layer'\."):
        Stepper(neuron(), fold="leaf")
    with pytest.raises(TypeError, match=r"ask=1\. Use True or False"):
        Stepper(neuron(), ask=1)
    with no_grad():
        unrecorded = neuron()
    with pytest.raises(RuntimeError, match="no_grad"):
        Stepper(unrecorded)


def test_more_steps_than_a_page_can_show_are_refused():
    v = Value(1.0)
    for _ in range(2500):
        v = v + 1.0
    with pytest.raises(ValueError, match=r"5,001 steps.*autograd\.steps\(root\)"):
        Stepper(v)


def test_a_single_leaf_can_be_stepped():
    assert len(Stepper(Value(1.0, "x")).steps) == 1


def test_where_no_script_may_run_there_are_the_picture_and_every_step():
    stepper = Stepper(neuron())
    html = stepper._repr_mimebundle_()["text/html"]
    found = Elements(html)
    assert [tag for tag, _ in found.tags[:6]] == ["div", "div", "img", "details", "summary", "ol"]
    texts = "".join(found.texts)
    assert all(step.sentence in texts for step in stepper.steps)
    assert repr(stepper) == stepper._repr_mimebundle_()["text/plain"] == "<Stepper: 12 steps through the graph of y>"


def test_the_still_picture_has_the_gradients_of_the_last_step():
    outline = Stepper(neuron())
    outline._repr_mimebundle_()
    grads = {box.label: box.grad for box in outline._picture.boxes}
    assert grads["w"] == outline.steps.adjoints[outline.steps.nodes[0]]
    assert grads["y"] == 1.0
    folded = Stepper(net((16, 16, 1)))
    out = next(box for box in folded._picture.boxes if box.label == "mlp/layer3/neuron0")
    assert out.grad == folded.steps.adjoints[folded.steps.root.inputs[0].inputs[0]]


def test_without_graphviz_the_picture_is_an_outline(monkeypatch):
    monkeypatch.setattr(engine, "commands", lambda _: iter(()))
    found = Elements(Stepper(neuron())._repr_mimebundle_()["text/html"])
    assert "pre" in {tag for tag, _ in found.tags}
    assert "img" not in {tag for tag, _ in found.tags}
    assert "v1 = w*x = 1" in "".join(found.texts)


def test_a_lesson_is_one_file_that_asks_for_nothing(tmp_path):
    path = Stepper(net()).save(tmp_path / "lesson.html")
    assert [file.name for file in tmp_path.iterdir()] == ["lesson.html"]
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    addresses = set(re.findall(r"(?:https?:)?//[\w.]+[^\s\"'`<)]*", re.sub(r"base64,[\w+/=]+", "", text)))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\b(?:src|href)=\"(?!data:)", text)
    assert "default-src 'none'" in text


def test_a_lesson_of_100_nodes_is_small(tmp_path):
    xs = [Value(i / 10.0, f"x{i}") for i in range(10)]
    v = xs[0]
    for i in range(45):
        v = (v * xs[i % 10]).tanh() + xs[(i + 3) % 10]
        if len(steps(v).nodes) >= 100:
            break
    stepper = Stepper(v)
    assert len(stepper.steps.nodes) >= 100
    assert stepper.save(tmp_path / "lesson.html").stat().st_size < 400_000


def test_a_lesson_is_replaced_and_other_files_are_left_alone(tmp_path):
    path = tmp_path / "lesson.html"
    Stepper(neuron()).save(path)
    Stepper(net()).save(str(path))
    assert "layer1.weight" in path.read_text(encoding="utf-8")
    other = tmp_path / "notes.html"
    other.write_text("<p>mine</p>")
    with pytest.raises(FileExistsError, match=r"notes\.html.*no page saved here"):
        Stepper(neuron()).save(other)
    assert other.read_text() == "<p>mine</p>"
    with pytest.raises(ValueError, match=r"suffix '\.svg'\. Use \.html\."):
        Stepper(neuron()).save(tmp_path / "x.svg")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        Stepper(neuron()).save(tmp_path / "nowhere" / "x.html")
    with pytest.raises(TypeError, match="no path"):
        Stepper(neuron()).save(3)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["lesson.html", "notes.html"]


def test_each_view_on_a_page_has_an_id_of_its_own():
    stepper = Stepper(neuron())
    ids = [re.search(r'id="(v[\w-]+)"', stepper._repr_mimebundle_()["text/html"])[1] for _ in range(2)]
    assert len(set(ids)) == 2


def test_the_front_end_is_one_module_that_imports_nothing():
    assert not re.search(r"^\s*import\b", front_end(), re.MULTILINE)
    assert "</script" not in front_end()


def test_a_widget_needs_anywidget_and_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "autograd.stepper.widget", raising=False)
    with pytest.raises(ImportError, match=r"pip install 'chalkgrad\[widget\]'"):
        Stepper(neuron()).widget()


def test_a_widget_carries_the_same_data_and_falls_back_to_the_picture():
    stepper = Stepper(neuron())
    widget = stepper.widget()
    assert widget.get_state()["_data"] == stepper._data
    assert (widget.index, widget.answers) == (0, [])
    bundle = widget._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "<details>" in data["text/html"]
    widget.close()


def test_the_tolerance_of_the_front_end_is_that_of_the_check_by_hand():
    assert shipped(Stepper(neuron()))["tolerance"] == {"floor": 1e-6, "speck": 1e-12, "slack": 0.01, "enough": 2}


def test_the_sum_is_asked_for_only_where_several_contributions_meet():
    data = shipped(Stepper(neuron()))
    asked = [(step["arrivals"], set(step["check"])) for step in data["steps"] if step["check"]]
    assert asked
    for arrivals, what in asked:
        assert what == ({"contribution"} if arrivals == 1 else {"contribution", "after"})
    for step in data["steps"]:
        for what, wrong in (step["check"] or {}).items():
            assert math.isfinite(step[what])
            assert all(x != step[what] and slip < len(data["slips"]) for x, slip in wrong)


def test_scopes_with_any_name_become_groups():
    with scope("<b>a</b>\u202e"), scope("x/y"):
        v = Value(1.0) * 2.0
    assert shipped(Stepper(v * v))["scene"]["nodes"][-2]["path"] == ["<b>a<", "b>\ufffd", "x", "y"]
