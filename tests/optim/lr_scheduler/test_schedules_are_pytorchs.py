"""Every rate and momentum of every schedule has the bits that PyTorch's has."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import numpy as np
import pytest

import optim
from optim import lr_scheduler
from tests.optim.leaves import bits
from tests.optim.lr_scheduler.made import leaves
from tests.oracles import files
from tests.oracles.record_optim import unpacked
from tests.oracles.record_schedules import CASES, COMBINED, EPOCHS, FUNCTIONS, LRS, closed_form, made, on, walk

RECORD = files.load("schedules")
RUNS = RECORD["runs"]
KINDS = [*CASES, *FUNCTIONS]
OWN = {"InverseTimeLR", "LRScheduler", "RobbinsMonro", "robbins_monro"}


def schedule_of(run: dict[str, Any]) -> Any:
    name, settings = KINDS[run["case"]]
    return made(name, run["optimizer"], lr_scheduler, optim, leaves(), settings)


def label(run: dict[str, Any]) -> str:
    name, settings = KINDS[run["case"]]
    return f"{name}-{run['optimizer']}-{','.join(map(str, settings))}-{run['case']}"


every_run = pytest.mark.parametrize("run", RUNS, ids=label)


@every_run
def test_rates_and_momenta_have_pytorchs_bits(run: dict[str, Any]) -> None:
    assert bits(walk(schedule_of(run))) == bits(unpacked(run["path"], EPOCHS + 1, len(LRS), 2))


@pytest.mark.parametrize("run", [run for run in RUNS if run["closed"]], ids=label)
def test_closed_forms_have_pytorchs_bits(run: dict[str, Any]) -> None:
    schedule = schedule_of(run)
    assert bits([schedule.closed_form(t) for t in range(EPOCHS)]) == bits(unpacked(run["closed"], EPOCHS, len(LRS)))


@pytest.mark.parametrize("title", COMBINED)
def test_combined_schedules_have_pytorchs_bits(title: str) -> None:
    found = walk(COMBINED[title](on("SGD", optim, leaves()), lr_scheduler))
    assert bits(found) == bits(unpacked(RECORD["combined"][title], EPOCHS + 1, len(LRS), 2))


@every_run
def test_a_saved_state_has_pytorchs_keys(run: dict[str, Any]) -> None:
    found = set(schedule_of(run).state_dict())
    assert found <= set(run["keys"])
    assert set(run["keys"]) - found <= lr_scheduler.scheduler.IN_PYTORCH


@pytest.mark.parametrize("name", RECORD["signatures"])
def test_names_order_and_defaults_are_pytorchs(name: str) -> None:
    arguments = inspect.signature(getattr(lr_scheduler, name)).parameters.values()
    ours = {x.name: "required" if x.default is x.empty else x.default for x in arguments}
    assert list(ours.items()) == list(RECORD["signatures"][name].items())


def test_every_schedule_is_compared() -> None:
    assert set(lr_scheduler.__all__) - OWN == set(RECORD["signatures"])
    compared = {name for name, _ in KINDS} | {"SequentialLR", "ChainedScheduler"}
    assert compared == set(RECORD["signatures"])


@pytest.mark.long
def test_live_pytorch_gives_the_same_and_its_states_can_be_loaded() -> None:
    torch = pytest.importorskip("torch")
    theirs = torch.optim.lr_scheduler
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, settings in KINDS:
            tensors = [torch.zeros(1, dtype=torch.float64) for _ in LRS]
            schedule = made(name, "SGD", theirs, torch.optim, tensors, settings)
            ours = made(name, "SGD", lr_scheduler, optim, leaves(), settings)
            assert bits(walk(ours)) == bits(walk(schedule)), (name, settings)
            loaded = made(name, "SGD", lr_scheduler, optim, leaves(), settings)
            loaded.load_state_dict(schedule.state_dict())
            assert {**loaded.state_dict(), "_step_count": 0} == {**ours.state_dict(), "_step_count": 0}, (name, settings)
            if hasattr(schedule, "_get_closed_form_lr"):
                assert bits([ours.closed_form(t) for t in range(EPOCHS)]) == bits(closed_form(schedule)), (name, settings)


@pytest.mark.long
@pytest.mark.parametrize("epochs", [[0.25, 0.5, 3.75, 1.5, 20.5], [7.0, 2.25, 9.125]], ids=str)
@pytest.mark.parametrize("growth", [1, 2, 3])
def test_fractions_of_epochs_live(epochs: list[float], growth: int) -> None:
    torch = pytest.importorskip("torch")
    theirs = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(on("SGD", torch.optim, [torch.zeros(1) for _ in LRS]), 3, growth)
    ours = lr_scheduler.CosineAnnealingWarmRestarts(on("SGD", optim, leaves()), 3, growth)
    for epoch in epochs:
        theirs.step(epoch)
        ours.step(epoch)
        assert np.allclose(ours.get_last_lr(), theirs.get_last_lr(), rtol=1e-14, atol=0.0)
        theirs.step()
        ours.step()
        assert np.allclose(ours.get_last_lr(), theirs.get_last_lr(), rtol=1e-14, atol=0.0)
