"""What people wrote, and numbers, made fit to be shown on one short line anywhere."""

from __future__ import annotations

import unicodedata

from autograd.ops import Op

LONGEST = 40
SHAPELESS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories that show nothing of their own: controls, direction marks, halves of pairs, unassigned, line ends."""
JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
"""Among these, the two that shape the letters and pictures beside them."""


def visible(text: str) -> str:
    """`text` without its middle if it is long, and with a picture of each character that has no shape.

    Example:
        >>> visible("tab\\there")
        'tab␉here'
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - 13]}…{text[-12:]}"
    return "".join(map(shown, text))


def shown(c: str) -> str:
    """The character, or what stands for it."""
    if c < " ":
        return chr(0x2400 + ord(c))
    return c if unicodedata.category(c) not in SHAPELESS or c in JOINERS else "\N{REPLACEMENT CHARACTER}"


def digits(x: float) -> str:
    """A number to four significant digits; -0 as 0."""
    return f"{x + 0.0:.4g}"


def gradient(g: float | None) -> str:
    """A gradient, which may not have been computed."""
    return "not yet" if g is None else digits(g)


def sign(op: Op) -> str:
    """The operation's sign or name: `+`, `tanh`."""
    between = op.text.replace("{0}", "").replace("{1}", "").strip()
    return between if len(between) <= 2 else op.name


def counted(n: int, thing: str) -> str:
    """`1 leaf`, `1,200 operations`."""
    return f"{n:,} {thing if n == 1 else 'leaves' if thing == 'leaf' else thing + 's'}"
