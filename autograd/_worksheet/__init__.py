"""Worksheets: gradients to work out on paper, with numbers that come out evenly, and the key apart.

    formula    graphs run again on another carrier
    levels     what is practised at each level
    exercise   one exercise
    sheet      all of them, and their key
    page       as HTML, to be printed
    latex      as LaTeX
"""

from __future__ import annotations

from autograd._worksheet.exercise import Exercise
from autograd._worksheet.levels import LEVELS
from autograd._worksheet.sheet import Worksheet
from autograd.ops import shown
from autograd.rng import is_integer

__all__ = ["Exercise", "Worksheet", "worksheet"]

MOST = 100


def worksheet(seed: int, level: int = 1, n: int = 6) -> Worksheet:
    """Exercises in gradients by hand, with numbers that come out evenly.

        1    sums, differences and products; each number is used once
        2    numbers that are used more than once, so that contributions add up
        3    powers, quotients and relu
        4    small nets of relu neurons, with their squared error

    All numbers, on the way there and back too, are whole and at most 50, or quarters and at most 10.

    Args:    seed: any integer, of either sign; the same seed, level and n give the same sheet. level: 1 to 4.
             n: how many exercises, 1 to 100.
    Returns: a sheet with `.exercises`; `.html()` and `.latex()`, to be printed; and apart from it the key, `.key_html()` and
             `.key_latex()`.
    Raises:  TypeError: seed, level or n is no integer. ValueError: there is no such level, or n is out of range.
    Example:
        >>> from autograd import worksheet
        >>> print(worksheet(1, level=2, n=1))
        Gradients by hand, level 2: numbers that are used more than once, so that contributions add up (sheet 1)
        1. L = (3*(b + a) - b)*a   with a = 5, b = -4
           ∂L/∂a = ______   ∂L/∂b = ______
    """
    for name, x in {"seed": seed, "level": level, "n": n}.items():
        if not is_integer(x):
            raise TypeError(f"worksheet: {name}={shown(x)} is no integer. Write worksheet(1, level=2, n=6).")
    if level not in LEVELS:
        raise ValueError(f"worksheet: level={level}. Use " + "; ".join(f"{i} for {one.contains}" for i, one in LEVELS.items()) + ".")
    if not 1 <= n <= MOST:
        raise ValueError(f"worksheet: n={n}. Use a number of exercises from 1 to {MOST}.")
    return Worksheet(int(seed), int(level), int(n))
