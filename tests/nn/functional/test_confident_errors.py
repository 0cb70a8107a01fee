"""What a confident error costs: cross-entropy beside the absolute and the squared error, for y = 1."""

import pytest

from autograd import Value, gradients
from nn import functional as F

LOSSES = {"binary_cross_entropy": F.binary_cross_entropy, "l1_loss": F.l1_loss, "mse_loss": F.mse_loss}
TABLE = {  # p: the three losses, and their slopes by p
    0.9: ([0.105361, 0.1, 0.01], [-1.111111, -1.0, -0.2]),
    0.5: ([0.693147, 0.5, 0.25], [-2.0, -1.0, -1.0]),
    0.2: ([1.609438, 0.8, 0.64], [-5.0, -1.0, -1.6]),
    0.01: ([4.605170, 0.99, 0.9801], [-100.0, -1.0, -1.98]),
}


@pytest.mark.parametrize("p", TABLE)
def test_losses_and_slopes_are_those_of_the_table(p):
    for loss, cost, slope in zip(LOSSES.values(), *TABLE[p], strict=True):
        leaf = Value(p)
        found = loss(leaf, 1.0)
        assert round(found.item(), 6) == cost
        assert round(gradients(found, [leaf])[0].item(), 6) == slope


def test_only_cross_entropy_has_no_largest_cost():
    for p in (1e-3, 1e-9, 1e-30):
        assert F.l1_loss(p, 1.0).item() <= 1.0
        assert F.mse_loss(p, 1.0).item() <= 1.0
    assert F.binary_cross_entropy(1e-30, 1.0).item() == pytest.approx(69.0776, abs=1e-4)


@pytest.mark.parametrize(("name", "slope"), [("binary_cross_entropy", -1.0), ("l1_loss", -4.53978e-05), ("mse_loss", -9.07914e-05)])
def test_behind_a_sigmoid_only_cross_entropy_pulls_at_a_confident_error(name, slope):
    """At the logit -10: σ' = 4.5e-5 takes the others' gradient, while 1/p makes up for it."""
    logit = Value(-10.0)
    LOSSES[name](F.sigmoid(logit), 1.0).backward()
    assert logit.grad == pytest.approx(slope, rel=1e-4)
