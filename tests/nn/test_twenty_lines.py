"""The net in twenty lines of numpy, and the same net on the graph: one loss curve."""

import inspect

import numpy as np
import pytest

import nn
import optim
from autograd import Value, gradients, trace
from nn import twenty_lines

START = twenty_lines.start()
SHOWN = {0: 30074.557, 99: 2280.238, 1999: 3.5006}


def compiled(steps):
    """The losses of the same net as modules, trained by a traced program."""
    x, y, w1, w2 = START
    net, squared = twenty_lines.as_net(w1, w2), nn.MSELoss(reduction="sum")
    program = trace(lambda x, y: 64.0 * squared(net(x), y), x[0], y[0])
    step = program.train_step(optim.SGD(net.parameters(), lr=1e-4))
    return [step(x, y) for _ in range(steps)]


def in_numpy(steps):
    return twenty_lines.in_numpy(*START, steps=steps)


def test_the_graph_gives_the_losses_that_were_derived_by_hand_and_both_those_of_the_lectures():
    """Both add the same products in another order, so 100 steps differ in the last digits only."""
    by_hand, on_graph = in_numpy(100), compiled(100)
    for losses in (by_hand, on_graph):
        assert {t: round(losses[t], 3) for t in (0, 99)} == {t: SHOWN[t] for t in (0, 99)}
    assert on_graph == pytest.approx(by_hand, rel=1e-11)


@pytest.mark.long
@pytest.mark.parametrize("losses", [in_numpy, compiled])
def test_after_2000_steps(losses):
    assert round(losses(2000)[1999], 4) == SHOWN[1999]


def test_the_loss_is_the_square_and_not_the_root():
    """The hand-derived gradient 2 (p - y) is that of Σ (p - y)². A slide prints np.sqrt: half of the errors have no root."""
    p, y = [Value(0.3), Value(-1.2)], [1.0, -2.0]
    squares = gradients(nn.functional.mse_loss(p, y, reduction="sum"), p)
    assert [g.item() for g in squares] == [2.0 * (0.3 - 1.0), 2.0 * (-1.2 + 2.0)]
    errors = 1.0 / (1.0 + np.exp(-START.x @ START.w1)) @ START.w2 - START.y
    with np.errstate(invalid="ignore"):
        roots = np.sqrt(errors)
    assert 0.4 < np.isnan(roots).mean() < 0.6
    assert twenty_lines.in_numpy(*START, steps=1)[0] == np.square(errors).sum()


def test_the_data_are_numpys_and_the_weights_are_not_changed():
    again = twenty_lines.start(0)
    drawn = np.random.default_rng(0).standard_normal(64000 + 640 + 100000 + 1000)
    assert np.array_equal(drawn, np.concatenate([a.ravel() for a in again]))
    twenty_lines.in_numpy(*again, steps=2)
    assert all(np.array_equal(a, b) for a, b in zip(again, twenty_lines.start(0), strict=True))


def test_it_is_twenty_lines_at_most():
    body = inspect.getsource(twenty_lines.in_numpy).split('"""')[-1].strip().splitlines()
    assert len(body) <= 20
