"""What a schedule does not take, and how it says so; nothing has changed then."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

import optim
from optim import lr_scheduler as s
from tests.optim.leaves import Leaf
from tests.optim.lr_scheduler.made import everything

Act = Callable[[Any], Any]


def on() -> optim.SGD:
    return optim.SGD([{"params": [Leaf(0.0)]}, {"params": [Leaf(1.0)], "lr": 0.5}], lr=0.1, momentum=0.5)


def groups(optimizer: optim.Optimizer) -> str:
    return json.dumps(optimizer.state_dict())


NUMBERS: list[tuple[str, Callable[..., Any], list[Any]]] = [
    ("step_size", lambda o, x: s.StepLR(o, x), [0, -1]),
    ("gamma", lambda o, x: s.StepLR(o, 5, x), [-0.1, math.nan, math.inf]),
    ("last_epoch", lambda o, x: s.StepLR(o, 5, last_epoch=x), [-2]),
    (r"milestones\[1\]", lambda o, x: s.MultiStepLR(o, [1, x]), [-1]),
    ("factor", lambda o, x: s.ConstantLR(o, x), [0.0, 1.5, -0.1, math.nan]),
    ("total_iters", lambda o, x: s.ConstantLR(o, 0.5, x), [0]),
    ("start_factor", lambda o, x: s.LinearLR(o, x), [0.0, 1.5, math.nan]),
    ("end_factor", lambda o, x: s.LinearLR(o, 0.5, x), [-0.5, 1.5]),
    ("total_iters", lambda o, x: s.LinearLR(o, 0.5, 1.0, x), [0]),
    ("gamma", lambda o, x: s.ExponentialLR(o, x), [-0.1, math.nan]),
    ("k", lambda o, x: s.InverseTimeLR(o, x), [-0.1, math.inf]),
    ("total_iters", lambda o, x: s.PolynomialLR(o, x), [0]),
    ("power", lambda o, x: s.PolynomialLR(o, 5, x), [-1.0]),
    ("T_max", lambda o, x: s.CosineAnnealingLR(o, x), [0]),
    ("eta_min", lambda o, x: s.CosineAnnealingLR(o, 5, x), [-0.1]),
    ("T_0", lambda o, x: s.CosineAnnealingWarmRestarts(o, x), [0]),
    ("T_mult", lambda o, x: s.CosineAnnealingWarmRestarts(o, 5, x), [0]),
    ("base_lr", lambda o, x: s.CyclicLR(o, x, 1.0), [-0.1]),
    (r"max_lr\[0\]", lambda o, x: s.CyclicLR(o, 0.1, [x, 1.0]), [-0.1, math.nan]),
    ("step_size_up", lambda o, x: s.CyclicLR(o, 0.1, 1.0, x), [0]),
    ("step_size_down", lambda o, x: s.CyclicLR(o, 0.1, 1.0, 5, x), [0]),
    ("base_momentum", lambda o, x: s.CyclicLR(o, 0.1, 1.0, base_momentum=x), [-0.1, 1.0]),
    ("max_momentum", lambda o, x: s.OneCycleLR(o, 1.0, 10, max_momentum=x), [1.0]),
    ("max_lr", lambda o, x: s.OneCycleLR(o, x, 10), [-1.0]),
    ("total_steps", lambda o, x: s.OneCycleLR(o, 1.0, x), [0]),
    ("epochs", lambda o, x: s.OneCycleLR(o, 1.0, epochs=x, steps_per_epoch=5), [0]),
    ("pct_start", lambda o, x: s.OneCycleLR(o, 1.0, 10, pct_start=x), [-0.1, 1.1]),
    ("div_factor", lambda o, x: s.OneCycleLR(o, 1.0, 10, div_factor=x), [0.5]),
    ("final_div_factor", lambda o, x: s.OneCycleLR(o, 1.0, 10, final_div_factor=x), [0.0]),
    ("factor", lambda o, x: s.ReduceLROnPlateau(o, factor=x), [1.0, -0.1]),
    ("patience", lambda o, x: s.ReduceLROnPlateau(o, patience=x), [-1]),
    ("cooldown", lambda o, x: s.ReduceLROnPlateau(o, cooldown=x), [-1]),
    ("threshold", lambda o, x: s.ReduceLROnPlateau(o, threshold=x), [-1.0]),
    ("min_lr", lambda o, x: s.ReduceLROnPlateau(o, min_lr=x), [-1.0]),
]


@pytest.mark.parametrize(("name", "make", "value"), [(name, make, x) for name, make, xs in NUMBERS for x in xs])
def test_a_number_out_of_its_range_is_named_with_its_value(name: str, make: Act, value: float) -> None:
    optimizer = on()
    before = groups(optimizer)
    with pytest.raises(ValueError, match=rf": {name} must be .*, got {value}"):
        make(optimizer, value)
    assert groups(optimizer) == before


@pytest.mark.parametrize(("name", "make"), [(name, make) for name, make, _ in NUMBERS])
@pytest.mark.parametrize("value", ["5", True, 1j, object()], ids=["text", "truth", "complex", "object"])
def test_what_is_no_number_is_named_with_its_type(name: str, make: Act, value: Any) -> None:
    optimizer = on()
    before = groups(optimizer)
    with pytest.raises(TypeError, match=rf": {name} must be .*\({type(value).__name__}\)"):
        make(optimizer, value)
    assert groups(optimizer) == before


def inner(o: Any) -> Any:
    return s.ChainedScheduler([s.ExponentialLR(o, 0.5)])


CALLS: list[tuple[str, Act, type[Exception], str]] = [
    ("fractions of epochs", lambda o: s.StepLR(o, 2.5), TypeError, r"step_size must be a whole number, at least 1, got 2\.5 \(float\)"),
    ("milestones that are none", lambda o: s.MultiStepLR(o, 30), TypeError, r"milestones must be a list of epochs, got 30 \(int\)"),
    ("a mode that is none", lambda o: s.CyclicLR(o, 0.1, 1.0, mode="square"), ValueError, "mode must be one of 'triangular', "),
    ("another strategy", lambda o: s.OneCycleLR(o, 1.0, 10, anneal_strategy="exp"), ValueError, "one of 'cos', 'linear', got 'exp'"),
    ("upside down", lambda o: s.CyclicLR(o, 1.0, 0.1), ValueError, r"base_lr = 1\.0 is above max_lr = 0\.1"),
    ("momenta upside down", lambda o: s.CyclicLR(o, 0.1, 1.0, base_momentum=0.95), ValueError, r"base_momentum = 0\.95 is above"),
    ("three rates for two groups", lambda o: s.CyclicLR(o, 0.1, [1.0] * 3), ValueError, "max_lr has 3 members, and the optimiser 2 groups"),
    ("no number of steps", lambda o: s.OneCycleLR(o, 1.0), ValueError, "total_steps must be given, or both epochs and steps_per_epoch"),
    ("half a number of steps", lambda o: s.OneCycleLR(o, 1.0, epochs=5), ValueError, "total_steps must be given, or both"),
    ("too few steps for a phase", lambda o: s.OneCycleLR(o, 1.0, 3), ValueError, "a phase would have no steps"),
    ("a flag in words", lambda o: s.OneCycleLR(o, 1.0, 10, three_phase="no"), TypeError, "three_phase must be True or False"),
    ("no function", lambda o: s.LambdaLR(o, 0.5), TypeError, r"LambdaLR: lr_lambda must be a function, got 0\.5 \(float\)"),
    ("one function for two groups", lambda o: s.LambdaLR(o, [abs]), ValueError, "lr_lambda has 1 members, and the optimiser 2 groups"),
    ("a negative rate", lambda o: s.LambdaLR(o, lambda t: -1.0), ValueError, r"rate at epoch 0 of group 0 must be .*, got -0\.1"),
    ("a rate that is none", lambda o: s.LambdaLR(o, lambda t: math.nan), ValueError, r"rate at epoch 0 of group 0 must be .*, got nan"),
    ("an error of the user's own", lambda o: s.LambdaLR(o, lambda t: 1 / t), ZeroDivisionError, "division"),
    ("another way of better", lambda o: s.ReduceLROnPlateau(o, "least"), ValueError, "mode must be one of 'min', 'max', got 'least'"),
    ("a continuation of nothing", lambda o: s.StepLR(o, 5, last_epoch=3), ValueError, "group 0 of the optimiser has no 'initial_lr'"),
    ("no schedules", lambda o: s.ChainedScheduler([]), ValueError, "the list of schedulers is empty"),
    ("no list", lambda o: s.ChainedScheduler(s.ExponentialLR(on(), 0.5)), TypeError, "schedulers must be a list of schedules"),
    ("an optimiser among schedules", lambda o: s.ChainedScheduler([o]), TypeError, r"\(SGD\), not a schedule\. Give one"),
    ("a plateau among them", lambda o: s.SequentialLR(o, [s.ReduceLROnPlateau(o)], []), ValueError, "whose step needs a measure"),
    ("one of another optimiser", lambda o: s.SequentialLR(o, [s.ExponentialLR(on(), 0.5)], []), ValueError, "for another optimiser"),
]


@pytest.mark.parametrize(("act", "error", "message"), [row[1:] for row in CALLS], ids=[row[0] for row in CALLS])
def test_a_call_that_cannot_be_meant_says_what_to_do(act: Act, error: type[Exception], message: str) -> None:
    optimizer = on()
    before = groups(optimizer)
    with pytest.raises(error, match=message):
        act(optimizer)
    assert groups(optimizer) == before


SEQUENCES: list[tuple[str, Act, type[Exception], str]] = [
    ("too few milestones", lambda o: s.SequentialLR(o, [s.ExponentialLR(o, 0.5)] * 2, []), ValueError, "2 schedulers need 1 milestones"),
    ("milestones that fall", lambda o: s.SequentialLR(o, [s.ExponentialLR(o, 0.5)] * 3, [5, 5]), ValueError, "milestones must rise"),
    ("a milestone in words", lambda o: s.SequentialLR(o, [s.StepLR(o, 5)] * 2, ["5"]), TypeError, r"milestones\[0\] must be a whole"),
    ("a combined one inside", lambda o: s.SequentialLR(o, [inner(o)], []), ValueError, r"schedulers\[0\] is a ChainedScheduler"),
]


@pytest.mark.parametrize(("act", "error", "message"), [row[1:] for row in SEQUENCES], ids=[row[0] for row in SEQUENCES])
def test_a_sequence_that_cannot_be_meant_says_what_to_do(act: Act, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        act(on())


NO_OPTIMIZER = [
    s.StepLR, s.MultiStepLR, s.ExponentialLR, s.InverseTimeLR, s.LambdaLR, s.MultiplicativeLR, s.CosineAnnealingLR,
    s.CosineAnnealingWarmRestarts, s.ReduceLROnPlateau, s.ConstantLR, s.LinearLR, s.PolynomialLR,
]


@pytest.mark.parametrize("kind", NO_OPTIMIZER)
@pytest.mark.parametrize("given", [None, [Leaf(0.0)], optim.SGD], ids=["None", "a list", "a class"])
def test_what_is_no_optimiser_is_refused(kind: Callable[..., Any], given: Any) -> None:
    with pytest.raises(TypeError, match=rf"{kind.__name__}: .* is no optimiser\. Give one, such as optim\.SGD"):
        kind(given, "min" if kind is s.ReduceLROnPlateau else 3)


@pytest.mark.parametrize("optimizer", [optim.Adagrad, optim.Adadelta])
@pytest.mark.parametrize("make", [lambda o, **k: s.CyclicLR(o, 0.1, 1.0, **k), lambda o, **k: s.OneCycleLR(o, 1.0, 10, **k)])
def test_a_momentum_that_is_not_there_cannot_be_cycled(optimizer: Any, make: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=rf"{optimizer.__name__} has no momentum to cycle\. Use cycle_momentum=False"):
        make(optimizer([Leaf(0.0)]))
    make(optimizer([Leaf(0.0)]), cycle_momentum=False)


def chain(o: Any) -> Any:
    return s.ChainedScheduler([s.ExponentialLR(o, 0.5), s.LambdaLR(o, lambda t: 1.0 - t / 2)])


STEPS: list[tuple[str, Act, int, list[Any], type[Exception], str]] = [
    ("a rate below 0", lambda o: s.LambdaLR(o, lambda t: 1.0 - t / 2), 2, [], ValueError, r"epoch 3 .* got -0\.05"),
    ("a rate without end", lambda o: s.ExponentialLR(o, 1e200), 1, [], ValueError, "must be a finite number, at least 0, got inf"),
    ("an epoch in words", lambda o: s.StepLR(o, 2), 2, ["3"], TypeError, "epoch must be a whole number"),
    ("an epoch below 0", lambda o: s.StepLR(o, 2), 2, [-1], ValueError, "epoch must be a whole number, at least 0, got -1"),
    ("no closed form", lambda o: s.MultiplicativeLR(o, lambda t: 0.5), 2, [7], NotImplementedError, "no closed form"),
    ("a fraction below 0", lambda o: s.CosineAnnealingWarmRestarts(o, 3), 2, [-0.5], ValueError, "epoch must be a finite"),
    ("an epoch of nan", lambda o: s.CosineAnnealingWarmRestarts(o, 3), 2, [math.nan], ValueError, "got nan"),
    ("a word for a fraction", lambda o: s.CosineAnnealingWarmRestarts(o, 3), 2, ["1"], TypeError, r"'1' \(str\)"),
    ("the end of one cycle", lambda o: s.OneCycleLR(o, 1.0, 8), 8, [], ValueError, "9 steps were asked for, and total_steps is 8"),
    ("a member of a chain", chain, 2, [], ValueError, "LambdaLR: the rate at epoch 3"),
    ("a measure in words", lambda o: s.ReduceLROnPlateau(o), 0, ["low"], TypeError, r"metrics must be a number, got 'low'"),
    ("no measure", lambda o: s.ReduceLROnPlateau(o), 0, [None], TypeError, r"metrics must be a number, got None"),
]


@pytest.mark.parametrize(("make", "good", "arguments", "error", "message"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS])
def test_a_step_that_fails_changes_nothing(make: Act, good: int, arguments: list[Any], error: type[Exception], message: str) -> None:
    schedule = make(on())
    for _ in range(good):
        schedule.step()
    before = everything(schedule)
    with pytest.raises(error, match=message):
        schedule.step(*arguments)
    assert everything(schedule) == before


def test_a_group_that_came_later_asks_for_its_lowest_rate() -> None:
    optimizer = on()
    schedule = s.ReduceLROnPlateau(optimizer, patience=0, min_lr=[0.1, 0.1])
    optimizer.add_param_group({"params": [Leaf(2.0)]})
    schedule.step(1.0)
    before = everything(schedule)
    with pytest.raises(ValueError, match="min_lr was given for 2 groups, and there are 3 now"):
        schedule.step(2.0)
    assert everything(schedule) == before
    again = s.ReduceLROnPlateau(optimizer, patience=0, factor=0.5)
    optimizer.add_param_group({"params": [Leaf(3.0)], "lr": 0.25})
    again.step(1.0)
    again.step(2.0)
    assert again.get_last_lr()[3] == 0.125
