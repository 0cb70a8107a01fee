"""What an optimiser does not take, and how it says so."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest

import optim
from tests.optim.leaves import CLASSES, Leaf, every_class, snapshot, step

NO_NUMBER = [True, "0.1", None, 1j, [0.1]]
NOT_FINITE = [math.nan, math.inf, -math.inf, 10**400]
OUTSIDE: dict[str, list[Any]] = {
    "lr": [-0.1, *NOT_FINITE],
    "weight_decay": [-0.1, *NOT_FINITE],
    "lr_decay": [-0.1, *NOT_FINITE],
    "initial_accumulator_value": [-0.1, *NOT_FINITE],
    "momentum_decay": [-0.1, *NOT_FINITE],
    "eps": [0.0, -1e-8, *NOT_FINITE],
    "momentum": [-0.1, 1.0, *NOT_FINITE],
    "alpha": [-0.1, 1.0, *NOT_FINITE],
    "rho": [-0.1, 1.0, *NOT_FINITE],
    "dampening": [-0.1, 1.1, *NOT_FINITE],
}
FLAGS = ["nesterov", "centered", "amsgrad", "decoupled_weight_decay", "maximize"]
SETTINGS = [(cls, name) for cls in CLASSES for name in cls([Leaf(1.0)]).defaults]

TABLE = [
    *((cls, name, value, ValueError) for cls, name in SETTINGS for value in OUTSIDE.get(name, [])),
    *((cls, name, value, TypeError) for cls, name in SETTINGS if name in OUTSIDE for value in NO_NUMBER),
    *((cls, name, value, TypeError) for cls, name in SETTINGS if name in FLAGS for value in (1, 0.0, "yes", None)),
    *(
        (cls, name, value, TypeError)
        for cls, name in SETTINGS
        if name == "betas"
        for value in (0.9, (0.9,), (0.9, 0.99, 0.999), "ab", (0.9, True))
    ),
    *(
        (cls, name, value, ValueError)
        for cls, name in SETTINGS
        if name == "betas"
        for value in ((1.0, 0.9), (0.9, 1.0), (-0.1, 0.9), (0.9, math.nan))
    ),
]


def culprit(name: str, value: Any) -> Any:
    """What is wrong in `value`: one of two betas, or all of it."""
    pair = name == "betas" and isinstance(value, tuple) and len(value) == 2
    return next(x for x in value if x is True or not 0.0 <= x < 1.0) if pair else value


def row_name(x: Any) -> str:
    return x.__name__ if isinstance(x, type) else str(x)[:20]


@pytest.mark.parametrize(
    ("cls", "name", "value", "error"), [row for row in TABLE if row[1] in inspect.signature(row[0]).parameters], ids=row_name
)
def test_a_setting_out_of_its_range_is_named_with_its_value(
    cls: type[optim.Optimizer], name: str, value: Any, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        cls([Leaf(1.0)], **{name: value})
    message = str(caught.value)
    assert message.startswith(f"{cls.__name__}: {name}")
    assert "must be" in message
    assert repr(culprit(name, value)) in message


@pytest.mark.parametrize(("cls", "name", "value", "error"), TABLE, ids=row_name)
def test_a_group_with_such_a_setting_is_not_added(cls: type[optim.Optimizer], name: str, value: Any, error: type[Exception]) -> None:
    optimizer = cls([Leaf(1.0)])
    before = snapshot(optimizer)
    with pytest.raises(error, match=name):
        optimizer.add_param_group({"params": [Leaf(2.0)], name: value})
    assert snapshot(optimizer) == before


@pytest.mark.parametrize("settings", [{}, {"momentum": 0.0}, {"momentum": 0.9, "dampening": 0.1}], ids=str)
def test_nesterov_needs_momentum_that_is_not_dampened(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"SGD: nesterov needs momentum above 0 and dampening 0, got"):
        optim.SGD([Leaf(1.0)], nesterov=True, **settings)


class Model:
    def parameters(self) -> list[Leaf]:
        return [Leaf(1.0)]


SHARED = Leaf(1.0, label="w")
PARAMETERS: list[tuple[str, Any, type[Exception], str]] = [
    ("a bare parameter", Leaf(1.0), TypeError, r"write {0}\(\[w\]\) for {0}\(w\)"),
    ("a bare array of parameters", Leaf(np.ones(2)), TypeError, r"write {0}\(\[w\]\) for {0}\(w\)"),
    ("a model", Model(), TypeError, r"not a Model: pass model\.parameters\(\)"),
    ("a list of models", [Model()], TypeError, r"item 0 is a Model, not a parameter\. Pass its \.parameters\(\)"),
    ("nothing", None, TypeError, r"takes a list of parameters or of groups, got None"),
    ("a number", 0.1, TypeError, r"takes a list of parameters or of groups, got 0\.1 \(float\)"),
    ("a text", "w", TypeError, r"takes a list of parameters or of groups, got 'w' \(str\)"),
    ("one group without a list", {"params": [Leaf(1.0)]}, TypeError, r"takes a list of parameters or of groups"),
    ("a set", {SHARED}, TypeError, r"the order of a set changes from run to run"),
    ("an empty list", [], ValueError, r"the list of parameters is empty"),
    ("an empty generator", (x for x in ()), ValueError, r"the list of parameters is empty"),
    ("an empty group", [{"params": []}], ValueError, r"the list of parameters is empty"),
    ("a list of numbers", [1.0], TypeError, r"item 0 is 1\.0 \(float\), not a parameter"),
    ("a number among parameters", [Leaf(1.0), 2.0], TypeError, r"item 1 is 2\.0 \(float\), not a parameter"),
    ("an array", [np.ones(2)], TypeError, r"item 0 is array.* \(ndarray\), not a parameter"),
    ("None among parameters", [Leaf(1.0), None], TypeError, r"item 1 is None \(NoneType\), not a parameter"),
    ("named pairs", [("w", Leaf(1.0))], TypeError, r"item 0 is .* \(tuple\), not a parameter"),
    ("a parameter that holds no floats", [Leaf("1.0")], TypeError, r"item 0 is .*Leaf.*, not a parameter"),
    ("a parameter after a group", [{"params": [Leaf(1.0)]}, Leaf(2.0)], TypeError, r"a group is a dict"),
    ("a group without parameters", [{"lr": 0.1}], TypeError, r"a group is a dict"),
    ("an inner node", [Leaf(1.0, is_leaf=False, label="h")], ValueError, r"'h' is computed from other values.*\.detach\(\)"),
    ("an inner node without a name", [Leaf(1.0), Leaf(1.0, is_leaf=False)], ValueError, r"parameter 1 is computed"),
    ("a parameter given twice", [SHARED, Leaf(1.0), SHARED], ValueError, r"'w' is given twice \(items 0 and 2\)"),
    ("a parameter in two groups", [{"params": [SHARED]}, {"params": [SHARED]}], ValueError, r"given twice \(items 0 and 1\)"),
    (
        "an unknown setting",
        [{"params": [Leaf(1.0)], "learning_rate": 1.0}],
        ValueError,
        r"{0} has no setting 'learning_rate'\. It has lr, ",
    ),
]


@pytest.mark.parametrize(("params", "error", "message"), [row[1:] for row in PARAMETERS], ids=[row[0] for row in PARAMETERS])
def test_what_cannot_be_trained_is_refused(params: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message.format("Adam")):
        optim.Adam(params)


@every_class
def test_parameters_with_equal_numbers_are_not_taken_for_one(cls: type[optim.Optimizer]) -> None:
    assert len(cls([Leaf(1.0), Leaf(1.0)]).param_groups[0]["params"]) == 2


@every_class
def test_a_parameter_of_another_group_is_not_added_again(cls: type[optim.Optimizer]) -> None:
    leaf = Leaf(1.0)
    optimizer = cls([leaf])
    before = snapshot(optimizer)
    with pytest.raises(ValueError, match="given twice"):
        optimizer.add_param_group({"params": [Leaf(2.0), leaf]})
    assert snapshot(optimizer) == before


@every_class
@pytest.mark.parametrize("lr", [-0.1, math.nan, math.inf, True, "0.1"])
def test_a_rate_out_of_range_written_later_stops_the_next_step(cls: type[optim.Optimizer], lr: Any) -> None:
    optimizer = cls([Leaf(1.0, grad=0.5)])
    step(optimizer)
    optimizer.param_groups[0]["lr"] = lr
    before = snapshot(optimizer)
    with pytest.raises((ValueError, TypeError), match="lr must be a"):
        step(optimizer)
    assert snapshot(optimizer) == before


@every_class
def test_a_gradient_of_another_shape_is_refused(cls: type[optim.Optimizer]) -> None:
    leaf = Leaf(np.ones((2, 1)), grad=np.ones(2), label="weight")
    optimizer = cls([Leaf(1.0, grad=0.5), leaf])
    before = snapshot(optimizer)
    with pytest.raises(ValueError, match=r"'weight' has shape \(2, 1\) but its gradient \(2,\)"):
        step(optimizer)
    assert snapshot(optimizer) == before


@every_class
@pytest.mark.parametrize("value", [1, None, "no"])
def test_check_finite_is_true_or_false(cls: type[optim.Optimizer], value: Any) -> None:
    with pytest.raises(TypeError, match=f"{cls.__name__}: check_finite must be True or False"):
        cls([Leaf(1.0)], check_finite=value)


def test_the_literal_nesterov_step_asks_for_a_closure() -> None:
    leaf = Leaf(1.0, grad=0.5)
    with pytest.raises(TypeError, match="step needs a closure"):
        optim.NesterovLookahead([leaf]).step()
    assert leaf.data == 1.0


def test_the_base_class_has_no_rule_of_its_own() -> None:
    with pytest.raises(NotImplementedError, match="Optimizer states no rule"):
        optim.Optimizer([Leaf(1.0, grad=0.5)], {"lr": 0.1, "weight_decay": 0.0, "maximize": False}).step()
