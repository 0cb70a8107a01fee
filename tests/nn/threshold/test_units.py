"""The McCulloch-Pitts unit: it counts, and an active inhibitory input vetoes."""

import math
from itertools import product

import numpy as np
import pytest

from autograd import Value
from nn import AND, NOR, OR, McCullochPitts


@pytest.mark.parametrize("n", range(1, 5))
@pytest.mark.parametrize("threshold", [-1, 0, 1, 2, 2.5, 4, 7])
def test_excitatory_inputs_are_counted_against_the_threshold(n, threshold):
    unit = McCullochPitts(threshold)
    for x in product((0, 1), repeat=n):
        assert unit(x) == (1 if x.count(1) >= threshold else 0)


@pytest.mark.parametrize("inhibitory", [[0], [2], [0, 2], [0, 1, 2]])
@pytest.mark.parametrize("threshold", [0, 1, 2])
def test_any_active_inhibitory_input_vetoes(inhibitory, threshold):
    unit = McCullochPitts(threshold, inhibitory)
    for x in product((0, 1), repeat=3):
        excited = [bit for i, bit in enumerate(x) if i not in inhibitory]
        vetoed = 1 in [x[i] for i in inhibitory]
        assert unit(x) == (0 if vetoed else int(excited.count(1) >= threshold))


@pytest.mark.parametrize("x", [[1, 0], (1, 0), np.array([1, 0]), np.array([1.0, 0.0]), [True, False], [Value(1.0), Value(0.0)]])
def test_inputs_may_be_any_sequence_of_zeros_and_ones(x):
    assert OR(2)(x) == 1
    assert type(OR(2)(x)) is int


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: OR(2)([0, 2]), ValueError, r"input 1 is 2. Use 0 for no and 1 for yes"),
        (lambda: OR(2)([0.5, 1]), ValueError, r"input 0 is 0.5"),
        (lambda: OR(2)([-1, 1]), ValueError, r"input 0 is -1"),
        (lambda: OR(3)([0, 1, "1"]), ValueError, r"input 2 is '1'"),
        (lambda: OR(2)([None, 1]), ValueError, r"input 0 is None"),
        (lambda: OR(2)([math.nan, 1]), ValueError, r"input 0 is nan"),
        (lambda: OR(2)([[0, 1]]), ValueError, r"inputs have shape \(1, 2\). Give one flat sequence"),
        (lambda: OR(2)(1), ValueError, r"inputs have shape \(\)"),
        (lambda: OR(2)([0, 1, 1]), ValueError, r"3 inputs were given, and the unit has 2"),
        (lambda: McCullochPitts(1, [2])([0, 1]), ValueError, r"2 inputs were given, and the unit has at least 3"),
        (lambda: McCullochPitts("1"), TypeError, r"the threshold is '1'"),
        (lambda: McCullochPitts(True), TypeError, r"the threshold is True"),
        (lambda: McCullochPitts(math.nan), TypeError, r"the threshold is nan"),
        (lambda: McCullochPitts(1, inhibitory=2), TypeError, r"inhibitory is 2. Give a sequence of positions"),
        (lambda: McCullochPitts(1, inhibitory=[1.0]), TypeError, r"1.0 \(float\) is no position"),
        (lambda: McCullochPitts(1, inhibitory=[-1]), ValueError, r"position -1 .* does not exist"),
        (lambda: McCullochPitts(1, inhibitory=[1, 1]), ValueError, r"stands twice in \(1, 1\)"),
        (lambda: McCullochPitts(1, inhibitory=[3], inputs=3), ValueError, r"position 3 .* does not exist"),
        (lambda: McCullochPitts(1, inputs=0), ValueError, r"inputs is 0"),
        (lambda: AND(0), ValueError, r"AND: n is 0"),
        (lambda: OR(1.5), TypeError, r"OR: n is 1.5"),
        (lambda: NOR(True), TypeError, r"NOR: n is True"),
    ],
)
def test_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_unit_cannot_be_changed_and_is_equal_to_its_like():
    unit = McCullochPitts(1, [0])
    with pytest.raises(AttributeError):
        unit.threshold = 2
    assert unit == McCullochPitts(1, (0,))
    assert repr(AND(2)) == "McCullochPitts(threshold=2, inhibitory=(), inputs=2)"
