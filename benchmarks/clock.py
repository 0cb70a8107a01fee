"""Interleaved rounds and medians: on a noisy machine, only ratios taken side by side mean anything."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter


def medians(jobs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each job, over rounds in which all take turns.

    What a job leaves for the garbage collector is part of its cost: each turn ends with a collection, on the clock.
    """
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        job()
    gc.collect()
    gc.freeze()
    try:
        for _ in range(rounds):
            for name, job in jobs.items():
                start = perf_counter()
                job()
                gc.collect()
                times[name].append(perf_counter() - start)
    finally:
        gc.unfreeze()
    return {name: median(seconds) for name, seconds in times.items()}
