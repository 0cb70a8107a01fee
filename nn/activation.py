"""Activations as modules: what stands between the affine layers of a `Sequential`."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from autograd.rng import generator
from nn import functional
from nn._settings import axis, count, finite
from nn.arrays import elementwise
from nn.module import Module
from nn.parameter import Parameter


class Activation(Module):
    """An activation. `elementwise`: each output depends on the input at its own place alone."""

    elementwise: bool = True

    def _outputs(self, inputs: int | None) -> int | None:
        return inputs


class Identity(Activation):
    """The input as it is: the head of a regression net.

        z = x

    Shape:   any; the same comes out.
    Source:  torch.nn.Identity.
    """

    def forward(self, input: Any) -> Any:
        """The input."""
        return functional.identity(input)


class Sigmoid(Activation):
    """The logistic function: a soft step from 0 to 1, or a logit's probability.

        z = 1 / (1 + e⁻ˣ)

    Shape:   any; the same comes out.
    Source:  torch.nn.Sigmoid.
    """

    def forward(self, input: Any) -> Any:
        """σ of each member."""
        return functional.sigmoid(input)


class Tanh(Activation):
    """The hyperbolic tangent: a soft step from -1 to 1, with mean 0.

        z = tanh x

    Shape:   any; the same comes out.
    Source:  torch.nn.Tanh.
    """

    def forward(self, input: Any) -> Any:
        """Tanh of each member."""
        return functional.tanh(input)


class ScaledTanh(Activation):
    """A tanh stretched to pass close to (1, 1) and (-1, -1).

        z = 1.7159 tanh(⅔ x)

    Shape:   any; the same comes out.
    Source:  LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section 4.4.
    """

    def forward(self, input: Any) -> Any:
        """The scaled tanh of each member."""
        return functional.scaled_tanh(input)


class ReLU(Activation):
    """The rectifier: what is positive passes, the rest does not.

        z = max(0, x)

    Shape:   any; the same comes out.
    Source:  torch.nn.ReLU.
    """

    def forward(self, input: Any) -> Any:
        """max(0, x) of each member."""
        return functional.relu(input)


class LeakyReLU(Activation):
    """A rectifier that lets a little through below 0.

        z = x for x > 0, else a x

    Args:    negative_slope: a.
    Shape:   any; the same comes out.
    Raises:  TypeError, ValueError: negative_slope is no finite number.
    Source:  torch.nn.LeakyReLU.
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        self.negative_slope = finite(negative_slope, "LeakyReLU: negative_slope")

    def forward(self, input: Any) -> Any:
        """The leaky rectifier of each member."""
        return functional.leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return f"negative_slope={self.negative_slope}"


class PReLU(Activation):
    """A leaky rectifier that learns its slope.

        z = x for x > 0, else w x

    Args:    num_parameters: slopes: one for all, or one for each feature. init: where they start.
    Shape:   weight (num_parameters,); any, or (…, num_parameters) for more than one; the same comes out.
    Raises:  TypeError, ValueError: num_parameters no integer from 1 on; init no finite number.
    Source:  He, Zhang, Ren, Sun, Delving Deep into Rectifiers (2015), equation 1; torch.nn.PReLU.
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25) -> None:
        super().__init__()
        self.num_parameters = count(num_parameters, "PReLU: num_parameters")
        self.weight = Parameter([finite(init, "PReLU: init")] * self.num_parameters)
        self.elementwise = self.num_parameters == 1

    def forward(self, input: Any) -> Any:
        """The learned rectifier of each member."""
        return functional.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return f"num_parameters={self.num_parameters}"


class RReLU(Activation):
    """A leaky rectifier with a slope drawn anew for every number in training, and fixed at its mean in evaluation.

        z = x for x > 0, else a x      a ~ U(lower, upper), or (lower + upper) / 2

    Args:    lower, upper: the bounds of a. rng: an int seed, a random.Random, or None for the default generator.
    Shape:   any; the same comes out.
    Raises:  TypeError, ValueError: bounds that are no finite numbers; lower above upper.
    Source:  Xu, Wang, Chen, Li, Empirical Evaluation of Rectified Activations (2015); torch.nn.RReLU.
    """

    def __init__(self, lower: float = 1.0 / 8.0, upper: float = 1.0 / 3.0, *, rng: int | random.Random | None = None) -> None:
        super().__init__()
        self.lower, self.upper = finite(lower, "RReLU: lower"), finite(upper, "RReLU: upper")
        if self.lower > self.upper:
            raise ValueError(f"RReLU: lower = {lower} is above upper = {upper}. Give the lower bound first.")
        self.rng = None if rng is None else generator(rng)

    def forward(self, input: Any) -> Any:
        """The randomised rectifier of each member."""
        return functional.rrelu(input, self.lower, self.upper, self.training, rng=self.rng)

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return f"lower={self.lower}, upper={self.upper}"


class ELU(Activation):
    """A rectifier that bends smoothly towards -α below 0.

        z = x for x > 0, else α (eˣ - 1)

    Args:    alpha: α.
    Shape:   any; the same comes out.
    Raises:  TypeError, ValueError: alpha is no finite number.
    Source:  Clevert, Unterthiner, Hochreiter, ELUs (2016), equation 15; torch.nn.ELU.
    """

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.alpha = finite(alpha, "ELU: alpha")

    def forward(self, input: Any) -> Any:
        """The ELU of each member."""
        return functional.elu(input, self.alpha)

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return f"alpha={self.alpha}"


class SELU(Activation):
    """The ELU scaled so that mean 0 and variance 1 stay what they are from layer to layer.

        z = λ x for x > 0, else λ α (eˣ - 1)      α = 1.6732632423543772, λ = 1.0507009873554805

    Shape:   any; the same comes out.
    Source:  Klambauer, Unterthiner, Mayr, Hochreiter, Self-Normalizing Neural Networks (2017); torch.nn.SELU.
    """

    def forward(self, input: Any) -> Any:
        """The SELU of each member."""
        return functional.selu(input)


class Softplus(Activation):
    """A rounded ReLU; always positive, so a head for variances.

        z = ln(1 + e^(β x)) / β

    Args:    beta: β, how sharp the bend is. threshold: has no effect; calls written for PyTorch give it.
    Shape:   any; the same comes out.
    Raises:  TypeError, ValueError: beta or threshold no finite number; beta not above 0.
    Differs: PyTorch returns x where β x > threshold. The form used here needs no such help.
    Source:  torch.nn.Softplus.
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta, self.threshold = finite(beta, "Softplus: beta"), finite(threshold, "Softplus: threshold")
        if self.beta <= 0.0:
            raise ValueError(f"Softplus: beta is {beta}; it says how sharp the bend is, so it must be above 0.")

    def forward(self, input: Any) -> Any:
        """The softplus of each member."""
        return functional.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return f"beta={self.beta}, threshold={self.threshold}"


class Softmax(Activation):
    """Exponentials divided by their sum: probabilities from logits.

        zᵢ = eˣⁱ / Σ eˣʲ

    Args:    dim: the axis along which the outputs sum to 1.
    Shape:   (…, classes); the same comes out.
    Raises:  TypeError: dim is no integer.
    Differs: in PyTorch dim has no default that it advises; here it is the last axis.
    Source:  torch.nn.Softmax.
    """

    elementwise = False

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = axis(dim, "Softmax: dim")

    def forward(self, input: Any) -> Any:
        """The softmax along the axis."""
        return functional.softmax(input, self.dim)

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return f"dim={self.dim}"


class LogSoftmax(Activation):
    """The logarithm of the softmax, without ever forming it.

        zᵢ = xᵢ - ln Σ eˣʲ

    Args, Shape, Raises, Differs: as `Softmax`.
    Source:  torch.nn.LogSoftmax.
    """

    elementwise = False

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = axis(dim, "LogSoftmax: dim")

    def forward(self, input: Any) -> Any:
        """The logarithm of the softmax along the axis."""
        return functional.log_softmax(input, self.dim)

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return f"dim={self.dim}"


class Elementwise(Activation):
    """A function of one Value as an activation: `Elementwise(autograd.sin)`.

        z = f(x)

    Args:    function: takes one Value or number, and returns one.
    Shape:   any; the same comes out.
    Raises:  TypeError: function cannot be called.
    Differs: PyTorch has none: there a function works on whole tensors, and needs no module.
    Example:
        >>> import autograd
        >>> Elementwise(autograd.sin)([0.0])
        array([0.0], dtype=object)
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        if not callable(function):
            raise TypeError(f"Elementwise: {function!r} ({type(function).__name__}) is no function. "
                            "Give one of a single Value, such as autograd.sin.")
        self.function = function

    def forward(self, input: Any) -> Any:
        """The function of each member."""
        return elementwise(self.function, input, "Elementwise")

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return getattr(self.function, "__name__", repr(self.function))


ACTIVATIONS: dict[str, type[Activation]] = {
    "identity": Identity,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "scaled_tanh": ScaledTanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "prelu": PReLU,
    "rrelu": RReLU,
    "elu": ELU,
    "selu": SELU,
    "softplus": Softplus,
    "softmax": Softmax,
    "log_softmax": LogSoftmax,
}
"""What a layer may call its activation by: the names that the functions have."""


def as_activation(x: str | type[Module] | Module | Callable[[Any], Any], name: str) -> Module:
    """The module that a layer's argument asks for: by name, as a class, as a module, or as a function of one Value.

    Raises:  ValueError: an unknown name. TypeError: none of these.
    """
    if isinstance(x, str):
        if x not in ACTIVATIONS:
            raise ValueError(f"{name}: no activation is called {x!r}. Use one of {', '.join(ACTIVATIONS)}, or a module or function.")
        return ACTIVATIONS[x]()
    if isinstance(x, Module):
        return x
    if isinstance(x, type) and issubclass(x, Module):
        return x()
    if callable(x):
        return Elementwise(x)
    raise TypeError(f"{name}: {x!r} ({type(x).__name__}) is no activation. Use a name such as 'tanh', a module or a function.")
