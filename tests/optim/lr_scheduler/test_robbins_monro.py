"""The conditions of Robbins and Monro, on rates for which analysis has settled them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

import optim
from optim import lr_scheduler as s
from optim.lr_scheduler import RobbinsMonro, robbins_monro
from tests.optim.leaves import Leaf

FUNCTIONS: dict[str, tuple[Callable[[int], float], tuple[bool, bool]]] = {
    "constant": (lambda t: 0.1, (True, False)),
    "constant and tiny": (lambda t: 1e-12, (True, False)),
    "nothing": (lambda t: 0.0, (False, True)),
    "t^-0.3": (lambda t: t**-0.3, (True, False)),
    "t^-0.5, a limit of the second": (lambda t: t**-0.5, (True, False)),
    "t^-0.51": (lambda t: t**-0.51, (True, True)),
    "t^-0.75": (lambda t: 5.0 * t**-0.75, (True, True)),
    "1/t, a limit of the first": (lambda t: 1 / t, (True, True)),
    "1/(a + bt)": (lambda t: 100.0 / (1e6 + 1e-3 * t), (True, True)),
    "1/(t log t)": (lambda t: 1 / ((t + 1) * math.log(t + 1)), (True, True)),
    "1/(t log² t)": (lambda t: 1 / ((t + 1) * math.log(t + 1) ** 2), (False, True)),
    "t^-1.01": (lambda t: t**-1.01, (False, True)),
    "t^-2": (lambda t: t**-2.0, (False, True)),
    "e^-kt": (lambda t: math.exp(-1e-6 * t), (False, True)),
    "t^-0.5 / log t": (lambda t: t**-0.5 / math.log(t + 1), (True, True)),
    "growing": (lambda t: t**0.1, (True, False)),
    "0 at every odd step": (lambda t: (t % 2 == 0) / t, (True, True)),
}


@pytest.mark.parametrize(("rate", "expected"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_both_conditions_are_as_analysis_has_it(rate: Callable[[int], float], expected: tuple[bool, bool]) -> None:
    assert robbins_monro(rate) == RobbinsMonro(*expected)
    assert robbins_monro(rate).holds == (expected == (True, True))


SCHEDULES: dict[str, tuple[Callable[[Any], Any], tuple[bool, bool]]] = {
    "step decay": (lambda o: s.StepLR(o, 10), (False, True)),
    "a last step": (lambda o: s.MultiStepLR(o, [10, 100]), (True, False)),
    "exponential decay": (lambda o: s.ExponentialLR(o, 0.99), (False, True)),
    "1/t decay": (lambda o: s.InverseTimeLR(o, 0.001), (True, True)),
    "linear to 1 %, then held": (lambda o: s.LinearLR(o, 1.0, 0.01, 1000), (True, False)),
    "down to 0": (lambda o: s.PolynomialLR(o, 1000), (False, True)),
    "cosine": (lambda o: s.CosineAnnealingLR(o, 100), (True, False)),
    "restarts": (lambda o: s.CosineAnnealingWarmRestarts(o, 16), (True, False)),
    "longer and longer cycles": (lambda o: s.CosineAnnealingWarmRestarts(o, 10, 2), (True, False)),
    "triangles from 0": (lambda o: s.CyclicLR(o, 0.0, 0.1, 8), (True, False)),
    "a warm-up, then 1/t": (lambda o: s.SequentialLR(o, [s.LinearLR(o), s.InverseTimeLR(o, 0.1)], [5]), (True, True)),
    "a root, by a function": (lambda o: s.LambdaLR(o, lambda t: (1 + t) ** -0.6), (True, True)),
}


@pytest.mark.parametrize(("make", "expected"), SCHEDULES.values(), ids=SCHEDULES)
def test_of_the_schedules_few_converge(make: Callable[[Any], Any], expected: tuple[bool, bool]) -> None:
    schedule = make(optim.SGD([Leaf(0.0)], lr=0.5, momentum=0.5))
    before = schedule.state_dict()
    assert robbins_monro(schedule) == RobbinsMonro(*expected)
    assert schedule.state_dict() == before


def test_the_deck_that_asks_for_an_infinite_sum_of_squares_would_take_a_constant_rate() -> None:
    constant = robbins_monro(lambda t: 0.1)
    assert constant.sum_is_infinite
    assert not constant.squares_are_finite
    assert str(constant) == "Σε = ∞, as asked; Σε² = ∞: the noise of the gradients never dies out"
    assert "Σε < ∞: the steps add up to a finite way" in str(robbins_monro(lambda t: t**-2.0))


def test_noise_dies_out_where_the_conditions_hold_and_only_there() -> None:
    """Mean squared distance from the minimum of ½θ² under gradients with noise of variance 1: m ← (1 - ε)² m + ε²."""

    def error(rate: Callable[[int], float], start: float = 100.0, steps: int = 200_000) -> float:
        m = start
        for t in range(1, steps + 1):
            m = (1.0 - rate(t)) ** 2 * m + rate(t) ** 2
        return m

    good, held, cut = (lambda t: 1 / (1 + t)), (lambda t: 0.1), (lambda t: 0.5 * 0.5**t)
    assert [robbins_monro(rate).holds for rate in (good, held, cut)] == [True, False, False]
    assert error(good) < 1e-4
    assert error(held) == pytest.approx(0.1 / 1.9)
    assert error(cut) > 10.0


@pytest.mark.parametrize(
    ("rate", "error", "message"),
    [
        (0.1, TypeError, r"0\.1 \(float\) is neither a schedule nor a function"),
        (lambda t: -1.0, ValueError, r"robbins_monro: the rate at a step between 2\^500 and 2\^501 must be .*, got -1\.0"),
        (lambda t: math.nan, ValueError, "got nan"),
        (lambda t: "0.1", TypeError, r"got '0\.1' \(str\)"),
    ],
)
def test_what_is_no_rate_is_refused(rate: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        robbins_monro(rate)


@pytest.mark.parametrize("kind", [s.ReduceLROnPlateau, lambda o: s.MultiplicativeLR(o, lambda t: 0.5)])
def test_a_schedule_without_closed_form_is_refused(kind: Callable[[Any], Any]) -> None:
    with pytest.raises(NotImplementedError, match="has no closed form"):
        robbins_monro(kind(optim.SGD([Leaf(0.0)])))
