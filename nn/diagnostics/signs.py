"""Weights that can only move together: what inputs of one sign do to a neuron's gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import gradients
from nn.diagnostics.report import LayerUnits, UnitReport, batch
from nn.linear import Linear, Maxout
from nn.mlp import Neuron
from nn.module import Module
from nn.parameter import Floats
from nn.training.evaluation import evaluating


def same_sign_gradients(model: Module, X: Any, y: Any, loss: Any) -> UnitReport:
    """How often all weights of a neuron are told to move the same way: all up, or all down.

        ∂ℓ/∂wᵢ = δ xᵢ      so where every input xᵢ of a neuron is positive, all have the sign of δ
        share = how often no two weights of the neuron have gradients of opposite signs, of the examples that move it

    Such a neuron can lower one weight and raise another only in a zigzag. A tanh before it, or centred data, let go of it.

    Args:    model: any module with affine layers. X: examples. y: targets. loss: a module or function (outputs, targets) ->
             one Value; it is taken of each example by itself.
    Shape:   X (N, features), y (N, …) as the loss wants it.
    Raises:  TypeError: model is no module. ValueError: X is no batch, y has not one target for each example, no affine layer.
    Example:
        >>> import nn
        >>> net = nn.MLP(2, [3, 1], "sigmoid", rng=0)
        >>> same_sign_gradients(net, [[0.5, -1.0], [-2.0, 0.3]], [[1.0], [0.0]], nn.MSELoss())
        layer  kind    units  same sign
        0      Linear      3      0.0 %
        2      Linear      1    100.0 %

    Source:  LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section 4.3.
    """
    examples, targets = batch(model, X, "same_sign_gradients"), np.asarray(y)
    if len(targets) != len(examples):
        raise ValueError(f"same_sign_gradients: {len(targets)} targets for {len(examples)} examples. Give one for each.")
    layers = [(name, part) for name, part in model.named_modules() if isinstance(part, (Linear, Maxout, Neuron))]
    if not layers:
        raise ValueError(f"same_sign_gradients: {type(model).__name__} has no affine layer, such as nn.Linear, so there are no weights.")
    weights = [layer.weight[...].reshape(-1, layer.weight.shape[-1]) for _, layer in layers]
    leaves = [leaf for w in weights for leaf in w.ravel().tolist()]
    with evaluating(model):
        found = np.array([[g.item() for g in gradients(loss(model(examples[[i]]), targets[[i]]), leaves)] for i in range(len(examples))])
    ends = np.cumsum([w.size for w in weights])
    by_weights = zip(np.split(found, ends[:-1], axis=1), weights, strict=True)
    shares = [alike(g.reshape(-1, *w.shape)) for g, w in by_weights]
    lines = (LayerUnits(name, type(layer).__name__, share) for (name, layer), share in zip(layers, shares, strict=True))
    return UnitReport("same sign", tuple(lines))


def alike(g: Floats) -> Floats:
    """For each neuron, the share of examples for which no two of its gradients have opposite signs, where any is not 0.

    Shape:   (N, neurons, inputs) -> (neurons,).
    """
    moved = (g != 0.0).any(axis=2)
    same = moved & ((g >= 0.0).all(axis=2) | (g <= 0.0).all(axis=2))
    return np.asarray(same.sum(axis=0) / np.maximum(moved.sum(axis=0), 1))
