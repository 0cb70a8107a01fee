"""Rates that fall smoothly: exponentially, as 1/t, or along a power of a straight line."""

from collections.abc import Mapping
from typing import ClassVar

from optim._settings import NOT_NEGATIVE
from optim.lr_scheduler._kinds import Kind, whole, within
from optim.lr_scheduler.scheduler import LRScheduler
from optim.optimizer import Optimizer


class ExponentialLR(LRScheduler):
    """Exponential decay: every epoch multiplies the rate by gamma.

        lr_t = lr_0 γ^t = lr_0 e^{-kt},  γ = e^{-k}

    Args:    optimizer: whose rates are set. gamma: γ; with the decks' k, math.exp(-k). last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: gamma negative or not finite.
    Differs: one deck prints lr_0^{-kt}: with lr_0 = 0.1 that is 10^{kt}, which grows. lr_0 e^{-kt} is meant.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = ExponentialLR(SGD([Value(0.0)], lr=0.5), gamma=0.5)
        >>> [schedule.closed_form(t)[0] for t in range(4)]
        [0.5, 0.25, 0.125, 0.0625]

    Source:  torch.optim.lr_scheduler.ExponentialLR.
    """

    kinds: ClassVar[Mapping[str, Kind]] = {"gamma": within(NOT_NEGATIVE)}
    gamma: float

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, gamma=gamma)

    def formula(self, base_lr: float, epoch: int) -> float:
        """lr_0 γ^t."""
        return float(base_lr * self.gamma**epoch)

    def recurrence(self, lr: float, base_lr: float) -> float:  # noqa: ARG002
        """γ lr."""
        return lr if self._starting else lr * self.gamma


class InverseTimeLR(LRScheduler):
    """1/t decay: slow enough to get anywhere, fast enough to come to rest.

        lr_t = lr_0 / (1 + kt)

    Its sum is infinite and that of its squares finite, as Robbins and Monro ask: see `robbins_monro`.

    Args:    optimizer: whose rates are set. k: decay per epoch; after 1/k epochs the rate is halved.
             last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: k negative or not finite.
    Differs: not in PyTorch, where it is LambdaLR(optimizer, lambda t: 1 / (1 + k * t)).
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = InverseTimeLR(SGD([Value(0.0)], lr=0.5), k=0.25)
        >>> [schedule.closed_form(t)[0] for t in (0, 4, 12)]
        [0.5, 0.25, 0.125]

    Source:  Robbins, Monro, A Stochastic Approximation Method (1951).
    """

    kinds: ClassVar[Mapping[str, Kind]] = {"k": within(NOT_NEGATIVE)}
    k: float

    def __init__(self, optimizer: Optimizer, k: float, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, k=k)

    def formula(self, base_lr: float, epoch: int) -> float:
        """lr_0 / (1 + kt)."""
        return base_lr / (1.0 + self.k * epoch)


class PolynomialLR(LRScheduler):
    """Down to 0 along a power of a straight line.

        lr_t = lr_0 (1 - t/T)^power  for t ≤ T,  0 from then on

    Args:    optimizer: whose rates are set. total_iters: T, in epochs. power: 1 for a straight line.
             last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: total_iters below 1, power negative.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = PolynomialLR(SGD([Value(0.0)], lr=0.5), total_iters=4, power=2.0)
        >>> [schedule.closed_form(t)[0] for t in (0, 2, 4, 9)]
        [0.5, 0.125, 0.0, 0.0]

    Source:  torch.optim.lr_scheduler.PolynomialLR.
    """

    kinds: ClassVar[Mapping[str, Kind]] = {"total_iters": whole(1), "power": within(NOT_NEGATIVE)}
    total_iters: int
    power: float

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, total_iters=total_iters, power=power)

    def formula(self, base_lr: float, epoch: int) -> float:
        """lr_0 (1 - min(t, T)/T)^power."""
        return float(base_lr * (1.0 - min(self.total_iters, epoch) / self.total_iters) ** self.power)

    def recurrence(self, lr: float, base_lr: float) -> float:  # noqa: ARG002
        """lr ((1 - t/T) / (1 - (t - 1)/T))^power."""
        t, T = self.last_epoch, self.total_iters
        return lr if self._starting or t > T else float(lr * ((1.0 - t / T) / (1.0 - (t - 1) / T)) ** self.power)
