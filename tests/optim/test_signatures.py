"""The arguments are PyTorch's: a script moves by changing an import."""

from __future__ import annotations

import inspect

import pytest

import optim
from tests.optim.leaves import CLASSES, Leaf, every_class
from tests.oracles import files

SIGNATURES = files.load("optim")["signatures"]


@pytest.mark.parametrize("name", SIGNATURES)
def test_names_and_defaults_are_pytorchs(name: str) -> None:
    arguments = inspect.signature(getattr(optim, name)).parameters
    ours = {k: x.default for k, x in arguments.items() if k not in ("params", "check_finite")}
    theirs = {k: tuple(x) if isinstance(x, list) else x for k, x in SIGNATURES[name].items()}
    assert ours == theirs


@pytest.mark.parametrize("name", SIGNATURES)
def test_positional_arguments_come_in_pytorchs_order(name: str) -> None:
    arguments = inspect.signature(getattr(optim, name)).parameters.values()
    positional = [x.name for x in arguments if x.kind is x.POSITIONAL_OR_KEYWORD and x.name != "params"]
    assert positional == [k for k in SIGNATURES[name] if k in positional]


@every_class
def test_the_repr_lists_every_setting_of_every_group(cls: type[optim.Optimizer]) -> None:
    optimizer = cls([{"params": [Leaf(1.0)]}, {"params": [Leaf(2.0)], "lr": 0.5}])
    lines = repr(optimizer).split("\n")
    assert lines[0] == f"{cls.__name__} ("
    assert lines[-1] == ")"
    assert lines.count("    lr: 0.5") == 1
    half = (len(lines) - 2) // 2
    for i in (0, 1):
        group = lines[1 + i * half : 1 + (i + 1) * half]
        assert group[0] == f"Parameter Group {i}"
        assert [line.strip().split(":")[0] for line in group[1:]] == sorted(optimizer.defaults)


def test_every_optimiser_of_the_package_is_tested() -> None:
    public = {getattr(optim, name) for name in optim.__all__ if inspect.isclass(getattr(optim, name))}
    found = {cls for cls in public if issubclass(cls, optim.Optimizer) and cls is not optim.Optimizer}
    assert found == set(CLASSES)
