"""Rates that follow half a wave of the cosine."""

import math
from collections.abc import Mapping
from numbers import Real
from typing import ClassVar

from optim._settings import NOT_NEGATIVE, shown
from optim.lr_scheduler._kinds import ANY, Kind, whole, within
from optim.lr_scheduler.scheduler import LRScheduler
from optim.optimizer import Optimizer


def wave(t: float, T: float) -> float:
    """1 + cos πt/T: from 2 at t = 0 to 0 at t = T."""
    return 1 + math.cos(math.pi * t / T)


class CosineAnnealingLR(LRScheduler):
    """Down to eta_min along a cosine in T_max epochs, and up again in as many.

        lr_t = η_min + ½ (lr_0 - η_min)(1 + cos πt/T_max)

    Args:    optimizer: whose rates are set. T_max: length of the way down, in epochs. eta_min: η_min, the lowest rate.
             last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: T_max below 1, eta_min negative.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = CosineAnnealingLR(SGD([Value(0.0)], lr=0.5), T_max=10)
        >>> [round(schedule.closed_form(t)[0], 6) for t in (0, 5, 10, 20)]
        [0.5, 0.25, 0.0, 0.5]

    Source:  Loshchilov, Hutter, SGDR (2017), equation 5, without the restarts; torch.optim.lr_scheduler.CosineAnnealingLR.
    """

    kinds: ClassVar[Mapping[str, Kind]] = {"T_max": whole(1), "eta_min": within(NOT_NEGATIVE)}
    T_max: int
    eta_min: float

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, T_max=T_max, eta_min=eta_min)

    def formula(self, base_lr: float, epoch: int) -> float:
        """η_min + (lr_0 - η_min)(1 + cos πt/T_max) / 2."""
        return self.eta_min + (base_lr - self.eta_min) * wave(epoch, self.T_max) / 2

    def recurrence(self, lr: float, base_lr: float) -> float:
        """η_min + (lr - η_min)(1 + cos πt/T_max) / (1 + cos π(t-1)/T_max); by itself where it leaves the lowest point."""
        t, T, η = self.last_epoch, self.T_max, self.eta_min
        if self._starting:
            return lr
        if (t - 1 - T) % (2 * T) == 0:
            return lr + (base_lr - η) * (1 - math.cos(math.pi / T)) / 2
        return wave(t, T) / wave(t - 1, T) * (lr - η) + η


class CosineAnnealingWarmRestarts(LRScheduler):
    """Down along a cosine, then at once back to lr_0, in cycles that grow longer.

        lr_t = η_min + ½ (lr_0 - η_min)(1 + cos πT_cur/T_i)

    T_cur counts the epochs since the last restart; T_i, the length of a cycle, is T_0 at first and T_mult times as long
    after each restart. `step(epoch)` takes fractions too, for changes within an epoch: `step(epoch + batch / batches)`.

    Args:    optimizer: whose rates are set. T_0: length of the first cycle, in epochs. T_mult: growth of the cycles.
             eta_min: η_min, the lowest rate. last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: T_0 or T_mult below 1, eta_min negative.
    Differs: PyTorch finds the cycle of a given epoch by a logarithm, which can miss a restart by rounding; this counts.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = CosineAnnealingWarmRestarts(SGD([Value(0.0)], lr=0.5), T_0=2, T_mult=2)
        >>> [round(schedule.closed_form(t)[0], 6) for t in (0, 1, 2, 4, 6)]
        [0.5, 0.25, 0.5, 0.25, 0.5]

    Source:  Loshchilov, Hutter, SGDR (2017), equation 5; torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.
    """

    kinds: ClassVar[Mapping[str, Kind]] = {"T_0": whole(1), "T_mult": whole(1), "eta_min": within(NOT_NEGATIVE)}
    counters: ClassVar[Mapping[str, Kind]] = {**LRScheduler.counters, "T_i": whole(1), "T_cur": within(ANY)}
    T_0: int
    T_mult: int
    eta_min: float
    T_cur: float
    T_i: int

    def __init__(self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_cur = 0.0
        super().__init__(optimizer, last_epoch, T_0=T_0, T_mult=T_mult, eta_min=eta_min)

    def formula(self, base_lr: float, epoch: float) -> float:
        """η_min + (lr_0 - η_min)(1 + cos πT_cur/T_i) / 2."""
        return self.eta_min + (base_lr - self.eta_min) * wave(*self.cycle(epoch)) / 2

    def cycle(self, epoch: float) -> tuple[float, int]:
        """(T_cur, T_i) at an epoch."""
        if self.T_mult == 1:
            return epoch % self.T_0, self.T_0
        length = self.T_0
        while epoch >= length:
            epoch -= length
            length *= self.T_mult
        return epoch, length

    def step(self, epoch: float | None = None) -> None:
        """Set the rates of one epoch later; with `epoch`, those at that point, which may lie within an epoch.

        Raises:  ValueError: epoch is negative or not finite. TypeError: it is no number. Nothing has changed then.
        """
        if epoch is not None and (isinstance(epoch, bool) or not isinstance(epoch, Real)):
            raise TypeError(f"{self._name}: epoch must be a number, at least 0, got {shown(epoch)}.")
        t = self.last_epoch + self.T_cur % 1 + 1 if epoch is None else epoch
        if not 0 <= t < math.inf:
            raise ValueError(f"{self._name}: epoch must be a finite number, at least 0, got {t}.")
        with self._all_or_nothing():
            self._step_count += 1
            self.last_epoch = math.floor(t)
            self.T_cur, self.T_i = self.cycle(t)
            self._write([self.formula(base_lr, t) for base_lr in self.base_lrs])
