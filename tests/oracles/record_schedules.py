"""What PyTorch's schedules make of the rates, written to `schedules.json`.

python -m tests.oracles.record_schedules
"""

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.oracles import files
from tests.oracles.record_optim import packed

EPOCHS = 60
LRS = [0.05, 0.3]
MEASURES = [3.0, 2.0, 2.5, 2.4, 2.3, 2.2, 1.9, 1.9, 1.9, 1.9, 1.9, 1.8999, 1.8, 2.0, 2.0, float("nan"), 2.0, 1.0, 0.5, 0.5] * 3
ARGUMENTS = {"self", "optimizer", "last_epoch"}

CASES: list[tuple[str, dict[str, Any]]] = [
    ("StepLR", {"step_size": 7}),
    ("StepLR", {"step_size": 1, "gamma": 0.9}),
    ("MultiStepLR", {"milestones": [3, 10, 10, 31]}),
    ("MultiStepLR", {"milestones": [0, 5], "gamma": 0.3}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.1, "total_iters": 17}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.01, "total_iters": 40}),
    ("ExponentialLR", {"gamma": 0.93}),
    ("PolynomialLR", {}),
    ("PolynomialLR", {"total_iters": 33, "power": 0.9}),
    ("CosineAnnealingLR", {"T_max": 50}),
    ("CosineAnnealingLR", {"T_max": 7, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 8}),
    ("CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 2, "eta_min": 0.001}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": [0.1, 0.2], "step_size_up": 5, "step_size_down": 8}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "mode": "triangular2", "base_momentum": 0.7}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "mode": "exp_range", "gamma": 0.97, "cycle_momentum": False}),
    ("OneCycleLR", {"max_lr": 0.7, "total_steps": 61}),
    ("OneCycleLR", {"max_lr": [0.7, 0.1], "epochs": 7, "steps_per_epoch": 9, "anneal_strategy": "linear", "pct_start": 0.4}),
    ("OneCycleLR", {"max_lr": 0.7, "total_steps": 70, "three_phase": True, "div_factor": 10.0, "final_div_factor": 50.0}),
    ("ReduceLROnPlateau", {"patience": 2}),
    ("ReduceLROnPlateau", {"mode": "max", "factor": 0.5, "patience": 0, "threshold_mode": "abs", "cooldown": 3, "min_lr": [0.01, 0.1]}),
    ("ReduceLROnPlateau", {"patience": 0, "threshold": 0.0, "eps": 1e-3}),
]
FUNCTIONS: list[tuple[str, dict[str, Callable[[int], float]]]] = [
    ("LambdaLR", {"lr_lambda": lambda t: 1.0 / (1.0 + 0.3 * t)}),
    ("MultiplicativeLR", {"lr_lambda": lambda t: 0.99 - 0.001 * t}),
]
COMBINED: dict[str, Callable[[Any, Any], Any]] = {
    "a warm-up, then a cosine": lambda o, s: s.SequentialLR(
        o, [s.LinearLR(o, 0.1, total_iters=10), s.CosineAnnealingLR(o, T_max=20), s.ExponentialLR(o, 0.9)], [10, 30]
    ),
    "restarts, a product, steps": lambda o, s: s.SequentialLR(
        o, [s.CosineAnnealingWarmRestarts(o, 4), s.MultiplicativeLR(o, lambda t: 0.95), s.StepLR(o, 3), s.ConstantLR(o)], [9, 20, 40]
    ),
    "restarts late": lambda o, s: s.SequentialLR(o, [s.ConstantLR(o), s.CosineAnnealingWarmRestarts(o, 3, 2)], [6]),
    "side by side": lambda o, s: s.ChainedScheduler([s.ConstantLR(o, 0.1, 20), s.ExponentialLR(o, 0.9), s.MultiStepLR(o, [7, 30])]),
    "a sequence beside a decay": lambda o, s: s.ChainedScheduler(
        [s.SequentialLR(o, [s.LinearLR(o), s.PolynomialLR(o, 30)], [6]), s.ExponentialLR(o, 0.97)]
    ),
}
OPTIMIZERS: dict[str, dict[str, Any]] = {"SGD": {"momentum": 0.5}, "Adam": {}}


def walk(schedule: Any) -> list[list[Any]]:
    """The rate and the momentum of each group, at the beginning and after each of the steps."""
    groups = schedule.optimizer.param_groups

    def now() -> list[Any]:
        return [[float(g["lr"]), float(g["momentum"] if "momentum" in g else g["betas"][0])] for g in groups]

    path = [now()]
    for measure in MEASURES[:EPOCHS]:
        schedule.step(measure) if type(schedule).__name__ == "ReduceLROnPlateau" else schedule.step()
        path.append(now())
    return path


def made(name: str, optimizer: str, schedulers: Any, optimizers: Any, leaves: list[Any], settings: dict[str, Any]) -> Any:
    """A schedule of a library, on an optimiser of it with two groups."""
    return getattr(schedulers, name)(on(optimizer, optimizers, leaves), **settings)


def on(optimizer: str, optimizers: Any, leaves: list[Any]) -> Any:
    """An optimiser with a group for each leaf."""
    groups = [{"params": [leaf], "lr": lr} for leaf, lr in zip(leaves, LRS, strict=True)]
    return getattr(optimizers, optimizer)(groups, **OPTIMIZERS[optimizer])


def record() -> None:
    """Write `schedules.json`."""
    import torch

    schedulers = torch.optim.lr_scheduler
    fresh = [torch.zeros(1, dtype=torch.float64) for _ in LRS]
    runs = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for optimizer in OPTIMIZERS:
            for i, (name, settings) in enumerate([*CASES, *FUNCTIONS]):
                schedule = made(name, optimizer, schedulers, torch.optim, fresh, settings)
                path = walk(schedule)
                closed = packed(np.array(closed_form(schedule))) if hasattr(schedule, "_get_closed_form_lr") else None
                keys = sorted(schedule.state_dict())
                runs.append({"case": i, "optimizer": optimizer, "path": packed(np.array(path)), "closed": closed, "keys": keys})
        combined = {title: packed(np.array(walk(make(on("SGD", torch.optim, fresh), schedulers)))) for title, make in COMBINED.items()}
    files.save(
        "schedules",
        torch=torch.__version__,
        runs=runs,
        combined=combined,
        signatures={name: signature(getattr(schedulers, name)) for name in schedulers.__all__ if name != "LRScheduler"},
    )


def closed_form(schedule: Any) -> list[list[float]]:
    """The rates by PyTorch's closed form."""
    found = []
    for epoch in range(EPOCHS):
        schedule.last_epoch = epoch
        found.append([float(lr) for lr in schedule._get_closed_form_lr()])
    return found


def signature(schedule: Any) -> dict[str, Any]:
    """The arguments with their defaults; "required" where there is none."""
    arguments = inspect.signature(schedule.__init__).parameters.values()
    return {x.name: "required" if x.default is x.empty else x.default for x in arguments if x.name != "self"}


if __name__ == "__main__":
    record()
