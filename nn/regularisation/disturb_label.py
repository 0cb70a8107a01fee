"""Wrong labels on purpose, so that no net learns its examples by heart."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from autograd.rng import generator
from nn._settings import count, share
from nn.arrays import Array
from nn.parameter import Floats


class DisturbLabel:
    """Put a class drawn at random in place of a label, with a small probability, afresh for every mini-batch.

        with probability α:  y ← a class drawn from all C alike, the right one included
        P(y stays) = 1 - α (C - 1)/C,      P(y becomes another class i) = α/C

    The mean of the cross-entropy over the draws is the cross-entropy with label_smoothing=α.

    Args:    alpha: α, the noise rate. num_classes: C. rng: an int seed, a random.Random, or None for the default generator.
    Shape:   called with X (N, …) and y (N,) of class numbers; the same come out.
    Raises:  ValueError: alpha not in [0, 1], num_classes below 1, a label that is no class. TypeError: a setting or a label
             of the wrong type.
    Differs: not in PyTorch. For `nn.fit(augment=DisturbLabel(0.1, 10))`.
    Example:
        >>> disturb = DisturbLabel(0.2, 4, rng=0)
        >>> disturb.probabilities(1).round(3), disturb([[0.5]] * 5, [0, 1, 2, 3, 0])[1]
        (array([0.05, 0.85, 0.05, 0.05]), array([0, 1, 2, 3, 0]))

    Source:  Xie, Wang, Wei, Wang, Tian, DisturbLabel: Regularizing CNN on the Loss Layer (2016), section 3.
    """

    def __init__(self, alpha: float, num_classes: int, *, rng: int | random.Random | None = None) -> None:
        self.alpha, self.num_classes = share(alpha, "DisturbLabel: alpha"), count(num_classes, "DisturbLabel: num_classes")
        self.rng = None if rng is None else generator(rng)

    def __call__(self, X: Any, y: Any) -> tuple[Any, Array]:
        """The examples as they are, and their labels, some of them disturbed."""
        source, labels = generator(self.rng), self._labels(y)
        drawn = [source.randrange(self.num_classes) if source.random() < self.alpha else label for label in labels.tolist()]
        return X, np.array(drawn, dtype=labels.dtype)

    def probabilities(self, label: int) -> Floats:
        """What a label becomes: the probability of each class."""
        found = np.full(self.num_classes, self.alpha / self.num_classes)
        found[self._labels([label])[0]] += 1.0 - self.alpha
        return found

    def _labels(self, y: Any) -> Array:
        labels = np.asarray(y)
        if labels.dtype.kind not in "iu" or labels.ndim != 1:
            raise TypeError(f"DisturbLabel: y has dtype {labels.dtype} and shape {labels.shape}. "
                            "Give class numbers, an integer for each example.")
        for label in labels[(labels < 0) | (labels >= self.num_classes)]:
            raise ValueError(f"DisturbLabel: y holds {label}, but the {self.num_classes} classes are 0 to {self.num_classes - 1}.")
        return labels

    def __repr__(self) -> str:
        return f"DisturbLabel(alpha={self.alpha}, num_classes={self.num_classes})"
