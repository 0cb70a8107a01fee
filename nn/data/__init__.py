"""Data to learn from: small sets that can be drawn, and what is done to data before they are learned from."""

from nn.data import augmentation
from nn.data.eight_points import eight_points
from nn.data.minibatches import minibatches
from nn.data.preprocessing import PCA, Centre, Standardise, Whitening
from nn.data.sets import circles, moons, spiral, xor

__all__ = [
    "PCA",
    "Centre",
    "Standardise",
    "Whitening",
    "augmentation",
    "circles",
    "eight_points",
    "minibatches",
    "moons",
    "spiral",
    "xor",
]
