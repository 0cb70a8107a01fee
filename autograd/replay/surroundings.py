"""What a function reads from around it, kept so that a trace of it is not run once that has changed."""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import numpy as np

MISSING = object()


class Surroundings:
    """The globals and the outer variables that a function's own text names, and the contents of arrays among them.

    What is changed in place, other than an array, is not noticed; nor is what the functions it calls read.
    """

    def __init__(self, fn: Callable[..., Any]) -> None:
        inner = getattr(fn, "__func__", fn)
        code = getattr(inner, "__code__", None)
        self.space: dict[str, Any] = getattr(inner, "__globals__", {})
        self.cells = dict(zip(code.co_freevars, inner.__closure__ or (), strict=True)) if code else {}
        self.names = [name for name in dict.fromkeys(names_read(code)) if name in self.space] if code else []
        self.before = dict(self.now())
        self.contents = {name: x.tobytes() for name, x in self.before.items() if is_array(x)}

    def now(self) -> Iterator[tuple[str, Any]]:
        """Each name, and what it means at present."""
        for name in self.names:
            yield name, self.space.get(name, MISSING)
        for name, cell in self.cells.items():
            try:
                yield name, cell.cell_contents
            except ValueError:
                yield name, MISSING

    def changed(self) -> str | None:
        """The first name that means something else now."""
        for name, x in self.now():
            if not same(x, self.before[name]) or (name in self.contents and x.tobytes() != self.contents[name]):
                return name
        return None


def same(a: Any, b: Any) -> bool:
    """Is it the same object, or an equal number or text?"""
    return a is b or (type(a) is type(b) and isinstance(a, (int, float, str)) and a == b)


def is_array(x: Any) -> bool:
    """Is it an array of numbers?"""
    return isinstance(x, np.ndarray) and not x.dtype.hasobject


def names_read(code: CodeType) -> Iterator[str]:
    """The globals that a function's text reads, and those of the functions written inside of it."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield instruction.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from names_read(inner)
