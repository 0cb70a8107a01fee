"""Gates: the logical words, each a single McCulloch-Pitts unit."""

from __future__ import annotations

from nn._settings import count
from nn.threshold.units import McCullochPitts


def AND(n: int) -> McCullochPitts:
    """The unit that fires when all n inputs are active: θ = n.

    Raises:  TypeError: n is no integer. ValueError: n below 1.
    Example:
        >>> AND(3)([1, 1, 1]), AND(3)([1, 0, 1])
        (1, 0)
    """
    return McCullochPitts(count(n, "AND: n"), inputs=n)


def OR(n: int) -> McCullochPitts:
    """The unit that fires when any of n inputs is active: θ = 1.

    Raises:  TypeError: n is no integer. ValueError: n below 1.
    Example:
        >>> OR(3)([0, 0, 1]), OR(3)([0, 0, 0])
        (1, 0)
    """
    return McCullochPitts(1, inputs=count(n, "OR: n"))


def NOR(n: int) -> McCullochPitts:
    """The unit that fires when none of n inputs is active: all of them inhibitory, θ = 0.

    Raises:  TypeError: n is no integer. ValueError: n below 1.
    Example:
        >>> NOR(2)([0, 0]), NOR(2)([0, 1])
        (1, 0)
    """
    return McCullochPitts(0, inhibitory=range(count(n, "NOR: n")), inputs=n)


def NOT() -> McCullochPitts:
    """The unit that fires when its one input does not: inhibitory, θ = 0.

    Example:
        >>> NOT()([0]), NOT()([1])
        (1, 0)
    """
    return NOR(1)
