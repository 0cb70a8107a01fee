"""A warning where another package of the same import name has left its files among ours."""

from __future__ import annotations

import warnings
from pathlib import Path


def warn() -> None:
    """Say so in one sentence, if a file of the other package stands beside this one."""
    if (Path(__file__).parent / "tracer.py").exists():
        warnings.warn("Another project's package 'autograd' is installed over this one, and each breaks the other: "
                      "uninstall both, then install chalkgrad again.", stacklevel=3)
