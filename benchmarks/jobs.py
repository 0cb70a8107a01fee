"""The training jobs: data, mini-batches and initial weights, the same for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes, load_digits, make_moons

Floats = NDArray[np.float64]
Layers = list[tuple[Floats, Floats]]

BETAS = (0.9, 0.999)
EPS = 1e-8


@dataclass(frozen=True)
class Job:
    """A net, its data in mini-batches, and how it is trained. The loss is a mean over the batch, plus l2 · Σ θ²."""

    key: str
    title: str
    sizes: tuple[int, ...]
    activation: str
    """Of the hidden layers: "tanh" or "relu"."""
    loss: str
    """"mse", "hinge" (targets ±1), or "cross_entropy" (logits against one-hot targets)."""
    optimizer: str
    """"sgd" or "adam"."""
    lr: float
    X: Floats
    """Shape (batches, examples, features)."""
    Y: Floats
    """Shape (batches, examples), or (batches, examples, classes)."""
    sigmoid: bool = False
    """Is there a sigmoid behind the last layer?"""
    l2: float = 0.0

    def layers(self) -> Layers:
        """Fresh initial weights: W of shape (outputs, inputs), and b, of each layer."""
        rng = np.random.default_rng(7)
        return [(rng.uniform(-1.0, 1.0, (n, m)) * np.sqrt(3.0 / m), rng.uniform(-0.1, 0.1, n)) for m, n in pairwise(self.sizes)]


def mini_batches(X: Floats, Y: Floats, size: int) -> tuple[Floats, Floats]:
    """Shuffled data cut into batches of `size`; the rest is left out."""
    order = np.random.default_rng(0).permutation(len(X))[: len(X) // size * size]
    return X[order].reshape(-1, size, *X.shape[1:]), Y[order].reshape(-1, size, *Y.shape[1:])


def standardised(a: Floats) -> Floats:
    """Mean 0, standard deviation 1."""
    return np.asarray((a - a.mean(axis=0)) / a.std(axis=0))


def jobs() -> list[Job]:
    """All of them, the smallest first."""
    moons, side = make_moons(n_samples=100, noise=0.1, random_state=1337)
    diabetes, digits = load_diabetes(), load_digits()
    rng = np.random.default_rng(1)
    images, classes = rng.uniform(0.0, 1.0, (4 * 128, 784)), rng.integers(0, 10, 4 * 128)
    xor = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.0, 1.0, 1.0, 0.0])
    return [
        Job("a", "XOR 2-4-1, batch 4, SGD", (2, 4, 1), "tanh", "mse", "sgd", 0.5, *mini_batches(*xor, 4), sigmoid=True),
        Job("b", "moons 2-16-16-1, batch 100, SGD", (2, 16, 16, 1), "relu", "hinge", "sgd", 0.1,
            *mini_batches(moons, 2.0 * side - 1.0, 100), l2=1e-4),
        Job("c", "diabetes 10-32-1, batch 32, Adam", (10, 32, 1), "tanh", "mse", "adam", 0.01,
            *mini_batches(standardised(diabetes.data), standardised(diabetes.target), 32)),
        Job("d", "digits 64-64-10, batch 32, Adam", (64, 64, 10), "relu", "cross_entropy", "adam", 0.003,
            *mini_batches(digits.data / 16.0, np.eye(10)[digits.target], 32)),
        Job("e", "synthetic 784-256-10, batch 128, Adam", (784, 256, 10), "relu", "cross_entropy", "adam", 0.001,
            *mini_batches(images, np.eye(10)[classes], 128)),
    ]
