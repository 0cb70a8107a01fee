"""Do rates fall fast enough to come to rest, and slowly enough to get anywhere?"""

import math
from collections.abc import Callable
from typing import NamedTuple

from optim._settings import NOT_NEGATIVE, shown
from optim.lr_scheduler._kinds import within
from optim.lr_scheduler.scheduler import LRScheduler

BLOCKS = 1000
PLACES = 16
ALIKE = 0.01


class RobbinsMonro(NamedTuple):
    """What `robbins_monro` found.

    sum_is_infinite:   Σ ε_t = ∞, so that steps can lead from anywhere to anywhere.
    squares_are_finite: Σ ε_t² < ∞, so that the noise of the gradients dies out.
    """

    sum_is_infinite: bool
    squares_are_finite: bool

    @property
    def holds(self) -> bool:
        """Whether both conditions do."""
        return self.sum_is_infinite and self.squares_are_finite

    def __str__(self) -> str:
        first = "Σε = ∞, as asked" if self.sum_is_infinite else "Σε < ∞: the steps add up to a finite way, and may end before the minimum"
        second = "Σε² < ∞, as asked" if self.squares_are_finite else "Σε² = ∞: the noise of the gradients never dies out"
        return f"{first}; {second}"


def robbins_monro(rate: LRScheduler | Callable[[int], float]) -> RobbinsMonro:
    """Whether stochastic gradient descent with these rates converges: the conditions of Robbins and Monro.

        Σ ε_t = ∞  and  Σ ε_t² < ∞

    No finite number of terms decides this, so the terms are gathered in blocks, a_n = Σ ε_t over 2^n ≤ t < 2^(n+1), and each
    block is estimated from 16 places in it. With ε = t^-p these are a_n ~ 2^((1-p) n). The sum counts as finite if the blocks
    fall faster than 1/n between n = 500 and 1000: a_1000 < ½ a_500.

    Args:    rate: a schedule with a closed form, whose first group is looked at; or a function of the step t = 1, 2, …, a whole
             number that becomes as large as 2^1001.
    Raises:  TypeError: rate is neither. ValueError: a rate is negative or not finite. NotImplementedError: the schedule has no
             closed form.
    Differs: one deck prints Σ ε_t² = ∞ for the second condition: a constant rate would then do.
             Orders nearer to a limit than t^-1.002 and t^-0.501 are not told from it.
    Example:
        >>> print(robbins_monro(lambda t: 1 / t))
        Σε = ∞, as asked; Σε² < ∞, as asked
        >>> [robbins_monro(lambda t: t**-p).holds for p in (0.5, 0.51, 1.0, 1.01)]
        [False, True, True, False]

    Source:  Robbins, Monro, A Stochastic Approximation Method (1951); blocks as in Cauchy's condensation test.
    """
    if isinstance(rate, LRScheduler):
        schedule = rate
        return robbins_monro(lambda t: schedule.closed_form(t)[0])
    if not callable(rate):
        raise TypeError(f"robbins_monro: {shown(rate)} is neither a schedule nor a function. Give one, such as lambda t: 1 / t.")
    early, late = (sampled(rate, n) for n in (BLOCKS // 2, BLOCKS))
    return RobbinsMonro(not falls(early, late, 1), falls(early, late, 2))


def sampled(rate: Callable[[int], float], n: int) -> tuple[int, list[float]]:
    """The rates at places spread over a block; odd steps are added, lest all fall on one phase of a cycle."""
    places = [2**n + 2**n * (2 * j + 1) // (2 * PLACES) + 7919 * j for j in range(PLACES)]
    return n, [within(NOT_NEGATIVE)("robbins_monro", f"the rate at a step between 2^{n} and 2^{n + 1}", rate(t)) for t in places]


def falls(early: tuple[int, list[float]], late: tuple[int, list[float]], power: int) -> bool:
    """Whether the blocks of ε^power fall faster than 1/n."""
    before, after = log2_of_block(*early, power), log2_of_block(*late, power)
    return after == -math.inf or before - after > 1.0 + ALIKE


def log2_of_block(n: int, rates: list[float], power: int) -> float:
    """The logarithm of a block's sum of ε^power, which itself may be too small for a float."""
    highest = max(rates)
    if highest == 0.0:
        return -math.inf
    return n + power * math.log2(highest) + math.log2(sum((ε / highest) ** power for ε in rates) / len(rates))
