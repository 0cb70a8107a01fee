"""Where the lecture decks print something else than these functions say: the right number beside the printed one."""

import math

import pytest

import nn
import optim
from autograd import Value, gradients
from nn import functional as F

Y = (10.2, 3.5, 7.1, 14.5, 17.2, 9.5, 2.7, 11.5, 5.9, 15.3)
PREDICTED = (9.4, 1.7, 6.9, 15.4, 18.4, 11.3, 2.5, 11.1, 6.7, 15.2)


@pytest.mark.parametrize("alpha", [1.0, 1.5])
def test_elu_is_not_a_maximum(alpha):
    """max(α(eᶻ - 1), z) leaves the line above 0 for α ≥ 1: eᶻ - 1 > z there. The two pieces meet at 0 and take a side each."""
    for z in (0.1, 1.0, 3.0):
        assert F.elu(z, alpha) == z
        assert max(alpha * math.expm1(z), z) > z
    for z in (-0.1, -1.0, -3.0):
        assert F.elu(z, alpha) == pytest.approx(alpha * math.expm1(z), rel=1e-15)


def test_the_maximum_is_wrong_below_zero_for_a_small_alpha_too():
    """For α < 1, α(eᶻ - 1) > z below 0, so there the form holds; above 0 it fails as soon as α(eᶻ - 1) overtakes z."""
    for z in (-2.0, -0.5):
        assert max(0.5 * math.expm1(z), z) == F.elu(z, 0.5)
    assert max(0.5 * math.expm1(2.0), 2.0) > F.elu(2.0, 0.5) == 2.0


@pytest.mark.parametrize(("slope", "holds"), [(0.01, True), (1.0, True), (1.5, False)], ids=["0.01", "1", "1.5"])
def test_the_maximum_form_of_the_leaky_relu_holds_up_to_slope_1(slope, holds):
    points = (-3.0, -0.5, 0.0, 0.5, 3.0)
    assert all(F.leaky_relu(z, slope) == max(slope * z, z) for z in points) == holds


class TestMeans:
    """Slides write the gradient of a batch as a sum. Means are meant, or else the learning rate depends on how many there are."""

    def test_twice_the_same_data_have_the_same_gradient(self):
        x, y = [0.5, -1.0, 2.0], [1.0, 0.0, -1.0]

        def slope(repeats, reduction):
            w = Value(0.7)
            loss = F.mse_loss([w * xi for xi in x * repeats], y * repeats, reduction=reduction)
            return gradients(loss, [w])[0].item()

        by_hand = sum(2.0 * (0.7 * xi - yi) * xi for xi, yi in zip(x, y, strict=True))
        assert slope(1, "mean") == pytest.approx(by_hand / 3.0, rel=1e-14)
        assert slope(10, "mean") == pytest.approx(by_hand / 3.0, rel=1e-14)
        assert slope(10, "sum") == pytest.approx(10.0 * by_hand, rel=1e-14)

    def test_a_rate_that_suits_the_mean_blows_up_with_the_sum(self):
        """y = 2x at 100 points in (0, 1]: curvature 2·mean x² = 0.68 for the mean, 67.7 for the sum; descent needs lr below 2 over it."""
        x = [[k / 100.0] for k in range(1, 101)]
        y = [[2.0 * xi] for [xi] in x]
        ends = {}
        for reduction in ("mean", "sum"):
            line = nn.Linear(1, 1, bias=False, rng=0)
            descent = optim.SGD(line.parameters(), lr=0.5)
            for _ in range(30):
                descent.zero_grad()
                F.mse_loss(line(x), y, reduction=reduction).backward()
                descent.step()
            ends[reduction] = abs(line.weight.data.item() - 2.0)
        assert ends["mean"] < 1e-4
        assert ends["sum"] > 1e20


def test_three_numbers_of_the_slides():
    """Slides have 1.64 for -ln 0.2, 1.02 for the squared errors, and another hidden code for (0, 1) in the net that knows XOR."""
    assert round(F.binary_cross_entropy(0.2, 1.0).item(), 3) == 1.609
    assert round(F.mse_loss(PREDICTED, Y).item(), 6) == 1.026
    first, second = nn.Perceptron(2, weights=[-0.5, 1.0, -1.0]), nn.Perceptron(2, weights=[-0.5, -1.0, 1.0])
    codes = {(a, b): (first([a, b]), second([a, b])) for a in (0, 1) for b in (0, 1)}
    assert codes == {(0, 0): (0, 0), (0, 1): (0, 1), (1, 0): (1, 0), (1, 1): (0, 0)}
