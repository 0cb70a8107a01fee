"""Modules that hold modules: one after the other, in a list, in a dict."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any, Self

from nn.module import Module


class Ordered(Module):
    """Modules in the order in which they were added, under the names "0", "1", … unless told others."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        super().__init__()
        add(self, numbered(self, modules))

    def __getitem__(self, i: int | slice) -> Any:
        chosen = list(members(self).items())[i]
        if isinstance(chosen, tuple):
            return chosen[1]
        view = ModuleList() if self._is_list else Sequential()
        view.__dict__.update((str(place), module) for place, (_, module) in enumerate(chosen))
        return view

    def __setitem__(self, i: int, module: Module) -> None:
        add(self, {list(members(self))[i]: module})

    def __len__(self) -> int:
        return len(members(self))

    def __iter__(self) -> Iterator[Module]:
        return iter(members(self).values())


class Growing(Ordered):
    """Such modules, with more to come."""

    def append(self, module: Module) -> Self:
        """Add a module at the end. Returns self.

        Raises:  TypeError: it is no Module.
        """
        return self.extend([module])

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add modules at the end, or, if one of them is none, nothing. Returns self."""
        add(self, numbered(self, modules, start=len(self)))
        return self


class Sequential(Growing):
    """Modules one after the other: each takes what the one before it gave.

        y = mₙ(… m₁(m₀(x)))

    Args:    modules: the modules in order, or one dict of them by name.
    Shape:   what the modules take and give.
    Raises:  TypeError: one of them is no Module. KeyError: a name is empty, has a dot, or is taken.
    Example:
        >>> from nn import Linear, Sequential, Tanh
        >>> list(Sequential(Linear(2, 4), Tanh(), Linear(4, 1)).state_dict())
        ['0.weight', '0.bias', '2.weight', '2.bias']

    Source:  torch.nn.Sequential.
    """

    _in_order = True

    def __init__(self, *modules: Any) -> None:
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            super().__init__()
            add(self, modules[0])
        else:
            super().__init__(modules)

    def forward(self, input: Any) -> Any:
        """The last module's output."""
        for module in self:
            input = module(input)
        return input

    def _outputs(self, inputs: int | None) -> int | None:
        for module in self:
            inputs = module._outputs(inputs)
        return inputs


class ModuleList(Growing):
    """A list of modules; a plain list assigned to an attribute is registered just as well.

    Args:    modules: any number of modules.
    Raises:  TypeError: one of them is no Module.
    Differs: torch.nn.ModuleList can also insert, extend by +, and pop.
    Example:
        >>> from nn import Linear, ModuleList
        >>> len(list(ModuleList([Linear(2, 2), Linear(2, 1)]).parameters()))
        4

    Source:  torch.nn.ModuleList.
    """

    _is_list = True

    def _called(self, key: str, module: Module) -> str:
        return f"{self._title}.{key}" if self._title else super()._called(key, module)


class ModuleDict(Module):
    """A dict of modules by name; a plain dict assigned to an attribute is registered just as well.

    Args:    modules: names (that are no attributes of a module) with their modules.
    Raises:  TypeError: one of them is no Module. KeyError: a name is empty, has a dot, or is taken.
    Example:
        >>> from nn import Linear, ModuleDict
        >>> heads = ModuleDict({"mean": Linear(3, 1), "variance": Linear(3, 1)})
        >>> heads["mean"].out_features, list(heads.keys())
        (1, ['mean', 'variance'])

    Source:  torch.nn.ModuleDict.
    """

    _is_list = True

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        super().__init__()
        self.update(modules or {})

    def update(self, modules: Mapping[str, Module]) -> None:
        """Add modules under their names, or, if one does not fit, nothing."""
        add(self, modules)

    def __getitem__(self, name: str) -> Module:
        return members(self)[name]

    def __setitem__(self, name: str, module: Module) -> None:
        add(self, {name: module})

    def __len__(self) -> int:
        return len(members(self))

    def __iter__(self) -> Iterator[str]:
        return iter(members(self))

    def __contains__(self, name: object) -> bool:
        return name in members(self)

    def keys(self) -> KeysView[str]:
        """The names."""
        return members(self).keys()

    def values(self) -> ValuesView[Module]:
        """The modules."""
        return members(self).values()

    def items(self) -> ItemsView[str, Module]:
        """The names with their modules."""
        return members(self).items()

    def _called(self, key: str, module: Module) -> str:
        return f"{self._title}.{key}" if self._title else super()._called(key, module)


def members(owner: Module) -> dict[str, Module]:
    """The modules directly inside, by name; one that is there twice is listed twice."""
    return {name: x for name, x in owner.__dict__.items() if isinstance(x, Module)}


def numbered(owner: Module, modules: Iterable[Module], start: int = 0) -> dict[str, Module]:
    """The modules under the names that PyTorch gives them."""
    if not isinstance(modules, Iterable):
        raise TypeError(f"{type(owner).__name__}: {modules!r} ({type(modules).__name__}) is no list of modules. "
                        "Give one, such as [nn.Tanh()].")
    return {str(place): module for place, module in enumerate(modules, start)}


def add(owner: Module, modules: Mapping[str, Module]) -> None:
    """Set modules under their names, or, if one does not fit, none."""
    if not isinstance(modules, Mapping):
        raise TypeError(f"{type(owner).__name__}: {modules!r} ({type(modules).__name__}) is no dict of modules. "
                        "Give names with their modules, as in {'mean': nn.Tanh()}.")
    for name, x in modules.items():
        if not isinstance(x, Module):
            remedy = "Unpack it: Sequential(*modules)." if isinstance(x, (list, tuple)) else "Give an object, such as nn.Tanh()."
            raise TypeError(f"{type(owner).__name__}: member {name!r} is {x!r} ({type(x).__name__}), and no Module. {remedy}")
        if not isinstance(name, str) or not name or "." in name or (hasattr(owner, name) and name not in members(owner)):
            raise KeyError(f"{type(owner).__name__}: {name!r} cannot name a module. Use a word without dots that is no attribute of one.")
    for name, x in modules.items():
        setattr(owner, name, x)
