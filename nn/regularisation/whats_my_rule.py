"""A game about rules: four examples, seven rules that explain all of them, and questions that tell them apart."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from autograd.rng import generator, is_integer

Triple = tuple[int, int, int]
WANTED = "Give three integers, as in ask((1, 2, 3))."

EXAMPLES: tuple[Triple, ...] = ((2, 4, 6), (8, 10, 12), (14, 16, 18), (20, 22, 24))

RULES: dict[str, Callable[[int, int, int], bool]] = {
    "three different numbers": lambda a, b, c: a != b and b != c and a != c,
    "rising numbers": lambda a, b, c: a < b < c,
    "even numbers": lambda a, b, c: a % 2 == b % 2 == c % 2 == 0,
    "equal steps": lambda a, b, c: b - a == c - b,
    "steps of two": lambda a, b, c: b - a == c - b == 2,
    "even numbers in steps of two": lambda a, b, c: a % 2 == 0 and b - a == c - b == 2,
    "the four examples, and no others": lambda a, b, c: (a, b, c) in EXAMPLES,
}


class WhatsMyRule:
    """The game "what's my rule?": find the rule behind four triples of numbers by asking about other triples.

    All seven of `RULES` explain all four of `EXAMPLES`, so the examples alone do not decide. A question to which the rules
    still left give different answers does.

    Args:    rule: one of the names in `RULES`; drawn at random if not given. rng: of the draw, an int seed, a random.Random,
             or None for the default generator.
    Raises:  ValueError: rule is no name of a rule. TypeError: rng is no source of random numbers.
    Example:
        >>> game = WhatsMyRule("rising numbers")
        >>> game.ask((3, 5, 7)), game.ask((1, 5, 6)), game.left()
        (True, True, ['three different numbers', 'rising numbers'])
        >>> game.ask((6, 5, 1)), game.left()
        (False, ['rising numbers'])

    Source:  Wason, On the failure to eliminate hypotheses in a conceptual task (1960); the lecture decks.
    """

    examples = EXAMPLES

    def __init__(self, rule: str | None = None, *, rng: int | random.Random | None = None) -> None:
        source = generator(rng)
        if rule is not None and rule not in list(RULES):
            raise ValueError(f"WhatsMyRule: there is no rule {rule!r}. Use one of {', '.join(map(repr, RULES))}.")
        self._secret = source.choice(list(RULES)) if rule is None else rule
        self.asked: dict[Triple, bool] = {}

    def ask(self, triple: Sequence[int]) -> bool:
        """Whether the rule holds for this triple.

        Raises:  TypeError: a member is no integer. ValueError: there are not three.
        """
        a, b, c = checked(triple)
        self.asked[a, b, c] = RULES[self._secret](a, b, c)
        return self.asked[a, b, c]

    def left(self) -> list[str]:
        """The names of the rules that explain the examples and every answer so far."""
        known = {**dict.fromkeys(EXAMPLES, True), **self.asked}
        return [name for name, holds in RULES.items() if all(holds(*triple) == answer for triple, answer in known.items())]

    def reveal(self) -> str:
        """The name of the rule."""
        return self._secret

    def __repr__(self) -> str:
        return f"<WhatsMyRule: {len(self.asked)} asked, {len(self.left())} rules left>"


def checked(triple: Sequence[int]) -> Triple:
    """Three integers."""
    found = list(triple) if isinstance(triple, Sequence) and not isinstance(triple, str) else [triple]
    for member in found:
        if not is_integer(member):
            raise TypeError(f"WhatsMyRule.ask: {member!r} ({type(member).__name__}) is no integer. {WANTED}")
    if len(found) != 3:
        raise ValueError(f"WhatsMyRule.ask: {len(found)} numbers were given. {WANTED}")
    return int(found[0]), int(found[1]), int(found[2])
