"""The table of operations, written as C when the extension is built.

`table.h` has a loop over lanes for the value of every row with one or two inputs, and one for what each edge sends back.
Values of elementary functions are called by name: `forwards.h` and `folds.h` say what the names mean, and a row whose
name they do not have is left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from autograd.ops import TABLE, Op, contribution
from autograd.symbol import Source, written

HERE = Path(__file__).parent


class CSource(Source):
    """Formulas as C: division is IEEE already, and both sides of a choice may be computed."""

    __slots__ = ()

    @staticmethod
    def digits(x: float) -> str:
        """A number, to the last bit."""
        if math.isfinite(x):
            return f"({float(x)!r})" if math.copysign(1.0, x) < 0.0 else repr(float(x))
        return "NAN" if x != x else "INFINITY" if x > 0.0 else "(-INFINITY)"

    def written(self, op: Op, xs: Sequence[Self]) -> Self:
        """A bracketed expression or a call."""
        parts = [x.text for x in xs]
        if op.name == "div":
            return type(self)(f"({parts[0]} / {parts[1]})")
        return type(self)(op.source.format(*parts) if op.source else f"forward_{op.name}({', '.join(parts)})")

    def compared(self, relation: str, other: Any) -> Self:
        """A truth value."""
        return type(self)(f"({super().compared(relation, other).text})")

    def __and__(self, other: Any) -> Any:
        return type(self)(f"({self.text} & {other})") if isinstance(other, CSource) else super().__and__(other)

    def choose(self, yes: Any, no: Any) -> Self:
        """A conditional expression."""
        return type(self)(f"({self.text} ? {self.of(yes).text} : {self.of(no).text})")


def defined(kind: str) -> set[str]:
    """The operations for which the hand-written C has a function of this kind: forward, fold or shifted."""
    text = "".join((HERE / name).read_text(encoding="utf-8") for name in ("forwards.h", "folds.h"))
    return set(re.findall(rf"^(?:FORWARD|static void) {kind}_(\w+)\(", text, re.MULTILINE))


def header() -> str:
    """The text of `table.h`, and at its end a digest of all sources by which an extension that is out of date is known."""
    parts = ["/* Written from autograd/ops.py when the extension is built. */"]
    entries = []
    for op in TABLE.values():
        loops = _loops(op)
        if loops and all(call in defined("forward") for call in re.findall(r"forward_(\w+)", loops)):
            parts.append(loops)
            entries.append(_entry(op))
    parts.append("static const Operation operations[] = {\n" + "\n".join(entries) + "\n};")
    parts.append(f'#define TABLE_DIGEST "{digest(parts)}"')
    return "\n".join(parts) + "\n"


def digest(parts: Sequence[str]) -> str:
    """Of the table and of the hand-written C: an extension with another one is out of date."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.[ch]"))]
    return sha256("\n".join([*parts, *sources]).encode()).hexdigest()


def _loops(op: Op) -> str:
    """The loops of one row; none for an n-ary one that no function folds."""
    names = "xy"[: len(op.partials)]
    count = len(names)
    lines = []
    if not op.nary:
        lines.append(f"FORWARD_{count}({op.name}, {written(lambda *xs: xs[0].apply(op, xs), CSource, *names)})")
    elif op.name not in defined("fold") or (op.moves_along and op.name not in defined("shifted")):
        return ""
    for place, partial in enumerate(op.partials):
        sent = written(lambda *xs, p=partial: contribution(p, *xs), CSource, "g", "z", *names)
        lines.append(f"PULL_{count}({op.name}, {place}, {sent})")
    return "\n".join(lines)


def _entry(op: Op) -> str:
    """One row of the array of operations."""
    value = f"NULL, fold_{op.name}" if op.nary else f"row_{op.name}, NULL"
    shifted = f"shifted_{op.name}" if op.moves_along else "NULL"
    pulls = ", ".join(f"pull_{op.name}_{place}" for place in range(len(op.partials)))
    return f'    {{"{op.name}", {value}, {shifted}, {{{pulls}}}}},'
