"""Terms as numpy calls, one a line, that write into arrays which are there already.

A call on small arrays costs as much as its arithmetic, and a new array as much again. So each result is put into an array that
was made beforehand: the one that is to hold it in the end, or one of a few work arrays, taken again as soon as nobody
needs what is in it. Numbers are arrays without axes, which numpy takes twice as fast as floats.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import ops
from autograd.ops import TABLE, Formula, Op
from autograd.replay.simpler import EXPANDED, LARGEST, tail
from autograd.replay.terms import Operand, Shape, Term, needed

Floats = NDArray[np.float64]

UFUNCS: dict[str, np.ufunc] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative, "exp": np.exp, "log": np.log,
    "sqrt": np.sqrt, "expm1": np.expm1, "log1p": np.log1p, "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin,
    "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "abs": np.absolute,
    "maximum": np.maximum, "minimum": np.minimum, "heaviside": np.heaviside,
}
"""Operations that are one call; of the table's own, those that are not here are written in others or done number by number."""

MASKS: dict[str, np.ufunc] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "&": np.logical_and,
}
ON_ARRAYS: dict[str, Formula] = {
    **EXPANDED,
    "relu": lambda x: ops.maximum(x, 0.0),
    "softplus": lambda x: ops.maximum(x, 0.0) + ops.log1p(tail(x)),
}
LARGE = 4096
"""From so many members on, a limit that is one number for all is not written out as an array, which is quicker below."""


def silent(f: Callable[..., Any]) -> Callable[..., Any]:
    """f, without numpy's warnings of what IEEE arithmetic has an answer to."""
    if np.lib.NumpyVersion(np.__version__) < "2.0.0":
        return np.errstate(all="ignore")(f)
    context = contextvars.Context()
    context.run(np.seterr, all="ignore")
    return partial(context.run, f)


def power(x: Any, y: Any) -> Any:
    """x to the y, with the products of `ieee.power` where y is one number."""
    if np.ndim(y) == 0:
        if y == 2.0:
            return x * x
        if y == 3.0:
            return x * x * x
        if y == -1.0:
            return 1.0 / x
    return np.power(x, y)


def on_arrays(op: Op) -> Callable[..., Any]:
    """The value of an operation that is no call of numpy's.

    An n-ary op takes arrays of shape (nodes, members, …), and folds the second axis.
    """
    if op is ops.pow:
        return power
    if op.nary:
        folded = np.vectorize(lambda *xs: op.forward(*xs), signature=",".join("(n)" for _ in op.partials) + "->()", otypes=[float])
        return lambda *xs: folded(*(np.moveaxis(x, 1, -1) for x in xs))
    each = np.frompyfunc(op.forward, len(op.partials), 1)
    return lambda *xs: each(*xs)


class WorkArrays:
    """Arrays that are free, and are taken and given back while a program is written."""

    def __init__(self) -> None:
        self._free: list[NDArray[Any]] = []

    def taken(self, shape: Shape, dtype: type) -> tuple[NDArray[Any], NDArray[Any]]:
        """The smallest that is large enough, or a new one; and the view of it with this shape."""
        size = int(np.prod(shape))
        fitting = [a for a in self._free if a.dtype == dtype and a.size >= size]
        if fitting:
            flat = min(fitting, key=lambda a: a.size)
            self._free = [a for a in self._free if a is not flat]
        else:
            flat = np.zeros(size, dtype)
        return flat, flat[:size].reshape(shape)

    def given_back(self, flat: NDArray[Any]) -> None:
        """It may be taken again."""
        self._free.append(flat)


class Calls:
    """Writes what computes some terms.

    Args:    arrays: of leaves, and of terms that are to be put in a certain place. names: of those leaves that the
             function is given when it is called. prefix: how the names of all others begin.
    """

    def __init__(self, arrays: dict[Term, NDArray[Any]], names: dict[Term, str] | None = None, prefix: str = "") -> None:
        self._prefix = prefix
        self.space: dict[str, Any] = {
            "copyto": np.copyto, "dot": np.dot, "take": np.take, "add_at": np.add.at, "inf": np.inf, "nan": np.nan,
        }
        self.lines: list[str] = []
        self._arrays = dict(arrays)
        self._fixed = set(arrays)
        self._names: dict[Term, str] = dict(names or {})
        self._constants: dict[Any, str] = {}
        self._work = WorkArrays()
        self._flat: dict[Term, NDArray[Any]] = {}
        self._last: dict[Term, int] = {}

    def write(self, roots: Sequence[Term]) -> None:
        """The calls that compute the roots, and everything that they need. What is in the roots stays there."""
        order = needed(roots)
        for i, term in enumerate(order):
            for x in term.xs:
                if isinstance(x, Term):
                    self._last[owner(x)] = i
        self._last |= dict.fromkeys(map(owner, roots), len(order))
        for i, term in enumerate(order):
            if term.op != "leaf":
                self._write(term, i)
            for x in {owner(x) for x in term.xs if isinstance(x, Term)}:
                if self._last[x] == i and x in self._flat:
                    self._work.given_back(self._flat.pop(x))

    def name(self, x: Operand) -> str:
        """What stands for an operand in a call."""
        if not isinstance(x, Term):
            key: Any = x.hex()
            if key not in self._constants:
                self._constants[key] = self._bound(f"{self._prefix}c{len(self._constants)}", np.array(x))
            return self._constants[key]
        if x not in self._names:
            self._names[x] = self._bound(x.info if x.op == "leaf" else f"{self._prefix}t{x.place}", self._arrays[x])
        return self._names[x]

    def array(self, term: Term) -> NDArray[Any]:
        """Where a term is."""
        return self._arrays[term]

    def _bound(self, name: str, thing: Any) -> str:
        self.space[name] = thing
        return name

    def _write(self, term: Term, i: int) -> None:
        """One term."""
        if term.op == "view":
            kind, *how = term.info
            x = term.xs[0]
            assert isinstance(x, Term)
            self._arrays[term] = VIEWS[kind](self._arrays[x], *how)
        elif term.op != "beside":
            self._place(term, i)
            writer = getattr(self, f"_{term.op}", None) if isinstance(term.op, str) and term.op.isidentifier() else self._each
            assert writer is not None
            writer(term)

    def _place(self, term: Term, i: int) -> None:
        """Choose the array that a term is put into."""
        if term in self._fixed or term in self._names:
            return
        candidates = term.xs[2:] if term.op == "where" else term.xs if isinstance(term.op, Op) else ()
        for x in candidates:
            if isinstance(x, Term) and x in self._flat and self._last[x] == i and x.shape == term.shape and not is_mask(x):
                self._flat[term] = self._flat.pop(x)
                self._arrays[term] = self._arrays[x]
                return
        self._flat[term], self._arrays[term] = self._work.taken(term.shape, np.bool_ if is_mask(term) else np.float64)

    def _line(self, function: str, *parts: str) -> None:
        self.lines.append(f"{function}({', '.join(parts)})")

    def _each(self, term: Term) -> None:
        """An operation member by member."""
        op, out = term.op, self.name(term)
        ufunc = MASKS.get(op) if isinstance(op, str) else UFUNCS.get(op.name) if TABLE.get(op.name) is op else None
        if ufunc in (np.maximum, np.minimum):
            self._line(self._numpy(ufunc), *(self._limit(x, term) for x in term.xs), f"out={out}")
        elif ufunc is not None:
            self._line(self._numpy(ufunc), *map(self.name, term.xs), out)
        else:
            assert isinstance(op, Op)
            f = self._bound(f"{op.name}_{id(op):x}", on_arrays(op))
            self._line("copyto", out, f"{f}({', '.join(map(self.name, term.xs))})", "'unsafe'")

    def _numpy(self, ufunc: np.ufunc) -> str:
        """What one of numpy's functions is called in the source."""
        return self._bound(f"np_{ufunc.__name__}", ufunc)

    def _limit(self, x: Operand, term: Term) -> str:
        """A number that others are compared with, written out for each of them."""
        size = int(np.prod(term.shape))
        if isinstance(x, Term) or size > LARGE:
            return self.name(x)
        key = (x.hex(), term.shape)
        if key not in self._constants:
            self._constants[key] = self._bound(f"{self._prefix}c{len(self._constants)}", np.full(term.shape, x))
        return self._constants[key]

    def _where(self, term: Term) -> None:
        mask, yes, no = term.xs
        out = self.name(term)
        if self._arrays.get(term) is None or not isinstance(no, Term) or self._arrays.get(no) is not self._arrays[term]:
            self._line("copyto", out, self.name(no))
        self._line("copyto", out, self.name(yes), f"where={self.name(mask)}")

    def _dot(self, term: Term) -> None:
        self._line("dot", *map(self.name, term.xs), self.name(term))

    def _total(self, term: Term) -> None:
        """The sum over an axis."""
        self._line(self._bound("add_reduce", np.add.reduce), self.name(term.xs[0]), str(term.info), "None", self.name(term))

    def _greatest(self, term: Term) -> None:
        """The largest over an axis that stays; of infinities, the largest finite number."""
        axis, keep = term.info
        self._line(self._bound("largest", np.maximum.reduce), self.name(term.xs[0]), f"{axis}", "None", self.name(term), f"{keep}",
                   repr(-LARGEST))

    def _fold(self, term: Term) -> None:
        op = term.info
        f = self._bound(f"{op.name}_{id(op):x}", on_arrays(op))
        self._line("copyto", self.name(term), f"{f}({', '.join(map(self.name, term.xs))})")

    def _full(self, term: Term) -> None:
        """Members of an operand, repeated to the shape."""
        self._line("copyto", self.name(term), self.name(term.xs[0]))

    def _taken(self, term: Term) -> None:
        """Rows of an operand, by their numbers."""
        index = self._bound(f"{self._prefix}i{term.place}", np.array(term.info))
        self._line("take", self.name(term.xs[0]), index, "0", self.name(term), "'clip'")

    def _assembled(self, term: Term) -> None:
        """Sums of pieces, each added to some rows; those that come first to all of their rows are put there."""
        whole = self._arrays[term]
        reached = np.zeros(len(whole), dtype=bool)
        scattered = any(not isinstance(where, tuple) for where in term.info)
        if scattered:
            whole_name = self.name(term)
            self.lines.append(f"{whole_name}.fill(0.0)")
            reached[:] = True
        for where, piece in zip(term.info, term.xs, strict=True):
            if not isinstance(where, tuple):
                index = self._bound(f"{self._prefix}i{term.place}_{id(where):x}", where.array)
                self._line("add_at", self.name(term), index, self.name(piece))
                continue
            start, stop = where
            part = whole[start:stop]
            name = self._bound(f"{self._prefix}t{term.place}_{start}_{stop}", part)
            if isinstance(piece, Term) and shares(self._arrays[piece], part):
                reached[start:stop] = True
            elif not reached[start:stop].any():
                self._line("copyto", name, self.name(piece))
                reached[start:stop] = True
            else:
                for a, b in runs(~reached[start:stop]):
                    self.lines.append(f"{self._bound(f'{name}_{a}_{b}', part[a:b])}.fill(0.0)")
                reached[start:stop] = True
                self._line(self._numpy(np.add), name, self.name(piece), name)


def shares(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Are they the same numbers in memory?"""
    return a.size == b.size and a.ctypes.data == b.ctypes.data


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where stretches of True begin and end."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def is_mask(term: Term) -> bool:
    """Does it hold truth values?"""
    return term.op in MASKS


def owner(term: Term) -> Term:
    """The term whose array it is a view of."""
    while term.op == "view":
        x = term.xs[0]
        assert isinstance(x, Term)
        term = x
    return term


VIEWS: dict[str, Callable[..., NDArray[Any]]] = {
    "shape": lambda a, shape: a.reshape(shape),
    "rows": lambda a, start, stop: a[start:stop],
    "turned": lambda a: a.T,
}


def compiled(name: str, parameters: Sequence[str], lines: Sequence[str], space: dict[str, Any]) -> Callable[..., Any]:
    """The function of these lines."""
    source = "\n".join([f"def {name}({', '.join(parameters)}):", *(f"    {line}" for line in lines), *(["    pass"] if not lines else [])])
    defined: dict[str, Any] = {}
    exec(compile(source, "<replay, emitted from the table>", "exec"), space, defined)
    defined[name].source = source
    return defined[name]  # type: ignore[no-any-return]
