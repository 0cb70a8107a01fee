"""A state_dict: made of plain values, and fitted to an optimiser, where all is checked before any is used."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from optim._parameters import Number, named, number, shape
from optim._settings import checked, shown

if TYPE_CHECKING:
    from optim._parameters import Parameter
    from optim.optimizer import Group, Optimizer, State


FIT = "Load what state_dict() of the same class gave, with the same parameters in the same groups."


def plain(x: Any) -> Any:
    """x, with a tuple or an array turned into lists."""
    if isinstance(x, np.ndarray):
        return x.tolist()
    return list(x) if isinstance(x, tuple) else x


def fitted(optimizer: "Optimizer", state_dict: Any) -> tuple[list["Group"], dict["Parameter", "State"]]:
    """The settings of each group and the state of each parameter, as `optimizer` keeps them; or the error."""
    owner = type(optimizer).__name__
    if not isinstance(state_dict, Mapping) or not {"state", "param_groups"} <= state_dict.keys():
        raise TypeError(f'{owner}: a state_dict is a dict with "state" and "param_groups", got {shown(state_dict)}. {FIT}')
    here, given = optimizer.param_groups, state_dict["param_groups"]
    if not isinstance(given, list) or not all(isinstance(x, Mapping) and isinstance(x.get("params"), list) for x in given):
        raise TypeError(f'{owner}: "param_groups" must be a list of dicts that each list their "params", got {shown(given)}. {FIT}')
    if not isinstance(state_dict["state"], Mapping):
        raise TypeError(f'{owner}: "state" must be a dict from places of parameters to states, got {shown(state_dict["state"])}. {FIT}')
    sizes, given_sizes = [len(group["params"]) for group in here], [len(group["params"]) for group in given]
    if sizes != given_sizes:
        raise ValueError(f"{owner}: its groups hold {sizes} parameters, those of the state_dict {given_sizes}. {FIT}")
    groups = [_settings(optimizer, group) for group in given]
    holders = [(p, new) for old, new in zip(here, groups, strict=True) for p in old["params"]]
    state = {}
    for key, entries in state_dict["state"].items():
        if str(key) not in map(str, range(len(holders))):
            raise ValueError(f"{owner}: the state_dict holds state of parameter {key!r}, but there are {len(holders)}. {FIT}")
        p, group = holders[int(key)]
        state[p] = _state(optimizer, p, int(key), group, entries)
    return groups, state


def _settings(optimizer: "Optimizer", given: "Group") -> "Group":
    """The settings of a group, those that a schedule has added included."""
    missing = optimizer.defaults.keys() - given.keys()
    if missing:
        raise ValueError(f"{type(optimizer).__name__}: a group of the state_dict has no setting {min(missing)!r}. {FIT}")
    known = {name: given[name] for name in optimizer.defaults}
    added = {name: x for name, x in given.items() if name not in known and name != "params"}
    return {**added, **optimizer.checked_settings(known)}


def _state(optimizer: "Optimizer", p: "Parameter", index: int, group: "Group", given: Any) -> "State":
    owner, whose = type(optimizer).__name__, named(p, index)
    if not isinstance(given, Mapping):
        raise TypeError(f"{owner}: the state of {whose} must be a dict, got {shown(given)}. {FIT}")
    missing = {*optimizer.clock, *(e.name for e in optimizer.entries(group).values())} - given.keys()
    if missing:
        raise ValueError(f"{owner}: the state of {whose} in the state_dict has no {min(missing)!r}. {FIT}")
    clock = {name: checked(owner, name, given[name]) for name in optimizer.clock}
    θ = number(p.data)
    entries = {name: _array(owner, f"{name!r} of {whose}", x, θ) for name, x in given.items() if name not in clock}
    return {**clock, **entries}


def _array(owner: str, what: str, x: Any, like: Number) -> Number:
    try:
        array = np.array(x)
    except ValueError:
        array = np.array(None)
    if array.dtype.kind not in "fiu" or array.shape != shape(like):
        raise ValueError(f"{owner}: {what} in the state_dict is not of shape {shape(like)} like the parameter: {shown(x)}. {FIT}")
    return array.astype(np.float64) if isinstance(like, np.ndarray) else float(array)
