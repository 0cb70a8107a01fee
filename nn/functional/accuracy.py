"""The share of right answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import values
from nn._settings import finite
from nn.arrays import as_array


def accuracy(input: Any, target: Any, threshold: float = 0.5) -> float:
    """The share of examples that are classified rightly.

        several outputs:  1/N Σ_i [argmax_j x_ij = t_i]                     t_i a class, or a row that is largest at it
        one output:       1/N Σ_i [(x_i > threshold) = (t_i > threshold)]   yes or no

    It has no gradient: a small change of a weight moves no example over the border.

    Args:    input: the outputs of a model. target: what they should be. threshold: from where an output says yes: 0.5 for
             probabilities, 0 for logits and for tanh.
    Shape:   input (N, C) with target (N,) or (N, C); or input (N,) or (N, 1) with target (N,) or (N, 1).
    Raises:  ValueError: shapes that do not fit, or no examples. TypeError: a member is no number.
    Example:
        >>> accuracy([[0.2, 0.7, 0.1], [0.5, 0.3, 0.2]], [1, 2])
        0.5
        >>> accuracy([0.9, 0.4, 0.6], [1, 0, 0])
        0.6666666666666666
    """
    outputs, targets = (values(as_array(x, f"accuracy: {name}")) for x, name in ((input, "input"), (target, "target")))
    border = finite(threshold, "accuracy: threshold")
    fitting = outputs.ndim in (1, 2) and targets.shape in (outputs.shape, outputs.shape[:1], (*outputs.shape[:1], 1))
    if not fitting or not outputs.size:
        raise ValueError(f"accuracy: the outputs have shape {outputs.shape} and the targets {targets.shape}. "
                         "Give a row, or a number, for each example, and each its target.")
    if outputs.ndim == 2 and outputs.shape[1] > 1:
        classes = targets.argmax(axis=1) if targets.shape == outputs.shape else targets.ravel()
        return float(np.mean(outputs.argmax(axis=1) == classes))
    return float(np.mean((outputs.ravel() > border) == (targets.ravel() > border)))
