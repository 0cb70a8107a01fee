"""Adadelta: steps measured by the steps before them, so that they carry the parameter's own unit."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from optim._arithmetic import Carrier, sqrt
from optim.optimizer import Clock, Coefficients, Entry, Group, Optimizer


class Adadelta(Optimizer):
    """Adadelta: RMSProp whose rate is the running root-mean-square of its own steps.

        v ← ρ v + (1-ρ) g²
        Δ = √(u + eps) / √(v + eps) · g
        u ← ρ u + (1-ρ) Δ²
        θ ← θ - lr Δ

    Args:    params: leaf Values, nn.Parameters or groups of them. lr: factor of the step, a plain number (1 in the
             paper). rho: ρ, memory of u and v, in [0, 1). eps: added inside both roots; it starts the first step.
             weight_decay: λ of a penalty ½λθ², which adds λθ to g. maximize: climb. check_finite: refuse gradients with
             inf or nan.
    Raises:  ValueError, TypeError: a setting or a parameter out of its range or of the wrong type.
    Differs: the paper has no lr; with lr=1 the two are the same.
    Example:
        >>> from autograd import Value
        >>> w = Value(3.0); ada = Adadelta([w])
        >>> (w * w).backward(); ada.step(); round(w.item(), 6)
        2.996838

    Source:  Zeiler (2012), arXiv:1212.5701, algorithm 1; order of operations as torch.optim.Adadelta.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        check_finite: bool = True,
    ) -> None:
        defaults = {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, defaults, check_finite)

    def entries(self, group: Group) -> dict[str, Entry]:  # noqa: ARG002
        """v and u."""
        return {"v": Entry("square_avg"), "u": Entry("acc_delta")}

    def coefficients(self, clock: Clock, group: Group) -> Coefficients:
        """ρ, eps."""
        return {**super().coefficients(clock, group), "ρ": group["rho"], "eps": group["eps"]}

    def rule(self, θ: Carrier, g: Carrier, s: SimpleNamespace, h: SimpleNamespace) -> Carrier:
        """v ← ρ v + (1-ρ) g²;  Δ = √(u + eps) / √(v + eps) · g;  u ← ρ u + (1-ρ) Δ²;  θ ← θ - lr Δ."""
        s.v = h.ρ * s.v + (1.0 - h.ρ) * g * g
        Δ = sqrt(s.u + h.eps) / sqrt(s.v + h.eps) * g
        s.u = h.ρ * s.u + (1.0 - h.ρ) * Δ * Δ
        return θ - h.lr * Δ
