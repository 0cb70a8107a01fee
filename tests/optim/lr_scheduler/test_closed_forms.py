"""The formulas of the decks, with numbers worked out apart from the code."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

import optim
from optim import lr_scheduler as schedules
from tests.optim.leaves import Leaf

LR = 0.5


def fresh(lr: float = LR) -> optim.SGD:
    return optim.SGD([Leaf(0.0)], lr=lr, momentum=0.9)


FORMULAS: dict[str, tuple[Callable[[Any], Any], Callable[[int], float]]] = {
    "step decay": (lambda o: schedules.StepLR(o, 10, 0.5), lambda t: LR * 0.5 ** (t // 10)),
    "step decay at milestones": (lambda o: schedules.MultiStepLR(o, [3, 7]), lambda t: LR * 0.1 ** ((t >= 3) + (t >= 7))),
    "exponential decay": (lambda o: schedules.ExponentialLR(o, math.exp(-0.07)), lambda t: LR * math.exp(-0.07 * t)),
    "1/t decay": (lambda o: schedules.InverseTimeLR(o, 0.3), lambda t: LR / (1 + 0.3 * t)),
    "1/t decay by a function": (lambda o: schedules.LambdaLR(o, lambda t: 1 / (1 + 0.3 * t)), lambda t: LR / (1 + 0.3 * t)),
    "linear to 1 % at 40, then held": (
        lambda o: schedules.LinearLR(o, 1.0, 0.01, 40),
        lambda t: (1 - min(t, 40) / 40) * LR + min(t, 40) / 40 * 0.01 * LR,
    ),
    "warm-up": (lambda o: schedules.LinearLR(o, 0.1, 1.0, 9), lambda t: LR * min(1.0, 0.1 + 0.1 * t)),
    "a share, then all": (lambda o: schedules.ConstantLR(o, 0.25, 6), lambda t: LR * (0.25 if t < 6 else 1.0)),
    "a power": (lambda o: schedules.PolynomialLR(o, 50, 2.0), lambda t: LR * (1 - min(t, 50) / 50) ** 2),
    "cosine": (lambda o: schedules.CosineAnnealingLR(o, 11, 0.1), lambda t: 0.1 + 0.2 * (1 + math.cos(math.pi * t / 11))),
    "cosine with restarts": (
        lambda o: schedules.CosineAnnealingWarmRestarts(o, 10), lambda t: LR / 2 * (1 + math.cos(math.pi * (t % 10) / 10))
    ),
    "cosine with longer and longer cycles": (
        lambda o: schedules.CosineAnnealingWarmRestarts(o, 5, 3),
        lambda t: LR / 2 * (1 + math.cos(math.pi * (t / 5 if t < 5 else (t - 5) / 15 if t < 20 else (t - 20) / 45))),
    ),
    "triangles": (lambda o: schedules.CyclicLR(o, 0.1, 0.5, 8), lambda t: 0.5 - 0.4 * abs(t % 16 - 8) / 8),
    "a product": (lambda o: schedules.MultiplicativeLR(o, lambda t: t / (t + 1)), lambda t: LR / (t + 1)),
    "a warm-up, then 1/t": (
        lambda o: schedules.SequentialLR(o, [schedules.LinearLR(o, 0.5, 1.0, 5), schedules.InverseTimeLR(o, 1.0)], [5]),
        lambda t: LR * (0.5 + 0.1 * t) if t < 5 else LR / (t - 4),
    ),
    "two factors": (
        lambda o: schedules.ChainedScheduler([schedules.ConstantLR(o, 0.5, 4), schedules.ExponentialLR(o, 0.9)]),
        lambda t: LR * (0.5 if t < 4 else 1.0) * 0.9**t,
    ),
    "no schedule that changes anything": (lambda o: schedules.ConstantLR(o, 1.0), lambda t: LR),
}
WITHOUT = ("a product", "two factors")


@pytest.mark.parametrize(("make", "formula"), FORMULAS.values(), ids=FORMULAS)
def test_step_by_step_it_is_the_formula(make: Callable[[Any], Any], formula: Callable[[int], float]) -> None:
    schedule = make(fresh())
    for t in range(60):
        assert schedule.get_last_lr() == [schedule.optimizer.param_groups[0]["lr"]] == [pytest.approx(formula(t), rel=1e-12, abs=1e-15)]
        schedule.step()


@pytest.mark.parametrize("title", [title for title in FORMULAS if title not in WITHOUT])
def test_the_closed_form_is_the_formula_and_changes_nothing(title: str) -> None:
    make, formula = FORMULAS[title]
    schedule = make(fresh())
    before = schedule.state_dict(), schedule.optimizer.state_dict()
    for t in (0, 1, 4, 5, 9, 10, 40, 41, 59):
        assert schedule.closed_form(t) == [pytest.approx(formula(t), rel=1e-12, abs=1e-15)]
    assert (schedule.state_dict(), schedule.optimizer.state_dict()) == before


@pytest.mark.parametrize("title", WITHOUT)
def test_what_has_no_closed_form_says_so(title: str) -> None:
    with pytest.raises(NotImplementedError, match=r"has no closed form: its rates are known only step by step"):
        FORMULAS[title][0](fresh()).closed_form(3)


@pytest.mark.parametrize("title", [t for t in FORMULAS if t not in WITHOUT and "then 1/t" not in t])
def test_a_step_to_an_epoch_goes_there(title: str) -> None:
    make, formula = FORMULAS[title]
    schedule = make(fresh())
    schedule.step(17)
    assert schedule.get_last_lr() == [pytest.approx(formula(17), rel=1e-12, abs=1e-15)]
    schedule.step()
    assert schedule.last_epoch == 18
    assert schedule.get_last_lr() == [pytest.approx(formula(18), rel=1e-12, abs=1e-15)]


def test_the_deck_that_prints_the_rate_to_the_power_of_kt_has_it_grow() -> None:
    schedule = schedules.ExponentialLR(fresh(0.1), math.exp(-0.5))
    assert schedule.closed_form(4)[0] == pytest.approx(0.1 * math.exp(-2.0))
    printed = 0.1 ** (-0.5 * 4)
    assert printed == pytest.approx(100.0)


def test_one_cycle_goes_up_to_the_highest_rate_and_far_down() -> None:
    optimizer = fresh()
    schedule = schedules.OneCycleLR(optimizer, max_lr=1.0, total_steps=100)
    seen = []
    for _ in range(100):
        seen.append((optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]))
        schedule.step()
    rates, momenta = zip(*seen, strict=True)
    assert (rates[0], max(rates), rates[29]) == (pytest.approx(0.04), 1.0, 1.0)
    assert rates[-1] == pytest.approx(4e-6)
    assert (momenta[0], min(momenta), momenta[29], momenta[-1]) == pytest.approx((0.95, 0.85, 0.85, 0.95))
    assert list(rates[:30]) == sorted(rates[:30])
    assert list(rates[29:]) == sorted(rates[29:], reverse=True)
    assert optimizer.param_groups[0]["lr"] == rates[-1]
    with pytest.raises(ValueError, match=r"101 steps were asked for, and total_steps is 100"):
        schedule.step()


def test_each_cycle_of_triangular2_is_half_as_high() -> None:
    schedule = schedules.CyclicLR(fresh(), 0.0, 1.0, 10, mode="triangular2")
    assert [schedule.closed_form(t)[0] for t in (10, 30, 50, 70)] == [pytest.approx(2.0**-i) for i in range(4)]


def test_the_heights_of_far_cycles_are_0_and_no_error() -> None:
    assert schedules.CyclicLR(fresh(), 0.125, 1.0, 1, mode="triangular2").closed_form(10_001) == [0.125]


def test_a_scale_of_ones_own_gets_the_cycle_or_the_iteration() -> None:
    by_cycle = schedules.CyclicLR(fresh(), 0.0, 1.0, 10, scale_fn=lambda n: 1 / n)
    assert [by_cycle.closed_form(t)[0] for t in (10, 30, 50)] == [pytest.approx(1 / n) for n in (1, 2, 3)]
    by_step = schedules.CyclicLR(fresh(), 0.0, 1.0, 10, scale_fn=lambda t: 1 / (1 + t), scale_mode="iterations")
    assert [by_step.closed_form(t)[0] for t in (10, 30, 50)] == [pytest.approx(1 / (1 + t)) for t in (10, 30, 50)]


def test_without_linear_rounding_the_last_rate_is_never_below_0() -> None:
    for total in range(1, 60):
        for start in (1.0, 1 / 3, 0.7, 0.123):
            schedule = schedules.LinearLR(fresh(), start, 0.0, total)
            for _ in range(total + 2):
                schedule.step()
            assert 0.0 <= schedule.get_last_lr()[0] < 1e-15


def test_the_rate_falls_on_a_rise_of_the_error() -> None:
    schedule = schedules.ReduceLROnPlateau(fresh(), factor=0.5, patience=0, threshold=0.0)
    seen = []
    for error in (3.0, 2.0, 1.9999, 2.5, 1.0, 1.5):
        schedule.step(error)
        seen.append(schedule.get_last_lr()[0])
    assert seen == [0.5, 0.5, 0.5, 0.25, 0.25, 0.125]
