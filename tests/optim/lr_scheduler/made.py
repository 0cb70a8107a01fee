"""Schedules of every kind, on optimisers of two groups."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import optim
from optim import lr_scheduler
from optim.lr_scheduler import LRScheduler
from tests.optim.leaves import Leaf
from tests.oracles.record_schedules import CASES, COMBINED, FUNCTIONS, LRS, made, on

Make = Callable[[], LRScheduler]


def leaves() -> list[Leaf]:
    return [Leaf(0.0) for _ in LRS]


def simple(name: str, settings: dict[str, Any], optimizer: str) -> Make:
    return lambda: made(name, optimizer, lr_scheduler, optim, leaves(), settings)


def combined(make: Callable[[Any, Any], Any]) -> Make:
    return lambda: make(on("SGD", optim, leaves()), lr_scheduler)


ALL: dict[str, Make] = {
    **{f"{i} {name} {of}": simple(name, settings, of) for i, (name, settings) in enumerate([*CASES, *FUNCTIONS]) for of in ("SGD", "Adam")},
    "InverseTimeLR": simple("InverseTimeLR", {"k": 0.25}, "SGD"),
    **{title: combined(make) for title, make in COMBINED.items()},
}


def stepped(schedule: LRScheduler, measure: float) -> None:
    """One step, with a measure where one is needed."""
    arguments = [measure] if isinstance(schedule, lr_scheduler.ReduceLROnPlateau) else []
    schedule.step(*arguments)


def groups(schedule: LRScheduler) -> str:
    """All settings of all groups."""
    return json.dumps([{k: v for k, v in group.items() if k != "params"} for group in schedule.optimizer.param_groups])


def everything(schedule: LRScheduler) -> tuple[str, str]:
    """All that a refused call must leave as it was."""
    return groups(schedule), json.dumps(schedule.state_dict())
