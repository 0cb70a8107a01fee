"""Data to learn from: small sets that can be drawn, and what is done to data before they are learned from."""

from nn.data.minibatches import minibatches
from nn.data.sets import circles, moons, spiral, xor

__all__ = [
    "circles",
    "minibatches",
    "moons",
    "spiral",
    "xor",
]
