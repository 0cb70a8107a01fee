"""Nets as text that builds them in `nn` and in `torch.nn` alike: a class name, then its arguments."""

from __future__ import annotations

from typing import Any

Spec = list[Any]

ACTIVATIONS: dict[str, Spec] = {
    "identity": ["Identity"],
    "sigmoid": ["Sigmoid"],
    "tanh": ["Tanh"],
    "scaled_tanh": ["ScaledTanh"],
    "relu": ["ReLU"],
    "leaky_relu": ["LeakyReLU"],
    "leaky_relu, slope 0.2": ["LeakyReLU", 0.2],
    "prelu": ["PReLU"],
    "prelu, one slope a feature": ["PReLU", 4, 0.1],
    "rrelu": ["RReLU"],
    "elu": ["ELU"],
    "elu, alpha 0.7": ["ELU", 0.7],
    "selu": ["SELU"],
    "softplus": ["Softplus"],
    "softplus, beta 2": ["Softplus", 2.0],
    "softmax": ["Softmax", -1],
    "log_softmax": ["LogSoftmax", -1],
}
NETS: dict[str, Spec] = {
    "linear": ["Linear", 3, 4],
    "linear without bias": ["Linear", 3, 4, False],
    "maxout": ["Maxout", 3, 2, 3],
    **{name: ["Sequential", ["Linear", 3, 4], spec, ["Linear", 4, 2]] for name, spec in ACTIVATIONS.items()},
    "three layers": ["Sequential", ["Linear", 3, 5], ["Tanh"], ["Linear", 5, 4], ["Tanh"], ["Linear", 4, 1], ["Sigmoid"]],
    "batch norm within": ["Sequential", ["Linear", 3, 4, False], ["BatchNorm1d", 4], ["Sigmoid"], ["Linear", 4, 2]],
}
NORMS: dict[str, tuple[Spec, dict[str, Any]]] = {
    "defaults": (["BatchNorm1d", 3], {}),
    "eps 0.1, momentum 0.3": (["BatchNorm1d", 3], {"eps": 0.1, "momentum": 0.3}),
    "cumulative": (["BatchNorm1d", 3], {"momentum": None}),
    "not affine": (["BatchNorm1d", 3], {"affine": False}),
    "not tracking": (["BatchNorm1d", 3], {"track_running_stats": False}),
}
PRINTED: list[Spec] = [
    *NETS.values(),
    ["BatchNorm1d", 3, 0.001, None, False, False],
    ["Sequential", ["Sequential", ["Linear", 2, 1], ["Tanh"]], ["Sequential"]],
]
GAINS: list[list[Any]] = [
    ["linear"], ["sigmoid"], ["tanh"], ["relu"], ["selu"], ["leaky_relu"], ["leaky_relu", 0.2], ["leaky_relu", 5**0.5],
]
FILLS: list[tuple[str, dict[str, Any]]] = [
    ("xavier_uniform_", {}),
    ("xavier_uniform_", {"gain": 5.0 / 3.0}),
    ("xavier_normal_", {}),
    ("xavier_normal_", {"gain": 2.0}),
    ("kaiming_uniform_", {}),
    ("kaiming_uniform_", {"a": 5**0.5}),
    ("kaiming_uniform_", {"mode": "fan_out", "nonlinearity": "relu"}),
    ("kaiming_normal_", {}),
    ("kaiming_normal_", {"a": 0.1, "mode": "fan_out"}),
    ("kaiming_normal_", {"nonlinearity": "tanh"}),
    ("uniform_", {}),
    ("normal_", {}),
]
SHAPES = [(5, 3), (100, 100), (1, 7), (4, 3, 2)]


def built(nn: Any, spec: Spec, **settings: Any) -> Any:
    """The net of a spec, made of the classes in `nn`."""
    name, *args = spec
    return getattr(nn, name)(*(built(nn, x) if isinstance(x, list) else x for x in args), **settings)
