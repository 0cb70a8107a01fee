"""Run nets written for micrograd 0.1.0: change `from micrograd.nn import MLP` to `from nn.compat.micrograd import MLP`.

Weights come from `random.uniform(-1, 1)` in micrograd's order, and biases start at 0, so after the same `random.seed` a
run has micrograd's own digits. Hidden neurons have a ReLU, the last layer has none.

Differs from nn.MLP: its parameters are plain Values, one for each number, and it takes one example at a time.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from autograd.compat.micrograd import Value
from autograd.functions import sequence
from nn._settings import count


class Module:
    """What has parameters."""

    def zero_grad(self) -> None:
        """Set every grad to 0."""
        for p in self.parameters():
            p.grad = 0.0

    def parameters(self) -> list[Any]:
        """Every weight and bias, as a flat list of Values."""
        return []


class Neuron(Module):
    """A weighted sum, and a ReLU of it.

        z = b + w₀x₀ + w₁x₁ + …      added in this order

    Args:    nin: the number of inputs. nonlin: whether there is a ReLU.
    Shape:   (nin numbers or Values) -> one Value. Surplus inputs are ignored, as in micrograd.
    Raises:  TypeError: nin is no integer, an input no sequence of numbers. ValueError: nin below 1.
    Example:
        >>> n = Neuron(2); n, n([0.0, 0.0])
        (ReLUNeuron(2), Value(data=0.0, grad=0.0))

    Source:  A. Karpathy, micrograd 0.1.0, micrograd/nn.py.
    """

    def __init__(self, nin: int, nonlin: bool = True) -> None:
        self.w = [Value(random.uniform(-1.0, 1.0)) for _ in range(count(nin, "Neuron: nin"))]
        self.b = Value(0.0)
        self.nonlin = nonlin

    def __call__(self, x: Iterable[Any]) -> Any:
        """The neuron's output."""
        z = self.weighted_sum(x)
        return z.relu() if self.nonlin else z

    def weighted_sum(self, x: Iterable[Any]) -> Any:
        """The sum before the ReLU."""
        return sum((w * xi for w, xi in zip(self.w, sequence(x, "Neuron"), strict=False)), self.b)

    def parameters(self) -> list[Any]:
        """The weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons that see the same inputs.

    Args:    nin, nout: the numbers of inputs and of neurons. kwargs: for each Neuron.
    Shape:   (nin numbers or Values) -> a list of nout Values, or the one Value if nout is 1.
    Raises:  TypeError, ValueError: as Neuron, and for nout as for nin.
    """

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        self.neurons = [Neuron(nin, **kwargs) for _ in range(count(nout, "Layer: nout"))]

    def __call__(self, x: Sequence[Any]) -> Any:
        """The output of every neuron."""
        out = [n(x) for n in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Any]:
        """Those of every neuron, in order."""
        return [p for n in self.neurons for p in n.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"


class MLP(Module):
    """Layers, one after the other; the last one has no ReLU.

    Args:    nin: the number of inputs. nouts: the number of neurons of each layer.
    Shape:   (nin numbers or Values) -> as the last layer.
    Raises:  TypeError: nouts is no sequence. TypeError, ValueError: as Layer. No weight is drawn then.
    Example:
        >>> len(MLP(2, [16, 16, 1]).parameters())
        337
    """

    def __init__(self, nin: int, nouts: Sequence[int]) -> None:
        sizes = widths(nin, nouts)
        last = len(sizes) - 2
        self.layers = [Layer(n, m, nonlin=i != last) for i, (n, m) in enumerate(pairwise(sizes))]

    def __call__(self, x: Any) -> Any:
        """The output of the last layer."""
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[Any]:
        """Those of every layer, in order."""
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"


def widths(nin: int, nouts: Sequence[int]) -> list[int]:
    """The number of inputs, and those of neurons in each layer."""
    return [count(n, "MLP: a size") for n in (nin, *sequence(nouts, "MLP: nouts"))]
