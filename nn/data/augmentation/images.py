"""Changes that leave an image, or a cloud of points, what it is: mirrored, turned, blurred, with a piece cut out."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn._settings import count, not_negative, share
from nn.data.augmentation.base import OfImages, Rng, interval
from nn.parameter import Floats


class Mirror(OfImages):
    """Swap left and right, with a probability.

        points:  x_1 ← -x_1        images:  columns in reverse order

    Args:    p: the probability. shape: (height, width) of images in rows. rng: an int seed, a random.Random, or None for the
             default generator.
    Shape:   X (N, features) or (N, height, width); the same comes out.
    Raises:  ValueError: p not in [0, 1]; images that do not fit. TypeError: p is no number.
    Example:
        >>> Mirror(p=1.0, shape=(1, 3))([[1.0, 2.0, 3.0]], [0])[0], Mirror(p=1.0)([[1.0, 2.0]], [0])[0]
        (array([[3., 2., 1.]]), array([[-1.,  2.]]))

    Source:  torchvision.transforms.RandomHorizontalFlip.
    """

    def __init__(self, p: float = 0.5, shape: tuple[int, int] | None = None, *, rng: Rng = None) -> None:
        self.p = share(p, "Mirror: p")
        super().__init__(shape, rng)

    def points(self, X: Floats, draw: np.random.Generator) -> Floats:
        """Points, some of them on the other side."""
        X[draw.random(len(X)) < self.p, 0] *= -1.0
        return X

    def images(self, X: Floats, draw: np.random.Generator) -> Floats:
        """Images, some of them mirrored."""
        return np.where(draw.random((len(X), 1, 1)) < self.p, X[:, :, ::-1], X)


class Rotate(OfImages):
    """Turn every example by an angle of its own, against the clock.

        points:  (x_1, x_2) ← (x_1 cos φ - x_2 sin φ, x_1 sin φ + x_2 cos φ)      about the origin
        images:  about their centre; between pixels, linearly; 0 comes in at the corners

    Args:    degrees: φ is uniform in [-degrees, degrees]; or a pair (lowest, highest). shape: (height, width) of images in
             rows. rng: an int seed, a random.Random, or None for the default generator.
    Shape:   X (N, 2) or images; the same comes out.
    Raises:  TypeError: degrees is no number and no pair of them. ValueError: a negative number, or points that have no two
             coordinates. ImportError: images without scipy.
    Example:
        >>> Rotate((90.0, 90.0), shape=(2, 2))([[1.0, 2.0, 3.0, 4.0]], [0])[0]
        array([[2., 4., 1., 3.]])

    Source:  torchvision.transforms.RandomRotation.
    """

    def __init__(self, degrees: Any, shape: tuple[int, int] | None = None, *, rng: Rng = None) -> None:
        self.degrees = interval(degrees, "Rotate: degrees", around=0.0)
        super().__init__(shape, rng)

    def points(self, X: Floats, draw: np.random.Generator) -> Floats:
        """Points in the plane, turned."""
        if X.shape[1] != 2:
            raise ValueError(f"Rotate: X has shape {X.shape}. Give points, (N, 2), or say how the pixels in a row lie, as in shape=(8, 8).")
        φ = np.radians(draw.uniform(*self.degrees, len(X)))
        x, y = X.T
        return np.stack([x * np.cos(φ) - y * np.sin(φ), x * np.sin(φ) + y * np.cos(φ)], axis=1)

    def images(self, X: Floats, draw: np.random.Generator) -> Floats:
        """Images, turned."""
        rotate = ndimage("Rotate").rotate
        angles = draw.uniform(*self.degrees, len(X)).tolist()
        return np.stack([rotate(x, φ, reshape=False, order=1, mode="grid-constant") for x, φ in zip(X, angles, strict=True)])


class Blur(OfImages):
    """Blur every image: each pixel becomes a mean of those around it, weighted by a Gaussian.

        x ← x * N(0, σ²)      σ drawn for each image; at the edge the image is continued by its mirror image

    Args:    sigma: σ, in pixels; or a pair (lowest, highest) to draw it from. shape: (height, width) of images in rows.
             rng: an int seed, a random.Random, or None for the default generator.
    Shape:   images; the same comes out.
    Raises:  TypeError: sigma is no number and no pair of them. ValueError: it is negative; images that do not fit.
             ImportError: scipy is not installed.
    Example:
        >>> Blur(1.0, shape=(1, 3))([[0.0, 3.0, 0.0]], [0])[0].round(2)
        array([[0.89, 1.22, 0.89]])

    Source:  torchvision.transforms.GaussianBlur.
    """

    def __init__(self, sigma: Any, shape: tuple[int, int] | None = None, *, rng: Rng = None) -> None:
        pair = sigma if isinstance(sigma, (tuple, list)) else (sigma, sigma)
        self.sigma = interval(pair, "Blur: sigma", around=0.0)
        not_negative(self.sigma[0], "Blur: sigma")
        super().__init__(shape, rng)

    def images(self, X: Floats, draw: np.random.Generator) -> Floats:
        """Images, blurred."""
        blurred = ndimage("Blur").gaussian_filter
        return np.stack([blurred(x, σ) for x, σ in zip(X, draw.uniform(*self.sigma, len(X)).tolist(), strict=True)])


class Cutout(OfImages):
    """Set a square of every image to 0, so that no single part of it can be relied on.

    The centre is any pixel, so near the edge a part of the square lies outside.

    Args:    size: the side of the square, in pixels. shape: (height, width) of images in rows. rng: an int seed, a
             random.Random, or None for the default generator.
    Shape:   images; the same comes out.
    Raises:  TypeError: size is no integer. ValueError: below 1; images that do not fit.
    Example:
        >>> X, _ = Cutout(1, shape=(2, 2), rng=0)([[1.0, 1.0, 1.0, 1.0]], [0])
        >>> int(X.sum())
        3

    Source:  DeVries, Taylor, Improved Regularization of Convolutional Neural Networks with Cutout (2017).
    """

    def __init__(self, size: int, shape: tuple[int, int] | None = None, *, rng: Rng = None) -> None:
        self.size = count(size, "Cutout: size")
        super().__init__(shape, rng)

    def images(self, X: Floats, draw: np.random.Generator) -> Floats:
        """Images, each with a square of zeros."""
        n, height, width = X.shape
        centres = draw.integers(0, (height, width), (n, 2))
        for image, (top, left) in zip(X, (centres - self.size // 2).tolist(), strict=True):
            image[max(top, 0) : top + self.size, max(left, 0) : left + self.size] = 0.0
        return X


def ndimage(name: str) -> Any:
    """scipy.ndimage."""
    try:
        from scipy import ndimage as found
    except ImportError as error:
        raise ImportError(f"{name} uses scipy, which is not installed. Run: pip install 'chalkgrad[demo]'") from error
    return found
