"""Over-fitting on purpose: a net that cannot learn a few examples by heart will not learn the others."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from autograd.rng import generator
from nn._settings import count, share
from nn.module import Module
from nn.training.checks import arrays
from nn.training.fit import fit
from nn.training.history import History
from nn.training.trial import trial


class Overfit(NamedTuple):
    """What `overfit_subset` saw.

    history:  of the run.
    examples: how many there were.
    below:    the share of the first loss that was to be reached.
    """

    history: History
    examples: int
    below: float

    @property
    def ok(self) -> bool:
        """Whether the loss went down to that share."""
        return self.history.loss[-1] <= self.below * self.history.loss[0]

    def __repr__(self) -> str:
        told = ("the net can learn them" if self.ok else "they were not learned. Look at the learning rate, the targets, and, with "
                "gradcheck, at what you have written yourself")
        losses = self.history.loss
        return f"{self.examples} examples, {len(losses)} epochs: loss {losses[0]:.4g} to {losses[-1]:.4g}: {told}"


def overfit_subset(
    model: Module, X: Any, y: Any, *, loss: Any, optimizer: Any, examples: int = 10, epochs: int = 500, below: float = 0.01,
    rng: int | random.Random | None = None,
) -> Overfit:
    """Train on a few examples until they are known by heart, and put everything back.

        L_t ≤ below · L_0      within the epochs, each one step on all of the few

    A net, a loss and an optimiser that work get there. If they do not, more data will not help.

    Args:    model, X, y, loss, optimizer: as `nn.fit`; afterwards model and optimiser are as they were. Leave out penalties and
             dropout. examples: how many are drawn. epochs: at most. below: the share of the first loss to get to. rng: of
             the draw; an int seed, a random.Random, or None for the default generator.
    Raises:  TypeError, ValueError: as `nn.fit`; examples or epochs below 1, below outside [0, 1].
    Example:
        >>> import nn, optim
        >>> net = nn.MLP(1, [8, 1], rng=0)
        >>> adam = optim.Adam(net.parameters(), lr=0.1)
        >>> nn.overfit_subset(net, [[0.0], [1.0], [2.0]], [[1.0], [0.0], [1.0]], loss=nn.MSELoss(), optimizer=adam, rng=0).ok
        True

    Source:  Karpathy, CS231n lecture notes, Neural Networks Part 3: sanity checks.
    """
    inputs, targets = arrays(X, y, by="overfit_subset")
    few, goal = count(examples, "overfit_subset: examples"), share(below, "overfit_subset: below")
    rows = generator(rng).sample(range(len(inputs)), min(few, len(inputs)))

    def reached(history: History) -> bool:
        return history.loss[-1] <= goal * history.loss[0]

    with trial(model, optimizer):
        history = fit(model, inputs[rows], targets[rows], loss=loss, optimizer=optimizer, epochs=epochs, batch_size=len(rows),
                      shuffle=False, callbacks=reached)
    return Overfit(history, len(rows), goal)
