"""Finite automata as recurrent nets of McCulloch-Pitts units."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.threshold.recurrent import RecurrentThresholdNet
from nn.threshold.units import McCullochPitts


class AutomatonNet:
    """A deterministic finite automaton, compiled to McCulloch-Pitts units with a delay of one tick.

        unit (q, a)  fires at t+1  if symbol a is on at t, and at t a unit fires that leads to state q:   θ = 2
        accept       fires at t+1  if at t a unit fires that leads to an accepting state:                 θ = 1

    One line for each symbol, and a start line, on at t = 0 alone, which leads to the start state. The automaton is in one state
    at a time, and reads one symbol; so of the units (q, a) exactly one fires for each symbol, and 1 + 1 = 2 inputs make it
    fire. The verdict comes one tick after the last symbol.

    Args:    table: for each state what follows each symbol, {state: {symbol: next state}}. start: a state. accepting: the states
             in which a string is accepted.
    Raises:  TypeError: table is no mapping of mappings, or accepting no list. ValueError: a symbol or a state is missing in the
             table; when called: a symbol that it does not have.
    Example: is the number of 1s odd?
        >>> odd = AutomatonNet({"even": {"0": "even", "1": "odd"}, "odd": {"0": "odd", "1": "even"}}, "even", ["odd"])
        >>> odd("1011"), odd("11"), odd("")
        (1, 0, 0)
        >>> odd.path("101")
        ['even', 'odd', 'odd', 'even']

    Source:  Minsky, Computation: Finite and Infinite Machines (1967), chapter 3; Kleene, Representation of Events in Nerve Nets (1956).
    """

    def __init__(self, table: Mapping[Hashable, Mapping[Hashable, Hashable]], start: Hashable, accepting: Collection[Hashable]) -> None:
        self.table = checked(table, start, accepting)
        self.start, self.states = start, tuple(self.table)
        self.symbols = tuple(self.table[start])
        self.pairs = tuple(product(self.states, self.symbols))
        places = {pair: 1 + len(self.symbols) + i for i, pair in enumerate(self.pairs)}

        def leading_to(states: Collection[Hashable]) -> list[int]:
            """The start line and the units that lead to one of these states, by their positions in the net."""
            return [0] * (start in states) + [places[q, a] for q, a in self.pairs if self.table[q][a] in states]

        wiring = [(McCullochPitts(2), [1 + self.symbols.index(a), *leading_to([q])]) for q, a in self.pairs]
        self.net = RecurrentThresholdNet(1 + len(self.symbols), [*wiring, (McCullochPitts(1), leading_to(accepting))])

    def __call__(self, string: Iterable[Any]) -> int:
        """1 if the string is accepted, else 0."""
        return int(self.run(string)[-1, -1])

    def run(self, string: Iterable[Any]) -> NDArray[np.int64]:
        """What every unit says at every tick: those of `pairs` in their order, and in the last column `accept`.

        Shape:   n symbols -> (n + 2, units). Row 0 is at rest, row t follows symbol t, and the last row holds the verdict.
        Raises:  TypeError: no sequence. ValueError: a symbol that the automaton does not have.
        """
        return self.net.run(self._lines(string))

    def path(self, string: Iterable[Any]) -> list[Hashable]:
        """The states the automaton goes through, as its units tell: the start, and where the one that fired leads to.

        Raises:  TypeError: no sequence. ValueError: a symbol that the automaton does not have.
        """
        fired = self.run(string)[1:-1, :-1].argmax(axis=1)
        return [self.start, *(self.table[q][a] for q, a in (self.pairs[i] for i in fired))]

    def _lines(self, string: Iterable[Any]) -> list[list[int]]:
        """The start line and the lines of the symbols, tick by tick; at the last one no symbol is on."""
        if not isinstance(string, Iterable):
            raise TypeError(f"AutomatonNet: {string!r} ({type(string).__name__}) is no string. Give a sequence of symbols.")
        symbols = list(string)
        for symbol in symbols:
            if symbol not in self.symbols:
                raise ValueError(f"AutomatonNet: {symbol!r} is no symbol of this automaton. Use those of its table: "
                                 f"{', '.join(map(repr, self.symbols))}.")
        lines = [[0, *(int(a == symbol) for a in self.symbols)] for symbol in symbols] + [[0] * (1 + len(self.symbols))]
        lines[0][0] = 1
        return lines

    def __repr__(self) -> str:
        return f"<AutomatonNet: {len(self.states)} states, {len(self.symbols)} symbols, {len(self.net.wiring)} units>"


def checked(table: Any, start: Hashable, accepting: Any) -> dict[Hashable, dict[Hashable, Hashable]]:
    """A copy of the table, if it says what follows each symbol in each state.

    Raises:  TypeError: it is no mapping of mappings, or accepting no list. ValueError: a symbol or a state is missing in it.
    """
    if not isinstance(table, Mapping) or not all(isinstance(row, Mapping) for row in table.values()):
        raise TypeError(f"AutomatonNet: the table is {table!r}. Give {{state: {{symbol: next state}}}}.")
    if isinstance(accepting, str) or not isinstance(accepting, Collection):
        raise TypeError(f"AutomatonNet: accepting is {accepting!r}. Give a list of states.")
    copy = {q: dict(row) for q, row in table.items()}
    for q in [start, *accepting, *(after for row in copy.values() for after in row.values())]:
        if q not in copy:
            raise ValueError(f"AutomatonNet: {q!r} is no state of the table. Give it a row, or use one of {', '.join(map(repr, copy))}.")
    for q, row in copy.items():
        if set(row) != set(copy[start]) or not row:
            raise ValueError(f"AutomatonNet: state {q!r} has the symbols {list(row)}, and {start!r} has {list(copy[start])}. "
                             "Give every state what follows every symbol.")
    return copy
