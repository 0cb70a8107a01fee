"""First steps worked out on paper, and the ways in which lecture decks write the rules wrongly."""

from __future__ import annotations

import math

import pytest

import optim
from tests.optim.leaves import Leaf, fed

LABELS = (1, -1, 1, -1, 1, -1, 1, -1)
FEATURES = (
    (1.0, 0.5, -0.5, 0.0, 0.5, 1.0, -1.0, -0.5),
    (0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
    (0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
)


def one_pass(optimizer: type[optim.Optimizer]) -> list[float]:
    """The weights after one pass over Duchi's eight examples with the hinge loss."""
    weights = [Leaf(0.0), Leaf(0.0), Leaf(0.0)]
    stepper = optimizer(weights, lr=1.0)
    for y, *φ in zip(LABELS, *FEATURES, strict=True):
        margin = y * sum(w.data * x for w, x in zip(weights, φ, strict=True))
        for w, x in zip(weights, φ, strict=True):
            w.grad = -y * x if margin < 1.0 else 0.0
        stepper.step()
    return [w.data for w in weights]


def test_adagrad_gives_duchis_rare_features_more_weight_than_the_frequent_one() -> None:
    assert one_pass(optim.Adagrad) == pytest.approx([0.20816, 1.0, -1.70711], rel=0, abs=5e-6)


def test_plain_descent_on_the_same_examples() -> None:
    assert one_pass(optim.SGD) == [0.0, 1.0, -2.0]


DEFAULTS = {
    "Adagrad": {"lr": 0.01, "eps": 1e-10},
    "RMSprop": {"lr": 0.01, "alpha": 0.99, "eps": 1e-8, "centered": False, "momentum": 0.0},
    "Adadelta": {"lr": 1.0, "rho": 0.9, "eps": 1e-6},
    "Adam": {"lr": 0.001, "betas": (0.9, 0.999), "eps": 1e-8, "amsgrad": False},
    "AdamW": {"lr": 0.001, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01},
    "NAdam": {"lr": 0.002, "betas": (0.9, 0.999), "momentum_decay": 0.004},
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_settings_that_are_not_given_have_their_usual_values(name: str) -> None:
    group = getattr(optim, name)([Leaf(0.0)]).param_groups[0]
    assert {key: group[key] for key in DEFAULTS[name]} == DEFAULTS[name]


@pytest.mark.parametrize("g", [1e-6, 1.0, -3.0])
def test_rmsprops_first_step_has_eps_outside_the_root(g: float) -> None:
    leaf = Leaf(0.0)
    assert fed(optim.RMSprop([leaf], lr=1.0), leaf, [g]) == [pytest.approx(-g / (0.1 * abs(g) + 1e-8), rel=1e-15)]


def test_with_eps_inside_the_root_the_first_step_at_a_small_gradient_is_900_times_shorter() -> None:
    leaf, g = Leaf(0.0), 1e-6
    ours = fed(optim.RMSprop([leaf], lr=1.0), leaf, [g])[0]
    decks = -g / math.sqrt(0.01 * g * g + 1e-8)
    assert 900.0 < ours / decks < 910.0


@pytest.mark.parametrize("t", [1, 2, 10, 1000])
def test_adams_corrections_make_a_constant_gradient_a_constant_step(t: int) -> None:
    """m̂ = g and v̂ = g² at every t. With 1-β in place of 1-βᵗ that holds at t = 1 only, and without corrections never."""
    leaf, g, eps = Leaf(0.0), 0.3, 1e-8
    path = [0.0, *fed(optim.Adam([leaf], lr=1.0, eps=eps), leaf, [g] * t)]
    assert path[-2] - path[-1] == pytest.approx(g / (g + eps), rel=1e-10)


def test_adams_first_moment_remembers_itself() -> None:
    leaf = Leaf(0.0)
    optimizer = optim.Adam([leaf], betas=(0.5, 0.75))
    fed(optimizer, leaf, [2.0, 4.0])
    assert optimizer.state[leaf]["exp_avg"] == 0.5 * (0.5 * 2.0) + 0.5 * 4.0
    assert optimizer.state[leaf]["exp_avg_sq"] == 0.75 * (0.25 * 4.0) + 0.25 * 16.0


def test_amsgrad_keeps_the_largest_second_moment() -> None:
    leaf = Leaf(0.0)
    optimizer = optim.Adam([leaf], betas=(0.0, 0.5), amsgrad=True)
    fed(optimizer, leaf, [4.0, 0.0])
    assert optimizer.state[leaf]["exp_avg_sq"] == 4.0
    assert optimizer.state[leaf]["max_exp_avg_sq"] == 8.0


def test_adamws_decay_does_not_depend_on_the_gradient() -> None:
    """Where the gradient is 0, AdamW shrinks by 1 - lr λ, and Adam takes a whole step of lr against the sign."""
    decoupled, coupled = Leaf(1.0), Leaf(1.0)
    assert fed(optim.AdamW([decoupled], lr=0.25, weight_decay=0.5), decoupled, [0.0]) == [0.875]
    assert fed(optim.Adam([coupled], lr=0.25, weight_decay=0.5), coupled, [0.0]) == [pytest.approx(0.75, rel=1e-7)]


def test_adadeltas_first_step_is_the_root_of_eps_over_that_of_a_tenth() -> None:
    leaf = Leaf(0.0)
    assert fed(optim.Adadelta([leaf]), leaf, [1.0]) == [pytest.approx(-math.sqrt(1e-6 / (0.1 + 1e-6)), rel=1e-15)]


def test_nadams_first_step() -> None:
    """At t = 1 m = 0.1 g and √v̂ = |g|, so the step is lr (1 + 0.1 μ₂ / (1 - μ₁ μ₂))."""
    leaf = Leaf(0.0)
    μ1, μ2 = (0.9 * (1.0 - 0.5 * 0.96 ** (t * 0.004)) for t in (1, 2))
    expected = -(1.0 + 0.1 * μ2 / (1.0 - μ1 * μ2))
    assert fed(optim.NAdam([leaf], lr=1.0, eps=1e-300), leaf, [5.0]) == [pytest.approx(expected, rel=1e-14)]


def test_adagrads_rate_falls_as_its_decay_says() -> None:
    """With an accumulator that dwarfs g² each step is lr_t g / 1000."""
    leaf = Leaf(0.0)
    path = fed(optim.Adagrad([leaf], lr=1.0, lr_decay=1.0, initial_accumulator_value=1e6), leaf, [1e-3] * 3)
    assert path == pytest.approx([-1e-6, -1.5e-6, -1e-6 * (1 + 1 / 2 + 1 / 3)], rel=1e-12)


def test_weight_decay_is_the_slope_of_half_lambda_w_squared() -> None:
    """w - lr (g + λ w), and not w - lr g - λ w as decks write."""
    leaf = Leaf(2.0)
    assert fed(optim.SGD([leaf], lr=0.5, weight_decay=0.25), leaf, [1.0]) == [2.0 - 0.5 * (1.0 + 0.25 * 2.0)]


def test_centred_rmsprop_loses_its_root_on_a_gradient_that_never_changes() -> None:
    """v - m² tends to 0 and rounding takes it below: at g = 0.1 PyTorch's w is nan after 3226 steps, and so is ours."""
    leaf = Leaf(0.0)
    path = fed(optim.RMSprop([leaf], lr=1e-6, centered=True), leaf, [0.1] * 3226)
    assert [math.isnan(x) for x in path].index(True) == 3225
