"""Run code written in the lecture that builds micrograd: import `Value` from here, and leave out the cell that defines it.

The lecture is A. Karpathy's "The spelled-out intro to neural networks and backpropagation: building micrograd" (2022).
Its Value has a label, tanh and exp, and prints its data alone. All the rest is as in `autograd.compat.micrograd`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autograd import ieee, ops
from autograd.compat import micrograd


def tanh(x: float) -> float:
    """(e²ˣ - 1) / (e²ˣ + 1), which the lecture writes on the board."""
    e = ieee.exp(2.0 * x)
    return (e - 1.0) / (e + 1.0) if e != ieee.inf else 1.0


TANH = replace(ops.tanh, forward=tanh, partials=(lambda z, x: 1.0 - z**2.0,), bound=ieee.inf)
"""The lecture's own row: its forms give its digits. They lose digits near 0 and in the tails, where the table's keep theirs."""


class Value(micrograd.Value):
    """A scalar in a graph, with the members of the lecture's Value.

    Args, Raises: as micrograd's.
    Differs: the lecture's tanh overflows above 354; here it is 1.
    Example:
        >>> x, w, b = Value(2.0, label="x"), Value(-3.0, label="w"), Value(6.8813735870195432, label="b")
        >>> o = (x * w + b).tanh(); o.backward(); o
        Value(data=0.7071067811865476)
        >>> o._op, o._prev
        ('tanh', {Value(data=0.8813735870195432)})

    Source:  the notebooks micrograd_lecture_first_half_roughly.ipynb and its second half, in karpathy/nn-zero-to-hero.
    """

    def tanh(self) -> Any:
        """(e²ˣ - 1) / (e²ˣ + 1), with derivative 1 - tanh²."""
        return TANH(self)

    def __repr__(self) -> str:
        return f"Value(data={self.data})"
