"""The command line: `python -m autograd step EXPRESSION NAME=NUMBER …`."""

from __future__ import annotations

import argparse
import keyword
import os
import sys
from collections.abc import Sequence
from fractions import Fraction

from autograd._draw.text import digits, visible
from autograd._steps import Steps, steps
from autograd._terminal.expression import graph_of
from autograd._terminal.reading import ExpressionError
from autograd._terminal.view import View

EPILOG = """\
examples:
  python -m autograd step "tanh(w*x + b)" w=0.5 x=2 b=-1
  python -m autograd step "a = w*x; (a - t)**2" w=3 x=1/2 t=1
  python -m autograd step "dot([w1, w2], [x1, x2])" w1=1 w2=2 x1=3 x2=4 --list

keys: ← and → one step back and on, Home and End to the first and the last, q to quit
"""
EXAMPLE = 'python -m autograd step "tanh(w*x + b)" w=0.5 x=2 b=-1'


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say. Returns the exit code: 0, or 2 with a message for what cannot be done."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = options_of(arguments)
    try:
        found = steps(graph_of(options.expression, numbers_of(options.numbers)))
    except ExpressionError as error:
        print(f"autograd step: {error}", file=sys.stderr)
        return 2
    try:
        show(found, options.expression, as_list=options.list)
    except BrokenPipeError:
        # Whoever read has read enough; the rest must not be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments, read. An expression may begin with a minus, so only what has two is an option."""
    parser = argparse.ArgumentParser("python -m autograd", description="Step through a forward and a backward pass.", epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(metavar="step", required=True)
    step = commands.add_parser("step", help="step through an expression", epilog=EPILOG,
                               formatter_class=argparse.RawDescriptionHelpFormatter)
    step.add_argument("expression", help='a formula in quotes, such as "tanh(w*x + b)"; formulas before it, with names, end with ;')
    step.add_argument("numbers", nargs="*", metavar="NAME=NUMBER", help="the number of each name")
    step.add_argument("--list", action="store_true", help="print all steps, as is done where there is no terminal")
    flags = [x for x in arguments if x.startswith("--") or x == "-h"]
    others = [x for x in arguments if x not in flags]
    return parser.parse_args([*others[:1], *flags, "--", *others[1:]] if others else flags)


def numbers_of(texts: Sequence[str]) -> dict[str, float]:
    """The number of each name."""
    numbers: dict[str, float] = {}
    for name, number in map(assignment, texts):
        if name in numbers:
            raise ExpressionError(f"{name} is given twice. Keep one of the two.")
        numbers[name] = number
    return numbers


def assignment(text: str) -> tuple[str, float]:
    """The name and the number of `w=0.5`."""
    name, equals, number = (part.strip() for part in text.partition("="))
    if not equals:
        raise ExpressionError(f"{visible(text)!r} is no NAME=NUMBER. Write the expression in quotes, then the numbers: {EXAMPLE}")
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ExpressionError(f"{visible(name)!r} cannot be a name. Use letters and digits, as in w1=0.5.")
    try:
        return name, float(number)
    except ValueError:
        pass
    try:
        return name, float(Fraction(number))
    except (ValueError, ZeroDivisionError, OverflowError):
        instead = number.replace(",", ".") if number.count(",") == 1 else "0.5, -2, 1e-3 or 1/3"
        raise ExpressionError(f"{name}={visible(number)}: that is no number. Write {name}={instead}.") from None


def show(found: Steps, expression: str, *, as_list: bool) -> None:
    """Step with the keys, where there is a terminal and what it takes; else print all steps and the gradients."""
    if not as_list and sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        try:
            from autograd._terminal.play import play
        except ImportError:
            print("To step with the arrow keys: pip install 'chalkgrad[terminal]'. All steps:\n", file=sys.stderr)
        else:
            play(View(found, expression))
            return
    root = found.names[found.root]
    gradients = "\n".join(f"∂{root}/∂{found.names[v]} = {digits(found.adjoints[v])}" for v in found.nodes if v.is_leaf)
    print(f"{found}\n\n{gradients}", flush=True)
