"""Affine layers: neurons beside each other, all on the same inputs."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from autograd import dot, scope
from autograd.rng import generator
from nn import functional, init
from nn._settings import count, flag
from nn.arrays import Array, beside, examples
from nn.module import Module
from nn.parameter import Parameter


class Neurons(Module):
    """Neurons beside each other; a subclass says what one of them computes."""

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        name = type(self).__name__
        self.in_features = count(in_features, f"{name}: in_features")
        self.out_features = count(out_features, f"{name}: out_features")

    def neuron(self, j: int, rows: list[list[Any]]) -> list[Any]:
        """What neuron j gives for each example."""
        raise NotImplementedError

    def forward(self, input: Any, activation: Module | None = None) -> Array:
        """The outputs of all neurons; an activation that works member by member becomes part of each neuron's scope."""
        rows, single = examples(input, self.in_features, type(self).__name__)
        within = activation.forward if activation is not None and getattr(activation, "elementwise", False) else None
        columns = []
        for j in range(self.out_features):
            with scope(f"neuron{j}"):
                column = self.neuron(j, rows)
                if within:
                    column = [within(column[0])] if single else within(column)
                columns.append(column)
        outputs = beside(columns, single)
        return outputs if activation is None or within else activation(outputs)

    def _outputs(self, inputs: int | None) -> int | None:  # noqa: ARG002
        return self.out_features


class Linear(Neurons):
    """An affine map: weighted sums of the inputs, and a bias for each.

        y = W x + b      Wⱼᵢ, bⱼ ~ U(-1/√n, 1/√n),  n = in_features

    Args:    in_features: n. out_features: how many sums. bias: False leaves b out.
             rng: an int seed, a random.Random, or None for the default generator.
    Shape:   weight (out_features, in_features), bias (out_features,);
             (in_features,) -> (out_features,), or (N, in_features) -> (N, out_features).
    Raises:  TypeError, ValueError: sizes that are no integers from 1 on; bias not True or False; an input of another shape.
    Differs: PyTorch draws its weights from a generator of its own.
    Example:
        >>> layer = Linear(2, 1, rng=0)
        >>> layer.weight.data = [[1.0, 2.0]]; layer.bias.data = [0.5]
        >>> layer([3.0, 4.0])
        array([Value(11.5)], dtype=object)

    Source:  torch.nn.Linear; the initialisation is its kaiming_uniform_ with a = √5.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, *, rng: int | random.Random | None = None) -> None:
        super().__init__(in_features, out_features)
        with_bias, source = flag(bias, "Linear: bias"), generator(rng)
        self.weight = drawn((self.out_features, self.in_features), self.in_features, source)
        self.bias = drawn((self.out_features,), self.in_features, source) if with_bias else None

    def neuron(self, j: int, rows: list[list[Any]]) -> list[Any]:
        """wⱼ·x + bⱼ of each example."""
        return affine(self.weight[j], None if self.bias is None else self.bias[j], rows)

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Maxout(Neurons):
    """Neurons that each give the largest of several affine pieces: they learn the shape of their own activation.

        yⱼ = max (wₖ·x + bₖ) over the pieces k of neuron j

    Args:    in_features: n. out_features: how many neurons. pieces: affine pieces in each.
             rng: an int seed, a random.Random, or None for the default generator.
    Shape:   weight (out_features · pieces, in_features), bias (out_features · pieces,), the pieces of a neuron in
             neighbouring rows; (in_features,) -> (out_features,), or (N, in_features) -> (N, out_features).
    Raises:  TypeError, ValueError: sizes that are no integers from 1 on; an input of another shape.
    Differs: PyTorch has none. Weights start as those of Linear.
    Example:
        >>> absolute = Maxout(1, 1, pieces=2)
        >>> absolute.weight.data = [[1.0], [-1.0]]; absolute.bias.data = [0.0, 0.0]
        >>> absolute([-3.0])
        array([Value(3.0)], dtype=object)

    Source:  Goodfellow, Warde-Farley, Mirza, Courville, Bengio, Maxout Networks (2013), section 2.
    """

    def __init__(self, in_features: int, out_features: int, pieces: int, *, rng: int | random.Random | None = None) -> None:
        super().__init__(in_features, out_features)
        self.pieces = count(pieces, "Maxout: pieces")
        source = generator(rng)
        self.weight = drawn((self.out_features * self.pieces, self.in_features), self.in_features, source)
        self.bias = drawn((self.out_features * self.pieces,), self.in_features, source)

    def neuron(self, j: int, rows: list[list[Any]]) -> list[Any]:
        """The largest piece of neuron j, of each example."""
        own = range(j * self.pieces, (j + 1) * self.pieces)
        return list(functional.maxout([affine(self.weight[k], self.bias[k], rows) for k in own]))

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return f"in_features={self.in_features}, out_features={self.out_features}, pieces={self.pieces}"


def drawn(shape: tuple[int, ...], inputs: int, source: random.Random) -> Parameter:
    """A Parameter from U(-1/√n, 1/√n) for n inputs: PyTorch's start of an affine layer."""
    return init.uniform_(Parameter(np.zeros(shape)), -(inputs**-0.5), inputs**-0.5, rng=source)


def affine(w: Any, b: Any, rows: list[list[Any]]) -> list[Any]:
    """w·x + b of each example x; b is None where there is no bias."""
    weights = tuple(w)
    sums = [dot(weights, x) for x in rows]
    return sums if b is None else [z + b for z in sums]
