"""What all augmentations share: a call that takes a mini-batch and gives another one, a random source, and the printed form."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from autograd import values
from autograd.rng import generator
from nn._settings import count, finite
from nn.arrays import Array, as_array
from nn.parameter import Floats

Rng = int | random.Random | None
Interval = tuple[float, float]


class Augmentation:
    """Base of the augmentations: called with a mini-batch (X, y), it gives one of the same length. X and y stay as they are.

    Args:    rng: an int seed, a random.Random, or None for the default generator.
    Shape:   X (N, features): coordinates of points, or with `shape` the pixels of an image in each row; or (N, height, width).
    Raises:  TypeError: rng is no source of random numbers.
    """

    def __init__(self, rng: Rng) -> None:
        self.rng = None if rng is None else generator(rng)

    def __call__(self, X: Any, y: Any) -> tuple[Floats, Array]:
        """Other examples, and the targets that belong to them.

        Raises:  TypeError: X holds something that is no number. ValueError: X and y are no mini-batch.
        """
        name = type(self).__name__
        given, targets = np.array(values(as_array(X, f"{name}: X")), dtype=np.float64), np.array(y)
        if given.ndim < 2 or targets.shape[:1] != given.shape[:1]:
            raise ValueError(f"{name}: X has shape {given.shape} and y {targets.shape}. Give a mini-batch: an example in each row of X, "
                             "and its target in y.")
        return self.changed(given, targets, np.random.default_rng(generator(self.rng).getrandbits(128)))

    def changed(self, X: Floats, y: Array, draw: np.random.Generator) -> tuple[Floats, Array]:
        """What the call gives; a subclass says it."""
        raise NotImplementedError(f"{type(self).__name__} states no change of a mini-batch")

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={x}" for name, x in vars(self).items() if name != "rng" and x is not None)
        return f"{type(self).__name__}({settings})"


class OfImages(Augmentation):
    """Base of the augmentations of images, and, where `points` says so, of points.

    Args:    shape: (height, width) of the image in each row of X; None where X is (N, height, width), or holds points.
             rng: an int seed, a random.Random, or None for the default generator.
    Raises:  TypeError, ValueError: shape is no pair of counts.
    """

    def __init__(self, shape: tuple[int, int] | None, rng: Rng) -> None:
        super().__init__(rng)
        self.shape = None if shape is None else image_shape(shape, f"{type(self).__name__}: shape")

    def changed(self, X: Floats, y: Array, draw: np.random.Generator) -> tuple[Floats, Array]:
        """The same targets, and images or points that were changed."""
        if self.shape is None and X.ndim == 2:
            return self.points(X, draw), y
        height, width = self.shape or X.shape[1:3]
        if X.size != len(X) * height * width:
            raise ValueError(f"{type(self).__name__}: X has shape {X.shape}, but an image has {height} × {width} pixels here. "
                             f"Give (N, {height * width}) or (N, {height}, {width}).")
        return self.images(X.reshape(-1, height, width), draw).reshape(X.shape), y

    def points(self, X: Floats, draw: np.random.Generator) -> Floats:  # noqa: ARG002
        """What becomes of points."""
        raise ValueError(f"{type(self).__name__}: X has shape {X.shape}, and it takes images. "
                         "Say how the pixels in a row lie, as in shape=(8, 8).")

    def images(self, X: Floats, draw: np.random.Generator) -> Floats:
        """What becomes of images, (N, height, width); a subclass says it."""
        raise NotImplementedError(f"{type(self).__name__} states no change of images")


def image_shape(shape: Any, name: str) -> tuple[int, int]:
    """Height and width."""
    if not isinstance(shape, (tuple, list)) or len(shape) != 2:
        raise TypeError(f"{name} is {shape!r} ({type(shape).__name__}). Give a pair (height, width), such as (8, 8).")
    return count(shape[0], name), count(shape[1], name)


def interval(x: Any, name: str, around: float) -> Interval:
    """A pair (lowest, highest); of a single number r, (around - r, around + r)."""
    if isinstance(x, (tuple, list)) and len(x) == 2:
        low, high = finite(x[0], name), finite(x[1], name)
    else:
        low, high = around - finite(x, name), around + finite(x, name)
    if low > high:
        raise ValueError(f"{name} is {x}. Give a number, 0 or more, or a pair (lowest, highest).")
    return low, high
