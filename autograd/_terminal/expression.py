"""Expressions that people type, as graphs. They are read as formulas and nothing else: no part of them is ever run as Python."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Collection, Mapping
from typing import Any

from autograd import functions, ops
from autograd._terminal.reading import ALLOWED, IN_PARTS, ExpressionError, place_of, pointed, statements_of
from autograd.ops import TABLE, Op
from autograd.value import Value

DEEPEST = 150
"""So many signs and brackets may lie inside each other."""

OF_LISTS: dict[str, Callable[..., Any]] = {f.__name__: f for f in (functions.sum, functions.mean, functions.dot, functions.logsumexp)}
"""Functions of lists, such as sum([a, b, c])."""
CALLS: dict[str, Callable[..., Any]] = {**{name: op for name, op in TABLE.items() if not op.nary}, **OF_LISTS}
OPERATORS: dict[type[ast.AST], Op] = {
    ast.Add: ops.add, ast.Sub: ops.sub, ast.Mult: ops.mul, ast.Div: ops.div, ast.Pow: ops.pow, ast.USub: ops.neg,
}

OTHER_NAMES = {"ln": "log", "max": "maximum", "min": "minimum", "step": "heaviside", "average": "mean"}
INSTEAD: dict[type[ast.AST], str] = {
    ast.BitXor: "A power is written **, as in x**2.",
    ast.MatMult: "A product is written *, and that of two lists dot([a, b], [c, d]).",
    ast.FloorDiv: "Divide with /: what is rounded has slope 0 between jumps.",
    ast.Mod: "A remainder jumps, and has no use here.",
    ast.Attribute: "A dot after a name reaches into Python's objects, and there are none here. Write a function as tanh(x).",
    ast.Subscript: "There are no lists to take members from. Give each number a name of its own, such as x1, x2.",
    ast.Compare: "A comparison has no slope. For a choice use maximum, minimum, relu or heaviside.",
    ast.IfExp: "A choice has no slope. Use maximum, minimum, relu or heaviside.",
    ast.Tuple: "Only one number can come out. Add the parts up, or step through them one by one.",
    ast.AugAssign: "A name stands for one node. Give the new node a new name, as in c = a + b.",
}
"""What to do about things that are refused."""
KNOWN = f"There are {', '.join(sorted(CALLS))}."


def graph_of(text: str, numbers: Mapping[str, float]) -> Value:
    """The output of an expression, each name in it a leaf with its number.

    Args:    text: a formula; before it there may be others, with names, as in "a = w*x; tanh(a + b)".
             numbers: the number of each name that is not given in the text.
    Raises:  ExpressionError: it is no such formula, a name has no number, or a number no use.
    Example:
        >>> graph_of("a = w*x; tanh(a + b)", {"w": 0.5, "x": 2.0, "b": -1.0})
        Value(0.0, label='y')
    """
    return Reader(text, numbers).output()


class Reader:
    """Reads one text. `known` holds what every name stands for."""

    def __init__(self, text: str, numbers: Mapping[str, float]) -> None:
        self.text = "\n".join(line.strip() for line in text.splitlines())
        self.statements = statements_of(self.text)
        self.known: dict[str, Value] = {name: Value(x, label=name) for name, x in numbers.items()}
        self.given = set(numbers)
        self.used: set[str] = set()

    def output(self) -> Value:
        """The last statement's node."""
        self.require_numbers()
        *named, last = self.statements
        for statement in named:
            if not isinstance(statement, ast.Assign):
                raise self.error(statement, "This is computed and then not used. Give it a name, as in a = w*x; or leave it out.")
            self.name(statement)
        out = self.name(last) if isinstance(last, ast.Assign) else self.node(last)
        unused = [name for name in self.known if name not in self.used and self.known[name] is not out]
        if unused:
            raise ExpressionError(f"{unused[0]} is given, but not used. Leave it out.{suggested(unused[0], self.used)}")
        if not out.label:
            out.label = next((name for name in ("y", "out") if name not in self.known), "")
        return out

    def require_numbers(self) -> None:
        """Raise if a name is used that is given nowhere."""
        names = [node for statement in self.statements for node in ast.walk(statement) if isinstance(node, ast.Name)]
        calls = {id(node.func) for statement in self.statements for node in ast.walk(statement) if isinstance(node, ast.Call)}
        assigned = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        missing = [node for node in names if id(node) not in calls and node.id not in self.given | assigned]
        missing.sort(key=lambda node: (node.lineno, node.col_offset))
        for node in missing:
            if node.id in CALLS:
                raise self.error(node, f"{node.id} is a function: write what it is taken of in brackets, as in {node.id}(x).")
        if missing:
            unknown = list(dict.fromkeys(node.id for node in missing))
            needed = " ".join(f"{name}=1" for name in unknown)
            has = f"{unknown[0]} has no number" if len(unknown) == 1 else f"{', '.join(unknown[:-1])} and {unknown[-1]} have no numbers"
            raise self.error(missing[0], f"{has}. Add what you want there, such as {needed}.{suggested(unknown[0], self.given | assigned)}")

    def name(self, statement: ast.Assign) -> Value:
        """The node of `name = formula`, under that name."""
        target = statement.targets[0]
        if len(statement.targets) > 1 or not isinstance(target, ast.Name):
            raise self.error(target, "On the left of = stands one name, as in a = w*x.")
        if target.id in self.known:
            raise self.error(target, f"{target.id} is given twice. A name stands for one node: give the new one a new name.")
        made = self.evaluated(statement.value)
        if isinstance(made, list):
            raise self.error(statement.value, "A name stands for one number, and this is a list.")
        node = ops.identity(made) if isinstance(made, Value) and made.label else made if isinstance(made, Value) else Value(made)
        node.label = target.id
        self.known[target.id] = node
        return node

    def node(self, statement: ast.stmt) -> Value:
        """The node of a formula without a name."""
        if not isinstance(statement, ast.Expr):
            raise self.refused(statement)
        out = self.evaluated(statement.value)
        if isinstance(out, list):
            raise self.error(statement.value, INSTEAD[ast.Tuple])
        if not isinstance(out, Value):
            raise self.error(statement.value, "This has no names, so there is nothing to differentiate by. Use one, as in w*2 with w=3.")
        return out

    def evaluated(self, node: ast.expr, depth: int = 0) -> Any:
        """A Value, a number, or a list of them."""
        if depth > DEEPEST:
            raise self.error(node, f"This is nested more than {DEEPEST} deep. {IN_PARTS}")
        if isinstance(node, ast.Constant):
            return self.number(node)
        if isinstance(node, ast.Name):
            self.used.add(node.id)
            if node.id not in self.known:
                raise self.error(node, f"{node.id} is used before it is given. Put its formula first.")
            return self.known[node.id]
        if isinstance(node, ast.List):
            return [self.evaluated(x, depth + 1) for x in node.elts]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd):
            return self.evaluated(node.operand, depth + 1)
        if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
            return self.applied(node, OPERATORS[type(node.op)], [self.evaluated(node.operand, depth + 1)])
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            operands = [self.evaluated(node.left, depth + 1), self.evaluated(node.right, depth + 1)]
            return self.applied(node, OPERATORS[type(node.op)], operands)
        if isinstance(node, ast.Call):
            return self.called(node, depth)
        raise self.refused(node)

    def number(self, node: ast.Constant) -> float:
        """A number as a float."""
        if isinstance(node.value, (bool, complex, str, bytes)) or not isinstance(node.value, (int, float)):
            raise self.error(node, f"{ast.unparse(node)} is no number. {ALLOWED}")
        try:
            return float(node.value)
        except OverflowError:
            raise self.error(node, "This number is too large. Write it as a power of ten, such as 1e300.") from None

    def called(self, node: ast.Call, depth: int) -> Any:
        """A function of the table, or of lists."""
        if isinstance(node.func, ast.Attribute):
            raise self.refused(node.func)
        if not isinstance(node.func, ast.Name) or node.func.id in self.known:
            raise self.error(node, "Is a * missing before the bracket? A product is written with *, as in 2*(x + 1).")
        name = node.func.id
        if name not in CALLS:
            raise self.error(node.func, f"There is no function {name}.{suggested(name, CALLS) or f' {KNOWN}'}")
        if node.keywords or any(isinstance(x, ast.Starred) for x in node.args):
            raise self.error(node, f"Give the inputs of {name} one after the other, as in {name}(x).")
        inputs = [self.evaluated(x, depth + 1) for x in node.args]
        lists = [isinstance(x, list) for x in inputs]
        if name not in OF_LISTS and any(lists):
            raise self.error(node, f"{name} takes numbers, as in {name}(x), and this is a list.")
        if name == "dot" and lists != [True, True]:
            raise self.error(node, "Give dot two lists, as in dot([a, b], [c, d]).")
        if name in OF_LISTS and name != "dot":
            if any(lists) and len(lists) > 1:
                raise self.error(node, f"Give {name} one list, as in {name}([a, b]).")
            inputs = inputs if any(lists) else [inputs]
        return self.applied(node, CALLS[name], inputs)

    def applied(self, node: ast.expr, function: Callable[..., Any], inputs: list[Any]) -> Any:
        """The function of these inputs; what it has against them is shown with the place."""
        try:
            return function(*inputs)
        except (TypeError, ValueError) as error:
            raise self.error(node, str(error)) from None

    def refused(self, node: ast.expr | ast.stmt) -> ExpressionError:
        """The error for what is Python, but no formula."""
        kind = type(node.op) if isinstance(node, (ast.BinOp, ast.UnaryOp)) else type(node)
        return self.error(node, INSTEAD.get(kind) or f"This is Python, and no formula. {ALLOWED}")

    def error(self, node: ast.expr | ast.stmt, message: str) -> ExpressionError:
        """An error that shows where."""
        start, end = (place_of(self.text, getattr(node, f"{end}lineno"), getattr(node, f"{end}col_offset")) for end in ("", "end_"))
        return pointed(self.text, start, end - start, message)


def suggested(name: str, among: Collection[str]) -> str:
    """What may have been meant."""
    near = [OTHER_NAMES[name]] if name in OTHER_NAMES else difflib.get_close_matches(name, sorted(among), n=2)
    return f" Did you mean {' or '.join(near)}?" if near else ""
