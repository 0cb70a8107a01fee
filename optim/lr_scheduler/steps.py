"""Rates that fall in steps."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from optim._settings import NOT_NEGATIVE, shown
from optim.lr_scheduler._kinds import Kind, each, whole, within
from optim.lr_scheduler.scheduler import LRScheduler
from optim.optimizer import Optimizer


class StepLR(LRScheduler):
    """Step decay: after every `step_size` epochs, multiply the rate by gamma.

        lr_t = lr_0 γ^⌊t / step_size⌋

    Args:    optimizer: whose rates are set. step_size: in epochs. gamma: γ, what a step leaves of the rate.
             last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: step_size below 1, gamma negative.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = StepLR(SGD([Value(0.0)], lr=0.5), step_size=10)
        >>> [round(schedule.closed_form(t)[0], 6) for t in (0, 9, 10, 20)]
        [0.5, 0.5, 0.05, 0.005]

    Source:  torch.optim.lr_scheduler.StepLR.
    """

    kinds: ClassVar[Mapping[str, Kind]] = {"step_size": whole(1), "gamma": within(NOT_NEGATIVE)}
    step_size: int
    gamma: float

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, step_size=step_size, gamma=gamma)

    def formula(self, base_lr: float, epoch: int) -> float:
        """lr_0 γ^⌊t / step_size⌋."""
        return float(base_lr * self.gamma ** (epoch // self.step_size))

    def recurrence(self, lr: float, base_lr: float) -> float:  # noqa: ARG002
        """γ lr at the end of a step, else lr."""
        return lr if self.last_epoch == 0 or self.last_epoch % self.step_size else lr * self.gamma


class MultiStepLR(LRScheduler):
    """Step decay at chosen epochs: multiply the rate by gamma at each milestone.

        lr_t = lr_0 γ^(number of milestones ≤ t)

    Args:    optimizer: whose rates are set. milestones: epochs; one given twice counts twice. gamma: γ, what a step leaves of
             the rate. last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: a milestone below 0, gamma negative.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = MultiStepLR(SGD([Value(0.0)], lr=0.5), milestones=[30, 80])
        >>> [round(schedule.closed_form(t)[0], 6) for t in (0, 29, 30, 80)]
        [0.5, 0.5, 0.05, 0.005]

    Source:  torch.optim.lr_scheduler.MultiStepLR.
    """

    kinds: ClassVar[Mapping[str, Kind]] = {"milestones": lambda owner, name, x: counted(owner, name, x), "gamma": within(NOT_NEGATIVE)}
    milestones: Counter[int]
    gamma: float

    def __init__(self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, milestones=milestones, gamma=gamma)

    def formula(self, base_lr: float, epoch: int) -> float:
        """lr_0 γ^(number of milestones ≤ t)."""
        return float(base_lr * self.gamma ** bisect_right(sorted(self.milestones.elements()), epoch))

    def recurrence(self, lr: float, base_lr: float) -> float:  # noqa: ARG002
        """γ lr at a milestone, else lr."""
        return float(lr * self.gamma ** self.milestones[self.last_epoch]) if self.last_epoch in self.milestones else lr

    def state_dict(self) -> dict[str, Any]:
        """As in the base class; the milestones with the number of times each was given."""
        return {**super().state_dict(), "milestones": dict(self.milestones)}


def counted(owner: str, name: str, x: Any) -> Counter[int]:
    """How often each milestone is given: in a list, or in a saved state, where JSON may have made its keys text."""
    if isinstance(x, Mapping):
        keys = [int(key) if isinstance(key, str) and key.isdecimal() else key for key in x]
        found = zip(each(whole(0))(owner, name, keys), each(whole(1))(owner, name, list(x.values())), strict=True)
        return Counter(dict(found))
    if isinstance(x, str) or not isinstance(x, Iterable):
        raise TypeError(f"{owner}: {name} must be a list of epochs, got {shown(x)}.")
    return Counter(each(whole(0))(owner, name, list(x)))
