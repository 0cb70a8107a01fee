"""Running a recorded case on our functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Value, dot, gradients, values


def leaves(x: Any) -> Any:
    """Fresh leaves in place of the floats in `x`; integers (classes) as they are."""
    if isinstance(x, list):
        return [leaves(member) for member in x]
    return Value(x) if isinstance(x, float) else x


def flat(x: Any) -> list[Any]:
    """The members of nested lists or of an array, in order."""
    return np.asarray(x, dtype=object).ravel().tolist()


def outcome(f: Callable[..., Any], arguments: dict[str, Any], settings: dict[str, Any]) -> tuple[list[float], dict[str, list[float]]]:
    """What f gives, and the gradients of Σ k·outₖ to every argument of floats."""
    given = {name: leaves(x) for name, x in arguments.items()}
    out = flat(f(*given.values(), **settings))
    y = dot([float(k) for k in range(1, len(out) + 1)], out)
    return values(out).tolist(), {
        name: [g.item() for g in gradients(y, flat(x))] for name, x in given.items() if isinstance(flat(x)[0], Value)
    }
