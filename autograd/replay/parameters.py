"""Parameters of a program: read afresh from their leaves, and given back when somebody looks.

After a training step the new numbers stay in the program's store, since writing every leaf can take longer than the step.
The leaves become `Pending` meanwhile: the first look at any of them, or at anything computed from one, writes all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.value import Value, tick

Floats = NDArray[np.float64]


class Parameters:
    """The leaves that a program depends on, and an array that holds their numbers while the program runs.

    ahead: one byte, 1 while the array's numbers are newer than the leaves'.
    held: the numbers as floats, where a training step on floats has newer ones than the array.
    eager: leaves of other classes, by their places, which are written at once.
    """

    def __init__(self, leaves: Sequence[Value]) -> None:
        self.leaves = list(leaves)
        all_plain = set(map(type, self.leaves)) <= {Value, Pending}
        self.eager = [] if all_plain else [(i, leaf) for i, leaf in enumerate(leaves) if leaf.__class__ not in (Value, Pending)]
        self.numbers: Floats = np.zeros(len(self.leaves))
        self.ahead = np.zeros(1, dtype=np.uint8)
        self.held: list[float] | None = None

    def read(self) -> Floats:
        """The numbers as they are now, whoever wrote them last."""
        if not self.ahead[0]:
            self.numbers[:] = [leaf._data for leaf in self.leaves]
        elif self.held is not None:
            self.numbers[:] = self.held
        return self.numbers

    def move_to(self, numbers: Floats) -> None:
        """Hold the numbers in this array from here on."""
        if numbers is not self.numbers:
            numbers[:] = self.numbers
            self.numbers = numbers

    def written(self) -> None:
        """Say that `numbers` are the new ones: each leaf will have its own as soon as it is looked at."""
        self.held = None
        for i, leaf in self.eager:
            leaf.stamp, leaf._data = tick(), float(self.numbers[i])
        if self.ahead[0]:
            return
        self.ahead[0] = 1
        for leaf in self.leaves:
            if leaf.__class__ in (Value, Pending):
                leaf.stamp = tick()
                if leaf.__class__ is Pending:
                    leaf.b.give_back()
                leaf.b = self
                leaf.__class__ = Pending

    def give_back(self) -> None:
        """Write every leaf."""
        numbers = self.read().tolist()
        self.ahead[0] = 0
        for leaf, number in zip(self.leaves, numbers, strict=True):
            if leaf.__class__ is Pending:
                leaf.b, leaf.__class__ = None, Value  # type: ignore[assignment]
            leaf._data = number


class Pending(Value):
    """A leaf whose number is still in a program's store. To look at it or to write it turns it into a Value again."""

    __slots__ = ()

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """A Value: only `Parameters` make a leaf pending, and none is made that way."""
        return Value(*args, **kwargs)

    @property
    def _data(self) -> float:
        self.b.give_back()
        return self._data

    @_data.setter
    def _data(self, x: float) -> None:
        self.b.give_back()
        self._data = x

    def __reduce__(self) -> Any:
        self.b.give_back()
        return self.__reduce__()
