"""Preprocessing: a map found on the training examples, and then applied to all others as it stands.

    prepare = Standardise(X_train)
    fit(model, prepare(X_train), y_train, …, validation=(prepare(X_test), y_test))
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nn._settings import count, flag, not_negative
from nn.parameter import Floats, numbers


class Preprocessing:
    """Base of the maps: move the mean of the training examples to 0, then stretch and turn.

        Z = (X - μ) W

    Called with examples, it gives them mapped; `inverse` takes them back.

    Args:    mean: μ. matrix: W. back: the matrix that undoes W.
    Shape:   mean (features,), matrix (features, outputs), back (outputs, features).
    """

    def __init__(self, mean: Floats, matrix: Floats, back: Floats) -> None:
        self.mean, self.matrix, self.back = mean, matrix, back

    def __call__(self, X: Any) -> Floats:
        """The examples, mapped.

        Args:    X: one example, or one in each row.
        Shape:   (features,) or (N, features) -> (outputs,) or (N, outputs).
        Raises:  TypeError: X holds no numbers. ValueError: an example has another number of features than in training.
        """
        return (self._rows(X, len(self.matrix), "X") - self.mean) @ self.matrix

    def inverse(self, Z: Any) -> Floats:
        """The examples that are mapped to Z; where components were left out, those nearest to them.

        Args:    Z: mapped examples.
        Shape:   (outputs,) or (N, outputs) -> (features,) or (N, features).
        Raises:  TypeError: Z holds no numbers. ValueError: a row of another length.
        """
        return self._rows(Z, len(self.back), "Z") @ self.back + self.mean

    def _rows(self, X: Any, width: int, name: str) -> Floats:
        rows = numbers(X, f"{type(self).__name__}: {name}")
        if rows.ndim not in (1, 2) or rows.shape[-1] != width:
            raise ValueError(f"{type(self).__name__}: {name} has shape {rows.shape}, but {width} features were prepared. "
                             f"Give (N, {width}), or ({width},) for one example.")
        return rows


class Centre(Preprocessing):
    """Move the mean of the training examples to 0.

        Z = X - μ

    Inputs that all have one sign let the gradients of a neuron's weights all have one sign, too: steps can only zigzag.

    Args:    X: training examples, one in each row.
    Shape:   (N, features) -> the same.
    Raises:  TypeError: X holds no numbers. ValueError: it has no rows, or holds inf or nan.
    Example:
        >>> centre = Centre([[1.0, 10.0], [3.0, 30.0]])
        >>> centre([[4.0, 20.0]])
        array([[2., 0.]])

    Source:  LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section 4.3.
    """

    def __init__(self, X: Any) -> None:
        rows = training(X, "Centre")
        one = np.eye(rows.shape[1])
        super().__init__(rows.mean(axis=0), one, one)


class Standardise(Preprocessing):
    """Give every feature mean 0 and standard deviation 1, so that none counts for more because of its unit.

        Z = (X - μ) / σ        σ² = mean (X - μ)²

    A feature that never changes in training is moved to 0, and not stretched.

    Args:    X: training examples, one in each row.
    Shape:   (N, features) -> the same.
    Raises:  TypeError: X holds no numbers. ValueError: it has no rows, or holds inf or nan.
    Example:
        >>> standardise = Standardise([[1.0, 7.0], [5.0, 7.0]])
        >>> standardise([[7.0, 8.0]])
        array([[2., 1.]])

    Source:  LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section 4.3; sklearn.preprocessing.StandardScaler.
    """

    def __init__(self, X: Any) -> None:
        rows = training(X, "Standardise")
        σ = np.where(np.ptp(rows, axis=0) > 0.0, rows.std(axis=0), 1.0)
        super().__init__(rows.mean(axis=0), np.diag(1.0 / σ), np.diag(σ))


class PCA(Preprocessing):
    """Turn the axes to where the training examples vary most: principal components, which are not correlated.

        Σ = 1/N (X - μ)ᵀ(X - μ) = Q Λ Qᵀ       Λ falling
        Z = (X - μ) Q                          of Q, the first columns

    It comes from the singular values of X - μ (numpy's), so no covariance is ever rounded. The largest entry of each
    column of Q is positive.

    Args:    X: training examples, one in each row. components: how many to keep; all, if not given.
    Shape:   (N, features) -> (N, components); there are at most min(N, features). variances, share (components,).
    Raises:  TypeError: X holds no numbers, components no integer. ValueError: X has no rows, or holds inf or nan; components
             below 1, or more than there are.
    Differs: scikit-learn's explained_variance_ has N - 1 for N.
    Example:
        >>> pca = PCA([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]], components=1)
        >>> pca([[6.0, 8.0]]), pca.share
        (array([[5.]]), array([1.]))

    Source:  Pearson, On Lines and Planes of Closest Fit (1901); sklearn.decomposition.PCA.
    """

    def __init__(self, X: Any, components: int | None = None) -> None:
        mean, Q, self.variances, self.share = principal(X, components, "PCA")
        super().__init__(mean, Q, Q.T)


class Whitening(Preprocessing):
    """Principal components, each stretched to variance 1: on the training examples, the covariance is the identity.

        Z = (X - μ) Q (Λ + eps)^-½             turned to the principal axes
        Z = (X - μ) Q (Λ + eps)^-½ Qᵀ          zca: and turned back, as near to X - μ as whitened examples can be

    Args:    X, components: as `PCA`. zca: turn back. eps: added to each variance, so that what hardly varies is not
             blown up.
    Shape:   (N, features) -> (N, components); with zca, (N, features).
    Raises:  as `PCA`. TypeError: zca not True or False. ValueError: eps negative; eps 0, and a direction without variance.
    Differs: scikit-learn's PCA(whiten=True) has N - 1 for N in Λ, so its variances are N/(N - 1) smaller.
    Example:
        >>> whiten = Whitening([[1.0, 0.0], [-1.0, 0.0], [0.0, 2.0], [0.0, -2.0]])
        >>> whiten([[0.0, 2.0]]).round(4)
        array([[1.4142, 0.    ]])

    Source:  LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section 4.3; Bell, Sejnowski, The "independent
             components" of natural scenes are edge filters (1997), for zca.
    """

    def __init__(self, X: Any, components: int | None = None, zca: bool = False, eps: float = 0.0) -> None:
        mean, Q, self.variances, self.share = principal(X, components, "Whitening")
        raised, turned = self.variances + not_negative(eps, "Whitening: eps"), flag(zca, "Whitening: zca")
        still = raised <= (np.size(X) * np.finfo(float).eps) ** 2 * raised[0]
        if still.any():
            raise ValueError(f"Whitening: principal component {np.argmax(still)} of X does not vary, and nothing stretches it to "
                             "variance 1. Keep fewer components, or give an eps such as 1e-5.")
        σ = np.sqrt(raised)
        super().__init__(mean, (Q / σ) @ Q.T if turned else Q / σ, (Q * σ) @ Q.T if turned else (Q * σ).T)


def training(X: Any, name: str) -> Floats:
    """The training examples as an array of rows."""
    rows = numbers(X, f"{name}: X")
    if rows.ndim != 2 or not rows.size:
        raise ValueError(f"{name}: X has shape {rows.shape}. Give training examples, (N, features), at least one.")
    if not np.isfinite(rows).all():
        raise ValueError(f"{name}: X holds inf or nan. Take such rows out, or fill in finite numbers.")
    return rows


def principal(X: Any, components: int | None, name: str) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean, principal axes in columns, their variances, and the share that each has of all variance."""
    rows = training(X, name)
    most = min(rows.shape)
    kept = most if components is None else count(components, f"{name}: components")
    if kept > most:
        raise ValueError(f"{name}: components is {kept}, but X has shape {rows.shape}, and so {most} of them.")
    mean = rows.mean(axis=0)
    _, singular, Qᵀ = np.linalg.svd(rows - mean, full_matrices=False)
    signs = np.sign(Qᵀ[np.arange(most), np.argmax(np.abs(Qᵀ), axis=1)])
    variances = singular**2 / len(rows)
    share = variances / (variances.sum() or 1.0)
    return mean, (Qᵀ * signs[:, np.newaxis])[:kept].T, variances[:kept], share[:kept]
