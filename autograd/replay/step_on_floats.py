"""Whole training steps on Python's floats, for programs so small that a call of numpy's takes longer than what it computes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.replay.array_rule import RuleNumbers
from autograd.replay.float_writer import WIDEST, FloatWriter, indented
from autograd.replay.lines import Lines, float_terms, with_fewer_names
from autograd.replay.python_executor import QUICK
from autograd.replay.rules import Rule
from autograd.replay.terms import Operand
from autograd.replay.written_step import WrittenStep
from autograd.symbol import FORWARDS

Floats = NDArray[np.float64]


class StepOnFloats(WrittenStep):
    """Parameters and what the optimiser remembers are kept in lists from step to step."""

    def take_up(self) -> None:
        """As in the base class; and take parameters and state out of their arrays."""
        super().take_up()
        self.parameters.held = self.parameters.read().tolist()
        for kept, array in self.states:
            kept[:] = array.tolist()

    def settle(self) -> None:
        """As in the base class; and put the state back."""
        super().settle()
        for kept, array in self.states:
            array[:] = kept

    def moved(self) -> str:
        """Is there no list of the parameters?"""
        return "kept.held is None"

    def body(self) -> tuple[list[str], dict[str, Any]]:
        """Where Python raises an error at what IEEE has an answer to, nothing has changed yet."""
        names: dict[str, Any] = {**FORWARDS, **QUICK, "inf": math.inf, "nan": math.nan, "isfinite": math.isfinite, "float64": np.float64}
        passes, loss, gradients = self.passes()
        count = range(self.count)
        lines = [*passes, *(f"d{k} = {text}" for k, text in enumerate(gradients))]
        lines += [f"total {'+=' if k else '='} {' + '.join(f'd{i}' for i in count[k : k + WIDEST])}" for k in count[::WIDEST]]
        lines.append(f"if not isfinite(total) and optimizer.check_finite: return unusual({self.given})")
        lines += [*self.ruled(names, [f"p{k}" for k in count]), *self.clocks(), f"return {loss}"]
        lines = lines if self.is_loop else with_fewer_names(lines)
        caught = "except (OverflowError, ValueError, ZeroDivisionError):"
        return ["try:", *indented(lines), caught, *indented([f"return unusual({self.given})"])], names

    def passes(self) -> tuple[list[str], str, list[str]]:
        """The lines of both passes, and what then stands for loss and gradients."""
        writer = FloatWriter(self.executor.tape, self.executor.lowered, self.executor.batch, self.seeds)
        parts = writer.parts()
        numbers = [f"{name}{'.astype(float64)' * (dtype != np.float64)}" for name, dtype in zip(self.arguments, self.dtypes, strict=True)]
        by_argument = list(zip(*(divided(names, self.shapes) for names in writer.inputs()), strict=True))
        self.is_loop = writer.is_loop
        lines = writer.unpacked("kept.held")
        if writer.is_loop:
            patterns = ", ".join(pattern(shape, names) for shape, (names,) in zip(self.shapes, by_argument, strict=True))
            examples = ", ".join(f"{x}.tolist()" for x in numbers)
            loop = f"for {patterns} in {examples if len(numbers) == 1 else f'zip({examples})'}:"
            lines += [*parts.before, loop, *indented(parts.each), *parts.after]
        else:
            of_all = [pattern((len(names), *shape), list(chain.from_iterable(names)))
                      for shape, names in zip(self.shapes, by_argument, strict=True)]
            lines += [*(f"{names} = {x}.tolist()" for names, x in zip(of_all, numbers, strict=True)), *parts.before]
        return lines, parts.total, parts.gradients

    def ruled(self, names: dict[str, Any], new: list[str]) -> list[str]:
        """The lines of all rules, parameter by parameter. new: what stands for each parameter after the step, if no rule changes it."""
        self.states: list[tuple[list[float], Floats]] = []
        lines, stored = [], []
        for r in self.rules:
            symbols = [f"{r.prefix}s{j}" for j in range(len(r.rule.s))]
            for symbol, array in zip(symbols, r.block.remembered.values(), strict=True):
                names[symbol] = []
                self.states.append((names[symbol], array))
                lines.append(f"{', '.join(f'{symbol}_{i}' for i in range(r.block.size))}, = {symbol}")
            results = []
            for i, row in enumerate(r.block.index):
                s = [f"{symbol}_{i}" for symbol in symbols]
                parts, new[row], new_s = float_rule(r.rule, r.numbers, f"p{row}", f"d{row}", s, f"{r.prefix}{i}_")
                lines += parts
                results.append(new_s)
            stored += [f"{symbol}[:] = {', '.join(texts)}," for symbol, texts in zip(symbols, zip(*results, strict=True), strict=False)]
        return [*lines, f"kept.held = [{', '.join(new)}]", *stored]


def divided(names: list[str], shapes: Sequence[tuple[int, ...]]) -> list[list[str]]:
    """The names of one example's inputs, by argument."""
    ends = list(accumulate(map(math.prod, shapes), initial=0))
    return [names[start:stop] for start, stop in pairwise(ends)]


def pattern(shape: tuple[int, ...], names: list[str]) -> str:
    """The names of an argument's numbers, as Python unpacks them from lists."""
    if not shape:
        return names[0]
    size = math.prod(shape[1:])
    return f"({''.join(f'{pattern(shape[1:], names[i * size : (i + 1) * size])}, ' for i in range(shape[0]))})"


def float_rule(rule: Rule, numbers: RuleNumbers, θ: str, g: str, s: Sequence[str], prefix: str) -> tuple[list[str], str, list[str]]:
    """A rule for one parameter: lines, and what then stands for the new θ and the new state."""
    terms = float_terms(careful=False)
    found: dict[int, Operand] = {id(rule.θ): terms.leaf(θ), id(rule.g): terms.leaf(g)}
    found |= {id(x): terms.leaf(name) for x, name in zip(rule.s.values(), s, strict=True)}

    def term(x: Any) -> Operand:
        if id(x) not in found:
            number = numbers.constant(x)
            found[id(x)] = terms.leaf(numbers.text(x)) if number is None else number
        return found[id(x)]

    for op, out, xs in rule.on_arrays:
        found[id(out)] = terms.applied(op, [term(x) for x in xs])
    results = [term(x) for x in (rule.new_θ, *rule.new_s.values())]
    writer = Lines(terms.all, results, careful=False, prefix=f"{prefix}t")
    lines = writer.written(terms.all)
    new, *rest = map(writer.text, results)
    return lines, new, rest
