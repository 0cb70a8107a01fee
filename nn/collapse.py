"""Affine layers with nothing between them are one affine layer."""

from __future__ import annotations

import numpy as np

from nn.activation import Identity
from nn.container import Sequential
from nn.linear import Linear
from nn.mlp import MLP


def collapse(net: Sequential | MLP) -> Linear:
    """The one affine layer that a stack of affine layers amounts to.

        W₂ (W₁ x + b₁) + b₂ = (W₂ W₁) x + (W₂ b₁ + b₂)

    So depth without a bend between the layers adds nothing: neither a function that one layer could not compute, nor a border
    that is not straight.

    Args:    net: a Sequential of Linear layers, or an MLP with activation "identity".
    Returns: a new Linear, equal but for the rounding of the sums.
    Raises:  TypeError: net is neither, or something else stands in it, such as a ReLU. ValueError: it has no Linear.
    Example:
        >>> net = Sequential(Linear(3, 5, rng=0), Linear(5, 2, rng=1))
        >>> one = collapse(net)
        >>> one, bool(np.allclose(one.weight.data, net[1].weight.data @ net[0].weight.data))
        (Linear(in_features=3, out_features=2, bias=True), True)
    """
    if not isinstance(net, (Sequential, MLP)):
        raise TypeError(f"collapse: {net!r} ({type(net).__name__}) is no Sequential. Give nn.Sequential(nn.Linear(…), nn.Linear(…)).")
    layers: list[Linear] = []
    for layer in net:
        if type(layer) is Linear:
            layers.append(layer)
        elif not isinstance(layer, Identity):
            raise TypeError(f"collapse: a {type(layer).__name__} stands in the net. Only Linear layers collapse: leave out what bends "
                            "between them, or keep the depth.")
    if not layers:
        raise ValueError("collapse: the net has no Linear layer. Give one at least.")
    W, b = np.eye(layers[0].in_features), np.zeros(layers[0].in_features)
    for layer in layers:
        W, b = layer.weight.data @ W, layer.weight.data @ b + (0.0 if layer.bias is None else layer.bias.data)
    one = Linear(layers[0].in_features, layers[-1].out_features, rng=0)
    one.load_state_dict({"weight": W, "bias": b})
    return one
