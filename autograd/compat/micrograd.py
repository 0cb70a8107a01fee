"""Run code written for micrograd 0.1.0: change `from micrograd.engine import Value` to `from autograd.compat.micrograd import Value`.

Every result has micrograd's own digits. Its arithmetic is kept (a - b is a + b·(-1), a / b is a·b⁻¹, powers round as
Python's do), and so is the order in which contributions are added. The derivatives are the table's all the same.

Differs from micrograd
- micrograd visits operands in the order of a set, that is, of their addresses, so its last digit can change from run to
  run. Here the left operand always comes first.
- Numbers are floats: Value(2) prints 2.0, and a fresh grad 0.0.
- Graphs can be of any depth. Division by 0, and what overflows, gives inf or nan.
- Every method of autograd.Value is there too (exp, tanh, log, …), and so is `label`.

Differs from autograd.Value
- `grad` starts at 0.0, and `backward` adds to that of inner nodes too: a second call counts what the first one left there.
- `data` can be written on any node at any time. A `backward` after that mixes old and new numbers without a warning, where
  autograd's functions raise StaleGraphError.
- Constants become Values, with a grad. == is identity, and every Value is true, as of any plain object.
- Backward gives numbers. For higher derivatives use autograd.Value; the two kinds do not mix in one graph.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cache
from numbers import Real
from typing import Any, SupportsFloat

from autograd import emit, ieee, ops, value
from autograd.functions import sequence
from autograd.modes import current
from autograd.ops import Op, number


class Value(value.Value):
    """A scalar in a graph, with micrograd's members.

        v.backward()     v.grad becomes 1; then every node, consumers first, sends back its contributions
        v._backward()    v alone sends back: input.grad += v.grad · ∂v/∂input
        v._prev, v._op   the set of operands, and the sign of the operation; of a leaf, an empty set and ""

    Args:    data: a real number. _children, _op: operands and sign of an operation written by hand, as micrograd's own
             are: it sends back nothing until a function is assigned to its `_backward`. label: a name for pictures.
    Raises:  TypeError: data is no real number, _children no sequence of Values, or label no string.
    Differs: see the module.
    Example:
        >>> a, b = Value(-4.0), Value(2.0)
        >>> c = (a + b).relu() + a * b; c.backward(); a
        Value(data=-4.0, grad=2.0)
        >>> c._op, sorted(v.data for v in c._prev)
        ('+', [-8.0, 0.0])

    Source:  A. Karpathy, micrograd 0.1.0, micrograd/engine.py.
    """

    # No __slots__: code written for micrograd hangs things of its own on a Value, such as a velocity, or a _backward.

    def __init__(self, data: SupportsFloat, _children: Iterable[Value] = (), _op: str = "", label: str = "") -> None:
        super().__init__(data, label)
        children = sequence(_children, "Value(): the operands, which come before a label")
        for x in children:
            if not isinstance(x, Value):
                raise TypeError(f"Value(): the operand {ops.shown(x)} is no {__name__}.Value. Give Values, or none for a leaf.")
        if children:
            self.op, self.a = by_hand(_op), children

    @property
    def data(self) -> float:
        """The number. Any node's can be written."""
        trace: Any = current().tracing
        return self._data if trace is None else trace.number(self)

    @data.setter
    def data(self, x: SupportsFloat) -> None:
        self._data = x if x.__class__ is float else number(x, f"{value.described(self)}.data =")
        self.stamp = value.tick()

    @property
    def grad(self) -> Any:
        """∂output/∂self, as far as it has been collected."""
        return 0.0 if self._grad is None else self._grad

    @grad.setter
    def grad(self, g: SupportsFloat | None) -> None:
        self._grad = g if g is None or g.__class__ is float else number(g, f"{value.described(self)}.grad =")

    @property
    def _prev(self) -> set[Value]:
        return set(operands(self))

    @property
    def _op(self) -> str:
        if self.op is ops.pow and isinstance(self.b, float):
            return f"**{self.b}".removesuffix(".0")
        return SIGNS.get(self.op, self.op.name) if self.op else ""

    def _backward(self) -> None:
        if self.op is not None and self.op.forward is not unknown:
            adjoint = {x: x.grad for x in operands(self)}
            pull_back(self.op)(self, self.grad, adjoint)
            for x, g in adjoint.items():
                x._grad = g

    def backward(self) -> None:  # type: ignore[override]  # micrograd's takes no arguments
        """Set the grad of this node to 1, and add to the grad of every node below what its consumers send back.

        Raises:  TypeError: an autograd.Value is among the operands; every grad is then as it was before.
        """
        order = operands_first(self)
        self.grad = 1.0
        for v in reversed(order):
            v._backward()

    def __reduce__(self) -> Any:
        kind, (data, label) = super().__reduce__()
        return kind, (data, (), "", label), (self.__dict__, {"_grad": self._grad})

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __bool__(self) -> bool:
        return True

    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    def __add__(self, other: Any) -> Any:
        return super().__add__(self.beside(other))

    def __mul__(self, other: Any) -> Any:
        return super().__mul__(self.beside(other))

    def __pow__(self, other: Any) -> Any:
        if not isinstance(other, Real):
            return super().__pow__(other)
        y = number(other, "Value **")
        return value.node(type(self), ops.pow, power(self._data, y), self, y)

    def __neg__(self) -> Any:
        return self * -1.0

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, Real):
            return self + -number(other, "Value -")
        return self + -other if isinstance(other, value.Value) else super().__sub__(other)

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Real):
            return self * power(number(other, "Value /"), -1.0)
        return self * other**-1 if isinstance(other, value.Value) else super().__truediv__(other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __rtruediv__(self, other: Any) -> Any:
        return self**-1 * other

    def beside(self, x: Any) -> Any:
        """`x` as an operand: a number becomes a Value."""
        return x if isinstance(x, value.Value) or not isinstance(x, Real) else type(self)(x)


SIGNS = {ops.add: "+", ops.mul: "*", ops.relu: "ReLU"}
"""Where micrograd's sign of an operation is not its name in the table."""


def operands(v: Value) -> list[Value]:
    """The operands of v, numbers left out.

    Raises:  TypeError: one of them is an autograd.Value.
    """
    found = [x for x in v.inputs if isinstance(x, value.Value)]
    for x in found:
        if not isinstance(x, Value):
            raise TypeError(f"{value.described(x)} is an autograd.Value, which keeps its grad by other rules. "
                            f"Make all Values of a graph with {__name__}.Value, or none.")
    return found  # type: ignore[return-value]


def operands_first(root: Value) -> list[Value]:
    """Every node below root, each after its operands: micrograd's order, without its recursion."""
    order: list[Value] = []
    entered: set[Value] = set()
    path = [(root, False)]
    while path:
        v, is_left = path.pop()
        if is_left:
            order.append(v)
        elif v not in entered:
            entered.add(v)
            path += [(v, True), *((x, False) for x in reversed(operands(v)))]
    return order


def power(x: float, y: float) -> float:
    """x to the y as Python rounds it; `ieee.power` takes PyTorch's products and roots, which have other last bits."""
    try:
        return math.pow(x, y)
    except (OverflowError, ValueError):
        return ieee.power(x, y)


@cache
def pull_back(op: Op) -> Callable[[Any, float, dict[Any, float]], None]:
    """The table's pull-back of op, with Python's power in it."""
    return emit.pull_back(op, {"pow": power})


@cache
def by_hand(sign: str) -> Op:
    """The row of an operation made by hand."""
    return ops.nary(sign, unknown, unknown, latex=sign, reason="What it sends back is written by hand.")


def unknown(*_: Any) -> float:
    """Value and partial of an operation made by hand, as far as the table knows them: nan."""
    return math.nan
