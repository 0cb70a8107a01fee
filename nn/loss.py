"""The losses of `nn.functional` as modules, which keep their settings.

Formulas, shapes, errors and differences from PyTorch stand with the functions. A penalty on weights is added to any of them:
`loss = mse(model(x), y) + lam * penalty`.
"""

from __future__ import annotations

from typing import Any

from nn import functional
from nn.functional.reduction import require_reduction
from nn.module import Module

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CategoricalCrossEntropyLoss", "CrossEntropyLoss", "GaussianNLLLoss", "HingeLoss", "HuberLoss",
    "L1Loss", "MSELoss", "MeanError", "MultiLabelSoftMarginLoss", "MultiMarginLoss", "MulticlassHingeLoss", "NLLLoss", "SmoothL1Loss",
]


class Loss(Module):
    """A module that compares outputs with targets.

    Args:    reduction: "mean", "sum" or "none".
    Raises:  ValueError: another reduction.
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__()
        require_reduction(reduction, type(self).__name__)
        self.reduction = reduction


class WeightedLoss(Loss):
    """A loss with constant weights, which stand in its state_dict, as in PyTorch.

    Args:    weight: numbers, or None. reduction: "mean", "sum" or "none".
    Raises:  TypeError: weight holds no numbers. ValueError: another reduction.
    """

    weight: Any

    def __init__(self, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)


class MeanError(Loss):
    """The mean error, sign and all: `functional.mean_error`.

    Example:
        >>> MeanError()([1.0, 4.0], [2.0, 2.0])
        Value(-0.5)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The mean of target - input."""
        return functional.mean_error(input, target, reduction=self.reduction)


class L1Loss(Loss):
    """The mean absolute error: `functional.l1_loss`.

    Example:
        >>> L1Loss()([1.0, 4.0], [2.0, 2.0])
        Value(1.5)

    Source:  torch.nn.L1Loss.
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The mean of |input - target|."""
        return functional.l1_loss(input, target, reduction=self.reduction)


class MSELoss(Loss):
    """The mean squared error: `functional.mse_loss`.

    Example:
        >>> MSELoss()([1.0, 4.0], [2.0, 2.0])
        Value(2.5)

    Source:  torch.nn.MSELoss.
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The mean of (input - target)²."""
        return functional.mse_loss(input, target, reduction=self.reduction)


class HuberLoss(Loss):
    """Squared near the target, straight far from it: `functional.huber_loss`.

    Args:    reduction: "mean", "sum" or "none". delta: where it turns straight, in units of the target.
    Raises:  ValueError: another reduction, or delta not above 0.
    Example:
        >>> HuberLoss(reduction="sum")([1.0, 4.0], [2.0, 2.0])
        Value(2.0)

    Source:  torch.nn.HuberLoss.
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta
        self.forward(0.0, 0.0)  # a bad setting is refused here, before any training

    def forward(self, input: Any, target: Any) -> Any:
        """The Huber loss of input - target."""
        return functional.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class SmoothL1Loss(Loss):
    """The absolute error with its kink rounded off: `functional.smooth_l1_loss`.

    Args:    reduction: "mean", "sum" or "none". beta: half the width of the rounding, in units of the target.
    Raises:  ValueError: another reduction, or beta below 0.
    Example:
        >>> SmoothL1Loss(reduction="sum")([1.0, 4.0], [2.0, 2.0])
        Value(2.0)

    Source:  torch.nn.SmoothL1Loss.
    """

    def __init__(self, *, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.beta = beta
        self.forward(0.0, 0.0)  # a bad setting is refused here, before any training

    def forward(self, input: Any, target: Any) -> Any:
        """The Huber loss of input - target, over beta."""
        return functional.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class GaussianNLLLoss(Loss):
    """The negative log-likelihood of a Gaussian with a learned variance: `functional.gaussian_nll_loss`.

    Args:    full: add the constant ½ ln 2π. eps: the least variance used. reduction: "mean", "sum" or "none".
    Raises:  ValueError: another reduction, or eps not above 0.
    Example:
        >>> GaussianNLLLoss()([1.0, 4.0], [2.0, 2.0], [1.0, 1.0])
        Value(1.25)

    Source:  torch.nn.GaussianNLLLoss.
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.full = full
        self.eps = eps
        self.forward(0.0, 0.0, 1.0)  # a bad setting is refused here, before any training

    def forward(self, input: Any, target: Any, var: Any) -> Any:
        """How surprising the targets are, at means `input` and variances `var`."""
        return functional.gaussian_nll_loss(input, target, var, full=self.full, eps=self.eps, reduction=self.reduction)


class BCELoss(WeightedLoss):
    """Binary cross-entropy from probabilities: `functional.binary_cross_entropy`.

    Args:    weight: constant factors that stretch to the shape of the input. reduction: "mean", "sum" or "none".
    Raises:  TypeError: weight holds no numbers. ValueError: another reduction.
    Example:
        >>> BCELoss()(0.2, 1.0)
        Value(1.6094379124341003)

    Source:  torch.nn.BCELoss.
    """

    def forward(self, input: Any, target: Any) -> Any:
        """How surprising the targets are, if `input` are their probabilities of being 1."""
        return functional.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(WeightedLoss):
    """Binary cross-entropy from logits: `functional.binary_cross_entropy_with_logits`.

    Args:    weight: constant factors that stretch to the shape of the input. reduction: "mean", "sum" or "none".
             pos_weight: by how much a yes counts more than a no; it stretches too.
    Raises:  TypeError: a weight holds no numbers. ValueError: another reduction.
    Example:
        >>> BCEWithLogitsLoss()(0.0, 1.0)
        Value(0.6931471805599453)

    Source:  torch.nn.BCEWithLogitsLoss.
    """

    pos_weight: Any

    def __init__(self, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(weight, reduction=reduction)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Any, target: Any) -> Any:
        """How surprising the targets are, if `input` are their logits of being 1."""
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class MultiLabelSoftMarginLoss(WeightedLoss):
    """The mean over labels of binary cross-entropies from logits: `functional.multilabel_soft_margin_loss`.

    Args:    weight: a constant factor for each label. reduction: "mean", "sum" or "none", over examples.
    Raises:  TypeError: weight holds no numbers. ValueError: another reduction.
    Example:
        >>> MultiLabelSoftMarginLoss()([0.0, 1000.0], [1.0, 1.0])
        Value(0.34657359027997264)

    Source:  torch.nn.MultiLabelSoftMarginLoss.
    """

    def forward(self, input: Any, target: Any) -> Any:
        """How surprising the labels are, if `input` are their logits."""
        return functional.multilabel_soft_margin_loss(input, target, self.weight, reduction=self.reduction)


class CrossEntropyLoss(WeightedLoss):
    """Cross-entropy of classes from logits: `functional.cross_entropy`.

    Args:    weight: a constant factor for each class. ignore_index: a class number that takes its example out.
             reduction: "mean", "sum" or "none", over examples. label_smoothing: the share of certainty given up.
    Raises:  TypeError: weight holds no numbers. ValueError: another reduction, or label_smoothing outside [0, 1].
    Example:
        >>> CrossEntropyLoss()([0.0, 0.0], 1)
        Value(0.6931471805599453)

    Source:  torch.nn.CrossEntropyLoss.
    """

    def __init__(
        self, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean", label_smoothing: float = 0.0
    ) -> None:
        super().__init__(weight, reduction=reduction)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing
        functional.cross_entropy([0.0], 0, label_smoothing=label_smoothing)  # a bad setting is refused here, before any training

    def forward(self, input: Any, target: Any) -> Any:
        """How surprising the classes are, if `input` are their logits."""
        return functional.cross_entropy(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction, label_smoothing=self.label_smoothing
        )


class NLLLoss(WeightedLoss):
    """Negative log-likelihood of classes from log-probabilities: `functional.nll_loss`.

    Args:    weight: a constant factor for each class. ignore_index: a class number that takes its example out.
             reduction: "mean", "sum" or "none", over examples.
    Raises:  TypeError: weight holds no numbers. ValueError: another reduction.
    Example:
        >>> NLLLoss()([-2.0, -0.25], 0)
        Value(2.0)

    Source:  torch.nn.NLLLoss.
    """

    def __init__(self, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(weight, reduction=reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Any:
        """How surprising the classes are, if `input` are their log-probabilities."""
        return functional.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class CategoricalCrossEntropyLoss(Loss):
    """Categorical cross-entropy from probabilities and one-hot targets: `functional.categorical_cross_entropy`.

    Example:
        >>> CategoricalCrossEntropyLoss()([0.5, 0.5], [1.0, 0.0])
        Value(0.6931471805599453)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """How surprising the classes are, if `input` are their probabilities."""
        return functional.categorical_cross_entropy(input, target, reduction=self.reduction)


class HingeLoss(Loss):
    """The hinge loss of targets -1 and 1: `functional.hinge_loss`.

    Example:
        >>> HingeLoss()([0.5, 3.0], [1.0, 1.0])
        Value(0.25)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """By how much the scores `input` miss their margins."""
        return functional.hinge_loss(input, target, reduction=self.reduction)


class MulticlassHingeLoss(Loss):
    """The hinge loss of a multi-class support vector machine: `functional.multiclass_hinge_loss`.

    Args:    margin: by how much the right class should be ahead. reduction: "mean", "sum" or "none", over examples.
    Raises:  ValueError: another reduction, or margin not finite.
    Example:
        >>> MulticlassHingeLoss()([0.0, 0.0, 0.0, 0.0], 2)
        Value(3.0)
    """

    def __init__(self, *, margin: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.margin = margin
        self.forward([0.0], 0)  # a bad setting is refused here, before any training

    def forward(self, input: Any, target: Any) -> Any:
        """By how much the scores `input` miss their margins."""
        return functional.multiclass_hinge_loss(input, target, margin=self.margin, reduction=self.reduction)


class MultiMarginLoss(WeightedLoss):
    """The multi-class hinge loss over the number of classes, perhaps squared: `functional.multi_margin_loss`.

    Args:    p: 1 or 2. margin: by how much the right class should be ahead. weight: a constant factor for each class.
             reduction: "mean", "sum" or "none", over examples.
    Raises:  TypeError: weight holds no numbers. ValueError: another reduction, another p, or margin not finite.
    Example:
        >>> MultiMarginLoss()([0.0, 0.0, 0.0, 0.0], 2)
        Value(0.75)

    Source:  torch.nn.MultiMarginLoss.
    """

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(weight, reduction=reduction)
        self.p = p
        self.margin = margin
        functional.multi_margin_loss([0.0], 0, p, margin)  # a bad setting is refused here, before any training

    def forward(self, input: Any, target: Any) -> Any:
        """By how much the scores `input` miss their margins."""
        return functional.multi_margin_loss(input, target, self.p, self.margin, self.weight, reduction=self.reduction)
