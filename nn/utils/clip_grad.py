"""Clipping of gradients: against the one step that is far too long."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np

from autograd import Value, values
from nn._settings import finite, flag, not_negative
from nn.arrays import as_array
from nn.parameter import Floats, Parameter

Leaf: TypeAlias = Value | Parameter


def clip_grad_norm_(
    parameters: Leaf | Iterable[Leaf], max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> float:
    """Shorten all gradients by one factor, so that together they are no longer than max_norm; their direction stays.

        g ← g · min(1, max_norm / (‖g‖ + 1e-6))

    ‖g‖ is the norm of all gradients as one vector.

    Args:    parameters: Parameters or Values; those without gradient are passed over. max_norm: in units of g. norm_type: 2,
             any other number above 0, or infinity for the largest member. error_if_nonfinite: refuse a norm that is inf or nan.
    Returns: ‖g‖ as it was.
    Raises:  TypeError: a module, or something that is no parameter; a setting of the wrong type. ValueError: max_norm negative,
             norm_type not above 0. RuntimeError: ‖g‖ is inf or nan, and error_if_nonfinite. No gradient has changed then.
    Differs: PyTorch returns a tensor; its norm overflows from members of 1e154 on, and then all gradients become 0.
    Example:
        >>> w = Parameter([0.0, 0.0]); w.grad = [3.0, 4.0]
        >>> clip_grad_norm_([w], max_norm=1.0), w.grad.round(6)
        (5.0, array([0.6, 0.8]))

    Source:  Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks (2013), algorithm 1;
             torch.nn.utils.clip_grad_norm_.
    """
    found = with_gradients(parameters, "clip_grad_norm_")
    longest, order = not_negative(max_norm, "clip_grad_norm_: max_norm"), order_of(norm_type, "clip_grad_norm_")
    total = refused_if_infinite(norm([g for _, g in found], order), flag(error_if_nonfinite, "clip_grad_norm_: error_if_nonfinite"))
    shorten(found, longest, total)
    return total


def clip_grad_value_(parameters: Leaf | Iterable[Leaf], clip_value: float) -> None:
    """Hold every member of every gradient between -clip_value and clip_value; the direction may change.

        g ← max(-c, min(g, c))

    Args:    parameters: Parameters or Values; those without gradient are passed over. clip_value: c, in units of g.
    Raises:  TypeError: a module, or something that is no parameter; clip_value no number. ValueError: clip_value negative.
    Differs: PyTorch takes a negative clip_value, and sets every member to it.
    Example:
        >>> w = Parameter([0.0, 0.0]); w.grad = [3.0, -0.5]
        >>> clip_grad_value_([w], 1.0); w.grad
        array([ 1. , -0.5])

    Source:  Mikolov, Statistical Language Models Based on Neural Networks (2012); torch.nn.utils.clip_grad_value_.
    """
    found = with_gradients(parameters, "clip_grad_value_")
    c = not_negative(clip_value, "clip_grad_value_: clip_value")
    for p, g in found:
        write(p, np.clip(g, -c, c))


def get_total_norm(tensors: Any, norm_type: float = 2.0, error_if_nonfinite: bool = False) -> float:
    """The norm of several arrays as one vector, such as all gradients of a net.

        ‖g‖_p = (Σ |g_i|^p)^(1/p),  ‖g‖_∞ = max |g_i|

    Args:    tensors: arrays of numbers, or a single one. norm_type: p, a number above 0 or infinity.
             error_if_nonfinite: refuse a norm that is inf or nan.
    Raises:  TypeError: tensors hold no numbers; a setting of the wrong type. ValueError: norm_type not above 0.
             RuntimeError: the norm is inf or nan, and error_if_nonfinite.
    Example:
        >>> get_total_norm([[3.0], [0.0, 4.0]])
        5.0

    Source:  torch.nn.utils.get_total_norm.
    """
    given = [tensors] if isinstance(tensors, np.ndarray) else list(tensors)
    arrays = [np.asarray(values(as_array(x, "get_total_norm: tensors"))) for x in given if x is not None]
    order = order_of(norm_type, "get_total_norm")
    return refused_if_infinite(norm(arrays, order), flag(error_if_nonfinite, "get_total_norm: error_if_nonfinite"))


def clip_grads_with_norm_(parameters: Leaf | Iterable[Leaf], max_norm: float, total_norm: float) -> None:
    """The second half of `clip_grad_norm_`, for a norm that is known.

        g ← g · min(1, max_norm / (total_norm + 1e-6))

    Args:    parameters: Parameters or Values. max_norm: in units of g. total_norm: from `get_total_norm`.
    Raises:  TypeError: a module, or something that is no parameter; a number that is none. ValueError: max_norm negative.
    Example:
        >>> w = Value(0.0); w.grad = 8.0
        >>> clip_grads_with_norm_(w, max_norm=1.0, total_norm=2.0); round(w.grad, 5)
        4.0

    Source:  torch.nn.utils.clip_grads_with_norm_.
    """
    if isinstance(total_norm, bool) or not isinstance(total_norm, (int, float)):
        raise TypeError(f"clip_grads_with_norm_: total_norm is {total_norm!r} ({type(total_norm).__name__}). Give a number.")
    longest = not_negative(max_norm, "clip_grads_with_norm_: max_norm")
    shorten(with_gradients(parameters, "clip_grads_with_norm_"), longest, float(total_norm))


def with_gradients(parameters: Any, name: str) -> list[tuple[Leaf, Floats]]:
    """Each parameter that has a gradient, and the gradient."""
    if hasattr(parameters, "parameters"):
        raise TypeError(f"{name}: parameters is a {type(parameters).__name__}. Pass its .parameters().")
    single = isinstance(parameters, (Value, Parameter))
    if not single and (isinstance(parameters, (str, dict)) or not isinstance(parameters, Iterable)):
        raise TypeError(f"{name}: parameters is {parameters!r} ({type(parameters).__name__}). Pass model.parameters(), or [w, b].")
    found = [parameters] if single else list(parameters)
    for i, p in enumerate(found):
        if not isinstance(p, (Value, Parameter)):
            raise TypeError(f"{name}: item {i} is {p!r} ({type(p).__name__}), not a parameter. Pass leaf Values or nn.Parameters.")
    return [(p, np.asarray(values(as_array(p.grad, name)))) for p in found if p.grad is not None]


def order_of(norm_type: Any, name: str) -> float:
    """The order of a norm: above 0, infinity allowed."""
    p = math.inf if norm_type in (math.inf, "inf") else finite(norm_type, f"{name}: norm_type")
    if p <= 0.0:
        raise ValueError(f"{name}: norm_type is {norm_type}, and must be above 0. Use 2.0, 1.0 or math.inf.")
    return p


def norm(arrays: list[Floats], p: float) -> float:
    """‖·‖_p of all members as one vector, taken relative to the largest of them, so that no power overflows."""
    sizes = np.concatenate([np.zeros(1), *(np.abs(x).ravel() for x in arrays)])
    largest = float(sizes.max())
    if p == math.inf or largest == 0.0 or not math.isfinite(largest):
        return largest
    return largest * float(math.fsum((sizes / largest) ** p) ** (1.0 / p))


def refused_if_infinite(total: float, refuse: bool) -> float:
    """The norm; or the error, where one is asked for."""
    if refuse and not math.isfinite(total):
        raise RuntimeError(f"The norm of all gradients is {total}, and cannot be clipped. Look for a division by 0 or an lr too high; "
                           "error_if_nonfinite=False scales by it all the same.")
    return total


def shorten(found: list[tuple[Leaf, Floats]], max_norm: float, total: float) -> None:
    """Multiply gradients by min(1, max_norm / (total + 1e-6)), nan included."""
    factor = max_norm / (total + 1e-6)
    for p, g in found:
        with np.errstate(invalid="ignore"):
            write(p, g * (1.0 if factor > 1.0 else factor))


def write(p: Leaf, g: Floats) -> None:
    """Put a gradient in its place."""
    p.grad = g if isinstance(p, Parameter) else float(g)
