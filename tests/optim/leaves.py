"""A parameter with nothing but what an optimiser may use, and every optimiser in every kind of setting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import optim
from tests.oracles.record_optim import CASES


@dataclass(eq=False)
class Leaf:
    data: Any
    grad: Any = None
    is_leaf: bool = True
    label: str = ""


VARIANTS = [(getattr(optim, name), settings) for name, cases in CASES.items() for settings in cases] + [
    (optim.NesterovLookahead, {"lr": 1e-3}),
    (optim.NesterovLookahead, {"lr": 1e-3, "momentum": 0.5, "weight_decay": 0.01, "maximize": True}),
]
CLASSES = list(dict.fromkeys(cls for cls, _ in VARIANTS))


def name_of(x: Any) -> str:
    return x.__name__ if isinstance(x, type) else ",".join(f"{k}={v}" for k, v in x.items())


every_class = pytest.mark.parametrize("cls", CLASSES, ids=name_of)
every_variant = pytest.mark.parametrize(("cls", "settings"), VARIANTS, ids=name_of)


def step(optimizer: optim.Optimizer) -> None:
    """A step with the gradients at hand, for those that insist on a closure too."""
    optimizer.step(lambda: None)


def fed(optimizer: optim.Optimizer, leaf: Leaf, gradients: Iterable[Any]) -> list[Any]:
    """Where the leaf goes on these gradients."""
    path = []
    for g in gradients:
        leaf.grad = g
        step(optimizer)
        path.append(leaf.data)
    return path


def descended(optimizer: optim.Optimizer, leaf: Leaf, slope: Callable[[Any], Any], steps: int) -> Iterator[Any]:
    """Where the leaf goes on the gradients it meets."""

    def closure() -> None:
        leaf.grad = slope(leaf.data)

    for _ in range(steps):
        optimizer.step(closure)
        yield leaf.data


def gradients(n: int, size: int, seed: int = 1) -> np.ndarray:
    """Gradients of widely different sizes and both signs."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, size)) * 10.0 ** rng.integers(-6, 3, (n, size))


def bits(x: Any) -> bytes:
    return np.asarray(x, dtype=np.float64).tobytes()


def snapshot(optimizer: optim.Optimizer) -> Any:
    """Everything that a refused call must leave as it was."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    groups = [{k: list(map(id, v)) if k == "params" else v for k, v in group.items()} for group in optimizer.param_groups]
    states = [(id(p), {k: bits(v) for k, v in state.items()}) for p, state in optimizer.state.items()]
    return [(bits(p.data), None if p.grad is None else bits(p.grad)) for p in parameters], groups, states
