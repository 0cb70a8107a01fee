"""What there is to practise at each level."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd import ops
from autograd._worksheet.formula import leaves_of, operations_of, sensible
from autograd.ops import Op, relu
from autograd.value import Value

LETTERS = "abcd"
WHOLE = (-5.0, -4.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0, 5.0)
SMALL = (-3.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 3.0)
CONSTANTS = (2.0, 3.0)


class Level(NamedTuple):
    """A kind of exercise: what is in it, how a formula of given numbers is made up, and after how many it may come again."""

    contains: str
    formula: Callable[[random.Random], Value]
    apart: int = 10


def sums_and_products(rng: random.Random) -> Value:
    """Each letter once."""
    while True:
        root: Value = grown(given(LETTERS[: rng.randint(3, 4)], WHOLE, rng), (ops.add, ops.sub, ops.mul), rng)
        used = {node.op for node in operations_of(root)}
        if ops.mul in used and used != {ops.mul}:
            return root


def several_paths(rng: random.Random) -> Value:
    """At least one letter more than once, and two products at least."""
    while True:
        letters = given(LETTERS[: rng.randint(2, 3)], WHOLE, rng)
        root: Value = grown(some_of(letters, rng.randint(4, 5), rng), (ops.add, ops.sub, ops.mul, ops.mul), rng)
        products = [node for node in operations_of(root) if node.op is ops.mul]
        if set(letters) == set(leaves_of(root)) and len(leaves_of(root)) > len(letters) and len(products) > 1 and sensible(root):
            return root


def powers_quotients_relu(rng: random.Random) -> Value:
    """One to three of these, among three operations at least."""
    while True:
        letters = given(LETTERS[: rng.randint(2, 3)], SMALL, rng)
        root: Value = grown(some_of(letters, rng.randint(2, 4), rng), (ops.add, ops.sub, ops.mul, ops.div), rng, BENDS)
        nodes = operations_of(root)
        new = [node for node in nodes if node.op in (ops.pow, ops.relu, ops.div)]
        if set(letters) == set(leaves_of(root)) and 1 <= len(new) <= 3 <= len(nodes) and sensible(root):
            return root


def small_net(rng: random.Random) -> Value:
    """One net or the other."""
    names, formula = rng.choice(NETS)
    root: Value = formula(*given(names.split(), SMALL, rng))
    return root


NETS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("w1 w2 b x1 x2 t", lambda w1, w2, b, x1, x2, t: (relu(w1 * x1 + w2 * x2 + b) - t) ** 2),
    ("w b u c x t", lambda w, b, u, c, x, t: (u * relu(w * x + b) + c - t) ** 2),
    ("w1 b1 w2 b2 u1 u2 x t", lambda w1, b1, w2, b2, u1, u2, x, t: (u1 * relu(w1 * x + b1) + u2 * relu(w2 * x + b2) - t) ** 2),
)


def given(names: Sequence[str], numbers: Sequence[float], rng: random.Random) -> list[Value]:
    """A leaf for each name."""
    return [Value(rng.choice(numbers), label=name) for name in names]


def some_of(letters: Sequence[Value], n: int, rng: random.Random) -> list[Value | float]:
    """n letters, any of them again and again, and now and then a constant."""
    return [rng.choice(CONSTANTS) if rng.random() < 0.12 else rng.choice(letters) for _ in range(n)]


Bend = Callable[[Value], Value]
BENDS: tuple[Bend, ...] = (relu, lambda v: v**2, lambda v: v**3)


def grown(operands: Sequence[Value | float], binary: Sequence[Op], rng: random.Random, bends: Sequence[Bend] = ()) -> Any:
    """A formula of the operands in their order, joined at random; some parts are bent."""
    if len(operands) == 1:
        return operands[0]
    cut = rng.randrange(1, len(operands))
    joined = rng.choice(binary)(grown(operands[:cut], binary, rng, bends), grown(operands[cut:], binary, rng, bends))
    return rng.choice(bends)(joined) if bends and isinstance(joined, Value) and rng.random() < 0.4 else joined


LEVELS = {
    1: Level("sums, differences and products; each number is used once", sums_and_products),
    2: Level("numbers that are used more than once, so that contributions add up", several_paths),
    3: Level("powers, quotients and relu", powers_quotients_relu),
    4: Level("small nets of relu neurons, with their squared error", small_net, apart=2),
}
