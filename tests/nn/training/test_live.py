"""A net that is watched while it learns."""

import json
import re

import pytest

import nn
import optim
from nn.training.live import Live


def frames(live):
    """The recorded numbers: [(step, {name: (data, grad)})]."""
    data = json.loads(re.search(r"\nmountFilm\(host, (.*)\);\n\}\)\(\);\n", live._repr_mimebundle_()["text/html"])[1])
    names = [node["name"] for node in data["scene"]["nodes"]]
    return [dict(zip(names, zip(frame["data"], frame["grad"], strict=True), strict=True)) for frame in data["frames"]]


def line(weight, bias):
    model = nn.Linear(1, 1)
    model.weight.data, model.bias.data = [[weight]], [bias]
    return model


def test_what_is_recorded_is_the_graph_of_the_loss_at_each_step():
    model = line(1.0, 0.0)
    sgd, criterion = optim.SGD(model.parameters(), lr=0.25), nn.MSELoss()
    live = Live(model, [[2.0]], [[6.0]], loss=criterion)
    sgd.zero_grad()
    criterion(model([[2.0]]), [[6.0]]).backward()
    sgd.step()
    live.record()
    first, second = frames(live)
    # (2w + b - 6)²: at w = 1, b = 0 the error is -4, so the gradients are 2·(-4)·2 and 2·(-4); lr 1/4 makes w = 5, b = 2, error 6.
    assert (first["weight[0, 0]"], first["bias[0]"]) == ((1.0, -16.0), (0.0, -8.0))
    assert (second["weight[0, 0]"], second["bias[0]"]) == ((5.0, 24.0), (2.0, 12.0))
    assert repr(live) == "<Live: 2 moments, loss from 16 to 36>"


def test_watching_changes_nothing():
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.BatchNorm1d(3), nn.Dropout(0.5), nn.Linear(3, 1, rng=1))
    model.train()
    before = repr(model.state_dict())
    live = Live(model, [[1.0, 2.0], [0.0, 1.0]], [[1.0], [0.0]], loss=nn.MSELoss())
    live.record()
    assert all(module.training for module in model.modules())
    assert repr(model.state_dict()) == before
    assert all(v.grad is None for p in model.parameters() for v in p[...].flat)


def test_what_cannot_be_watched_is_refused():
    model = line(1.0, 0.0)
    with pytest.raises(TypeError, match=r"Live: the model is 3 \(int\)"):
        Live(3, [[1.0]], [[1.0]], loss=nn.MSELoss())
    with pytest.raises(TypeError, match=r"only a single Value has a gradient.*reduction='mean'"):
        Live(model, [[1.0]], [[1.0]], loss=nn.MSELoss(reduction="none"))
    with pytest.raises(ValueError, match=r"fold='all'\. Use 'auto'"):
        Live(model, [[1.0]], [[1.0]], loss=nn.MSELoss(), fold="all")
    with pytest.raises(ValueError, match=r"Live: most is 0"):
        Live(model, [[1.0]], [[1.0]], loss=nn.MSELoss(), most=0)


def test_it_is_saved_as_a_page(tmp_path):
    path = Live(line(1.0, 0.0), [[1.0]], [[1.0]], loss=nn.MSELoss()).save(tmp_path / "training.html")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
