"""Both criteria, on errors and weights written by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value
from nn.regularisation import EarlyStopping, WeightChange


def stops_at(stopping: EarlyStopping, errors: list[float]) -> int | None:
    """The epoch after which it says stop; the model's bias is the number of the epoch."""
    for epoch, error in enumerate(errors):
        stopping.model.bias.data = [float(epoch)]
        if stopping.update(error):
            return epoch
    return None


ERRORS: list[tuple[str, dict[str, int], list[float], int | None, int]] = [
    ("no best for 10 epochs", {}, [3.0, 2.0, 1.0] + [1.5] * 20, 12, 2),
    ("an equal error is no improvement", {"window": 3}, [1.0] * 9, 3, 0),
    ("a new best in the last epoch of the window", {"window": 3}, [1.0, 2.0, 2.0, 0.5, 2.0, 2.0, 2.0, 2.0], 6, 3),
    ("extra epochs", {"window": 2, "extra": 3}, [1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0], 5, 0),
    ("a new best in an extra epoch, which goes on no longer", {"window": 2, "extra": 3}, [1.0, 2.0, 2.0, 0.5, 2.0, 2.0, 2.0], 5, 3),
    ("still falling", {"window": 2}, [1.0 / (1 + t) for t in range(50)], None, 49),
]


@pytest.mark.parametrize(("settings", "errors", "at", "best"), [row[1:] for row in ERRORS], ids=[row[0] for row in ERRORS])
def test_it_stops_when_it_should_and_restores_the_best(settings: dict[str, int], errors: list[float], at: int | None, best: int) -> None:
    model = nn.Linear(1, 1)
    stopping = EarlyStopping(model, **settings)
    assert stops_at(stopping, errors) == at
    assert (stopping.best_epoch, stopping.best) == (best, errors[best])
    stopping.restore()
    assert model.bias.data.tolist() == [float(best)]


def test_running_statistics_are_restored_too() -> None:
    model = nn.BatchNorm1d(1)
    stopping = EarlyStopping(model)
    model([[1.0], [3.0]])
    stopping.update(1.0)
    kept = {key: np.array(x) for key, x in model.state_dict().items()}
    model([[10.0], [30.0]])
    stopping.update(2.0)
    assert not np.array_equal(model.state_dict()["running_mean"], kept["running_mean"])
    stopping.restore()
    assert all(np.array_equal(x, kept[key]) for key, x in model.state_dict().items())


def test_the_validation_error_finds_the_best_epoch_where_the_training_error_falls_for_ever() -> None:
    training = [1.0 / (1 + t) for t in range(60)]
    validation = [1.0 / (1 + t) + 0.001 * t**1.5 for t in range(60)]
    model = nn.Linear(1, 1)
    assert stops_at(EarlyStopping(model), training) is None
    stopping = EarlyStopping(model)
    assert stops_at(stopping, validation) is not None
    assert stopping.best_epoch == int(np.argmin(validation))


def changes(path: list[float], tolerance: float, window: int) -> list[bool]:
    w = Value(0.0)
    change = WeightChange(w, tolerance, window)
    found = []
    for w.data in path:
        found.append(change.update())
    return found


def test_weights_at_rest_for_a_window_are_noticed() -> None:
    path = [1.0, 0.5, 0.25, 0.24, 0.235, 0.2349, 0.23489]
    assert changes(path, 0.01, 2) == [t >= 2 and abs(path[t] - path[t - 2]) < 0.01 for t in range(len(path))]
    assert changes(path, 0.02, 2) == [False, False, False, False, True, True, True]
    assert not any(changes(path[:-1], 10.0, 6))
    assert changes(path, 10.0, 6)[-1]


def test_one_weight_that_moves_is_enough_to_go_on_and_the_bound_is_strict() -> None:
    p, w = nn.Parameter([1.0, 2.0]), Value(3.0)
    change = WeightChange([p, w], 0.5, window=1)
    assert not change.update()
    p.data = [1.0, 2.25]
    assert change.update()
    p[1] = 2.75
    assert not change.update()
    w.data = 9.0
    assert not change.update()
    assert change.update()


def test_the_default_window_of_both_is_10() -> None:
    assert stops_at(EarlyStopping(nn.Linear(1, 1)), [1.0] * 20) == 10
    assert changes([0.0] * 12, 0.1, 10) == [False] * 10 + [True] * 2
    change = WeightChange(Value(0.0), 0.1)
    assert [change.update() for _ in range(11)] == [False] * 10 + [True]


MODEL = nn.Linear(1, 1)


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda: EarlyStopping(None), TypeError, r"EarlyStopping: None \(NoneType\) is no module"),
        (lambda: EarlyStopping(MODEL, window=0), ValueError, "EarlyStopping: window is 0"),
        (lambda: EarlyStopping(MODEL, window=2.5), TypeError, r"window is 2\.5 \(float\)"),
        (lambda: EarlyStopping(MODEL, extra=-1), ValueError, "EarlyStopping: extra is -1. Give an integer, 0 or more"),
        (lambda: EarlyStopping(MODEL, extra="2"), TypeError, r"extra is '2' \(str\)"),
        (lambda: EarlyStopping(MODEL).update(math.nan), ValueError, "EarlyStopping: error is nan"),
        (lambda: EarlyStopping(MODEL).update("low"), TypeError, "EarlyStopping: error is 'low'"),
        (lambda: EarlyStopping(MODEL).restore(), RuntimeError, "there are no weights to restore yet"),
        (lambda: WeightChange(MODEL, 0.1), TypeError, r"WeightChange: a Linear was given"),
        (lambda: WeightChange([], 0.1), ValueError, "WeightChange: the list of parameters is empty"),
        (lambda: WeightChange(Value(0.0), 0.0), ValueError, r"WeightChange: tolerance is 0\.0"),
        (lambda: WeightChange(Value(0.0), "0.1"), TypeError, "WeightChange: tolerance is '0.1'"),
        (lambda: WeightChange(Value(0.0), 0.1, window=0), ValueError, "WeightChange: window is 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(act: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        act()
