"""The decks' own objects: a neuron, a layer of neurons, and layers behind each other."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from autograd.rng import generator
from nn._settings import count, flag
from nn.activation import as_activation
from nn.arrays import Array, beside, examples
from nn.container import Ordered, members
from nn.linear import Linear, affine, drawn
from nn.module import Module

Choice = str | type[Module] | Module | Callable[[Any], Any]
"""An activation: its name, a module or its class, or a function of one Value."""


class Neuron(Module):
    """One neuron: a weighted sum of its inputs and a bias, bent by an activation.

        y = f(w·x + b)      wᵢ, b ~ U(-1/√n, 1/√n),  n = in_features

    Args:    in_features: n. activation: a name ("tanh", "relu", "sigmoid", "identity", …), a module or its class, or a
             function of one Value. bias: False leaves b out. rng: an int seed, a random.Random, or None for the default
             generator.
    Shape:   weight (in_features,), bias (); (in_features,) -> one Value, or (N, in_features) -> (N, 1).
    Raises:  TypeError, ValueError: in_features no integer from 1 on; an unknown activation; an input of another shape.
    Example:
        >>> neuron = Neuron(2, "relu")
        >>> neuron.weight.data = [1.0, -2.0]; neuron.bias.data = 0.5
        >>> neuron([3.0, 1.0])
        Value(1.5)
    """

    def __init__(self, in_features: int, activation: Choice = "tanh", *, bias: bool = True, rng: int | random.Random | None = None) -> None:
        super().__init__()
        self.in_features = count(in_features, "Neuron: in_features")
        chosen = as_activation(activation, "Neuron")
        with_bias, source = flag(bias, "Neuron: bias"), generator(rng)
        self.weight = drawn((self.in_features,), self.in_features, source)
        self.bias = drawn((), self.in_features, source) if with_bias else None
        self.activation = chosen

    def forward(self, input: Any) -> Any:
        """f(w·x + b)."""
        rows, single = examples(input, self.in_features, "Neuron")
        sums = affine(self.weight, None if self.bias is None else self.bias[()], rows)
        outputs = self.activation.forward(beside([sums], single))
        return outputs[0] if single else outputs

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return f"in_features={self.in_features}, bias={self.bias is not None}"

    def _outputs(self, inputs: int | None) -> int | None:  # noqa: ARG002
        return 1


class Layer(Linear):
    """Neurons beside each other: an affine map and an activation.

        y = f(W x + b)

    Args:    in_features, out_features, bias, rng: as `Linear`. activation: as `Neuron`, "softmax" included.
    Shape:   as `Linear`.
    Raises:  as `Linear` and `Neuron`.
    Example:
        >>> layer = Layer(2, 3, "relu")
        >>> layer([1.0, 2.0]).shape, layer([[1.0, 2.0]]).shape
        ((3,), (1, 3))
    """

    def __init__(self, in_features: int, out_features: int, activation: Choice = "tanh", *, bias: bool = True,
                 rng: int | random.Random | None = None) -> None:
        chosen = as_activation(activation, "Layer")
        super().__init__(in_features, out_features, bias, rng=rng)
        self.activation = chosen

    def forward(self, input: Any, activation: Module | None = None) -> Array:
        """f(W x + b)."""
        return super().forward(input, self.activation if activation is None else activation)


class MLP(Ordered):
    """A multi-layer perceptron: layers of neurons behind each other.

        a¹ = f(W¹ x + b¹),  a² = f(W² a¹ + b²),  …,  y = out(Wᴸ aᴸ⁻¹ + bᴸ)

    Its members alternate: Linear, activation, Linear, activation, …. So its keys are those of the equal
    torch.nn.Sequential ("0.weight", "0.bias", "2.weight", …), and weights load there and back. In scopes and labels
    they count as layers: "mlp/layer1/neuron0", "layer1.weight[0, 1]".

    Args:    in_features: inputs. sizes: neurons in each layer, the last one the outputs. activation: of the hidden layers,
             as `Neuron`; a module is shared by them all, a name or class makes one for each. output: of the last layer.
             rng: an int seed, a random.Random, or None for the default generator.
    Shape:   (in_features,) -> one Value for one output, (out,) for several; (N, in_features) -> (N, out).
    Raises:  TypeError, ValueError: sizes that are no integers from 1 on, or none; an unknown activation; an input of
             another shape.
    Example:
        >>> net = MLP(2, [4, 1], activation="tanh", output="sigmoid", rng=0)
        >>> f"{net([0.0, 1.0]):.2f}", net([[0.0, 1.0], [1.0, 1.0]]).shape
        ('0.60', (2, 1))
    """

    _in_order = True

    def __init__(self, in_features: int, sizes: Sequence[int], activation: Choice = "tanh", output: Choice = "identity", *,
                 rng: int | random.Random | None = None) -> None:
        widths = [count(in_features, "MLP: in_features"), *sizes_of(sizes)]
        chosen = [as_activation(activation, "MLP") for _ in widths[1:]]
        chosen[-1] = as_activation(output, "MLP")
        source = generator(rng)
        linears = [Linear(n, m, rng=source) for n, m in pairwise(widths)]
        super().__init__(module for layer in zip(linears, chosen, strict=True) for module in layer)

    @property
    def layers(self) -> list[tuple[Any, Any]]:
        """The pairs (Linear, activation), inputs first."""
        modules = [module for name, module in members(self).items() if name.isdigit()]
        return list(zip(modules[::2], modules[1::2], strict=True))

    def forward(self, input: Any) -> Any:
        """The last layer's outputs; a single Value where there is just one."""
        for linear, activation in self.layers:
            input = linear(input, activation)
        return input[0] if input.shape == (1,) else input

    def _outputs(self, inputs: int | None) -> int | None:
        for module in self:
            inputs = module._outputs(inputs)
        return inputs

    def _called(self, key: str, module: Module) -> str:
        if not key.isdigit():
            return key
        number = int(key) // 2 + 1
        return f"layer{number}" if isinstance(module, Linear) else f"{type(module).__name__.lower()}{number}"


def sizes_of(sizes: Any) -> list[int]:
    """The sizes of the layers of an MLP."""
    if isinstance(sizes, int) or not isinstance(sizes, Sequence) or isinstance(sizes, str):
        raise TypeError(f"MLP: sizes is {sizes!r} ({type(sizes).__name__}). Give a list, a size for each layer, as in MLP(2, [4, 1]).")
    if not sizes:
        raise ValueError("MLP: sizes is empty. Give at least the number of outputs: MLP(2, [1]).")
    return [count(n, f"MLP: sizes[{i}]") for i, n in enumerate(sizes)]
