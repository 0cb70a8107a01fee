"""Which contribution is the first to come: it is written, and only what comes after is added.

Adjoints then need not be set to 0 before a backward pass, but for rows that are the end of a program, or that only some
of the first contributions reach.
"""

from __future__ import annotations

from collections.abc import Iterable

from autograd.replay.lower import Lowered, Rows


class Arrivals:
    """Rows that contributions have come to, in a backward pass that is being planned."""

    def __init__(self, lowered: Lowered) -> None:
        self._cleared: dict[bool, set[int]] = {True: set(), False: set()}
        self._reached = {True: bytearray(lowered.varying_rows), False: bytearray(lowered.uniform_rows)}
        self.put_aside(lowered.outputs)

    def put_aside(self, rows: Iterable[Rows]) -> None:
        """These start from 0."""
        for r in rows:
            self._cleared[r.varying].update(range(r.start, r.start + r.count))
            self._mark(r)

    def cleared(self) -> list[Rows]:
        """The rows to be set to 0 at the start, neighbours together."""
        found: list[Rows] = []
        for varying, rows in self._cleared.items():
            for row in sorted(rows):
                if found and found[-1].varying is varying and row == found[-1].start + found[-1].count:
                    found[-1] = Rows(varying, found[-1].start, found[-1].count + 1)
                else:
                    found.append(Rows(varying, row, 1))
        return found

    def is_first(self, rows: Rows) -> bool:
        """Has nothing come to these before? Where something has come to some of them, all are to start from 0."""
        reached = self._reached[rows.varying][rows.start : rows.start + rows.count]
        if 1 not in reached:
            self._mark(rows)
            return True
        if 0 in reached:
            self.put_aside([Rows(rows.varying, rows.start + k, 1) for k, there in enumerate(reached) if not there])
        return False

    def add_to(self, varying: bool, index: Iterable[int]) -> None:
        """Contributions come to single rows, in any order and more than once: they are added."""
        reached = self._reached[varying]
        self.put_aside([Rows(varying, row, 1) for row in dict.fromkeys(index) if not reached[row]])

    def _mark(self, rows: Rows) -> None:
        self._reached[rows.varying][rows.start : rows.start + rows.count] = b"\1" * rows.count
