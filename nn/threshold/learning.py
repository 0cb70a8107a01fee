"""What the perceptron's learning leaves behind: every update, and how it ended."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from autograd import dot
from nn.threshold.margin import MaxMargin

Weights = tuple[float, ...]


@dataclass(frozen=True)
class PerceptronUpdate:
    """One step of the learning rule: w ← w ± x.

        cos α = w·x / (‖w‖ ‖x‖)

    Adding x turns w towards x, and taking it away turns w from x. (Only where w and x lie on one line can the angle stay.)

    Args:    step: its number, from 1 on. example: the row of X. inputs: x, with x₀ = 1 before the features. target: 1 adds x,
             0 takes it away. before, after: the weights, bias first.
    Example:
        >>> u = PerceptronUpdate(step=1, example=0, inputs=(1.0, 1.0), target=1, before=(-2.0, 0.0), after=(-1.0, 1.0))
        >>> round(u.cos_before, 3), u.cos_after
        (-0.707, 0.0)
    """

    step: int
    example: int
    inputs: Weights
    target: int
    before: Weights
    after: Weights

    @property
    def cos_before(self) -> float:
        """Cos of the angle between the weights before and the example; nan if all of them were 0."""
        return cosine(self.before, self.inputs)

    @property
    def cos_after(self) -> float:
        """Cos of the angle between the weights after and the example; nan if all of them are 0."""
        return cosine(self.after, self.inputs)


@dataclass(frozen=True)
class PerceptronReport:
    """How learning ended. It is true if every example is classified rightly.

    Args:    updates: how many were made. wrong: the rows of X that are still on the wrong side. bound: how many there can be at
             most, inf if no hyperplane separates the classes, None if it was not asked for. margin: what the bound is made
             of, or None.
    """

    updates: int
    wrong: tuple[int, ...]
    bound: float | None = None
    margin: MaxMargin | None = None

    @property
    def converged(self) -> bool:
        """Are all examples on their right side?"""
        return not self.wrong

    def __bool__(self) -> bool:
        return self.converged

    def __str__(self) -> str:
        return f"{self._ending()} {self._proof()}".strip()

    def _ending(self) -> str:
        updates = f"{self.updates} update{'' if self.updates == 1 else 's'}"
        if self.converged:
            return f"All examples are right after {updates}."
        rows = ", ".join(map(str, self.wrong[:5])) + (", …" if len(self.wrong) > 5 else "")
        return f"Not separated within {updates}; still wrong: {rows}."

    def _proof(self) -> str:
        if self.margin is not None:
            return f"There can be {self.bound} at most: R = {self.margin.radius:.4g}, γ = {self.margin.margin:.4g}."
        if self.bound is not None:
            return "No hyperplane separates the two classes, so no number of updates is enough."
        return "" if self.converged else "Either no hyperplane separates the two classes, as with XOR, or more updates are needed."


def cosine(w: Sequence[float], x: Sequence[float]) -> float:
    """Cos of the angle between two vectors; nan if one of them has no direction."""
    sizes = math.hypot(*w), math.hypot(*x)
    if 0.0 in sizes:
        return math.nan
    return float(dot([wi / sizes[0] for wi in w], [xi / sizes[1] for xi in x]))
