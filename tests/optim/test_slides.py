"""Rules of lecture decks that are printed wrongly: what they give, and what is right."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

import optim
from tests.optim.leaves import Leaf, descended, fed
from tests.optim.test_momentum import START, error, slope


def test_adams_first_moment_remembers_itself_and_not_the_second() -> None:
    """Gradients 2 and 4, β₁ = β₂ = ½: s is 1, then 2.5. Printed: ½ r + ½ g, with r = 2 after the first, which makes 3."""
    leaf = Leaf(0.0)
    optimizer = optim.Adam([leaf], betas=(0.5, 0.5))
    fed(optimizer, leaf, [2.0])
    r = optimizer.state[leaf]["exp_avg_sq"]
    assert (optimizer.state[leaf]["exp_avg"], r) == (1.0, 2.0)
    fed(optimizer, leaf, [4.0])
    assert optimizer.state[leaf]["exp_avg"] == 2.5 != 0.5 * r + 0.5 * 4.0


def adam_as_printed(t: int, correct: Callable[[float, float, int], float]) -> float:
    """The t-th step for a gradient that is 1 at each, at a rate of 1, with a correction of one's own."""
    m = v = 0.0
    for _ in range(t):
        m, v = 0.9 * m + 0.1, 0.999 * v + 0.001
    return correct(m, 0.9, t) / math.sqrt(correct(v, 0.999, t))


def adams_step(t: int) -> float:
    leaf = Leaf(0.0)
    path = [0.0, *fed(optim.Adam([leaf], lr=1.0), leaf, [1.0] * t)]
    return path[-2] - path[-1]


@pytest.mark.parametrize(("t", "printed"), [(1, 1.0), (2, 1.344), (10, 2.064), (100, 1.025), (1000, 0.398)])
def test_adams_correction_is_1_minus_beta_to_the_t(t: int, printed: float) -> None:
    """With 1 - β in place of 1 - βᵗ the steps first grow and then shrink, though the gradient stays what it is."""
    assert adams_step(t) == pytest.approx(1.0, rel=1e-7)
    assert adam_as_printed(t, lambda m, β, t: m / (1.0 - β)) == pytest.approx(printed, abs=5e-4)
    assert adam_as_printed(t, lambda m, β, t: m / (1.0 - β**t)) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(("t", "printed"), [(1, 3.162), (10, 6.528), (1000, 1.258)])
def test_adams_step_uses_the_corrected_moments(t: int, printed: float) -> None:
    """Without them the first steps are several times as long, for the second moment starts at 0 and is slow."""
    assert adams_step(t) == pytest.approx(1.0, rel=1e-7)
    assert adam_as_printed(t, lambda m, β, t: m) == pytest.approx(printed, abs=5e-4)


def test_nesterovs_gradient_is_taken_at_the_point_ahead() -> None:
    """∇(J(θ) + βm) is ∇J(θ), for βm does not depend on θ: that is momentum, 450 times further from the minimum after 100 steps."""
    literal, printed = Leaf(START), Leaf(START)
    *_, ahead = descended(optim.NesterovLookahead([literal], lr=2.0, momentum=0.8), literal, slope, 100)
    v = np.zeros(2)
    for _ in range(100):
        v = 0.8 * v + slope(printed.data)
        printed.data = printed.data - 2.0 * v
    assert error(printed.data) == pytest.approx(1.0044e-5, rel=0, abs=5e-10)
    assert error(ahead) == pytest.approx(2.225e-8, rel=0, abs=5e-12)
