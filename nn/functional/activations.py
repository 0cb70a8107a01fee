"""Activations, member by member: what bends a net of affine layers.

Each takes one number or Value, one example (a sequence) or a batch (2-D). A single Value gives a Value, anything else an
object array of the same shape. Only `softmax`, `log_softmax` and `maxout` look at several members at a time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import numpy as np

import autograd
from autograd.functions import sequence
from nn._settings import axis, finite
from nn.arrays import Array, as_array, elementwise, memberwise, with_random

TANH_AMPLITUDE = 1.7159
TANH_SLOPE = 2.0 / 3.0


def identity(input: Any) -> Any:
    """The input as it is: the head of a regression net.

        z = x      ∂z/∂x = 1

    Args:    input: a number, a Value, or an array of them.
    Shape:   any; the same comes out.
    Raises:  TypeError: a member is no number.
    Example:
        >>> identity([1.0, -2.0])
        array([1.0, -2.0], dtype=object)

    Source:  torch.nn.Identity.
    """
    return elementwise(lambda x: x, input, "identity")


def heaviside(input: Any, values: float = 1.0) -> Any:
    """The unit step: what a threshold unit puts out.

        z = 0 for x < 0,  values for x = 0,  1 for x > 0      ∂z/∂x = 0

    Args:    input: a number, a Value, or an array of them. values: the output at the jump itself.
    Shape:   any; the same comes out.
    Raises:  TypeError: a member is no number.
    Differs: torch.heaviside has no default for `values`. The perceptron fires at 0, so it is 1 here.
    Example:
        >>> heaviside([-0.01, 0.0, 0.01])
        array([0.0, 1.0, 1.0], dtype=object)

    Source:  torch.heaviside.
    """
    return elementwise(lambda x: autograd.heaviside(x, values), input, "heaviside")


def sigmoid(input: Any) -> Any:
    """The logistic function: a soft step from 0 to 1, or a logit's probability.

        z = 1 / (1 + e⁻ˣ)      ∂z/∂x = σ(x) σ(-x)

    Args:    input: a number, a Value, or an array of them.
    Shape:   any; the same comes out.
    Raises:  TypeError: a member is no number.
    Differs: the slope is not z (1 - z), which PyTorch takes: that is 0 from x = 37 on, where z has rounded to 1.
    Example:
        >>> sigmoid([0.0, -1000.0])
        array([0.5, 0.0], dtype=object)

    Source:  torch.nn.functional.sigmoid.
    """
    return elementwise(autograd.sigmoid, input, "sigmoid")


def tanh(input: Any) -> Any:
    """The hyperbolic tangent: a soft step from -1 to 1, with mean 0.

        z = tanh x      ∂z/∂x = 4 σ(2x) σ(-2x) = 1 - z²

    Args:    input: a number, a Value, or an array of them.
    Shape:   any; the same comes out.
    Raises:  TypeError: a member is no number.
    Differs: the slope is not 1 - z², which PyTorch takes: that is 0 from x = 19 on, where z has rounded to 1.
    Example:
        >>> tanh([0.0, 0.5])
        array([0.0, 0.46211715726000974], dtype=object)

    Source:  torch.nn.functional.tanh.
    """
    return elementwise(autograd.tanh, input, "tanh")


def scaled_tanh(input: Any) -> Any:
    """A tanh stretched to pass close to (1, 1) and (-1, -1), so that targets of ±1 are reached before it flattens.

        z = 1.7159 tanh(⅔ x)      ∂z/∂x = 1.143933 at 0

    Args:    input: a number, a Value, or an array of them.
    Shape:   any; the same comes out.
    Raises:  TypeError: a member is no number.
    Example:
        >>> print(f"{scaled_tanh(1.0):.8f}")
        0.99999726

    Source:  LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section 4.4.
    """
    return elementwise(lambda x: TANH_AMPLITUDE * autograd.tanh(TANH_SLOPE * x), input, "scaled_tanh")


def relu(input: Any) -> Any:
    """The rectifier: what is positive passes, the rest does not.

        z = max(0, x)      ∂z/∂x = 1 for x > 0, else 0

    Args:    input: a number, a Value, or an array of them.
    Shape:   any; the same comes out.
    Raises:  TypeError: a member is no number.
    Example:
        >>> relu([-2.0, 0.0, 3.0])
        array([0.0, 0.0, 3.0], dtype=object)

    Source:  torch.nn.functional.relu.
    """
    return elementwise(autograd.relu, input, "relu")


def leaky_relu(input: Any, negative_slope: float = 0.01) -> Any:
    """A rectifier that lets a little through below 0, so that no unit is ever dead.

        z = x for x > 0, else a x      ∂z/∂x = 1 for x > 0, else a

    Args:    input: a number, a Value, or an array of them. negative_slope: a.
    Shape:   any; the same comes out.
    Raises:  TypeError: a member is no number.
    Differs: lecture decks write max(a x, x), which is the same function for a ≤ 1 only.
    Example:
        >>> leaky_relu([-2.0, 3.0])
        array([-0.02, 3.0], dtype=object)

    Source:  torch.nn.functional.leaky_relu.
    """
    return elementwise(lambda x: autograd.leaky_relu(x, negative_slope), input, "leaky_relu")


def prelu(input: Any, weight: Any) -> Any:
    """A leaky rectifier whose slope is learned.

        z = x for x > 0, else w x      ∂z/∂w = 0 for x > 0, else x

    Args:    input: a number, a Value, or an array of them. weight: w; one for all, or one for each feature.
    Shape:   input (…, features); weight (), (1,) or (features,). The shape of input comes out.
    Raises:  TypeError: a member is no number. ValueError: neither one weight nor one for each feature.
    Differs: PyTorch takes a 1-D input for a batch of single numbers; here it is one example.
    Example:
        >>> prelu([-2.0, -2.0, 3.0], [0.25, 0.5, 0.25])
        array([-0.5, -1.0, 3.0], dtype=object)

    Source:  He, Zhang, Ren, Sun, Delving Deep into Rectifiers (2015), equation 1; torch.nn.functional.prelu.
    """
    slopes = as_array(weight, "prelu: weight").reshape(-1)
    if slopes.size == 1:
        shared = slopes.item()
        return elementwise(lambda x: autograd.leaky_relu(x, shared), input, "prelu")
    members = as_array(input, "prelu: input")
    if members.shape[-1:] != slopes.shape:
        raise ValueError(f"prelu: {slopes.size} weights for an input of shape {members.shape}. Give one weight, or one for each feature.")
    return memberwise(autograd.leaky_relu, members, np.broadcast_to(slopes, members.shape))


def rrelu(
    input: Any, lower: float = 1.0 / 8.0, upper: float = 1.0 / 3.0, training: bool = False, *, rng: int | random.Random | None = None
) -> Any:
    """A leaky rectifier whose slope is drawn anew for each member in training, and fixed at its mean in evaluation.

        z = x for x > 0, else a x      a ~ U(lower, upper) in training, a = (lower + upper) / 2 in evaluation

    Args:    input: a number, a Value, or an array of them. lower, upper: the bounds of a. training: draw a?
             rng: an int seed, a random.Random, or None for the default generator.
    Shape:   any; the same comes out.
    Raises:  TypeError: a member is no number. ValueError: lower above upper, or one not finite.
    Differs: PyTorch draws only where x ≤ 0, and from a generator of its own: the slopes differ from its run.
    Example:
        >>> rrelu([-24.0, 3.0])
        array([-5.5, 3.0], dtype=object)

    Source:  Xu, Wang, Chen, Li, Empirical Evaluation of Rectified Activations (2015); torch.nn.functional.rrelu.
    """
    if finite(lower, "rrelu: lower") > finite(upper, "rrelu: upper"):
        raise ValueError(f"rrelu: the slope is drawn between lower = {lower} and upper = {upper}. Give the lower one first.")
    if training:
        return with_random(lambda x, u: autograd.leaky_relu(x, lower + (upper - lower) * u), input, rng, "rrelu")
    return elementwise(lambda x: autograd.leaky_relu(x, (lower + upper) / 2.0), input, "rrelu")


def elu(input: Any, alpha: float = 1.0) -> Any:
    """A rectifier that bends smoothly towards -α below 0, so that outputs have a mean near 0.

        z = x for x > 0, else α (eˣ - 1)      ∂z/∂x = 1 for x > 0, else α eˣ

    Args:    input: a number, a Value, or an array of them. alpha: α.
    Shape:   any; the same comes out.
    Raises:  TypeError: a member is no number.
    Differs: a lecture deck writes max(α (eˣ - 1), x), which is wrong above 0 for α ≥ 1: eˣ - 1 exceeds x there.
    Example:
        >>> elu([-1.0, 2.0])
        array([-0.6321205588285577, 2.0], dtype=object)

    Source:  Clevert, Unterthiner, Hochreiter, ELUs (2016), equation 15; torch.nn.functional.elu.
    """
    return elementwise(lambda x: autograd.elu(x, alpha), input, "elu")


def selu(input: Any) -> Any:
    """The ELU scaled so that mean 0 and variance 1 stay what they are from layer to layer.

        z = λ x for x > 0, else λ α (eˣ - 1)      α = 1.6732632423543772, λ = 1.0507009873554805

    Args:    input: a number, a Value, or an array of them.
    Shape:   any; the same comes out.
    Raises:  TypeError: a member is no number.
    Example:
        >>> selu([-1.0, 1.0])
        array([-1.1113307378125625, 1.0507009873554805], dtype=object)

    Source:  Klambauer, Unterthiner, Mayr, Hochreiter, Self-Normalizing Neural Networks (2017), equation 2;
             torch.nn.functional.selu.
    """
    return elementwise(autograd.selu, input, "selu")


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:  # noqa: ARG001 - kept for PyTorch's signature
    """A rounded ReLU; always positive, so a head for variances.

        z = ln(1 + e^(β x)) / β      ∂z/∂x = σ(β x)

    Args:    input: a number, a Value, or an array of them. beta: β, how sharp the bend is. threshold: has no effect; it is
             there so that calls written for PyTorch run.
    Shape:   any; the same comes out.
    Raises:  TypeError: a member is no number. ValueError: beta not finite or not above 0.
    Differs: PyTorch returns x where β x > threshold, so as not to overflow, and is off by e^-threshold there. The form used
             here cannot overflow, and keeps its digits everywhere.
    Example:
        >>> softplus([0.0, 1000.0])
        array([0.6931471805599453, 1000.0], dtype=object)

    Source:  torch.nn.functional.softplus.
    """
    if finite(beta, "softplus: beta") <= 0.0:
        raise ValueError(f"softplus: beta is {beta}; it says how sharp the bend is, so it must be above 0.")
    if beta == 1.0:
        return elementwise(autograd.softplus, input, "softplus")
    return elementwise(lambda x: autograd.softplus(beta * x) / beta, input, "softplus")


def maxout(pieces: Iterable[Any]) -> Any:
    """The largest of k affine pieces: a convex activation that learns its own shape.

        z = max(x₁, …, x_k)      ∂z/∂xᵢ = 1 for the largest, else 0

    Args:    pieces: the outputs of the pieces, each a number, a Value, or an array of them.
    Shape:   k times the same shape; that shape comes out.
    Raises:  TypeError: pieces is no sequence, or a member no number. ValueError: no piece, or pieces of different shapes.
    Differs: two pieces that tie share the gradient equally, as in torch.maximum.
    Example:
        >>> maxout([[1.0, -4.0], [0.5, -2.0]])
        array([1.0, -2.0], dtype=object)

    Source:  Goodfellow, Warde-Farley, Mirza, Courville, Bengio, Maxout Networks (2013), equation 1.
    """
    members = [as_array(piece, "maxout") for piece in sequence(pieces, "maxout")]
    if not members or any(piece.shape != members[0].shape for piece in members):
        raise ValueError(f"maxout: the pieces have the shapes {[piece.shape for piece in members]}. Give at least one, all of one shape.")
    return memberwise(lambda *xs: reduce(autograd.maximum, xs), *members)


def softmax(input: Any, dim: int = -1) -> Any:
    """Exponentials divided by their sum: probabilities from logits.

        zᵢ = eˣⁱ / Σ eˣʲ      ∂zᵢ/∂xⱼ = zᵢ ([i = j] - zⱼ)

    Args:    input: an array of numbers or Values (logits). dim: the axis along which the outputs sum to 1.
    Shape:   (…, classes); the same comes out.
    Raises:  TypeError: a member is no number, or input a single one. IndexError: no such axis. ValueError: no classes.
    Differs: PyTorch gives 1 for the softmax of a single number; here that is taken for a mistake.
    Example:
        >>> softmax([1000.0, 1000.0])
        array([0.5, 0.5], dtype=object)

    Source:  torch.nn.functional.softmax.
    """
    return _along(autograd.softmax, input, dim, "softmax")


def log_softmax(input: Any, dim: int = -1) -> Any:
    """The logarithm of the softmax, without ever forming it.

        zᵢ = xᵢ - ln Σ eˣʲ      ∂zᵢ/∂xⱼ = [i = j] - softmax(x)ⱼ

    Args, Shape, Raises: as `softmax`.
    Example:
        >>> log_softmax([0.0, 1000.0])
        array([-1000.0, 0.0], dtype=object)

    Source:  torch.nn.functional.log_softmax.
    """
    return _along(autograd.log_softmax, input, dim, "log_softmax")


def _along(f: Callable[[list[Any]], list[Any]], input: Any, dim: int, name: str) -> Array:
    """f of every line of members along one axis."""
    members = as_array(input, name)
    if members.ndim == 0:
        raise TypeError(f"{name}: a single number has no classes to choose from. Give a sequence of logits.")
    if not -members.ndim <= axis(dim, f"{name}: dim") < members.ndim:
        raise IndexError(f"{name}: dim = {dim}, but the input has shape {members.shape}. Use {-members.ndim} to {members.ndim - 1}.")
    lines = np.moveaxis(members, dim, -1)
    out = np.empty(lines.shape, dtype=object)
    for place in np.ndindex(lines.shape[:-1]):
        out[place] = f(lines[place].tolist())
    return np.moveaxis(out, -1, dim)
