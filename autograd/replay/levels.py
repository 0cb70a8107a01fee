"""How deep the cells of a tape lie, which of them vary, and which one kernel can compute: a single sweep finds all three.

The *level* of a leaf is 0, and that of a result 2 more than its deepest operand's; what differs from example to example is 1
higher. Cells make a group if they share level and operation, and if the operands at each place vary in all of them or in none.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from autograd import ops
from autograd.tracing import batch_mean

if TYPE_CHECKING:
    from autograd.replay.tape import Cells, Tape

VARYING = 1
"""The bit of a level that says whether."""

Key = tuple[Any, ...]
"""Level and operation of a group, and what else its cells share. With one or two operands: which of them vary, and the exponent of
powers if that is a bare number, since squares are products. Of n-ary ones: how many members each place has, and the inputs of matrix
products.
"""


def swept(tape: Tape) -> tuple[list[int], dict[Key, list[int]]]:
    """The level of every cell, and the cells of each group, in an order in which they can be computed."""
    op_of, operands, leaf, power = tape.op, tape.operands, tape.leaf, ops.pow
    level = [0] * len(op_of)
    for i in tape.inputs:
        level[i] = VARYING
    deep = level.__getitem__
    groups: dict[Key, list[int]] = defaultdict(list)
    for i in tape.computed():
        op, cells = op_of[i], operands[i]
        assert op is not None
        if op.nary:
            places = [set(map(deep, place)) for place in cells]
            deepest = max([max(found, default=0) for found in places])
            varying = [{k & VARYING for k in found} for found in places]
            own = (deepest | VARYING) + 1 + (VARYING in set().union(*varying))
            key: Key = own, op, len(cells[0]), inputs_of(cells, varying) if op is ops.dot else None
        else:
            x, y = level[cells[0]], level[cells[-1]]
            own = ((x if x > y else y) | VARYING) + 1 + ((x | y) & VARYING)
            key = own, op, x & VARYING, y & VARYING
            if op is power:
                exponent = leaf.get(cells[1])
                key = *key, exponent if isinstance(exponent, float) else None
            elif op is batch_mean:
                own &= ~VARYING
        level[i] = own
        groups[key].append(i)
    return level, dict(sorted(groups.items(), key=lambda group: group[0][0] | VARYING))


def inputs_of(places: tuple[Cells, Cells], varying: list[set[int]]) -> Cells | None:
    """Of a dot, the numbers that each example has of its own, if the others are the same in all."""
    if varying == [{0}, {VARYING}]:
        return places[1]
    return places[0] if varying == [{VARYING}, {0}] else None
