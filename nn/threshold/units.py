"""The McCulloch-Pitts unit: a neuron that counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from autograd.rng import is_integer
from nn._settings import count
from nn.threshold.given import bits


@dataclass(frozen=True)
class McCullochPitts:
    """The first model of a neuron: it counts active inputs, and fires from a threshold on.

        y = 1 if Σ xᵢ ≥ θ over the excitatory inputs, and no inhibitory input is active; else 0

    Args:    threshold: θ. inhibitory: the positions, from 0 on, of the inputs that veto. inputs: how many inputs it has;
             None takes any number.
    Raises:  TypeError: a setting of the wrong kind. ValueError: a position that does not exist, or stands twice; when called:
             an input other than 0 and 1, or the wrong number of them.
    Example:
        >>> unit = McCullochPitts(2, inhibitory=[2])
        >>> unit([1, 1, 0]), unit([1, 0, 0]), unit([1, 1, 1])
        (1, 0, 0)

    Source:  McCulloch, Pitts, A logical calculus of the ideas immanent in nervous activity (1943).
    """

    threshold: float
    inhibitory: Sequence[int] = ()
    inputs: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.threshold, Real) or isinstance(self.threshold, bool) or math.isnan(self.threshold):
            raise TypeError(f"McCullochPitts: the threshold is {self.threshold!r}. Use a number, such as 1.")
        if self.inputs is not None:
            count(self.inputs, "McCullochPitts: inputs")
        if not isinstance(self.inhibitory, Iterable):
            raise TypeError(f"McCullochPitts: inhibitory is {self.inhibitory!r}. Give a sequence of positions, as in inhibitory=[2].")
        positions = tuple(self.inhibitory)
        for i in positions:
            if not is_integer(i):
                raise TypeError(f"McCullochPitts: {i!r} ({type(i).__name__}) is no position of an inhibitory input. Count from 0.")
            if not 0 <= i < (math.inf if self.inputs is None else self.inputs) or positions.count(i) > 1:
                raise ValueError(f"McCullochPitts: position {i} of an inhibitory input does not exist or stands twice in {positions}. "
                                 "Give each once, from 0 on.")
        object.__setattr__(self, "inhibitory", positions)

    def __call__(self, x: Any) -> int:
        """0 or 1, for one sequence of 0s and 1s."""
        active = bits(x, "McCullochPitts: input")
        least = max(self.inhibitory, default=-1) + 1
        if self.inputs not in (None, len(active)) or len(active) < least:
            raise ValueError(f"McCullochPitts: {len(active)} inputs were given, and the unit has {self.inputs or f'at least {least}'}. "
                             "Give a 0 or 1 for each.")
        if any(active[i] for i in self.inhibitory):
            return 0
        return int(sum(active) >= self.threshold)
