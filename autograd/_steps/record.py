"""Step: one thing that happens in a pass. Steps: all of them, in order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, overload

from autograd._steps.names import latex_name
from autograd._steps.writing import Maths, Plain, formula_of, numbers_of, partial_of, sentence_of
from autograd.ops import Op
from autograd.value import Value

Phase = Literal["forward", "backward"]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step: a node computed, or a contribution sent along one edge.

        forward     node = op(inputs)
        backward    contribution = adjoint · partial,  after = before + contribution

    Args:    index: its place in the sequence, from 0.
             phase: "forward" or "backward". The first step backward is the seed: the root's own adjoint, 1, and no edge.
             node: the Value that is computed; backward, the one whose adjoint is passed on.
             root: the output of the whole. names: what each node is called.
             inputs: name and number of each operand of node. value: the number of node.
             to, place: of an edge, the input, and which operand of node it is, from 0.
             partial: ∂node/∂to. adjoint: ∂root/∂node.
             before, contribution, after: the running sum at `to`, what is added, and what that makes.
             arrivals: how many contributions `to` gets in all. remaining: how many of them are still to come.
             repeated: is `to` several operands of node? In formulas x⁽²⁾ is x as the second operand.
             stale: what is wrong with these numbers if a leaf was written after the forward pass; else "".
             What does not apply is None, and a text is then empty.
    Example:
        >>> from autograd import Value, steps
        >>> x = Value(3.0, label="x")
        >>> last = steps(x * x)[-1]
        >>> print(last.formula, "|", last.numbers, "|", last.partial_text, "|", last.complete)
        ∂v1/∂x += ∂v1/∂v1 × ∂v1/∂x⁽²⁾ | 3 + 1 × 3 = 6 | x | True
    """

    index: int
    phase: Phase
    node: Value
    root: Value = field(repr=False)
    names: Mapping[Value, str] = field(repr=False)
    inputs: tuple[tuple[str, float], ...]
    value: float
    to: Value | None = None
    place: int | None = None
    partial: float | None = None
    adjoint: float | None = None
    before: float | None = None
    contribution: float | None = None
    after: float | None = None
    arrivals: int | None = None
    remaining: int | None = None
    repeated: bool = False
    stale: str = ""

    @property
    def name(self) -> str:
        """How node is called: its label, or v1, v2, …; no two are alike."""
        return self.names[self.node]

    @property
    def root_name(self) -> str:
        """How the output is called."""
        return self.names[self.root]

    @property
    def to_name(self) -> str:
        """How `to` is called."""
        return "" if self.to is None else self.names[self.to]

    @property
    def op(self) -> Op | None:
        """The operation of node; None of a leaf."""
        return self.node.op

    @property
    def complete(self) -> bool | None:
        """Was this the last contribution to `to`?"""
        return None if self.remaining is None else self.remaining == 0

    @property
    def formula(self) -> str:
        """What is computed: `y = tanh(a)`; backward, `∂L/∂a = ∂L/∂y × ∂y/∂a`, with += where `a` gets several contributions."""
        return formula_of(self, Plain)

    @property
    def latex(self) -> str:
        """`formula` in LaTeX."""
        return formula_of(self, Maths)

    @property
    def numbers(self) -> str:
        """The formula with numbers put in: `tanh(0.5) = 0.4621`."""
        return numbers_of(self, Plain)

    @property
    def numbers_latex(self) -> str:
        """`numbers` in LaTeX."""
        return numbers_of(self, Maths)

    @property
    def partial_text(self) -> str:
        """∂node/∂to in names, as the table has it: `2*x`."""
        return "" if self.to is None else partial_of(self, Plain).text

    @property
    def partial_latex(self) -> str:
        """`partial_text` in LaTeX."""
        return "" if self.to is None else partial_of(self, Maths).text

    @property
    def reason(self) -> str:
        """Why the derivative is what it is, in one sentence."""
        if self.phase == "backward" and self.to is None:
            return "The output moves exactly as much as itself."
        return self.node.op.reason if self.node.op else ""

    @property
    def sentence(self) -> str:
        """The step in plain sentences, for terminals and screen readers."""
        return sentence_of(self)


TEXTS = ("name", "to_name", "formula", "latex", "numbers", "numbers_latex", "partial_text", "partial_latex", "reason", "sentence", "stale")
NUMBERS = ("value", "partial", "adjoint", "before", "contribution", "after")
COUNTS = ("index", "phase", "place", "arrivals", "remaining", "complete", "repeated")


class Steps(Sequence[Step]):
    """The steps to an output and back, as a sequence.

    Args:    root: the output. nodes: every Value below it, each after its inputs: by rising stamp. names: what each is called.
             values: the number of each. adjoints: ∂root/∂node of each. steps: all of them. stale: the trouble with a stale graph, else "".
    Example:
        >>> from autograd import Value, steps
        >>> found = steps(Value(2.0, label="x").exp())
        >>> found, len(found.forward), found[-1].to_name
        (<3 steps: 1 forward, 2 backward>, 1, 'x')
    """

    def __init__(self, root: Value, nodes: list[Value], names: dict[Value, str], values: dict[Value, float],
                 adjoints: dict[Value, float], steps: Sequence[Step], stale: str = "") -> None:
        self.root = root
        self.nodes = nodes
        self.names = names
        self.values = values
        self.adjoints = adjoints
        self.stale = stale
        self._steps = tuple(steps)

    @property
    def forward(self) -> tuple[Step, ...]:
        """The steps in which a node is computed."""
        return tuple(step for step in self._steps if step.phase == "forward")

    @property
    def backward(self) -> tuple[Step, ...]:
        """The seed, and the steps in which a contribution is sent."""
        return tuple(step for step in self._steps if step.phase == "backward")

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        return self._steps[index]

    def __len__(self) -> int:
        return len(self._steps)

    def __repr__(self) -> str:
        return f"<{len(self)} steps: {len(self.forward)} forward, {len(self.backward)} backward>"

    def __str__(self) -> str:
        """One line for each step."""
        width = len(str(len(self)))
        lines = [f"{step.index + 1:{width}}  {step.sentence}" for step in self]
        return "\n".join([self.stale, *lines] if self.stale else lines)

    def data(self) -> dict[str, Any]:
        """Everything as dicts, lists, texts and numbers, for JSON: "root", "stale", "nodes" and "steps".

        A node is meant by its "id", n0, n1, …: its place in `nodes`. Numbers that JSON has not are texts: "inf", "-inf", "nan".
        """
        ids = {v: f"n{i}" for i, v in enumerate(self.nodes)}
        nodes = [
            {
                "id": ids[v], "name": self.names[v], "latex": latex_name(self.names[v]), "op": v.op.name if v.op else None,
                "scope": v.place.scope if v.place else "", "value": number(self.values[v]), "adjoint": number(self.adjoints[v]),
                "inputs": [{"id": ids[x], "name": self.names[x]} if isinstance(x, Value) else {"id": None, "name": Plain.of(x).text}
                           for x in v.inputs],
            }
            for v in self.nodes
        ]
        steps = [
            {
                **{key: getattr(step, key) for key in (*COUNTS, *TEXTS)}, **{key: number(getattr(step, key)) for key in NUMBERS},
                "node": ids[step.node], "to": None if step.to is None else ids[step.to], "op": step.op.name if step.op else None,
            }
            for step in self
        ]
        return {"root": ids[self.root], "stale": self.stale, "nodes": nodes, "steps": steps}


def number(x: float | None) -> float | str | None:
    """A number as JSON has it."""
    return x if x is None or math.isfinite(x) else str(x)
