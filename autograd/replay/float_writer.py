"""A tape as terms on floats: the nodes of an example, and every contribution back, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograd import ops
from autograd.ops import Op, contribution
from autograd.replay.lines import Lines, float_terms
from autograd.replay.lower import Lowered, Rows
from autograd.replay.simpler import FOLDS, split
from autograd.replay.tape import Tape
from autograd.replay.terms import Operand, Term, needed

Seeds = tuple[tuple[Rows, float], ...]

LONGEST = 400
"""Operands in all examples together, up to which they are written out one after the other."""

WIDEST = 500
"""Terms of one sum; Python reads no more than some thousands."""

ONCE, EACH, AFTER = range(3)
"""When a term is computed: before the first example, for each of them, after the last."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Lines before the first example, for each of them, and after the last; and what then stands for the numbers asked for."""

    before: list[str]
    each: list[str]
    after: list[str]
    results: list[list[str]]
    total: str
    gradients: list[str]


def indented(lines: Sequence[str]) -> list[str]:
    """One level deeper."""
    return [f"    {line}" for line in lines]


class FloatWriter:
    """Writes a program for some seeds; without any, forward alone.

    A small batch is written out example by example, a larger one as a loop.
    """

    def __init__(self, tape: Tape, lowered: Lowered, lanes: int, seeds: Seeds, *, careful: bool = False) -> None:
        self.tape, self.lowered, self.lanes, self.careful = tape, lowered, lanes, careful
        self.terms = float_terms(careful=careful)
        self._levels: list[int] = []
        self._leaf_levels: dict[Term, int] = {}
        row = {leaf: i for i, leaf in enumerate(lowered.parameters)}
        self.value: dict[int, Operand] = {}
        self.parameters: dict[int, int] = {}
        for i, leaf in tape.leaf.items():
            if isinstance(leaf, float):
                self.value[i] = leaf
            elif leaf in row:
                self.value[i], self.parameters[i] = self._leaf(f"p{row[leaf]}", ONCE), row[leaf]
        self.got: dict[int, list[Operand]] = {}
        self.shared: dict[int, list[Operand]] = {}
        self.totals: dict[Term, Term] = {}
        self.moved: dict[int, tuple[Operand, list[tuple[Operand, ...]]]] = {}
        self.results: list[list[Operand]] = []
        self.total: Operand = -0.0
        self.gradients: list[Operand] = [0.0] * len(lowered.parameters)
        cells = tape.computed()
        self.is_loop = lanes * sum(len(tape.operands_of(i)) for i in cells) > LONGEST
        cell_of = dict(zip(lowered.outputs, tape.outputs, strict=True))
        for i in cells:
            if not tape.varying[i]:
                self.value[i] = self._forward(i)
        for names in self.inputs():
            self.value |= {i: self._leaf(name, EACH if self.is_loop else ONCE) for i, name in zip(tape.inputs, names, strict=True)}
            for i in cells:
                if tape.varying[i]:
                    self.value[i] = self._forward(i)
            self.results.append([self.value[i] for i in tape.outputs])
            for rows, seed in seeds:
                if tape.varying[cell_of[rows]]:
                    self._send(cell_of[rows], seed, from_each=True)
            self._pull_all([i for i in cells if tape.varying[i]], from_each=True)
        for rows, seed in seeds:
            cell, place = cell_of[rows], lowered.outputs.index(rows)
            if not tape.varying[cell]:
                self._send(cell, seed, from_each=False)
            value = self._over_examples([results[place] for results in self.results]) if tape.varying[cell] else self.value[cell]
            self.total = self.total + seed * value
        self._pull_all([i for i in cells if not tape.varying[i]], from_each=False)
        for i, k in self.parameters.items():
            self.gradients[k] = self._adjoint(i)

    def inputs(self) -> list[list[str]]:
        """What the inputs of an example are called; of each example, where they are written out."""
        ends = [""] if self.is_loop else [f"_{i}" for i in range(self.lanes)]
        return [[f"x{k}{end}" for k in range(len(self.tape.inputs))] for end in ends]

    def source(self) -> str:
        """The function: parameters and examples in; results, Σ seed · output and gradients out."""
        parts = self.parts()
        unpacked = [f"({''.join(f'{name}, ' for name in names)})" for names in self.inputs()]
        results = [f"({', '.join(texts)},)" for texts in parts.results]
        if self.is_loop:
            middle = ["results = []", f"for {unpacked[0]} in examples:", *indented([*parts.each, f"results.append({results[0]})"])]
            body = [*parts.before, *middle, *parts.after]
        else:
            body = [f"{', '.join(unpacked)}, = examples", *parts.before, f"results = [{', '.join(results)}]"]
        body.append(f"return results, {parts.total}, [{', '.join(parts.gradients)}]")
        return "\n".join(["def run(parameters, examples):", *indented([*self.unpacked("parameters"), *body])])

    def unpacked(self, source: str) -> list[str]:
        """The line that gives each parameter its name."""
        names = [f"p{k}" for k in range(len(self.lowered.parameters))]
        return [f"{', '.join(names)}, = {source}"] if names else []

    def parts(self) -> Parts:
        """The lines, and what stands for results, total and gradients after them."""
        asked = [*(x for results in self.results for x in results), *self.totals, self.total, *self.gradients]
        order = needed(x for x in asked if isinstance(x, Term))
        lines = Lines(order, asked, careful=self.careful)
        when: list[list[Term]] = [[], [], []]
        for term in order:
            when[self._level(term)].append(term)
        kept = [x for terms in when[EACH:] for term in terms for x in term.xs if self._level(x) == ONCE]
        before = lines.written(when[ONCE], kept)
        before += [f"{' = '.join(leaf.info for leaf in self.totals.values())} = 0.0"] if self.totals else []
        each = lines.written(when[EACH])
        each += [f"{leaf.info} += {lines.text(x)}" for x, leaf in self.totals.items()]
        after = lines.written(when[AFTER])
        results = [list(map(lines.text, xs)) for xs in self.results]
        return Parts(before, each, after, results, lines.text(self.total), list(map(lines.text, self.gradients)))

    # Levels.

    def _leaf(self, name: str, level: int) -> Term:
        leaf = self.terms.leaf(name)
        self._leaf_levels[leaf] = level
        return leaf

    def _level(self, x: Operand) -> int:
        """When x is computed."""
        if not isinstance(x, Term):
            return ONCE
        for term in self.terms.all[len(self._levels) :]:
            levels = [self._levels[y.place] for y in term.xs if isinstance(y, Term)]
            self._levels.append(self._leaf_levels.get(term, max(levels, default=ONCE)))
        return self._levels[x.place]

    # Forward.

    def _forward(self, i: int) -> Operand:
        op = self.tape.op[i]
        assert op is not None
        if not op.nary:
            return self.terms.applied(op, [self.value[c] for c in self.tape.operands[i]])
        places = [tuple(self.value[c] for c in place) for place in zip(*self.tape.operands[i], strict=True)]
        if not op.moves_along:
            value = self._fold(op, places)
            self.moved[i] = value, places
            return value
        top = self.terms.made("greatest", tuple(x for x, in places))
        places = [(x - top,) for x, in places]
        value = self._fold(op, places)
        self.moved[i] = value, places
        return top + value  # type: ignore[no-any-return]

    def _fold(self, op: Op, places: list[tuple[Operand, ...]]) -> Operand:
        """An n-ary operation on the members at these places."""
        if op in FOLDS:
            each, of_sum = FOLDS[op]
            total: Operand = of_sum(self._sum([each(*xs) for xs in places]))
            return total
        return self.terms.made(op, tuple(x for sequence in zip(*places, strict=True) for x in sequence))

    def _sum(self, xs: Sequence[Operand]) -> Operand:
        """x₀ + x₁ + …"""
        if len(xs) <= 2:
            return xs[0] if len(xs) == 1 else ops.add(*xs)
        if len(xs) > WIDEST:
            return self._sum([self._sum(xs[i : i + WIDEST]) for i in range(0, len(xs), WIDEST)])
        return self.terms.made("sum", tuple(xs))

    # Backward.

    def _pull_all(self, cells: Sequence[int], *, from_each: bool) -> None:
        """What these cells send back, the last first."""
        for i in reversed(cells):
            if i in self.got or i in self.shared:
                self._pull(i, self._adjoint(i), from_each=from_each)
                self.got.pop(i, None)

    def _pull(self, i: int, g: Operand, *, from_each: bool) -> None:
        """What a cell sends back."""
        op, operands = self.tape.op[i], self.tape.operands[i]
        assert op is not None
        if isinstance(g, Term) and split(g)[1] is not g and len(self.tape.operands_of(i)) > 1:
            g = self.terms.made("sum", (g,))
        z, places = self.moved[i] if op.nary else (self.value[i], [tuple(self.value[c] for c in operands)])
        for cells, xs in zip(zip(*operands, strict=True) if op.nary else [operands], places, strict=True):
            for c, partial in zip(cells, op.partials, strict=True):
                if c in self.parameters or self.tape.op[c] is not None:
                    self._send(c, contribution(partial, g, z, *xs), from_each=from_each)

    def _send(self, cell: int, c: Operand, *, from_each: bool) -> None:
        """Let a contribution come to a cell's adjoint."""
        got = self.shared if from_each and not self.tape.varying[cell] else self.got
        got.setdefault(cell, []).append(c)

    def _adjoint(self, cell: int) -> Operand:
        """The sum of all contributions; those that every example sends to a cell they share are summed over the examples, too."""
        found = self.got.get(cell, [])
        if cell in self.shared:
            found = [*found, self._over_examples(self.shared[cell])]
        return self._sum(found) if found else 0.0

    def _over_examples(self, xs: Sequence[Operand]) -> Operand:
        """Σ xs over the examples; a number that all of them begin with is drawn out."""
        factors = [split(x) if isinstance(x, Term) else (x, 1.0) for x in xs]
        if len({c for c, _ in factors}) > 1:
            return self._sum([c * self._over_examples([x]) for c, x in factors])
        number, rest = factors[0][0], self._sum([x for _, x in factors])
        if not self.is_loop:
            return number * rest
        if self._level(rest) == ONCE or not isinstance(rest, Term):
            return float(self.lanes) * (number * rest)
        if rest not in self.totals:
            self.totals[rest] = self._leaf(f"g{len(self.totals)}", AFTER)
        return number * self.totals[rest]  # type: ignore[no-any-return]
