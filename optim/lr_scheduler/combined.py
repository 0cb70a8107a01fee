"""Schedules made of schedules: one after another, or side by side."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar

from optim._settings import shown
from optim.lr_scheduler._kinds import Kind, each, rates, whole
from optim.lr_scheduler.plateau import ReduceLROnPlateau
from optim.lr_scheduler.scheduler import FIT, LRScheduler, required
from optim.optimizer import Optimizer


class Combined(LRScheduler):
    """A schedule that leaves the rates to others.

    Args:    schedulers: the others. optimizer: whose rates they set; that of the first if not given.
    Raises:  TypeError: no list of schedules. ValueError: an empty one, schedules of different optimisers, or one that needs a measure.
    """

    _schedulers: list[LRScheduler]

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        if not isinstance(schedulers, list | tuple):
            raise TypeError(f"{self._name}: schedulers must be a list of schedules, got {shown(schedulers)}.")
        if not schedulers:
            raise ValueError(f"{self._name}: the list of schedulers is empty. Give at least one.")
        for i, schedule in enumerate(schedulers):
            if not isinstance(schedule, LRScheduler):
                raise TypeError(f"{self._name}: schedulers[{i}] is {shown(schedule)}, not a schedule. "
                                "Give one, such as StepLR(optimizer, 10).")
            if isinstance(schedule, ReduceLROnPlateau):
                raise ValueError(f"{self._name}: schedulers[{i}] is a ReduceLROnPlateau, whose step needs a measure. Step it by itself.")
        self.optimizer = required(self._name, schedulers[0].optimizer if optimizer is None else optimizer)
        for i, schedule in enumerate(schedulers):
            if schedule.optimizer is not self.optimizer:
                raise ValueError(f"{self._name}: schedulers[{i}] is made for another optimiser. Make all of them for the same one.")
        self._schedulers = list(schedulers)
        self.base_lrs = [group["initial_lr"] for group in self._groups]
        self._last_lr = [group["lr"] for group in self._groups]

    def state_dict(self) -> dict[str, Any]:
        """As in the base class, with the states of the schedules inside."""
        return {**super().state_dict(), "_schedulers": [schedule.state_dict() for schedule in self._schedulers]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """As in the base class, the schedules inside included."""
        given = state_dict.get("_schedulers") if isinstance(state_dict, Mapping) else None
        if not isinstance(given, list | tuple) or len(given) != len(self._schedulers):
            raise ValueError(f"{self._name}: the state_dict must hold the states of {len(self._schedulers)} schedulers, "
                             f"got {shown(given)}. {FIT}")
        own = self._fitted({name: x for name, x in state_dict.items() if name != "_schedulers"})
        for schedule, state in zip(self._schedulers, given, strict=True):
            schedule._fitted({name: x for name, x in state.items() if name != "_schedulers"} if isinstance(state, Mapping) else state)
        for schedule, state in zip(self._schedulers, given, strict=True):
            schedule.load_state_dict(state)
        for name, x in own.items():
            setattr(self, name, x)

    def _first_steps_undone(self) -> None:
        """Have every schedule inside count as if it had not begun."""
        for schedule in self._schedulers:
            if isinstance(schedule, Combined):
                schedule._first_steps_undone()
            else:
                schedule.last_epoch -= 1

    def __repr__(self) -> str:
        return f"{self._name}([{', '.join(map(repr, self._schedulers))}])"


class SequentialLR(Combined):
    """One schedule after another: a warm-up and what follows it.

        schedulers[i] from milestones[i-1] on, where it begins with its epoch 0

    Args:    optimizer: whose rates are set. schedulers: in order, made for this optimiser. milestones: the epochs of change, one
             fewer than schedules. last_epoch: the last epoch before, or -1.
    Raises:  TypeError: optimizer is none; no list of schedules. ValueError: an empty one, schedules of different optimisers, a
             ReduceLROnPlateau or a combined schedule inside, milestones that do not rise or are too few or many.
    Differs: PyTorch takes milestones in any order, and fails at a milestone from which a combined schedule begins.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> from optim.lr_scheduler import ExponentialLR, LinearLR
        >>> sgd = SGD([Value(0.0)], lr=0.5)
        >>> schedule = SequentialLR(sgd, [LinearLR(sgd, 0.5, total_iters=2), ExponentialLR(sgd, 0.5)], milestones=[2])
        >>> for _ in range(4): print(schedule.get_last_lr()[0], end=" "); schedule.step()
        0.25 0.375 0.5 0.25

    Source:  torch.optim.lr_scheduler.SequentialLR.
    """

    counters: ClassVar[Mapping[str, Kind]] = {"last_epoch": whole(-1), "_milestones": each(whole(0)), "_last_lr": rates}

    def __init__(self, optimizer: Optimizer, schedulers: list[LRScheduler], milestones: list[int], last_epoch: int = -1) -> None:
        super().__init__(schedulers, required(self._name, optimizer))
        for i, schedule in enumerate(schedulers):
            if isinstance(schedule, Combined):
                raise ValueError(f"{self._name}: schedulers[{i}] is a {type(schedule).__name__}. "
                                 "Give the schedules inside of it, one after another.")
        self._milestones: list[int] = each(whole(0))(self._name, "milestones", milestones)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(f"{self._name}: {len(schedulers)} schedulers need {len(schedulers) - 1} milestones, the epochs of change "
                             f"between them, got {milestones}.")
        if not all(a < b for a, b in pairwise(self._milestones)):
            raise ValueError(f"{self._name}: milestones must rise, got {milestones}.")
        self.last_epoch = whole(-1)(self._name, "last_epoch", last_epoch) + 1
        for group in self._groups:
            group["lr"] = group["initial_lr"]
        self._first_steps_undone()
        first = self._schedulers[bisect_right(self._milestones, 0)]
        first._begin()
        self._last_lr = first.get_last_lr()

    def closed_form(self, epoch: int) -> list[float]:
        """The rates that the schedule whose turn it is gives by its own closed form."""
        i = bisect_right(self._milestones, epoch)
        return self._schedulers[i].closed_form(epoch - [0, *self._milestones][i])

    def step(self) -> None:  # type: ignore[override]
        """Set the rates of the next epoch, by the schedule whose turn it is."""
        epoch = self.last_epoch + 1
        i = bisect_right(self._milestones, epoch)
        schedule = self._schedulers[i]
        if i > 0 and self._milestones[i - 1] == epoch:
            schedule._enter()
        else:
            schedule.step()
        self.last_epoch, self._last_lr = epoch, schedule.get_last_lr()


class ChainedScheduler(Combined):
    """Several schedules at once: their factors multiply.

    Each schedule inside sets the rate from that which the one before it has set, so all but the first should be of the
    chainable kind (StepLR, MultiStepLR, ConstantLR, LinearLR, ExponentialLR, PolynomialLR, CosineAnnealingLR, MultiplicativeLR).

    Args:    schedulers: in the order in which they are stepped. optimizer: whose rates they set; that of the first if not given.
    Raises:  TypeError: no list of schedules. ValueError: an empty one, schedules of different optimisers, a ReduceLROnPlateau.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> from optim.lr_scheduler import ConstantLR, ExponentialLR
        >>> sgd = SGD([Value(0.0)], lr=0.5)
        >>> schedule = ChainedScheduler([ConstantLR(sgd, 0.5, total_iters=2), ExponentialLR(sgd, 0.5)])
        >>> for _ in range(4): print(schedule.get_last_lr()[0], end=" "); schedule.step()
        0.25 0.125 0.125 0.0625

    Source:  torch.optim.lr_scheduler.ChainedScheduler.
    """

    counters: ClassVar[Mapping[str, Kind]] = {"_last_lr": rates}

    def step(self) -> None:  # type: ignore[override]
        """Step every schedule once, or, on an error, none."""
        states = [dict(vars(schedule)) for schedule in self._schedulers]
        with self._all_or_nothing():
            try:
                for schedule in self._schedulers:
                    schedule.step()
            except BaseException:
                for schedule, state in zip(self._schedulers, states, strict=True):
                    schedule.__dict__ = state
                raise
            self._last_lr = [group["lr"] for group in self._groups]
