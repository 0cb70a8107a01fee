"""A schedule that is saved and loaded goes on as if it had never stopped; what does not fit is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

import optim
from optim import lr_scheduler
from optim.lr_scheduler import LRScheduler
from tests.optim.leaves import Leaf
from tests.optim.lr_scheduler.made import ALL, Make, everything, groups, stepped
from tests.oracles.record_schedules import MEASURES

every_schedule = pytest.mark.parametrize("make", ALL.values(), ids=ALL)


def go_on(schedule: LRScheduler, measures: list[float]) -> list[str]:
    path = []
    for measure in measures:
        stepped(schedule, measure)
        path.append(groups(schedule))
    return path


@every_schedule
@pytest.mark.parametrize("at", [0, 1, 6, 23])
def test_a_loaded_schedule_continues_with_the_same_bits(make: Make, at: int) -> None:
    schedule, loaded = make(), make()
    go_on(schedule, MEASURES[:at])
    saved = json.loads(json.dumps([schedule.optimizer.state_dict(), schedule.state_dict()]))
    loaded.optimizer.load_state_dict(saved[0])
    loaded.load_state_dict(saved[1])
    assert go_on(loaded, MEASURES[at:50]) == go_on(schedule, MEASURES[at:50])
    assert everything(loaded) == everything(schedule)


@every_schedule
def test_a_saved_state_does_not_follow_the_schedule(make: Make) -> None:
    schedule = make()
    saved = schedule.state_dict()
    before = copy.deepcopy(saved)
    go_on(schedule, MEASURES[:20])
    assert saved == before


@every_schedule
def test_a_state_without_one_entry_or_with_a_stranger_is_refused(make: Make) -> None:
    schedule = make()
    go_on(schedule, MEASURES[:5])
    before, saved = everything(schedule), schedule.state_dict()
    for key in saved:
        with pytest.raises(ValueError, match=r"state_dict (has no|must hold)"):
            schedule.load_state_dict({k: x for k, x in saved.items() if k != key})
    with pytest.raises(ValueError, match="the state_dict has 'stranger'"):
        schedule.load_state_dict({**saved, "stranger": 1})
    for no_state in (None, [saved], "state"):
        with pytest.raises((TypeError, ValueError), match=f"{type(schedule).__name__}: .*state_dict"):
            schedule.load_state_dict(no_state)
    assert everything(schedule) == before


@every_schedule
def test_a_state_with_a_text_in_place_of_any_number_is_refused(make: Make) -> None:
    schedule = make()
    before, saved = everything(schedule), schedule.state_dict()
    for key in saved.keys() - {"lr_lambdas", "_schedule_phases"}:
        with pytest.raises((TypeError, ValueError), match=f"{type(schedule).__name__}: .*state"):
            schedule.load_state_dict({**saved, key: "12"})
    assert everything(schedule) == before


def test_the_state_of_another_number_of_groups_is_refused() -> None:
    one, two = optim.SGD([Leaf(0.0)]), optim.SGD([{"params": [Leaf(0.0)]}, {"params": [Leaf(0.0)]}])
    with pytest.raises(ValueError, match="'base_lrs' of the state_dict has 2 members, and the optimiser 1 groups"):
        lr_scheduler.StepLR(one, 3).load_state_dict(lr_scheduler.StepLR(two, 3).state_dict())


def test_a_refused_state_inside_of_a_combined_one_changes_none_of_the_others() -> None:
    schedule = ALL["side by side"]()
    before, saved = everything(schedule), schedule.state_dict()
    saved["_schedulers"][0]["last_epoch"] = 40
    saved["_schedulers"][2]["gamma"] = -1.0
    with pytest.raises(ValueError, match="MultiStepLR: 'gamma' of the state_dict must be"):
        schedule.load_state_dict(saved)
    assert everything(schedule) == before


class Warmth:
    """A function with a memory."""

    def __init__(self, k: float) -> None:
        self.k = k

    def __call__(self, t: int) -> float:
        return 1.0 / (1.0 + self.k * t)


@pytest.mark.parametrize("kind", [lr_scheduler.LambdaLR, lr_scheduler.MultiplicativeLR])
def test_what_an_object_knows_is_saved_and_a_function_is_not(kind: Callable[..., LRScheduler]) -> None:
    schedule = kind(optim.SGD([Leaf(0.0)]), Warmth(0.5))
    other = kind(optim.SGD([Leaf(0.0)]), Warmth(0.0))
    assert schedule.state_dict()["lr_lambdas"] == [{"k": 0.5}]
    other.load_state_dict(json.loads(json.dumps(schedule.state_dict())))
    assert go_on(other, MEASURES[:5]) == go_on(schedule, MEASURES[:5])
    assert kind(optim.SGD([Leaf(0.0)]), lambda t: 1.0).state_dict()["lr_lambdas"] == [None]


def test_a_run_is_taken_up_by_last_epoch_alone() -> None:
    optimizer = optim.SGD([Leaf(0.0)], lr=0.5)
    first = lr_scheduler.InverseTimeLR(optimizer, 0.25)
    for _ in range(7):
        first.step()
    second = lr_scheduler.InverseTimeLR(optimizer, 0.25, last_epoch=6)
    assert second.get_last_lr() == first.get_last_lr() == first.closed_form(7)


@every_schedule
def test_the_printed_form_names_the_settings(make: Make) -> None:
    schedule: Any = make()
    assert repr(schedule).startswith(f"{type(schedule).__name__}(")
    for name in schedule.kinds:
        assert f"{name}={getattr(schedule, name)!r}" in repr(schedule)
