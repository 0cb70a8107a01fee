"""A rule written for arrays does what the optimiser's own update does, in place."""

from types import SimpleNamespace

import numpy as np
import pytest

import optim
from autograd.replay.array_rule import compiled_ahead, compiled_rule, settings_of
from autograd.replay.rules import recorded
from tests.optim.leaves import Leaf, every_variant

SIZE = 5


class Course:
    """An optimiser's own path over random gradients: before each step its numbers, after it what they should be."""

    def __init__(self, optimizer, seed=0):
        self.optimizer, self.group = optimizer, optimizer.param_groups[0]
        self.entries = optimizer.entries(self.group)
        self.rng = np.random.default_rng(seed)
        self.clock = dict(optimizer.clock)
        self.θ = self.rng.standard_normal(SIZE)
        self.s = [np.full(SIZE, entry.start) for entry in self.entries.values()]

    def step(self):
        """(gradient, s and h as `update` has them, the clock after the step); the clock is moved on."""
        g = self.rng.standard_normal(SIZE) * 10.0 ** self.rng.integers(-5, 3, SIZE)
        clock = self.optimizer.advance(self.clock, self.group)
        s = SimpleNamespace(**{symbol: array.copy() for symbol, array in zip(self.entries, self.s, strict=True)})
        return g, s, SimpleNamespace(**self.optimizer.coefficients(clock, self.group)), clock


def near(found, expected):
    return bool(np.all(np.abs(found - expected) <= 1e-12 * np.maximum(1.0, np.abs(expected))))


@every_variant
def test_it_equals_the_update_at_every_state_of_a_long_run(cls, settings):
    course = Course(cls([Leaf(np.zeros(SIZE))], **settings))
    rule = run = None
    for _ in range(200):
        g, s, h, clock = course.step()
        with np.errstate(all="ignore"):
            expected = course.optimizer.update(course.θ.copy(), g, s, h)
            after = run and run(settings_of(rule, course.group), list(course.clock.values()), course.θ, g, *course.s)
            if after is None:
                rule = recorded(course.optimizer, course.group, course.clock)
                run = compiled_rule(rule, SIZE)
                after = run(settings_of(rule, course.group), list(course.clock.values()), course.θ, g, *course.s)
        assert dict(zip(rule.advanced, after, strict=True)) == pytest.approx(clock, rel=1e-14)
        assert near(course.θ, expected)
        assert all(near(array, getattr(s, symbol)) for symbol, array in zip(course.entries, course.s, strict=True))
        course.clock = clock


@pytest.mark.parametrize("settings", [{}, {"momentum": 0.5}])
def test_where_the_gradient_is_asked_for(settings):
    course = Course(optim.NesterovLookahead([Leaf(np.zeros(SIZE))], lr=0.1, **settings))
    course.s = [np.arange(float(SIZE))]
    _, s, h, _ = course.step()
    rule = recorded(course.optimizer, course.group, course.clock)
    out = np.empty(SIZE)
    compiled_ahead(rule, SIZE)(settings_of(rule, course.group), [0], course.θ, out, *course.s)
    assert near(out, course.optimizer.ahead(course.θ, s, h))


def test_a_rule_that_no_longer_holds_changes_nothing():
    course = Course(optim.SGD([Leaf(np.zeros(SIZE))], lr=0.1, momentum=0.9, dampening=0.5))
    rule = recorded(course.optimizer, course.group, {"step": 0})
    run = compiled_rule(rule, SIZE)
    before = course.θ.copy(), course.s[0].copy()
    assert run(settings_of(rule, course.group), [1], course.θ, np.ones(SIZE), *course.s) is None
    assert (course.θ.tolist(), course.s[0].tolist()) == (before[0].tolist(), before[1].tolist())
    assert run(settings_of(rule, course.group), [0], course.θ, np.ones(SIZE), *course.s) == (1.0,)


class Swapping(optim.SGD):
    """Two arrays that change places, and one that keeps where θ was: whatever is written first spoils another."""

    def entries(self, group):  # noqa: ARG002
        entry = optim.optimizer.Entry
        return {"a": entry("a", 1.0), "b": entry("b", 2.0), "old": entry("old"), "same": entry("same", 3.0)}

    def rule(self, θ, g, s, h):
        s.a, s.b, s.old = s.b, s.a, θ
        return θ - h.lr * g * s.a


def test_arrays_may_change_places():
    optimizer = Swapping([Leaf(np.zeros(2))], lr=0.5)
    rule = recorded(optimizer, optimizer.param_groups[0], {"step": 0})
    θ, arrays = np.array([10.0, 20.0]), [np.full(2, x) for x in (1.0, 2.0, 0.0, 3.0)]
    compiled_rule(rule, 2)(settings_of(rule, optimizer.param_groups[0]), [0], θ, np.ones(2), *arrays)
    assert θ.tolist() == [9.0, 19.0]
    assert [a.tolist() for a in arrays] == [[2.0, 2.0], [1.0, 1.0], [10.0, 20.0], [3.0, 3.0]]
