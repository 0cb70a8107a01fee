"""The learning-rate range test: a short run at rising rates, to see which of them are of use."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.rng import generator
from nn._settings import count, finite
from nn.data.minibatches import minibatches
from nn.module import Module
from nn.training.checks import Data, arrays, require_batches, require_parts, try_out
from nn.training.fit import steps as training_steps
from nn.training.trial import trial
from optim import NonFiniteGradientError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MEMORY = 0.9
HOPELESS = 4.0
FELL = 0.95


@dataclass(frozen=True, repr=False, slots=True)
class LRRangeTest:
    """What `lr_range_test` saw.

        lrs         the learning rates, rising
        losses      of the mini-batch, before the step with each
        smoothed    a running mean of the losses
        suggestion  a tenth of the rate at which it was lowest; None if it never fell by 5 %

    Example:
        >>> LRRangeTest([0.01, 0.1], [3.0, 1.0], [3.0, 1.9], 0.01)
        <LRRangeTest: 2 steps, lr 0.01 to 0.1, suggestion 0.01>
    """

    lrs: list[float]
    losses: list[float]
    smoothed: list[float]
    suggestion: float | None

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the losses against the rate, and return the axes.

        Args:    ax: matplotlib axes to draw on, or None for new ones.
        Raises:  ImportError: matplotlib is not installed.
        """
        from nn.plots._axes import COLOURS, axes_for

        axes = axes_for(ax, "LRRangeTest.plot")
        axes.plot(self.lrs, self.losses, ".", color=COLOURS[0], alpha=0.35, label="mini-batch")
        axes.plot(self.lrs, self.smoothed, color=COLOURS[0], label="running mean")
        if self.suggestion is not None:
            axes.axvline(self.suggestion, color=COLOURS[1], linestyle="--", label=f"suggestion: {self.suggestion:.2g}")
        axes.set(xscale="log", xlabel="learning rate", ylabel="loss", ylim=(0.0, 1.5 * max(self.losses[0], *self.smoothed[:1])))
        axes.legend(fontsize="small")
        return axes

    def __repr__(self) -> str:
        told = "none: the loss did not fall" if self.suggestion is None else f"{self.suggestion:.3g}"
        return f"<LRRangeTest: {len(self.lrs)} steps, lr {self.lrs[0]:.3g} to {self.lrs[-1]:.3g}, suggestion {told}>"


def lr_range_test(
    model: Module, X: Any, y: Any, *, loss: Any, optimizer: Any, lr_min: float = 1e-5, lr_max: float = 10.0, steps: int = 100,
    batch_size: int = 32, rng: int | random.Random | None = None,
) -> LRRangeTest:
    """Train for some steps while the learning rate rises from far too small to far too large, and put everything back.

        lr_i = lr_min (lr_max / lr_min)^(i / (steps - 1))
        s_i = running mean of the losses, memory 0.9, without bias
        suggestion = lr_k / 10,  k where s is lowest

    At the lowest point the rate is too high already: what it gained came from the rates before, and what it costs is seen
    soon after. The test ends at four times the lowest s, or at a loss or gradient that is not finite.

    Args:    model, X, y, loss, optimizer: as `nn.fit`; afterwards model and optimiser are as they were. lr_min, lr_max: the
             range. steps: how many. batch_size: examples in a mini-batch. rng: of their order; an int seed, a random.Random,
             or None for the default generator.
    Raises:  TypeError, ValueError: as `nn.fit`; lr_min not above 0, or lr_max not above lr_min; steps below 2.
    Differs: Smith raises the rate by equal amounts, and reads the rates off the curve; here it rises by equal factors. Some
             tools suggest the rate of the steepest fall: it is often too near to where the loss explodes.
    Example:
        >>> import nn, optim
        >>> line = nn.Linear(1, 1, rng=0)
        >>> sgd = optim.SGD(line.parameters(), lr=0.001)
        >>> nn.lr_range_test(line, [[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]], loss=nn.MSELoss(), optimizer=sgd, rng=0)
        <LRRangeTest: 91 steps, lr 1e-05 to 2.85, suggestion 0.215>

    Source:  Smith, Cyclical Learning Rates for Training Neural Networks (2015), section 3.3.
    """
    data, size = arrays(X, y, by="lr_range_test"), count(batch_size, "lr_range_test: batch_size")
    lrs = rates(lr_min, lr_max, count(steps, "lr_range_test: steps"))
    source = generator(rng)
    require_parts(model, loss, optimizer, by="lr_range_test")
    require_batches(model, len(data[0]), size, by="lr_range_test")
    try_out(model, loss, *data, by="lr_range_test")
    losses: list[float] = []
    smoothed: list[float] = []
    with trial(model, optimizer):
        step, _ = training_steps(model, loss, optimizer, (data[0][:size], data[1][:size]), True, ())
        for lr, batch in zip(lrs, endless(data, size, source), strict=False):
            for group in optimizer.param_groups:
                group["lr"] = lr
            try:
                found = step(*batch)
            except NonFiniteGradientError:
                break
            if not np.isfinite(found):
                break
            losses.append(found)
            smoothed.append(running_mean(losses))
            if smoothed[-1] > HOPELESS * min(smoothed):
                break
    return LRRangeTest(lrs[: len(losses)], losses, smoothed, suggested(lrs, smoothed))


def rates(lr_min: float, lr_max: float, steps: int) -> list[float]:
    """Rates from one to the other, by equal factors."""
    low, high = finite(lr_min, "lr_range_test: lr_min"), finite(lr_max, "lr_range_test: lr_max")
    if not 0.0 < low < high:
        raise ValueError(f"lr_range_test: the rates go from {lr_min} to {lr_max}. Give lr_min above 0, and lr_max above it.")
    if steps < 2:
        raise ValueError(f"lr_range_test: steps is {steps}, and a range has two ends. Give 2 or more.")
    found: list[float] = np.geomspace(low, high, steps).tolist()
    return found


def endless(data: Data, size: int, source: random.Random) -> Iterator[Data]:
    """Mini-batches of one shuffle after the other."""
    while True:
        yield from minibatches(*data, size, rng=source)


def running_mean(losses: list[float]) -> float:
    """The mean of all losses, each weighing 0.9 times as much as the next."""
    weights = MEMORY ** np.arange(len(losses))[::-1]
    return float(weights @ losses / weights.sum())



def suggested(lrs: list[float], smoothed: list[float]) -> float | None:
    """A tenth of the rate of the lowest loss, if the loss fell at all."""
    lowest = int(np.argmin(smoothed)) if smoothed else 0
    return lrs[lowest] / 10.0 if smoothed and smoothed[lowest] < FELL * smoothed[0] else None
