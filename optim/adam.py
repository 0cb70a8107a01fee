"""Adam and AdamW: running means of the gradient and of its square, both corrected for their start at 0."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from optim._arithmetic import Carrier, lerp, maximum, sqrt
from optim.optimizer import Clock, Coefficients, Entry, Group, Optimizer


class Adam(Optimizer):
    """Adam: momentum, divided by a running root-mean-square of the gradient.

        m ← β₁ m + (1-β₁) g
        v ← β₂ v + (1-β₂) g²
        θ ← θ - lr m̂ / (√v̂ + eps)         m̂ = m / (1-β₁ᵗ),  v̂ = v / (1-β₂ᵗ)
                                           with amsgrad v̂ = u / (1-β₂ᵗ),  u ← max(u, v)

    Args:    params: leaf Values, nn.Parameters or groups of them. lr: step size, in units of θ (the quotient is
             dimensionless). betas: (β₁, β₂), memory of m and v, each in [0, 1). eps: added outside the root.
             weight_decay: λ of a penalty ½λθ², which adds λθ to g. amsgrad: divide by the largest v so far.
             decoupled_weight_decay: shrink θ by the factor 1 - lr λ instead, as AdamW does.
             maximize: climb. check_finite: refuse gradients with inf or nan.
    Raises:  ValueError: lr negative or not finite, a beta outside [0, 1), eps not positive.
             TypeError: a setting or a parameter of the wrong type.
    Differs: three slips in lecture decks. The first moment remembers itself, s ← ρ₁ s + …, not ρ₁ r. The correction
             is 1 - βᵗ, not 1 - β: that is right at t = 1 only. The step uses the corrected moments; one deck works them
             out and then uses m and v. AMSGrad's paper corrects neither moment; PyTorch and this correct both.
    Example:
        >>> from autograd import Value
        >>> w = Value(3.0); adam = Adam([w], lr=0.1)
        >>> (w * w).backward(); adam.step(); round(w.item(), 6)
        2.9

    Source:  Kingma, Ba (2015), arXiv:1412.6980, algorithm 1; amsgrad: Reddi, Kale, Kumar (2018), algorithm 2; order of
             operations as torch.optim.Adam.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
        check_finite: bool = True,
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults, check_finite)

    def entries(self, group: Group) -> dict[str, Entry]:
        """m and v; u with amsgrad."""
        largest = {"u": Entry("max_exp_avg_sq")} if group["amsgrad"] else {}
        return {"m": Entry("exp_avg"), "v": Entry("exp_avg_sq"), **largest}

    def coefficients(self, clock: Clock, group: Group) -> Coefficients:
        """β₁, β₂, eps, and the corrections 1 - β₁ᵗ and √(1 - β₂ᵗ)."""
        t, (β1, β2) = clock["step"], group["betas"]
        return {
            **super().coefficients(clock, group),
            "β1": β1,
            "β2": β2,
            "eps": group["eps"],
            "correction1": 1.0 - β1**t,
            "sqrt_correction2": (1.0 - β2**t) ** 0.5,
            "from_g": 1.0 - β1 >= 0.5,
            "amsgrad": group["amsgrad"],
        }

    def rule(self, θ: Carrier, g: Carrier, s: SimpleNamespace, h: SimpleNamespace) -> Carrier:
        """m ← β₁ m + (1-β₁) g;  v ← β₂ v + (1-β₂) g²;  θ ← θ - lr m̂ / (√v̂ + eps)."""
        s.m = lerp(s.m, g, 1.0 - h.β1, from_b=h.from_g)
        s.v = h.β2 * s.v + (1.0 - h.β2) * g * g
        v = s.v
        if h.amsgrad:
            s.u = v = maximum(s.u, s.v)
        return θ - h.lr / h.correction1 * s.m / (sqrt(v) / h.sqrt_correction2 + h.eps)


class AdamW(Adam):
    """Adam whose weight decay shrinks θ itself, and does not pass through the moments.

        θ ← (1 - lr λ) θ
        θ ← Adam's step, with the gradient as it is

    Args:    as Adam's; weight_decay: λ, 0.01 unless given.
    Raises:  as Adam.
    Differs: Adam(weight_decay=λ) adds λθ to g: dividing by √v̂ then weakens the decay where gradients are large. The paper
             decays by a factor of the schedule alone; PyTorch and this multiply λ by lr.
    Example:
        >>> from autograd import Value
        >>> w = Value(3.0); adam = AdamW([w], lr=0.1)
        >>> (w * w).backward(); adam.step(); round(w.item(), 6)
        2.897

    Source:  Loshchilov, Hutter (2019), arXiv:1711.05101, algorithm 2; order of operations as torch.optim.AdamW.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        check_finite: bool = True,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            maximize=maximize,
            decoupled_weight_decay=True,
            check_finite=check_finite,
        )
