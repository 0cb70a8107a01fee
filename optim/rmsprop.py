"""RMSProp: a rate of its own for every parameter, from a running mean of its squared gradients."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from optim._arithmetic import Carrier, lerp, sqrt
from optim.optimizer import Clock, Coefficients, Entry, Group, Optimizer


class RMSprop(Optimizer):
    """RMSProp: divide each step by a running root-mean-square of the gradient.

        v ← α v + (1-α) g²
        d = √v + eps                       d = √(v - m²) + eps, m ← α m + (1-α) g, if centered
        θ ← θ - lr g / d                   b ← μ b + g / d, θ ← θ - lr b, with momentum μ

    Args:    params: leaf Values, nn.Parameters or groups of them. lr: step size, in units of θ (the quotient is
             dimensionless). alpha: α, memory of v, in [0, 1). eps: added outside the root. weight_decay: λ of a penalty
             ½λθ², which adds λθ to g. momentum: μ, in [0, 1). centered: divide by the standard deviation.
             maximize: climb. check_finite: refuse gradients with inf or nan.
    Raises:  ValueError: lr negative or not finite, alpha or momentum outside [0, 1), eps not positive.
             TypeError: a setting or a parameter of the wrong type.
    Differs: lecture decks S1 and S4 put eps inside the root: at g = 1e-6 their first step is 900 times shorter. As in
             PyTorch, a gradient that stays constant lets v - m² round below 0 if centered, and its root is nan.
    Example:
        >>> from autograd import Value
        >>> w = Value(3.0); rms = RMSprop([w], lr=0.1)
        >>> (w * w).backward(); rms.step(); round(w.item(), 6)
        2.0

    Source:  Hinton, Coursera lecture 6e (2012), slide 29; centered: Graves (2013), equations 38-45; order of
             operations as torch.optim.RMSprop.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
        check_finite: bool = True,
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "alpha": alpha,
            "eps": eps,
            "centered": centered,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, check_finite)

    def entries(self, group: Group) -> dict[str, Entry]:
        """v; m if centered; b with momentum."""
        return {
            "v": Entry("square_avg"),
            **({"m": Entry("grad_avg")} if group["centered"] else {}),
            **({"b": Entry("momentum_buffer")} if group["momentum"] else {}),
        }

    def coefficients(self, clock: Clock, group: Group) -> Coefficients:
        """α, μ, eps."""
        return {
            **super().coefficients(clock, group),
            "α": group["alpha"],
            "μ": group["momentum"],
            "eps": group["eps"],
            "from_g": 1.0 - group["alpha"] >= 0.5,
            "centered": group["centered"],
            "momentum": group["momentum"] != 0.0,
        }

    def rule(self, θ: Carrier, g: Carrier, s: SimpleNamespace, h: SimpleNamespace) -> Carrier:
        """v ← α v + (1-α) g²;  θ ← θ - lr g / (√v + eps);  with m and b where they are asked for."""
        s.v = h.α * s.v + (1.0 - h.α) * g * g
        variance = s.v
        if h.centered:
            s.m = lerp(s.m, g, 1.0 - h.α, from_b=h.from_g)
            variance = s.v - s.m * s.m
        d = sqrt(variance) + h.eps
        if h.momentum:
            s.b = h.μ * s.b + g / d
            return θ - h.lr * s.b
        return θ - h.lr * g / d
