"""What several tests measure with."""

from __future__ import annotations

import importlib.util
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import mpmath as mp

EPS = sys.float_info.epsilon
TINY = math.ulp(0.0)


def ulps(x: float, exact: mp.mpf | float, scale: float = 0.0) -> float:
    """How far `x` is from `exact`, in units of 2⁻⁵² of the size of `exact` (or of `scale`, if that is larger)."""
    if not math.isfinite(x) or not mp.isfinite(exact):
        return 0.0 if x == exact or (x != x and exact != exact) else math.inf
    unit = max(EPS * max(abs(mp.mpf(exact)), scale), TINY)
    return float(abs(mp.mpf(x) - exact) / unit)


@contextmanager
def digits(n: int) -> Iterator[None]:
    """mpmath with n decimal digits."""
    with mp.workdps(n):
        yield


def script(path: str) -> ModuleType:
    """A script of the repository as a module."""
    name = Path(path).stem
    spec = importlib.util.spec_from_file_location(f"script_{name}", Path(__file__).parents[1] / path)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
