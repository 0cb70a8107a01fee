"""An optimiser's rule as a list of operations, recorded from the very arithmetic that runs on floats.

A rule works on numbers (settings, counts of steps, what follows from them) and on whole arrays (parameters, gradients, what
is remembered of them). Both are registers here: an operation on registers is written down, and an executor replays the list
with the numbers of each step. A comparison is answered from the numbers there are now, and kept as a *condition*: as long
as all conditions have the same answers, so has the rule the same operations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from autograd import ops
from autograd.ops import Compared, Op
from autograd.tracing import RELATIONS

Step = tuple[Op, "Register", tuple["Register", ...]]
"""An operation, where its result goes, and its operands."""

Place = tuple[str, int | None]
"""A setting by its name; where it is a pair, the place in it."""


class Register(Compared):
    """A number, whose present value is known, or a whole array, of which nothing is."""

    __slots__ = ("number", "recorder")

    def __init__(self, recorder: Recorder, number: float | None) -> None:
        self.recorder = recorder
        self.number = number

    @property
    def is_array(self) -> bool:
        """Is it an array?"""
        return self.number is None

    def apply(self, op: Op, xs: Sequence[Any]) -> Register:
        """Write the operation down."""
        return self.recorder.applied(op, [self.recorder.of(x) for x in xs])

    def sqrt(self) -> Any:
        """The square root."""
        return ops.sqrt(self)

    def maximum(self, other: Any) -> Any:
        """The larger of two."""
        return ops.maximum(self, other)

    def compared(self, relation: str, other: Any) -> bool:
        """The answer there is now; from here on the list holds only where it is the same."""
        return self.recorder.answered(self, relation, self.recorder.of(other))

    def __bool__(self) -> bool:
        return self.compared("!=", 0.0)

    def __float__(self) -> float:
        self.compared("==", self.number)
        assert self.number is not None
        return self.number


class Recorder:
    """What was done with registers, in order."""

    def __init__(self) -> None:
        self.constants: dict[str, Register] = {}
        self.on_numbers: list[Step] = []
        self.on_arrays: list[Step] = []
        self.conditions: list[tuple[str, Register, Register, bool]] = []

    def of(self, x: Any) -> Register:
        """`x` itself, or a register for a number that never changes."""
        if isinstance(x, Register):
            return x
        number = float(x)
        return self.constants.setdefault(number.hex(), Register(self, number))

    def applied(self, op: Op, xs: Sequence[Register]) -> Register:
        """The result of an operation. To divide an array by a number is to multiply it by the reciprocal: a tenth of the time, and
        half a unit in the last place.
        """
        if op is ops.div and xs[0].is_array and not xs[1].is_array:
            return self.applied(ops.mul, (xs[0], self.applied(ops.div, (self.of(1.0), xs[1]))))
        if any(x.is_array for x in xs):
            out = Register(self, None)
            self.on_arrays.append((op, out, tuple(xs)))
        else:
            out = Register(self, op.forward(*(x.number for x in xs)))
            self.on_numbers.append((op, out, tuple(xs)))
        return out

    def answered(self, x: Register, relation: str, y: Register) -> bool:
        """How a comparison comes out now."""
        if x.number is None or y.number is None:
            raise TypeError("a rule compares the members of arrays, which has no single answer. Use autograd.where or maximum.")
        answer = RELATIONS[relation](x.number, y.number)
        self.conditions.append((relation, x, y, answer))
        return answer


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of an optimiser for one group of parameters.

        settings      the numbers taken from the group
        clock         counts before the step, by name;  advanced: after it
        constants     the numbers that never change
        on_numbers    operations on numbers, to be done first
        conditions    comparisons that must come out as they did: (relation, x, y, answer)
        θ, g, s       parameters, gradients, and what is remembered by symbol
        on_arrays     operations on arrays
        new_θ, new_s  what they are after the step
        ahead         where the gradient is asked for, if not at θ; its operations are among the others
    """

    settings: dict[Place, Register]
    clock: dict[str, Register]
    advanced: dict[str, Register]
    constants: list[Register]
    on_numbers: list[Step]
    conditions: list[tuple[str, Register, Register, bool]]
    θ: Register
    g: Register
    s: dict[str, Register]
    on_arrays: list[Step]
    new_θ: Register
    new_s: dict[str, Register]
    ahead: Register | None


def recorded(optimizer: Any, group: Mapping[str, Any], clock: Mapping[str, float]) -> Rule:
    """The rule of an optimiser's next step.

    Args:    optimizer: has `advance`, `coefficients`, `entries` and `update`, as those of `optim`. group: the settings.
             clock: the counts now.
    Raises:  TypeError: the rule asks for more than arithmetic on its numbers.
    Example:
        >>> from autograd import Value
        >>> from optim import SGD
        >>> sgd = SGD([Value(1.0)], lr=0.5)
        >>> [op.name for op, *_ in recorded(sgd, sgd.param_groups[0], {"step": 0}).on_arrays]
        ['mul', 'sub']
    """
    recorder = Recorder()
    settings: dict[Place, Register] = {}

    def register(place: Place, x: float) -> Register:
        settings[place] = Register(recorder, x)
        return settings[place]

    known: dict[str, Any] = {}
    for name, x in group.items():
        if isinstance(x, float):
            known[name] = register((name, None), x)
        elif isinstance(x, tuple) and all(isinstance(part, float) for part in x):
            known[name] = tuple(register((name, i), part) for i, part in enumerate(x))
        else:
            known[name] = x
    before = {name: Register(recorder, float(x)) for name, x in clock.items()}
    after = optimizer.advance(before, known)
    h = SimpleNamespace(**optimizer.coefficients(after, known))
    θ, g = Register(recorder, None), Register(recorder, None)
    remembered = {symbol: Register(recorder, None) for symbol in optimizer.entries(group)}
    s = SimpleNamespace(**remembered)
    ahead = recorder.of(optimizer.ahead(θ, s, h)) if hasattr(optimizer, "ahead") else None
    new_θ = recorder.of(optimizer.update(θ, g, s, h))
    new_s = {symbol: recorder.of(getattr(s, symbol)) for symbol in remembered}
    on_arrays = needed(recorder.on_arrays, [new_θ, *new_s.values(), *([] if ahead is None else [ahead])])
    asked = [r for _, _, xs in on_arrays for r in xs] + [r for _, x, y, _ in recorder.conditions for r in (x, y)] + list(after.values())
    on_numbers = needed(recorder.on_numbers, [recorder.of(x) for x in asked])
    return Rule(settings, before, {name: recorder.of(x) for name, x in after.items()}, list(recorder.constants.values()), on_numbers,
                recorder.conditions, θ, g, remembered, on_arrays, new_θ, new_s, ahead)


def needed(steps: Sequence[Step], results: Sequence[Register]) -> list[Step]:
    """The steps that some of the results depend on."""
    wanted, kept = {id(r) for r in results}, []
    for step in reversed(steps):
        _, out, xs = step
        if id(out) in wanted:
            wanted |= {id(x) for x in xs}
            kept.append(step)
    return kept[::-1]
