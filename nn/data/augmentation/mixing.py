"""Several examples in one, and several augmentations one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nn._settings import count, finite
from nn.arrays import Array
from nn.data.augmentation.base import Augmentation, Rng
from nn.parameter import Floats


class Mixup(Augmentation):
    """Mix every example with another one of the mini-batch, and their targets in the same proportion.

        x ← λ x + (1 - λ) x',      y ← λ y + (1 - λ) y',      λ ~ Beta(α, α), one for each example

    Args:    alpha: α; near 0 hardly anything is mixed, at 1 λ is uniform. num_classes: makes class numbers into rows with a
             1 in the place of the class before they are mixed. rng: an int seed, a random.Random, or None for the default
             generator.
    Shape:   X any, an example in each row; y (N,) or (N, outputs); with num_classes y (N,), and (N, num_classes) comes out.
    Raises:  TypeError: alpha is no number, num_classes no integer. ValueError: alpha not above 0; integer targets without
             num_classes, or that are no classes.
    Differs: the authors' code draws one λ for a whole mini-batch.
    Example:
        >>> X, y = Mixup(1.0, num_classes=2, rng=0)([[0.0], [1.0]], [0, 1])
        >>> bool((X[:, 0] == y[:, 1]).all()), y.sum(axis=1)
        (True, array([1., 1.]))

    Source:  Zhang, Cisse, Dauphin, Lopez-Paz, mixup: Beyond Empirical Risk Minimization (2018), section 2.
    """

    def __init__(self, alpha: float = 0.2, num_classes: int | None = None, *, rng: Rng = None) -> None:
        super().__init__(rng)
        self.alpha = finite(alpha, "Mixup: alpha")
        if self.alpha <= 0.0:
            raise ValueError(f"Mixup: alpha is {alpha}; Beta(α, α) needs an α above 0.")
        self.num_classes = None if num_classes is None else count(num_classes, "Mixup: num_classes")

    def changed(self, X: Floats, y: Array, draw: np.random.Generator) -> tuple[Floats, Array]:
        """Examples and targets, mixed."""
        targets, λ, other = self._targets(y), draw.beta(self.alpha, self.alpha, len(X)), draw.permutation(len(X))
        return mixed(X, X[other], λ), mixed(targets, targets[other], λ)

    def _targets(self, y: Array) -> Array:
        if self.num_classes is None:
            if y.dtype.kind in "iu":
                raise ValueError(f"Mixup: y holds integers ({y.dtype}), and half of a class number is none. "
                                 "Give num_classes, or targets of floats, as y.astype(float).")
            return y.astype(np.float64)
        if y.ndim != 1 or y.dtype.kind not in "iu" or ((y < 0) | (y >= self.num_classes)).any():
            raise ValueError(f"Mixup: y has dtype {y.dtype} and shape {y.shape}. "
                             f"With num_classes give class numbers from 0 to {self.num_classes - 1}, an integer for each example.")
        return np.eye(self.num_classes)[y]


class Compose:
    """Several augmentations, one after the other.

    Args:    transforms: functions (X, y) -> (X, y).
    Raises:  TypeError: one of them is no function.
    Example:
        >>> from nn.data.augmentation import Brightness, GaussianNoise
        >>> Compose([Brightness((2.0, 2.0)), GaussianNoise(0.0)])([[1.0]], [0])[0]
        array([[2.]])

    Source:  torchvision.transforms.v2.Compose.
    """

    def __init__(self, transforms: Sequence[Callable[[Any, Any], tuple[Any, Any]]]) -> None:
        self.transforms = list(transforms)
        for i, transform in enumerate(self.transforms):
            if not callable(transform) or isinstance(transform, type):
                raise TypeError(f"Compose: item {i} is {transform!r} ({type(transform).__name__}). "
                                "Give objects, such as GaussianNoise(0.1).")

    def __call__(self, X: Any, y: Any) -> tuple[Any, Any]:
        """What the last one gives."""
        for transform in self.transforms:
            X, y = transform(X, y)
        return X, y

    def __repr__(self) -> str:
        return f"Compose({self.transforms})"


def mixed(a: Array, b: Array, λ: Floats) -> Array:
    """λ a + (1 - λ) b, with a λ for each row."""
    share = λ.reshape(-1, *[1] * (a.ndim - 1))
    return np.asarray(share * a + (1.0 - share) * b)
