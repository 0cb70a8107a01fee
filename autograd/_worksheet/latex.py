"""A worksheet as a LaTeX document."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from autograd._steps.names import latex_name
from autograd._worksheet.exercise import Exact, Exercise, exact
from autograd._worksheet.page import title
from autograd.symbol import Latex

if TYPE_CHECKING:
    from autograd._worksheet.sheet import Worksheet

DOCUMENT = r"""\documentclass[12pt]{article}
\usepackage[T1]{fontenc}
\usepackage[margin=20mm]{geometry}
\usepackage{amsmath}
\setlength{\parindent}{0pt}
\pagestyle{empty}
\begin{document}
\section*{TITLE}
ABOUT
\begin{enumerate}
BODY\end{enumerate}
\end{document}
"""
BLANK = r"\underline{\hspace{20mm}}"
NAME = rf"\hfill Name: {BLANK}"


def latex_document(sheet: Worksheet, key: bool) -> str:
    """The questions, or the key."""
    about = f"{sheet.contains.capitalize()}.{'' if key else f' {NAME}'}"
    body = "".join(solved(one) if key else asked(one) for one in sheet.exercises)
    return DOCUMENT.replace("TITLE", title(sheet, key)).replace("ABOUT", about).replace("BODY", body)


def asked(one: Exercise) -> str:
    """An exercise."""
    return item(given(one), answers((name, BLANK) for name in one.answers))


def solved(one: Exercise) -> str:
    """An exercise with its answers, and the numbers on the way."""
    return item(given(one), answers((name, figure(x)) for name, x in one.answers.items()), way(one))


def item(*paragraphs: str) -> str:
    """A member of the list of exercises, kept on one page."""
    return "\\item\\begin{minipage}[t]{\\linewidth}\\raggedright\n" + "\n\n\\medskip\n".join(paragraphs) + "\n\\end{minipage}\n\\bigskip\n"


def given(one: Exercise) -> str:
    """The formula and its numbers."""
    values = ", ".join(f"${latex_name(name)} = {figure(x)}$" for name, x in one.values.items())
    return f"$\\displaystyle L = {one.written({name: Latex(latex_name(name)) for name in one.values})}$\n\nwith {values}"


def answers(pairs: Iterable[tuple[str, str]]) -> str:
    """A gradient each, as many on a line as there is room for."""
    return "\\quad\n".join(rf"$\displaystyle\frac{{\partial L}}{{\partial {latex_name(name)}}} = {x}$" for name, x in pairs)


def way(one: Exercise) -> str:
    """Every node that is computed, with its number and its gradient."""
    steps = one.steps()
    rows = "".join(f"${step.latex}$ & ${figure(exact(step.value))}$ & ${figure(exact(steps.adjoints[step.node]))}$ \\\\\n"
                   for step in steps.forward)
    return "\\begin{tabular}{lll}\nnode & value & gradient \\\\ \\hline\n" + rows + "\\end{tabular}"


def figure(x: Exact) -> str:
    """A number."""
    if isinstance(x, Fraction):
        return rf"{'-' if x < 0 else ''}\tfrac{{{abs(x.numerator)}}}{{{x.denominator}}}"
    return str(x)
