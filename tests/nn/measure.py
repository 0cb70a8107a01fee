"""What the tests of layers measure with."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np

import autograd
from tests.support import EPS


def apart(found: Any, expected: Any) -> float:
    """The largest difference of two arrays, in units of 2⁻⁵² of the largest member expected."""
    a, b = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    assert a.shape == b.shape
    return float(np.abs(a - b).max(initial=0.0) / (EPS * np.abs(b).max(initial=math.ulp(0.0))))


def pulled(net: Any, x: Any, g: Any) -> tuple[Any, Any, dict[str, Any]]:
    """Outputs for a batch, and the gradients of Σ g·output by the batch and by every parameter."""
    batch = np.empty(np.shape(x), dtype=object)
    for place, number in np.ndenumerate(np.asarray(x, dtype=float)):
        batch[place] = autograd.Value(number)
    net.zero_grad()
    output = net(batch)
    autograd.dot(output.ravel(), np.ravel(g).tolist()).backward()
    return autograd.values(output), autograd.grads(batch), {name: p.grad for name, p in net.named_parameters()}


def scopes(root: autograd.Value) -> set[str]:
    """The scopes in which the nodes below root were made."""
    seen, waiting = set(), [root]
    while waiting:
        v = waiting.pop()
        if isinstance(v, autograd.Value) and v not in seen:
            seen.add(v)
            waiting += v.inputs
    return {v.place.scope for v in seen if v.place}


class Scripted(random.Random):
    """A source that deals out given numbers; it says how many were asked for."""

    def __init__(self, numbers: Any) -> None:
        super().__init__()
        self.numbers, self.asked = iter(numbers), 0

    def random(self) -> float:
        self.asked += 1
        return next(self.numbers)


class Bounds(random.Random):
    """A source that answers with what it was asked for: the pairs (a, b) of uniform or (mean, std) of gauss."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: set[tuple[float, float]] = set()

    def uniform(self, a: float, b: float) -> float:
        self.pairs.add((a, b))
        return a

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        self.pairs.add((mu, sigma))
        return sigma
