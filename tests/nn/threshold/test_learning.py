"""The angle argument: an update for class 1 turns the weights towards the example, one for class 0 turns them from it."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn import Perceptron, PerceptronUpdate


def angle(w, x):
    """Between two vectors, by a formula that keeps its digits for small angles too."""
    a, b = ([c / math.hypot(*v) for c in v] for v in (w, x))
    return 2.0 * math.atan2(math.dist(a, b), math.hypot(*(p + q for p, q in zip(a, b, strict=True))))


@given(seed=st.integers(0, 2**32), features=st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_every_update_turns_the_weights_the_right_way_and_says_by_how_much(seed, features):
    source = random.Random(seed)
    X = [[source.gauss(0.0, 1.0) for _ in range(features)] for _ in range(12)]
    p = Perceptron(features, rng=seed)
    p.fit(X, [source.randrange(2) for _ in X], max_updates=50)
    for update in p.history:
        before, after = angle(update.before, update.inputs), angle(update.after, update.inputs)
        assert update.cos_before == pytest.approx(math.cos(before), abs=1e-12)
        assert update.cos_after == pytest.approx(math.cos(after), abs=1e-12)
        assert (after < before) if update.target else (after > before)


@pytest.mark.parametrize(
    ("before", "target", "cosines"),
    [
        ((-2.0, 0.0), 1, (-math.sqrt(0.5), 0.0)),
        ((0.0, 1.0), 0, (math.sqrt(0.5), -math.sqrt(0.5))),
        ((-3.0, -3.0), 1, (-1.0, -1.0)),
        ((3e300, 3e300), 0, (1.0, 1.0)),
    ],
    ids=["towards", "away", "on one line", "huge"],
)
def test_cosines_by_hand(before, target, cosines):
    x = (1.0, 1.0)
    after = tuple(w + (1.0 if target else -1.0) for w in before)
    update = PerceptronUpdate(1, 0, x, target, before, after)
    assert (update.cos_before, update.cos_after) == pytest.approx(cosines, abs=1e-12)


def test_weights_of_zero_have_no_direction():
    p = Perceptron(1, weights=[0.0, 0.0])
    p.fit([[2.0]], [0])
    assert math.isnan(p.history[0].cos_before)
    assert p.history[0].cos_after == pytest.approx(-1.0)
