"""Mirrors, turns, blurs and holes, where they can be told exactly."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from nn.data.augmentation import Blur, Cutout, Mirror, Rotate

IMAGES = np.random.default_rng(0).normal(size=(5, 4, 4))
POINTS = np.random.default_rng(1).normal(size=(6, 2))
Y = np.zeros(5)


def rows(images: Any) -> Any:
    return images.reshape(len(images), -1)


def test_mirrored_images_have_their_columns_in_reverse_order_and_points_the_other_sign() -> None:
    assert Mirror(1.0)(IMAGES, Y)[0].tolist() == IMAGES[:, :, ::-1].tolist()
    assert Mirror(1.0, shape=(4, 4))(rows(IMAGES), Y)[0].tolist() == rows(IMAGES[:, :, ::-1]).tolist()
    assert Mirror(1.0)(POINTS, np.zeros(6))[0].tolist() == (POINTS * [-1.0, 1.0]).tolist()


@pytest.mark.parametrize("given", [IMAGES, POINTS], ids=["images", "points"])
def test_mirrored_twice_is_as_it_was(given: Any) -> None:
    mirror = Mirror(1.0)
    assert mirror(*mirror(given, np.zeros(len(given))))[0].tolist() == given.tolist()
    assert Mirror(0.0)(given, np.zeros(len(given)))[0].tolist() == given.tolist()


@pytest.mark.parametrize("shape", [None, (1, 2)], ids=["points", "images"])
def test_a_share_p_is_mirrored(shape: Any) -> None:
    n, p = 10_000, 0.3
    found = Mirror(p, shape=shape, rng=0)(np.tile([1.0, 2.0], (n, 1)), np.zeros(n))[0]
    assert abs((found[:, 0] != 1.0).sum() - n * p) <= 6.0 * math.sqrt(n * p * (1.0 - p))


@pytest.mark.parametrize("quarters", [-1, 0, 1, 2, 3])
def test_quarter_turns_of_images_are_exact(quarters: int) -> None:
    degrees = (90.0 * quarters,) * 2
    assert Rotate(degrees)(IMAGES, Y)[0].tolist() == np.rot90(IMAGES, quarters, axes=(1, 2)).tolist()
    assert Rotate(degrees, shape=(4, 4))(rows(IMAGES), Y)[0].tolist() == rows(np.rot90(IMAGES, quarters, axes=(1, 2))).tolist()


def test_images_and_points_turn_the_same_way() -> None:
    """A bright pixel to the right of the centre goes up, as the point (1, 0) does."""
    image = np.zeros((1, 3, 3))
    image[0, 1, 2] = 1.0
    assert np.argwhere(Rotate((90.0, 90.0))(image, [0])[0][0] == 1.0).tolist() == [[0, 1]]
    assert Rotate((90.0, 90.0))([[1.0, 0.0]], [0])[0] == pytest.approx(np.array([[0.0, 1.0]]), abs=1e-15)


def test_points_keep_their_distances_and_turn_by_the_angle() -> None:
    turned = Rotate((30.0, 30.0))(POINTS, np.zeros(6))[0]
    assert turned[:, 0] + 1j * turned[:, 1] == pytest.approx((POINTS[:, 0] + 1j * POINTS[:, 1]) * np.exp(1j * np.pi / 6), rel=1e-14)


def test_angles_are_uniform() -> None:
    n = 10_000
    turned = Rotate(20.0, rng=0)(np.tile([1.0, 0.0], (n, 1)), np.zeros(n))[0]
    angles = np.degrees(np.arctan2(turned[:, 1], turned[:, 0]))
    assert np.abs(angles).max() <= 20.0 + 1e-9
    assert abs(angles.mean()) <= 6.0 * 20.0 / math.sqrt(3 * n)
    assert angles.var() == pytest.approx(20.0**2 / 3, rel=0.1)


def test_blur_is_a_mean_weighted_by_a_gaussian() -> None:
    impulse = np.zeros((1, 13, 13))
    impulse[0, 6, 6] = 1.0
    weights = np.exp(-0.5 * np.arange(-4, 5) ** 2)
    weights /= weights.sum()
    blurred = Blur(1.0)(impulse, [0])[0][0]
    assert blurred[2:11, 2:11] == pytest.approx(np.outer(weights, weights), rel=1e-12)
    assert blurred.sum() == pytest.approx(1.0, rel=1e-14)


def test_blur_keeps_sums_and_flat_images_and_makes_neighbours_alike() -> None:
    blurred = Blur((0.5, 2.0), shape=(4, 4), rng=0)(rows(IMAGES), Y)[0]
    assert blurred.sum(axis=1) == pytest.approx(IMAGES.sum(axis=(1, 2)), rel=1e-12)
    assert (blurred.std(axis=1) < IMAGES.std(axis=(1, 2))).all()
    assert Blur(1.5)(np.full((1, 5, 5), 3.0), [0])[0] == pytest.approx(np.full((1, 5, 5), 3.0), rel=1e-14)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_cutout_leaves_a_hole_as_large_as_its_place_allows(size: int) -> None:
    """Every place of the centre in a 4 × 4 image is counted: how many pixels the hole takes, and how often."""
    side, n = 4, 8_000
    along = [min(c - size // 2 + size, side) - max(c - size // 2, 0) for c in range(side)]
    areas = [a * b for a in along for b in along]
    found = Cutout(size, rng=0)(np.ones((n, side, side)), np.zeros(n))[0]
    holes = (found == 0.0).sum(axis=(1, 2))
    assert set(holes.tolist()) == set(areas)
    assert ((found == 0.0) | (found == 1.0)).all()
    for area in set(areas):
        p = areas.count(area) / len(areas)
        assert abs((holes == area).sum() - n * p) <= 6.0 * math.sqrt(n * p * (1.0 - p)) + 1e-9
    for hole in found[:50] == 0.0:
        assert hole.sum() == hole.any(axis=1).sum() * hole.any(axis=0).sum()


def test_what_was_given_stays_as_it_was() -> None:
    before = IMAGES.copy()
    for change in (Cutout(2, rng=0), Mirror(rng=0), Rotate(20.0, rng=0), Blur(1.0, rng=0)):
        assert change(IMAGES, Y)[0].tolist() != before.tolist()
        assert IMAGES.tolist() == before.tolist()


def test_a_seed_repeats_the_changes_and_every_call_has_others() -> None:
    first, again = Rotate(20.0, rng=1), Rotate(20.0, rng=1)
    calls = [first(POINTS, np.zeros(6))[0].tolist() for _ in range(2)]
    assert calls[0] != calls[1]
    assert [again(POINTS, np.zeros(6))[0].tolist() for _ in range(2)] == calls


def test_printed_forms_make_another_one_like_it() -> None:
    for change in (Cutout(2, shape=(8, 8)), Mirror(0.25), Rotate((-10.0, 20.0)), Blur((0.5, 1.0))):
        assert repr(eval(repr(change))) == repr(change)


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda: Mirror(1.5), ValueError, r"Mirror: p is 1\.5"),
        (lambda: Rotate(-5.0), ValueError, r"Rotate: degrees is -5\.0\. Give a number, 0 or more, or a pair"),
        (lambda: Rotate("far"), TypeError, "Rotate: degrees is 'far'"),
        (lambda: Rotate(5.0)([[1.0, 2.0, 3.0]], [0]), ValueError, r"Rotate: X has shape \(1, 3\)\. Give points, \(N, 2\)"),
        (lambda: Blur(-1.0), ValueError, r"Blur: sigma is -1\.0"),
        (lambda: Blur(1.0)([[1.0, 2.0]], [0]), ValueError, r"Blur: X has shape \(1, 2\), and it takes images.*shape=\(8, 8\)"),
        (lambda: Cutout(0), ValueError, "Cutout: size is 0"),
        (lambda: Cutout(1.5), TypeError, r"Cutout: size is 1\.5"),
    ],
    ids=["p", "degrees", "degrees in words", "points in space", "sigma", "blurred points", "no hole", "half a pixel"],
)
def test_what_cannot_be_meant_is_refused(act: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        act()
