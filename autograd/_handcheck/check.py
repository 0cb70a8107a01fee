"""One answer against the gradient, and against what each usual slip would have made of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from autograd._handcheck.given import Fit, Given, read
from autograd._handcheck.hypotheses import Below
from autograd._handcheck.report import Answer, Report
from autograd._steps import steps
from autograd.ops import shown
from autograd.value import Value, described, latest_first


class Key:
    """The answers to one graph."""

    def __init__(self, root: Value) -> None:
        latest_first(root)
        self.steps = steps(root)

    @cached_property
    def named(self) -> dict[str, list[Value]]:
        """What can be meant by a text: a label, or a name that the steps give."""
        found: dict[str, list[Value]] = {}
        for v, name in self.steps.names.items():
            for text in {v.label, name} - {""}:
                found.setdefault(text, []).append(v)
        return found

    def meant(self, key: Any) -> Value:
        """The node that a key of the learner's means."""
        root = self.steps.names[self.steps.root]
        if isinstance(key, Value):
            if key not in self.steps.names:
                raise ValueError(f"check_by_hand: {described(key)} is not below {root}, so it has no gradient there. "
                                 "If a cell was run again, give the new Value.")
            return key
        if not isinstance(key, str):
            raise TypeError(f"check_by_hand: {shown(key)} names no node. Use a label such as 'w', or the Value itself.")
        found = self.named.get(key, [])
        if not found:
            raise ValueError(f"check_by_hand: nothing below {root} is called {shown(key)}. There are {some(self.named)}.")
        if len(found) > 1:
            raise ValueError(f"check_by_hand: {len(found)} nodes are called {shown(key)}. Give the Value itself.")
        return found[0]

    def checked(self, answers: Mapping[Any, Any]) -> Report:
        """The report on all of a learner's answers."""
        asked = {key: self.meant(key) for key in answers}
        if len(set(asked.values())) < len(asked):
            raise ValueError("check_by_hand: two of the answers are for the same node. Give one of them.")
        return Report([(key, v, self.answer(v, answers[key], asked.values())) for key, v in asked.items()])

    def answer(self, v: Value, x: Any, asked: Iterable[Value]) -> Answer:
        """What is said of one of them."""
        name, right = self.steps.names[v], self.steps.adjoints[v]
        given = read(x, name)
        fit = given.fit(right)
        if fit > Fit.ROUNDED:
            slip = min(Below(self.steps, v).slips(), key=lambda slip: given.fit(slip.number))
            closer = given.fit(slip.number)
            incomplete = given.significant == 1 and given.rounds(right)
            if closer < (Fit.ROUNDED if incomplete else fit):
                return Answer(name, x, right, False, slip.diagnosis, self.explained(slip.sentence))
            if fit is Fit.APART:
                said = INCOMPLETE if incomplete else self.explained(self.hint(v, given, asked))
                return Answer(name, x, right, False, None, said)
        return Answer(name, x, right, True, None, "Right.")

    def explained(self, sentence: str) -> str:
        """A sentence, and what the nodes in it are that have no label."""
        mentioned = set(re.findall(r"\bv\d+\b", sentence))
        formulas = [step.formula for step in self.steps.forward if not step.node.label and step.name in mentioned]
        return f"{sentence} Here {', '.join(formulas)}." if formulas else sentence

    def hint(self, v: Value, given: Given, asked: Iterable[Value]) -> str:
        """What to say where no usual slip fits."""
        name, root = self.steps.names[v], self.steps.names[self.steps.root]
        if v is self.steps.root:
            return "The output moves exactly as much as itself."
        if given.number == 0.0:
            return f"0 would mean that {root} does not move at all when {name} does."
        for other in asked:
            if other is not v and given.fit(self.steps.adjoints[other]) <= Fit.ROUNDED:
                return f"This is the gradient of {self.steps.names[other]}. Have the two been mixed up?"
        return f"No usual slip gives this number. Go back from {root} edge by edge, adjoint times partial, and add up what reaches {name}."


INCOMPLETE = "It is right as far as it goes, but one digit tells too little: give at least two."


def some(names: Iterable[str]) -> str:
    """The names, or the first of them."""
    listed = sorted(names)
    return ", ".join(listed[:12]) + (f" and {len(listed) - 12} more" if len(listed) > 12 else "")
