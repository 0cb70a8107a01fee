"""Polynomial regression: one linear neuron whose inputs are the powers of a number."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import Polynomial as Series

from autograd import dot, values
from autograd.rng import is_integer
from nn._settings import finite
from nn.arrays import Array, as_array, beside, examples
from nn.module import Module
from nn.parameter import Floats, Parameter


class Polynomial(Module):
    """A polynomial of one input, as a net: its weights are the coefficients, and training can find them.

        y = Σ w_k uᵏ, k from 0 to degree      u = (x - middle) / half the width of the domain

    Scaling x to u in [-1, 1] keeps powers of one size: with raw x, descent would need a rate that suits x⁰ and x¹⁴ at once.

    Args:    degree: the highest power. domain: (low, high), the x that become u = -1 and u = 1.
    Shape:   weight (degree + 1,), 0 at the start; (1,) -> (1,), or (N, 1) -> (N, 1).
    Raises:  TypeError, ValueError: degree no integer from 0 on; a domain that is no two rising numbers; an input of another
             shape.
    Example:
        >>> square = Polynomial(2, domain=(0.0, 4.0))
        >>> square.weight.data = [4.0, 8.0, 4.0]
        >>> square([3.0]), square.coefficients()
        (array([Value(9.0)], dtype=object), array([0., 0., 1.]))

    Source:  the lecture decks; numpy.polynomial.Polynomial, whose domain this is.
    """

    def __init__(self, degree: int, domain: tuple[float, float] = (-1.0, 1.0)) -> None:
        super().__init__()
        if not is_integer(degree):
            raise TypeError(f"Polynomial: degree is {degree!r} ({type(degree).__name__}). Give an integer, 0 or more.")
        if degree < 0:
            raise ValueError(f"Polynomial: degree is {degree}. Give an integer, 0 or more.")
        if not isinstance(domain, (tuple, list)) or len(domain) != 2:
            raise TypeError(f"Polynomial: domain is {domain!r} ({type(domain).__name__}). Give two numbers, (low, high).")
        low, high = (finite(end, f"Polynomial: domain[{i}]") for i, end in enumerate(domain))
        if low >= high:
            raise ValueError(f"Polynomial: domain is ({low}, {high}). Give the lower end first: its length scales x.")
        self.degree, self.domain = int(degree), (low, high)
        self.weight = Parameter(np.zeros(self.degree + 1))

    def forward(self, input: Any) -> Array:
        """The polynomial's value at each input."""
        rows, single = examples(input, 1, "Polynomial")
        weights = tuple(self.weight)
        return beside([[dot(weights, self._powers(x)) for (x,) in rows]], single)

    def _powers(self, x: Any) -> list[Any]:
        """u⁰, u¹, u², …"""
        low, high = self.domain
        u = (x - (low + high) / 2.0) / ((high - low) / 2.0)
        powers: list[Any] = [1.0]
        for _ in range(self.degree):
            powers.append(powers[-1] * u)
        return powers

    def solve(self, x: Any, y: Any) -> Polynomial:
        """Set the weights to the minimum of the squared error, without any descent. Returns self.

            w = argmin Σ (y - Σ w_k uᵏ)²      by singular values of the powers of u, after scaling their columns

        Args:    x, y: numbers, equally many, and more than the degree.
        Raises:  ValueError: too few different x for the degree, or not one y for each.
        Source:  numpy.polynomial.Polynomial.fit.
        """
        xs, ys = (values(as_array(part, f"Polynomial.solve: {name}")).ravel() for name, part in (("x", x), ("y", y)))
        if len(xs) != len(ys):
            raise ValueError(f"Polynomial.solve: {len(xs)} x, but {len(ys)} y. Give one y for each x.")
        if len(np.unique(xs)) <= self.degree:
            raise ValueError(f"Polynomial.solve: {len(np.unique(xs))} different x do not settle {self.degree + 1} weights. "
                             "Give more points, or a lower degree.")
        self.weight.data = Series.fit(xs, ys, self.degree, domain=self.domain).coef
        return self

    def coefficients(self) -> Floats:
        """The coefficients of x⁰, x¹, x², …: the weights without the scaling."""
        series = Series(np.array(self.weight.data), domain=self.domain).convert().coef
        return np.pad(series, (0, self.degree + 1 - len(series)))

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return f"degree={self.degree}, domain={self.domain}"
