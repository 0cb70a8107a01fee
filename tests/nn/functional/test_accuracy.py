"""The share of right answers, counted by hand."""

import numpy as np
import pytest

import nn
from autograd import Value
from nn.functional import accuracy

CASES = {
    "classes": (([[2, 1, 0], [0, 1, 5], [0, 3, 1], [1, 0, 0]], [0, 2, 2, 1]), 0.5),
    "one-hot rows": (([[2, 1], [0, 1]], [[1, 0], [1, 0]]), 0.5),
    "probabilities": (([0.6, 0.5, 0.2], [1, 1, 0]), 2 / 3),
    "a column": (([[0.6], [0.1], [0.2]], [[1], [0], [1]]), 2 / 3),
    "a column against a row": (([[0.6], [0.1]], [1, 0]), 1.0),
    "signs": (([0.4, -0.1, -3.0], [1, 1, -1], 0.0), 2 / 3),
    "logits": (([0.4, -0.1], [1, 0], 0.0), 1.0),
}


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES)
def test_it_is_the_share_counted_by_hand(given, expected):
    assert accuracy(*given) == expected


def test_outputs_of_a_net_are_taken_as_they_are():
    model = nn.MLP(2, [3, 3], rng=0)
    outputs = model(np.ones((4, 2)))
    best = int(np.argmax([v.data for v in outputs[0]]))
    assert accuracy(outputs, [best] * 3 + [(best + 1) % 3]) == 0.75
    assert accuracy([Value(0.9)], [1]) == 1.0


WRONG = {
    "targets of another length": (([[1.0, 2.0]] * 3, [1, 1]), ValueError, r"\(3, 2\) and the targets \(2,\)"),
    "a single number": ((0.5, 1.0), ValueError, "for each example"),
    "no examples": (([], []), ValueError, "for each example"),
    "text": ((["yes"], [1]), TypeError, "accuracy: input"),
    "a threshold that is none": (([0.5], [1], None), TypeError, "threshold"),
}


@pytest.mark.parametrize(("given", "error", "message"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_refused(given, error, message):
    with pytest.raises(error, match=message):
        accuracy(*given)
