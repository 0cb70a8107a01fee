"""A lowered program as a picture: kernels as boxes, and what they read as edges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograd._draw.picture import Box, Edge, Kind, Picture
from autograd._draw.text import counted, digits
from autograd.replay.explained import nodes_of, operation_of
from autograd.replay.lower import Gather, Kernel, Lowered, Rows, operands_of

if TYPE_CHECKING:
    from autograd.replay.program import Program

LISTED = 3
"""So many constants are written out; of more, how many there are."""


def picture_of_program(program: Program) -> Picture:
    """The kernels in the order in which they run, after the inputs, parameters and constants that they read."""
    lowered = program.lowered
    painter = Painter(lowered)
    for kernel in lowered.kernels:
        painter.add(kernel)
    for rows in lowered.outputs[: program._count]:
        for box, _ in painter.written(rows):
            box.output = True
    nodes = counted(sum(map(nodes_of, lowered.kernels)), "node")
    return Picture(painter.boxes, painter.edges, f"Program: {nodes} in {counted(len(lowered.kernels), 'kernel')}")


@dataclass
class Painter:
    """Boxes and edges so far, and which box wrote each row of the two stores."""

    lowered: Lowered
    boxes: list[Box] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    writer: dict[tuple[bool, int], Box] = field(default_factory=dict)

    def add(self, kernel: Kernel) -> None:
        """The box of a kernel, and an edge from each box that wrote what it reads."""
        edges: dict[str, list[Rows]] = {}
        for rows in dict.fromkeys(read_by(kernel)):
            for tail, read in self.written(rows):
                edges.setdefault(tail.key, []).append(read)
        size = counted(kernel.out.count, "row") if isinstance(kernel, Gather) else counted(nodes_of(kernel), "node")
        box = self.box("operation", operation_of(kernel), f"{kernel.out}", size)
        self.edges += [Edge(tail, box.key, label=", ".join(map(str, joined(read)))) for tail, read in edges.items()]
        self.writer |= {(kernel.out.varying, row): box for row in places(kernel.out)}

    def box(self, kind: Kind, label: str, *notes: str) -> Box:
        """A new box."""
        box = Box(f"n{len(self.boxes)}", kind, label, notes=notes)
        self.boxes.append(box)
        return box

    def written(self, rows: Rows) -> Iterator[tuple[Box, Rows]]:
        """The boxes that wrote these rows, each with its part; new ones for what no kernel has written."""
        start = rows.start
        while start < rows.start + rows.count:
            box = self.writer.get((rows.varying, start)) or self.given(rows, start)
            stop = start + 1
            while stop < rows.start + rows.count and self.writer.get((rows.varying, stop)) is box:
                stop += 1
            yield box, Rows(rows.varying, start, stop - start)
            start = stop

    def given(self, rows: Rows, start: int) -> Box:
        """The box of inputs, parameters or constants from a row on, as far as they are read together."""
        lowered = self.lowered
        parameters = len(lowered.parameters)
        limit = lowered.inputs if rows.varying else parameters if start < parameters else parameters + len(lowered.constants)
        stop = start
        while stop < min(limit, rows.start + rows.count) and (rows.varying, stop) not in self.writer:
            stop += 1
        part = Rows(rows.varying, start, stop - start)
        if rows.varying:
            box = self.box("leaf", counted(part.count, "input"), f"{part}")
        elif start < parameters:
            names = {leaf.label.partition("[")[0] for leaf in lowered.parameters[start:stop]}
            box = self.box("group", names.pop() if len(names) == 1 else "", counted(part.count, "parameter"), f"{part}")
        else:
            numbers = ", ".join(map(digits, lowered.constants[start - parameters : stop - parameters][:LISTED]))
            box = self.box("leaf", numbers if part.count <= LISTED else counted(part.count, "constant"), f"{part}")
        self.writer |= {(part.varying, row): box for row in places(part)}
        return box


def read_by(kernel: Kernel) -> list[Rows]:
    """The rows that a kernel reads; those that a gather picks, one by one."""
    return [Rows(kernel.varying, row, 1) for row in kernel.index] if isinstance(kernel, Gather) else operands_of(kernel)


def places(rows: Rows) -> range:
    """The numbers of the rows."""
    return range(rows.start, rows.start + rows.count)


def joined(parts: list[Rows]) -> list[Rows]:
    """The parts, neighbours as one."""
    found: list[Rows] = []
    for part in sorted(parts, key=lambda rows: rows.start):
        if found and found[-1].varying is part.varying and found[-1].start + found[-1].count == part.start:
            part = Rows(part.varying, found[-1].start, found.pop().count + part.count)
        found.append(part)
    return found
