"""All nets that dropout makes of one, gone through by hand, and what sampling them gives."""

from __future__ import annotations

import math
import random
from itertools import product
from typing import Any

import numpy as np
import pytest

import nn
from nn.ensembles import Ensemble, SubNetworks, mc_dropout, subnetworks


def σ(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


def unit(n: int, p: float = 0.5, inverted: bool = False, seed: int = 0) -> nn.Sequential:
    """A sigmoid unit behind dropout, with weights from -1 to 1."""
    made = nn.Sequential(nn.Dropout(p, inverted=inverted), nn.Linear(n, 1), nn.Sigmoid())
    rng = random.Random(seed)
    made[1].weight.data, made[1].bias.data = [[rng.uniform(-1.0, 1.0) for _ in range(n)]], [rng.uniform(-1.0, 1.0)]
    return made


def example(n: int, seed: int) -> list[float]:
    rng = random.Random(100 + seed)
    return [rng.uniform(-1.0, 1.0) for _ in range(n)]


@pytest.mark.parametrize("p", [0.25, 0.5])
@pytest.mark.parametrize("inverted", [True, False], ids=["inverted", "decks"])
def test_each_mask_is_there_once_with_its_probability(p: float, inverted: bool) -> None:
    model, x = unit(3, p, inverted), example(3, 0)
    (w,), (b,) = model[1].weight.data, model[1].bias.data
    scale = 1.0 / (1.0 - p) if inverted else 1.0
    expected = sorted(
        (σ(b + scale * float(np.dot(np.multiply(w, x), mask))), math.prod(1.0 - p if m else p for m in mask))
        for mask in product((0, 1), repeat=3)
    )
    found = subnetworks(model, x)
    assert np.array(sorted(zip(found.outputs[:, 0], found.probabilities, strict=True))) == pytest.approx(np.array(expected), rel=1e-14)


@pytest.mark.parametrize("n", range(1, 11))
def test_the_normalised_geometric_mean_of_all_is_the_sigmoid_of_the_mean_input(n: int) -> None:
    model, x = unit(n, seed=n), example(n, n)
    (w,), (b,) = model[1].weight.data, model[1].bias.data
    exact = σ(math.fsum([b, *(0.5 * wi * xi for wi, xi in zip(w, x, strict=True))]))
    found = subnetworks(model, x)
    assert len(found.outputs) == 2**n
    assert abs(found.normalised_geometric_mean()[0] - exact) <= 1e-15
    assert abs(model.eval()(x)[0].item() - exact) <= 1e-15


def test_by_hand_for_one_input() -> None:
    """Outputs a = σ(0) = 1/2 and b = σ(z): √(ab) / (√(ab) + √((1-a)(1-b))) = σ(z/2)."""
    model = unit(1)
    model[1].weight.data, model[1].bias.data = [[2.0]], [0.0]
    a, b = 0.5, σ(6.0)
    up, down = math.sqrt(a * b), math.sqrt((1.0 - a) * (1.0 - b))
    assert subnetworks(model, [3.0]).normalised_geometric_mean()[0] == pytest.approx(up / (up + down), rel=1e-15)
    assert up / (up + down) == pytest.approx(σ(3.0), rel=1e-14)
    assert up < 0.9 * up / (up + down)  # the geometric mean that is not normalised is another number


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("inverted", [True, False], ids=["inverted", "decks"])
def test_a_softmax_layer_has_it_too_and_weighted_by_probability_at_every_p(p: float, inverted: bool) -> None:
    model = nn.Sequential(nn.Dropout(p, inverted=inverted), nn.Linear(5, 3, rng=1), nn.Softmax())
    x = example(5, 7)
    found = subnetworks(model, x).normalised_geometric_mean()
    assert np.abs(found - [v.item() for v in model.eval()(x)]).max() <= 1e-15


def test_half_the_weights_are_the_plain_geometric_mean_of_2_to_the_n_models_at_p_one_half_only() -> None:
    """All 2ⁿ models alike, as the decks have them: right at p = 0.5, wrong at p = 0.2."""
    for p, right in ((0.5, True), (0.2, False)):
        model, x = unit(4, p), example(4, 4)
        found = subnetworks(model, x)
        alike = SubNetworks(found.outputs, np.full(16, 1.0 / 16.0)).normalised_geometric_mean()[0]
        assert (abs(alike - model.eval()(x)[0].item()) <= 1e-15) == right


def test_neither_the_arithmetic_mean_nor_two_layers_have_it() -> None:
    one, x = unit(4), example(4, 4)
    one[1].weight.data = [[3.0, -2.0, 4.0, 2.0]]
    assert abs(subnetworks(one, x).mean()[0] - one.eval()(x)[0].item()) > 0.01
    two = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Sigmoid(), nn.Dropout(0.5), nn.Linear(3, 3, rng=1), nn.Sigmoid(), nn.Dropout(0.5),
                        nn.Linear(3, 1, rng=2), nn.Sigmoid())
    for layer in (two[0], two[3], two[6]):
        layer.weight.data = layer.weight.data * 8.0
    found = subnetworks(two, x)
    assert len(found.outputs) == 64
    assert abs(found.normalised_geometric_mean()[0] - two.eval()(x)[0].item()) > 1e-4


def test_sampling_goes_to_the_arithmetic_mean_over_all() -> None:
    model, x, n = unit(4), example(4, 4), 4_000
    model[0].rng = random.Random(0)
    model[1].weight.data = [[3.0, -2.0, 4.0, 2.0]]
    every = subnetworks(model, x)
    mean = every.mean()[0]
    spread = math.sqrt(every.probabilities @ (every.outputs[:, 0] - mean) ** 2)
    found = mc_dropout(model, x, n)
    assert abs(found.mean[0] - mean) <= 6.0 * spread / math.sqrt(n)
    assert found.spread[0] == pytest.approx(spread, rel=0.05)
    assert abs(found.mean[0] - model.eval()(x)[0].item()) > 6.0 * spread / math.sqrt(n)


def test_only_dropout_drops_and_everything_is_left_as_it_was() -> None:
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(0.5, rng=0), nn.Linear(2, 1, rng=0))
    model.eval()
    model[0].train()
    before, source = {key: np.array(x) for key, x in model.state_dict().items()}, model[1].rng
    mc_dropout(model, [[1.0, 2.0], [3.0, 4.0]], n=3)
    subnetworks(model, [1.0, 2.0])
    assert all(np.array_equal(x, before[key]) for key, x in model.state_dict().items())
    assert [module.training for module in model] == [True, False, False]
    assert model[1].rng is source


def test_every_example_of_a_batch_has_masks_of_its_own() -> None:
    found = mc_dropout(nn.Dropout(0.5, rng=0), np.ones((50, 1)), n=8)
    assert found.mean.shape == found.spread.shape == (50, 1)
    assert len(set(found.mean.ravel().tolist())) > 3


def test_a_probability_of_nought_and_outputs_of_nought_are_no_obstacle() -> None:
    model = unit(3, p=0.0)
    assert subnetworks(model, [1.0, 2.0, 3.0]).normalised_geometric_mean()[0] == pytest.approx(model.eval()([1.0, 2.0, 3.0])[0].item())
    assert SubNetworks(np.array([0.0, 0.5]), np.array([0.5, 0.5])).normalised_geometric_mean() == 0.0


class Branching(nn.Module):
    """A net that no trace can follow, because it looks at a number."""

    def __init__(self) -> None:
        super().__init__()
        self.drop = nn.Dropout(0.5, rng=0)

    def forward(self, input: Any) -> Any:
        dropped = self.drop(input)
        return dropped if dropped.ravel()[0] >= 0.0 else -abs(dropped)


class Centred(Branching):
    """A net whose answer to an example depends on the others."""

    def forward(self, input: Any) -> Any:
        return self.drop(input) - np.mean(input)


def plain() -> nn.Module:
    return nn.Sequential(nn.Dropout(0.5, rng=0))


@pytest.mark.parametrize("make", [Branching, Centred, plain], ids=["branching", "centred", "traced"])
def test_with_and_without_a_program_the_answers_are_those_of_the_net(make: Any) -> None:
    """Ones and threes that are dropped half of the time: each answer is 0 or twice the number, less what is centred."""
    X, n = np.array([[1.0], [3.0]]), 400
    off = 2.0 if make is Centred else 0.0
    found = mc_dropout(make(), X, n)
    assert (np.abs(found.mean + off - X) <= 6.0 * X / math.sqrt(n)).all()
    assert found.spread == pytest.approx(X, rel=0.1)
    assert Ensemble([make(), make()])(X) == pytest.approx(X - off)


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda: subnetworks(nn.Linear(2, 1), [1.0, 2.0]), ValueError, r"subnetworks: there is no nn\.Dropout in this Linear"),
        (lambda: subnetworks(None, [1.0]), TypeError, r"subnetworks: the model is None"),
        (lambda: subnetworks(unit(20), [1.0] * 20), ValueError, r"20 numbers can be dropped, which makes 2\^20 nets"),
        (lambda: mc_dropout(unit(2), [1.0, 2.0], n=0), ValueError, "mc_dropout: n is 0"),
        (lambda: mc_dropout(print, [1.0, 2.0]), TypeError, "mc_dropout: the model is <built-in"),
    ],
    ids=["no dropout", "no module", "too many", "no answers", "a function"],
)
def test_what_cannot_be_done_is_refused(act: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        act()
