"""An optimiser's rule as one loop in C, for rules that are known when the extension is built."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.replay.native.c_source import CSource
from autograd.replay.rules import Register, Rule, recorded

MOST_REMEMBERED = 3


def loop(rule: Rule) -> tuple[str, list[Register]]:
    """What is done for parameter i, in terms of p, g, what is remembered (s0, s1, …) and numbers n0, n1, …; and those numbers.

    Two rules with the same text are the same rule. The text is empty where an array is to stay what it was, or to become a number.
    """
    arrays = {id(rule.θ): "p[i]", id(rule.g): "g[i]"} | {id(r): f"s{k}[i]" for k, r in enumerate(rule.s.values())}
    names, numbers = dict(arrays), list[Register]()

    def name(x: Register) -> CSource:
        if id(x) not in names:
            names[id(x)] = f"n{len(numbers)}"
            numbers.append(x)
        return CSource(names[id(x)])

    lines = []
    for k, (op, out, xs) in enumerate(rule.on_arrays):
        operands = [name(x) for x in xs]
        names[id(out)] = f"t{k}"
        lines.append(f"const double t{k} = {operands[0].apply(op, operands)};")
    pairs = zip((rule.θ, *rule.s.values()), (rule.new_θ, *rule.new_s.values()), strict=True)
    changed = [(old, new) for old, new in pairs if old is not new]
    if any(id(new) in arrays or not new.is_array for _, new in changed):
        return "", []
    return "\n        ".join([*lines, *(f"{names[id(old)]} = {names[id(new)]};" for old, new in changed)]), numbers


def written_rules(optimizers: Iterable[Any]) -> dict[str, str]:
    """The loops of all these optimisers' rules, and for each the function that holds it."""
    functions: dict[str, str] = {}
    for optimizer in optimizers:
        rule = recorded(optimizer, optimizer.param_groups[0], optimizer.clock)
        text, numbers = loop(rule)
        if rule.ahead is None and text and text not in functions and len(rule.s) <= MOST_REMEMBERED:
            functions[text] = _function(f"rule_{len(functions)}", text, len(rule.s), len(numbers))
    return functions


def _function(name: str, text: str, remembered: int, numbers: int) -> str:
    """One loop over parameters, with what is remembered and the numbers taken out of their arrays first."""
    taken = [f"double *restrict s{k} = s[{k}];" for k in range(remembered)] + [f"const double n{k} = n[{k}];" for k in range(numbers)]
    unused = "(void)s, (void)n;"
    return "\n    ".join([
        f"static void {name}(double *restrict p, const double *restrict g, double *const *s, const double *n, int64_t count) {{",
        unused, *taken, "for (int64_t i = 0; i < count; i++) {", f"    {text}", "}\n}",
    ])
