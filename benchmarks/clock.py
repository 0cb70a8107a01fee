"""Interleaved rounds and medians: on a noisy machine, only ratios taken side by side mean anything."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from time import perf_counter


def medians(jobs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each job, over rounds in which all take turns."""
    for job in jobs.values():
        job()
    return {name: median(seconds) for name, seconds in turns(jobs, dict.fromkeys(jobs, rounds)).items()}


def step_seconds(
    trains: Mapping[str, Callable[[int], object]], rounds: int, turn: float = 0.02, budget: float = 3.0
) -> dict[str, list[float]]:
    """The seconds of one step, from each turn: `train(steps)` takes so many steps that its turn lasts about `turn` seconds.

    A slow one takes fewer turns, one at least, so as to stay within `budget` seconds.
    """
    lengths, counts = {}, {}
    for name, train in trains.items():
        with older_objects_left_alone():
            lengths[name], seconds = length_of_turn(train, turn)
        counts[name] = min(rounds, max(1, int(budget / seconds)))
    times = turns({name: lambda train=train, n=lengths[name]: train(n) for name, train in trains.items()}, counts)  # type: ignore[misc]
    return {name: [s / lengths[name] for s in seconds] for name, seconds in times.items()}


def length_of_turn(train: Callable[[int], object], turn: float) -> tuple[int, float]:
    """How many steps take at least half of `turn` seconds, and what they take. What is compiled for a number of steps is compiled then."""
    steps, seconds = 1, clocked(lambda: train(1))
    while seconds < turn / 2:
        steps = min(50 * steps, int(steps * turn / seconds))
        train(steps)
        seconds = clocked(lambda steps=steps: train(steps))  # type: ignore[misc]
    return steps, seconds


def turns(jobs: Mapping[str, Callable[[], object]], rounds: Mapping[str, int]) -> dict[str, list[float]]:
    """The seconds of every turn; `rounds` says how many turns each job takes.

    What a job leaves for the garbage collector is part of its cost: each turn ends with a collection, on the clock.
    """
    times: dict[str, list[float]] = {name: [] for name in jobs}
    with older_objects_left_alone():
        for number in range(max(rounds.values())):
            for name, job in jobs.items():
                if number < rounds[name]:
                    times[name].append(clocked(job))
    return times


@contextmanager
def older_objects_left_alone() -> Iterator[None]:
    """The collector passes over all that is there already: what imported libraries hold would otherwise be everyone's cost."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def clocked(job: Callable[[], object]) -> float:
    """The seconds of one turn."""
    start = perf_counter()
    job()
    gc.collect()
    return perf_counter() - start
