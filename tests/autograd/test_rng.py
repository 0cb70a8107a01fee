"""One default generator, or the one handed in."""

import random

import pytest

from autograd import manual_seed
from autograd.rng import generator


def test_the_same_seed_gives_the_same_numbers():
    manual_seed(5)
    first = [generator(None).random() for _ in range(3)]
    manual_seed(5)
    assert [generator(None).random() for _ in range(3)] == first
    assert [generator(5).random()] == first[:1]


def test_a_generator_is_used_as_it_is():
    r = random.Random(1)
    assert generator(r) is r


def test_pythons_own_generator_is_left_alone():
    random.seed(1)
    state = random.getstate()
    manual_seed(2)
    generator(None).random()
    assert random.getstate() == state


@pytest.mark.parametrize("bad", ["0", 1.0, True, [1]])
def test_anything_else_is_refused(bad):
    with pytest.raises(TypeError, match="no source of random numbers"):
        generator(bad)
    with pytest.raises(TypeError, match="no integer"):
        manual_seed(bad)
