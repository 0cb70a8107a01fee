"""Text to statements, by Python's own parser and no further; and errors that show the place and say what may have been meant."""

from __future__ import annotations

import ast
import keyword
import re
import warnings

from autograd._draw.text import shown

LONGEST = 10_000
"""So many characters are read."""
SHOWN = 72
"""So many characters of a line are shown with an error."""

OTHER_SIGNS = {"×": "*", "·": "*", "⋅": "*", "−": "-", "–": "-", "÷": "/", "²": "**2", "³": "**3", "√": "sqrt(…)"}
PYTHON_IN_FORMULAS = {"if", "else", "and", "or", "not", "in", "is", "for"}
"""Words of Python's that get a better message than that they are no names."""

ALLOWED = "Use numbers, names, + - * / **, brackets and functions such as tanh(x)."
IN_PARTS = "Give parts of it names, as in a = w*x; tanh(a + b)."
TOO_DEEP = f"The expression is nested too deeply. {IN_PARTS}"


class ExpressionError(ValueError):
    """An expression that cannot be read; the message shows the place, and says what to write."""


def pointed(text: str, start: int, length: int, message: str) -> ExpressionError:
    """An error with the line of the text, and a mark below the place."""
    line_start = text.rfind("\n", 0, start) + 1
    line = text[line_start:].partition("\n")[0]
    left = max(line_start, start - SHOWN // 2)
    window = "".join(map(shown, line[left - line_start :][:SHOWN]))
    mark = " " * (start - left) + "^" * max(1, min(length, len(window) - (start - left)))
    return ExpressionError(f"{message}\n    {window}\n    {mark}")


def place_of(text: str, line: int, column: int) -> int:
    """Where in the text a line (from 1) and a column (from 0, in bytes) are."""
    lines = text.split("\n")[:line]
    before = lines.pop().encode(errors="surrogatepass")[:column].decode(errors="replace")
    return sum(len(line) + 1 for line in lines) + len(before)


def statements_of(text: str) -> list[ast.stmt]:
    """The statements of a text.

    Raises:  ExpressionError: it is too long, is no Python at all, is nested too deeply, or is empty.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"The expression has {len(text):,} characters, and up to {LONGEST:,} are read. Build it in Python.")
    for i, sign in enumerate(text):
        if sign in OTHER_SIGNS:
            raise pointed(text, i, 1, f"Write {OTHER_SIGNS[sign]} for {sign}.")
    for word in re.finditer(r"[^\W\d]\w*", text):
        if keyword.iskeyword(word.group()) and word.group() not in PYTHON_IN_FORMULAS:
            message = f"{word.group()} is a word of Python's own, and no name. Call it {word.group()}_, say."
            raise pointed(text, word.start(), len(word.group()), message)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            statements = ast.parse(text).body
    except (SyntaxError, ValueError) as error:
        raise misread(text, error) from None
    except (RecursionError, MemoryError):
        raise ExpressionError(TOO_DEEP) from None
    if not statements:
        raise ExpressionError('The expression is empty. Write one, as in "tanh(w*x + b)".')
    return statements


def misread(text: str, error: SyntaxError | ValueError) -> ExpressionError:
    """The error for what cannot be read at all."""
    if not isinstance(error, SyntaxError) or not error.lineno or not error.offset:
        return ExpressionError(f"This cannot be read. {ALLOWED}")
    if "too many nested" in error.msg:
        return ExpressionError(TOO_DEEP)
    line_start = place_of(text, error.lineno, 0)
    place = line_start + error.offset - 1
    bracket = re.match(r"('.') was never closed|unmatched ('.')|closing parenthesis ('.')", error.msg)
    beside = re.compile(r"\d(?=[^\W\d])|[\w)\]](?=[ \t]+[\w(])").search(text, line_start)
    if bracket:
        opened, *closed = bracket.groups()
        return pointed(text, place, 1, f"The bracket {opened} is never closed." if opened else
                       f"The bracket {next(filter(None, closed))} closes nothing that is open here.")
    if beside and "character" not in error.msg:
        return pointed(text, beside.start(), 2, "Is a sign missing here? A product is written with *, as in 2*x.")
    return pointed(text, place, 1, f"This cannot be read. {ALLOWED}")
