"""Feed-forward nets of threshold units, and how any Boolean function becomes one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

from nn.threshold.gates import OR
from nn.threshold.given import truth_table
from nn.threshold.perceptron import Perceptron
from nn.threshold.units import McCullochPitts


class ThresholdNet:
    """A feed-forward net of threshold units: every unit of a layer sees all outputs of the layer before.

    Args:    layers: sequences of units, each a function of a sequence of 0s and 1s: McCullochPitts, Perceptron, or a net.
    Raises:  TypeError: a layer is no sequence, or a unit cannot be called. ValueError: no layers, or a layer without units.
    Example: XOR, which no single unit can compute.
        >>> either = Perceptron(2, weights=[-0.5, 1, -1]), Perceptron(2, weights=[-0.5, -1, 1])
        >>> xor = ThresholdNet(either, [OR(2)])
        >>> [xor([a, b]) for a in (0, 1) for b in (0, 1)]
        [0, 1, 1, 0]
    """

    def __init__(self, *layers: Iterable[Callable[[Any], int]]) -> None:
        for layer in layers:
            if not isinstance(layer, Iterable):
                raise TypeError(f"ThresholdNet: {layer!r} ({type(layer).__name__}) is no layer. "
                                "Give a sequence of units, as in ThresholdNet([OR(2)]).")
        self.layers = tuple(map(tuple, layers))
        if not all(self.layers) or not self.layers:
            raise ValueError("ThresholdNet: every layer needs a unit, and there must be one layer at least, as in ThresholdNet([OR(2)]).")
        for unit in (unit for layer in self.layers for unit in layer):
            if not callable(unit):
                raise TypeError(f"ThresholdNet: {unit!r} ({type(unit).__name__}) is no unit. Use a McCullochPitts or a Perceptron.")

    def __call__(self, x: Any) -> Any:
        """The output of the last layer: 0 or 1 if it has one unit, else a list of them."""
        for layer in self.layers:
            x = [unit(x) for unit in layer]
        return x[0] if len(x) == 1 else x

    def __repr__(self) -> str:
        return f"ThresholdNet({', '.join(str(list(layer)) for layer in self.layers)})"


def boolean_net(table: Any) -> ThresholdNet:
    """A net of McCulloch-Pitts units that computes any given Boolean function.

        one unit fires for each row of the truth table with output 1, and an OR collects them

    Args:    table: the 2ⁿ outputs in counting order of the inputs: for n = 2 those of 00, 01, 10, 11.
    Raises:  ValueError: an output other than 0 and 1, or their number no power of 2 from 2 on.
    Example:
        >>> xor = boolean_net([0, 1, 1, 0])
        >>> xor([1, 0]), xor([1, 1])
        (1, 0)

    Source:  Rojas, Neural Networks (1996), proposition 1.
    """
    n, outputs = truth_table(table, "boolean_net")
    rows = [row for row, output in zip(product((0, 1), repeat=n), outputs, strict=True) if output]
    never = McCullochPitts(n + 1, inputs=n)
    hidden = [McCullochPitts(sum(row), inhibitory=[i for i, bit in enumerate(row) if not bit], inputs=n) for row in rows] or [never]
    return ThresholdNet(hidden, [OR(len(hidden))])


def perceptron_net(table: Any) -> ThresholdNet:
    """A net of perceptrons that computes any given Boolean function: 2ⁿ in the hidden layer, and one for the output.

        hₖ = 1 only for row k of the truth table:  wᵢ = +1 where the row has a 1, -1 where it has a 0;  w₀ = ½ - its number of 1s
        y  = [Σ tableₖ hₖ ≥ ½]

    The hidden layer is the same for every function of n inputs: the table stands in the weights of the last perceptron.

    Args:    table: the 2ⁿ outputs in counting order of the inputs: for n = 2 those of 00, 01, 10, 11.
    Raises:  ValueError: an output other than 0 and 1, or their number no power of 2 from 2 on.
    Example:
        >>> xor = perceptron_net([0, 1, 1, 0])
        >>> [len(layer) for layer in xor.layers], xor.layers[1][0].weights, xor([1, 0]), xor([1, 1])
        ([4, 1], (-0.5, 0.0, 1.0, 1.0, 0.0), 1, 0)

    Source:  Minsky, Papert, Perceptrons (1969), chapter 1: the disjunctive normal form.
    """
    n, outputs = truth_table(table, "perceptron_net")
    hidden = [Perceptron(n, weights=[0.5 - sum(row), *(2 * bit - 1 for bit in row)]) for row in product((0, 1), repeat=n)]
    return ThresholdNet(hidden, [Perceptron(len(outputs), weights=[-0.5, *outputs])])
