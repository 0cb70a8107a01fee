"""Activations and losses as functions of numbers, Values and arrays of them."""

from nn.functional.accuracy import accuracy
from nn.functional.activations import (
    elu,
    heaviside,
    identity,
    leaky_relu,
    log_softmax,
    maxout,
    prelu,
    relu,
    rrelu,
    scaled_tanh,
    selu,
    sigmoid,
    softmax,
    softplus,
    tanh,
)
from nn.functional.classification import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    categorical_cross_entropy,
    cross_entropy,
    multilabel_soft_margin_loss,
    nll_loss,
)
from nn.functional.margins import hinge_loss, multi_margin_loss, multiclass_hinge_loss
from nn.functional.regression import gaussian_nll_loss, huber_loss, l1_loss, mean_error, mse_loss, smooth_l1_loss

__all__ = [
    "accuracy", "binary_cross_entropy", "binary_cross_entropy_with_logits", "categorical_cross_entropy", "cross_entropy", "elu",
    "gaussian_nll_loss", "heaviside", "hinge_loss", "huber_loss", "identity", "l1_loss", "leaky_relu", "log_softmax", "maxout",
    "mean_error", "mse_loss", "multi_margin_loss", "multiclass_hinge_loss", "multilabel_soft_margin_loss", "nll_loss", "prelu", "relu",
    "rrelu", "scaled_tanh", "selu", "sigmoid", "smooth_l1_loss", "softmax", "softplus", "tanh",
]
