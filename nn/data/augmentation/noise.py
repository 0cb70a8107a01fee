"""Small random changes to every number of an example: noise, shifts and brightness."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn._settings import not_negative
from nn.arrays import Array
from nn.data.augmentation.base import Augmentation, OfImages, Rng, interval
from nn.parameter import Floats


class GaussianNoise(Augmentation):
    """Add Gaussian noise to every number.

        x ← x + N(0, σ²)

    Args:    sigma: σ, in units of X. rng: an int seed, a random.Random, or None for the default generator.
    Shape:   X any, an example in each row.
    Raises:  TypeError: sigma is no number. ValueError: it is negative or not finite.
    Example:
        >>> X, y = GaussianNoise(0.1, rng=0)([[0.0, 0.0]], [1])
        >>> X.shape, bool((abs(X) < 1.0).all()), y
        ((1, 2), True, array([1]))

    Source:  Sietsma, Dow, Creating artificial neural networks that generalize (1991).
    """

    def __init__(self, sigma: float = 0.1, *, rng: Rng = None) -> None:
        super().__init__(rng)
        self.sigma = not_negative(sigma, "GaussianNoise: sigma")

    def changed(self, X: Floats, y: Array, draw: np.random.Generator) -> tuple[Floats, Array]:
        """X with noise, and y."""
        return X + draw.normal(0.0, self.sigma, X.shape), y


class Jitter(OfImages):
    """Move every example a little, in a direction of its own.

        points:  x ← x + d,  each d_i uniform in [-size, size]
        images:  moved by whole pixels, from -size to size down and across; 0 comes in at the edge

    Args:    size: how far at most, in units of X, or in pixels. shape: (height, width) of images in rows.
             rng: an int seed, a random.Random, or None for the default generator.
    Shape:   X (N, features) or (N, height, width); the same comes out.
    Raises:  TypeError: size is no number. ValueError: it is negative or not finite; images that do not fit.
    Example:
        >>> X, _ = Jitter(1, shape=(2, 2), rng=0)([[1.0, 2.0, 3.0, 4.0]], [0])
        >>> X
        array([[0., 0., 1., 2.]])

    Source:  LeCun, Bottou, Bengio, Haffner, Gradient-Based Learning Applied to Document Recognition (1998), section III.C.
    """

    def __init__(self, size: float, shape: tuple[int, int] | None = None, *, rng: Rng = None) -> None:
        self.size = not_negative(size, "Jitter: size")
        super().__init__(shape, rng)

    def points(self, X: Floats, draw: np.random.Generator) -> Floats:
        """Points, moved."""
        return X + draw.uniform(-self.size, self.size, X.shape)

    def images(self, X: Floats, draw: np.random.Generator) -> Floats:
        """Images, moved by whole pixels."""
        most, (_, height, width) = int(self.size), X.shape
        padded = np.pad(X, ((0, 0), (most, most), (most, most)))
        corners = draw.integers(0, 2 * most, (len(X), 2), endpoint=True).tolist()
        return np.stack([image[i : i + height, j : j + width] for image, (i, j) in zip(padded, corners, strict=True)])


class Brightness(Augmentation):
    """Make every example brighter or darker as a whole.

        x ← c x,  c uniform in [1 - factor, 1 + factor], one for each example

    Args:    factor: how much at most; or a pair (lowest c, highest c). rng: an int seed, a random.Random, or None for the
             default generator.
    Shape:   X any, an example in each row.
    Raises:  TypeError: factor is no number and no pair of them. ValueError: it gives a c below 0.
    Differs: torchvision's ColorJitter holds the result within the colours there are; this one knows of none.
    Example:
        >>> Brightness((2.0, 2.0))([[0.5, 1.0]], [0])[0]
        array([[1., 2.]])

    Source:  torchvision.transforms.ColorJitter.
    """

    def __init__(self, factor: Any, *, rng: Rng = None) -> None:
        super().__init__(rng)
        self.factor = interval(factor, "Brightness: factor", around=1.0)
        if self.factor[0] < 0.0:
            raise ValueError(f"Brightness: factor is {factor}, which goes below 0 and would turn black into white. Give 1 or less.")

    def changed(self, X: Floats, y: Array, draw: np.random.Generator) -> tuple[Floats, Array]:
        """X, brighter or darker, and y."""
        return X * draw.uniform(*self.factor, (len(X), *[1] * (X.ndim - 1))), y
