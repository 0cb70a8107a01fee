"""Gradient descent: plain, with momentum, and with Nesterov's momentum as PyTorch keeps it."""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from optim._arithmetic import Carrier
from optim.optimizer import Clock, Coefficients, Entry, Group, Optimizer


class SGD(Optimizer):
    """Gradient descent, with a velocity v where momentum μ is given.

        v ← μ v + (1-τ) g                  (v ← g at the first step)
        θ ← θ - lr v                       (θ ← θ - lr g without momentum)
        θ ← θ - lr (g + μ v)               with nesterov

    One example a step makes it stochastic, some a mini-batch, all batch descent: the rule is the same.

    Args:    params: leaf Values, nn.Parameters or groups of them. lr: step size, in units of θ per unit of g.
             momentum: μ, the share of v that lasts a step, in [0, 1). dampening: τ, in [0, 1].
             weight_decay: λ of a penalty ½λθ², which adds λθ to g. nesterov: step from where v is about to lead.
             maximize: climb. check_finite: refuse gradients with inf or nan.
    Raises:  ValueError: a setting out of its range; nesterov without momentum or with dampening.
             TypeError: a setting or a parameter of the wrong type.
    Differs: lecture decks put lr inside, v = μv - lr·g: equal while lr is fixed, but after a change of lr their old
             steps keep the old rate. They write L2 steps as w - lr·g - λw and L1 as w - lr·g - λ; the penalties λw², ½λw²
             and λ|w| give w - lr(g + 2λw), w - lr(g + λw) and w - lr(g + λ·sign w), with sign 0 = 0.
    Example:
        >>> from autograd import Value
        >>> w = Value(3.0); sgd = SGD([w], lr=0.1)
        >>> (w * w).backward(); sgd.step(); round(w.item(), 6)
        2.4

    Source:  Polyak (1964); Sutskever et al. (2013), equations 1-4; order of operations as torch.optim.SGD.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        check_finite: bool = True,
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        super().__init__(params, defaults, check_finite)

    def checked_settings(self, settings: Mapping[str, Any]) -> Group:
        """As in the base class; and nesterov goes only with a momentum that is not dampened."""
        found = super().checked_settings(settings)
        if found["nesterov"] and (found["momentum"] == 0.0 or found["dampening"] != 0.0):
            raise ValueError(
                f"{self._name}: nesterov needs momentum above 0 and dampening 0, got "
                f"momentum={found['momentum']} and dampening={found['dampening']}."
            )
        return found

    def entries(self, group: Group) -> dict[str, Entry]:
        """v. It starts at -0.0, the number that changes nothing it is added to: 0.0 would turn a g of -0.0 into 0.0."""
        return {"v": Entry("momentum_buffer", -0.0)} if group["momentum"] else {}

    def coefficients(self, clock: Clock, group: Group) -> Coefficients:
        """μ, and the share of g that enters v."""
        return {
            **super().coefficients(clock, group),
            "μ": group["momentum"],
            "share": 1.0 if clock["step"] == 1 else 1.0 - group["dampening"],
            "momentum": group["momentum"] != 0.0,
            "nesterov": group["nesterov"],
        }

    def rule(self, θ: Carrier, g: Carrier, s: SimpleNamespace, h: SimpleNamespace) -> Carrier:
        """v ← μ v + (1-τ) g;  θ ← θ - lr v, or θ - lr (g + μ v)."""
        if h.momentum:
            s.v = h.μ * s.v + h.share * g
            g = g + h.μ * s.v if h.nesterov else s.v
        return θ - h.lr * g
