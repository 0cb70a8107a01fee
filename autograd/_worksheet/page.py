"""A worksheet as HTML: formulas as text with fractions and exponents, a style for the printer, no script, nothing loaded."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Self

from autograd import ops
from autograd._steps import Step
from autograd._worksheet.exercise import Exact, Exercise, exact
from autograd.ops import Op
from autograd.symbol import Symbol
from autograd.value import Value

if TYPE_CHECKING:
    from autograd._worksheet.sheet import Worksheet

STYLE = """\
.chalkgrad-sheet { font: 12pt/1.5 Georgia, "DejaVu Serif", serif; max-width: 46rem; }
.chalkgrad-sheet h1 { font-size: 1.4em; margin: 0; }
.chalkgrad-sheet .about { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 2em; margin: 0 0 1.5em; }
.chalkgrad-sheet > ol > li { break-inside: avoid; margin: 0 0 1.6em; padding-left: .4em; }
.chalkgrad-sheet p { margin: .2em 0; }
.chalkgrad-sheet ul { list-style: none; margin: .5em 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .7em 2em; }
.chalkgrad-sheet .blank { display: inline-block; width: 5em; border-bottom: 1px solid; }
.chalkgrad-sheet .frac { display: inline-flex; flex-direction: column; vertical-align: middle; text-align: center; line-height: 1.25; }
.chalkgrad-sheet .frac > :first-child { border-bottom: 1px solid; padding: 0 .2em; }
.chalkgrad-sheet table { border-collapse: collapse; margin: .5em 0 0; font-size: .85em; }
.chalkgrad-sheet th, .chalkgrad-sheet td { text-align: left; padding: .1em 1.2em .1em 0; }
.chalkgrad-sheet sup, .chalkgrad-sheet sub { line-height: 0; }
"""
PAGE = """\
@page { margin: 18mm; }
body { margin: 2rem auto; padding: 0 1rem; max-width: 46rem; color: #111; background: #fff; }
@media print { body { margin: 0; padding: 0; max-width: none; } .chalkgrad-sheet { max-width: none; } }
"""


class Maths(Symbol):
    """Formulas for a page."""

    __slots__ = ()
    templates: ClassVar[dict[Op, str]] = {
        ops.mul: "{0} · {1}", ops.sub: "{0} − {1}", ops.pow: "{0}<sup>{1}</sup>",
        ops.div: '<span class="frac"><span>{0}</span><span>{1}</span></span>',
    }

    @staticmethod
    def digits(x: float) -> str:
        """A number, with a true minus."""
        return figure(exact(x))

    def template(self, op: Op) -> str:
        """How op stands on a page."""
        return self.templates.get(op, op.text)

    def operand(self, x: Self, place: int, op: Op) -> str:
        """What stands over or under a line needs no brackets."""
        return x.text if op is ops.div else super().operand(x, place, op)


def named(name: str) -> str:
    """A name, with its index below: w1 is w with a small 1."""
    letters = name.rstrip("0123456789")
    index = name[len(letters) :]
    return f"<i>{html.escape(letters)}</i>" + (f"<sub>{index}</sub>" if index else "")


def figure(x: Exact) -> str:
    """A number."""
    return str(x).replace("-", "\N{MINUS SIGN}")


def slope(name: str) -> str:
    """∂L/∂name."""
    return f"∂<i>L</i>/∂{named(name)}"


def html_page(sheet: Worksheet, key: bool) -> str:
    """A page of its own: the questions, or the key."""
    return ('<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width">\n<title>{title(sheet, key)}</title>\n'
            f"<style>\n{PAGE}</style>\n</head>\n<body>\n{html_part(sheet, key)}</body>\n</html>\n")


def html_part(sheet: Worksheet, key: bool) -> str:
    """The same as a part of a page."""
    name = "" if key else f"<span>Name: {BLANK}</span>"
    body = "".join(solved(one) if key else asked(one) for one in sheet.exercises)
    return (f'<section class="chalkgrad-sheet">\n<style>\n{STYLE}</style>\n<h1>{title(sheet, key)}</h1>\n'
            f'<p class="about"><span>{sheet.contains.capitalize()}.</span>{name}</p>\n<ol>\n{body}</ol>\n</section>\n')


def title(sheet: Worksheet, key: bool) -> str:
    """What the sheet is called."""
    return f"{'Key: g' if key else 'G'}radients by hand, level {sheet.level}, sheet {sheet.seed}"


BLANK = '<span class="blank"></span>'


def asked(one: Exercise) -> str:
    """An exercise."""
    return item(given(one), answers((name, BLANK) for name in one.answers))


def solved(one: Exercise) -> str:
    """An exercise with its answers, and the numbers on the way."""
    return item(given(one), answers((name, figure(x)) for name, x in one.answers.items()), way(one))


def item(*parts: str) -> str:
    """A member of the list of exercises."""
    return "\n".join(["<li>", *parts, "</li>\n"])


def given(one: Exercise) -> str:
    """The formula and its numbers."""
    values = ", ".join(f"{named(name)} = {figure(x)}" for name, x in one.values.items())
    return f"<p><i>L</i> = {one.written({name: Maths(named(name)) for name in one.values})}</p>\n<p>with {values}</p>"


def answers(pairs: Iterable[tuple[str, str]]) -> str:
    """A gradient each."""
    return f"<ul>{''.join(f'<li>{slope(name)} = {x}</li>' for name, x in pairs)}</ul>"


def way(one: Exercise) -> str:
    """Every node that is computed, with its number and its gradient."""
    steps = one.steps()
    rows = "".join(f"<tr><td>{computed(step)}</td><td>{figure(exact(step.value))}</td>"
                   f"<td>{figure(exact(steps.adjoints[step.node]))}</td></tr>" for step in steps.forward)
    head = "".join(f'<th scope="col">{text}</th>' for text in ("node", "value", "gradient"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def computed(step: Step) -> str:
    """A node's formula."""
    assert step.op is not None
    operands = zip(step.node.inputs, step.inputs, strict=True)
    return f"{named(step.name)} = {step.op(*(Maths(named(name)) if isinstance(x, Value) else x for x, (name, _) in operands))}"
