"""Layout by Graphviz: the `dot` on the PATH, or the one inside the pygraphviz wheel."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path


class EngineError(RuntimeError):
    """There is no Graphviz here, or it failed."""


def render(source: str, format: str, timeout: float) -> bytes:
    """The picture that DOT text describes, as svg, png or pdf, if that takes no more than `timeout` seconds."""
    failures = []
    for command in commands(format):
        try:
            done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            raise EngineError(f"Graphviz took longer than {timeout:g} seconds. Draw fewer boxes, as with fold='layer', "
                              "or give save() a longer timeout.") from None
        except OSError as error:
            failures.append(str(error))
        else:
            if done.stdout and not done.returncode:
                return done.stdout
            failures.append(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    if failures:
        raise EngineError(f"Graphviz failed to make {format}: {'; '.join(failures)}")
    raise EngineError("No Graphviz was found. Install one, as with `pip install pygraphviz`, or save the picture as .dot.")


def commands(format: str) -> Iterator[list[str]]:
    """What can be run, with DOT on its standard input."""
    dot = shutil.which("dot")
    if dot:
        yield [dot, f"-T{format}"]
    wheel = find_spec("pygraphviz")
    if wheel and wheel.origin and sys.executable:
        yield [sys.executable, "-I", str(Path(__file__).with_name("wheel.py")), format, str(Path(wheel.origin).parents[1])]
