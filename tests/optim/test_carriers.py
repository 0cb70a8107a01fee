"""A rule is arithmetic: the same formula, and the same bits, on floats, on arrays and on a tape."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

import optim
from optim._arithmetic import maximum, sqrt
from tests.optim.leaves import Leaf, bits, every_variant, fed, gradients, step

STEPS, SIZE = 50, 6
GRADIENTS = gradients(STEPS, SIZE)
START = np.linspace(-2.0, 3.0, SIZE)


class Register:
    """A number that is not known yet: all one can do is to write down what is to be done with it."""

    def __init__(self, value: Callable[[dict[str, float]], float]) -> None:
        self.value = value

    def __bool__(self) -> bool:
        raise AssertionError("a rule asked for the value of a number")

    __lt__ = __gt__ = __le__ = __ge__ = __float__ = __bool__

    def sqrt(self) -> Register:
        return Register(lambda env: sqrt(self.value(env)))

    def maximum(self, other: Any) -> Register:
        return Register(lambda env: maximum(self.value(env), valued(other, env)))

    def __neg__(self) -> Register:
        return Register(lambda env: -self.value(env))


def valued(x: Any, env: dict[str, float]) -> float:
    return x.value(env) if isinstance(x, Register) else x


def operator(name: str) -> Callable[[Register, Any], Register]:
    def method(self: Register, other: Any) -> Register:
        return Register(lambda env: getattr(self.value(env), name)(valued(other, env)))

    return method


for symbol in ("add", "sub", "mul", "truediv"):
    for name in (f"__{symbol}__", f"__r{symbol}__"):
        setattr(Register, name, operator(name))


def named(name: str) -> Register:
    return Register(lambda env: env[name])


@every_variant
def test_an_array_goes_where_its_numbers_go_one_by_one(cls: type[optim.Optimizer], settings: dict[str, Any]) -> None:
    array, singles = Leaf(START), [Leaf(x) for x in START.tolist()]
    whole, single = cls([array], **settings), cls(singles, **settings)
    for g in GRADIENTS:
        array.grad = g
        for leaf, x in zip(singles, g.tolist(), strict=True):
            leaf.grad = x
        step(whole)
        step(single)
        assert bits(array.data) == bits([leaf.data for leaf in singles])
    for name, entry in whole.state[array].items():
        alone = [single.state[leaf][name] for leaf in singles]
        assert all(type(x) in (int, float) for x in alone)
        assert bits(np.broadcast_to(entry, SIZE)) == bits(alone)


@every_variant
def test_shape_and_memory_layout_do_not_matter(cls: type[optim.Optimizer], settings: dict[str, Any]) -> None:
    flat, folded = Leaf(START), Leaf(np.asfortranarray(START.reshape(2, 3)))
    path = fed(cls([flat], **settings), flat, GRADIENTS)
    assert bits(fed(cls([folded], **settings), folded, GRADIENTS.reshape(STEPS, 2, 3))) == bits(path)


@every_variant
def test_an_object_array_goes_where_the_float_array_goes(cls: type[optim.Optimizer], settings: dict[str, Any]) -> None:
    leaf = Leaf(START)
    optimizer = cls([leaf], **settings)
    group = optimizer.param_groups[0]
    entries = optimizer.entries(group)
    clock, θ = dict(cls.clock), START.astype(object)
    s = SimpleNamespace(**{symbol: np.full(SIZE, entry.start, dtype=object) for symbol, entry in entries.items()})
    for g, expected in zip(GRADIENTS, fed(optimizer, leaf, GRADIENTS), strict=True):
        clock = optimizer.advance(clock, group)
        θ = optimizer.update(θ, g.astype(object), s, SimpleNamespace(**optimizer.coefficients(clock, group)))
        assert θ.dtype == object
        assert bits(θ) == bits(expected)


@every_variant
def test_a_tape_recorded_once_gives_the_bits_of_every_step(cls: type[optim.Optimizer], settings: dict[str, Any]) -> None:
    """The learning rate changes on the way, and the tape is not recorded again."""
    leaf = Leaf(0.7)
    optimizer = cls([leaf], **settings)
    group = optimizer.param_groups[0]
    clock = optimizer.advance(dict(cls.clock), group)
    first = optimizer.coefficients(clock, group)
    h = SimpleNamespace(**{k: x if isinstance(x, bool) else named(k) for k, x in first.items()})
    s = SimpleNamespace(**{symbol: named(f"s.{symbol}") for symbol in optimizer.entries(group)})
    tape = {"θ": optimizer.update(named("θ"), named("g"), s, h)}
    tape |= {f"s.{symbol}": getattr(s, symbol) for symbol in vars(s)}

    now = {"θ": 0.7, **{f"s.{symbol}": entry.start for symbol, entry in optimizer.entries(group).items()}}
    clock = dict(cls.clock)
    for t, g in enumerate(GRADIENTS[:, 0].tolist()):
        group["lr"] = settings["lr"] / (1 + t)
        clock = optimizer.advance(clock, group)
        coefficients = optimizer.coefficients(clock, group)
        assert {k: x for k, x in coefficients.items() if isinstance(x, bool)} == {k: x for k, x in first.items() if isinstance(x, bool)}
        now = {name: register.value({**now, **coefficients, "g": g}) for name, register in tape.items()}
        leaf.grad = g
        step(optimizer)
        assert bits(now["θ"]) == bits(leaf.data)
        assert {e.name: now[f"s.{v}"] for v, e in optimizer.entries(group).items()} | clock == optimizer.state[leaf]


def test_the_root_of_a_negative_number_is_nan_on_every_carrier() -> None:
    with np.errstate(all="ignore"):
        found = [sqrt(-1.0), sqrt(np.array([-1.0]))[0], sqrt(np.array([-1.0], dtype=object))[0]]
    assert np.isnan(np.array(found, dtype=float)).all()


def test_a_maximum_passes_nan_on_whichever_side_it_is() -> None:
    for x, y in ((np.nan, 1.0), (1.0, np.nan)):
        with np.errstate(all="ignore"):
            each = maximum(np.array([x], dtype=object), np.array([y], dtype=object))
        assert np.isnan([maximum(x, y), maximum(np.array([x]), np.array([y]))[0], each[0]]).all()
