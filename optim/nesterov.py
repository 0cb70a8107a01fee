"""Nesterov's momentum in its literal form, where the gradient is asked for at another place than the parameters'."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import numpy as np

from optim._arithmetic import Carrier
from optim._parameters import number
from optim.optimizer import Clock, Closure, Coefficients, Entry, Group, Optimizer


class NesterovLookahead(Optimizer):
    """Nesterov's momentum taken at its word: look ahead to where v leads, and correct v by the gradient there.

        φ = θ - lr μ v
        v ← μ v + ∇f(φ)
        θ ← θ - lr v

    `step` needs a closure, for it moves the parameters to φ, has the closure compute the gradients there, and
    brings them back. The loss it returns is f(φ).

    Args:    params: leaf Values, nn.Parameters or groups of them. lr: step size, in units of θ per unit of g.
             momentum: μ, the share of v that lasts a step, in [0, 1). weight_decay: λ of a penalty ½λθ², a part of f.
             maximize: climb. check_finite: refuse gradients with inf or nan.
    Raises:  ValueError, TypeError: a setting or a parameter out of its range or of the wrong type.
    Differs: SGD(nesterov=True), PyTorch's form, keeps φ in the parameters instead of θ and so needs no closure: the same
             path, φ = θ - lr μ v, as long as lr and μ are fixed. One deck prints the gradient as ∇(J(θ) + βm): βm does
             not depend on θ, so that would be plain momentum; ∇J(θ + βm) is meant.
    Example:
        >>> from autograd import Value
        >>> w = Value(3.0); nag = NesterovLookahead([w], lr=0.1, momentum=0.5)
        >>> def loss(): nag.zero_grad(); f = w * w; f.backward(); return f.item()
        >>> [round(nag.step(loss), 4) for _ in range(3)]
        [9.0, 4.41, 1.7424]

    Source:  Nesterov (1983); Sutskever et al. (2013), equations 3 and 4.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        check_finite: bool = True,
    ) -> None:
        defaults = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, defaults, check_finite)

    def entries(self, group: Group) -> dict[str, Entry]:  # noqa: ARG002
        """v."""
        return {"v": Entry("momentum_buffer")}

    def coefficients(self, clock: Clock, group: Group) -> Coefficients:
        """μ."""
        return {**super().coefficients(clock, group), "μ": group["momentum"]}

    def ahead(self, θ: Carrier, s: SimpleNamespace, h: SimpleNamespace) -> Carrier:
        """Where v alone would lead: φ = θ - lr μ v."""
        return θ - h.lr * h.μ * s.v

    def rule(self, θ: Carrier, g: Carrier, s: SimpleNamespace, h: SimpleNamespace) -> Carrier:
        """v ← μ v + g;  θ ← θ - lr v."""
        s.v = h.μ * s.v + g
        return θ - h.lr * s.v

    def update(self, θ: Carrier, g: Carrier, s: SimpleNamespace, h: SimpleNamespace) -> Carrier:
        """`rule`, with the penalty's gradient taken at φ too."""
        return self.rule(θ, self.descended(self.ahead(θ, s, h), g, h), s, h)

    def evaluated(self, closure: Closure | None) -> Any:
        """The closure's loss, with every parameter at φ while it is computed and back at θ afterwards."""
        if closure is None:
            raise TypeError("NesterovLookahead: step needs a closure that computes the loss and its gradients, at φ.")
        here = []
        with np.errstate(all="ignore"):
            for group, p in self._parameters():
                _, s, h = self._prepared(p, group)
                here.append((p, p.data, self.ahead(number(p.data), s, h)))
        try:
            for p, _, φ in here:
                p.data = φ
            return closure()
        finally:
            for p, θ, _ in here:
                p.data = θ
