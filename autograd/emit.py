"""The float carrier: each row's pull-back and operators, written as Python from the table and compiled.

Running a row's formulas on floats one call at a time would be right but slow, and Python's own division would raise.
So the formulas are run once on `Source` symbols, and what they write is put into the templates below. `emitted` keeps
the text: `print(emitted["pull_mul"])` shows what runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from math import inf, nan
from textwrap import indent
from typing import Any

from autograd.ops import Op, contribution
from autograd.symbol import FORWARDS, Source, written

emitted: dict[str, str] = {}
"""The source of every function compiled here, by its name."""

SLOTS = "ab"
NAMES = "xy"


def compiled(name: str, source: str, names: Mapping[str, Any]) -> Any:
    """The function `name` that the source defines. `names` are its globals, on top of the forwards."""
    space = {**FORWARDS, "inf": inf, "nan": nan, "__package__": __package__, "__name__": __name__, **names}
    defined: dict[str, Any] = {}
    exec(compile(source, f"<{name}, emitted from the table>", "exec"), space, defined)
    emitted[name] = source
    return defined[name]


def uses(name: str, source: str) -> bool:
    """Does the source mention this name?"""
    return re.search(rf"\b{name}\b", source) is not None


Sender = Callable[[Any, float, dict[Any, float]], None]


class PullBacks(dict[Op, Sender]):
    """The pull-back of each op, emitted when it is first asked for."""

    def __missing__(self, op: Op) -> Sender:
        self[op] = pull_back(op)
        return self[op]


def pull_back(op: Op, functions: Mapping[str, Any] | None = None) -> Sender:
    """The function (node, adjoint of node, adjoints) that adds each input's contribution to its adjoint.

    `functions` may stand in for forwards of the table, where another rounding of them is wanted.
    """
    names = NAMES[: len(op.partials)]
    sent = [written(lambda *xs, p=p: contribution(p, *xs), Source, "g", "z", *names) for p in op.partials]
    body = _pull_many(op, names, sent) if op.nary else _pull_few(names, sent)
    name = f"pull_{op.name}"
    return compiled(name, f"def {name}(node, g, adjoint):\n{indent(body, '    ')}", functions or {})  # type: ignore[no-any-return]


def _pull_few(names: str, sent: list[str]) -> str:
    """Operands stand in the node's slots; one that is a bare float is a constant and receives nothing."""
    lines = [f"{slot} = node.{slot}" for slot, _ in zip(SLOTS, names, strict=False)]
    if len(names) == 1:
        lines += ["x = a._data"] if uses("x", sent[0]) else []
    else:
        used = [(slot, x) for slot, x in zip(SLOTS, names, strict=True) if any(uses(x, s) for s in sent)]
        lines += [f"{x} = {slot} if {slot}.__class__ is float else {slot}._data" for slot, x in used]
    if any(uses("z", s) for s in sent):
        lines.append("z = node._data")
    for slot, source in zip(SLOTS, sent, strict=False):
        send = _send(slot, source)
        lines += [send] if len(names) == 1 else [f"if {slot}.__class__ is not float:", indent(send, "    ")]
    return "\n".join(lines)


def _pull_many(op: Op, names: str, sent: list[str]) -> str:
    """Slots hold one tuple for each sequence; places are pulled back last to first."""
    lines = [f"{x}s = [a if a.__class__ is float else a._data for a in node.{slot}]" for slot, x in zip(SLOTS, names, strict=False)]
    lines.append("z = node._data")
    if op.moves_along:
        lines += ["top = max(xs)", f"if -inf < top < inf:\n    xs = [x - top for x in xs]\n    z = {op.name}(xs)"]
    sequences = [f"node.{slot}" for slot, _ in zip(SLOTS, names, strict=False)] + [f"{x}s" for x in names]
    lines.append(f"for {', '.join(SLOTS[: len(names)])}, {', '.join(names)} in zip({', '.join(f'reversed({s})' for s in sequences)}):")
    for slot, source in zip(SLOTS, sent, strict=False):
        lines += [f"    if {slot}.__class__ is not float:", indent(_send(slot, source), "        ")]
    return "\n".join(lines)


def _send(slot: str, source: str) -> str:
    return f"c = {source}\nadjoint[{slot}] = adjoint[{slot}] + c if {slot} in adjoint else c"


@cache
def partials(op: Op) -> Callable[..., tuple[float, ...]]:
    """The function (z, x, y) that gives the partial to each input, on floats. Of an n-ary op: at one place.

    Example:
        >>> from autograd.ops import TABLE
        >>> partials(TABLE["mul"])(6.0, 2.0, 3.0)
        (3.0, 2.0)
    """
    names = NAMES[: len(op.partials)]
    values = ", ".join(written(p, Source, "z", *names) for p in op.partials)
    name = f"partials_{op.name}"
    return compiled(name, f"def {name}(z, {', '.join(names)}):\n    return ({values},)", {})  # type: ignore[no-any-return]


BINARY = """\
def {name}(self, other):
    {me} = self._data
    mine, kind = self.__class__, other.__class__
    if kind is mine:
        {other} = other._data
    elif kind is float:
        {other} = other
    elif kind is int:
        other = {other} = number(other, op.name)
    else:
        other, {other} = operand(other, self, {swapped}, op)
        if other is None:
            return NotImplemented
    modes = current()
    if modes.watched:
        return node(mine, op, {value}, {a}, {b})
"""
UNARY = """\
def {name}(self):
    x = self._data
    mine, modes = self.__class__, current()
    if modes.watched:
        return node(mine, op, {value}, self, None)
"""
MAKE = """\
    out = new(mine)
    out._data = {value}
    out.op = op
    out.a = {a}
    out.b = {b}
    out.stamp = tick()
    out._grad = None
    out.place = modes.place
    out._label = ""
    return out
"""


class Operators(dict[Op, Callable[..., Any]]):
    """The method of Value that makes the node op(self), op(self, other), or op(other, self) when swapped.

    `names` says what `current`, `node`, `number`, `operand`, `new` and `tick` are in it.
    """

    def __init__(self, names: Mapping[str, Any], *, swapped: bool) -> None:
        super().__init__()
        self.names = names
        self.swapped = swapped

    def __missing__(self, op: Op) -> Callable[..., Any]:
        value = written(lambda *xs: xs[0].apply(op, xs), Source, *NAMES[: len(op.partials)])
        name = f"{'swapped_' if self.swapped else ''}{op.name}"
        if len(op.partials) == 1:
            source = (UNARY + MAKE).format(name=name, value=value, a="self", b="None")
        else:
            first, second = ("other", "self") if self.swapped else ("self", "other")
            me, other = ("y", "x") if self.swapped else ("x", "y")
            source = (BINARY + MAKE).format(name=name, value=value, me=me, other=other, a=first, b=second, swapped=self.swapped)
        self[op] = compiled(name, source, {**self.names, "op": op})
        return self[op]
