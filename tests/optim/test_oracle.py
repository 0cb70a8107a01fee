"""Every update rule against what PyTorch did with the same gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import optim
from tests.optim.leaves import Leaf, bits, fed
from tests.oracles import files
from tests.oracles.record_optim import STEPS, digest, powers, runs, unpacked

RECORD = files.load("optim")
RUNS = RECORD["runs"]
ROOT_FREE = {"SGD"}
COUNTERS = {"step", "mu_product"}
WITHOUT_POWERS = {"SGD", "Adagrad", "RMSprop", "Adadelta"}
BOUND = 4.0


def one_step(optimizer: str, settings: dict[str, Any], t: int, before: dict[str, Any], g: np.ndarray) -> dict[str, Any]:
    """θ and the state one step after `before`, which is what holds after t steps."""
    leaf = Leaf(before["θ"], g)
    stepper = getattr(optim, optimizer)([leaf], **settings)
    if t:
        stepper.state[leaf] = {"step": t, **{name: x for name, x in before.items() if name not in ("θ", "step")}}
    stepper.step()
    return {"θ": leaf.data, **stepper.state[leaf]}


def ulps(found: Any, expected: Any, before: Any) -> np.ndarray:
    """How far `found` is from `expected`, in units in the last place of the largest of: before, after, the change.

    Where a number changes sign its own last place is finer than that of the terms it is the sum of.
    """
    scale = np.maximum.reduce([np.abs(expected), np.abs(before), np.abs(np.subtract(expected, before))])
    return np.asarray(np.abs(np.subtract(found, expected)) / np.spacing(scale))


def states(packed: dict[str, str]) -> list[dict[str, Any]]:
    """The recorded states, one for each step that was kept; counters are plain numbers."""
    entries = {name: unpacked(x, len(RECORD["steps"]), -1) for name, x in packed.items()}
    return [{name: x[i].item() if name in COUNTERS else x[i] for name, x in entries.items()} for i in range(len(RECORD["steps"]))]


def recorded_steps(run: dict[str, Any]) -> list[tuple[int, dict[str, Any], dict[str, Any], np.ndarray]]:
    """(t, what held before, what held after, the gradient) of every step that was kept."""
    found = zip(RECORD["steps"], states(run["before"]), states(run["after"]), strict=True)
    return [(t, before, after, recorded_gradients(run)[t]) for t, before, after in found]


def recorded_gradients(run: dict[str, Any]) -> np.ndarray:
    return unpacked(RECORD["gradients"][run["optimizer"]][run["problem"]], STEPS, -1)


def label(run: dict[str, Any]) -> str:
    return "-".join([run["optimizer"], run["problem"], *(f"{k}={v}" for k, v in run["settings"].items())])


def test_the_record_is_of_pytorch_in_float64_without_vector_instructions() -> None:
    assert RECORD["torch"].startswith("2.13.0")
    assert RECORD["capability"] == "DEFAULT"


@pytest.mark.parametrize("run", RUNS, ids=label)
def test_a_thousand_steps_end_to_end_have_pytorchs_bits(run: dict[str, Any]) -> None:
    """With each square root rounded to nearest on both sides."""
    if run["optimizer"] not in WITHOUT_POWERS and digest(powers()) != RECORD["powers"]:
        pytest.skip("this machine's C library rounds some β**t otherwise than the one of the record")
    start = states(run["before"])[0]["θ"]
    leaf = Leaf(start)
    path = fed(getattr(optim, run["optimizer"])([leaf], **run["settings"]), leaf, recorded_gradients(run))
    assert digest(np.array([start, *path])) == run["path"]


@pytest.mark.parametrize("run", RUNS, ids=label)
def test_a_step_from_pytorchs_state_leads_to_pytorchs_next(run: dict[str, Any]) -> None:
    for t, before, after, g in recorded_steps(run):
        found = one_step(run["optimizer"], run["settings"], t, before, g)
        for name, expected in after.items():
            if run["optimizer"] in ROOT_FREE:
                assert bits(found[name]) == bits(expected), (t, name)
            else:
                assert np.max(ulps(found[name], expected, before[name])) <= BOUND, (t, name)


@pytest.mark.long
def test_every_step_of_every_run_agrees_with_pytorch_live() -> None:
    pytest.importorskip("torch")
    for optimizer, settings, problem, as_it_is, to_nearest in runs():
        for run, bound in ((as_it_is, 0.0 if optimizer in ROOT_FREE else BOUND), (to_nearest, 0.0)):
            worst = 0.0
            for t in range(STEPS):
                before = {"θ": run.θ[t], **run.states[t]}
                found = one_step(optimizer, settings, t, before, run.gradients[t])
                for name, expected in {"θ": run.θ[t + 1], **run.states[t + 1]}.items():
                    worst = max(worst, np.max(ulps(found[name], expected, before.get(name, np.zeros_like(expected)))))
            assert worst <= bound, (optimizer, settings, problem)


@pytest.mark.long
def test_every_path_has_pytorchs_bits_live() -> None:
    pytest.importorskip("torch")
    for optimizer, settings, problem, _, run in runs():
        leaf = Leaf(run.θ[0])
        path = fed(getattr(optim, optimizer)([leaf], **settings), leaf, run.gradients)
        assert bits(path) == bits(run.θ[1:]), (optimizer, settings, problem)
