"""A sheet of exercises, and its key."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

from autograd._worksheet.exercise import Exercise, exercise
from autograd._worksheet.latex import latex_document
from autograd._worksheet.levels import LEVELS
from autograd._worksheet.page import html_page, html_part


@dataclass(frozen=True)
class Worksheet:
    """Exercises to be printed, and their key.

    Args:    seed, level, n: as given to `worksheet`.
    """

    seed: int
    level: int
    n: int

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """All different. A longer sheet of the same seed and level begins with the same ones."""
        level, rng = LEVELS[self.level], random.Random(self.seed)
        found: list[Exercise] = []
        while len(found) < self.n:
            one = exercise(level, rng)
            if one not in found and one.expression not in [earlier.expression for earlier in found[-level.apart :]]:
                found.append(one)
        return tuple(found)

    @property
    def contains(self) -> str:
        """What is practised."""
        return LEVELS[self.level].contains

    def html(self) -> str:
        """A page to be printed, on A4 or Letter; it loads nothing."""
        return html_page(self, key=False)

    def key_html(self) -> str:
        """The key, as a page of its own."""
        return html_page(self, key=True)

    def latex(self) -> str:
        """The sheet as a LaTeX document, which needs amsmath and geometry."""
        return latex_document(self, key=False)

    def key_latex(self) -> str:
        """The key, as a LaTeX document of its own."""
        return latex_document(self, key=True)

    def _repr_html_(self) -> str:
        """The questions, in a notebook."""
        return html_part(self, key=False)

    def __str__(self) -> str:
        lines = (f"{i}. L = {one.expression}   with {', '.join(f'{name} = {x}' for name, x in one.values.items())}\n"
                 f"   {'   '.join(f'∂L/∂{name} = ______' for name in one.answers)}" for i, one in enumerate(self.exercises, 1))
        return "\n".join([f"Gradients by hand, level {self.level}: {self.contains} (sheet {self.seed})", *lines])
