"""Dropout: a different thinned net for every example."""

from __future__ import annotations

import random
from typing import Any

from autograd import heaviside
from autograd.rng import generator
from nn._settings import flag, share
from nn.arrays import elementwise, with_random
from nn.module import Module


class Dropout(Module):
    """Drop each number with probability p in training, so that no unit can rely on another one.

        training:    y = m x / (1 - p),  m = 0 with probability p, else 1;  m is drawn for every number of every example
        evaluation:  y = x

    Args:    p: the probability of dropping. rng: an int seed, a random.Random, or None for the default generator.
             inverted: scale in training, as above; False: y = m x in training, y = (1 - p) x in evaluation.
    Shape:   any; the same comes out.
    Raises:  ValueError: p is not in [0, 1]. TypeError: p is no number, or inverted not True or False.
    Differs: lecture decks scale at test time, and one of them by p where p is the probability of dropping: the factor is
             1 - p. PyTorch knows the inverted form only.
    Example:
        >>> drop = Dropout(0.5, rng=0)
        >>> drop([1.0, 1.0, 1.0, 1.0]), drop.eval()([1.0, 1.0])
        (array([2.0, 2.0, 0.0, 0.0], dtype=object), array([1.0, 1.0], dtype=object))

    Source:  Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Dropout (2014); torch.nn.Dropout.
    """

    def __init__(self, p: float = 0.5, *, rng: int | random.Random | None = None, inverted: bool = True) -> None:
        super().__init__()
        self.p = share(p, "Dropout: p")
        self.inverted = flag(inverted, "Dropout: inverted")
        self.rng = None if rng is None else generator(rng)

    def forward(self, input: Any) -> Any:
        """In training, the numbers that were kept, and 0 for the others."""
        if self.training:
            kept = 1.0 / (1.0 - self.p) if self.inverted and self.p < 1.0 else 1.0
            return with_random(lambda x, u: x * (heaviside(u - self.p) * kept), input, self.rng, "Dropout")
        if self.inverted:
            return elementwise(lambda x: x, input, "Dropout")
        return elementwise(lambda x: x * (1.0 - self.p), input, "Dropout")

    def _outputs(self, inputs: int | None) -> int | None:
        return inputs

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return f"p={self.p}" if self.inverted else f"p={self.p}, inverted=False"
