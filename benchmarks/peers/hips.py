"""HIPS autograd, whose package has our package's name: it runs in an environment and a process of its own, `.venv/hips`.

The process is told how many steps to take, and answers with the loss; a turn lasts long enough to hide the exchange.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.jobs import BETAS, EPS, Job
from benchmarks.peers import Form, Train

PYTHON = Path(sys.prefix) / "hips" / "bin" / "python"

if not PYTHON.exists():
    raise ImportError("it has no environment of its own; `make bench` makes one")


def hips(job: Job) -> Train:
    child = subprocess.Popen(
        [PYTHON, "-I", Path(__file__).with_name("hips_process.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    stdin, stdout = child.stdin, child.stdout
    assert stdin is not None
    assert stdout is not None
    pickle.dump(asdict(job) | {"layers": job.layers(), "betas": BETAS, "eps": EPS}, stdin)

    def train(steps: int) -> float:
        stdin.write(f"{steps}\n".encode())
        stdin.flush()
        return float(stdout.readline())

    return train


FORMS: dict[str, Form] = {"HIPS autograd": hips}
