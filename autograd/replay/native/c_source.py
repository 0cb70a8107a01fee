"""The carrier that writes formulas as C."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

from autograd.ops import Op
from autograd.symbol import Source


class CSource(Source):
    """Formulas as C: division is IEEE already, and both sides of a choice may be computed."""

    __slots__ = ()

    @staticmethod
    def digits(x: float) -> str:
        """A number, to the last bit."""
        if math.isfinite(x):
            return f"({float(x)!r})" if math.copysign(1.0, x) < 0.0 else repr(float(x))
        return "NAN" if x != x else "INFINITY" if x > 0.0 else "(-INFINITY)"

    def written(self, op: Op, xs: Sequence[Self]) -> Self:
        """A bracketed expression or a call."""
        parts = [x.text for x in xs]
        if op.name == "div":
            return type(self)(f"({parts[0]} / {parts[1]})")
        return type(self)(op.source.format(*parts) if op.source else f"forward_{op.name}({', '.join(parts)})")

    def compared(self, relation: str, other: Any) -> Self:
        """A truth value."""
        return type(self)(f"({super().compared(relation, other).text})")

    def __and__(self, other: Any) -> Any:
        return type(self)(f"({self.text} & {other})") if isinstance(other, CSource) else super().__and__(other)

    def choose(self, yes: Any, no: Any) -> Self:
        """A conditional expression."""
        return type(self)(f"({self.text} ? {self.of(yes).text} : {self.of(no).text})")
