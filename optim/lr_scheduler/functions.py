"""Rates by functions of one's own."""

import types
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeAlias

from optim.lr_scheduler._kinds import Kind, function, per_group
from optim.lr_scheduler.scheduler import LRScheduler, required
from optim.optimizer import Optimizer

Factor: TypeAlias = Callable[[int], float]


class ByFunctions(LRScheduler):
    """A schedule with a function of the epoch for each group.

    Args:    optimizer: whose rates are set. lr_lambda: a function of the epoch, or a list with one for each group.
             last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; lr_lambda is no function. ValueError: not one for each group; one gives a rate below 0.
    """

    counters: ClassVar[Mapping[str, Kind]] = {**LRScheduler.counters, "lr_lambdas": lambda owner, name, x: x}
    lr_lambdas: list[Factor]

    def __init__(self, optimizer: Optimizer, lr_lambda: Factor | list[Factor], last_epoch: int = -1) -> None:
        groups = len(required(self._name, optimizer).param_groups)
        self.lr_lambdas = per_group(function, groups)(self._name, "lr_lambda", lr_lambda)
        super().__init__(optimizer, last_epoch)

    def state_dict(self) -> dict[str, Any]:
        """As in the base class; of each function its attributes if it is an object that has some, else None."""
        return {**super().state_dict(), "lr_lambdas": [attributes(f) for f in self.lr_lambdas]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """As in the base class; the functions stay, and those that are objects take up the attributes saved."""
        found = self._fitted(state_dict)
        for f, saved in zip(self.lr_lambdas, found.pop("lr_lambdas"), strict=True):
            if saved is not None:
                vars(f).update(saved)
        for name, x in found.items():
            setattr(self, name, x)


class LambdaLR(ByFunctions):
    """Any rate at all, as a share of the first one.

        lr_t = lr_0 λ(t)

    Args:    optimizer: whose rates are set. lr_lambda: λ, a function of the epoch, or a list with one for each group.
             last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; lr_lambda is no function. ValueError: not one for each group; one gives a rate below 0.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = LambdaLR(SGD([Value(0.0)], lr=0.5), lambda t: 1 / (1 + t))
        >>> [schedule.closed_form(t)[0] for t in (0, 1, 3)]
        [0.5, 0.25, 0.125]

    Source:  torch.optim.lr_scheduler.LambdaLR.
    """

    def closed_form(self, epoch: int) -> list[float]:
        """lr_0 λ(t)."""
        return [base_lr * λ(epoch) for λ, base_lr in zip(self.lr_lambdas, self.base_lrs, strict=True)]

    def get_lr(self) -> list[float]:
        """lr_0 λ(t)."""
        return self.closed_form(self.last_epoch)


class MultiplicativeLR(ByFunctions):
    """Every epoch multiplies the rate by a factor of its own.

        lr_t = lr_{t-1} λ(t)

    Args:    optimizer: whose rates are set. lr_lambda: λ, a function of the epoch, or a list with one for each group.
             last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; lr_lambda is no function. ValueError: not one for each group; one gives a rate below 0.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = MultiplicativeLR(SGD([Value(0.0)], lr=0.5), lambda t: 0.5)
        >>> schedule.step(); schedule.step(); schedule.get_last_lr()
        [0.125]

    Source:  torch.optim.lr_scheduler.MultiplicativeLR.
    """

    def get_lr(self) -> list[float]:
        """lr λ(t)."""
        if self._starting:
            return [group["lr"] for group in self._groups]
        return [group["lr"] * λ(self.last_epoch) for λ, group in zip(self.lr_lambdas, self._groups, strict=True)]


def attributes(f: Any) -> dict[str, Any] | None:
    """What there is to save of a function: nothing of a plain one."""
    return None if isinstance(f, types.FunctionType) else dict(getattr(f, "__dict__", {}))
