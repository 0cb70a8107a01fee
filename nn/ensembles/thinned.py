"""Dropout as an ensemble: the nets that are left when units are dropped, all of them or some, and what they say together."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product, repeat
from typing import Any, NamedTuple

import numpy as np

from autograd import no_grad, trace
from nn._settings import count
from nn.dropout import Dropout
from nn.ensembles.ensemble import as_floats
from nn.module import Module
from nn.parameter import Floats, numbers
from nn.training.evaluation import evaluating
from nn.training.programs import NotCompiledError, alone, outputs_as_program, telling

MOST_UNITS = 16
DROPPED, KEPT = 0.0, math.nextafter(1.0, 0.0)
"""What a random source says, that a unit is dropped or kept at any p between 0 and 1."""


class MonteCarlo(NamedTuple):
    """What `mc_dropout` found: the mean of the answers, and their standard deviation, of the shape of one answer."""

    mean: Floats
    spread: Floats


def mc_dropout(model: Module, X: Any, n: int = 100) -> MonteCarlo:
    """Monte-Carlo dropout: the net answers n times, each time with other units dropped, in evaluation.

        mean = 1/n Σ_i y_i,      spread = √(1/n Σ_i (y_i - mean)²)

    Only the Dropout layers drop; all else is in evaluation mode. Every example has masks of its own.

    Args:    model: with Dropout in it; the layers' own `rng` draw the masks. X: a batch or one example, as the model takes it.
             n: how many answers.
    Raises:  TypeError: model is no module, n no integer. ValueError: n below 1, no Dropout in the model.
    Differs: lecture decks halve the weights in place of it: that is quicker, and exact for a linear net.
    Example:
        >>> import nn
        >>> found = mc_dropout(nn.Dropout(0.5, rng=0), [1.0], n=1000)
        >>> found.mean.round(2), found.spread.round(2)
        (array([0.98]), array([1.]))

    Source:  Gal, Ghahramani, Dropout as a Bayesian Approximation (2016); Srivastava et al., Dropout (2014), section 7.5.
    """
    times = count(n, "mc_dropout: n")
    with dropping(model, "mc_dropout"):
        answers = repeated(model, numbers(X, "mc_dropout: X"), times)
    return MonteCarlo(answers.mean(axis=0), answers.std(axis=0))


def repeated(model: Module, X: Floats, times: int) -> Floats:
    """What a model says to the same examples, several times: by a program, if it can be traced, else on the graph."""
    if X.ndim == 2:
        with suppress(NotCompiledError), telling():
            with evaluating(model):
                outputs_as_program(model, X)  # raises if the answer to an example depends on the others
            program = trace(lambda x: alone(model, x), X[0])
            return as_floats(program(np.tile(X, (times, 1)))).reshape(times, len(X), -1)
    with no_grad():
        return np.stack([as_floats(model(X)) for _ in range(times)])


class SubNetworks(NamedTuple):
    """All nets that dropout can make of one: what each says, and the probability of its mask.

    outputs:       (2ⁿ,) or (2ⁿ, …).
    probabilities: (2ⁿ,); they add up to 1.
    """

    outputs: Floats
    probabilities: Floats

    def mean(self) -> Floats:
        """Σ_m P(m) y_m, the arithmetic mean: where `mc_dropout` goes with many samples."""
        return weighted(self.outputs, self.probabilities)

    def normalised_geometric_mean(self) -> Floats:
        """Π_m y_m^P(m), divided by its sum over the classes.

        The last axis holds the probabilities of the classes; a single output is that of class 1, beside 1 - y of class 0.
        """
        y, single = self.outputs, self.outputs.ndim == 1 or self.outputs.shape[-1] == 1
        both = np.stack([y, 1.0 - y]) if single else np.moveaxis(y, -1, 0)
        with np.errstate(divide="ignore"):
            logs = np.log(both)
        means = np.exp([weighted(log, self.probabilities) for log in logs])
        shares = means / means.sum(axis=0)
        return np.asarray(shares[0] if single else np.moveaxis(shares, 0, -1))


def subnetworks(model: Module, x: Any) -> SubNetworks:
    """What every net says that dropout can make of a model, for one example: 2ⁿ of them, where n numbers can be dropped.

        P(m) = p^dropped (1 - p)^kept

    For one sigmoid or softmax layer behind dropout the normalised geometric mean of all their answers is the answer in
    evaluation. It is not for two layers, and the arithmetic mean is not either.

    Args:    model: with Dropout in it. x: one example.
    Raises:  TypeError: model is no module. ValueError: no Dropout in the model, or more than 16 numbers that can be dropped.
    Example:
        >>> import nn
        >>> unit = nn.Sequential(nn.Dropout(0.5), nn.Linear(3, 1, rng=0), nn.Sigmoid())
        >>> found = subnetworks(unit, [1.0, 2.0, 3.0])
        >>> whole = unit.eval()([1.0, 2.0, 3.0])[0].item()
        >>> len(found.outputs), bool(abs(found.normalised_geometric_mean()[0] - whole) < 1e-15)
        (8, True)

    Source:  Baldi, Sadowski, Understanding Dropout (2013), equation 15; Goodfellow, Bengio, Courville, Deep Learning (2016),
             section 7.12.
    """
    with dropping(model, "subnetworks") as layers, scripted(layers) as script, no_grad():
        outputs, units = [script.answered(model, x, repeat(True))], script.asked
        if len(units) > MOST_UNITS:
            raise ValueError(f"subnetworks: {len(units)} numbers can be dropped, which makes 2^{len(units)} nets. "
                             f"Give one example, and a net where {MOST_UNITS} can be, or sample with mc_dropout.")
        masks = list(product((True, False), repeat=len(units)))
        outputs += [script.answered(model, x, iter(kept)) for kept in masks[1:]]
    chances = [math.prod(1.0 - p if k else p for p, k in zip(units, kept, strict=True)) for kept in masks]
    return SubNetworks(np.stack(outputs), np.array(chances))


class Script:
    """Says which units stay, in the order in which a net asks, and notes the p of each."""

    kept: Iterator[bool]
    asked: list[float]

    def answered(self, model: Module, x: Any, kept: Iterator[bool]) -> Floats:
        """What the model says if these units stay."""
        self.kept, self.asked = kept, []
        return as_floats(model(x))


class Said(random.Random):
    """The random source of a Dropout layer, with a script."""

    def __init__(self, script: Script, p: float) -> None:
        super().__init__()
        self.script, self.p = script, p

    def random(self) -> float:
        """A number that drops a unit, or one that keeps it."""
        self.script.asked.append(self.p)
        return KEPT if next(self.script.kept) else DROPPED


@contextmanager
def scripted(layers: list[Dropout]) -> Iterator[Script]:
    """A script for these layers, for the length of a block; then each has its own source again."""
    script, own = Script(), [layer.rng for layer in layers]
    try:
        for layer in layers:
            layer.rng = Said(script, layer.p)
        yield script
    finally:
        for layer, rng in zip(layers, own, strict=True):
            layer.rng = rng


@contextmanager
def dropping(model: Module, name: str) -> Iterator[list[Dropout]]:
    """Dropout in training mode and all else in evaluation, for the length of a block; the Dropout layers."""
    if not isinstance(model, Module):
        raise TypeError(f"{name}: the model is {model!r} ({type(model).__name__}). Give an nn.Module with nn.Dropout in it.")
    layers = [module for module in model.modules() if isinstance(module, Dropout)]
    if not layers:
        raise ValueError(f"{name}: there is no nn.Dropout in this {type(model).__name__}, so all answers would be the same.")
    with evaluating(model):
        for layer in layers:
            layer.train()
        yield layers


def weighted(rows: Floats, shares: Floats) -> Floats:
    """Σ_m shares_m rows_m, with the rounding of one addition."""
    there = shares > 0.0  # else 0 · log 0
    terms = (shares[there] * np.moveaxis(rows[there], 0, -1)).reshape(-1, int(there.sum()))
    return np.reshape([math.fsum(row) for row in terms.tolist()], rows.shape[1:])
