"""What L2 does to the minimum of a quadratic loss: it looks at each eigenvector of the Hessian by itself."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd import values
from nn._settings import not_negative
from nn.arrays import as_array
from nn.parameter import Floats


class L2Analysis(NamedTuple):
    """What `l2_analysis` found.

    weights:              w̃, the minimum with the penalty.
    eigenvalues:          λ_i of the Hessian, rising.
    eigenvectors:         Q, one in each column.
    shrinkage:            λ_i / (λ_i + α), what is left of w* along each eigenvector.
    effective_parameters: Σ λ_i / (λ_i + α), how many weights the data still decide on.
    """

    weights: Floats
    eigenvalues: Floats
    eigenvectors: Floats
    shrinkage: Floats
    effective_parameters: float


def l2_analysis(hessian: Any, minimum: Any, alpha: float) -> L2Analysis:
    """Where the minimum of a quadratic loss goes when ½ α Σ w² is added.

        L(w) = ½ (w - w*)ᵀ H (w - w*) + ½ α wᵀw,  H = Q Λ Qᵀ
        w̃ = Q (Λ + αI)⁻¹ Λ Qᵀ w*

    Directions of high curvature (λ_i ≫ α) stay, flat ones (λ_i ≪ α) are taken to 0.

    Args:    hessian: H, of the loss without penalty at its minimum, as from `autograd.hessian`. minimum: w*. alpha: α, as
             `lam` of L2.
    Shape:   hessian (n, n), minimum (n,).
    Raises:  TypeError: numbers that are none. ValueError: shapes that do not fit, a hessian that is not symmetric or has
             an eigenvalue below 0, no minimum there; alpha negative; alpha 0 and a flat direction.
    Differs: lecture decks say that L2 shrinks every weight. It shrinks every component in the eigenbasis of H: in the example
             w* has a weight of 0, and w̃ has not.
    Example:
        >>> found = l2_analysis([[1.0, 0.9], [0.9, 1.0]], [1.0, 0.0], alpha=0.5)
        >>> found.weights.round(4), round(found.effective_parameters, 4)
        (array([0.4792, 0.3125]), 0.9583)

    Source:  Goodfellow, Bengio, Courville, Deep Learning (2016), equation 7.13; MacKay, Bayesian Interpolation (1992).
    """
    H, w = (np.asarray(values(as_array(x, f"l2_analysis: {name}"))) for x, name in ((hessian, "hessian"), (minimum, "minimum")))
    α = not_negative(alpha, "l2_analysis: alpha")
    if w.ndim != 1 or not w.size or H.shape != (w.size, w.size):
        raise ValueError(f"l2_analysis: hessian has shape {H.shape} and minimum {w.shape}. Give (n, n) and (n,).")
    if not (np.isfinite(H).all() and np.isfinite(w).all()):
        raise ValueError("l2_analysis: hessian or minimum holds inf or nan. Give finite numbers.")
    scale = np.abs(H).max()
    if np.abs(H - H.T).max() > 1e-9 * scale:
        raise ValueError("l2_analysis: hessian is not symmetric, as second derivatives are. Give that of autograd.hessian, at the minimum.")
    λ, Q = np.linalg.eigh((H + H.T) / 2.0)
    if λ[0] < -1e-9 * scale:
        raise ValueError(f"l2_analysis: hessian has the eigenvalue {λ[0]}, so this is no minimum. Give the hessian at one.")
    λ = np.maximum(λ, 0.0)
    if α == 0.0 and λ[0] == 0.0:
        raise ValueError("l2_analysis: alpha is 0, and along a flat direction there is no single minimum. Give an alpha above 0.")
    share = λ / (λ + α)
    return L2Analysis(Q @ (share * (Q.T @ w)), λ, Q, share, float(share.sum()))
