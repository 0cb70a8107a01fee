"""Forward and back through a net, in numpy alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from nn.by_hand.tables import ACTIVATIONS, LOSSES, Curve, Loss, folded
from nn.mlp import MLP
from nn.parameter import Floats, numbers


class LayerPass(NamedTuple):
    """One layer's numbers on the way forward and back.

    z: weighted sums, W a + b with the a of the layer before.    a: outputs, f(z).    delta: error terms, ∂E/∂z.
    dW: ∂E/∂W, shaped as W.    db: ∂E/∂b, shaped as b.
    """

    z: Floats
    a: Floats
    delta: Floats
    dW: Floats  # noqa: N815 - as on the blackboard
    db: Floats


class Backpropagation(NamedTuple):
    """What `backpropagation` computed: the loss E, and each layer's numbers, inputs first. Printed, it is a table of them."""

    loss: float
    layers: list[LayerPass]

    def __str__(self) -> str:
        names = dict(zip(LayerPass._fields, ("z", "a", "δ", "∂W", "∂b"), strict=True))
        lines = [f"E = {self.loss:.6g}"]
        for number, layer in enumerate(self.layers, start=1):
            lines.append(f"layer {number}")
            for field, name in names.items():
                members = getattr(layer, field) + 0.0  # -0.0 becomes 0.0
                lines.append(f"  {name:>2} = {np.array2string(members, precision=4, separator=', ', suppress_small=True, prefix=' ' * 7)}")
        return "\n".join(lines)


Chosen = str | tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]
"""An activation: its name, or the pair f, f' as functions of arrays."""


def backpropagation(
    layers: MLP | Sequence[tuple[Any, Any, Chosen]], x: Any, t: Any, loss: str | tuple[Any, Any] = "mse"
) -> Backpropagation:
    """All that a forward and a backward pass compute, with the formulas of the blackboard.

        zˡ = Wˡ aˡ⁻¹ + bˡ,  aˡ = f(zˡ)           forward, from a⁰ = x
        δᴸ = f'(zᴸ) ⊙ ∂E/∂aᴸ                      the error terms of the last layer
        δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ f'(zˡ)                those before, from the last to the first
        ∂E/∂Wˡ = δˡ (aˡ⁻¹)ᵀ,  ∂E/∂bˡ = δˡ         summed over the examples of a batch

    Args:    layers: an MLP, or (W, b, activation) for each layer, with an activation of `ACTIVATIONS` or a pair (f, f').
             x: inputs. t: targets. loss: a name of `LOSSES`, or a pair (E, ∂E/∂a) of functions (a, t).
    Shape:   W (out, in), b (out,); x (in,) and t (out,), or a number for a single output; or a batch of them, (N, in) and
             (N, out). z, a and delta have one row for each example of a batch.
    Raises:  TypeError: no layers; numbers that are none; an activation or loss of the wrong kind. ValueError: shapes that do
             not fit; an unknown activation or loss.
    Differs: one lecture deck sums Wᵢⱼ δⱼ, along a row of W. With z = Wx it is the column: Σⱼ Wⱼᵢ δⱼ. Sums run in the order of
             the graph, so its gradients have the same bits; a program that was traced adds in other orders.
    Example:
        >>> net = [([[1.0, -1.0]], [0.5], "identity")]
        >>> found = backpropagation(net, x=[2.0, 1.0], t=[1.0], loss="half_sse")
        >>> found.loss, found.layers[0].delta, found.layers[0].dW
        (0.125, array([0.5]), array([[1. , 0.5]]))

    Source:  Rumelhart, Hinton, Williams, Learning representations by back-propagating errors (1986), equations 4 to 7.
    """
    net = [affine_and_curve(layer, number) for number, layer in enumerate(triples(layers), start=1)]
    E = chosen_loss(loss)
    X, T, shown = batch(net, x, t)

    a, passes = X, []
    for W, b, curve in net:
        z = product(a, W.T) + b
        after = curve.f(z)
        passes.append((a, z, after))
        a = after

    error, done = E.slope(a, T), []
    for (W, _, curve), (before, z, after) in zip(reversed(net), reversed(passes), strict=True):
        delta = error * curve.slope(z)
        dW, db = product(delta.T, before, latest_first=True), folded(delta[::-1])
        done.append(LayerPass(shown(z), shown(after), shown(delta), dW, db))
        error = product(delta, W, latest_first=True)
    return Backpropagation(E.E(a, T), done[::-1])


def product(A: Floats, B: Floats, *, latest_first: bool = False) -> Floats:
    """A @ B, each sum folded from its first term on or, as the graph does going back, from its last."""
    terms = [np.outer(column, row) for column, row in zip(A.T, B, strict=True)]
    return np.asarray(folded(reversed(terms) if latest_first else terms))


def triples(layers: Any) -> list[Any]:
    """The layers as (W, b, activation)."""
    if isinstance(layers, MLP):
        return [(linear.weight.data, linear.bias.data, type(activation).__name__.lower()) for linear, activation in layers.layers]
    if not isinstance(layers, Sequence) or isinstance(layers, str) or not layers:
        raise TypeError(f"backpropagation: layers is {layers!r} ({type(layers).__name__}). "
                        "Give an nn.MLP, or a list of (W, b, activation).")
    return list(layers)


def affine_and_curve(layer: Any, number: int) -> tuple[Floats, Floats, Curve]:
    """A layer's weights, biases and activation."""
    name = f"backpropagation: layer {number}"
    if not isinstance(layer, (tuple, list)) or len(layer) != 3:
        raise TypeError(f"{name} is {layer!r} ({type(layer).__name__}). Give (W, b, activation).")
    W, b = np.asarray(numbers(layer[0], f"{name}, W")), np.asarray(numbers(layer[1], f"{name}, b"))
    if W.ndim != 2 or b.shape != W.shape[:1]:
        raise ValueError(f"{name}: W has shape {W.shape} and b {b.shape}. Give (out, in) and (out,).")
    return W, b, Curve(*entry(layer[2], ACTIVATIONS, f"{name}: the activation", "(f, f')"))


def chosen_loss(loss: Any) -> Loss:
    """A loss by its name, or a pair."""
    return Loss(*entry(loss, LOSSES, "backpropagation: loss", "(E, ∂E/∂a)"))


def entry(chosen: Any, table: dict[str, Any], name: str, form: str) -> Any:
    """A row of a table, or a pair of functions that is given in its place."""
    if isinstance(chosen, str):
        if chosen not in table:
            raise ValueError(f"{name} is {chosen!r}. Use {', '.join(map(repr, table))}, or a pair of functions {form}.")
        return table[chosen]
    if not isinstance(chosen, tuple) or len(chosen) != 2 or not all(map(callable, chosen)):
        raise TypeError(f"{name} is {chosen!r} ({type(chosen).__name__}). Give a name, or a pair of functions {form}.")
    return chosen


def batch(net: list[tuple[Floats, Floats, Curve]], x: Any, t: Any) -> tuple[Floats, Floats, Callable[[Floats], Floats]]:
    """Inputs and targets as batches, and a function that gives rows back as the inputs came; the layers fit them and each other."""
    X, T = (np.asarray(numbers(v, f"backpropagation: {name}")) for v, name in ((x, "x"), (t, "t")))
    if X.ndim not in (1, 2):
        raise ValueError(f"backpropagation: x has shape {X.shape}. Give one example, (in,), or a batch, (N, in).")
    width = X.shape[-1]
    for number, (W, _, _) in enumerate(net, start=1):
        if W.shape[1] != width:
            raise ValueError(f"backpropagation: layer {number} has W of shape {W.shape}, but {width} numbers come in. "
                             f"Give it {width} columns.")
        width = W.shape[0]
    wanted = (*X.shape[:-1], width)
    if T.shape != wanted and (T.shape, wanted) != ((), (1,)):
        raise ValueError(f"backpropagation: t has shape {T.shape}, but the outputs have {wanted}. Give one target for each output.")
    return X.reshape(-1, X.shape[-1]), T.reshape(-1, width), lambda rows: rows.reshape(*X.shape[:-1], -1)
