"""What is looked at before the first step, so that a mistake in a call changes nothing.

`by` is the function that asks, as messages name it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Value, no_grad
from nn.arrays import Array
from nn.batchnorm import BatchNorm1d
from nn.functional.reduction import located
from nn.module import Module
from nn.parameter import numbers
from nn.training.evaluation import evaluating

Data = tuple[Array, Array]
"""Examples and their targets."""


def arrays(X: Any, y: Any, whose: str = "", by: str = "fit") -> Data:
    """Examples and targets as arrays that belong together; integer targets, which may be classes, stay integers."""
    X_name, y_name = f"{whose}X", f"{whose}y"
    examples, targets = numbers(X, f"{by}: {X_name}"), numbers(y, f"{by}: {y_name}")
    if not examples.size:
        raise ValueError(f"{by}: {X_name} has shape {examples.shape}, so there is nothing to learn from. Give at least one example.")
    if examples.ndim < 2:
        raise ValueError(f"{by}: {X_name} has shape {examples.shape}, but every example needs a row of its own. "
                         "Use X.reshape(-1, 1) for examples of one feature, X.reshape(1, -1) for a single example.")
    if targets.shape[:1] != examples.shape[:1]:
        raise ValueError(f"{by}: {X_name} has shape {examples.shape} and {y_name} {targets.shape}. Give each example its target: "
                         f"{len(examples)} of them.")
    for found, name in ((examples, X_name), (targets, y_name)):
        for place in map(tuple, np.argwhere(~np.isfinite(found))):
            raise ValueError(f"{by}: {name}{located(place)} is {found[place]}. Take such rows out, or fill in finite numbers.")
    given = np.asarray(y)
    return examples, given if given.dtype.kind in "iu" else targets


def pair(validation: Any) -> tuple[Any, Any]:
    """The two members of `validation`."""
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise TypeError(f"fit: validation is a {type(validation).__name__}. Give a pair (X, y) of examples that are not trained on.")
    return validation[0], validation[1]


def require_parts(model: Any, loss: Any, optimizer: Any, by: str = "fit") -> None:
    """Raise unless these are a model, a loss, and an optimiser of the model's parameters."""
    if not isinstance(model, Module):
        raise TypeError(f"{by}: the model is {model!r} ({type(model).__name__}). Give an nn.Module, such as nn.MLP(2, [4, 1]).")
    if not callable(loss) or isinstance(loss, type):
        raise TypeError(f"{by}: loss is {loss!r} ({type(loss).__name__}). Give an object such as nn.MSELoss(), "
                        "or a function of outputs and targets such as nn.functional.mse_loss.")
    if not all(hasattr(optimizer, name) for name in ("param_groups", "step", "zero_grad")):
        raise TypeError(f"{by}: optimizer is {optimizer!r} ({type(optimizer).__name__}). "
                        "Give an object, such as optim.SGD(model.parameters(), lr=0.1).")
    owned = {id(x) for p in model.parameters() for x in (p, *p[...].flat)}
    if not any(id(p) in owned for group in optimizer.param_groups for p in group["params"]):
        raise ValueError(f"{by}: {type(optimizer).__name__} holds no parameter of the model, so no step would change it. "
                         "Make the optimiser with this model's parameters().")


def require_schedule(schedule: Any, optimizer: Any) -> None:
    """Raise unless this is None, or a schedule of the optimiser."""
    if schedule is None:
        return
    if isinstance(schedule, type) or not (hasattr(schedule, "step") and hasattr(schedule, "optimizer")):
        raise TypeError(f"fit: schedule is {schedule!r} ({type(schedule).__name__}). "
                        "Give an object, such as optim.lr_scheduler.StepLR(optimizer, step_size=30).")
    if schedule.optimizer is not optimizer:
        raise ValueError(f"fit: {type(schedule).__name__} sets the rates of another optimiser. Make it with the one that is given here.")


def require_functions(**given: Any) -> None:
    """Raise unless each of these is None or can be called."""
    for name, f in given.items():
        if f is not None and (not callable(f) or isinstance(f, type)):
            raise TypeError(f"fit: {name} is {f!r} ({type(f).__name__}). Give a function, or None.")


def require_batches(model: Module, examples: int, batch_size: int, by: str = "fit") -> None:
    """Raise if batch norm would meet a mini-batch of one."""
    alone = 1 in (batch_size, examples, examples % batch_size)
    norms = [module for module in model.modules() if isinstance(module, BatchNorm1d)]
    if alone and any(norm.training or not norm.track_running_stats for norm in norms):
        raise ValueError(f"{by}: {examples} examples in mini-batches of {batch_size} leave a batch of one, which has no variance "
                         "for BatchNorm1d to divide by. Choose another batch_size.")


def try_out(model: Module, loss: Any, X: Array, y: Array, by: str = "fit") -> None:
    """Raise what the model has against the examples, and the loss against any target, before anything is trained."""
    with evaluating(model), no_grad():
        outputs = model(X[:2])
        if isinstance(outputs, np.ndarray):
            found = loss(np.broadcast_to(outputs[:1], (len(X), *outputs.shape[1:])), y)
        else:
            found = loss(outputs, y[:2])
    if not isinstance(found, Value):
        kind = f"an array of shape {found.shape}" if isinstance(found, np.ndarray) else f"{found!r} ({type(found).__name__})"
        raise TypeError(f"{by}: the loss gives {kind}, and only a single Value has a gradient. Use reduction='mean', or return one Value.")
