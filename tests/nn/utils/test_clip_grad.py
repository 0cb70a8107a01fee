"""Clipping against PyTorch's, and against arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import mpmath as mp
import numpy as np
import pytest

import nn
from autograd import Value
from nn.utils import clip_grad_norm_, clip_grad_value_, clip_grads_with_norm_, get_total_norm
from tests.support import digits, ulps

ORDERS = [1.0, 2.0, 3.0, 0.5, math.inf]


def parameters(seed: int = 0, scale: float = 1.0) -> list[Any]:
    """A matrix, a vector, a single Value, and one that no gradient has reached."""
    rng = np.random.default_rng(seed)
    found: list[Any] = [nn.Parameter(np.zeros((3, 4))), nn.Parameter(np.zeros(5)), Value(0.0), Value(1.0), nn.Parameter([2.0])]
    found[0].grad, found[1].grad, found[2].grad = rng.standard_normal((3, 4)) * scale, rng.standard_normal(5) * scale, float(rng.normal())
    return found


def gradients(given: list[Any]) -> list[Any]:
    return [None if p.grad is None else np.array(p.grad) for p in given]


def members(found: list[Any]) -> list[float]:
    return np.concatenate([np.ravel(g) for g in found if g is not None]).tolist()


def exact_norm(xs: list[float], p: float) -> Any:
    return max(map(abs, xs)) if p == math.inf else mp.fsum(abs(mp.mpf(x)) ** p for x in xs) ** (1 / mp.mpf(p))


@pytest.mark.parametrize("p", ORDERS)
@pytest.mark.parametrize("scale", [1.0, 1e-200, 1e200])
def test_the_norm_is_that_of_all_gradients_as_one_vector(p: float, scale: float) -> None:
    given = parameters(scale=scale)
    with digits(40):
        exact = exact_norm(members(gradients(given)), p)
        assert ulps(get_total_norm(gradients(given), p), exact) <= 8.0
        assert ulps(clip_grad_norm_(given, 1e300, p), exact) <= 8.0


@pytest.mark.parametrize("p", ORDERS)
def test_a_long_gradient_is_shortened_and_keeps_its_direction(p: float) -> None:
    given = parameters()
    before = gradients(given)
    total = clip_grad_norm_(given, 0.25, p)
    for g, old in zip(gradients(given), before, strict=True):
        assert (g is None) == (old is None)
        assert g is None or np.allclose(g, old * (0.25 / (total + 1e-6)), rtol=1e-14, atol=0.0)
    assert get_total_norm(gradients(given), p) == pytest.approx(0.25, rel=1e-5)


def test_a_short_gradient_keeps_every_bit() -> None:
    given = parameters()
    before = members(gradients(given))
    clip_grad_norm_(given, 100.0)
    assert members(gradients(given)) == before


def test_by_hand() -> None:
    w = nn.Parameter([0.0, 0.0])
    w.grad = [3.0, 4.0]
    assert clip_grad_norm_(w, 1.0) == 5.0
    factor = Fraction(1) / (5 + Fraction(1, 10**6))
    assert w.grad.tolist() == pytest.approx([float(3 * factor), float(4 * factor)], rel=1e-15)
    w.grad = [3.0, -4.0]
    assert clip_grad_value_(w, 3.5) is None
    assert w.grad.tolist() == [3.0, -3.5]


def test_clipping_by_value_holds_every_member_between_the_bounds() -> None:
    given = parameters()
    before = gradients(given)
    clip_grad_value_(iter(given), 0.5)
    for g, old in zip(gradients(given), before, strict=True):
        assert g is None if old is None else np.array_equal(g, np.where(old > 0.5, 0.5, np.where(old < -0.5, -0.5, old)))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_norm_that_is_not_finite_is_refused_only_where_asked_and_nothing_changes_then(bad: float) -> None:
    given = parameters()
    given[2].grad = bad
    before = np.array(members(gradients(given)))
    for act in (lambda: clip_grad_norm_(given, 1.0, error_if_nonfinite=True),
                lambda: get_total_norm(gradients(given), error_if_nonfinite=True)):
        with pytest.raises(RuntimeError, match=r"The norm of all gradients is (nan|inf), and cannot be clipped"):
            act()
    assert np.array_equal(members(gradients(given)), before, equal_nan=True)
    total = clip_grad_norm_(given, 1.0)
    with np.errstate(invalid="ignore"):
        expected = before * (1.0 / (total + 1e-6))
    assert np.array_equal(members(gradients(given)), expected, equal_nan=True)


def test_without_gradients_there_is_nothing_to_clip() -> None:
    assert clip_grad_norm_([Value(1.0)], 1.0) == clip_grad_norm_([], 1.0) == get_total_norm([]) == 0.0


def test_the_two_halves_make_the_whole() -> None:
    whole, halves = parameters(), parameters()
    total = clip_grad_norm_(whole, 0.1)
    clip_grads_with_norm_(halves, 0.1, get_total_norm(gradients(halves)))
    assert total == get_total_norm(gradients(parameters()))
    assert members(gradients(halves)) == members(gradients(whole))


def test_a_step_at_a_cliff_stays_in_reach() -> None:
    """f = θ⁴ from 10: the plain step of rate 0.01 is 40 long and leads ever farther away; clipped to 1 it comes down."""
    import optim

    def descended(clip: bool) -> float:
        θ = Value(10.0)
        descent = optim.SGD([θ], lr=0.01)
        for _ in range(3):
            descent.zero_grad()
            (θ**4).backward()
            if clip:
                clip_grad_norm_(θ, 100.0)
            descent.step()
        return abs(θ.item())

    assert descended(clip=False) > 1e6
    assert descended(clip=True) == pytest.approx(7.0, abs=1e-6)


@pytest.mark.long
@pytest.mark.parametrize("p", ORDERS)
@pytest.mark.parametrize("seed", range(20))
def test_pytorch_live_clips_alike_within_8_ulp(p: float, seed: int) -> None:
    torch = pytest.importorskip("torch")
    for act, theirs in ((lambda x: clip_grad_norm_(x, 0.7, p), lambda x: torch.nn.utils.clip_grad_norm_(x, 0.7, p, foreach=False)),
                        (lambda x: clip_grad_value_(x, 0.7), lambda x: torch.nn.utils.clip_grad_value_(x, 0.7, foreach=False))):
        given = parameters(seed)
        tensors = []
        for g in gradients(given)[:3]:
            tensors.append(torch.zeros(g.shape, dtype=torch.float64))
            tensors[-1].grad = torch.from_numpy(g.copy())
        found, expected = act(given), theirs(tensors)
        assert expected is None or abs(found - expected.item()) <= 8 * np.spacing(found)
        for g, tensor in zip(gradients(given)[:3], tensors, strict=True):
            there = tensor.grad.numpy()
            assert (np.abs(g - there) <= 8 * np.spacing(np.abs(there))).all()


REFUSED: list[tuple[str, Any, type[Exception], str]] = [
    ("a module", lambda w: clip_grad_norm_(nn.Linear(1, 1), 1.0), TypeError, r"parameters is a Linear\. Pass its \.parameters\(\)"),
    ("a number", lambda w: clip_grad_norm_(0.5, 1.0), TypeError, r"parameters is 0\.5 \(float\)\. Pass model\.parameters\(\)"),
    ("numbers", lambda w: clip_grad_value_([0.5], 1.0), TypeError, r"clip_grad_value_: item 0 is 0\.5 \(float\), not a parameter"),
    ("a text", lambda w: clip_grad_value_("w", 1.0), TypeError, r"parameters is 'w' \(str\)"),
    ("a negative length", lambda w: clip_grad_norm_([w], -1.0), ValueError, r"clip_grad_norm_: max_norm is -1\.0, and cannot be negative"),
    ("no length", lambda w: clip_grad_norm_([w], None), TypeError, r"clip_grad_norm_: max_norm is None"),
    ("a negative bound", lambda w: clip_grad_value_([w], -1.0), ValueError, r"clip_grad_value_: clip_value is -1\.0"),
    ("a bound of nan", lambda w: clip_grad_value_([w], math.nan), ValueError, r"clip_value is nan\. Give a finite number"),
    ("an order of 0", lambda w: clip_grad_norm_([w], 1.0, 0.0), ValueError, r"norm_type is 0\.0, and must be above 0"),
    ("an order in words", lambda w: clip_grad_norm_([w], 1.0, "two"), TypeError, r"norm_type is 'two' \(str\)"),
    ("a flag in words", lambda w: clip_grad_norm_([w], 1.0, error_if_nonfinite="yes"), TypeError, "error_if_nonfinite is 'yes'"),
    ("no total", lambda w: clip_grads_with_norm_([w], 1.0, "5"), TypeError, r"total_norm is '5' \(str\)\. Give a number"),
    ("a norm of words", lambda w: get_total_norm([["a"]]), TypeError, "get_total_norm: tensors"),
]


@pytest.mark.parametrize(("act", "error", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_cannot_be_clipped_is_named_and_nothing_changes(act: Any, error: type[Exception], message: str) -> None:
    w = Value(0.5)
    w.grad = 3.0
    with pytest.raises(error, match=message):
        act(w)
    assert (w.item(), w.grad) == (0.5, 3.0)
