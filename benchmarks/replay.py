"""Whole training steps, ours beside the peers': same weights, same data, and the same losses before any clock runs."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module, metadata
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from benchmarks.clock import step_seconds
from benchmarks.jobs import Job, jobs
from benchmarks.peers import Form, Train
from benchmarks.peers.chalkgrad import Learner

PEERS = ("chalkgrad", "micrograd", "pytorch", "jax", "casadi", "hips", "by_hand", "scikit_learn")
LIBRARIES = ("numpy", "torch", "jax", "jaxlib", "casadi", "scikit-learn", "micrograd")
ROUNDS = 25
TOLERANCE = 1e-6

PURE = ("chalkgrad python", "chalkgrad numpy")
NATIVE = ("chalkgrad native",)
ONE_CALL = ("chalkgrad native, one call",)
GOALS: list[tuple[str, tuple[str, ...], str, dict[str, float]]] = [
    ("Python and numpy", PURE, "micrograd", {"a": 60, "b": 15_000, "c": 7_000, "d": 75_000}),
    ("Python and numpy", PURE, "PyTorch eager", {"a": 25, "b": 8, "c": 9, "d": 4.7}),
    ("Python and numpy", PURE, "JAX jit", {"a": 3, "b": 1.3, "c": 1.1, "d": 1.3}),
    ("Python and numpy", PURE, "numpy by hand", {"a": 3, "b": 1, "c": 1, "d": 1}),
    ("native", NATIVE, "PyTorch eager", {"a": 400, "b": 65, "c": 85, "d": 18, "e": 1}),
    ("native", NATIVE, "JAX jit", {"a": 50, "b": 14, "c": 10, "d": 6, "e": 1}),
    ("native", NATIVE, "CasADi SX", {"a": 15, "b": 80, "c": 45, "d": 75}),
    ("native, one call", ONE_CALL, "JAX scan", {"a": 6, "b": 3, "c": 3, "d": 2}),
]
"""What is asked of which of our forms, the best of those named, against which peer: peer's time / ours, job by job."""

Times = dict[str, dict[str, list[float]]]
"""Form -> job -> seconds of one step, from every turn."""


def forms() -> tuple[dict[str, Form], dict[str, str]]:
    """The forms that can run here, and why the others cannot."""
    found: dict[str, Form] = {}
    missing: dict[str, str] = {}
    for peer in PEERS:
        try:
            found |= import_module(f"benchmarks.peers.{peer}").FORMS
        except ImportError as error:
            missing[peer] = str(error)
    return found, missing


def first_losses(train: Train) -> list[float]:
    """The losses of the first steps: five, or two where steps take seconds."""
    start, losses = perf_counter(), [train(1), train(1)]
    while len(losses) < 5 and perf_counter() - start < 10.0:
        losses.append(train(1))
    return losses


def require_equal(losses: dict[str, list[float]], job: Job) -> None:
    """All as numpy by hand has them."""
    for name, own in losses.items():
        for step, (ours, theirs) in enumerate(zip(own, losses["numpy by hand"], strict=False)):
            if not abs(ours - theirs) <= TOLERANCE * max(1.0, abs(theirs)):
                raise AssertionError(f"job {job.key}, step {step}: {name} has the loss {ours!r}, numpy by hand {theirs!r}.")


def measure(all_jobs: Sequence[Job], runnable: dict[str, Form]) -> tuple[Times, dict[str, str]]:
    """The times of every form on every job, and the reasons of those that sit a job out."""
    times: Times = {name: {} for name in runnable}
    idle: dict[str, str] = {}
    for job in all_jobs:
        trains: dict[str, Train] = {}
        for name, form in runnable.items():
            train = form(job)
            if isinstance(train, str):
                idle[f"{name}, job {job.key}"] = train
            else:
                trains[name] = train
        require_equal({name: first_losses(train) for name, train in trains.items()}, job)
        for name, seconds in step_seconds(trains, ROUNDS).items():
            times[name][job.key] = seconds
    return times, idle


def best(times: Times, names: Iterable[str], job: str) -> float | None:
    """The smallest median of those forms on a job."""
    there = [median(times[name][job]) for name in names if job in times.get(name, {})]
    return min(there, default=None)


def figure(x: float) -> str:
    """Three digits, at least all before the point."""
    return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"


def spread(seconds: list[float]) -> str:
    """Median and quartiles, in µs."""
    if len(seconds) < 4:
        return figure(1e6 * median(seconds))
    low, middle, high = (figure(1e6 * q) for q in quantiles(seconds, n=4))
    return f"{middle} ({low}–{high})"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown that can be read as it is: padded columns."""
    lines = [list(header), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * (w - 1) + ":" if i else "-" * w for i, w in enumerate(widths)])
    aligned = [[cell.rjust(w) if i else cell.ljust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True))] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in aligned)


def job_rows(times: Times, keys: Sequence[str], cell: Callable[[list[float]], str]) -> Iterable[list[str]]:
    """A row for each form."""
    return ([name, *(cell(own[key]) if key in own else "—" for key in keys)] for name, own in times.items())


def goal_rows(times: Times, keys: Sequence[str]) -> Iterable[list[str]]:
    """Reached / asked for, of each goal."""
    for group, ours, peer, goals in GOALS:
        cells = []
        for key in keys:
            mine, theirs = best(times, ours, key), best(times, [peer], key)
            reached = figure(theirs / mine) if mine and theirs else "—"
            cells.append(f"{reached} / {figure(goals[key])}" if key in goals else "")
        yield [f"{group}: {peer}", *cells]


def repeated(run: Callable[[], object]) -> Callable[[int], None]:
    """That many calls."""

    def train(steps: int) -> None:
        for _ in range(steps):
            run()

    return train


def seconds_to_trace(job: Job) -> float:
    """Trace and lowering."""
    return median(step_seconds({"trace": repeated(Learner(job).traced)}, ROUNDS)["trace"])


def gradient_cost(job: Job) -> float:
    """What both passes take, over what the forward pass alone takes."""
    program = Learner(job).traced()
    program.backward(job.X[0], job.Y[0])
    executor, rows = program._executor(len(job.X[0])), program.lowered.outputs[0]
    seconds = step_seconds({"forward": repeated(executor.forward), "both": repeated(lambda: executor.run([(rows, 1.0)]))}, ROUNDS)
    return median(seconds["both"]) / median(seconds["forward"])


def environment() -> str:
    """What ran on what."""
    versions = [f"Python {platform.python_version()}"]
    for library in LIBRARIES:
        try:
            versions.append(f"{library} {metadata.version(library)}")
        except metadata.PackageNotFoundError:
            versions.append(f"no {library}")
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")] or [platform.machine()]
    return f"{models[0]}, one thread, double precision; {', '.join(versions)}."


def report() -> None:
    """Print the tables."""
    all_jobs = jobs()
    keys = [job.key for job in all_jobs]
    runnable, missing = forms()
    times, idle = measure(all_jobs, runnable)
    print(f"Whole training steps: forward, backward, update\n\n{environment()}\n")
    print("\n".join(f"- {job.key}: {job.title}" for job in all_jobs))
    print("\nµs a step, median and quartiles of interleaved turns\n")
    print(table(["", *keys], job_rows(times, keys, spread)))
    print("\nTime of each / time of the best of chalkgrad's compiled forms\n")
    compiled = [name for name in times if name.startswith("chalkgrad") and name != "chalkgrad graph"]
    fastest = {key: best(times, compiled, key) or float("nan") for key in keys}
    ratios = {name: {key: [median(seconds) / fastest[key]] for key, seconds in own.items()} for name, own in times.items()}
    print(table(["", *keys], job_rows(ratios, keys, lambda ratio: figure(*ratio))))
    print("\nPeer's time / ours: reached / goal\n")
    print(table(["", *keys], goal_rows(times, keys)))
    print("\nMore of the compiled form\n")
    print(table(["", *keys], [
        ["trace and lowering, ms", *(figure(1e3 * seconds_to_trace(job)) for job in all_jobs)],
        ["both passes / forward pass", *(figure(gradient_cost(job)) for job in all_jobs)],
    ]))
    print()
    for name, reason in {**missing, **idle}.items():
        print(f"left out: {name} ({reason})")
