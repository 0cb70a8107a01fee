"""Checks before a long run: does the loss start where a net that knows nothing stands, and does a penalty raise it?"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd import no_grad
from nn import loss as losses
from nn._settings import finite, not_negative
from nn._state_dict import copied
from nn.diagnostics.report import batch
from nn.module import Module
from nn.parameter import Floats
from nn.regularisation.penalised import Penalised
from nn.training.evaluation import evaluating, evaluation

KNOWING_NOTHING: dict[type, tuple[str, Callable[[int], float]]] = {
    losses.CrossEntropyLoss: ("ln C", lambda C: 0.0),
    losses.NLLLoss: ("ln C", lambda C: -math.log(C)),
    losses.CategoricalCrossEntropyLoss: ("ln C", lambda C: 1.0 / C),
    losses.MulticlassHingeLoss: ("C - 1", lambda C: 0.0),
    losses.MultiMarginLoss: ("(C - 1)/C", lambda C: 0.0),
    losses.BCEWithLogitsLoss: ("ln 2", lambda C: 0.0),
    losses.BCELoss: ("ln 2", lambda C: 0.5),
    losses.MultiLabelSoftMarginLoss: ("ln 2", lambda C: 0.0),
    losses.HingeLoss: ("1", lambda C: 0.0),
}
"""For each loss, its value where all C classes are alike to a net, and what such a net gives for each of them."""


class InitialLoss(NamedTuple):
    """What `initial_loss` found.

    found:     the loss of the model.
    expected:  that of a net to which all classes are alike.
    formula:   for it.
    tolerance: the share of it by which they may differ.
    """

    found: float
    expected: float
    formula: str
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether they are near each other."""
        return abs(self.found - self.expected) <= self.tolerance * self.expected

    def __repr__(self) -> str:
        told = ("as it should be" if self.ok else
                "too high: are inputs or first weights too large?" if self.found > self.expected else
                "too low: has the net seen these examples, or is the loss another one?")
        return f"initial loss {self.found:.4f}, expected {self.formula} = {self.expected:.4f}: {told}"


class PenaltyCheck(NamedTuple):
    """What `penalty_raises_loss` found.

    lams:   λ.
    losses: the loss with each.
    """

    lams: tuple[float, ...]
    losses: tuple[float, ...]

    @property
    def ok(self) -> bool:
        """Whether each λ gives a higher loss than the one before."""
        return bool(np.all(np.diff(self.losses) > 0.0))

    def __repr__(self) -> str:
        course = ", ".join(f"{loss:.4f} at {lam:g}" for lam, loss in zip(self.lams, self.losses, strict=True))
        told = "it rises with λ" if self.ok else "it does not rise with λ: is the penalty part of it, and the model in training mode?"
        return f"loss {course}: {told}"


def initial_loss(model: Module, X: Any, y: Any, *, loss: Any, expected: float | None = None, tolerance: float = 0.2) -> InitialLoss:
    """Compare the loss before any training with that of a net to which all C classes are alike.

        cross-entropy: ln C        two classes: ln 2        multi-class hinge: C - 1

    Inputs that are not scaled, first weights that are too large, targets of another coding show in this one number.

    Args:    model: fresh; it is asked in evaluation mode. X, y: examples and targets, as `nn.fit` takes them. loss: an object, such
             as nn.CrossEntropyLoss(); of a Penalised one, the data loss is taken. expected: for a loss that is not in this
             list. tolerance: the share of it by which the two may differ.
    Raises:  TypeError: model is no module, or a setting no number. ValueError: arrays that do not fit; a loss that is not
             known, without expected.
    Example:
        >>> import nn
        >>> net = nn.MLP(2, [4, 3], rng=0)
        >>> initial_loss(net, [[0.5, -1.0], [1.0, 0.2], [-0.3, 0.8]], [0, 1, 2], loss=nn.CrossEntropyLoss())
        initial loss 1.0873, expected ln C = 1.0986: as it should be

    Source:  Karpathy, CS231n lecture notes, Neural Networks Part 3: sanity checks.
    """
    examples, targets = examples_of(model, X, y, "initial_loss")
    data_loss = loss.loss if isinstance(loss, Penalised) else loss
    allowed = not_negative(tolerance, "initial_loss: tolerance")
    found = evaluation(model, data_loss, (examples, targets), executor="")()
    if expected is not None:
        return InitialLoss(found, finite(expected, "initial_loss: expected"), "the number given", allowed)
    if type(data_loss) not in KNOWING_NOTHING:
        raise ValueError(f"initial_loss: for {type(data_loss).__name__} there is no known value. Give expected=, or one of "
                         f"{', '.join(kind.__name__ for kind in KNOWING_NOTHING)}.")
    formula, output = KNOWING_NOTHING[type(data_loss)]
    with evaluating(model), no_grad():
        shape = np.shape(model(examples[:2]))
        alike = np.full((len(examples), *shape[1:]), output(shape[-1]))
        return InitialLoss(found, float(data_loss(alike, targets).item()), formula, allowed)


def penalty_raises_loss(
    model: Module, X: Any, y: Any, *, loss: Callable[[float], Any], lams: tuple[float, ...] = (0.0, 0.01, 0.1, 1.0)
) -> PenaltyCheck:
    """Compute the loss of a model, as it is trained, with a penalty of different sizes: each should be higher than the one before.

    Args:    model: in the modes it is trained in; its running statistics are put back. X, y: a batch and its targets. loss: a
             function of λ that gives the loss trained with. lams: λ, rising.
    Raises:  TypeError: model is no module, loss no function. ValueError: arrays that do not fit; lams not rising.
    Example:
        >>> import nn
        >>> from nn.regularisation import L2, Penalised
        >>> net = nn.Linear(1, 1); net.weight.data, net.bias.data = [[2.0]], [0.0]
        >>> penalty_raises_loss(net, [[1.0]], [[1.0]], loss=lambda lam: Penalised(nn.MSELoss(), net, L2(lam)))
        loss 1.0000 at 0, 1.0200 at 0.01, 1.2000 at 0.1, 3.0000 at 1: it rises with λ

    Source:  Karpathy, CS231n lecture notes, Neural Networks Part 3: sanity checks.
    """
    examples, targets = examples_of(model, X, y, "penalty_raises_loss")
    if not callable(loss):
        raise TypeError(f"penalty_raises_loss: loss is {loss!r} ({type(loss).__name__}). Give a function of λ, such as "
                        "lambda lam: Penalised(nn.MSELoss(), model, L2(lam)).")
    sizes = [not_negative(lam, "penalty_raises_loss: lams") for lam in lams]
    if len(sizes) < 2 or np.any(np.diff(sizes) <= 0.0):
        raise ValueError(f"penalty_raises_loss: lams are {lams}. Give two or more, each larger than the one before.")
    found, weights = [], copied(model)
    with no_grad():
        for lam in sizes:
            found.append(float(loss(lam)(model(examples), targets).item()))
            model.load_state_dict(weights)
    return PenaltyCheck(tuple(sizes), tuple(found))



def examples_of(model: Module, X: Any, y: Any, what: str) -> tuple[Floats, Any]:
    """The examples and their targets, if they are a batch for a model."""
    examples, targets = batch(model, X, what), np.asarray(y)
    if targets.shape[:1] != examples.shape[:1]:
        raise ValueError(f"{what}: X has shape {examples.shape} and y {targets.shape}. Give each example its target: {len(examples)}.")
    return examples, targets
