"""Rates that go up and down, and a momentum that goes down and up with them."""

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, ClassVar, TypeAlias

from optim._settings import BELOW_ONE, NOT_NEGATIVE, POSITIVE, UP_TO_ONE, Range
from optim.lr_scheduler._kinds import Kind, each, flag, function, one_of, optional, per_group, rate, rates, whole, within
from optim.lr_scheduler.scheduler import LRScheduler, required
from optim.optimizer import Group, Optimizer

Rates: TypeAlias = float | list[float]
ABOVE_ONE = Range("a finite number, at least 1", lambda x: 1.0 <= x < math.inf)
momentum_of_group = within(BELOW_ONE)


class WithMomentum(LRScheduler):
    """A schedule that moves the momentum too: `momentum`, or the first of the `betas`.

    Args:    optimizer: whose rates are set. last_epoch: the last epoch before, or -1. cycle_momentum: whether to.
             base_momentum, max_momentum: its bounds, or lists with one for each group. settings: those of `kinds`.
    Raises:  as LRScheduler; ValueError: the optimiser has no momentum, or base_momentum is above max_momentum.
    """

    cycle_momentum: bool

    def __init__(
        self, optimizer: Optimizer, last_epoch: int, cycle_momentum: bool, base_momentum: Rates, max_momentum: Rates, **settings: Any
    ) -> None:
        names = required(self._name, optimizer).defaults
        if flag(self._name, "cycle_momentum", cycle_momentum) and not {"momentum", "betas"} & names.keys():
            raise ValueError(f"{self._name}: {type(optimizer).__name__} has no momentum to cycle. Use cycle_momentum=False.")
        of_groups = per_group(momentum_of_group, len(optimizer.param_groups))
        self._lows = of_groups(self._name, "base_momentum", base_momentum)
        self._highs = of_groups(self._name, "max_momentum", max_momentum)
        for low, high in zip(self._lows, self._highs, strict=True):
            if low > high:
                raise ValueError(f"{self._name}: base_momentum = {low} is above max_momentum = {high}. Give the lower bound first.")
        super().__init__(optimizer, last_epoch, cycle_momentum=cycle_momentum, **settings)

    def beginning(self) -> list[Group]:
        """The bounds of the momentum, and the momentum at its highest."""
        if not self.cycle_momentum:
            return super().beginning()
        bounds = zip(self._groups, self._lows, self._highs, strict=True)
        return [{**moved(group, high), "max_momentum": high, "base_momentum": low} for group, low, high in bounds]

    def momentum(self, group: Group, epoch: int) -> float:
        """The momentum of a group at an epoch."""
        raise NotImplementedError

    def beside(self) -> list[Group]:
        """The momentum."""
        return [moved(group, self.momentum(group, self.last_epoch)) if self.cycle_momentum else {} for group in self._groups]


def moved(group: Group, momentum: float) -> Group:
    """The setting that is the momentum of a group, with this number."""
    return {"betas": (momentum, *group["betas"][1:])} if "betas" in group else {"momentum": momentum}


class CyclicLR(WithMomentum):
    """Up and down between two rates in straight lines, over and over; the momentum goes the other way. Stepped every mini-batch.

        lr_t = base_lr + (max_lr - base_lr) h_t s       h: from 0 up to 1 in step_size_up steps, and down in step_size_down
        μ_t  = max_momentum - (max_momentum - base_momentum) h_t s

    s is 1 ("triangular"), ½ as high in every cycle ("triangular2"), γ^t ("exp_range"), or what scale_fn gives.

    Args:    optimizer: whose rates are set. base_lr, max_lr: the bounds, or lists with one for each group. step_size_up,
             step_size_down: in steps; the way down is as long as that up if not given. mode: "triangular", "triangular2" or
             "exp_range". gamma: γ. scale_fn: a function for s, in place of mode; it is not saved. scale_mode: whether
             scale_fn gets the number of the "cycle", from 1, or of the "iterations". cycle_momentum: move the momentum too.
             base_momentum, max_momentum: its bounds. last_epoch: the last step before, or -1.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: a setting out of range; bounds the wrong
             way round; an optimiser without momentum, and cycle_momentum.
    Differs: PyTorch lets base_lr be above max_lr, and begins at the initial_lr of an earlier schedule if there was one.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = CyclicLR(SGD([Value(0.0)]), 0.125, 0.625, step_size_up=2)
        >>> [schedule.closed_form(t)[0] for t in range(6)]
        [0.125, 0.375, 0.625, 0.375, 0.125, 0.375]

    Source:  Smith, Cyclical Learning Rates for Training Neural Networks (2017); torch.optim.lr_scheduler.CyclicLR.
    """

    kinds: ClassVar[Mapping[str, Kind]] = {
        "mode": one_of("triangular", "triangular2", "exp_range"), "gamma": within(NOT_NEGATIVE),
        "scale_mode": one_of("cycle", "iterations"), "cycle_momentum": flag,
    }
    counters: ClassVar[Mapping[str, Kind]] = {
        **LRScheduler.counters, "max_lrs": rates, "total_size": within(POSITIVE), "step_ratio": within(UP_TO_ONE),
    }
    mode: str
    gamma: float
    scale_mode: str
    total_size: float
    step_ratio: float

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: Rates,
        max_lr: Rates,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: Rates = 0.8,
        max_momentum: Rates = 0.9,
        last_epoch: int = -1,
    ) -> None:
        of_groups = per_group(rate, len(required(self._name, optimizer).param_groups))
        self._base, self.max_lrs = of_groups(self._name, "base_lr", base_lr), of_groups(self._name, "max_lr", max_lr)
        for low, high in zip(self._base, self.max_lrs, strict=True):
            if low > high:
                raise ValueError(f"{self._name}: base_lr = {low} is above max_lr = {high}. Give the lower bound first.")
        up = whole(1)(self._name, "step_size_up", step_size_up)
        down = optional(whole(1))(self._name, "step_size_down", step_size_down) or up
        self.total_size = float(up + down)
        self.step_ratio = up / self.total_size
        self.scale_fn = optional(function)(self._name, "scale_fn", scale_fn)
        scale_mode = scale_mode if scale_fn else {"exp_range": "iterations"}.get(mode, "cycle")
        super().__init__(
            optimizer, last_epoch, cycle_momentum, base_momentum, max_momentum, mode=mode, gamma=gamma, scale_mode=scale_mode
        )

    def beginning(self) -> list[Group]:
        """The lower rate, and the momentum's bounds."""
        return [{**new, "lr": lr, "initial_lr": lr} for new, lr in zip(super().beginning(), self._base, strict=True)]

    def height(self, epoch: int) -> float:
        """How far up the way is at an epoch: h."""
        turns = (epoch if epoch < 2**53 else epoch % int(self.total_size)) / self.total_size  # a larger float has no fraction
        x = 1.0 + turns - math.floor(1 + turns)
        return x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)

    def scale(self, epoch: int) -> float:
        """How much of the height a cycle has: s."""
        at = math.floor(1 + epoch / self.total_size) if self.scale_mode == "cycle" else epoch
        if self.scale_fn:
            return float(self.scale_fn(at))
        if self.mode == "triangular":
            return 1.0
        return float(0.5 ** (at - 1) if self.mode == "triangular2" else self.gamma**at)

    def closed_form(self, epoch: int) -> list[float]:
        """base_lr + (max_lr - base_lr) h s."""
        h, s = self.height(epoch), self.scale(epoch)
        return [low + (high - low) * h * s for low, high in zip(self.base_lrs, self.max_lrs, strict=True)]

    def get_lr(self) -> list[float]:
        """base_lr + (max_lr - base_lr) h s."""
        return self.closed_form(self.last_epoch)

    def momentum(self, group: Group, epoch: int) -> float:
        """max_momentum - (max_momentum - base_momentum) h s."""
        low, high = group["base_momentum"], group["max_momentum"]
        return float(high - (high - low) * self.height(epoch) * self.scale(epoch))


def along_cosine(start: float, end: float, share: float) -> float:
    """From start to end along half a wave."""
    return end + (start - end) / 2.0 * (math.cos(math.pi * share) + 1)


def along_line(start: float, end: float, share: float) -> float:
    """From start to end in a straight line."""
    return (end - start) * share + start


class OneCycleLR(WithMomentum):
    """Once up to a high rate, and down to far below where it began; the momentum goes the other way. Stepped every mini-batch.

        initial_lr = max_lr / div_factor  →  max_lr  →  min_lr = initial_lr / final_div_factor

    Args:    optimizer: whose rates are set. max_lr: the highest, or a list with one for each group. total_steps: of the
             whole run; or give epochs and steps_per_epoch. pct_start: share of the steps on the way up. anneal_strategy:
             "cos" or "linear". cycle_momentum: move the momentum too. base_momentum, max_momentum: its bounds. div_factor,
             final_div_factor: as above. three_phase: back to initial_lr in as many steps as up, and only then to min_lr.
             last_epoch: the last step before, or -1.
    Raises:  TypeError: optimizer is none; a setting of the wrong type. ValueError: a setting out of range; the number of
             steps not given; a step beyond the last; an optimiser without momentum, and cycle_momentum.
    Differs: after the last of its steps, total_steps - 1, the rate is held, where PyTorch goes on beyond min_lr.
    Example:
        >>> from autograd import Value; from optim import SGD
        >>> schedule = OneCycleLR(SGD([Value(0.0)]), max_lr=1.0, total_steps=10, anneal_strategy="linear")
        >>> [round(schedule.closed_form(t)[0], 4) for t in (0, 1, 2, 9)]
        [0.04, 0.52, 1.0, 0.0]

    Source:  Smith, Topin, Super-Convergence (2018); torch.optim.lr_scheduler.OneCycleLR.
    """

    kinds: ClassVar[Mapping[str, Kind]] = {
        "total_steps": whole(1), "_anneal_func_type": one_of("cos", "linear"), "cycle_momentum": flag,
    }
    counters: ClassVar[Mapping[str, Kind]] = {
        **LRScheduler.counters, "_schedule_phases": each(lambda owner, name, x: dict(x)),
    }
    total_steps: int
    _anneal_func_type: str
    _schedule_phases: list[Group]

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: Rates,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: Rates = 0.85,
        max_momentum: Rates = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self._highest = per_group(rate, len(required(self._name, optimizer).param_groups))(self._name, "max_lr", max_lr)
        if total_steps is None and (epochs is None or steps_per_epoch is None):
            raise ValueError(f"{self._name}: total_steps must be given, or both epochs and steps_per_epoch.")
        if total_steps is None:
            total_steps = whole(1)(self._name, "epochs", epochs) * whole(1)(self._name, "steps_per_epoch", steps_per_epoch)
        total_steps = whole(1)(self._name, "total_steps", total_steps)
        strategy = one_of("cos", "linear")(self._name, "anneal_strategy", anneal_strategy)
        share = within(UP_TO_ONE)(self._name, "pct_start", pct_start)
        self._div_factor = within(ABOVE_ONE)(self._name, "div_factor", div_factor)
        self._final_div_factor = within(POSITIVE)(self._name, "final_div_factor", final_div_factor)
        self._schedule_phases = phases(total_steps, share, flag(self._name, "three_phase", three_phase))
        ends = [0.0, *(phase["end_step"] for phase in self._schedule_phases)]
        if not all(start < end for start, end in pairwise(ends)):
            raise ValueError(f"{self._name}: with total_steps={total_steps} and pct_start={share}, a phase would have no steps: "
                             f"they end at {ends[1:]}. Use more steps, or another pct_start.")
        super().__init__(
            optimizer, last_epoch, cycle_momentum, base_momentum, max_momentum, total_steps=total_steps, _anneal_func_type=strategy
        )

    def beginning(self) -> list[Group]:
        """The three rates, and the momentum's bounds."""
        found = []
        for new, high in zip(super().beginning(), self._highest, strict=True):
            low = high / self._div_factor
            found.append({**new, "initial_lr": low, "max_lr": high, "min_lr": low / self._final_div_factor})
        return found

    def part(self, group: Group, epoch: int, what: str) -> float:
        """Where "lr" or "momentum" of a group is at a step: so much of the way from the start of its phase to its end."""
        start = 0.0
        for phase in self._schedule_phases:
            if epoch <= phase["end_step"] or phase is self._schedule_phases[-1]:
                break
            start = phase["end_step"]
        along = along_cosine if self._anneal_func_type == "cos" else along_line
        share = min(1.0, (epoch - start) / (phase["end_step"] - start))
        return along(group[phase[f"start_{what}"]], group[phase[f"end_{what}"]], share)

    def closed_form(self, epoch: int) -> list[float]:
        """The rate that its phase has come to."""
        if epoch > self.total_steps:
            raise ValueError(f"{self._name}: {epoch} steps were asked for, and total_steps is {self.total_steps}. "
                             "Stop there, or give more.")
        return [self.part(group, epoch, "lr") for group in self._groups]

    def get_lr(self) -> list[float]:
        """The rate that its phase has come to."""
        return self.closed_form(self.last_epoch)

    def momentum(self, group: Group, epoch: int) -> float:
        """The momentum that its phase has come to."""
        return self.part(group, epoch, "momentum")


def phases(total_steps: int, pct_start: float, three: bool) -> list[Group]:
    """The phases of one cycle: where each ends, and between which entries of a group it goes."""
    last = total_steps - 1
    up = phase(float(pct_start * total_steps) - 1, "initial_lr", "max_lr", "max_momentum", "base_momentum")
    if not three:
        return [up, phase(last, "max_lr", "min_lr", "base_momentum", "max_momentum")]
    down = phase(float(2 * pct_start * total_steps) - 2, "max_lr", "initial_lr", "base_momentum", "max_momentum")
    return [up, down, phase(last, "initial_lr", "min_lr", "max_momentum", "max_momentum")]


def phase(end_step: float, start_lr: str, end_lr: str, start_momentum: str, end_momentum: str) -> Group:
    """One phase, as PyTorch saves it."""
    return {"end_step": end_step, "start_lr": start_lr, "end_lr": end_lr, "start_momentum": start_momentum, "end_momentum": end_momentum}
