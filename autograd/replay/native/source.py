"""The table of operations, written as C when the extension is built.

`table.h` has a loop over lanes for the value of every row with one or two inputs, and one for what each edge sends back.
Values of elementary functions are called by name: `forwards.h` and `folds.h` say what the names mean, and a row whose
name they do not have is left out. The optimisers' rules follow, a loop over parameters each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any

from autograd.ops import TABLE, Op, PullBack, contribution
from autograd.replay.native.c_source import CSource
from autograd.replay.native.rule_source import written_rules
from autograd.symbol import written

HERE = Path(__file__).parent


def defined(kind: str) -> set[str]:
    """The operations for which the hand-written C has a function of this kind: forward, fold, both or shifted."""
    text = "".join((HERE / name).read_text(encoding="utf-8") for name in ("forwards.h", "folds.h"))
    return set(re.findall(rf"^(?:FORWARD|static void) {kind}_(\w+)\(", text, re.MULTILINE))


def header(optimizers: Iterable[Any] = ()) -> str:
    """The text of `table.h`, and at its end a digest of all sources by which an extension that is out of date is known.

    Args:    optimizers: whose rules are to be compiled, too.
    """
    parts = ["/* Written from autograd/ops.py when the extension is built. */"]
    entries, formulas = [], []
    for op in TABLE.values():
        loops = _loops(op)
        if loops and all(call in defined("forward") for call in re.findall(r"forward_(\w+)", loops)):
            parts.append(loops)
            entries.append(_entry(op))
            formulas.append(_formulas(op))
    parts.append("static const Operation operations[] = {\n" + "\n".join(entries) + "\n};")
    parts.append("#define FORMULAS(ONE, TWO, MANY, PAIRS, SHIFTED) " + " ".join(formulas))
    rules = written_rules(optimizers)
    parts += rules.values()
    named = [f"    {{{dumps(text)}, rule_{k}}}," for k, text in enumerate(rules)]
    parts.append("static const WholeRule rules[] = {\n" + "\n".join([*named, "    {NULL, NULL},"]) + "\n};")
    parts.append(f'#define TABLE_DIGEST "{digest(parts)}"')
    return "\n".join(parts) + "\n"


def digest(parts: Sequence[str]) -> str:
    """Of the table and of the hand-written C: an extension with another one is out of date."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.[ch]"))]
    return sha256("\n".join([*parts, *sources]).encode()).hexdigest()


def _loops(op: Op) -> str:
    """The loops of one row; none for an n-ary one that no function folds."""
    count = len(op.partials)
    lines = []
    if not op.nary:
        value = _value(op)
        lines.append(f"VALUE_{count}({op.name}, {value})")
        if has_dear_partial(op):
            lines.append(f"VALUE_AND_PARTIAL({op.name}, {value}, {written(op.partials[0], CSource, 'z', 'x')})")
    elif op.name not in defined("fold") or (op.moves_along and op.name not in defined("shifted") & defined("both")):
        return ""
    lines += [f"PULL_{count}({op.name}, {place}, {_sent(op, place)})" for place in range(count)]
    return "\n".join(lines)


def _value(op: Op) -> str:
    """What an op with one or two inputs computes."""
    return written(lambda *xs: xs[0].apply(op, xs), CSource, *"xy"[: len(op.partials)])


def _sent(op: Op, place: int) -> str:
    """What one edge sends back."""
    return written(lambda *xs: contribution(op.partials[place], *xs), CSource, "g", "z", *"xy"[: len(op.partials)])


def _entry(op: Op) -> str:
    """One row of the array of operations."""
    value = "NULL" if op.nary else f"value_{op.name}"
    both = f"both_{op.name}" if has_dear_partial(op) and not op.nary else "NULL"
    fold = f"fold_{op.name}" if op.nary else "NULL"
    fold_and_partials, shifted = (f"both_{op.name}", f"shifted_{op.name}") if op.moves_along else ("NULL", "NULL")
    pulls = ", ".join(f"pull_{op.name}_{place}" for place in range(len(op.partials)))
    passes = ", ".join(str(int(_sent(op, place) == "g")) for place in range(len(op.partials)))
    return f'    {{"{op.name}", {value}, {both}, {fold}, {fold_and_partials}, {shifted}, {{{pulls}}}, {{{passes}}}}},'


def _formulas(op: Op) -> str:
    """One row as bare formulas, for the interpreter's loops over nodes."""
    count = len(op.partials)
    kind = ("ONE", "TWO")[count - 1] if not op.nary else "SHIFTED" if op.moves_along else ("MANY", "PAIRS")[count - 1]
    value = [] if op.nary else [_value(op)]
    return f"{kind}({', '.join([op.name, *value, *(_sent(op, place) for place in range(count))])})"


def has_dear_partial(op: Op) -> bool:
    """Does the derivative call functions? Then it is computed along with the value, where much of it has been done already."""
    if op.nary:
        return op.moves_along
    if len(op.partials) > 1 or isinstance(op.partials[0], PullBack):
        return False
    return "forward_" in written(op.partials[0], CSource, "z", "x")
