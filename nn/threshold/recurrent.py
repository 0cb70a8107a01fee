"""Nets of threshold units with loops: what fires now is seen a tick later, so they remember."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.rng import is_integer
from nn._settings import count
from nn.threshold.given import bits


class RecurrentThresholdNet:
    """Threshold units wired to the inputs and to each other, with a delay of one tick.

        yᵢ(t+1) = unitᵢ(those of x(t), y(t) that it is wired to),      y(0) = 0

    Args:    inputs: how many input lines. wiring: for each unit a pair: the unit, and the positions of what it sees, in order.
             The input lines have the positions 0, 1, …, inputs - 1, and the units those after them.
    Raises:  TypeError: a setting of the wrong kind. ValueError: no unit, or a position that does not exist; when run: an input
             other than 0 and 1, or the wrong number of them.
    Example: line 0 lights a lamp, which then keeps itself alight, until line 1 inhibits it.
        >>> from nn.threshold.units import McCullochPitts
        >>> lamp = RecurrentThresholdNet(2, [(McCullochPitts(1, inhibitory=[2]), [0, 2, 1])])
        >>> lamp.run([[1, 0], [0, 0], [0, 0], [0, 1], [0, 0]]).ravel().tolist()
        [0, 1, 1, 1, 0, 0]

    Source:  McCulloch, Pitts (1943), section 3: nets with circles.
    """

    def __init__(self, inputs: int, wiring: Iterable[tuple[Callable[[Any], int], Sequence[int]]]) -> None:
        self.inputs = count(inputs, "RecurrentThresholdNet: inputs")
        pairs = list(wiring)
        for pair in pairs:
            if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[1], Iterable):
                raise TypeError(f"RecurrentThresholdNet: {pair!r} is no pair of a unit and positions. Give pairs, as in (OR(2), [0, 1]).")
        self.wiring = tuple((unit, tuple(sources)) for unit, sources in pairs)
        if not self.wiring:
            raise ValueError("RecurrentThresholdNet: there are no units. Give pairs, as in [(OR(2), [0, 1])].")
        for unit, sources in self.wiring:
            if not callable(unit):
                raise TypeError(f"RecurrentThresholdNet: {unit!r} ({type(unit).__name__}) is no unit. Use a McCullochPitts.")
            for i in sources:
                if not is_integer(i):
                    raise TypeError(f"RecurrentThresholdNet: {i!r} ({type(i).__name__}) is no position. Count from 0.")
                if not 0 <= i < self.inputs + len(self.wiring):
                    raise ValueError(f"RecurrentThresholdNet: there is nothing at position {i}. There are {self.inputs} inputs and "
                                     f"{len(self.wiring)} units: give 0 to {self.inputs + len(self.wiring) - 1}.")

    def run(self, X: Any) -> NDArray[np.int64]:
        """What every unit says at every tick, from rest on.

        Args:    X: the inputs, those of one tick in each row.
        Shape:   X (T, inputs) -> (T + 1, units); row t holds y(t), and row 0 is at rest.
        Raises:  ValueError: an input other than 0 and 1, or the wrong number of them.
        """
        rows = [bits(x, "RecurrentThresholdNet: input") for x in X]
        history = [[0] * len(self.wiring)]
        for t, x in enumerate(rows):
            if len(x) != self.inputs:
                raise ValueError(f"RecurrentThresholdNet: {len(x)} inputs were given at tick {t}, and the net has {self.inputs}. "
                                 "Give a 0 or 1 for each.")
            seen = [*x, *history[-1]]
            history.append([unit([seen[i] for i in sources]) for unit, sources in self.wiring])
        return np.array(history, dtype=np.int64)
