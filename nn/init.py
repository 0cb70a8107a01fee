"""Starting values for parameters: every function draws first and then writes, and returns the Parameter.

The spread of a layer's outputs is the spread of its inputs times √fan_in times that of its weights. So each rule below
divides by a fan: fan_in for what flows forward, fan_out for the gradients that flow back, or their mean.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np

from autograd.rng import generator
from nn._settings import finite, not_negative
from nn.parameter import Parameter

Rng = int | random.Random | None


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much weights must be larger for an activation to keep the spread of what passes through it.

        1 (linear, sigmoid),  5/3 (tanh),  √2 (relu),  √(2 / (1 + a²)) (leaky_relu),  3/4 (selu)

    Args:    nonlinearity: one of these names. param: a, the slope below 0 of leaky_relu; 0.01 if not given.
    Raises:  ValueError: another name; a slope that is not finite. TypeError: a slope that is no number.
    Example:
        >>> calculate_gain("relu") == 2**0.5
        True

    Source:  torch.nn.init.calculate_gain.
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else finite(param, "calculate_gain: param")
        return math.sqrt(2.0 / (1.0 + slope**2))
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5.0 / 3.0, "relu": math.sqrt(2.0), "selu": 0.75}
    if nonlinearity not in list(gains):
        raise ValueError(f"calculate_gain: no gain is known for {nonlinearity!r}. Use one of {', '.join([*gains, 'leaky_relu'])}.")
    return gains[nonlinearity]


def zeros_(tensor: Parameter) -> Parameter:
    """All 0: for biases. Weights that start equal stay equal, for each neuron gets the same gradient.

    Source:  torch.nn.init.zeros_.
    """
    return _filled("zeros_", tensor, lambda: 0.0)


def ones_(tensor: Parameter) -> Parameter:
    """All 1.

    Source:  torch.nn.init.ones_.
    """
    return _filled("ones_", tensor, lambda: 1.0)


def constant_(tensor: Parameter, val: float) -> Parameter:
    """All the same number.

    Args:    tensor: the Parameter to write. val: the number.
    Raises:  TypeError: tensor is no Parameter, val no number. ValueError: val is not finite.
    Source:  torch.nn.init.constant_.
    """
    number = finite(val, "constant_: val")
    return _filled("constant_", tensor, lambda: number)


def eye_(tensor: Parameter) -> Parameter:
    """1 on the diagonal, 0 elsewhere: the layer begins as a copy of its inputs.

    Raises:  TypeError: tensor is no Parameter. ValueError: it has not two axes.
    Source:  torch.nn.init.eye_.
    """
    if _parameter("eye_", tensor).ndim != 2:
        raise ValueError(f"eye_: a matrix is needed, and the Parameter has shape {tensor.shape}. Give one, such as layer.weight.")
    tensor.data = np.eye(tensor.shape[0], tensor.shape[1])
    return tensor


def uniform_(tensor: Parameter, a: float = 0.0, b: float = 1.0, *, rng: Rng = None) -> Parameter:
    """Numbers from U(a, b).

    Args:    tensor: the Parameter to write. a, b: the bounds. rng: an int seed, a random.Random, or None for the
             default generator.
    Raises:  TypeError: tensor is no Parameter, a or b no number, rng no source. ValueError: bounds not finite, or a above b.
    Source:  torch.nn.init.uniform_.
    """
    low, high = finite(a, "uniform_: a"), finite(b, "uniform_: b")
    if low > high:
        raise ValueError(f"uniform_: a = {a} is above b = {b}. Give the lower bound first.")
    source = generator(rng)
    return _filled("uniform_", tensor, lambda: source.uniform(low, high))


def normal_(tensor: Parameter, mean: float = 0.0, std: float = 1.0, *, rng: Rng = None) -> Parameter:
    """Numbers from N(mean, std²).

    Args:    tensor, rng: as `uniform_`. mean, std: of the bell curve.
    Raises:  TypeError: as `uniform_`. ValueError: mean or std not finite, std negative.
    Source:  torch.nn.init.normal_.
    """
    centre, width = finite(mean, "normal_: mean"), not_negative(std, "normal_: std")
    source = generator(rng)
    return _filled("normal_", tensor, lambda: source.gauss(centre, width))


def trunc_normal_(tensor: Parameter, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, *, rng: Rng = None) -> Parameter:
    """Numbers from N(mean, std²), of which only those in [a, b] are kept.

        x = Φ⁻¹(u),  u ~ U(Φ(a), Φ(b)),  Φ the distribution function of N(mean, std²)

    Args:    tensor, rng: as `uniform_`. mean, std: of the bell curve. a, b: the bounds, in units of the parameter.
    Raises:  TypeError: as `uniform_`. ValueError: as `normal_`; a not below b; no part of the curve between them.
    Source:  torch.nn.init.trunc_normal_.
    """
    low, high = finite(a, "trunc_normal_: a"), finite(b, "trunc_normal_: b")
    centre, width = finite(mean, "trunc_normal_: mean"), not_negative(std, "trunc_normal_: std")
    curve = NormalDist(centre, width)
    below, above = (curve.cdf(low), curve.cdf(high)) if width else (0.0, 0.0)
    if not below < above:
        raise ValueError(f"trunc_normal_: nothing of the curve lies between a = {a} and b = {b}. Choose wider bounds, near the mean.")
    source = generator(rng)

    def draw() -> float:
        share = min(max(source.uniform(below, above), math.ulp(0.0)), 1.0 - 2.0**-53)
        return min(max(curve.inv_cdf(share), low), high)

    return _filled("trunc_normal_", tensor, draw)


def xavier_uniform_(tensor: Parameter, gain: float = 1.0, *, rng: Rng = None) -> Parameter:
    """Glorot's compromise between forward and backward flow, uniform.

        U(-r, r),  r = gain √(6 / (fan_in + fan_out))      variance 2 gain² / (fan_in + fan_out)

    Args:    tensor, rng: as `uniform_`. gain: from `calculate_gain`.
    Raises:  TypeError: as `uniform_`. ValueError: tensor has fewer than two axes; gain negative or not finite.
    Differs: lecture decks put a square root over the variance: its standard deviation has one.
    Source:  Glorot, Bengio, Understanding the difficulty of training deep feedforward neural networks (2010),
             equation 16; torch.nn.init.xavier_uniform_.
    """
    return _uniform("xavier_uniform_", tensor, _xavier("xavier_uniform_", tensor, gain), rng)


def xavier_normal_(tensor: Parameter, gain: float = 1.0, *, rng: Rng = None) -> Parameter:
    """Glorot's compromise between forward and backward flow, normal.

        N(0, σ²),  σ = gain √(2 / (fan_in + fan_out))

    Args, Raises: as `xavier_uniform_`.
    Source:  Glorot, Bengio (2010), equation 12; torch.nn.init.xavier_normal_.
    """
    return normal_(tensor, 0.0, _xavier("xavier_normal_", tensor, gain), rng=rng)


def kaiming_uniform_(
    tensor: Parameter, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Rng = None
) -> Parameter:
    """He's rule for rectifiers, uniform.

        U(-r, r),  r = gain √(3 / fan)      variance gain² / fan, 2 / fan for a ReLU

    Args:    tensor, rng: as `uniform_`. a: the slope below 0, for "leaky_relu". mode: "fan_in" keeps the spread going
             forward, "fan_out" going back. nonlinearity: as in `calculate_gain`.
    Raises:  TypeError: as `uniform_`. ValueError: tensor has fewer than two axes; another mode or nonlinearity.
    Differs: a lecture deck prints U(±4 / (fan_in + fan_out)): at fans of 100, a variance 150 times too small.
    Source:  He, Zhang, Ren, Sun, Delving Deep into Rectifiers (2015), equations 10 and 14; torch.nn.init.kaiming_uniform_.
    """
    return _uniform("kaiming_uniform_", tensor, _kaiming("kaiming_uniform_", tensor, a, mode, nonlinearity), rng)


def kaiming_normal_(
    tensor: Parameter, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Rng = None
) -> Parameter:
    """He's rule for rectifiers, normal.

        N(0, σ²),  σ = gain / √fan,  √(2 / fan) for a ReLU

    Args, Raises: as `kaiming_uniform_`.
    Source:  He, Zhang, Ren, Sun (2015), equation 10; torch.nn.init.kaiming_normal_.
    """
    return normal_(tensor, 0.0, _kaiming("kaiming_normal_", tensor, a, mode, nonlinearity), rng=rng)


def lecun_uniform_(tensor: Parameter, *, rng: Rng = None) -> Parameter:
    """LeCun's rule, for activations that keep the spread by themselves (scaled tanh, SELU), uniform.

        U(-r, r),  r = √(3 / fan_in)      variance 1 / fan_in

    Args, Raises: as `xavier_uniform_`.
    Source:  LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), equation 16.
    """
    return _uniform("lecun_uniform_", tensor, _lecun("lecun_uniform_", tensor), rng)


def lecun_normal_(tensor: Parameter, *, rng: Rng = None) -> Parameter:
    """LeCun's rule, for activations that keep the spread by themselves (scaled tanh, SELU), normal.

        N(0, σ²),  σ = 1 / √fan_in

    Args, Raises: as `xavier_uniform_`.
    Differs: Keras cuts the curve off at 2 σ.
    Source:  LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), equation 16.
    """
    return normal_(tensor, 0.0, _lecun("lecun_normal_", tensor), rng=rng)


def _xavier(name: str, tensor: Parameter, gain: float) -> float:
    fan_in, fan_out = _fans(name, tensor)
    return not_negative(gain, f"{name}: gain") * math.sqrt(2.0 / (fan_in + fan_out))


def _kaiming(name: str, tensor: Parameter, a: float, mode: str, nonlinearity: str) -> float:
    fans = dict(zip(("fan_in", "fan_out"), _fans(name, tensor), strict=True))
    if mode not in list(fans):
        raise ValueError(f"{name}: the mode is {mode!r}. Use 'fan_in' or 'fan_out'.")
    return calculate_gain(nonlinearity, a) / math.sqrt(fans[mode])


def _lecun(name: str, tensor: Parameter) -> float:
    return 1.0 / math.sqrt(_fans(name, tensor)[0])


def _uniform(name: str, tensor: Parameter, std: float, rng: Rng) -> Parameter:
    """U(-r, r) of standard deviation `std`: r is √3 of it."""
    source, r = generator(rng), math.sqrt(3.0) * std
    return _filled(name, tensor, lambda: source.uniform(-r, r))


def _fans(name: str, tensor: Parameter) -> tuple[int, int]:
    """How many inputs a neuron has, and to how many neurons an input goes: (fan_in, fan_out)."""
    shape = _parameter(name, tensor).shape
    if len(shape) < 2:
        raise ValueError(f"{name}: a Parameter of shape {shape} has no fan in and fan out. Use it on weights of shape (out, in), "
                         "and zeros_ or uniform_ on biases.")
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def _filled(name: str, tensor: Parameter, draw: Callable[[], float]) -> Parameter:
    """The Parameter, with a number drawn for each leaf."""
    shape = _parameter(name, tensor).shape
    tensor.data = np.reshape([draw() for _ in range(tensor.numel())], shape)
    return tensor


def _parameter(name: str, x: Any) -> Parameter:
    if not isinstance(x, Parameter):
        raise TypeError(f"{name}: {x!r} ({type(x).__name__}) is no Parameter. Give one, such as layer.weight.")
    return x
