"""Formulas: graphs that are run again on another carrier, as text, LaTeX, HTML, or on new Values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd import ops
from autograd.symbol import Text
from autograd.value import Value


def run(v: Value, names: Mapping[str, Any]) -> Any:
    """What v comes to where the leaves of its graph are these, by label."""
    if v.op is None:
        return names[v.label]
    return v.op(*(run(x, names) if isinstance(x, Value) else x for x in v.inputs))


def leaves_of(v: Value | float) -> list[Value]:
    """The leaves, as often as they are used, from left to right."""
    if not isinstance(v, Value):
        return []
    return [v] if v.op is None else [leaf for x in v.inputs for leaf in leaves_of(x)]


def operations_of(v: Value | float) -> list[Value]:
    """The nodes that were computed, the outermost first."""
    return [] if not isinstance(v, Value) or v.op is None else [v, *(node for x in v.inputs for node in operations_of(x))]


def text_of(v: Value | float) -> str:
    """The formula as text."""
    return str(run(v, {leaf.label: Text(leaf.label) for leaf in leaves_of(v)}) if isinstance(v, Value) else v)


def sensible(v: Value) -> bool:
    """Is there nothing silly in it: a number less itself or over itself, a constant over something, a power of a power?"""
    for node in operations_of(v):
        x = node.inputs[0]
        inner = x.op if isinstance(x, Value) else None
        if node.op in (ops.add, ops.sub, ops.div) and text_of(x) == text_of(node.inputs[1]):
            return False
        if (node.op is ops.div and not isinstance(x, Value)) or (node.op in (ops.pow, ops.relu) and node.op is inner):
            return False
    return True
