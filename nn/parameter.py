"""Parameters: named arrays of leaf Values, the numbers a net learns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

from autograd import Value, grads, values
from nn.arrays import Array, as_array, objects

Floats = NDArray[np.float64]


class Parameter(NDArrayOperatorsMixin):
    """A named array of leaf Values: what a layer learns, and what an optimiser steps.

        p[i, j]     the leaf itself
        p.data      all their numbers, a float array
        p.grad      all their gradients, a float array; None until one has arrived

    In arithmetic it is the object array of its leaves: `W @ x + b`, `np.tanh(p)`, `(p * p).sum()`.

    Args:    data: a number, or a sequence or array of numbers. label: its name in pictures and messages; a leaf is
             called after it, "weight[0, 2]".
    Shape:   that of data, () included.
    Raises:  TypeError: data holds something that is no number. ValueError: rows of unequal length.
    Differs: torch.nn.Parameter shares memory with the tensor it is made from; this one copies. `p.data` is a copy too:
             `p.data -= lr * p.grad` writes it back, while `p.data[0] = 5.0` raises: write `p[0] = 5.0`.
    Example:
        >>> w = Parameter([0.5, -1.0], label="w")
        >>> (w[0] * w[1]).backward()
        >>> w.data -= 0.1 * w.grad
        >>> w.data, w[1]
        (array([ 0.6 , -1.05]), Value(-1.05, label='w[1]'))

    Source:  torch.nn.Parameter.
    """

    is_leaf = True
    __hash__ = object.__hash__

    def __init__(self, data: Any, label: str = "") -> None:
        given = numbers(data, "Parameter()")
        self._leaves: Array = objects([Value(x) for x in given.ravel().tolist()], given.shape)
        self._leaves.setflags(write=False)
        self.label = label

    @property
    def label(self) -> str:
        """Its name. Writing it renames the leaves."""
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        if not isinstance(label, str):
            raise TypeError(f"Parameter: the label is {label!r} ({type(label).__name__}), not a string. Use a name, as in label='w'.")
        self._label = label
        for index, leaf in np.ndenumerate(self._leaves):
            leaf.label = f"{label}[{', '.join(map(str, index))}]" if label and index else label

    @property
    def data(self) -> Floats:
        """The numbers, in a fresh array. Assigning an array of the same shape writes every leaf."""
        return Snapshot.of(values(self._leaves))

    @data.setter
    def data(self, x: Any) -> None:
        for leaf, number in zip(self._leaves.flat, self._fitting(x, "data"), strict=True):
            leaf.data = number

    @property
    def grad(self) -> Floats | None:
        """The gradients, in a fresh array: 0 for a leaf that none has reached, and None if that is so for all."""
        if all(leaf.grad is None for leaf in self._leaves.flat):
            return None
        return Snapshot.of(grads(self._leaves))

    @grad.setter
    def grad(self, g: Any) -> None:
        given = [None] * self.numel() if g is None else self._fitting(g, "grad")
        for leaf, number in zip(self._leaves.flat, given, strict=True):
            leaf.grad = number

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self._leaves.shape

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return self._leaves.ndim

    @property
    def T(self) -> Array:
        """The leaves with the axes in reverse order."""
        return self._leaves.T

    def numel(self) -> int:
        """How many numbers there are."""
        return self._leaves.size

    def item(self) -> float:
        """The number of a Parameter that holds one.

        Raises:  ValueError: it holds another number of them.
        """
        if self.numel() != 1:
            raise ValueError(f"{self._name}.item(): {self.numel()} numbers are held, not one. Pick one, as in p[0].item(), or take p.data.")
        return float(self.data.item())

    def __getitem__(self, index: Any) -> Any:
        return self._leaves[index]

    def __setitem__(self, index: Any, x: Any) -> None:
        written = np.asarray(self._leaves[index], dtype=object)
        given = numbers(x, f"{self._name}[{index!r}] =")
        try:
            given = np.broadcast_to(given, written.shape)
        except ValueError:
            raise ValueError(f"{self._name}[{index!r}] has shape {written.shape}, and shape {given.shape} was assigned. "
                             "Give a number, or one of the same shape.") from None
        for leaf, number in zip(written.flat, given.ravel().tolist(), strict=True):
            leaf.data = number

    def __iter__(self) -> Iterator[Any]:
        return iter(self._leaves)

    def __len__(self) -> int:
        return len(self._leaves)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return self._leaves.copy() if copy else self._leaves if dtype is None else self._leaves.astype(dtype, copy=False)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if any(isinstance(x, Parameter) for x in kwargs.get("out", ())):
            raise TypeError(f"{self._name}: arithmetic in place would replace its leaves by new nodes. "
                            "Write its numbers, as in p.data -= lr * p.grad.")
        return getattr(ufunc, method)(*(x._leaves if isinstance(x, Parameter) else x for x in inputs), **kwargs)

    def __reduce__(self) -> tuple[type[Parameter], tuple[Floats, str]]:
        return type(self), (values(self._leaves), self.label)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{self.data!r}"

    @property
    def _name(self) -> str:
        return self.label or "Parameter"

    def _fitting(self, x: Any, attribute: str) -> list[float]:
        """The numbers in `x`, one for each leaf, if its shape is this one."""
        given = numbers(x, f"{self._name}.{attribute} =")
        if given.shape != self.shape:
            raise ValueError(f"{self._name}.{attribute} has shape {self.shape}, and shape {given.shape} was assigned. "
                             "Give one of the same shape.")
        return given.ravel().tolist()


def numbers(x: Any, name: str) -> Floats:
    """`x` as a float array, if it holds nothing but numbers.

    Raises:  TypeError: it holds Values, or something that is no number. ValueError: rows of unequal length.
    """
    given = as_array(x.data if isinstance(x, Parameter) else x, name)
    if given.dtype == object:
        raise TypeError(f"{name}: Values were given where bare numbers are kept. Take theirs with autograd.values(…).")
    return given


class Snapshot(np.ndarray[Any, np.dtype[np.float64]]):
    """A read-only copy of a Parameter's numbers: writing a member raises instead of being lost.

    In-place arithmetic makes a new array, so that `p.data -= step` hands it to the Parameter.
    """

    @classmethod
    def of(cls, floats: Floats) -> Snapshot:
        """The numbers, protected."""
        snapshot = floats.view(cls)
        snapshot.setflags(write=False)
        return snapshot

    def __setitem__(self, index: Any, x: Any) -> None:
        if not self.flags.writeable:
            raise TypeError("p.data and p.grad are copies, so writing a member would not reach the Parameter. "
                            "Write p[0] = 5.0 or p[0].grad = 5.0, or assign a whole array: p.data = array.")
        super().__setitem__(index, x)

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        return np.asarray(array)[()]

    def __repr__(self) -> str:
        return repr(np.asarray(self))

    def __reduce__(self) -> Any:
        return np.asarray(self).__reduce__()


def _in_place(name: str) -> Any:
    def method(self: Snapshot, other: Any) -> Any:
        return getattr(np.ndarray, f"__{'i' if self.flags.writeable else ''}{name}__")(self, other)

    return method


for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Snapshot, f"__i{_name}__", _in_place(_name))
