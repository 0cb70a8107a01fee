"""What every schedule shares: it counts epochs, and writes rates into the groups of an optimiser, all of them or none."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from optim._settings import shown
from optim._state_dict import plain
from optim.lr_scheduler._kinds import Kind, rate, rates, whole
from optim.optimizer import Group, Optimizer

FIT = "Load what state_dict() of the same class gave, of an optimiser with as many groups."
IN_PYTORCH = frozenset(
    {"_is_initial", "_get_lr_called_within_step", "use_beta1", "base_momentums", "max_momentums", "_scale_fn_custom"}
)
"""What PyTorch has in a saved state besides. It follows from the rest, or stands in the optimiser's groups."""


class LRScheduler:
    """Base of the schedules: a subclass states its formula, and everything else is here.

        lr_t = formula(lr_0, t)           the closed form: t epochs after the beginning
        lr_t = recurrence(lr_{t-1}, lr_0) the chainable form, where there is one: what it is multiplied by is all it changes

    A schedule sets the rate of epoch 0 when it is made, and that of the next epoch at each `step()`, which goes after the
    optimiser's steps of the epoch. Those that state a recurrence can be used side by side on one optimiser.

    Args:    optimizer: whose rates are set; `initial_lr` is noted in its groups, as in PyTorch. last_epoch: the epoch that
             was the last before, or -1 at the beginning. settings: those that `kinds` lists.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: a setting out of range, a rate below 0 or
             not finite; last_epoch is given, but a group has no "initial_lr". Nothing has changed then.
    Differs: PyTorch warns where `step()` comes before the optimiser's and where it is given an epoch, and lets rates be
             negative or nan.
    Source:  torch.optim.lr_scheduler.LRScheduler, PyTorch 2.13.
    """

    kinds: ClassVar[Mapping[str, Kind]] = {}
    counters: ClassVar[Mapping[str, Kind]] = {"base_lrs": rates, "last_epoch": whole(-1), "_step_count": whole(0), "_last_lr": rates}
    optimizer: Optimizer
    base_lrs: list[float]
    last_epoch: int
    _step_count: int
    _last_lr: list[float]

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1, **settings: Any) -> None:
        self.optimizer = required(self._name, optimizer)
        self.last_epoch = whole(-1)(self._name, "last_epoch", last_epoch)
        for name, x in settings.items():
            setattr(self, name, self.kinds[name](self._name, name, x))
        with self._all_or_nothing():
            if self.last_epoch == -1:
                for group, new in zip(self._groups, self.beginning(), strict=True):
                    group.update(new)
                    group.setdefault("initial_lr", group["lr"])
            self.base_lrs = [self._initial(i) for i in range(len(self._groups))]
            self._begin()

    def beginning(self) -> list[Group]:
        """What is written into each group at the beginning."""
        return [{} for _ in self._groups]

    def formula(self, base_lr: float, epoch: int) -> float:
        """The rate at an epoch of a group that began with `base_lr`."""
        raise NotImplementedError(f"{self._name} has no closed form: its rates are known only step by step.")

    def recurrence(self, lr: float, base_lr: float) -> float:  # noqa: ARG002
        """The rate at `last_epoch` of a group whose rate is `lr`."""
        return self.formula(base_lr, self.last_epoch)

    def closed_form(self, epoch: int) -> list[float]:
        """The rates at an epoch, by the formula; nothing is changed.

        Args:    epoch: counted from 0.
        Raises:  NotImplementedError: this schedule has no closed form.
        """
        return [self.formula(base_lr, epoch) for base_lr in self.base_lrs]

    def get_lr(self) -> list[float]:
        """The rates at `last_epoch`, from those that the groups have now."""
        return [self.recurrence(group["lr"], base_lr) for group, base_lr in zip(self._groups, self.base_lrs, strict=True)]

    def beside(self) -> list[Group]:
        """What is written into each group at `last_epoch` besides its rate."""
        return [{} for _ in self._groups]

    def get_last_lr(self) -> list[float]:
        """The rate of each group as this schedule last set it."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Set the rates of the next epoch; with `epoch`, those of that one, by the closed form.

        Raises:  ValueError: a rate would be negative or not finite. TypeError: epoch is no whole number. NotImplementedError:
                 an epoch is given to a schedule without a closed form. Nothing has changed then.
        """
        with self._all_or_nothing():
            self._step_count += 1
            if epoch is None:
                self.last_epoch += 1
                self._write(self.get_lr())
            else:
                self.last_epoch = whole(0)(self._name, "epoch", epoch)
                self._write(self.closed_form(self.last_epoch))

    def state_dict(self) -> dict[str, Any]:
        """Settings and counters as plain numbers, lists and dicts, under PyTorch's names."""
        return {name: plain(getattr(self, name)) for name in self._kept}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take up where the schedule that gave `state_dict` left off. The rates themselves stand in the optimiser's state.

        Args:    state_dict: from `state_dict()` of the same class; JSON may lie in between.
        Raises:  ValueError, TypeError: it does not fit; everything is checked first, so that nothing has changed then.
        """
        for name, x in self._fitted(state_dict).items():
            setattr(self, name, x)

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.kinds)
        return f"{self._name}({settings})"

    @property
    def _name(self) -> str:
        return type(self).__name__

    @property
    def _groups(self) -> list[Group]:
        return self.optimizer.param_groups

    @property
    def _kept(self) -> dict[str, Kind]:
        """What a saved state holds."""
        return {**self.kinds, **self.counters}

    @property
    def _starting(self) -> bool:
        """Whether the rates of the first epoch are being set, before any step of the optimiser."""
        return self._step_count == 1

    def _initial(self, i: int) -> float:
        if "initial_lr" not in self._groups[i]:
            raise ValueError(f"{self._name}: last_epoch is {self.last_epoch}, but group {i} of the optimiser has no 'initial_lr' to go on "
                             "from. Load the optimiser's state first, or begin with last_epoch=-1.")
        return float(rate(self._name, f"initial_lr of group {i}", self._groups[i]["initial_lr"]))

    def _begin(self) -> None:
        """Set the rates of the first epoch."""
        self._step_count = 0
        self.step()

    def _enter(self) -> None:
        """Set the rates of epoch 0, now that this schedule's turn has come."""
        with self._all_or_nothing():
            self._step_count += 1
            self.last_epoch = 0
            try:
                found = self.closed_form(0)
            except NotImplementedError:
                found = self.get_lr()
            self._write(found)

    def _write(self, lrs: list[float]) -> None:
        """Put the rates into the groups, and what goes with them."""
        what = f"the rate at epoch {self.last_epoch}"
        checked = [rate(self._name, f"{what} of group {i}", lr) for i, lr in enumerate(lrs)]
        for group, lr, more in zip(self._groups, checked, self.beside(), strict=True):
            group.update(more, lr=lr)
        self._last_lr = [group["lr"] for group in self._groups]

    def _fitted(self, state_dict: Any) -> dict[str, Any]:
        """The parts of a saved state, each checked; or the error."""
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"{self._name}: a state_dict is a dict, got {shown(state_dict)}. {FIT}")
        strange = state_dict.keys() ^ self._kept.keys()
        for name in sorted(map(str, strange - IN_PYTORCH)):
            raise ValueError(f"{self._name}: the state_dict has {'' if name in state_dict else 'no '}{name!r}. {FIT}")
        found = {name: kind(self._name, f"{name!r} of the state_dict", state_dict[name]) for name, kind in self._kept.items()}
        for name in self._by_group(found):
            if len(found[name]) != len(self._groups):
                raise ValueError(f"{self._name}: {name!r} of the state_dict has {len(found[name])} members, and the optimiser "
                                 f"{len(self._groups)} groups. {FIT}")
        return found

    def _by_group(self, found: dict[str, Any]) -> list[str]:
        """The names of those parts that have a member for each group."""
        return [name for name in ("base_lrs", "_last_lr", "max_lrs", "base_momentums", "max_momentums", "min_lrs", "lr_lambdas")
                if name in found and found[name] is not None]

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """On an error, this schedule and the optimiser's groups are as before."""
        before, groups = dict(vars(self)), [dict(group) for group in self._groups]
        try:
            yield
        except BaseException:
            self.__dict__ = before
            for group, old in zip(self._groups, groups, strict=True):
                group.clear()
                group.update(old)
            raise


def required(owner: str, optimizer: Any) -> Optimizer:
    """The optimiser, if it is one."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{owner}: {shown(optimizer)} is no optimiser. Give one, such as optim.SGD(model.parameters(), lr=0.1).")
    return optimizer
