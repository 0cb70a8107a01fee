"""Numbers that a traced function reads from its Values, as for an accuracy: they are computed anew in every run."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any, NoReturn

from autograd import ops
from autograd.errors import TraceError
from autograd.ops import Op
from autograd.value import Value, described, line_of_user


class Reading:
    """What a number that is read inside of a trace stands for: its arithmetic and its comparisons are recorded.

    A comparison gives a Reading too, 1 where it holds and 0 where not, so that those which hold can be counted.

    Args:    node: a Value that has the number. read: the Value that the function read.
    Raises:  TraceError: a branch depends on it, or it is turned into a bare number: only what it is now would be kept.
    """

    __slots__ = ("node", "read")

    __array_ufunc__ = None
    """numpy's numbers leave the arithmetic with a Reading to the Reading."""

    def __init__(self, node: Value, read: Value) -> None:
        self.node = node
        self.read = read

    def __repr__(self) -> str:
        return "<a number that is read anew in every run>"

    def __bool__(self) -> NoReturn:
        raise self.refused("a branch was made to depend on it")

    def __float__(self, *_: object) -> NoReturn:
        raise self.refused("it was turned into a bare number, or into text")

    def __format__(self, spec: str) -> NoReturn:
        raise self.refused("it was turned into text")

    __int__ = __index__ = __round__ = __floor__ = __ceil__ = __trunc__ = __complex__ = __float__

    def __hash__(self) -> NoReturn:
        raise self.refused("it was looked up in a set or dict")

    def refused(self, how: str) -> TraceError:
        """The error for what cannot be done anew in every run."""
        return TraceError(f"the number of {described(self.read)} was read in a function that is being traced, and {how} at "
                          f"{line_of_user()}: the trace would keep what it is now. Count with comparisons, as in "
                          "sum((s.data > 0) == (y > 0) for …), or return it and look at it outside.")

    def __eq__(self, other: object) -> Any:
        return self.combined(ops.equal, self, other)

    def __ne__(self, other: object) -> Any:
        same = self == other
        return NotImplemented if same is NotImplemented else 1.0 - same

    def __ge__(self, other: Any) -> Any:
        return self.combined(ops.maximum, self, other) == self

    def __le__(self, other: Any) -> Any:
        return self.combined(ops.minimum, self, other) == self

    def __gt__(self, other: Any) -> Any:
        return (self >= other) - (self == other)

    def __lt__(self, other: Any) -> Any:
        return (self <= other) - (self == other)

    def __neg__(self) -> Any:
        return self.combined(ops.neg, self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self.combined(ops.absolute, self)

    @staticmethod
    def combined(op: Op, *xs: Any) -> Any:
        """The op on Readings and bare numbers."""
        if not all(isinstance(x, Reading) or is_number(x) for x in xs):
            return NotImplemented
        read = next(x.read for x in xs if isinstance(x, Reading))
        return Reading(op(*[x.node if isinstance(x, Reading) else float(x) for x in xs]), read)


def is_number(x: Any) -> bool:
    """Is it a bare number, or numpy's or Python's truth?"""
    return isinstance(x, Real) or (hasattr(x, "dtype") and x.dtype.kind == "b" and x.ndim == 0)


def arithmetic(op: Op, *, swapped: bool) -> Callable[[Reading, Any], Any]:
    """An operator's method."""
    if swapped:
        return lambda reading, other: reading.combined(op, other, reading)
    return lambda reading, other: reading.combined(op, reading, other)


for name, op in {"add": ops.add, "sub": ops.sub, "mul": ops.mul, "truediv": ops.div, "pow": ops.pow}.items():
    setattr(Reading, f"__{name}__", arithmetic(op, swapped=False))
    setattr(Reading, f"__r{name}__", arithmetic(op, swapped=True))

Real.register(Reading)
