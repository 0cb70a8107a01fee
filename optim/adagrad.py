"""Adagrad: a rate of its own for every parameter, from the sum of its squared gradients."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from optim._arithmetic import Carrier, sqrt
from optim.optimizer import Clock, Coefficients, Entry, Group, Optimizer


class Adagrad(Optimizer):
    """Adagrad: divide each step by the root of all squared gradients so far, so that rare features keep a high rate.

        v ← v + g²
        θ ← θ - lr_t g / (√v + eps)        lr_t = lr / (1 + (t-1) lr_decay)

    Args:    params: leaf Values, nn.Parameters or groups of them. lr: step size, in units of θ (the quotient is
             dimensionless). lr_decay: fall of the rate with the step t. weight_decay: λ of a penalty ½λθ², which adds λθ
             to g. initial_accumulator_value: where v starts, in units of g². eps: added outside the root.
             maximize: climb. check_finite: refuse gradients with inf or nan.
    Raises:  ValueError, TypeError: a setting or a parameter out of its range or of the wrong type.
    Differs: PyTorch fills `state` when the optimiser is made, this at the first step.
    Example:
        >>> from autograd import Value
        >>> w = Value(3.0); ada = Adagrad([w], lr=0.1)
        >>> (w * w).backward(); ada.step(); round(w.item(), 6)
        2.9

    Source:  Duchi, Hazan, Singer (2011), JMLR 12, 2121-2159; order of operations as torch.optim.Adagrad.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
        check_finite: bool = True,
    ) -> None:
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "maximize": maximize,
        }
        super().__init__(params, defaults, check_finite)

    def entries(self, group: Group) -> dict[str, Entry]:
        """v."""
        return {"v": Entry("sum", group["initial_accumulator_value"])}

    def coefficients(self, clock: Clock, group: Group) -> Coefficients:
        """lr_t, eps."""
        return {
            **super().coefficients(clock, group),
            "lr": group["lr"] / (1.0 + (clock["step"] - 1) * group["lr_decay"]),
            "eps": group["eps"],
        }

    def rule(self, θ: Carrier, g: Carrier, s: SimpleNamespace, h: SimpleNamespace) -> Carrier:
        """v ← v + g²;  θ ← θ - lr_t g / (√v + eps)."""
        s.v = s.v + g * g
        return θ - h.lr * g / (sqrt(s.v) + h.eps)
