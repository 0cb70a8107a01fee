"""Losses as negative log-likelihoods: the product of probabilities on one side, the loss on the other, gradients included."""

import math
import random

import mpmath as mp
import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Value, gradients, values
from nn import functional as F
from nn import likelihood
from tests.nn.recorded import flat
from tests.support import digits, ulps

r = random.Random(9)
MEANS, TARGETS = [r.gauss(0.0, 1.0) for _ in range(7)], [r.gauss(0.0, 1.0) for _ in range(7)]
VARIANCES = [r.uniform(0.3, 2.0) for _ in range(7)]
CHANCES, ANSWERS = [r.uniform(0.1, 0.9) for _ in range(7)], [float(r.random() < 0.5) for _ in range(7)]
LOGITS, CLASSES = [[r.gauss(0.0, 1.0) for _ in range(3)] for _ in range(5)], [r.randrange(3) for _ in range(5)]
ONE_HOT = [[float(j == c) for j in range(3)] for c in CLASSES]


def leaves(numbers):
    return [Value(x) for x in numbers]


def require_same(first, second, inputs, factor=1.0):
    """Equal values, and gradients that are `factor` of each other."""
    for g, other in zip(gradients(first, inputs), gradients(second, inputs), strict=True):
        assert g.item() == pytest.approx(factor * other.item(), rel=1e-13, abs=1e-15)


def test_gaussian_of_fixed_variance_is_the_squared_error_up_to_a_factor_and_a_constant():
    for v in (0.25, 1.0, 3.0):
        μ = leaves(MEANS)
        surprise, squares = -likelihood.gaussian(μ, TARGETS, v).log(), F.mse_loss(μ, TARGETS)
        factor = 7 / (2.0 * v)
        assert surprise.item() == pytest.approx(factor * squares.item() + 3.5 * math.log(2.0 * math.pi * v), rel=1e-13)
        require_same(surprise, squares, μ, factor)


def test_gaussian_with_a_variance_of_its_own_for_each_is_gaussian_nll():
    μ, v = leaves(MEANS), leaves(VARIANCES)
    surprise, loss = -likelihood.gaussian(μ, TARGETS, v).log(), F.gaussian_nll_loss(μ, TARGETS, v, full=True, reduction="sum")
    assert surprise.item() == pytest.approx(loss.item(), rel=1e-13)
    require_same(surprise, loss, μ + v)


def test_bernoulli_is_binary_cross_entropy():
    p = leaves(CHANCES)
    surprise, loss = -likelihood.bernoulli(p, ANSWERS).log(), F.binary_cross_entropy(p, ANSWERS, reduction="sum")
    assert surprise.item() == pytest.approx(loss.item(), rel=1e-13)
    require_same(surprise, loss, p)


def test_bernoulli_behind_a_sigmoid_is_binary_cross_entropy_from_logits():
    x = leaves(MEANS)
    surprise, loss = -likelihood.bernoulli(F.sigmoid(x), ANSWERS).log(), F.binary_cross_entropy_with_logits(x, ANSWERS, reduction="sum")
    assert surprise.item() == pytest.approx(loss.item(), rel=1e-13)
    require_same(surprise, loss, x)


def test_several_labels_are_several_bernoullis():
    labels = [[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]]
    logits = [leaves(row) for row in LOGITS[:2]]
    surprise = -likelihood.bernoulli(F.sigmoid(logits), labels).log()
    loss = F.multilabel_soft_margin_loss(logits, labels, reduction="sum")
    assert surprise.item() == pytest.approx(3.0 * loss.item(), rel=1e-13)
    require_same(surprise, loss, flat(logits), 3.0)


@pytest.mark.parametrize("loss", [
    lambda x: F.categorical_cross_entropy(F.softmax(x), ONE_HOT, reduction="sum"),
    lambda x: F.cross_entropy(x, CLASSES, reduction="sum"),
    lambda x: F.cross_entropy(x, ONE_HOT, reduction="sum"),
    lambda x: F.nll_loss(F.log_softmax(x), CLASSES, reduction="sum"),
], ids=["probabilities", "logits", "logits and one-hot", "log-probabilities"])
def test_categorical_is_cross_entropy(loss):
    logits = [leaves(row) for row in LOGITS]
    surprise = -likelihood.categorical(F.softmax(logits), ONE_HOT).log()
    assert surprise.item() == pytest.approx(loss(logits).item(), rel=1e-13)
    require_same(surprise, loss(logits), flat(logits))


def test_densities_are_mpmaths():
    with digits(40):
        exact = mp.fprod(mp.npdf(mp.mpf(y), m, mp.sqrt(mp.mpf(v))) for m, y, v in zip(MEANS, TARGETS, VARIANCES, strict=True))
    assert ulps(likelihood.gaussian(MEANS, TARGETS, VARIANCES).item(), exact) <= 20.0


def test_a_long_product_rounds_to_0_and_the_loss_does_not():
    """2000 even chances: 2⁻²⁰⁰⁰ is below the smallest float; -ln is 2000 ln 2."""
    p, y = [0.5] * 2000, [1.0] * 2000
    assert likelihood.bernoulli(p, y).item() == 0.0
    assert F.binary_cross_entropy(p, y, reduction="sum").item() == pytest.approx(2000.0 * math.log(2.0), rel=1e-12)


def test_single_numbers_are_taken():
    assert likelihood.gaussian(Value(1.0), 1.0, 1.0).item() == pytest.approx(1.0 / math.sqrt(2.0 * math.pi))
    assert likelihood.bernoulli(Value(0.25), 1.0).item() == 0.25
    assert likelihood.categorical([0.25, 0.75], [0.0, 1.0]).item() == 0.75


class TestLearnedVariance:
    def test_the_best_constant_variance_is_the_mean_squared_error(self):
        """∂/∂σ² Σ [½ ln σ² + e²/2σ²] = 0 at σ² = Σ e²/n; found by descent through a softplus."""
        s = Value(0.0)
        descent = optim.SGD([s], lr=0.5)
        for _ in range(300):
            descent.zero_grad()
            F.gaussian_nll_loss(MEANS, TARGETS, F.softplus(s)).backward()
            descent.step()
        assert F.softplus(s).item() == pytest.approx(F.mse_loss(MEANS, TARGETS).item(), rel=1e-9)

    @staticmethod
    def loss(outputs, y):
        """Outputs: the mean, and what a softplus turns into the variance."""
        return F.gaussian_nll_loss(outputs[..., :1], y, F.softplus(outputs[..., 1:]) + 1e-6)

    def test_a_softplus_head_recovers_a_variance_that_depends_on_the_input(self):
        """2000 draws of y = x + (0.2 + 0.4 [x > 0]) ε, binned: a variance from n draws has a standard error of √(2/n) of itself."""
        source = np.random.default_rng(0)
        x = np.repeat([[-1.0], [1.0]], 1000, axis=0)
        y = x + np.where(x > 0.0, 0.6, 0.2) * source.standard_normal(x.shape)
        head = nn.Linear(1, 2, rng=0)
        history = nn.fit(head, x, y, loss=self.loss, optimizer=optim.Adam(head.parameters(), lr=0.03), epochs=600, batch_size=2000)
        assert not history.executor.startswith("eager")
        outputs = head([[-1.0], [1.0]])
        assert values(outputs[:, 0]) == pytest.approx([y[x < 0].mean(), y[x > 0].mean()], rel=1e-4)
        found = values(F.softplus(outputs[:, 1]))
        assert found == pytest.approx([y[x < 0].var(), y[x > 0].var()], rel=1e-4)
        assert found == pytest.approx([0.04, 0.36], rel=5.0 * math.sqrt(2.0 / 1000.0))


@pytest.mark.parametrize(("call", "kind", "message"), [
    (lambda: likelihood.gaussian([1.0, 2.0], [1.0], 1.0), ValueError, "targets have shape"),
    (lambda: likelihood.gaussian([1.0, 2.0], [1.0, 2.0], [1.0]), ValueError, "gaussian: variance"),
    (lambda: likelihood.gaussian([1.0, 2.0], [1.0, 2.0], [1.0, 0.0]), ValueError, "a variance is 0.0, and must be above 0"),
    (lambda: likelihood.bernoulli([1.5], [1.0]), ValueError, "Put logits through a sigmoid first"),
    (lambda: likelihood.bernoulli([0.5], [2.0]), ValueError, "Use 1 for yes and 0 for no"),
    (lambda: likelihood.categorical([2.0, -1.0], [1.0, 0.0]), ValueError, "Put logits through a softmax first"),
    (lambda: likelihood.categorical([], []), ValueError, "no members"),
    (lambda: likelihood.bernoulli(["a"], [1.0]), TypeError, "bernoulli: input"),
], ids=["shapes", "variances", "no variance", "logits", "target", "class logits", "nothing", "text"])
def test_what_does_not_fit_is_refused(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_gradients_of_the_product_itself():
    autograd.gradcheck(lambda *p: likelihood.bernoulli(list(p), [1.0, 0.0, 1.0]), [0.3, 0.6, 0.8])
    autograd.gradcheck(lambda m, v: likelihood.gaussian([m], [0.5], [v]), [0.2, 0.7])
