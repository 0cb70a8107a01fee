"""Heads: what stands at the end of a net, the range of its outputs, and the loss that belongs to it."""

import pytest

import nn
from autograd import Value, gradients, values
from nn import functional as F

SUMS = [-30.0, -2.0, -0.5, 0.0, 0.25, 3.0, 30.0]


def test_each_head_has_the_range_of_what_it_stands_for():
    chances, spreads, classes, numbers = (values(head(SUMS)) for head in (nn.Sigmoid(), nn.Softplus(), nn.Softmax(), nn.Identity()))
    assert (chances > 0.0).all()
    assert (chances < 1.0).all()
    assert (spreads > 0.0).all()
    assert (classes > 0.0).all()
    assert classes.sum() == pytest.approx(1.0, rel=1e-15)
    assert numbers.tolist() == SUMS


@pytest.mark.parametrize(("head", "loss", "targets"), [
    (F.identity, lambda y, t: 0.5 * F.mse_loss(y, t, reduction="sum"), [1.0, -2.0, 0.5]),
    (F.sigmoid, lambda y, t: F.binary_cross_entropy(y, t, reduction="sum"), [1.0, 0.0, 1.0]),
    (F.softmax, lambda y, t: F.categorical_cross_entropy(y, t, reduction="sum"), [0.0, 1.0, 0.0]),
], ids=["linear", "sigmoid", "softmax"])
def test_with_its_own_likelihood_the_error_term_of_a_head_is_output_minus_target(head, loss, targets):
    """The slope of the head cancels that of the logarithm, so no flat end is left between the error and the weights."""
    sums = [Value(s) for s in (0.3, -1.7, 2.2)]
    outputs = head(sums)
    slopes = [g.item() for g in gradients(loss(outputs, targets), sums)]
    assert slopes == pytest.approx([y - t for y, t in zip(values(outputs), targets, strict=True)], rel=1e-13)


def test_a_softplus_head_gives_a_variance_that_a_likelihood_can_use():
    for s in (-700.0, 0.0, 700.0):
        assert F.softplus(s) > 0.0
    v = Value(-3.0)
    F.gaussian_nll_loss(0.0, 1.0, F.softplus(v)).backward()
    assert v.grad < 0.0  # the error is far above the variance: it should grow
