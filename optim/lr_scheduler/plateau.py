"""A rate that falls when nothing else helps."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar

from optim._settings import BELOW_ONE, NOT_NEGATIVE
from optim.lr_scheduler._kinds import ANY, Kind, one_of, per_group, rate, rates, whole, within
from optim.lr_scheduler.scheduler import LRScheduler, required
from optim.optimizer import Optimizer


class ReduceLROnPlateau(LRScheduler):
    """Lower the rate when a measure, such as the validation loss, has not become better for a while.

        better:  m < best (1 - threshold)  or, "abs", m < best - threshold      (max: m > best (1 + threshold), best + threshold)
        after more than `patience` epochs without:  lr ← max(factor lr, min_lr), then `cooldown` epochs that do not count

    The decks' decay on a rise of the error is patience=0, threshold=0.

    Args:    optimizer: whose rates are set. mode: "min" or "max", which way is better. factor: what a reduction leaves of the
             rate. patience, cooldown: in epochs. threshold: what counts as better. threshold_mode: "rel" or "abs".
             min_lr: the lowest rate, or a list with one for each group. eps: no smaller change of a rate is made.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: a setting out of range.
    Differs: lecture decks compare with the epoch before, this with the best epoch so far: an error that rises once and then
             falls slowly is noticed here.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = ReduceLROnPlateau(SGD([Value(0.0)], lr=0.5), factor=0.5, patience=0)
        >>> for loss in (3.0, 2.0, 2.5, 1.0): schedule.step(loss)
        >>> schedule.get_last_lr()
        [0.25]

    Source:  torch.optim.lr_scheduler.ReduceLROnPlateau.
    """

    kinds: ClassVar[Mapping[str, Kind]] = {
        "factor": within(BELOW_ONE), "patience": whole(0), "threshold": within(NOT_NEGATIVE), "threshold_mode": one_of("rel", "abs"),
        "cooldown": whole(0), "mode": one_of("min", "max"), "eps": within(NOT_NEGATIVE),
    }
    counters: ClassVar[Mapping[str, Kind]] = {
        "last_epoch": whole(0), "_last_lr": rates, "best": within(ANY), "cooldown_counter": whole(0), "num_bad_epochs": whole(0),
        "min_lrs": rates, "default_min_lr": lambda owner, name, x: None if x is None else rate(owner, name, x), "mode_worse": within(ANY),
    }
    factor: float
    patience: int
    threshold: float
    threshold_mode: str
    cooldown: int
    mode: str
    eps: float

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        self.optimizer = required(self._name, optimizer)
        settings = {
            "mode": mode, "factor": factor, "patience": patience, "threshold": threshold, "threshold_mode": threshold_mode,
            "cooldown": cooldown, "eps": eps,
        }
        for name, x in settings.items():
            setattr(self, name, self.kinds[name](self._name, name, x))
        self.min_lrs: list[float] = per_group(rate, len(self._groups))(self._name, "min_lr", min_lr)
        self.default_min_lr = None if isinstance(min_lr, list | tuple) else self.min_lrs[0]
        self.mode_worse = math.inf if mode == "min" else -math.inf
        self.best, self.last_epoch, self.cooldown_counter, self.num_bad_epochs = self.mode_worse, 0, 0, 0
        self.base_lrs = self._last_lr = [group["lr"] for group in self._groups]

    def better(self, measure: float) -> bool:
        """Whether a measure is better than the best so far."""
        sign = 1.0 if self.mode == "max" else -1.0
        bound = self.best * (1.0 + sign * self.threshold) if self.threshold_mode == "rel" else self.best + sign * self.threshold
        return measure > bound if self.mode == "max" else measure < bound

    def step(self, metrics: Any) -> None:  # type: ignore[override]
        """Take note of the measure of an epoch, and lower the rates if it is time; nan is not better than anything.

        Args:    metrics: a number, or a Value.
        Raises:  TypeError: metrics is none.
        """
        measure = within(ANY)(self._name, "metrics", metrics.item() if hasattr(metrics, "item") else metrics)
        with self._all_or_nothing():
            self.last_epoch += 1
            if self.better(measure):
                self.best, self.num_bad_epochs = measure, 0
            else:
                self.num_bad_epochs += 1
            if self.cooldown_counter > 0:
                self.cooldown_counter, self.num_bad_epochs = self.cooldown_counter - 1, 0
            if self.num_bad_epochs > self.patience:
                self.reduce()
                self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
            self._last_lr = [group["lr"] for group in self._groups]

    def reduce(self) -> None:
        """Lower every rate."""
        if len(self.min_lrs) != len(self._groups):
            if self.default_min_lr is None:
                raise ValueError(f"{self._name}: min_lr was given for {len(self.min_lrs)} groups, and there are {len(self._groups)} now. "
                                 "Give one number for all, or make the schedule after the last group is added.")
            self.min_lrs = [self.default_min_lr] * len(self._groups)
        for group, low in zip(self._groups, self.min_lrs, strict=True):
            lr = max(group["lr"] * self.factor, low)
            if group["lr"] - lr > self.eps:
                group["lr"] = lr
