"""Interleaved rounds and medians: on a noisy machine only ratios taken side by side mean anything."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter


def medians(jobs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each job, over rounds in which all take turns.

    What a job leaves behind is part of its cost: the collector runs at the end of each turn, on the clock.
    """
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        job()
    for _ in range(rounds):
        for name, job in jobs.items():
            gc.collect()
            start = perf_counter()
            job()
            gc.collect(0)
            times[name].append(perf_counter() - start)
    return {name: median(seconds) for name, seconds in times.items()}
