"""Dropout, by going through every mask there is."""

import math
from itertools import product

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from tests.nn.measure import Scripted

X = [1.0, -2.0, 3.0]


def masks(p, n):
    """Every mask of n numbers: what the source must say for it, and its probability."""
    for kept in product((True, False), repeat=n):
        yield kept, [p if k else math.nextafter(p, 0.0) for k in kept], math.prod(1.0 - p if k else p for k in kept)


@pytest.mark.parametrize("p", [0.25, 0.5, 0.9])
def test_each_mask_drops_what_it_says_and_scales_the_rest(p):
    drop = nn.Dropout(p)
    for kept, said, _ in masks(p, 3):
        drop.rng = Scripted(said)
        assert drop(X).tolist() == [x * (1.0 / (1.0 - p)) if k else x * 0.0 for x, k in zip(X, kept, strict=True)]


@pytest.mark.parametrize("p", [0.25, 0.5, 0.9])
@pytest.mark.parametrize("inverted", [True, False])
def test_the_mean_over_all_masks_is_the_output_in_evaluation(p, inverted):
    drop = nn.Dropout(p, inverted=inverted)
    mean = np.zeros(3)
    for _, said, probability in masks(p, 3):
        drop.rng = Scripted(said)
        mean += probability * autograd.values(drop(X))
    drop.eval()
    assert np.allclose(mean, autograd.values(drop(X)), rtol=16 * 2**-52, atol=0.0)  # 8 terms of two roundings each
    assert np.allclose(mean, np.array(X) * (1.0 if inverted else 1.0 - p), rtol=16 * 2**-52, atol=0.0)


def test_the_decks_form_leaves_training_unscaled():
    drop = nn.Dropout(0.25, inverted=False)
    drop.rng = Scripted([0.0, 0.5, 0.9])
    assert drop(X).tolist() == [0.0, -2.0, 3.0]
    assert drop.eval()(X).tolist() == [0.75, -1.5, 2.25]


@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
@pytest.mark.parametrize("inverted", [True, False], ids=["inverted", "decks"])
def test_a_compiled_program_drops_and_scales_as_the_layer_does(inverted, training):
    layer, twin = (nn.Dropout(0.25, rng=3, inverted=inverted).train(training) for _ in range(2))
    batch = np.random.default_rng(0).normal(size=(8, 3))
    program = autograd.trace(layer, X)
    for _ in range(2):
        assert program(batch).tolist() == autograd.values(twin(batch)).tolist()


def test_evaluation_passes_everything_on_and_draws_nothing():
    drop = nn.Dropout(0.5)
    drop.rng = Scripted([])
    x = np.array([Value(1.0), 2.0], dtype=object)
    assert list(drop.eval()(x)) == list(x)
    assert drop(x)[0] is x[0]


def test_every_example_of_a_batch_has_a_mask_of_its_own():
    drop = nn.Dropout(0.5)
    drop.rng = Scripted([0.0, 0.9, 0.9, 0.0, 0.0, 0.0])
    assert drop(np.ones((3, 2))).tolist() == [[0.0, 2.0], [2.0, 0.0], [0.0, 0.0]]
    assert drop.rng.asked == 6


def test_what_is_dropped_gets_no_gradient():
    drop = nn.Dropout(0.5)
    drop.rng = Scripted([0.0, 0.9])
    x = [Value(3.0), Value(4.0)]
    autograd.sum(drop(x)).backward()
    assert autograd.grads(x).tolist() == [0.0, 2.0]


@pytest.mark.parametrize("inverted", [True, False])
def test_probabilities_of_nought_and_one(inverted):
    assert nn.Dropout(0.0, inverted=inverted)(X).tolist() == X
    assert nn.Dropout(1.0, inverted=inverted)(X).tolist() == [0.0, 0.0, 0.0]
    assert nn.Dropout(1, inverted=inverted).eval()(X).tolist() == (X if inverted else [0.0, 0.0, 0.0])


def test_the_share_dropped_is_p():
    n, p = 40_000, 0.3
    dropped = n - np.count_nonzero(nn.Dropout(p)(np.ones(n)))
    assert abs(dropped - n * p) <= 6.0 * math.sqrt(n * p * (1.0 - p))  # six standard deviations: wrongly fails twice in a billion


def test_a_seed_repeats_the_masks_and_every_call_has_another():
    first, again = nn.Dropout(rng=1), nn.Dropout(rng=1)
    calls = [first(np.ones(64)).tolist() for _ in range(2)]
    assert calls[0] != calls[1]
    assert [again(np.ones(64)).tolist() for _ in range(2)] == calls
    default = nn.Dropout()
    autograd.manual_seed(1)
    seeded = default(np.ones(64)).tolist()
    autograd.manual_seed(1)
    assert default(np.ones(64)).tolist() == seeded


def test_a_single_value_stays_one():
    drop = nn.Dropout(0.5)
    drop.rng = Scripted([0.9])
    y = drop(Value(3.0))
    assert isinstance(y, Value)
    assert y.item() == 6.0


@pytest.mark.parametrize(("p", "kind"), [
    (-0.1, ValueError), (1.1, ValueError), (math.nan, ValueError), ("0.5", TypeError), (True, TypeError), (None, TypeError),
])
def test_p_is_a_probability(p, kind):
    with pytest.raises(kind, match="Dropout: p is"):
        nn.Dropout(p)


def test_other_settings_are_checked_too():
    with pytest.raises(TypeError, match="Dropout: inverted is 1"):
        nn.Dropout(inverted=1)
    with pytest.raises(TypeError, match="rng: 'a'"):
        nn.Dropout(rng="a")


def test_its_printed_form():
    assert repr(nn.Dropout(0.2)) == "Dropout(p=0.2)"
    assert repr(nn.Dropout(0.2, inverted=False)) == "Dropout(p=0.2, inverted=False)"
