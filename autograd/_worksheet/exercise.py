"""One exercise: a formula, the numbers given, and all gradients; made up until everything comes out evenly."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from autograd import ops
from autograd._steps import Steps, steps
from autograd._worksheet.formula import leaves_of, operations_of, run, text_of
from autograd._worksheet.levels import Level
from autograd.symbol import Symbol
from autograd.value import Value, by_stamp

Exact = int | Fraction

FINEST = 4.0
"""Quarters are the finest fractions; they are exact as floats too."""
LARGEST = 50.0
LARGEST_FRACTION = 10.0


@dataclass(frozen=True, slots=True)
class Exercise:
    """A formula L of some numbers, and ∂L/∂(each of them).

    Args:
        expression: the formula as text.
        values: the numbers given, by name: ints, or Fractions where they are not whole.
        answers: the gradient of L by each of them, exactly.
    Example:
        >>> from autograd import check_by_hand, worksheet
        >>> first = worksheet(3, level=2, n=1).exercises[0]
        >>> first.expression, first.values
        ('b*(a - b)*a', {'a': 5, 'b': 4})
        >>> check_by_hand(first.root(), first.answers).ok
        True
    """

    expression: str
    values: dict[str, Exact]
    answers: dict[str, Exact]
    _formula: Value = field(repr=False, compare=False)

    def root(self) -> Value:
        """L, computed anew from leaves that have the names as labels."""
        root: Value = run(self._formula, {name: Value(x, label=name) for name, x in self.values.items()})
        root.label = "L"
        return root

    def written(self, names: Mapping[str, Symbol]) -> Symbol:
        """The formula, where the names are written like this."""
        symbol: Symbol = run(self._formula, names)
        return symbol

    def steps(self) -> Steps:
        """How L and its gradients are worked out."""
        return steps(self.root())


def exercise(level: Level, rng: random.Random) -> Exercise:
    """An exercise whose numbers come out evenly, also on the way."""
    while True:
        formula = level.formula(rng)
        found = steps(formula) if all(even(v.data) for v in operations_of(formula)) else None
        if found and all(map(even, numbers_in(found))) and worth_it(formula, found):
            values = {v.label: v for v in sorted(leaves_of(formula), key=by_stamp)}
            return Exercise(text_of(formula), {name: exact(v.data) for name, v in values.items()},
                            {name: exact(found.adjoints[v]) for name, v in values.items()}, formula)


def numbers_in(found: Steps) -> Iterable[float]:
    """Every number that is met on the way back."""
    for step in found.backward:
        yield from (x for x in (step.partial, step.contribution, step.after) if x is not None)


def even(x: float) -> bool:
    """Is x a whole number or some quarters, and not large?"""
    return abs(x) <= LARGEST if x.is_integer() else abs(x) <= LARGEST_FRACTION and (x * FINEST).is_integer()


def worth_it(formula: Value, found: Steps) -> bool:
    """Is no relu at its kink, where people may choose either slope; and are only those gradients 0 that a relu stops?"""
    relus = [v.a.data for v in operations_of(formula) if v.op is ops.relu]
    answers = [found.adjoints[v] for v in set(leaves_of(formula))]
    zeros = answers.count(0.0)
    return 0.0 not in relus and (2 * zeros < len(answers) if relus and min(relus) < 0.0 else not zeros)


def exact(x: float) -> Exact:
    """An even number as an int, or as a Fraction."""
    return int(x) if x.is_integer() else Fraction(x)
