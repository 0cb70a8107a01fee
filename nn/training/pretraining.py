"""Greedy pretraining: each layer first learns to keep what it is given, by itself and without targets."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import trace
from autograd.rng import generator
from nn._settings import count
from nn.container import Sequential
from nn.functional import mse_loss
from nn.linear import Linear
from nn.mlp import MLP
from nn.module import Module
from nn.parameter import Floats, numbers
from nn.training.fit import fit
from nn.training.history import History


def pretrain(
    model: MLP, X: Any, *, optimizer: Callable[[Any], Any], epochs: int, batch_size: int, layers: int | None = None,
    rng: int | random.Random | None = None,
) -> list[History]:
    """Train the hidden layers of an MLP one after the other, each as the encoder of an autoencoder.

        h = f(W a + b),  â = V h + c        W, b: the layer's own; V, c: a decoder, thrown away afterwards
        minimise the mean of (â - a)²,  then go on to the next layer with a ← h

    Targets are not needed. Afterwards the whole net is trained as usual, from there: fine-tuning.

    Ctrl-C ends it after the layer at work, with what has been learned up to then.

    Args:    model: its hidden layers are written at the end, its output layer is not. X: examples. optimizer: makes an optimiser of
             parameters, as `lambda p: optim.Adam(p, lr=0.01)`; each layer gets one of its own. epochs, batch_size: of each
             layer. layers: how many hidden layers, from the input on; None for all. rng: draws the decoders and the shuffles;
             an int seed, a random.Random, or None for the default generator.
    Returns: a History for each layer; its last loss says how well the layer's inputs can be told from its outputs.
    Shape:   X (N, in_features).
    Raises:  TypeError: the model is no MLP; X holds no numbers; optimizer makes none. ValueError: an X of another shape, more
             layers than there are, none at all; what `fit` raises.
    Differs: not in PyTorch. The decoder has weights of its own and is linear, so that any input can be met.
    Example:
        >>> import nn, optim
        >>> net = nn.MLP(2, [1, 1], "identity", rng=0)
        >>> line = [[t, 2.0 * t] for t in (-1.0, 0.0, 1.0)]
        >>> history, = pretrain(net, line, optimizer=lambda p: optim.Adam(p, lr=0.05), epochs=300, batch_size=3, rng=0)
        >>> round(history.loss[-1], 6)
        0.0

    Source:  Hinton, Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks (2006); Bengio, Lamblin, Popovici,
             Larochelle, Greedy Layer-Wise Training of Deep Networks (2007), section 3.
    """
    if not isinstance(model, MLP):
        raise TypeError(f"pretrain: the model is a {type(model).__name__}. Give an nn.MLP, whose hidden layers can be trained one by one.")
    if not callable(optimizer):
        raise TypeError(f"pretrain: optimizer is {optimizer!r} ({type(optimizer).__name__}). "
                        "Give a function of parameters that makes one, such as lambda p: optim.Adam(p, lr=0.01).")
    hidden = model.layers[:-1]
    chosen = len(hidden) if layers is None else count(layers, "pretrain: layers")
    if not 0 < chosen <= len(hidden):
        raise ValueError(f"pretrain: the net has {len(hidden)} hidden layers, and {chosen} are to be trained. Give a net with that many.")
    source, codes = generator(rng), numbers(X, "pretrain: X")
    encoders: list[Sequential] = []
    histories: list[History] = []
    for linear, activation in hidden[:chosen]:
        if histories:
            codes = outputs(encoders[-1], codes)
        encoders.append(Sequential(*copy.deepcopy((linear, activation))))
        autoencoder = Sequential(encoders[-1], Linear(linear.out_features, linear.in_features, rng=source))
        histories.append(fit(autoencoder, codes, codes, loss=mse_loss, optimizer=optimizer(autoencoder.parameters()),
                             epochs=epochs, batch_size=batch_size, rng=source))
        if histories[-1].interrupted:
            break
    for layer, encoder in zip(hidden, encoders, strict=False):
        for module, trained in zip(layer, encoder, strict=True):
            module.load_state_dict(trained.state_dict())
    return histories


def outputs(model: Module, X: Floats) -> Floats:
    """What the model makes of each example."""
    return np.asarray(trace(model, X[0])(X))
