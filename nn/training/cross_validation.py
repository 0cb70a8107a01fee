"""Cross-validation: every example is held out once, so that a small set still says how sure a score is."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd.rng import generator
from nn._settings import count, flag
from nn.arrays import Array
from nn.parameter import Floats


class CrossValidation(NamedTuple):
    """What `cross_validate` found.

    scores: one for each fold.
    """

    scores: Floats

    @property
    def mean(self) -> float:
        """The mean over the folds."""
        return float(self.scores.mean())

    @property
    def std(self) -> float:
        """How far the folds scatter: their standard deviation, with folds - 1 below the sum."""
        return float(self.scores.std(ddof=1))

    def __repr__(self) -> str:
        return f"{len(self.scores)} folds: {self.mean:.4g} ± {self.std:.2g}"


def cross_validate(
    run: Callable[[Array, Array, Array, Array], float], X: Any, y: Any, *, folds: int = 5, stratified: bool = False,
    rng: int | random.Random | None = None,
) -> CrossValidation:
    """Cut the examples into folds; hold out each fold once, train on the others, and score.

        score_k = run(X without fold k, y without fold k, X of fold k, y of fold k)

    The folds are scikit-learn's, shuffled.

    Args:    run: a function of training examples, their targets, held-out examples and theirs, that trains a *fresh* model
             and gives its score. X, y: all examples and targets. folds: how many. stratified: give every fold the same
             share of each class. rng: of the shuffle; an int seed, a random.Random, or None for the default generator.
    Shape:   X (N, …), y (N, …).
    Raises:  TypeError: run is no function, folds no integer. ValueError: folds below 2 or above N, X and y of unequal
             lengths; stratified, and a class has fewer members than there are folds. ImportError: scikit-learn is missing.
    Example:
        >>> def far_from_mean(X_train, y_train, X_held, y_held): return abs(y_held - y_train.mean()).mean()
        >>> cross_validate(far_from_mean, [[0.0], [1.0], [2.0]], [1.0, 1.0, 4.0], folds=3, rng=0)
        3 folds: 2 ± 0.87

    Source:  Stone, Cross-Validatory Choice and Assessment of Statistical Predictions (1974);
             sklearn.model_selection.KFold, StratifiedKFold.
    """
    try:
        from sklearn.model_selection import KFold, StratifiedKFold
    except ImportError as error:
        raise ImportError("cross_validate takes its folds from scikit-learn, which is not installed. "
                          "Run: pip install 'chalkgrad[demo]'") from error
    if not callable(run):
        raise TypeError(f"cross_validate: run is {run!r} ({type(run).__name__}). "
                        "Give a function (X_train, y_train, X_held, y_held) -> score.")
    examples, targets = np.asarray(X), np.asarray(y)
    if not examples.ndim or targets.shape[:1] != examples.shape[:1]:
        raise ValueError(f"cross_validate: X has shape {examples.shape} and y {targets.shape}. Give each example its target.")
    k = count(folds, "cross_validate: folds")
    evenly = flag(stratified, "cross_validate: stratified")
    smallest = np.unique(targets, return_counts=True)[1].min() if evenly else len(examples)
    if not 2 <= k <= smallest:
        raise ValueError(f"cross_validate: folds is {k}. Give 2 or more, and at most {smallest}: "
                         f"{'the members of the smallest class' if evenly else 'one for each example'}.")
    cut = (StratifiedKFold if evenly else KFold)(k, shuffle=True, random_state=generator(rng).getrandbits(32))
    scores = [float(run(examples[rest], targets[rest], examples[held], targets[held])) for rest, held in cut.split(examples, targets)]
    return CrossValidation(np.array(scores))
