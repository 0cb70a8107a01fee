"""What is said of a learner's answers."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograd._draw.text import counted, visible
from autograd._handcheck.slips import Diagnosis
from autograd.value import Value


class HandCheckError(AssertionError):
    """A gradient worked out by hand is not right."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One gradient that a learner gave.

    Args:
        name: of what it is the gradient.
        given: what the learner gave.
        expected: the gradient, in units of the output over those of the node.
        ok: is it right, to the digits that were given?
        diagnosis: the usual slip that gives this number, or None.
        sentence: what to tell the learner. It does not tell the right number.
    """

    name: str
    given: Any
    expected: float
    ok: bool
    diagnosis: Diagnosis | None
    sentence: str

    @property
    def written(self) -> str:
        """The number as the learner wrote it."""
        return visible(str(self.given))

    def __str__(self) -> str:
        return f"{self.name}: {self.written} is right." if self.ok else f"{self.name}: {self.written} is not right. {self.sentence}"


class Report(Mapping[str, Answer]):
    """A learner's answers, checked: `report["w1"]`, or `report[w1]` for the Value itself.

    Shown as text or in a notebook it says what is right and what seems to have gone wrong; the right numbers are in
    `.expected` of each answer.
    """

    def __init__(self, answers: Iterable[tuple[str | Value, Value, Answer]]) -> None:
        self._answers: dict[str, Answer] = {}
        self._found: dict[object, Answer] = {}
        for key, v, answer in answers:
            self._answers[answer.name] = answer
            self._found |= {key: answer, v: answer, answer.name: answer}

    @property
    def ok(self) -> bool:
        """Are all answers right?"""
        return all(answer.ok for answer in self._answers.values())

    def raise_if_wrong(self) -> None:
        """Raise if an answer is not right: for a cell that marks itself.

        Raises:  HandCheckError, which is an AssertionError: it says what seems to have gone wrong, and not the right number.
        """
        wrong = [answer for answer in self._answers.values() if not answer.ok]
        if wrong:
            raise HandCheckError(f"{len(wrong)} of {counted(len(self), 'gradient')} "
                                 f"{'is' if len(wrong) == 1 else 'are'} not right.\n" + "\n".join(map(str, wrong)))

    def __getitem__(self, key: str | Value) -> Answer:
        if key not in self._found:
            raise KeyError(f"no answer was given for {key!r}. There are those for {', '.join(self._answers)}.")
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)

    def __repr__(self) -> str:
        return "\n".join(map(str, self._answers.values()))

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = "".join(row(answer) for answer in self._answers.values())
        return ('<table><thead><tr><th scope="col">gradient of</th><th scope="col">your answer</th><th scope="col"></th></tr></thead>'
                f"<tbody>{rows}</tbody></table>")


def row(answer: Answer) -> str:
    """One answer in the table."""
    said = "✓ right" if answer.ok else f"✗ not right. {answer.sentence}"
    cells = (f'<td style="text-align:left">{html.escape(text)}</td>' for text in (answer.written, said))
    return f'<tr><th scope="row">{html.escape(answer.name)}</th>{"".join(cells)}</tr>'
