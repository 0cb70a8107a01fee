"""Nets with loops and a delay of one tick."""

import numpy as np
import pytest

from nn import NOT, OR, McCullochPitts, RecurrentThresholdNet


def test_an_output_is_seen_one_tick_later():
    chain = RecurrentThresholdNet(1, [(OR(1), [0]), (OR(1), [1]), (OR(1), [2])])
    assert chain.run([[1], [0], [1], [1]]).tolist() == [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 0, 1], [1, 1, 0]]


def test_a_loop_remembers_and_inhibition_is_absolute():
    """Input 0 sets, input 1 resets; both together reset, however many inputs excite."""
    latch = RecurrentThresholdNet(2, [(McCullochPitts(1, inhibitory=[2]), [0, 2, 1])])
    assert latch.run([[1, 0], [0, 0], [0, 1], [0, 0], [1, 1], [1, 0], [1, 1]]).ravel().tolist() == [0, 1, 1, 0, 0, 0, 1, 0]


def test_a_unit_that_inhibits_itself_blinks():
    assert RecurrentThresholdNet(1, [(NOT(), [1])]).run([[0]] * 5).ravel().tolist() == [0, 1, 0, 1, 0, 1]


def test_no_ticks_leave_it_at_rest():
    assert RecurrentThresholdNet(1, [(OR(1), [0])] * 2).run([]).tolist() == [[0, 0]]
    assert RecurrentThresholdNet(1, [(OR(1), [0])]).run(np.zeros((3, 1))).dtype == np.int64


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: RecurrentThresholdNet(0, [(OR(1), [0])]), ValueError, r"inputs is 0"),
        (lambda: RecurrentThresholdNet(1, []), ValueError, r"there are no units"),
        (lambda: RecurrentThresholdNet(1, [(3, [0])]), TypeError, r"3 \(int\) is no unit"),
        (lambda: RecurrentThresholdNet(1, [OR(1)]), TypeError, r"is no pair of a unit and positions"),
        (lambda: RecurrentThresholdNet(1, [(OR(1), 0)]), TypeError, r"is no pair of a unit and positions"),
        (lambda: RecurrentThresholdNet(1, [(OR(1), [2])]), ValueError, r"nothing at position 2. .* 1 inputs and 1 units: give 0 to 1"),
        (lambda: RecurrentThresholdNet(1, [(OR(1), ["x"])]), TypeError, r"'x' \(str\) is no position"),
        (lambda: RecurrentThresholdNet(2, [(OR(1), [0])]).run([[0, 1], [0]]), ValueError, r"1 inputs were given at tick 1, and .* 2"),
        (lambda: RecurrentThresholdNet(1, [(OR(1), [0])]).run([[2]]), ValueError, r"input 0 is 2. Use 0 for no and 1 for yes"),
        (lambda: RecurrentThresholdNet(1, [(OR(1), [0])]).run([0]), ValueError, r"inputs have shape \(\)"),
    ],
)
def test_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
