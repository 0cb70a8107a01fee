"""Where random numbers come from: one default generator, or the one a caller hands in."""

from __future__ import annotations

import random
from numbers import Integral

default = random.Random()


def manual_seed(seed: int) -> None:
    """Set the default generator, so that a run can be repeated bit for bit.

    Args:    seed: any integer.
    Raises:  TypeError: seed is no integer.
    Example:
        >>> manual_seed(0); a = generator(None).random()
        >>> manual_seed(0); a == generator(None).random()
        True

    Source:  torch.manual_seed.
    """
    if not is_integer(seed):
        raise TypeError(f"manual_seed: {seed!r} ({type(seed).__name__}) is no integer. Use manual_seed(0).")
    default.seed(int(seed))


def generator(rng: int | random.Random | None) -> random.Random:
    """The generator that `rng` asks for: a new one from an integer seed, the given one, or the default for None.

    Raises:  TypeError: rng is none of these.
    """
    if rng is None:
        return default
    if isinstance(rng, random.Random):
        return rng
    if is_integer(rng):
        return random.Random(int(rng))
    raise TypeError(f"rng: {rng!r} ({type(rng).__name__}) is no source of random numbers. Use an int seed, a random.Random, or None.")


def is_integer(x: object) -> bool:
    """Is x an integer of Python or numpy, and no truth value?"""
    return isinstance(x, Integral) and not isinstance(x, bool)
