"""Scalar reverse-mode automatic differentiation that can be read in one sitting.

    >>> from autograd import Value
    >>> w, x, b = Value(0.5, label="w"), Value(2.0, label="x"), Value(-1.0, label="b")
    >>> y = (w * x + b).tanh()
    >>> y.backward()
    >>> w.grad, x.grad, b.grad
    (2.0, 0.5, 1.0)

Read `ops` first (every operation and its derivative), then `value` (the graph and the chain rule).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograd import _neighbour, ops
from autograd._draw import draw
from autograd.errors import AnomalyError, GradcheckError, StaleGraphError, TraceError
from autograd.functions import dot, grads, log_softmax, logsumexp, mean, one_hot, softmax, sum, take, values  # noqa: A004
from autograd.gradcheck import gradcheck
from autograd.modes import anomaly, no_grad, recording, scope
from autograd.ops import *  # noqa: F403 - every row of the table with one or two inputs
from autograd.ops import absolute as abs  # noqa: A004
from autograd.replay import trace
from autograd.rng import manual_seed
from autograd.transforms import grad, gradients, hessian, hvp, jacobian, value_and_grad
from autograd.value import Value

_neighbour.warn()

__all__ = [
    "AnomalyError", "GradcheckError", "StaleGraphError", "TraceError", "Value", "abs", "anomaly", "dot", "draw", "grad",
    "gradcheck", "gradients", "grads", "hessian", "hvp", "jacobian", "log_softmax", "logsumexp", "manual_seed", "mean",
    "no_grad", "one_hot", "recording", "scope", "softmax", "sum", "take", "trace", "value_and_grad", "values",
]
__all__ += ops.__all__

LAZY = {
    "_explain": ["explain", "paths", "why_order"],
    "critical_points": ["CriticalPoint", "classify_critical_point"],
    "differences": ["numeric_derivative", "numeric_gradient"],
    "handcheck": ["HandCheckError", "check_by_hand", "worksheet"],
    "_steps": ["Step", "Steps", "steps"],
    "stepper": ["Stepper"],
}
"""Names that are imported when they are first asked for, by the module they are in."""

__all__ += [name for names in LAZY.values() for name in names]

if TYPE_CHECKING:
    from autograd._explain import explain, paths, why_order
    from autograd._steps import Step, Steps, steps
    from autograd.critical_points import CriticalPoint, classify_critical_point
    from autograd.differences import numeric_derivative, numeric_gradient
    from autograd.handcheck import HandCheckError, check_by_hand, worksheet
    from autograd.stepper import Stepper as Stepper

    def __getattr__(name: str) -> ops.Op:
        """Every row of the table with one or two inputs is a function here: autograd.tanh."""

else:

    def __getattr__(name: str) -> Any:
        """A lazy name."""
        for module, names in LAZY.items():
            if name in names:
                return globals().setdefault(name, getattr(import_module(f"{__name__}.{module}"), name))
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
