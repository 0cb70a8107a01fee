"""An optimiser that is saved and loaded goes on as if it had never stopped."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import optim
from tests.optim.leaves import Leaf, bits, every_class, every_variant, fed, gradients, snapshot, step

GRADIENTS = gradients(30, 4)
START = np.array([[1.0, -2.0], [0.5, 3.0]])


def trained(cls: type[optim.Optimizer], settings: dict[str, Any]) -> tuple[optim.Optimizer, list[Leaf]]:
    """An optimiser that has made ten steps on an array and on a number, and none on a third parameter."""
    leaves = [Leaf(START), Leaf(0.25), Leaf(1.0)]
    optimizer = cls([{"params": leaves[:1]}, {"params": leaves[1:], "lr": 0.003}], **settings)
    go_on(optimizer, leaves, GRADIENTS[:10])
    return optimizer, leaves


def go_on(optimizer: optim.Optimizer, leaves: list[Leaf], rows: np.ndarray) -> None:
    for row in rows:
        leaves[0].grad, leaves[1].grad = row.reshape(2, 2), float(row[0])
        step(optimizer)


def copies(leaves: list[Leaf]) -> list[Leaf]:
    return [Leaf(leaf.data) for leaf in leaves]


@every_variant
def test_a_loaded_optimiser_continues_with_the_same_bits(cls: type[optim.Optimizer], settings: dict[str, Any]) -> None:
    optimizer, leaves = trained(cls, settings)
    others = copies(leaves)
    loaded = cls([{"params": others[:1]}, {"params": others[1:]}], lr=0.5)
    loaded.load_state_dict(json.loads(json.dumps(optimizer.state_dict())))
    go_on(optimizer, leaves, GRADIENTS[10:])
    go_on(loaded, others, GRADIENTS[10:])
    assert [bits(leaf.data) for leaf in others] == [bits(leaf.data) for leaf in leaves]
    assert loaded.state_dict() == optimizer.state_dict()


@every_class
def test_the_keys_are_pytorchs(cls: type[optim.Optimizer]) -> None:
    optimizer, _ = trained(cls, {})
    found = optimizer.state_dict()
    assert list(found) == ["state", "param_groups"]
    assert list(found["state"]) == [0, 1]
    assert found["state"][1]["step"] == 10
    assert [group["params"] for group in found["param_groups"]] == [[0], [1, 2]]
    assert [group["lr"] for group in found["param_groups"]] == [optimizer.defaults["lr"], 0.003]


def test_entries_have_pytorchs_names() -> None:
    leaf = Leaf(1.0, grad=0.5)
    names = {
        optim.SGD([leaf], momentum=0.9): ["momentum_buffer"],
        optim.Adagrad([leaf]): ["sum"],
        optim.RMSprop([leaf], centered=True, momentum=0.9): ["grad_avg", "momentum_buffer", "square_avg"],
        optim.Adadelta([leaf]): ["acc_delta", "square_avg"],
        optim.Adam([leaf], amsgrad=True): ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"],
        optim.AdamW([leaf]): ["exp_avg", "exp_avg_sq"],
        optim.NAdam([leaf]): ["exp_avg", "exp_avg_sq", "mu_product"],
    }
    for optimizer, expected in names.items():
        optimizer.step()
        assert sorted(optimizer.state_dict()["state"][0]) == sorted([*expected, "step"])


@every_class
def test_a_saved_state_does_not_follow_the_optimiser(cls: type[optim.Optimizer]) -> None:
    optimizer, leaves = trained(cls, {})
    saved = optimizer.state_dict()
    before = copy.deepcopy(saved)
    go_on(optimizer, leaves, GRADIENTS[10:])
    assert saved == before


@every_class
def test_a_loaded_state_does_not_follow_the_saved_one(cls: type[optim.Optimizer]) -> None:
    optimizer, _ = trained(cls, {})
    saved = optimizer.state_dict()
    optimizer.load_state_dict(saved)
    before = snapshot(optimizer)
    saved["param_groups"][0]["lr"] = 99.0
    for entries in saved["state"].values():
        entries.clear()
    assert snapshot(optimizer) == before


def test_what_a_schedule_has_added_to_a_group_is_kept() -> None:
    optimizer, loaded = optim.SGD([Leaf(1.0)]), optim.SGD([Leaf(1.0)])
    optimizer.param_groups[0] |= {"initial_lr": 0.5, "base_momentum": 0.8}
    loaded.load_state_dict(optimizer.state_dict())
    assert loaded.param_groups[0]["initial_lr"] == 0.5
    assert loaded.param_groups[0]["base_momentum"] == 0.8


def test_a_momentum_that_has_just_been_turned_on_can_be_saved() -> None:
    leaf, other = Leaf(1.0, grad=0.5), Leaf(0.9995)
    optimizer, loaded = optim.SGD([leaf]), optim.SGD([other])
    optimizer.step()
    optimizer.param_groups[0]["momentum"] = 0.9
    loaded.load_state_dict(optimizer.state_dict())
    assert fed(loaded, other, [0.5, 0.25]) == fed(optimizer, leaf, [0.5, 0.25])


@every_class
def test_a_deep_copy_goes_its_own_way(cls: type[optim.Optimizer]) -> None:
    optimizer, leaves = trained(cls, {})
    twin, twins = copy.deepcopy((optimizer, leaves))
    go_on(optimizer, leaves, GRADIENTS[10:])
    go_on(twin, twins, GRADIENTS[10:])
    assert [bits(leaf.data) for leaf in twins] == [bits(leaf.data) for leaf in leaves]


def without(*path: Any) -> Callable[[Any], None]:
    def change(state: Any) -> None:
        for key in path[:-1]:
            state = state[key]
        del state[path[-1]]

    return change


def instead(value: Any, *path: Any) -> Callable[[Any], None]:
    def change(state: Any) -> None:
        for key in path[:-1]:
            state = state[key]
        state[path[-1]] = value

    return change


DAMAGE: list[tuple[str, Callable[[Any], None], type[Exception], str]] = [
    ("no state", without("state"), TypeError, "a state_dict is a dict with"),
    ("no groups", without("param_groups"), TypeError, "a state_dict is a dict with"),
    ("state that is a list", instead([], "state"), TypeError, '"state" must be a dict'),
    ("groups that are a dict", instead({}, "param_groups"), TypeError, '"param_groups" must be a list of dicts'),
    ("groups that are numbers", instead([0.1, 0.2], "param_groups"), TypeError, '"param_groups" must be a list of dicts'),
    ("a group without parameters", without("param_groups", 0, "params"), TypeError, '"param_groups" must be a list of dicts'),
    ("one group fewer", without("param_groups", 1), ValueError, r"its groups hold \[1, 2\] parameters, those of the state_dict \[1\]"),
    ("a parameter more", instead([0, 1], "param_groups", 0, "params"), ValueError, r"its groups hold \[1, 2\] parameters"),
    ("a setting missing", without("param_groups", 1, "eps"), ValueError, "has no setting 'eps'"),
    ("a setting out of range", instead([0.9, 1.0], "param_groups", 1, "betas"), ValueError, r"betas\[1\] must be a number in \[0, 1\)"),
    ("a setting of another type", instead("no", "param_groups", 1, "amsgrad"), TypeError, "amsgrad must be True or False"),
    ("state of no parameter", instead({}, "state", 7), ValueError, "holds state of parameter 7, but there are 3"),
    ("state under a name", instead({}, "state", "w"), ValueError, "holds state of parameter 'w', but there are 3"),
    ("state that is a number", instead(0.5, "state", 1), TypeError, "the state of parameter 1 must be a dict"),
    ("no step count", without("state", 0, "step"), ValueError, "the state of parameter 0 in the state_dict has no 'step'"),
    ("half a step", instead(2.5, "state", 0, "step"), ValueError, "step must be a whole number, at least 0, got 2.5"),
    ("fewer than no steps", instead(-1, "state", 0, "step"), ValueError, "step must be a whole number"),
    ("a product out of range", instead(1.5, "state", 0, "mu_product"), ValueError, r"mu_product must be a number in \[0, 1\], got 1.5"),
    ("an entry missing", without("state", 1, "exp_avg"), ValueError, "the state of parameter 1 in the state_dict has no 'exp_avg'"),
    ("an entry that amsgrad needs", without("state", 1, "max_exp_avg_sq"), ValueError, "has no 'max_exp_avg_sq'"),
    ("a number for an array", instead(0.5, "state", 0, "exp_avg"), ValueError, r"'exp_avg' of parameter 0 .* not of shape \(2, 2\)"),
    ("an array for a number", instead([0.5], "state", 1, "exp_avg"), ValueError, r"'exp_avg' of parameter 1 .* not of shape \(\)"),
    (
        "a ragged array",
        instead([[0.5], [0.5, 0.5]], "state", 0, "exp_avg"),
        ValueError,
        r"'exp_avg' of parameter 0 .* not of shape \(2, 2\)",
    ),
    ("texts", instead([["a", "b"], ["c", "d"]], "state", 0, "exp_avg"), ValueError, r"'exp_avg' of parameter 0 .* not of shape \(2, 2\)"),
    ("None", instead(None, "state", 1, "exp_avg"), ValueError, r"'exp_avg' of parameter 1 .* not of shape \(\)"),
]


@pytest.mark.parametrize(("damage", "error", "message"), [row[1:] for row in DAMAGE], ids=[row[0] for row in DAMAGE])
def test_a_damaged_state_is_refused_and_nothing_changes(damage: Callable[[Any], None], error: type[Exception], message: str) -> None:
    cls = optim.NAdam if "mu_product" in message else optim.Adam
    optimizer, _ = trained(cls, {} if cls is optim.NAdam else {"amsgrad": True})
    state = optimizer.state_dict()
    state["param_groups"][0]["lr"] = 0.125
    damage(state)
    before = snapshot(optimizer)
    with pytest.raises(error, match=message):
        optimizer.load_state_dict(state)
    assert snapshot(optimizer) == before


@pytest.mark.parametrize("state", [None, [], "state", 1.0])
def test_what_is_no_state_dict_is_refused(state: Any) -> None:
    with pytest.raises(TypeError, match='SGD: a state_dict is a dict with "state" and "param_groups", got'):
        optim.SGD([Leaf(1.0)]).load_state_dict(state)


def test_the_state_of_another_optimiser_is_refused() -> None:
    adam, _ = trained(optim.Adam, {})
    sgd, _ = trained(optim.SGD, {})
    with pytest.raises(ValueError, match="SGD: a group of the state_dict has no setting 'dampening'"):
        sgd.load_state_dict(adam.state_dict())


def test_a_state_that_has_overflowed_can_still_be_loaded() -> None:
    optimizer, loaded = optim.Adagrad([Leaf(1.0, grad=1e200)]), optim.Adagrad([Leaf(1.0)])
    optimizer.step()
    loaded.load_state_dict(optimizer.state_dict())
    assert loaded.state_dict()["state"][0]["sum"] == math.inf
