"""An optimiser's rule as source: its numbers as lines of Python, its arrays as numpy calls in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.ops import Op
from autograd.replay.calls import ON_ARRAYS, Calls, compiled
from autograd.replay.lines import Lines
from autograd.replay.rules import Register, Rule
from autograd.replay.rules import needed as needed_steps
from autograd.replay.simpler import SIMPLER
from autograd.replay.terms import Operand, Term, Terms, needed
from autograd.symbol import FORWARDS

Floats = NDArray[np.float64]
Pair = tuple[Operand, Operand]
ArrayRule = Callable[..., "tuple[float, ...] | None"]


def settings_of(rule: Rule, group: Mapping[str, Any]) -> list[float]:
    """A group's settings as a rule takes them."""
    return [group[name] if i is None else group[name][i] for name, i in rule.settings]


def fixed_settings(group: Mapping[str, Any]) -> dict[str, Any]:
    """What is no number among a group's settings: a rule is recorded for these."""
    return {name: x for name, x in group.items() if name != "params" and not isinstance(x, (float, tuple))}


class RuleNumbers:
    """What a rule does with numbers, written down.

        lines       compute them, from the lists `settings` and `clock`
        condition   holds while comparisons come out as they did when the rule was recorded
        clock       the counts after the step
        space       what names mean in the lines

    Args:    prefix: how all their names begin.
    """

    def __init__(self, rule: Rule, prefix: str = "") -> None:
        terms = Terms({}, {})
        self._terms: dict[int, Operand] = {id(x): x.number for x in rule.constants if x.number is not None}
        self.lines = []
        for name, registers in (("settings", rule.settings.values()), ("clock", rule.clock.values())):
            names = [f"{prefix}{name}{i}" for i in range(len(registers))]
            self.lines += [f"{', '.join(names)}, = {prefix}{name}"] if names else []
            self._terms |= {id(x): terms.leaf(name) for x, name in zip(registers, names, strict=True)}
        for op, out, xs in rule.on_numbers:
            self._terms[id(out)] = terms.made(op, tuple(self._terms[id(x)] for x in xs))
        self._writer = Lines(terms.all, (), careful=True, prefix=f"{prefix}k")
        self.lines += self._writer.written(terms.all, self._terms.values())
        compared = (f"({self.text(x)} {relation} {self.text(y)}) is {answer}" for relation, x, y, answer in rule.conditions)
        self.condition = " and ".join(compared)
        self.clock = [self.text(x) for x in rule.advanced.values()]
        self.space: dict[str, Any] = dict(FORWARDS)

    def text(self, x: Register) -> str:
        """What stands for a number."""
        return self._writer.text(self._terms[id(x)])

    def constant(self, x: Register) -> float | None:
        """The number, if it never changes."""
        found = self._terms.get(id(x))
        return found if isinstance(found, float) else None


def compiled_rule(rule: Rule, size: int) -> ArrayRule:
    """One step of a rule on arrays of a size: f(settings, clock, θ, g, *s) -> the new clock.

    θ and s are changed in place. Where a comparison comes out otherwise than when the rule was recorded, nothing is changed
    and the answer is None: the rule must be recorded anew.

    Args:    settings, clock: numbers, in the rule's order. θ, g, s: arrays of shape (size,).
    """
    return written_rule("step", rule, size, rule.g, [(rule.θ, rule.new_θ), *((x, rule.new_s[name]) for name, x in rule.s.items())])


def compiled_ahead(rule: Rule, size: int) -> ArrayRule:
    """Where the gradient is asked for: f(settings, clock, θ, out, *s), which fills `out`. None as in `compiled_rule`."""
    assert rule.ahead is not None
    out = Register(rule.θ.recorder, None)
    return written_rule("ahead", rule, size, out, [(out, rule.ahead)])


def written_rule(name: str, rule: Rule, size: int, second: Register, changed: Sequence[tuple[Register, Register]]) -> ArrayRule:
    """The function (settings, clock, θ, another array, *s) that changes some of these arrays."""
    numbers = RuleNumbers(rule)
    arrays = {rule.θ: "θ", second: "g", **{x: f"s{i}" for i, x in enumerate(rule.s.values())}}
    stored, calls = array_calls(rule, numbers, changed, arrays, size)
    refused = [f"if not ({numbers.condition}): return None"] if numbers.condition else []
    body = [*numbers.lines, *refused, *stored, *calls.lines, f"return ({''.join(f'{x}, ' for x in numbers.clock)})"]
    return compiled(name, ["settings", "clock", *arrays.values()], body, {**numbers.space, **calls.space})


def array_calls(rule: Rule, numbers: RuleNumbers, changed: Sequence[tuple[Register, Register]], arrays: Mapping[Register, str], size: int,
                prefix: str = "") -> tuple[list[str], Calls]:
    """The lines that put numbers where numpy finds them, and the calls that put new arrays where old ones are.

    Args:    changed: pairs (old, new). arrays: what those that are there are called.
    """
    terms = Terms(SIMPLER, ON_ARRAYS)
    names: dict[Term, str] = {}
    found: dict[int, Operand] = {}
    for register, name in arrays.items():
        leaf = terms.leaf(name, (size,))
        found[id(register)], names[leaf] = leaf, name
    used: dict[Term, str] = {}

    def term(x: Register) -> Operand:
        if id(x) not in found:
            number = numbers.constant(x)
            found[id(x)] = terms.leaf(f"{prefix}n{len(used)}") if number is None else number
            leaf = found[id(x)]
            if isinstance(leaf, Term):
                used[leaf] = numbers.text(x)
        return found[id(x)]

    for op, out, xs in needed_steps(rule.on_arrays, [new for _, new in changed]):
        found[id(out)] = terms.applied(op, [term(x) for x in xs])
    pairs = [(found[id(old)], term(new)) for old, new in changed]
    roots, copies = in_place(terms, pairs, names, size)
    store = np.zeros(len(used))
    calls = Calls({leaf: store[i : i + 1].reshape(()) for i, leaf in enumerate(used)}, names, prefix=prefix)
    calls.space[f"{prefix}numbers"] = store
    calls.write(roots)
    calls.lines += [f"copyto({calls.name(old)}, {calls.name(new)})" for old, new in copies]
    return [f"{prefix}numbers[{i}] = {text}" for i, text in enumerate(used.values())], calls


def in_place(terms: Terms, pairs: Sequence[Pair], names: dict[Term, str], size: int) -> tuple[list[Term], list[Pair]]:
    """What is to be computed, and what of it must be copied in the end. The rest is computed where an old array is no longer needed:
    its name is added to `names`.
    """
    leaves = {old for old, _ in pairs}
    results = [new if new is old or new not in leaves else terms.made("full", (new,), (size,)) for old, new in pairs]
    last: dict[Operand, int] = {}
    for user in needed(results):
        last |= dict.fromkeys((x for x in user.xs if isinstance(x, Term)), user.place)
    copies = []
    for (old, _), new in zip(pairs, results, strict=True):
        if isinstance(new, Term) and isinstance(new.op, Op) and new.shape == (size,) and new not in names and last.get(old, 0) <= new.place:
            assert isinstance(old, Term)
            names[new] = names[old]
        elif new is not old:
            copies.append((old, new))
    return [x for x in results if isinstance(x, Term)], copies
