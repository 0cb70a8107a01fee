"""What happens when a normalisation is left out of the gradient: a bias that grows, and a loss that stays."""

from __future__ import annotations

from typing import Any, NamedTuple

from autograd import Value, mean
from nn._settings import count, finite, flag
from nn.parameter import Floats, numbers


class BiasDrift(NamedTuple):
    """What `bias_drift` saw, before the first step and after each.

    bias:  b.
    loss:  L.
    """

    bias: list[float]
    loss: list[float]


def bias_drift(u: Any, t: Any, *, lr: float = 0.1, steps: int = 100, through_mean: bool = False) -> BiasDrift:
    """Learn a bias that a normalisation takes away again, with or without the mean in the gradient.

        x = u + b       x̂ = x - mean x        L = mean (x̂ - t)²
        b ← b - lr ∂L/∂b

    Whatever b is, x̂ is the same, and so is L. The gradient that knows mean x as a function of b is 0. The one that takes
    it for a constant is -2 mean t at every step: b grows without bound, and nothing gets better.

    Args:    u: what comes in. t: targets. lr: learning rate. steps: of plain descent, from b = 0. through_mean: let the
             gradient go through the mean.
    Shape:   u (N,), t (N,).
    Raises:  TypeError: something is no number. ValueError: u and t no two rows of one length; steps below 1.
    Example:
        >>> drift = bias_drift([1.0, 2.0, 3.0], [0.0, 1.0, 2.0], lr=0.25, steps=100)
        >>> drift.bias[-1], drift.loss[0], drift.loss[-1]
        (50.0, 1.0, 1.0)
        >>> bias_drift([1.0, 2.0, 3.0], [0.0, 1.0, 2.0], steps=100, through_mean=True).bias[-1]
        0.0

    Source:  Ioffe, Szegedy, Batch Normalization (2015), section 2.
    """
    inputs, targets = numbers(u, "bias_drift: u"), numbers(t, "bias_drift: t")
    if inputs.ndim != 1 or inputs.shape != targets.shape or not inputs.size:
        raise ValueError(f"bias_drift: u has shape {inputs.shape} and t {targets.shape}. Give two rows of the same length.")
    rate, whole = finite(lr, "bias_drift: lr"), flag(through_mean, "bias_drift: through_mean")
    b = Value(0.0, label="b")
    drift = BiasDrift([b.item()], [centred_loss(inputs, b, targets, whole).item()])
    for _ in range(count(steps, "bias_drift: steps")):
        b.grad = None
        centred_loss(inputs, b, targets, whole).backward()
        b.data -= rate * (b.grad or 0.0)
        drift.bias.append(b.item())
        drift.loss.append(centred_loss(inputs, b, targets, whole).item())
    return drift


def centred_loss(u: Floats, b: Value, t: Floats, through_mean: bool) -> Value:
    """The loss of the centred sums; the mean is a constant for the gradient, or not."""
    xs = [z + b for z in u.tolist()]
    μ = mean(xs) if through_mean else mean(xs).detach()
    loss: Value = mean([(x - μ - target) ** 2 for x, target in zip(xs, t.tolist(), strict=True)])
    return loss
