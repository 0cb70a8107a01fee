"""The table that `Module.summary` gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nn.module import Module
    from nn.parameter import Parameter


class Table(str):
    """Text that looks the same printed and at the prompt."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def table(module: Module) -> Table:
    """One line for each module that has parameters of its own, or no module inside; and the total."""
    lines = [("name", "class", "outputs", "parameters")]
    seen: set[Parameter] = set()
    for name, part, outputs in chain("", module, None):
        own = {p for p in part.parameters(recurse=False) if p not in seen}
        seen |= own
        if own or not any(part.children()):
            size = sum(p.numel() for p in own)
            lines.append((name or type(part).__name__.lower(), type(part).__name__, str(outputs or ""), str(size)))
    lines.append(("total", "", "", str(sum(p.numel() for p in seen))))
    w = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return Table("\n".join(f"{name:<{w[0]}}  {kind:<{w[1]}}  {outputs:>{w[2]}}  {size:>{w[3]}}" for name, kind, outputs, size in lines))


def chain(name: str, module: Module, inputs: int | None) -> Iterator[tuple[str, Module, int | None]]:
    """Every module below, with its key and outputs, each fed by the one before it where they run in order."""
    yield name, module, module._outputs(inputs)
    for key, child in module.named_children():
        yield from chain(f"{name}.{key}" if name else key, child, inputs if module._in_order else None)
        inputs = child._outputs(inputs)
