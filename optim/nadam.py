"""NAdam: Adam with Nesterov's momentum."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, ClassVar

from optim._arithmetic import Carrier, lerp, sqrt
from optim.optimizer import Clock, Coefficients, Entry, Group, Optimizer


class NAdam(Optimizer):
    """NAdam: Adam that steps with the momentum of the step to come, and lets momentum warm up.

        μ_t = β₁ (1 - ½ · 0.96^(t ψ)),  Π_t = μ_1 · … · μ_t
        m ← β₁ m + (1-β₁) g
        v ← β₂ v + (1-β₂) g²
        θ ← θ - lr (1-μ_t)/(1-Π_t) · g / (√v̂ + eps) - lr μ_{t+1}/(1-Π_{t+1}) · m / (√v̂ + eps),  v̂ = v / (1-β₂ᵗ)

    Args:    params: leaf Values, nn.Parameters or groups of them. lr: step size, in units of θ (the quotients are
             dimensionless). betas: (β₁, β₂), memory of m and v, each in [0, 1). eps: added outside the root.
             weight_decay: λ of a penalty ½λθ², which adds λθ to g. momentum_decay: ψ, how fast momentum warms up.
             decoupled_weight_decay: shrink θ by the factor 1 - lr λ instead, as AdamW does.
             maximize: climb. check_finite: refuse gradients with inf or nan.
    Raises:  ValueError, TypeError: a setting or a parameter out of its range or of the wrong type.
    Differs: PyTorch keeps Π in its default dtype, float32 unless that is set to float64, where this keeps float64.
    Example:
        >>> from autograd import Value
        >>> w = Value(3.0); nadam = NAdam([w], lr=0.1)
        >>> (w * w).backward(); nadam.step(); round(w.item(), 6)
        2.894355

    Source:  Dozat (2016), Incorporating Nesterov Momentum into Adam; order of operations as
             torch.optim.NAdam.
    """

    clock: ClassVar = {"step": 0, "mu_product": 1.0}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
        check_finite: bool = True,
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, check_finite)

    def entries(self, group: Group) -> dict[str, Entry]:  # noqa: ARG002
        """m and v."""
        return {"m": Entry("exp_avg"), "v": Entry("exp_avg_sq")}

    def advance(self, clock: Clock, group: Group) -> Clock:
        """t and Π_t, one step later."""
        t = clock["step"] + 1
        return {"step": t, "mu_product": clock["mu_product"] * _μ(t, group)}

    def coefficients(self, clock: Clock, group: Group) -> Coefficients:
        """β₁, β₂, eps, the correction 1 - β₂ᵗ, and the rates of g and of m."""
        t, Π, (β1, β2), lr = clock["step"], clock["mu_product"], group["betas"], group["lr"]
        μ, μ_next = _μ(t, group), _μ(t + 1, group)
        return {
            **super().coefficients(clock, group),
            "β1": β1,
            "β2": β2,
            "eps": group["eps"],
            "correction2": 1.0 - β2**t,
            "rate_of_g": lr * (1.0 - μ) / (1.0 - Π),
            "rate_of_m": lr * μ_next / (1.0 - Π * μ_next),
            "from_g": 1.0 - β1 >= 0.5,
        }

    def rule(self, θ: Carrier, g: Carrier, s: SimpleNamespace, h: SimpleNamespace) -> Carrier:
        """m ← β₁ m + (1-β₁) g;  v ← β₂ v + (1-β₂) g²;  θ ← θ - rate_of_g · g / d - rate_of_m · m / d."""
        s.m = lerp(s.m, g, 1.0 - h.β1, from_b=h.from_g)
        s.v = h.β2 * s.v + (1.0 - h.β2) * g * g
        d = sqrt(s.v / h.correction2) + h.eps
        return θ - h.rate_of_g * g / d - h.rate_of_m * s.m / d


def _μ(t: float, group: Group) -> float:
    """The momentum of step t."""
    β1: float = group["betas"][0]
    warmth: float = 1.0 - 0.5 * 0.96 ** (t * group["momentum_decay"])
    return β1 * warmth
