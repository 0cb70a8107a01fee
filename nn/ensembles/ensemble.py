"""Several models that answer together: by the mean, or by a vote."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import values
from autograd.rng import generator
from nn._settings import count
from nn.arrays import Array, as_array
from nn.module import Module
from nn.parameter import Floats, numbers
from nn.training.evaluation import outputs_of


class Ensemble:
    """Several models as one: the mean of what they say.

        y(x) = 1/k Σ_i y_i(x)

    Modules answer in evaluation mode.

    Args:    members: modules, or functions of a batch.
    Shape:   called with a batch, as the members are; what they give comes out, as floats.
    Raises:  TypeError: a member is no function. ValueError: there are none.
    Example:
        >>> two = Ensemble([lambda X: 2.0 * X, lambda X: 4.0 * X])
        >>> two(np.array([1.0, 2.0]))
        array([3., 6.])

    Source:  Hansen, Salamon, Neural Network Ensembles (1990).
    """

    def __init__(self, members: Sequence[Callable[[Any], Any]]) -> None:
        self.members = list(members)
        if not self.members:
            raise ValueError("Ensemble: there are no members. Give a list of models.")
        for i, member in enumerate(self.members):
            if not callable(member) or isinstance(member, type):
                raise TypeError(f"Ensemble: member {i} is {member!r} ({type(member).__name__}). Give models, or functions of a batch.")

    def outputs(self, X: Any) -> Floats:
        """What each member says: (k, …)."""
        return np.stack([answer(member, X) for member in self.members])

    def __call__(self, X: Any) -> Floats:
        """The mean of what the members say."""
        return np.asarray(self.outputs(X).mean(axis=0))

    def vote(self, X: Any) -> Array:
        """The class that most members choose, for each example; see `majority`.

        A member with several outputs chooses the largest, a member with a single one class 1 from 0.5 on.
        """
        found = self.outputs(X)
        single = found.ndim < 3 or found.shape[-1] == 1
        return majority((found.reshape(len(found), -1) >= 0.5).astype(int) if single else found.argmax(axis=-1))

    def __repr__(self) -> str:
        return f"<Ensemble: {len(self.members)} members>"


def majority(choices: Any) -> Array:
    """The class that was chosen most often, for each example. Of classes with equally many votes the lowest number wins.

    Args:    choices: class numbers, from 0 on.
    Shape:   choices (k, N): a member in each row; (N,) comes out.
    Raises:  ValueError: another shape. TypeError: no integers.
    Example:
        >>> majority([[0, 1, 2], [0, 2, 1], [1, 2, 0]])
        array([0, 2, 0])

    Source:  the lecture decks.
    """
    given = np.asarray(choices)
    if given.dtype.kind not in "iu":
        raise TypeError(f"majority: choices are of type {given.dtype}. Give class numbers, integers from 0 on.")
    if given.ndim != 2 or not given.size or given.min() < 0:
        raise ValueError(f"majority: choices has shape {given.shape}. Give (k, N) class numbers from 0 on: "
                         "the choices of a member in each row.")
    votes = (given[:, :, np.newaxis] == np.arange(given.max() + 1)).sum(axis=0)
    return np.asarray(votes.argmax(axis=1))


def bagging(
    make_model: Callable[[random.Random], Any], train: Callable[[Any, Array, Array], object], X: Any, y: Any, k: int, *,
    rng: int | random.Random | None = None,
) -> Ensemble:
    """Bootstrap aggregating: k models, each trained on a sample of its own, drawn from the data with replacement.

    A sample has as many examples as the data, some of them twice or more. About 1 - 1/e = 63 % of the data are in it.

    Args:    make_model: a function of a random source that makes a model. train: a function (model, X, y) that trains it.
             X, y: the data. k: how many models. rng: of samples and models, an int seed, a random.Random, or None for the
             default generator.
    Shape:   X (N, …), y (N, …).
    Returns: the Ensemble of the k models.
    Raises:  TypeError: make_model or train is no function; k no integer. ValueError: X and y that do not fit; k below 1.
    Example:
        >>> import nn, optim
        >>> def train(line, X, y):
        ...     nn.fit(line, X, y, loss=nn.MSELoss(), optimizer=optim.SGD(line.parameters(), lr=0.1), epochs=200, batch_size=3)
        >>> both = bagging(lambda rng: nn.Linear(1, 1, rng=rng), train, [[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]], k=2, rng=0)
        >>> both, both([[3.0]]).round(1)
        (<Ensemble: 2 members>, array([[7.]]))

    Source:  Breiman, Bagging Predictors (1996).
    """
    for name, f in (("make_model", make_model), ("train", train)):
        if not callable(f):
            raise TypeError(f"bagging: {name} is {f!r} ({type(f).__name__}). Give a function.")
    examples, targets, source = numbers(X, "bagging: X"), np.asarray(y), generator(rng)
    if not examples.ndim or not len(examples) or targets.shape[:1] != examples.shape[:1]:
        raise ValueError(f"bagging: X has shape {examples.shape} and y {targets.shape}. Give each example its target, and at least one.")
    members = []
    for _ in range(count(k, "bagging: k")):
        rows = bootstrap(len(examples), rng=source)
        model = make_model(source)
        train(model, examples[rows], targets[rows])
        members.append(model)
    return Ensemble(members)


def bootstrap(n: int, *, rng: int | random.Random | None = None) -> list[int]:
    """n rows drawn from n, with replacement.

    Args:    n: how many. rng: an int seed, a random.Random, or None for the default generator.
    Raises:  TypeError: n is no integer. ValueError: n below 1.
    Example:
        >>> bootstrap(5, rng=0)
        [4, 3, 2, 1, 2]

    Source:  Efron, Bootstrap Methods: Another Look at the Jackknife (1979).
    """
    size = count(n, "bootstrap: n")
    return generator(rng).choices(range(size), k=size)


def answer(member: Callable[[Any], Any], X: Any) -> Floats:
    """What a model says to a batch, a module in evaluation mode."""
    return as_floats(outputs_of(member, numbers(X, "Ensemble: X")) if isinstance(member, Module) else member(X))


def as_floats(output: Any) -> Floats:
    """The output of a model, without its graph."""
    return np.asarray(values(as_array(output, "the output of a model")), dtype=np.float64)
