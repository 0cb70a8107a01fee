"""Rates that are scaled down for a while, or go from one share of lr_0 to another in a straight line."""

from collections.abc import Mapping
from typing import ClassVar

from optim._settings import UP_TO_ONE
from optim.lr_scheduler._kinds import SHARE_ABOVE_0, Kind, whole, within
from optim.lr_scheduler.scheduler import LRScheduler
from optim.optimizer import Optimizer


class ConstantLR(LRScheduler):
    """A share of the rate for some epochs, then all of it.

        lr_t = factor lr_0  for t < total_iters,  lr_0 from then on

    For one and the same rate throughout, use no schedule.

    Args:    optimizer: whose rates are set. factor: the share. total_iters: in epochs. last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: factor not in (0, 1], total_iters below 1.
    Differs: PyTorch takes a factor of 0, and then divides by it.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = ConstantLR(SGD([Value(0.0)], lr=0.5), factor=0.5, total_iters=4)
        >>> [schedule.closed_form(t)[0] for t in (0, 3, 4)]
        [0.25, 0.25, 0.5]

    Source:  torch.optim.lr_scheduler.ConstantLR.
    """

    kinds: ClassVar[Mapping[str, Kind]] = {"factor": within(SHARE_ABOVE_0), "total_iters": whole(1)}
    factor: float
    total_iters: int

    def __init__(self, optimizer: Optimizer, factor: float = 1.0 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, factor=factor, total_iters=total_iters)

    def formula(self, base_lr: float, epoch: int) -> float:
        """factor lr_0, then lr_0."""
        return base_lr * (self.factor + (epoch >= self.total_iters) * (1 - self.factor))

    def recurrence(self, lr: float, base_lr: float) -> float:  # noqa: ARG002
        """factor lr at the beginning, lr / factor at total_iters, else lr."""
        if self.last_epoch == 0:
            return lr * self.factor
        return lr * (1.0 / self.factor) if self.last_epoch == self.total_iters else lr


class LinearLR(LRScheduler):
    """From one share of the rate to another in a straight line, then held: a warm-up, or the decks' linear decay.

        lr_t = lr_0 (s + (e - s) t/τ)  for t ≤ τ,  e lr_0 from then on

    The decks' decay to 1 % at τ is LinearLR(optimizer, 1.0, 0.01, total_iters=τ): lr_t = (1 - α) lr_0 + α lr_τ, α = t/τ.

    Args:    optimizer: whose rates are set. start_factor: s. end_factor: e. total_iters: τ, in epochs.
             last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: start_factor not in (0, 1], end_factor not
             in [0, 1], total_iters below 1.
    Differs: where rounding takes PyTorch's last rate below 0, this is 0.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = LinearLR(SGD([Value(0.0)], lr=0.5), 1.0, 0.01, total_iters=100)
        >>> [round(schedule.closed_form(t)[0], 6) for t in (0, 50, 100, 1000)]
        [0.5, 0.2525, 0.005, 0.005]

    Source:  torch.optim.lr_scheduler.LinearLR; Goodfellow, Bengio, Courville, Deep Learning (2016), equation 8.14.
    """

    kinds: ClassVar[Mapping[str, Kind]] = {"start_factor": within(SHARE_ABOVE_0), "end_factor": within(UP_TO_ONE), "total_iters": whole(1)}
    start_factor: float
    end_factor: float
    total_iters: int

    def __init__(
        self, optimizer: Optimizer, start_factor: float = 1.0 / 3, end_factor: float = 1.0, total_iters: int = 5, last_epoch: int = -1
    ) -> None:
        super().__init__(optimizer, last_epoch, start_factor=start_factor, end_factor=end_factor, total_iters=total_iters)

    def formula(self, base_lr: float, epoch: int) -> float:
        """lr_0 (s + (e - s) min(t, τ)/τ)."""
        return base_lr * (self.start_factor + (self.end_factor - self.start_factor) * min(self.total_iters, epoch) / self.total_iters)

    def recurrence(self, lr: float, base_lr: float) -> float:  # noqa: ARG002
        """lr (1 + (e - s) / (τ s + (t - 1)(e - s)))."""
        s, τ, t, rise = self.start_factor, self.total_iters, self.last_epoch, self.end_factor - self.start_factor
        if t == 0:
            return lr * s
        return lr if self._starting or t > τ else max(0.0, lr * (1.0 + rise / (τ * s + (t - 1) * rise)))
