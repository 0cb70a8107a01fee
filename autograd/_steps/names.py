"""What nodes are called: in text, and in LaTeX."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from autograd._draw.text import visible
from autograd.value import Value


def names_of(nodes: Iterable[Value]) -> dict[Value, str]:
    """Each node's label, numbered if several have it; v1, v2, … without one. No two are alike."""
    labels = {v: visible(v.label).strip() for v in nodes}
    uses = Counter(labels.values())
    counters: dict[str, itertools.count[int]] = {}

    def numbered(prefix: str) -> str:
        counter = counters.setdefault(prefix, itertools.count(1))
        return next(name for k in counter if (name := f"{prefix}{k}") not in uses)

    return {v: numbered("v") if not label else label if uses[label] == 1 else numbered(f"{label}#") for v, label in labels.items()}


SMALL = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega"
CAPITAL = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
GREEK = {*SMALL.split(), *CAPITAL.split()}
"""The letters that LaTeX has commands for."""

INDEXED = re.compile(r"([^\W\d_]+)(?:_?([0-9]+)|_([0-9A-Za-z_]+)|\[([0-9, ]+)\])?")

SPECIAL = {
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "$": r"\$", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_",
    "^": r"{\wedge}", "~": r"{\sim}", "<": r"{\lt}", ">": r"{\gt}", "|": r"{\vert}", "]": "{]}", ":": "{:}", "`": r"\text{ˋ}",
}
"""Characters that LaTeX, Markdown or a page it stands in would take for more than themselves."""
SPECIALS = re.compile(f"([{re.escape(''.join(SPECIAL))}])")


def latex_name(name: str) -> str:
    """A name in LaTeX, whatever it holds: a letter, a Greek letter or a word, with its index below.

    Example:
        >>> print(latex_name("w12"), latex_name("theta_ij"), latex_name("a&b"))
        w_{12} \\theta_{ij} \\text{a}\\&\\text{b}
    """
    found = INDEXED.fullmatch(name)
    if not found:
        return "".join(SPECIAL.get(part) or rf"\text{{{part}}}" for part in SPECIALS.split(name) if part)
    word, *indices = found.groups()
    parts = re.findall("[0-9A-Za-z]+", "".join(filter(None, indices)))
    index = ",".join(part if len(part) <= 2 or part.isdigit() else latex_word(part) for part in parts)
    return f"{latex_word(word)}_{{{index}}}" if index else latex_word(word)


def latex_word(word: str) -> str:
    """Letters, or letters and digits, in LaTeX."""
    kind, _, letter = unicodedata.name(word, "").partition(" LETTER ") if len(word) == 1 else ("", "", "")
    spelled = {"GREEK SMALL": str.lower, "GREEK CAPITAL": str.capitalize}.get(kind, lambda _: word)(letter.replace("LAMDA", "LAMBDA"))
    if spelled in GREEK:
        return f"\\{spelled}"
    return word if len(word) == 1 and word.isascii() else rf"\text{{{word}}}"
