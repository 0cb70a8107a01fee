"""Tiny programs as straight-line Python: a line for each node forward, and a line for each contribution backward.

Below some hundred nodes a batch this beats arrays, whose calls cost more than the arithmetic. The lines are the table's
formulas, written as source; `print(executor.source)` shows them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import ops
from autograd.ops import Op, contribution
from autograd.replay.lower import Lowered, Rows
from autograd.replay.tape import Tape
from autograd.symbol import FORWARDS, Source
from autograd.tracing import batch_mean

Floats = NDArray[np.float64]

QUICK = {name: getattr(math, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "expm1", "log1p", "atan", "erf")}
"""Functions that raise where the table's answer inf or nan: a run that hits such a point is done again with the table's."""


class PythonExecutor:
    """A traced program as one Python function, for batches of one size. The stores hold inputs, parameters and results.

        uniform, varying      parameters and constants; inputs, a lane for each example
        forward()             computes the outputs
        run(seeds)            computes outputs, and the adjoint of every parameter
    """

    name = "python"

    def __init__(self, lowered: Lowered, batch: int, tape: Tape) -> None:
        count = len(lowered.parameters)
        self.uniform = np.zeros(count)
        self.varying = np.zeros((lowered.inputs, batch))
        self.uniform_adjoint = np.zeros(count)
        self._outputs = {rows: k for k, rows in enumerate(lowered.outputs)}
        self._results = np.zeros((len(lowered.outputs), batch))
        self.source = source_of(tape, lowered)
        self._quick, self._careful = (compiled(self.source, names) for names in ({**FORWARDS, **QUICK}, FORWARDS))

    def forward(self) -> None:
        """Compute the outputs."""
        self._results[:] = np.transpose(self._called("forward"))

    def run(self, seeds: list[tuple[Rows, float]]) -> None:
        """Compute the outputs and the adjoint of every parameter. seeds: the output, and the adjoint of each lane."""
        ((_, seed),) = seeds
        results, self.uniform_adjoint[:] = self._called("forward_and_backward", seed)
        self._results[:] = np.transpose(results)

    def value(self, rows: Rows) -> Floats:
        """The numbers of an output, a lane for each example."""
        place = self._outputs[rows]
        return self._results[place : place + 1]

    def _called(self, name: str, *seed: float) -> Any:
        parameters, examples = self.uniform.tolist(), self.varying.T.tolist()
        try:
            return self._quick[name](parameters, examples, *seed)
        except (OverflowError, ValueError, ZeroDivisionError):
            return self._careful[name](parameters, examples, *seed)


def compiled(source: str, names: dict[str, Any]) -> dict[str, Any]:
    """What the source defines."""
    space = {**names, "inf": math.inf, "nan": math.nan}
    exec(compile(source, "<replay, emitted from the table>", "exec"), space)
    return space


def can_write(tape: Tape) -> bool:
    """Is every example computed by itself, so that one can follow the other?"""
    return batch_mean not in tape.op


def source_of(tape: Tape, lowered: Lowered) -> str:
    """The whole program, twice: uniform nodes, then for each example its nodes; and with every contribution back."""
    writer = _Writer(tape, lowered)
    return "\n".join([*writer.forward_lines(), "", *writer.both_lines()])


class _Writer:
    def __init__(self, tape: Tape, lowered: Lowered) -> None:
        self.tape = tape
        row = {leaf: i for i, leaf in enumerate(lowered.parameters)}
        self.name: dict[int, str | float] = {}
        self.adjoint: dict[int, str] = {}
        for i, op in enumerate(tape.op):
            if op is not None:
                self.name[i], self.adjoint[i] = f"v{i}", f"d{i}"
        for k, i in enumerate(tape.inputs):
            self.name[i] = f"x{k}"
        for i, leaf in tape.leaf.items():
            if isinstance(leaf, float):
                self.name[i] = leaf
            elif leaf in row:
                self.name[i], self.adjoint[i] = f"p{row[leaf]}", f"g{row[leaf]}"
        self.parameters = [f"p{k}" for k in range(len(lowered.parameters))]
        self.gradients = [f"g{k}" for k in range(len(lowered.parameters))]

        cells = tape.computed()
        self.once = [i for i in cells if not tape.varying[i]]
        self.each = [i for i in cells if tape.varying[i]]

    def forward_lines(self) -> list[str]:
        """The function that computes the outputs of every example."""
        return ["def forward(parameters, examples):", *self.nodes(), "    return results"]

    def both_lines(self) -> list[str]:
        """The same, followed example by example by its contributions to the adjoints."""
        tape, root = self.tape, self.tape.outputs[0]
        start = [*self.gradients, *(self.adjoint[i] for i in self.once)]
        lines = ["def forward_and_backward(parameters, examples, seed):"]
        lines += [f"    {' = '.join(start)} = 0.0"] if start else []
        lines += self.nodes()
        reached: set[int] = set()
        if root in self.adjoint:
            lines.append(f"        {self.adjoint[root]} {'' if tape.varying[root] else '+'}= seed")
            reached.add(root)
        lines += [f"        {line}" for i in reversed(self.each) for line in self.backward(i, reached)]
        lines += [f"    {line}" for i in reversed(self.once) for line in self.backward(i, reached)]
        return [*lines, f"    return results, [{', '.join(self.gradients)}]"]

    def nodes(self) -> list[str]:
        """The lines of all nodes, the loop over examples last and open."""
        inputs = [f"x{k}" for k in range(len(self.tape.inputs))]
        lines = [f"    {', '.join(self.parameters)}, = parameters"] if self.parameters else []
        lines += [f"    {self.name[i]} = {self.forward(i)}" for i in self.once]
        lines += ["    results = []", f"    for {', '.join(inputs)}{',' if inputs else '_'} in examples:"]
        lines += [f"        {self.name[i]} = {self.forward(i)}" for i in self.each]
        return [*lines, f"        results.append(({', '.join(map(self.text, self.tape.outputs))},))"]

    def text(self, i: int) -> str:
        """A cell in source: its name, or the number of a constant."""
        return Source.of(self.symbol(i)).text

    def symbol(self, i: int) -> Source | float:
        """A cell as a symbol; a constant as its number, so that formulas of it are worked out now."""
        name = self.name[i]
        return Source(name) if isinstance(name, str) else name

    def forward(self, i: int) -> str:
        """The value of a cell."""
        op = self.tape.op[i]
        assert op is not None
        operands = self.tape.operands[i]
        if op is ops.total:
            return " + ".join(map(self.text, operands[0]))
        if op is ops.dot:
            return " + ".join(f"{self.text(a)} * {self.text(b)}" for a, b in zip(*operands, strict=True))
        if op.nary:
            lists = (f"[{', '.join(map(self.text, s))}]" for s in operands)
            return f"{op.name}({', '.join(lists)})"
        return Source("").apply(op, [self.symbol(c) for c in operands]).text

    def backward(self, i: int, reached: set[int]) -> list[str]:
        """What a cell sends back, if anything came to it."""
        op = self.tape.op[i]
        if op is None or i not in reached:
            return []
        if not op.nary:
            return self.sent(op, i, self.tape.operands[i], [self.symbol(c) for c in self.tape.operands[i]], f"v{i}", reached)
        lines = []
        places = list(zip(*self.tape.operands[i], strict=True))
        z, shift = f"v{i}", ""
        if op.moves_along:
            names = ", ".join(self.text(c) for c, in places)
            lines = [f"top{i} = max({names}, -1e308)", f"z{i} = {op.name}([{', '.join(f'{self.text(c)} - top{i}' for c, in places)}])"]
            z, shift = f"z{i}", f" - top{i}"
        for place in reversed(places):
            symbols = [Source(f"({self.text(c)}{shift})") if shift else self.symbol(c) for c in place]
            lines += self.sent(op, i, place, symbols, z, reached)
        return lines

    def sent(self, op: Op, i: int, cells: tuple[int, ...], xs: Sequence[Source | float], z: str, reached: set[int]) -> list[str]:
        """The contributions of one place to the adjoints of its cells."""
        lines = []
        for c, partial in zip(cells, op.partials, strict=True):
            if c in self.adjoint:
                source = Source.of(contribution(partial, Source(f"d{i}"), Source(z), *xs)).text
                first = c not in reached and self.tape.varying[c]
                lines.append(f"{self.adjoint[c]} {'' if first else '+'}= {source}")
                reached.add(c)
        return lines
