"""Value: a number that remembers how it came to be. Backward: the chain rule, from the latest node to the earliest.

A node is made by applying an operation of the table (`ops`) to other nodes. Each carries a creation stamp from one
counter, so the newest node comes last in any order of computation: walking the stamps downward visits every node after
all of its consumers. There is no recursion and no cycle, and a graph is freed as soon as its last node is dropped.
"""

from __future__ import annotations

import itertools
import math
import operator as relations
import sys
from collections.abc import Callable, Sequence
from numbers import Real
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, SupportsFloat

from autograd import emit
from autograd.errors import AnomalyError, StaleGraphError, TraceError
from autograd.modes import Place, current
from autograd.ops import TABLE, Arithmetic, Op, contribution, number, shown

tick = itertools.count(1).__next__
new = object.__new__

BARE = "int, float or a numpy scalar; of a Value, its .item()"
"""What `number` tells to use where a Value will not do."""

UNRECORDED: tuple[()] = ()
"""Stands in slot `a` of a Value computed under no_grad(), so that backward() can say why there is no graph."""


class Value(Arithmetic):
    """A scalar in a graph: a leaf holding a number, or a node computed from other nodes.

        v.backward()    adds ∂v/∂leaf to the grad of every leaf below v

    Args:    data: a real number (int, float, numpy scalar). label: a name for pictures and messages.
    Raises:  TypeError: data or an operand is no real number, or label no string; a computed Value is copied or pickled, any
             Value turned into a float. ValueError: an integer too large for a float.
    Differs: torch.Tensor holds an array and needs requires_grad=True; a Value holds one number and always collects a
             gradient. Inner nodes keep theirs too.
    Example:
        >>> from autograd import Value
        >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
        >>> (a * b + a).backward()
        >>> a.grad, b.grad
        (4.0, 2.0)
    """

    # The operands stand in a and b: Values, bare floats for constants, or of an n-ary node a tuple of them for each sequence.
    __slots__ = ("_data", "_grad", "_label", "a", "b", "op", "place", "stamp")

    _data: float
    _grad: float | Value | None
    _label: str
    op: Op | None
    a: Any
    b: Any
    stamp: int
    place: Place | None

    def __init__(self, data: SupportsFloat, label: str = "") -> None:
        self._data = data if data.__class__ is float else number(data, "Value()", BARE)
        self._grad = self.op = self.a = self.b = self.place = None
        self.stamp = tick()
        self.label = label

    @property
    def data(self) -> float:
        """The number. Writing it makes every node computed from it stale.

        Raises:  TypeError: it is no real number. RuntimeError: the Value was computed; only leaves can be written.
        """
        trace: Any = current().tracing
        return self._data if trace is None else trace.number(self)

    @data.setter
    def data(self, x: SupportsFloat) -> None:
        if self.op is not None:
            raise RuntimeError(f"{described(self)} was computed, so its data cannot be written. "
                               "Write the leaves it was computed from, and compute it again.")
        self._data = number(x, f"{described(self)}.data =", BARE)
        self.stamp = tick()

    @property
    def grad(self) -> float | Value | None:
        """∂output/∂self, collected by `backward`; None until then. A Value after `backward(create_graph=True)`.

        Raises:  TypeError: it is no number, Value or None.
        """
        return self._grad

    @grad.setter
    def grad(self, g: SupportsFloat | None) -> None:
        self._grad = g if g is None or isinstance(g, Value) else number(g, f"{described(self)}.grad =")

    @property
    def label(self) -> str:
        """Its name in pictures and messages.

        Raises:  TypeError: it is no string.
        """
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        if not isinstance(label, str):
            raise TypeError(f"Value: the label is {shown(label)}, not a string. Use a name, as in label='w'.")
        self._label = label

    @property
    def inputs(self) -> tuple[Value | float, ...]:
        """The operands: Values, and constants as bare floats. Those of `dot` are all its x, then all its y."""
        if self.op is None:
            return ()
        if self.op.nary:
            return self.a + (self.b or ())  # type: ignore[no-any-return]
        return (self.a,) if len(self.op.partials) == 1 else (self.a, self.b)

    @property
    def is_leaf(self) -> bool:
        """Was it given, not computed?"""
        return self.op is None

    def item(self) -> float:
        """The number."""
        return self.data

    def detach(self) -> Value:
        """A new leaf with the same number and label."""
        return type(self)(self.data, label=self.label)

    def backward(self, *, create_graph: bool = False) -> None:
        """Add ∂self/∂leaf to the grad of every leaf below, and write ∂self/∂node to that of every inner node.

        Args:    create_graph: make the gradients Values with a graph of their own, for higher derivatives. Each leaf
                 then refers to a graph that refers to it: a cycle, which `zero_grad` (or grad = None) breaks.
        Raises:  StaleGraphError: a leaf was written after the forward pass. RuntimeError: computed under no_grad().
                 AnomalyError: under anomaly(), an adjoint is not finite. Every grad is then as it was before.
        Differs: PyTorch frees the graph, and a second call raises; here it adds to the leaves once more.
        """
        for node, g in adjoints(self, create_graph=create_graph).items():
            node._grad = node._grad + g if node.op is None and node._grad is not None else g

    def __repr__(self) -> str:
        return f"Value({self._data!r}, label={self.label!r})" if self.label else f"Value({self._data!r})"

    def __format__(self, spec: str) -> str:
        return format(self.data, spec)

    def __float__(self, *_: object) -> NoReturn:
        if current().tracing:
            raise looked_at(self, "it was turned into a bare number, as math.exp does and v.exp() does not,")
        raise TypeError(f"{described(self)} is a Value, and would leave the graph if it were turned into a bare number. "
                        "Compute with v.exp(), v.sqrt(), …, or take its number with v.item().")

    __int__ = __round__ = __trunc__ = __float__

    def __reduce__(self) -> tuple[type[Value], tuple[float, str]]:
        if self.op is not None:
            raise TypeError(f"{described(self)} was computed, and a graph cannot be copied or pickled. Copy its leaves, or use v.detach().")
        return type(self), (self.data, self.label)

    def __bool__(self) -> bool:
        if current().tracing:
            raise looked_at(self, "it was asked whether it is true")
        return bool(self._data)

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return compared(self, relations.eq, other)

    def __ne__(self, other: object) -> bool:
        return compared(self, relations.ne, other)

    def __lt__(self, other: Value | float) -> bool:
        return compared(self, relations.lt, other)

    def __le__(self, other: Value | float) -> bool:
        return compared(self, relations.le, other)

    def __gt__(self, other: Value | float) -> bool:
        return compared(self, relations.gt, other)

    def __ge__(self, other: Value | float) -> bool:
        return compared(self, relations.ge, other)

    def apply(self, op: Op, xs: Sequence[Any]) -> Value:
        """The node op(*xs). The inputs of an n-ary op are sequences."""
        if op.nary:
            members = [tuple([x if x.__class__ is float or isinstance(x, Value) else number(x, op.name) for x in s]) for s in xs]
            data = op.forward(*map(values_of, members))
            return node(type(self), op, data, members[0], members[1] if len(members) > 1 else None)
        out = in_order[op](*xs) if isinstance(xs[0], Value) else swapped[op](xs[1], xs[0])
        if out is NotImplemented:
            raise TypeError(f"{doing(op, xs)}: an array is no number. Take its members one by one, or use numpy's function of the array.")
        return out  # type: ignore[no-any-return]

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Callable[..., Value]:
            """Every row of the table with one input, or with a default for its second, is a method too: v.tanh()."""


def described(v: Value) -> str:
    """How a message names a Value: by its label if it has one."""
    return repr(v.label) if v.label else "an unnamed Value" if v.op is None else f"an unnamed {v.op.name} node"


def doing(op: Op, xs: Sequence[Any]) -> str:
    """What was tried, with the types of the operands: `Value * str`."""
    kinds = [type(x).__name__ for x in xs]
    sign = op.text.replace("{0}", "").replace("{1}", "").strip()
    return f" {sign} ".join(kinds) if len(sign) <= 2 and len(xs) == 2 else f"{op.name}({', '.join(kinds)})"


ORDERS = {relations.lt: "<", relations.le: "<=", relations.gt: ">", relations.ge: ">="}


def compared(v: Value, relation: Callable[[Any, Any], bool], other: Any) -> bool:
    """A relation of the numbers. NotImplemented hands over to an array; and what is no number is unequal, in no order."""
    trace: Any = current().tracing
    if trace is not None:
        return trace.compared(v, relation, other)  # type: ignore[no-any-return]
    if isinstance(other, Value):
        return relation(v._data, other._data)
    if isinstance(other, Real):
        return relation(v._data, other)
    if relation in ORDERS and not hasattr(other, "__array__"):
        number(other, f"Value {ORDERS[relation]} {type(other).__name__}")
    return NotImplemented  # type: ignore[no-any-return]


def looked_at(v: Value, how: str) -> TraceError:
    """The error for a function that treats one example otherwise than another."""
    return TraceError(f"{described(v)} is being traced, and {how} at {line_of_user()}: the trace would keep what this one example needs. "
                      "Use maximum, minimum, relu or heaviside for a choice, and look at numbers outside of the traced function.")


def operand(x: Any, beside: Value, swapped: bool, op: Op) -> tuple[Any, float]:
    """`x` as an operand beside a Value, and its number. (None, _) hands over to an array, which works member by member."""
    if isinstance(x, Value):
        return x, x._data
    if hasattr(x, "__array__") and not isinstance(x, Real):
        return None, math.nan
    data = number(x, doing(op, (x, beside) if swapped else (beside, x)))
    return data, data


def node(kind: type[Value], op: Op, data: float, a: Any, b: Any) -> Value:
    """The node that op made of a and b, under the modes in force."""
    modes = current()
    out = new(kind)
    out._data = data
    out._grad = None
    out.stamp = tick()
    out._label = ""
    out.place = modes.place
    if modes.grad_enabled:
        out.op, out.a, out.b = op, a, b
    else:
        out.op, out.a, out.b = None, UNRECORDED, None
    if modes.anomaly:
        line = line_of_user()
        out.place = Place(modes.place.scope if modes.place else "", line)
        if not math.isfinite(data):
            operands = a + (b or ()) if op.nary else (a, b)[: len(op.partials)]
            raise AnomalyError(f"{op.name} of {', '.join(map(with_number, operands))} gave {data}, at {line}. {TAMER}")
    return out


TAMER = "Scale, shift or clip what goes in there, or lower lr."


def with_number(x: Value | float) -> str:
    """An operand in a message."""
    return f"{described(x)} = {x._data}" if isinstance(x, Value) else f"{x}"


def line_of_user() -> str:
    """The source line that is at work, outside of these packages and of numpy, which calls them back."""
    frame = sys._getframe(1)
    while frame.f_back and (frame.f_globals.get("__package__") or "").partition(".")[0] in ("autograd", "nn", "optim", "numpy"):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def adjoints(root: Value, *, create_graph: bool = False) -> dict[Value, Any]:
    """∂root/∂node for every node below root: the chain rule, from the latest node to the earliest.

    What a node receives are the contributions of its consumers, so its adjoint is whole when its turn comes.
    """
    if root.a is UNRECORDED:
        raise RuntimeError(f"{described(root)} was computed under no_grad(), so it has no graph to go back through. "
                           "Compute it outside of the block.")
    pull = pull_values if create_graph else pull_floats
    watched = current().anomaly
    adjoint: dict[Value, Any] = {root: type(root)(1.0) if create_graph else 1.0}
    for v in latest_first(root):
        if v.op is not None:
            pull(v.op)(v, adjoint[v], adjoint)
            if watched:
                require_finite(v, adjoint)
    return adjoint


pull_floats = emit.PullBacks().__getitem__


def pull_values(op: Op) -> Callable[[Value, Value, dict[Value, Value]], None]:
    """The function (node, adjoint of node, adjoints) that sends contributions as Values: a graph of the gradient."""

    def pull(v: Value, g: Value, adjoint: dict[Value, Value]) -> None:
        z, places = (v, [(v.inputs, v.inputs)]) if not op.nary else many(v)
        for receivers, xs in reversed(places):
            for receiver, partial in zip(receivers, op.partials, strict=True):
                if isinstance(receiver, Value):
                    c = contribution(partial, g, z, *xs)
                    c = c if isinstance(c, Value) else Value(c)
                    adjoint[receiver] = adjoint[receiver] + c if receiver in adjoint else c

    return pull


Operands = tuple[Value | float, ...]


def many(v: Value) -> tuple[Value, list[tuple[Operands, Operands]]]:
    """Output and inputs, place by place, of an n-ary node: what receives there, and where the partials are taken."""
    op = v.op
    assert op is not None
    sequences = [s for s in (v.a, v.b) if s is not None]
    receivers = list(zip(*sequences, strict=True))
    if op.moves_along:
        top = max(values_of(v.a))
        if math.isfinite(top):
            moved = [x - top for x in v.a]
            return op(moved), list(zip(receivers, [(x,) for x in moved], strict=True))
    return v, list(zip(receivers, receivers, strict=True))


def values_of(xs: Sequence[Value | float]) -> list[float]:
    """The numbers of operands."""
    return [x if x.__class__ is float else x._data for x in xs]  # type: ignore[union-attr]


def require_finite(v: Value, adjoint: dict[Value, Any]) -> None:
    """Raise AnomalyError if an input of v has been sent an adjoint that is not finite."""
    for x in v.inputs:
        if isinstance(x, Value):
            g = adjoint[x]
            if not math.isfinite(g.item() if isinstance(g, Value) else g):
                assert v.op is not None
                made = f", made at {v.place.line}" if v.place and v.place.line else ""
                raise AnomalyError(f"the adjoint of {with_number(x)} became {g} through {v.op.name}{made}. {TAMER}")


by_stamp = attrgetter("stamp")


def latest_first(root: Value) -> list[Value]:
    """Every node below root, by falling stamp.

    Raises:  StaleGraphError: an input is younger than its consumer, so it was written after the forward pass.
    """
    seen = {root}
    order = [root]
    for v in order:
        op = v.op
        if op is None:
            continue
        if op.nary:
            for x in v.inputs:
                if isinstance(x, Value):
                    if x.stamp > v.stamp:
                        raise stale(x, v)
                    if x not in seen:
                        seen.add(x)
                        order.append(x)
            continue
        # Written out for both slots: a third of a backward pass is spent here.
        if (x := v.a).__class__ is not float:
            if x.stamp > v.stamp:
                raise stale(x, v)
            if x not in seen:
                seen.add(x)
                order.append(x)
        if (x := v.b) is not None and x.__class__ is not float:
            if x.stamp > v.stamp:
                raise stale(x, v)
            if x not in seen:
                seen.add(x)
                order.append(x)
    order.sort(key=by_stamp, reverse=True)
    return order


def stale(x: Value, consumer: Value) -> StaleGraphError:
    """The error that names the written leaf."""
    return StaleGraphError(f"{described(x)} was changed (to {x._data}) after {described(consumer)} was computed from it, so its gradient "
                           "would mix old and new numbers. Compute the loss again, then call backward().")


in_order, swapped = (
    emit.Operators({"current": current, "node": node, "number": number, "operand": operand, "new": new, "tick": tick}, swapped=order)
    for order in (False, True)
)


NO_SLOPE = "Its slope is 0 between jumps, so nothing could be learned through it: divide with /, or compute with v.item()."
MISSING = {
    "xor": ("^", "A power is written v**2."),
    "matmul": ("@", "A product is written v*w, and that of two lists autograd.dot(vs, ws)."),
    "floordiv": ("//", NO_SLOPE),
    "mod": ("%", NO_SLOPE),
}
"""Operators that the table has not, and what to use in their place."""


def missing(sign: str, remedy: str) -> Callable[[Value, Any], NoReturn]:
    """The method of an operator that the table has not."""

    def method(v: Value, other: Any) -> NoReturn:
        raise TypeError(f"{sign} of {described(v)} and {shown(other)}: Values have no such operation. {remedy}")

    return method


def install_operators() -> None:
    """Give Value its operators and methods, emitted from the table."""
    for name, op_name in {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow"}.items():
        setattr(Value, f"__{name}__", in_order[TABLE[op_name]])
        setattr(Value, f"__r{name}__", swapped[TABLE[op_name]])
    for op in TABLE.values():
        if len(op.partials) == 1 and not op.nary:
            setattr(Value, f"__{op.name}__" if op.name in ("neg", "abs") else op.name, in_order[op])
        elif op.defaults:
            setattr(Value, op.name, lambda self, *xs, op=op: op(self, *xs))
    for name, (sign, remedy) in MISSING.items():
        setattr(Value, f"__{name}__", missing(sign, remedy))
        setattr(Value, f"__r{name}__", missing(sign, remedy))


install_operators()
