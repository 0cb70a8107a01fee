"""The live curve: one picture in a notebook that is drawn again, and a figure everywhere."""

import base64
import os
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import nn
import optim
from nn import data

ROOT = Path(__file__).parents[3]
X, LABELS = data.moons(40, rng=0)
Y = LABELS[:, np.newaxis] * 1.0


def fitted(live, epochs=5):
    net = nn.MLP(2, [4, 1], rng=0)
    return nn.fit(net, X, Y, loss=nn.BCEWithLogitsLoss(), optimizer=optim.Adam(net.parameters(), lr=0.1), epochs=epochs,
                  batch_size=20, callbacks=live, rng=0)


def test_the_figure_shows_the_whole_run():
    live = nn.LiveCurve(every=3)
    history = fitted(live)
    (axes,) = live.figure.axes
    assert axes.lines[0].get_ydata().tolist() == history.loss


def test_it_draws_after_the_first_epoch_every_few_and_at_the_end(monkeypatch):
    live, seen = nn.LiveCurve(every=3), []
    monkeypatch.setattr(live, "_show", lambda history: seen.append(len(history.loss)))
    fitted(live, epochs=8)
    assert seen == [1, 4, 7, 8]


def test_it_never_ends_a_run():
    assert len(fitted(nn.LiveCurve(every=1)).loss) == 5


def test_with_a_model_it_draws_what_the_model_answers_now():
    net = nn.MLP(2, [4, 1], rng=0)
    live = nn.LiveCurve(net, X, LABELS, threshold=0.0)
    live.at_end(nn.History([0.5]))
    assert live.figure.axes[1].get_xlabel() == "x1"
    assert np.vstack([np.ma.getdata(points.get_offsets()) for points in live.figure.axes[1].collections[-2:]]).shape == (40, 2)


def test_in_a_notebook_one_picture_gives_way_to_the_next():
    code = """
        import nn, optim
        X, y = nn.data.moons(20, rng=0)
        net = nn.MLP(2, [4, 1], rng=0)
        run = nn.fit(net, X, y.reshape(-1, 1) * 1.0, loss=nn.BCEWithLogitsLoss(), optimizer=optim.Adam(net.parameters(), lr=0.1),
                     epochs=5, batch_size=20, rng=0, callbacks=nn.LiveCurve(net, X, y, every=2))
        print(len(run.loss))"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("\n".join(line[8:] for line in code.splitlines()[1:]))])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute(env={**os.environ, "PYTHONPATH": str(ROOT)})
    nbformat.validate(notebook)
    shown, printed = sorted(notebook.cells[0].outputs, key=lambda output: output.output_type)
    assert shown.output_type == "display_data"
    assert printed.text.strip() == "5"
    assert shown.data["text/plain"] == "<LiveCurve: 5 epochs>"
    assert base64.b64decode(shown.data["image/png"]).startswith(b"\x89PNG")


@pytest.mark.parametrize(("args", "settings", "kind", "message"), [
    ((abs,), {}, ValueError, "LiveCurve: to draw what a model answers, its examples are needed"),
    ((), {"every": 0}, ValueError, "LiveCurve: every is 0"),
    ((), {"threshold": "half"}, TypeError, "LiveCurve: threshold is 'half'"),
], ids=["model alone", "every", "threshold"])
def test_bad_settings_are_refused(args, settings, kind, message):
    with pytest.raises(kind, match=message):
        nn.LiveCurve(*args, **settings)
