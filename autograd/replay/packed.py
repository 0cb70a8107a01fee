"""What a long tape is packed into: lists of tuples and truths take some five times as much."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import Any

from autograd.ops import Op


class Flags(Sequence[bool]):
    """A byte for each."""

    def __init__(self, flags: Iterable[int]) -> None:
        self.bytes = bytes(flags)

    def __len__(self) -> int:
        return len(self.bytes)

    def __getitem__(self, i: Any) -> Any:
        return Flags(self.bytes[i]) if isinstance(i, slice) else self.bytes[i] == 1


class Packed:
    """The operands of all cells, in one array: what `operands` is in a packed tape."""

    def __init__(self, op: Sequence[Op | None], operands: Sequence[Any]) -> None:
        flat = [tuple(chain.from_iterable(found)) if f is not None and f.nary else found for f, found in zip(op, operands, strict=True)]
        self.cells = array("i", chain.from_iterable(flat))
        self.stop = array("i", accumulate(map(len, flat)))
        self.op = op

    def __len__(self) -> int:
        return len(self.stop)

    def __getitem__(self, i: int) -> Any:
        op, start, stop = self.op[i], self.stop[i - 1] if i else 0, self.stop[i]
        if op is None or not op.nary:
            return tuple(self.cells[start:stop])
        size = (stop - start) // len(op.partials)
        return tuple(tuple(self.cells[k : k + size]) for k in range(start, stop, size)) if size else ((),) * len(op.partials)
