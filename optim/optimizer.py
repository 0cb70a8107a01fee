"""What every optimiser shares: groups of parameters, state, and a step that happens as a whole or not at all."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np

from optim import _state_dict
from optim._arithmetic import Carrier
from optim._parameters import (
    Number,
    Parameter,
    check_trainable,
    filled,
    is_parameter,
    listed,
    named,
    non_finite,
    number,
    shape,
)
from optim._settings import checked, shown

Clock: TypeAlias = dict[str, float]
Coefficients: TypeAlias = dict[str, float]
Group: TypeAlias = dict[str, Any]
State: TypeAlias = dict[str, Any]
Closure: TypeAlias = Callable[[], Any]


class NonFiniteGradientError(FloatingPointError):
    """A gradient held inf or nan when a step was asked for. No parameter and no state has changed."""


class Entry(NamedTuple):
    """One remembered number per parameter: its name in `state` (PyTorch's), and where it starts."""

    name: str
    start: float = 0.0


class Optimizer:
    """Base of the optimisers: a subclass states its recurrence once, and everything else is here.

        g ← ∇f(θ)         (-g with maximize; + λ θ with weight_decay λ)
        θ, s ← rule(θ, g, s, h)

    A subclass says four things, and code outside (a tape, a picture, a checkpoint) may ask for each:

    - `defaults`, given to `__init__`: its settings under PyTorch's names.
    - `entries(group)`: what it remembers for each parameter. The keys are the symbols of its docstring, `s.v`.
    - `coefficients(clock, group)`: the numbers in its formula, `h.lr`, for one count of steps. All that follows
      from the settings and the step count alone (bias corrections, decayed rates) is worked out here.
      `clock` counts the steps of one parameter; `advance` moves it on by one.
    - `rule(θ, g, s, h)`: returns the new θ and rebinds what changes in s.

    `rule` and `update`, which wraps it, are arithmetic on any carrier: floats, float64 arrays, object arrays, Values,
    registers of a tape. So they never ask for the value of θ, g, s or a number in h, and never write into an array.
    They may branch on what is True or False in h. A recorded tape is therefore good for every step whose
    coefficients have the same truth values, and only the numbers are set anew.

    Args:    params: leaf Values, nn.Parameters, or dicts {"params": [...], "lr": ...} with settings of their own.
             defaults: settings for groups that do not give their own. check_finite: refuse gradients with inf or nan.
    Raises:  TypeError: a bare parameter, a module, anything that is no parameter; a setting of the wrong type.
             ValueError: no parameters, one given twice, one that is not a leaf; a setting out of range.
    Differs: PyTorch has no check_finite, only warns of duplicates, and lets a beta be 1 or eps 0. Its foreach, fused,
             capturable and differentiable are about devices. Every state here has "step" (PyTorch's SGD has none).
    Source:  torch.optim.Optimizer, PyTorch 2.13.
    """

    clock: ClassVar[Mapping[str, float]] = {"step": 0}

    def __init__(self, params: Iterable[Any], defaults: Mapping[str, Any], check_finite: bool = True) -> None:
        if not isinstance(check_finite, bool):
            raise TypeError(f"{self._name}: check_finite must be True or False, got {shown(check_finite)}.")
        self.check_finite = check_finite
        self.defaults = {name: checked(self._name, name, value) for name, value in defaults.items()}
        self.param_groups: list[Group] = []
        self._state: dict[Parameter, State] = {}
        self._borrower: Any = None
        given = listed(self._name, params)
        for group in given if isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)

    @property
    def state(self) -> dict[Parameter, State]:
        """What is remembered, parameter by parameter, under PyTorch's names."""
        self._given_back()
        return self._state

    @state.setter
    def state(self, state: dict[Parameter, State]) -> None:
        self._given_back()
        self._state = state

    def lend_state(self, borrower: Any) -> None:
        """Let another, such as a compiled step, keep the state up to date from here on.

        Before anyone sees the state again, `borrower.give_back()` is called; it leaves the new state in `state`.
        """
        if self._borrower is not borrower:
            self._given_back()
            self._borrower = borrower

    def _given_back(self) -> None:
        """Have whoever keeps the state bring it up to date."""
        borrower, self._borrower = self._borrower, None
        if borrower is not None:
            borrower.give_back()

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_state": self.state, "_borrower": None}

    def entries(self, group: Group) -> dict[str, Entry]:  # noqa: ARG002
        """What is remembered for each parameter of `group`, by the symbol that `rule` uses."""
        return {}

    def advance(self, clock: Clock, group: Group) -> Clock:  # noqa: ARG002
        """`clock`, one step later."""
        return {"step": clock["step"] + 1}

    def coefficients(self, clock: Clock, group: Group) -> Coefficients:  # noqa: ARG002
        """The numbers, and the truth values, that `update` uses at the step counted by `clock`."""
        decays = group["weight_decay"] != 0.0
        decoupled = decays and group.get("decoupled_weight_decay", False)
        return {
            "lr": group["lr"],
            "λ": group["weight_decay"],
            "maximize": group["maximize"],
            "coupled": decays and not decoupled,
            "decoupled": decoupled,
        }

    def rule(self, θ: Carrier, g: Carrier, s: SimpleNamespace, h: SimpleNamespace) -> Carrier:
        """The recurrence: the new θ, with s brought up to date."""
        raise NotImplementedError(f"{self._name} states no rule")

    def update(self, θ: Carrier, g: Carrier, s: SimpleNamespace, h: SimpleNamespace) -> Carrier:
        """`rule` with its weight decay: the whole of a step, as arithmetic."""
        g = self.descended(θ, g, h)
        if h.decoupled:
            θ = θ * (1.0 - h.lr * h.λ)
        return self.rule(θ, g, s, h)

    def descended(self, θ: Carrier, g: Carrier, h: SimpleNamespace) -> Carrier:
        """The gradient at θ of what is to fall: f or, with maximize, -f; plus ½λθ²."""
        if h.maximize:
            g = -g
        return g + h.λ * θ if h.coupled else g

    def step(self, closure: Closure | None = None) -> Any:
        """Change every parameter that has a gradient, or, on an error, none.

        Args:    closure: computes the loss and its gradients; called first.
        Returns: the closure's loss, or None.
        Raises:  NonFiniteGradientError: a gradient holds inf or nan. TypeError: closure is no function. ValueError: a
                 gradient has another shape than its parameter. Both: a setting was changed to what the constructor refuses.
        """
        if closure is not None and not callable(closure):
            raise TypeError(f"{self._name}: step takes a function that computes the loss, got {shown(closure)}. "
                            "Pass the function, or call loss.backward() and then step().")
        found = [self.checked_settings({name: group[name] for name in self.defaults}) for group in self.param_groups]
        for group, settings in zip(self.param_groups, found, strict=True):
            group.update(settings)
        loss = self.evaluated(closure)
        for p, θ, state in self._stepped():
            p.data = θ
            self.state[p] = state
        return loss

    def evaluated(self, closure: Closure | None) -> Any:
        """The loss that `closure` computes, along with the gradients; None where there is no closure."""
        return None if closure is None else closure()

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget every gradient: `.grad` becomes None, or with `set_to_none=False` zeros where there was one."""
        for _, p in self._parameters():
            if set_to_none:
                p.grad = None
            elif p.grad is not None:
                p.grad = filled(number(p.grad), 0.0)

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Add a group of parameters, with the settings it gives and the defaults for the others.

        Args:    param_group: {"params": [...], "lr": ..., ...}; it may bring the "initial_lr" that schedules keep there.
        Raises:  as the constructor does; nothing is added then.
        """
        if not isinstance(param_group, Mapping) or "params" not in param_group:
            raise TypeError(f'{self._name}: a group is a dict {{"params": [...], ...}}, got {shown(param_group)}.')
        settings = {**self.defaults, **param_group}
        given = settings.pop("params")
        params = [given] if is_parameter(given) else listed(self._name, given)
        unknown = settings.keys() - self.defaults.keys() - {"initial_lr"}
        if unknown:
            raise ValueError(f"{self._name} has no setting {min(unknown)!r}. It has {', '.join(self.defaults)}.")
        settings = self.checked_settings(settings)
        index = {p: i for i, (_, p) in enumerate(self._parameters())}
        for i, p in enumerate(params, start=len(index)):
            check_trainable(self._name, p, i)
            if p in index:
                raise ValueError(
                    f"{self._name}: {named(p, i)} is given twice (items {index[p]} and {i}), and would be changed "
                    "twice a step. Keep one of them."
                )
            index[p] = i
        self.param_groups.append({"params": params, **settings})

    def checked_settings(self, settings: Mapping[str, Any]) -> Group:
        """The settings of a group, each in its range and all of them together; or the error."""
        return {name: checked(self._name, name, value) for name, value in settings.items()}

    def state_dict(self) -> dict[str, Any]:
        """State and settings as plain numbers, lists and dicts, fit for JSON; parameters are called by their place."""
        places = {p: i for i, (_, p) in enumerate(self._parameters())}
        return {
            "state": {
                places[p]: {name: _state_dict.plain(x) for name, x in self._remembered(p, group).items()}
                for group, p in self._parameters()
                if p in self.state
            },
            "param_groups": [
                {**{k: _state_dict.plain(x) for k, x in group.items()}, "params": [places[p] for p in group["params"]]}
                for group in self.param_groups
            ],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take up where the optimiser that gave `state_dict` left off: the next steps have the same bits.

        Args:    state_dict: from `state_dict()` of the same class with parameters of the same shapes in the same order;
                 JSON may lie in between.
        Raises:  ValueError, TypeError: it does not fit; everything is checked first, so that nothing has changed then.
        """
        groups, state = _state_dict.fitted(self, state_dict)
        for group, settings in zip(self.param_groups, groups, strict=True):
            group.update(settings)
        self.state = state

    def __repr__(self) -> str:
        lines = [f"{self._name} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])

    @property
    def _name(self) -> str:
        return type(self).__name__

    def _parameters(self) -> Iterator[tuple[Group, Parameter]]:
        return ((group, p) for group in self.param_groups for p in group["params"])

    def _remembered(self, p: Parameter, group: Group) -> State:
        """The state of p, with the start of whatever it does not hold yet."""
        old = self.state.get(p, {})
        missing = {e.name: filled(number(p.data), e.start) for e in self.entries(group).values() if e.name not in old}
        return {**self.clock, **missing, **old}

    def _prepared(self, p: Parameter, group: Group) -> tuple[State, SimpleNamespace, SimpleNamespace]:
        """The state of p with its clock moved on, and the s and h of `update` at its next step."""
        state = self._remembered(p, group)
        clock = self.advance({name: state[name] for name in self.clock}, group)
        s = SimpleNamespace(**{symbol: state[entry.name] for symbol, entry in self.entries(group).items()})
        return {**state, **clock}, s, SimpleNamespace(**self.coefficients(clock, group))

    def _gradients(self) -> Iterator[tuple[Group, Parameter, Number, Number]]:
        """Each parameter that has a gradient, with its group, its data and the gradient."""
        for i, (group, p) in enumerate(self._parameters()):
            if p.grad is None:
                continue
            θ, g = number(p.data), number(p.grad)
            if shape(g) != shape(θ):
                raise ValueError(f"{self._name}: {named(p, i)} has shape {shape(θ)} but its gradient {shape(g)}. "
                                 "Give one of the same shape.")
            bad = non_finite(g) if self.check_finite else None
            if bad:
                raise NonFiniteGradientError(
                    f"{self._name}: the gradient of {named(p, i)} is {bad}; no parameter was changed. Look for a "
                    "division by 0, a log of 0 or an lr too high; check_finite=False steps all the same."
                )
            yield group, p, θ, g

    def _stepped(self) -> list[tuple[Parameter, Number, State]]:
        """Each parameter that has a gradient, with its data and state after the step."""
        found = []
        with np.errstate(all="ignore"):
            for group, p, θ, g in self._gradients():
                state, s, h = self._prepared(p, group)
                θ = self.update(θ, g, s, h)
                found.append((p, θ, {**state, **{e.name: getattr(s, v) for v, e in self.entries(group).items()}}))
        return found
