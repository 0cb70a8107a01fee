"""A recorded rule does what the optimiser's own update does."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

import optim
from autograd.ops import TABLE
from autograd.replay.rules import Rule, recorded
from autograd.tracing import RELATIONS
from tests.optim.leaves import Leaf, every_variant, gradients

START = {"θ": 0.7, "v": 0.3, "u": 0.2, "m": -0.1, "b": 0.05}


def replayed(rule: Rule, group: dict[str, object], clock: dict[str, float], θ: float, g: float, s: dict[str, float]) -> tuple[float, ...]:
    """What the rule gives for one parameter, operation by operation, on floats."""
    numbers = {id(r): r.number for r in rule.constants}
    for (name, place), register in rule.settings.items():
        x = group[name]
        numbers[id(register)] = x if place is None else x[place]  # type: ignore[index, assignment]
    numbers |= {id(register): float(clock[name]) for name, register in rule.clock.items()}
    numbers |= {id(rule.θ): θ, id(rule.g): g} | {id(register): s[symbol] for symbol, register in rule.s.items()}
    for op, out, xs in (*rule.on_numbers, *rule.on_arrays):
        numbers[id(out)] = op(*(numbers[id(x)] for x in xs))
    for relation, x, y, answer in rule.conditions:
        assert RELATIONS[relation](numbers[id(x)], numbers[id(y)]) is answer  # type: ignore[arg-type]
    return tuple(numbers[id(r)] for r in (rule.new_θ, *rule.new_s.values(), *rule.advanced.values()))  # type: ignore[return-value, misc]


@every_variant
@pytest.mark.parametrize("step", [0, 1, 6])
def test_a_recorded_rule_equals_the_update(cls: type[optim.Optimizer], settings: dict[str, object], step: int) -> None:
    optimizer = cls([Leaf(0.7)], **settings)  # type: ignore[arg-type]
    group = optimizer.param_groups[0]
    clock = dict(optimizer.clock)
    for _ in range(step):
        clock = optimizer.advance(clock, group)
    rule = recorded(optimizer, group, clock)
    for g in gradients(8, 1).ravel().tolist():
        after = optimizer.advance(clock, group)
        s = SimpleNamespace(**{symbol: abs(START[symbol]) for symbol in optimizer.entries(group)})
        before = dict(vars(s))
        θ = optimizer.update(0.7, g, s, SimpleNamespace(**optimizer.coefficients(after, group)))
        expected = (θ, *vars(s).values(), *map(float, after.values()))
        assert replayed(rule, group, clock, 0.7, g, before) == pytest.approx(expected, rel=1e-14, abs=1e-300)


def test_a_rule_that_goes_otherwise_later_says_on_what_that_depends() -> None:
    sgd = optim.SGD([Leaf(0.0)], lr=0.1, momentum=0.9, dampening=0.5)
    first = recorded(sgd, sgd.param_groups[0], {"step": 0})
    assert any(relation == "==" and answer and rule_of(x) == 1.0 for relation, x, _, answer in first.conditions)
    assert any(relation == "==" and not answer for relation, _, _, answer in recorded(sgd, sgd.param_groups[0], {"step": 1}).conditions)


def rule_of(register: object) -> float | None:
    return register.number  # type: ignore[attr-defined, no-any-return]


class Clipped(optim.SGD):
    """A rule of a user's own, with a maximum, and a number worked out by a function of `math`."""

    def rule(self, θ, g, s, h):  # type: ignore[no-untyped-def]  # noqa: ARG002
        return θ - math.sqrt(h.lr) * optim._arithmetic.maximum(g, -1.0 * h.lr)


def test_a_number_that_was_asked_for_may_not_change() -> None:
    own = Clipped([Leaf(0.0)], lr=0.25)
    rule = recorded(own, own.param_groups[0], {"step": 0})
    assert [op.name for op, *_ in rule.on_arrays] == ["maximum", "mul", "sub"]
    assert any(relation == "==" and rule_of(x) == 0.25 for relation, x, _, _ in rule.conditions)


class Signed(optim.SGD):
    """A rule that compares gradients."""

    def rule(self, θ, g, s, h):  # type: ignore[no-untyped-def]  # noqa: ARG002
        return θ - h.lr if g > 0.0 else θ + h.lr


def test_a_rule_that_compares_arrays_cannot_be_recorded() -> None:
    own = Signed([Leaf(0.0)])
    with pytest.raises(TypeError, match="compares the members of arrays"):
        recorded(own, own.param_groups[0], {"step": 0})


def test_what_the_result_does_not_need_is_left_out() -> None:
    adam = optim.Adam([Leaf(0.0)])
    rule = recorded(adam, adam.param_groups[0], {"step": 0})
    used = {id(x) for _, _, xs in (*rule.on_numbers, *rule.on_arrays) for x in xs}
    used |= {id(x) for _, *pair, _ in rule.conditions for x in pair}
    used |= {id(r) for r in (rule.new_θ, *rule.new_s.values(), *rule.advanced.values())}
    assert all(id(out) in used for _, out, _ in (*rule.on_numbers, *rule.on_arrays))
    assert all(op in TABLE.values() for op, *_ in (*rule.on_numbers, *rule.on_arrays))
