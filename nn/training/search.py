"""Random search, coarse to fine: where good learning rates and penalties lie is not known to within a power of ten."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd.rng import generator
from nn._settings import count, finite
from nn.training.ranges import Range
from optim import NonFiniteGradientError

SHOWN = 5


class Trial(NamedTuple):
    """One try of a search.

    score:    what came out; the lower, the better.
    settings: by name.
    round:    from 0 on.
    """

    score: float
    settings: dict[str, Any]
    round: int


@dataclass(frozen=True, repr=False, slots=True)
class Search:
    """What `random_search` tried, the best first.

        trials    every `Trial`
        spaces    the ranges of each round

    Example:
        >>> Search([Trial(0.2, {"lr": 0.01}, 0)])
        score  round  lr
        0.2        0  0.01
    """

    trials: list[Trial]
    spaces: list[dict[str, Range]] = field(default_factory=list)

    @property
    def best(self) -> Trial:
        """The trial with the lowest score."""
        return self.trials[0]

    def __repr__(self) -> str:
        def short(x: Any) -> str:
            return f"{x:.4g}" if isinstance(x, float) else str(x)

        names = list(self.best.settings)
        lines = [["score", "round", *names]]
        lines += [[short(t.score), str(t.round), *(short(t.settings[name]) for name in names)] for t in self.trials[:SHOWN]]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        rows = ["  ".join([line[0].ljust(widths[0]), line[1].rjust(widths[1]), *map(str.ljust, line[2:], widths[2:])]) for line in lines]
        return "\n".join(row.rstrip() for row in rows)


def random_search(
    objective: Callable[..., float], space: Mapping[str, Range], *, trials: int = 20, rounds: int = 1, shrink: float = 1 / 3,
    rng: int | random.Random | None = None,
) -> Search:
    """Try settings drawn at random, and with more rounds, draw nearer and nearer to the best.

        round 0:  every setting from its range
        round r:  from its range of round r - 1, shrunk around the best so far

    A grid of 3 × 3 tries three learning rates; nine random draws try nine. A score that is not finite, or training that
    diverges, counts as the worst there is.

    Args:    objective: a function of the settings, by keyword, that gives a score, such as a validation loss: the lower, the
             better. space: the range of each: Uniform, LogUniform or Choice. trials: in each round. rounds: 1 is plain
             random search. shrink: width of a range as a share of that in the round before. rng: an int seed, a
             random.Random, or None for the default generator.
    Raises:  TypeError: space holds something that is no range, or a setting of the wrong type. ValueError: an empty space,
             trials or rounds below 1, shrink not between 0 and 1.
    Example:
        >>> import nn
        >>> found = random_search(lambda lr: abs(lr - 0.01), {"lr": nn.LogUniform(1e-5, 10.0)}, trials=20, rounds=3, rng=0)
        >>> round(found.best.settings["lr"], 3), len(found.trials)
        (0.01, 60)

    Source:  Bergstra, Bengio, Random Search for Hyper-Parameter Optimization (2012).
    """
    ranges = checked_space(space)
    each, times = count(trials, "random_search: trials"), count(rounds, "random_search: rounds")
    narrower = finite(shrink, "random_search: shrink")
    if not 0.0 < narrower < 1.0:
        raise ValueError(f"random_search: shrink is {shrink}. Give a number between 0 and 1.")
    source = generator(rng)
    found: list[Trial] = []
    spaces: list[dict[str, Range]] = []
    for r in range(times):
        spaces.append(ranges)
        for _ in range(each):
            settings = {name: values.draw(source) for name, values in ranges.items()}
            found.append(Trial(score(objective, settings), settings, r))
        best = min(found, key=lambda trial: trial.score).settings
        ranges = {name: values.around(best[name], narrower) for name, values in ranges.items()}
    return Search(sorted(found, key=lambda trial: trial.score), spaces)


def score(objective: Callable[..., float], settings: dict[str, Any]) -> float:
    """What the objective gives; infinity where training diverged."""
    try:
        found = float(objective(**settings))
    except NonFiniteGradientError:
        return math.inf
    return found if math.isfinite(found) else math.inf


def checked_space(space: Mapping[str, Range]) -> dict[str, Range]:
    """The ranges by name, if they are that."""
    if not isinstance(space, Mapping) or not space:
        raise ValueError(f"random_search: space is {space!r}. Give a dict, such as {{'lr': LogUniform(1e-4, 1.0)}}.")
    for name, values in space.items():
        if not (hasattr(values, "draw") and hasattr(values, "around")) or isinstance(values, type):
            raise TypeError(f"random_search: the range of {name!r} is {values!r} ({type(values).__name__}). "
                            "Use Uniform(low, high), LogUniform(low, high) or Choice([…]).")
    return dict(space)
