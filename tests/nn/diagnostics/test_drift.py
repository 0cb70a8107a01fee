"""A bias under a normalisation: it runs away where the gradient does not know of the mean, and nowhere else."""

import numpy as np
import pytest

from nn.diagnostics import bias_drift
from tests.support import EPS

U, T = [1.5, -0.5, 4.0, 2.0], [1.0, -2.0, 0.5, 3.5]


def test_a_bias_left_out_of_the_gradient_grows_without_bound_and_the_loss_stays():
    drift = bias_drift(U, T, lr=0.1, steps=1000)
    centred = np.array(U) - np.mean(U)
    assert drift.loss[0] == pytest.approx(np.mean((centred - T) ** 2), rel=4 * EPS)
    # Each step moves b by lr · 2 mean t = 0.1 · 2 · 0.75.
    assert np.allclose(drift.bias, 0.15 * np.arange(1001), rtol=1e-12)
    assert np.ptp(drift.loss) <= 1e-13 * drift.loss[0]


def test_ten_times_the_steps_make_ten_times_the_bias():
    assert bias_drift(U, T, steps=1000).bias[-1] == pytest.approx(10 * bias_drift(U, T, steps=100).bias[-1], rel=1e-12)


def test_a_gradient_through_the_mean_leaves_the_bias_alone():
    drift = bias_drift(U, T, lr=0.1, steps=1000, through_mean=True)
    assert np.abs(drift.bias).max() <= 1000 * 4 * EPS
    assert np.ptp(drift.loss) <= 1e-13 * drift.loss[0]


def test_it_starts_at_nought_and_tells_of_every_step():
    drift = bias_drift(U, T, steps=3)
    assert drift.bias[0] == 0.0
    assert len(drift.bias) == len(drift.loss) == 4


@pytest.mark.parametrize(("args", "kind", "message"), [
    ({"t": [1.0]}, ValueError, r"bias_drift: u has shape \(4,\) and t \(1,\)"),
    ({"u": [[1.0]], "t": [[1.0]]}, ValueError, r"bias_drift: u has shape \(1, 1\)"),
    ({"u": [], "t": []}, ValueError, r"bias_drift: u has shape \(0,\)"),
    ({"u": "four"}, TypeError, "bias_drift: u: 'four'"),
    ({"lr": "slow"}, TypeError, "bias_drift: lr is 'slow'"),
    ({"steps": 0}, ValueError, "bias_drift: steps is 0"),
    ({"through_mean": 1}, TypeError, "bias_drift: through_mean is 1"),
], ids=["short", "square", "empty", "text", "lr", "steps", "flag"])
def test_bad_input_is_refused(args, kind, message):
    with pytest.raises(kind, match=message):
        bias_drift(**{"u": U, "t": T, **args})
