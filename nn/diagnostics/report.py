"""What diagnostics of units share: the batch they look at, and the table they give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from autograd import values
from nn.arrays import as_array
from nn.module import Module
from nn.parameter import Floats


class LayerUnits(NamedTuple):
    """One layer's line in a report.

    name:    of the module, as `named_modules` has it.
    kind:    its class.
    by_unit: a share from 0 to 1 for each unit.
    """

    name: str
    kind: str
    by_unit: Floats

    @property
    def share(self) -> float:
        """The mean over the units."""
        return float(self.by_unit.mean())


@dataclass(frozen=True, repr=False, slots=True)
class UnitReport:
    """A share for every unit of a model, layer by layer; `report["1"]` is the layer called "1".

        what      what the shares are of, in a word or two
        layers    a `LayerUnits` for each layer, inputs first

    Example:
        >>> UnitReport("dead", (LayerUnits("1", "ReLU", np.array([0.0, 1.0])),))
        layer  kind  units     dead
        1      ReLU      2   50.0 %
    """

    what: str
    layers: tuple[LayerUnits, ...]

    @property
    def share(self) -> float:
        """The mean over all units."""
        return float(np.concatenate([layer.by_unit for layer in self.layers]).mean())

    def __getitem__(self, name: str) -> LayerUnits:
        found = {layer.name: layer for layer in self.layers}
        if name not in found:
            raise KeyError(f"no layer is called {name!r}. Use one of {', '.join(map(repr, found))}.")
        return found[name]

    def __iter__(self) -> Iterator[LayerUnits]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __repr__(self) -> str:
        lines = [("layer", "kind", "units", self.what)]
        lines += [(layer.name, layer.kind, str(len(layer.by_unit)), f"{100.0 * layer.share:.1f} %") for layer in self.layers]
        w = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(f"{name:<{w[0]}}  {kind:<{w[1]}}  {n:>{w[2]}}  {share:>{max(w[3], 7)}}" for name, kind, n, share in lines)


def batch(model: Module, X: Any, what: str) -> Floats:
    """The examples as an array, if they are a batch for a model."""
    if not isinstance(model, Module):
        raise TypeError(f"{what}: the model is {model!r} ({type(model).__name__}). Give an nn.Module, such as nn.MLP(2, [4, 1]).")
    examples = values(as_array(X, f"{what}: X"))
    if examples.ndim != 2 or not examples.size:
        raise ValueError(f"{what}: X has shape {examples.shape}. Give a batch of examples, of shape (N, features).")
    return examples
