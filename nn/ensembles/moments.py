"""Why several heads are better than one, and how much better: it depends on how much they err together."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd import values
from nn._settings import count, finite, not_negative
from nn.arrays import as_array


def ensemble_mse(variance: float, covariance: float, k: int) -> float:
    """The mean squared error of the mean of k members.

        E[(1/k Σ_i e_i)²] = V/k + (k - 1) C/k,      V = E[e_i²],  C = E[e_i e_j]

    Members that err alike, C = V, gain nothing. Members that err independently, C = 0, have an error of V/k.

    Args:    variance: V, the squared error of a member, in units of y². covariance: C, of the errors of two members.
             k: how many members.
    Raises:  TypeError: a number that is none. ValueError: V negative, k below 1, a C that no k errors can have together.
    Example:
        >>> ensemble_mse(1.0, 0.5, k=4)
        0.625

    Source:  Goodfellow, Bengio, Courville, Deep Learning (2016), section 7.11.
    """
    V, C, n = not_negative(variance, "ensemble_mse: variance"), finite(covariance, "ensemble_mse: covariance"), count(k, "ensemble_mse: k")
    mse = V / n + (n - 1) * C / n
    if abs(C) > V or mse < 0.0:
        raise ValueError(f"ensemble_mse: {n} errors of variance {V} cannot all have the covariance {C}. Give one from -V/(k - 1) to V.")
    return mse


class ErrorMoments(NamedTuple):
    """What `error_moments` found.

    variance:   V, the mean of e_i² over members and examples.
    covariance: C, the mean of e_i e_j over pairs of different members and examples.
    measured:   the mean over examples of (1/k Σ_i e_i)², the error of the mean of the members.
    """

    variance: float
    covariance: float
    measured: float


def error_moments(errors: Any) -> ErrorMoments:
    """How large the errors of several members are, how much they go together, and the error of their mean.

    On the examples from which V and C are taken, `ensemble_mse(V, C, k)` is the measured error: an identity. From other
    examples it is an estimate.

    Args:    errors: output minus target, in units of y.
    Shape:   errors (k, N): a member in each row, k from 2 on.
    Raises:  TypeError: errors hold no numbers. ValueError: another shape.
    Example:
        >>> error_moments([[1.0, 0.0], [1.0, 2.0]])
        ErrorMoments(variance=1.5, covariance=0.5, measured=1.0)

    Source:  as ensemble_mse.
    """
    e = np.asarray(values(as_array(errors, "error_moments: errors")), dtype=np.float64)
    if e.ndim != 2 or len(e) < 2 or not e.size:
        raise ValueError(f"error_moments: errors has shape {e.shape}. "
                         "Give (k, N): the errors of a member in each row, two members or more.")
    products = e @ e.T / e.shape[1]
    pairs = ~np.eye(len(e), dtype=bool)
    return ErrorMoments(float(np.diag(products).mean()), float(products[pairs].mean()), float((e.mean(axis=0) ** 2).mean()))
