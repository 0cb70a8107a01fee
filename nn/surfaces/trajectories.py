"""The way that an optimiser takes on a surface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Value, values
from nn._settings import count, finite
from nn.parameter import Floats


def trajectory(
    f: Callable[..., Any], start: Sequence[float], make_optimizer: Callable[[list[Value]], Any], steps: int,
    make_schedule: Callable[[Any], Any] | None = None,
) -> Floats:
    """Let an optimiser walk on a surface, with the gradients of our graph, and note where it is after each step.

        θ_0 = start,  θ_t = optimizer(θ_(t-1), ∇f)

    The path ends early where a gradient is no longer finite: a descent that diverges has then left all bounds.

    Args:    f: a function of as many Values as start has numbers, that gives one Value. It is called anew for each step, so it may
             draw a mini-batch of its own each time. start: where to begin. make_optimizer: takes a list of Values and gives an
             optimiser of them, such as `lambda params: SGD(params, lr=0.1)`; its `step` is given a closure. steps: how many.
             make_schedule: takes the optimiser and gives a schedule of its rate, which is stepped after each step.
    Shape:   start (n,); the path (steps + 1, n).
    Raises:  TypeError: f gives no Value, make_optimizer no optimiser, start no numbers. ValueError: steps below 1.
    Example:
        >>> import optim
        >>> trajectory(lambda x, y: x**2 + y**2, (1.0, 2.0), lambda params: optim.SGD(params, lr=0.25), steps=2)
        array([[1.  , 2.  ],
               [0.5 , 1.  ],
               [0.25, 0.5 ]])
    """
    point = [Value(finite(x, f"trajectory: start[{i}]")) for i, x in enumerate(start)]
    optimizer = make_optimizer(point)
    if not hasattr(optimizer, "step"):
        raise TypeError(f"trajectory: make_optimizer gives {optimizer!r} ({type(optimizer).__name__}). "
                        "Give a function such as lambda params: optim.SGD(params, lr=0.1).")

    schedule = make_schedule(optimizer) if make_schedule else None

    def closure() -> float:
        found = f(*point)
        if not isinstance(found, Value):
            raise TypeError(f"trajectory: f gives {found!r} ({type(found).__name__}). Give a function of Values that gives one Value.")
        optimizer.zero_grad()
        found.backward()
        return found.item()

    path = [values(point)]
    for _ in range(count(steps, "trajectory: steps")):
        try:
            optimizer.step(closure)
        except FloatingPointError:
            break
        path.append(values(point))
        if schedule is not None:
            schedule.step()
    return np.stack(path)
