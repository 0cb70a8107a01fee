"""Every way in which the optimisers' rules can go, for whoever prepares them ahead of time."""

import inspect
from collections.abc import Iterator
from itertools import product

import optim
from optim.optimizer import Optimizer

CHOICES = {
    "momentum": (0.0, 0.9),
    "weight_decay": (0.0, 0.01),
    "nesterov": (False, True),
    "centered": (False, True),
    "amsgrad": (False, True),
    "decoupled_weight_decay": (False, True),
}
"""The settings on which the operations of a rule depend, and not only its numbers; `maximize`, which is rare, is left out."""


class OneNumber:
    """As little as an optimiser asks of a parameter."""

    data, grad, is_leaf, label = 0.0, None, True, ""


def variants() -> Iterator[Optimizer]:
    """Each optimiser, over one number, with each combination of those settings that it allows."""
    for cls in (getattr(optim, name) for name in optim.__all__):
        if not issubclass(cls, Optimizer) or cls is Optimizer:
            continue
        names = [name for name in inspect.signature(cls).parameters if name in CHOICES]
        for values in product(*(CHOICES[name] for name in names)):
            try:
                yield cls([OneNumber()], **dict(zip(names, values, strict=True)))
            except ValueError:
                continue
