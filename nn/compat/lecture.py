"""Run the nets of the lecture that builds micrograd: import `MLP` from here, and leave out the cell that defines it.

As in `nn.compat.micrograd`, but every neuron ends in a tanh, the last ones too, and biases are drawn like weights.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from autograd.compat.lecture import Value
from nn._settings import count
from nn.compat import micrograd


class Neuron(micrograd.Neuron):
    """A weighted sum, and its tanh.

        o = tanh(b + w₀x₀ + w₁x₁ + …)

    Args, Raises: as micrograd's.
    Example:
        >>> n = Neuron(2); n.b.data = 0.0; n, n([0.0, 0.0])
        (TanhNeuron(2), Value(data=0.0))

    Source:  the notebook micrograd_lecture_second_half_roughly.ipynb, in karpathy/nn-zero-to-hero.
    """

    def __init__(self, nin: int) -> None:
        self.w = [Value(random.uniform(-1.0, 1.0)) for _ in range(count(nin, "Neuron: nin"))]
        self.b = Value(random.uniform(-1.0, 1.0))

    def __call__(self, x: Iterable[Any]) -> Any:
        """The neuron's output."""
        return self.weighted_sum(x).tanh()

    def __repr__(self) -> str:
        return f"TanhNeuron({len(self.w)})"


class Layer(micrograd.Layer):
    """Neurons that see the same inputs. Args, Shape, Raises: as micrograd's."""

    def __init__(self, nin: int, nout: int) -> None:
        self.neurons = [Neuron(nin) for _ in range(count(nout, "Layer: nout"))]


class MLP(micrograd.MLP):
    """Layers, one after the other. Args, Shape, Raises: as micrograd's."""

    def __init__(self, nin: int, nouts: Sequence[int]) -> None:
        self.layers = [Layer(n, m) for n, m in pairwise(micrograd.widths(nin, nouts))]
