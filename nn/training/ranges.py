"""What the settings of a search are drawn from."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nn._settings import finite


class Range(Protocol):
    """What a setting is drawn from."""

    def draw(self, source: random.Random) -> Any:
        """A value."""

    def around(self, best: Any, shrink: float) -> Range:
        """The same kind of range, narrower, and within this one."""


@dataclass(frozen=True, slots=True)
class Uniform:
    """Every number between two bounds alike.

        x = low + (high - low) u        u even in [0, 1)

    Args:    low, high: the bounds.
    Raises:  TypeError: one is no number. ValueError: low not below high, or not finite.
    Example:
        >>> Uniform(0.0, 1.0).around(0.875, shrink=0.5)
        Uniform(low=0.625, high=1.0)
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        require_rising(self.low, self.high, "Uniform")

    def draw(self, source: random.Random) -> float:
        """A number."""
        return source.uniform(self.low, self.high)

    def around(self, best: float, shrink: float) -> Uniform:
        """The range shrunk around a number, and cut off at the bounds."""
        reach = 0.5 * shrink * (self.high - self.low)
        return Uniform(max(self.low, best - reach), min(self.high, best + reach))


@dataclass(frozen=True, slots=True)
class LogUniform:
    """Every power of ten between two bounds alike: for learning rates, penalties, and whatever acts by factors.

        x = e^t        t even in [ln low, ln high)

    Args:    low, high: the bounds, above 0.
    Raises:  TypeError: one is no number. ValueError: low not above 0, or not below high.
    Example:
        >>> LogUniform(1e-4, 1.0).around(0.01, shrink=0.5)
        LogUniform(low=0.001, high=0.1)

    Source:  Bergstra, Bengio, Random Search for Hyper-Parameter Optimization (2012).
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        require_rising(self.low, self.high, "LogUniform")
        if self.low <= 0.0:
            raise ValueError(f"LogUniform: low is {self.low}, and has no logarithm. Give a number above 0.")

    def draw(self, source: random.Random) -> float:
        """A number."""
        return math.exp(source.uniform(math.log(self.low), math.log(self.high)))

    def around(self, best: float, shrink: float) -> LogUniform:
        """The range shrunk around a number, in factors, and cut off at the bounds."""
        reach = (self.high / self.low) ** (0.5 * shrink)
        return LogUniform(max(self.low, best / reach), min(self.high, best * reach))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several options, each alike.

    Args:    options: what to choose from.
    Raises:  ValueError: there is none.
    Example:
        >>> Choice(["tanh", "relu"]).draw(random.Random(0))
        'relu'
    """

    options: Sequence[Any]

    def __post_init__(self) -> None:
        if not self.options:
            raise ValueError("Choice: there are no options. Give at least one.")

    def draw(self, source: random.Random) -> Any:
        """An option."""
        return source.choice(self.options)

    def around(self, best: Any, shrink: float) -> Choice:  # noqa: ARG002
        """All options again: what lies near an option is not known."""
        return self


def require_rising(low: Any, high: Any, name: str) -> None:
    """Raise unless these bound a range."""
    if not finite(low, f"{name}: low") < finite(high, f"{name}: high"):
        raise ValueError(f"{name}: low is {low} and high {high}. Give a low that is below high.")
