"""What bad input must leave alone: one live object of every kind, and a snapshot of all that they hold, to the last bit."""

from __future__ import annotations

import dataclasses
import gc
import pickle
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np

import autograd
import nn
import optim
from autograd import Value, modes, no_grad, rng, trace
from autograd.compat import lecture, micrograd
from autograd.ops import Op
from nn.compat import lecture as taught_nets
from nn.compat import micrograd as small_nets

SVG = '<svg xmlns="http://www.w3.org/2000/svg"></svg>'


class World:
    """Leaves, graphs, nets, optimisers and files, as they are in the middle of some work."""

    def __init__(self, folder: Path) -> None:
        self.a, self.b, self.unreached = Value(2.0, "a"), Value(-3.0, "b"), Value(0.5, "unreached")
        self.loss = (self.a * self.b + self.a).tanh()
        self.loss.label = "loss"
        self.loss.backward()
        with no_grad():
            self.unrecorded = self.a * self.b
        self.unrecorded.label = "unrecorded"
        self.zero = Value(0.0, "zero")
        self.root = self.zero.sqrt()

        self.written = Value(1.0, "written")
        self.stale = self.written * self.a
        self.stale_sum_of_products = autograd.dot([self.a, self.written], [self.b, 1.0])
        self.written.data = 4.0
        self.stale.label = self.stale_sum_of_products.label = "stale"

        self.array = np.array([0.25, -1.5])
        self.values = np.array([self.a, self.b], dtype=object)
        self.parameter = nn.Parameter([[0.5, -1.0], [2.0, 0.25]], label="W")
        self.parameter.grad = [[1.0, 2.0], [3.0, 4.0]]
        self.bias = nn.Parameter([1.0, -1.0], label="bias")

        self.model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Tanh(), nn.Dropout(0.5), nn.Linear(3, 1))
        self.optimizer = optim.Adam([*self.model.parameters(), self.unreached], lr=0.125)
        self.output = nn.MSELoss()(self.model([[0.5, -1.0], [1.0, 2.0], [-1.5, 0.0]]), [[0.0], [1.0], [0.5]])
        self.output.backward()
        self.optimizer.step()
        self.momentum = optim.SGD([{"params": [self.b]}, {"params": [self.parameter], "lr": 0.5}], momentum=0.5, nesterov=True)
        self.lookahead = optim.NesterovLookahead([self.bias])

        self.linear, self.mlp, self.norm = nn.Linear(2, 2), nn.MLP(2, [3, 1]), nn.BatchNorm1d(2)
        self.modules, self.heads = nn.ModuleList([nn.Tanh()]), nn.ModuleDict({"mean": nn.Linear(2, 1)})
        self.nested = nn.Sequential(nn.Sequential(nn.Tanh()))
        self.misfit = nn.Sequential(nn.Linear(1, 3), nn.Linear(2, 1))
        self.unit = nn.McCullochPitts(2, inhibitory=[2])
        self.perceptron = nn.Perceptron(2, rng=3)
        self.perceptron.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])

        self.small, self.taught = micrograd.Value(2.0, label="small"), lecture.Value(0.5, label="taught")
        self.mixed = self.small * self.a
        self.small_net, self.taught_neuron = small_nets.MLP(2, [2, 1]), taught_nets.Neuron(1)
        (self.small * self.small).backward()

        self.line = nn.Linear(2, 1, rng=1)
        self.descent = optim.SGD(self.line.parameters(), lr=0.125, momentum=0.5)
        self.program = trace(lambda x, y: nn.functional.mse_loss(self.line(x), y), [1.0, 2.0], [0.5])
        self.outputs = trace(self.line, [1.0, 2.0])
        self.labelled = trace(lambda x, c: nn.functional.cross_entropy(self.line.weight[0] * x, c), 1.0, 0)
        self.roots = trace(lambda x: (self.a * x).sqrt(), 1.0)
        self.step = self.program.train_step(self.descent)
        self.step([[1.0, 2.0], [0.0, -1.0]], [[0.5], [1.5]])
        self.program.backward([[1.0, 2.0]], [[0.5]])
        self.line.weight.data = [[0.5, -0.25]]

        self.folder = folder
        (folder / "notes.txt").write_text("hand-written")
        (folder / "notes.svg").write_text("hand-written too")
        (folder / "old.svg").write_text(SVG)
        (folder / "folder.svg").mkdir()
        self.drawing = autograd.draw(self.loss)

    def within(self, mode: AbstractContextManager[Any], act: Callable[[], Any]) -> Any:
        """What `act` gives in a `with` block."""
        with mode:
            return act()

    def while_set(self, optimizer: optim.Optimizer, name: str, value: Any, act: Callable[[], Any]) -> Any:
        """What `act` gives while a setting of an optimiser's first group is another."""
        group = optimizer.param_groups[0]
        before = group[name]
        group[name] = value
        try:
            return act()
        finally:
            group[name] = before

    def state(self, **changed: Any) -> dict[str, Any]:
        """The optimiser's state_dict, with entries replaced: those of its first group, or "state" itself."""
        state = self.optimizer.state_dict()
        if "state" in changed:
            return {**state, **changed}
        return {**state, "param_groups": [{**state["param_groups"][0], **changed}]}

    def memory(self, **changed: Any) -> dict[str, Any]:
        """The optimiser's state_dict, with entries of what it remembers of its first parameter replaced."""
        state = self.optimizer.state_dict()
        return {**state, "state": {**state["state"], 0: {**state["state"][0], **changed}}}


class MishapError(Exception):
    """What goes wrong in a function of the user's own."""


def mishap(*_: Any) -> Any:
    """A function of the user's own, in which something goes wrong."""
    raise MishapError


class Row(NamedTuple):
    """A bad input, and its answer.

    Args:
        id: what is wrong.
        act: does it.
        error: the type of the answer, exactly.
        names: the part of the message that names the operand.
        remedy: the part that says what is expected, or what to do.
        documented: whose docstring has that type under Raises.
    """

    id: str
    act: Callable[[World], Any]
    error: type[Exception]
    names: str
    remedy: str
    documented: Any


def snapshot(world: World) -> dict[str, Any]:
    """Everything that anyone could read of the world and of the process around it, by a path to it."""
    found = {
        "random": random.getstate(), "numpy": pickle.dumps(np.random.get_state()), "numpy errors": np.geterr(), "gc": gc.isenabled(),
        "files": listing(world.folder),
    }
    seen: dict[int, str] = {}
    for name, x in {**vars(world), "modes": modes.current(), "default generator": rng.default}.items():
        read(x, name, found, seen)
    return found


def listing(folder: Path) -> list[Any]:
    """The files of a folder, with content and time of writing."""
    return [(p, p.is_file() and p.read_bytes(), p.stat().st_mtime_ns) for p in sorted(folder.rglob("*"))]


WHOLE = (str, bytes, int, bool, complex, type(None), Path)
BY_IDENTITY = (Op, type, FunctionType, BuiltinFunctionType, MethodType, ModuleType)


def read(x: Any, path: str, found: dict[str, Any], seen: dict[int, str]) -> None:
    """Write down x, and all that it holds. An object met again is written down as the path it was met on first."""
    if isinstance(x, WHOLE):
        found[path] = x
    elif isinstance(x, float):
        found[path] = x.hex()
    elif isinstance(x, BY_IDENTITY) or is_program(x):
        found[path] = id(x)
    elif isinstance(x, random.Random):
        found[path] = id(x), x.getstate()
    elif isinstance(x, tuple):
        parts(path, dict(enumerate(x)), found, seen)
    elif id(x) in seen:
        found[path] = seen[id(x)]
    else:
        seen[id(x)] = path
        found[path] = (type(x), id(x))
        parts(path, held(x), found, seen)


def is_program(x: Any) -> bool:
    """A program's own arrays are filled by every call, and nobody reads them: what it must leave alone are leaves and optimisers."""
    return type(x).__module__.startswith("autograd.replay.")


def parts(path: str, members: dict[Any, Any], found: dict[str, Any], seen: dict[int, str]) -> None:
    found[f"{path} members"] = list(map(str, members))
    for key, member in members.items():
        read(member, f"{path}.{key}", found, seen)


def held(x: Any) -> dict[Any, Any]:
    """The parts of an object: members, or attributes."""
    if isinstance(x, dict):
        return {f"{key if isinstance(key, (str, int)) else id(key)}": member for key, member in x.items()}
    if isinstance(x, (list, set, frozenset)):
        return dict(enumerate(x))
    if isinstance(x, np.ndarray):
        return {"shape": x.shape, "members": x.tobytes() if x.dtype != object else tuple(x.flat), "writeable": x.flags.writeable}
    names = [name for kind in type(x).__mro__ for name in getattr(kind, "__slots__", ())]
    if dataclasses.is_dataclass(x):
        names += [field.name for field in dataclasses.fields(x)]
    return {**{name: getattr(x, name) for name in names if hasattr(x, name)}, **getattr(x, "__dict__", {})}
