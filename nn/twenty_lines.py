"""A two-layer net in twenty lines of numpy, its gradients derived by hand; and the same net as modules.

    64 examples, 1000 inputs → 100 sigmoid units → 10 outputs, no biases, the summed square of the errors

The lectures end with these twenty lines. Everything else in this project is what they leave out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nn.activation import Sigmoid
from nn.container import Sequential
from nn.linear import Linear
from nn.parameter import Floats


class Start(NamedTuple):
    """Random data, and where the weights start: x (64, 1000), y (64, 10), w1 (1000, 100), w2 (100, 10)."""

    x: Floats
    y: Floats
    w1: Floats
    w2: Floats


def start(seed: int = 0) -> Start:
    """Standard normal numbers from numpy's `default_rng(seed)`, drawn in the order x, y, w1, w2.

    Example:
        >>> [a.shape for a in start()]
        [(64, 1000), (64, 10), (1000, 100), (100, 10)]
    """
    draw = np.random.default_rng(seed).standard_normal
    return Start(draw((64, 1000)), draw((64, 10)), draw((1000, 100)), draw((100, 10)))


def in_numpy(x: Floats, y: Floats, w1: Floats, w2: Floats, steps: int, lr: float = 1e-4) -> list[float]:
    """Train by the formulas of back-propagation, written out; the loss before each step.

        h = σ(x w1),  p = h w2,  loss = Σ (p - y)²
        ∂p = 2 (p - y),  ∂w2 = hᵀ ∂p,  ∂h = ∂p w2ᵀ,  ∂w1 = xᵀ (∂h ⊙ h ⊙ (1 - h))

    Args:    x, y, w1, w2: as `start` gives them; they are not changed. steps: of plain descent. lr: its rate, for the sum.
    Differs: a lecture deck prints np.sqrt for np.square: half of the errors are negative, and have no root.
    Example:
        >>> round(in_numpy(*start(), steps=1)[0], 3)
        30074.557

    Source:  the lecture decks.
    """
    losses = []
    for _ in range(steps):
        h = 1.0 / (1.0 + np.exp(-x @ w1))
        p = h @ w2
        losses.append(float(np.square(p - y).sum()))
        grad_p = 2.0 * (p - y)
        grad_w2 = h.T @ grad_p
        grad_h = grad_p @ w2.T
        grad_w1 = x.T @ (grad_h * h * (1.0 - h))
        w1 = w1 - lr * grad_w1
        w2 = w2 - lr * grad_w2
    return losses


def as_net(w1: Floats, w2: Floats) -> Sequential:
    """The same net as modules, which derive their gradients themselves.

    Args:    w1: (inputs, hidden). w2: (hidden, outputs). A Linear has its weights the other way round, an output in each row.
    Example:
        >>> as_net(np.ones((3, 2)), np.ones((2, 1)))
        Sequential(
          (0): Linear(in_features=3, out_features=2, bias=False)
          (1): Sigmoid()
          (2): Linear(in_features=2, out_features=1, bias=False)
        )
    """
    first, second = (Linear(len(w), len(w.T), bias=False) for w in (w1, w2))
    first.weight.data, second.weight.data = w1.T, w2.T
    return Sequential(first, Sigmoid(), second)
