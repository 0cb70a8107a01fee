"""What a search draws from: evenly, and narrowed around the best."""

import math
import random

import numpy as np
import pytest

from nn import Choice, LogUniform, Uniform


def draws(values, n=20_000):
    source = random.Random(0)
    return np.array([values.draw(source) for _ in range(n)])


def test_uniform_draws_are_even():
    found = draws(Uniform(2.0, 6.0))
    assert found.min() >= 2.0
    assert found.max() <= 6.0
    assert np.histogram(found, 4, (2.0, 6.0))[0] == pytest.approx(5000, abs=5 * math.sqrt(20_000 * 3 / 16))


def test_log_uniform_draws_are_even_in_powers_of_ten():
    found = draws(LogUniform(1e-4, 1.0))
    assert np.histogram(np.log10(found), 4, (-4.0, 0.0))[0] == pytest.approx(5000, abs=5 * math.sqrt(20_000 * 3 / 16))


def test_choices_are_alike():
    assert np.mean(draws(Choice([3.0, 7.0])) == 7.0) == pytest.approx(0.5, abs=5 * 0.5 / math.sqrt(20_000))


def test_a_range_shrinks_around_the_best_and_stays_within_its_bounds():
    assert Uniform(0.0, 8.0).around(4.0, shrink=0.25) == Uniform(3.0, 5.0)
    assert Uniform(0.0, 8.0).around(7.5, shrink=0.25) == Uniform(6.5, 8.0)
    middle = LogUniform(1e-4, 1.0).around(1e-2, shrink=0.5)
    assert (middle.low, middle.high) == pytest.approx((1e-3, 1e-1), rel=1e-12)
    assert LogUniform(1e-4, 1.0).around(1e-4, shrink=0.5).low == 1e-4


@pytest.mark.parametrize(("make", "kind", "message"), [
    (lambda: Uniform(1.0, 1.0), ValueError, "Uniform: low is 1.0 and high 1.0"),
    (lambda: LogUniform(0.0, 1.0), ValueError, "LogUniform: low is 0.0, and has no logarithm"),
    (lambda: LogUniform("a", 1.0), TypeError, "LogUniform: low is 'a'"),
    (lambda: Uniform(0.0, math.inf), ValueError, "Uniform: high is inf"),
    (lambda: Choice([]), ValueError, "Choice: there are no options"),
], ids=["empty", "log of 0", "text", "endless", "no options"])
def test_bad_bounds_are_refused(make, kind, message):
    with pytest.raises(kind, match=message):
        make()
