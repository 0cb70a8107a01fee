"""How large the noise on gradients is, and where it goes."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Value
from nn.utils import GradientNoise, add_gradient_noise_


def with_gradient(g: Any) -> nn.Parameter:
    w = nn.Parameter(np.zeros(np.shape(g)))
    w.grad = g
    return w


@pytest.mark.parametrize("t", [0, 1, 9, 1000])
def test_the_spread_is_the_papers(t: int) -> None:
    n, η = 20_000, 0.3
    w = with_gradient(np.full(n, 5.0))
    σ = add_gradient_noise_([w], t, η, rng=t)
    assert σ == pytest.approx(math.sqrt(η / (1 + t) ** 0.55), rel=1e-15)
    noise = w.grad - 5.0
    assert abs(noise.mean()) <= 6.0 * σ / math.sqrt(n)  # six standard errors
    assert abs(noise.std() - σ) <= 6.0 * σ / math.sqrt(2 * n)


def test_numbers_by_hand() -> None:
    assert add_gradient_noise_([with_gradient([1.0])], t=0, eta=0.25) == 0.5
    assert add_gradient_noise_([with_gradient([1.0])], t=99, eta=1.0, gamma=1.0) == pytest.approx(0.1, rel=1e-15)


def test_what_has_no_gradient_is_passed_over_and_no_noise_changes_nothing() -> None:
    w, v, u = with_gradient([[1.0, 2.0]]), Value(3.0), nn.Parameter([1.0])
    v.grad = 4.0
    add_gradient_noise_([w, v, u], t=0, eta=0.0)
    assert (w.grad.tolist(), v.grad, u.grad) == ([[1.0, 2.0]], 4.0, None)
    add_gradient_noise_(iter([w, v, u]), t=0, eta=0.1, rng=0)
    assert w.grad.tolist() != [[1.0, 2.0]]
    assert v.grad != 4.0
    assert u.grad is None


def test_the_callback_counts_the_steps() -> None:
    w, twin = with_gradient([1.0, 2.0]), with_gradient([1.0, 2.0])
    noise = GradientNoise(iter([w]), eta=0.3, rng=5)
    source = random.Random(5)
    for t in range(3):
        assert noise.sigma == pytest.approx(math.sqrt(0.3 / (1 + t) ** 0.55))
        noise.before_step()
        add_gradient_noise_([twin], t, 0.3, rng=source)
        assert w.grad.tolist() == twin.grad.tolist()


@pytest.mark.parametrize("compiled", [True, False], ids=["compiled", "eager"])
def test_fit_adds_it_between_gradient_and_step(compiled: bool) -> None:
    """With a gradient of 0 and lr 1 the weights after a step are minus the noise."""
    model, source = nn.Linear(1, 1, rng=0), random.Random(3)
    model.weight.data, model.bias.data = [[0.0]], [0.0]
    sgd = optim.SGD(model.parameters(), lr=1.0)
    nn.fit(model, [[0.0]], [[0.0]], loss=nn.MSELoss(), optimizer=sgd, epochs=1, batch_size=1, compiled=compiled,
           callbacks=[GradientNoise(model.parameters(), eta=0.3, rng=3)])
    expected = [-source.gauss(0.0, math.sqrt(0.3)) for _ in range(2)]
    assert [model.weight.item(), model.bias.item()] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda w: add_gradient_noise_([w], -1), ValueError, "add_gradient_noise_: t is -1"),
        (lambda w: add_gradient_noise_([w], 0.5), TypeError, r"t is 0\.5 \(float\)\. Give the number of the step"),
        (lambda w: add_gradient_noise_([w], 0, eta=-1.0), ValueError, r"eta is -1\.0"),
        (lambda w: add_gradient_noise_([w], 0, gamma="a"), TypeError, "gamma is 'a'"),
        (lambda w: add_gradient_noise_([w], 0, rng="a"), TypeError, "rng: 'a'"),
        (lambda w: add_gradient_noise_(nn.Linear(1, 1), 0), TypeError, r"Pass its \.parameters\(\)"),
        (lambda w: GradientNoise([w, 0.5]), TypeError, "GradientNoise: item 1 is 0.5"),
        (lambda w: GradientNoise([w], eta=-0.1), ValueError, r"eta is -0\.1"),
    ],
    ids=["before the first step", "half a step", "eta", "gamma", "rng", "a module", "no parameter", "eta of the callback"],
)
def test_what_cannot_be_meant_is_refused_and_no_gradient_has_changed(act: Any, error: type[Exception], message: str) -> None:
    w = with_gradient([1.0])
    with pytest.raises(error, match=message):
        act(w)
    assert w.grad.tolist() == [1.0]
