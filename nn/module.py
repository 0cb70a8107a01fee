"""Modules: parts of a net that know their parameters, and can be listed, named, switched, saved and printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from functools import partial
from textwrap import indent
from typing import Any, ClassVar, Self, TypeVar

import numpy as np

from autograd import scope
from nn import _state_dict, _summary
from nn.parameter import Parameter, numbers

Part = TypeVar("Part")


class Module:
    """A part of a net: parameters, buffers and other modules in its attributes, and `forward`, which computes.

    A Parameter or Module assigned to an attribute is registered under the attribute's name; those in a list, tuple or
    dict under "layers.0", "heads.mean". Calling a module runs `forward` inside a scope of its name, so that a picture
    can fold the nodes it makes. In scopes and labels a bare number takes the class before it: "linear0".

    Raises:  AttributeError: it is used before `super().__init__()` has run. TypeError: something else is assigned where
             a Parameter or Module stands. ValueError: a module is assigned to one inside it.
    Differs: torch.nn.Module does not see modules in plain lists and dicts; here they need no ModuleList. No hooks,
             devices or dtypes.
    Example:
        >>> from nn.linear import Linear
        >>> class Net(Module):
        ...     def __init__(self): super().__init__(); self.out = Linear(2, 1)
        ...     def forward(self, input): return self.out(input)
        >>> [name for name, _ in Net().named_parameters()]
        ['out.weight', 'out.bias']

    Source:  torch.nn.Module.
    """

    training: bool
    _buffers: dict[str, bool]  # name -> does it belong in the state_dict?
    _title = ""  # of the scope its nodes are made in
    _prefix = ""  # of the labels of its leaves
    _in_order: ClassVar[bool] = False
    _is_list: ClassVar[bool] = False

    def __init__(self) -> None:
        self.__dict__.update(training=True, _buffers={})

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; a subclass says it.

        Raises:  NotImplementedError: it does not.
        """
        raise NotImplementedError(f"{type(self).__name__} has no forward. Define forward(self, input), and return the output.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What `forward` computes, in a scope of the module's name."""
        self._require_ready("be called")
        self._name_newcomers()
        with scope(self._title or type(self).__name__.lower()):
            return self.forward(*args, **kwargs)

    def __setattr__(self, name: str, x: Any) -> None:
        held = self.__dict__.get(name)
        for kind in (Parameter, Module):
            if isinstance(held, kind) and not (x is None or isinstance(x, kind)):
                hint = f" To write its numbers: {name}.data = …." if kind is Parameter else ""
                raise TypeError(f"{type(self).__name__}.{name} is a {type(held).__name__}, and {type(x).__name__} was assigned. "
                                f"Assign a {kind.__name__}, or None.{hint}")
        found = list(parts(name, x))
        if found:
            self._require_ready(f"hold {name!r}")
        if any(self is module for _, part in found if isinstance(part, Module) for module in part.modules()):
            raise ValueError(f"{type(self).__name__}.{name}: it stands inside of what was assigned to it, and no net contains itself. "
                             "Give a copy.")
        is_buffer = name in self.__dict__.get("_buffers", ())
        if found and is_buffer:
            raise TypeError(f"{type(self).__name__}.{name} is a buffer, and {type(x).__name__} was assigned. Assign numbers, or None.")
        super().__setattr__(name, buffered(x, f"{type(self).__name__}.{name}") if is_buffer else x)
        for key, part in found:
            self._name(key, part)

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Keep numbers that are part of the state but not learned, such as running means, as the attribute `name`.

        Args:    name: of the attribute. tensor: an integer, a number or array of numbers, or None. persistent: does it
                 belong in the state_dict?
        Raises:  KeyError: the name is taken, or is none. TypeError: tensor holds no numbers. AttributeError:
                 `super().__init__()` has not run.
        """
        self._require_ready(f"hold {name!r}")
        if not isinstance(name, str) or hasattr(self, name) or not name.isidentifier():
            raise KeyError(f"{type(self).__name__}.register_buffer: {name!r} is no free name of an attribute. Choose another word.")
        self.__dict__[name] = buffered(tensor, f"{type(self).__name__}.{name}")
        self._buffers[name] = persistent

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Every Parameter once, in the order of assignment; `recurse`: those of the modules inside too."""
        return (p for _, p in self.named_parameters(recurse=recurse))

    def named_parameters(self, *, recurse: bool = True) -> Iterator[tuple[str, Parameter]]:
        """Every Parameter once, with its key: "layer1.weight"."""
        seen: set[Parameter] = set()
        for prefix, module in self.named_modules() if recurse else [("", self)]:
            for name, p in module._parts(Parameter):
                if p not in seen:
                    seen.add(p)
                    yield joined(prefix, name), p

    def buffers(self, recurse: bool = True) -> Iterator[Any]:
        """Every buffer that is not None."""
        return (b for _, b in self.named_buffers(recurse=recurse))

    def named_buffers(self, *, recurse: bool = True) -> Iterator[tuple[str, Any]]:
        """Every buffer that is not None, with its key."""
        for prefix, module in self.named_modules() if recurse else [("", self)]:
            for name in module._buffers:
                if module.__dict__.get(name) is not None:
                    yield joined(prefix, name), module.__dict__[name]

    def children(self) -> Iterator[Module]:
        """The modules directly inside, each once."""
        return (module for _, module in self.named_children())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly inside, each once, with their names."""
        seen: set[Module] = set()
        for name, module in self._parts(Module):
            if module not in seen:
                seen.add(module)
                yield name, module

    def modules(self) -> Iterator[Module]:
        """This module and all inside, each once, outer before inner."""
        return (module for _, module in self.named_modules())

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """This module, under the name "", and all inside, each once, with their keys."""
        seen: set[Module] = set()

        def below(key: str, module: Module) -> Iterator[tuple[str, Module]]:
            if module not in seen:
                module._require_ready("list its parts")
                seen.add(module)
                yield key, module
                for name, child in module._parts(Module):
                    yield from below(joined(key, name), child)

        return below("", self)

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all inside to training: dropout drops, batch norm uses the batch. Returns self.

        Raises:  ValueError: mode is not True or False.
        """
        if not isinstance(mode, bool):
            raise ValueError(f"train: the mode is {mode!r} ({type(mode).__name__}). Use True or False.")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch this module and all inside to evaluation. Returns self."""
        return self.train(False)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget every gradient: `.grad` becomes None, or with set_to_none=False zeros where there was one."""
        for p in self.parameters():
            if set_to_none:
                p.grad = None
            elif p.grad is not None:
                p.grad = p.grad * 0.0

    def apply(self, fn: Callable[[Module], object]) -> Self:
        """Call `fn` on every module inside, then on this one. Returns self."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def state_dict(self) -> dict[str, Any]:
        """A copy of the parameters and buffers: float arrays (and integers), under PyTorch's keys.

        Example:
            >>> from nn.linear import Linear
            >>> {key: x.shape for key, x in Linear(3, 2).state_dict().items()}
            {'weight': (2, 3), 'bias': (2,)}

        Source:  torch.nn.Module.state_dict. `{k: torch.as_tensor(x) for k, x in state.items()}` loads there.
        """
        return {entry.key: entry.value for entry in self._entries()}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> _state_dict.IncompatibleKeys:
        """Write parameters and buffers, or on an error nothing.

        Args:    state_dict: from `state_dict()` of an equal net, here or in PyTorch. strict: raise for keys that are
                 missing or unexpected, in place of passing over them.
        Returns: (missing_keys, unexpected_keys).
        Raises:  TypeError: state_dict is no mapping. ValueError: keys, shapes or members that do not fit, all named.
        Differs: PyTorch raises RuntimeError, and has by then written what fits.
        Source:  torch.nn.Module.load_state_dict.
        """
        return _state_dict.put(f"{type(self).__name__}.load_state_dict", list(self._entries()), state_dict, strict)

    def summary(self) -> str:
        """A table of the modules: name, class, outputs where they are known, parameters.

        Example:
            >>> from nn.linear import Linear
            >>> Linear(3, 2).summary()
            name    class   outputs  parameters
            linear  Linear        2           8
            total                             8
        """
        return _summary.table(self)

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return ""

    def __repr__(self) -> str:
        lines = [self.extra_repr()] if self.extra_repr() else []
        children = [f"({name}): {child!r}" for name, child in self._parts(Module)]
        if not children:
            return f"{type(self).__name__}({''.join(lines)})"
        return f"{type(self).__name__}(\n{indent(chr(10).join(lines + children), '  ')}\n)"

    def _parts(self, kind: type[Part]) -> Iterator[tuple[str, Part]]:
        """The Parameters, or the Modules, among the attributes, with their names."""
        return ((key, part) for name, x in self.__dict__.items() for key, part in parts(name, x) if isinstance(part, kind))

    def _entries(self, prefix: str = "") -> Iterator[_state_dict.Entry]:
        """The state, in PyTorch's order; what is shared comes under each of its keys."""
        self._require_ready("list its parts")
        for name, p in self._parts(Parameter):
            yield _state_dict.Entry(prefix + name, np.array(p.data), partial(setattr, p, "data"))
        for name, b in self.named_buffers(recurse=False):
            if self._buffers[name]:
                yield _state_dict.Entry(prefix + name, copy(b), partial(setattr, self, name))
        for name, module in self._parts(Module):
            yield from module._entries(f"{prefix}{name}.")

    def _outputs(self, inputs: int | None) -> int | None:  # noqa: ARG002
        """How many features come out where `inputs` go in; None where that is not known."""
        return None

    def _name(self, key: str, part: Parameter | Module) -> None:
        """Label a Parameter, or tell a module inside what its scope and its leaves are called."""
        if isinstance(part, Parameter):
            part.label = self._prefix + key
            return
        called = self._called(key, part)
        part.__dict__.update(_title=called, _prefix=self._prefix if part._is_list else f"{self._prefix}{called}.")
        for name, x in part.__dict__.items():
            for inner_key, inner in parts(name, x):
                part._name(inner_key, inner)

    def _name_newcomers(self) -> None:
        """Name what has come into a list or dict since that was assigned."""
        for name, x in self.__dict__.items():
            if isinstance(x, (list, dict)):
                for key, part in parts(name, x):
                    if not (part.label if isinstance(part, Parameter) else part._title):
                        self._name(key, part)

    def _called(self, key: str, module: Module) -> str:
        """What a module inside is called in labels and scopes: a bare number takes the class before it."""
        return f"{type(module).__name__.lower()}{key}" if key.isdigit() else key

    def _require_ready(self, wish: str) -> None:
        if "_buffers" not in self.__dict__:
            name = type(self).__name__
            raise AttributeError(f"{name} cannot {wish} yet: super().__init__() has not run. Make it the first line of {name}.__init__.")


def parts(name: str, x: Any) -> Iterator[tuple[str, Parameter | Module]]:
    """The Parameters and Modules in an attribute, with their keys: itself, or the members of a list, tuple or dict."""
    if isinstance(x, (Parameter, Module)):
        yield name, x
    elif isinstance(x, (list, tuple, dict)):
        for key, member in x.items() if isinstance(x, dict) else enumerate(x):
            if isinstance(member, (Parameter, Module, list, tuple, dict)):
                yield from parts(f"{name}.{key}", member)


def joined(prefix: str, name: str) -> str:
    """A name inside of another one."""
    return f"{prefix}.{name}" if prefix else name


def buffered(x: Any, name: str) -> Any:
    """A buffer's value: None, an integer, or a float array of its own."""
    if x is None or (isinstance(x, (int, np.integer)) and not isinstance(x, bool)):
        return x if x is None else int(x)
    return numbers(x, name).copy()
