"""Other builds of the project, in folders of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "build", "demo_out", "*.egg-info", "*.so")


def copied(folder: Path) -> Path:
    """A copy of the project, without what was made here from it."""
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT, dirs_exist_ok=True)
    return folder


def run(folder: Path, *arguments: str, **environment: str) -> None:
    """Run Python in a folder, on the packages there. Where it fails, the end of what it wrote is shown."""
    around = {**os.environ, "PYTHONPATH": str(folder), **environment}
    done = subprocess.run([sys.executable, *arguments], cwd=folder, env=around, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]


def extensions(folder: Path) -> list[Path]:
    """What was built there."""
    return list(folder.rglob("_native*.so"))
