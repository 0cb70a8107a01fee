"""Penalties on weights: what a weight costs, and the step that takes that cost exactly."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import numpy as np

import autograd
from autograd import Value, values
from nn._settings import finite, not_negative
from nn.arrays import as_array
from nn.functional.reduction import as_value
from nn.parameter import Parameter


class Penalty:
    """Base of the penalties: called with parameters, it gives what they cost, as one Value of the graph.

        R(w)                                      to be added to the loss
        proximal:  w ← argmin_u ½ (u - w)² + lr R(u)    in place of the gradient step on R

    Args:    settings: what they are scaled by.
    Raises:  TypeError: a setting is no number. ValueError: it is negative or not finite.
    """

    def cost(self, members: list[Any]) -> Any:
        """What these members, floats or Values, cost together; a subclass says it."""
        raise NotImplementedError(f"{type(self).__name__} states no cost")

    def shrunk(self, w: Any, lr: float) -> Any:
        """The proximal map of lr · R, on floats and float arrays."""
        raise NotImplementedError(f"{type(self).__name__} has no proximal step in closed form. Use L1, L2 or ElasticNet, "
                                  "or add the penalty to the loss.")

    def __call__(self, parameters: Any) -> Value:
        """What the parameters cost: Parameters or Values, one or several.

        Raises:  TypeError: a module, or something that is no parameter.
        """
        members = [w for p in listed(parameters, type(self).__name__) for w in (p[...].ravel() if isinstance(p, Parameter) else [p])]
        return as_value(self.cost(members)) if members else Value(0.0)

    def proximal_(self, parameters: Any, lr: float) -> None:
        """Take the proximal step of size lr on parameters, in place: after the optimiser's step on the loss without penalty.

        Args:    parameters: Parameters or Values, one or several. lr: the optimiser's, so that both steps belong together.
        Raises:  TypeError: a module, or something that is no parameter; lr no number. ValueError: lr negative.
                 NotImplementedError: this penalty has no such step in closed form.
        """
        found, size = listed(parameters, type(self).__name__), not_negative(lr, f"{type(self).__name__}.proximal_: lr")
        for p, w in [(p, self.shrunk(p.data, size)) for p in found]:
            p.data = w

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={x}' for name, x in vars(self).items())})"


class L1(Penalty):
    """λ Σ |w|: every weight is drawn to 0 with the same force, and the small ones come to rest there.

        R = λ Σ |w|      ∂R/∂w = λ sign w, with sign 0 = 0
        proximal:  w ← sign w · max(|w| - lr λ, 0)

    A gradient step of descent is w - lr (g + λ sign w): it steps over 0 and back for ever. The proximal step stops at 0.
    With a loss of mean squares this is scikit-learn's Lasso(alpha=λ/2). Beside a negative log-likelihood it is the negative
    logarithm of a prior, Laplace's of scale 1/λ.

    Args:    lam: λ, in units of the loss per unit of w.
    Raises:  TypeError: lam is no number. ValueError: it is negative or not finite.
    Differs: lecture decks write the step as w - lr g - λ: it lacks the sign and lr. Exact zeros need a power p ≤ 1: no L_p with
             p > 1 gives them.
    Example:
        >>> w = Parameter([0.5, -2.0, 0.0])
        >>> (cost := L1(0.1)(w)).backward(); cost.item(), w.grad
        (0.25, array([ 0.1, -0.1,  0. ]))

    Source:  Tibshirani, Regression Shrinkage and Selection via the Lasso (1996); Parikh, Boyd, Proximal Algorithms (2014), section 6.5.2.
    """

    def __init__(self, lam: float) -> None:
        self.lam = not_negative(lam, "L1: lam")

    def cost(self, members: list[Any]) -> Any:
        """λ Σ |w|."""
        return self.lam * autograd.sum([abs(w) for w in members])

    def shrunk(self, w: Any, lr: float) -> Any:
        """sign w · max(|w| - lr λ, 0)."""
        return soft_threshold(w, lr * self.lam)


class L2(Penalty):
    """½ λ Σ w²: weight decay. A large weight is drawn to 0 by more than a small one, and none comes to rest there.

        R = ½ λ Σ w²      ∂R/∂w = λ w
        proximal:  w ← w / (1 + lr λ)

    A gradient step of descent is w - lr (g + λ w) = (1 - lr λ) w - lr g, as with the optimiser's weight_decay=λ.
    With a loss of mean squares over N examples this is scikit-learn's Ridge(alpha=N λ/2). Beside a negative log-likelihood it
    is the negative logarithm of a prior, a Gaussian of variance 1/λ.

    Args:    lam: λ, in units of the loss per unit of w².
    Raises:  TypeError: lam is no number. ValueError: it is negative or not finite.
    Differs: lecture decks mix the steps: λ w² gives w - lr (g + 2 λ w), this ½ λ w² gives w - lr (g + λ w), and neither
             w - lr g - λ w. One says that every component shrinks: each does in the Hessian's eigenbasis, see `l2_analysis`.
    Example:
        >>> w = Parameter([0.5, -2.0])
        >>> (cost := L2(0.5)(w)).backward(); cost.item(), w.grad
        (1.0625, array([ 0.25, -1.  ]))

    Source:  Hoerl, Kennard, Ridge Regression (1970); Krogh, Hertz, A Simple Weight Decay Can Improve Generalization (1992).
    """

    def __init__(self, lam: float) -> None:
        self.lam = not_negative(lam, "L2: lam")

    def cost(self, members: list[Any]) -> Any:
        """½ λ Σ w²."""
        return 0.5 * self.lam * autograd.dot(members, members)

    def shrunk(self, w: Any, lr: float) -> Any:
        """w / (1 + lr λ)."""
        return w / (1.0 + lr * self.lam)


class ElasticNet(Penalty):
    """λ₁ Σ |w| + ½ λ₂ Σ w²: zeros as from L1, and like weights for like features as from L2.

        R = λ₁ Σ |w| + ½ λ₂ Σ w²      ∂R/∂w = λ₁ sign w + λ₂ w
        proximal:  w ← sign w · max(|w| - lr λ₁, 0) / (1 + lr λ₂)

    Args:    l1, l2: λ₁ and λ₂.
    Raises:  TypeError: one is no number. ValueError: one is negative or not finite.
    Differs: scikit-learn's ElasticNet(alpha, l1_ratio), on half a mean square, has λ₁ = 2 alpha l1_ratio and
             λ₂ = 2 alpha (1 - l1_ratio) on a whole one.
    Example:
        >>> w = Parameter([0.5, -2.0])
        >>> (cost := ElasticNet(1.0, 0.5)(w)).backward(); cost.item(), w.grad
        (3.5625, array([ 1.25, -2.  ]))

    Source:  Zou, Hastie, Regularization and variable selection via the elastic net (2005); Parikh, Boyd (2014), section 6.5.3.
    """

    def __init__(self, l1: float, l2: float) -> None:
        self.l1, self.l2 = not_negative(l1, "ElasticNet: l1"), not_negative(l2, "ElasticNet: l2")

    def cost(self, members: list[Any]) -> Any:
        """λ₁ Σ |w| + ½ λ₂ Σ w²."""
        return L1(self.l1).cost(members) + L2(self.l2).cost(members)

    def shrunk(self, w: Any, lr: float) -> Any:
        """The proximal step of L1, then that of L2."""
        return L2(self.l2).shrunk(L1(self.l1).shrunk(w, lr), lr)


class Lp(Penalty):
    """λ Σ |w|^p: between counting the weights (p → 0) and bounding the largest (p → ∞).

        R = λ Σ |w|^p      ∂R/∂w = λ p |w|^(p-1) sign w, and 0 at w = 0

    Below p = 1 the slope grows without end towards 0, which a weight that is there cannot leave; from p = 1 on R is convex.

    Args:    lam: λ. p: the power, above 0. At p = 2 this is λ Σ w², twice L2.
    Raises:  TypeError: lam or p is no number. ValueError: lam negative or not finite, p not above 0.
    Differs: lecture decks have exact zeros for any p: a power p ≤ 1 is needed for them.
    Example:
        >>> w = Parameter([0.5, -2.0, 0.0])
        >>> (cost := Lp(1.0, p=3)(w)).backward(); cost.item(), w.grad
        (8.125, array([ 0.75, -12.  ,  0.  ]))

    Source:  Frank, Friedman, A Statistical View of Some Chemometrics Regression Tools (1993), bridge regression.
    """

    def __init__(self, lam: float, p: float) -> None:
        self.lam, self.p = not_negative(lam, "Lp: lam"), finite(p, "Lp: p")
        if self.p <= 0.0:
            raise ValueError(f"Lp: p is {p}; it is the power of |w|, so it must be above 0.")

    def cost(self, members: list[Any]) -> Any:
        """λ Σ |w|^p. Below p = 1 the slope at 0 is infinite: there the power is taken beside 0, and multiplied by sign 0 = 0."""
        sizes = [abs(w) for w in members]
        if self.p < 1.0:
            terms = [autograd.sign(size) * autograd.maximum(size, sys.float_info.min) ** self.p for size in sizes]
        else:
            terms = [size**self.p for size in sizes]
        return self.lam * autograd.sum(terms)


def soft_threshold(x: Any, threshold: float) -> Any:
    """Every number is brought nearer to 0 by the threshold, and what would pass 0 is 0.

        sign x · max(|x| - t, 0) = argmin_u ½ (u - x)² + t |u|

    Args:    x: a number or an array of them. threshold: t.
    Raises:  TypeError: x or threshold hold no numbers. ValueError: threshold negative or not finite.
    Example:
        >>> soft_threshold([3.0, -0.5, -2.0], 1.0)
        array([ 2., -0., -1.])

    Source:  Donoho, De-noising by Soft-Thresholding (1995); Parikh, Boyd, Proximal Algorithms (2014), section 6.5.2.
    """
    t, given = not_negative(threshold, "soft_threshold: threshold"), np.asarray(values(as_array(x, "soft_threshold: x")))
    return (np.sign(given) * np.maximum(np.abs(given) - t, 0.0))[()]


def listed(parameters: Any, name: str) -> list[Value | Parameter]:
    """The parameters, one or several, as a list."""
    if hasattr(parameters, "parameters"):
        raise TypeError(f"{name}: a {type(parameters).__name__} was given. Pass its .parameters(), or weights(model).")
    if isinstance(parameters, (Value, Parameter)):
        return [parameters]
    if isinstance(parameters, (str, dict)) or not isinstance(parameters, Iterable):
        raise TypeError(f"{name}: {parameters!r} ({type(parameters).__name__}) is no parameter. Pass model.parameters(), or [w, b].")
    found = list(parameters)
    for i, p in enumerate(found):
        if not isinstance(p, (Value, Parameter)):
            raise TypeError(f"{name}: item {i} is {p!r} ({type(p).__name__}), not a parameter. Pass leaf Values or nn.Parameters.")
    return found
