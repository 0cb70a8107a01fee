"""Seven rules, four examples that all of them explain, and questions that leave one."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest

from nn.regularisation.whats_my_rule import EXAMPLES, RULES, WhatsMyRule

QUESTIONS = [(6, 5, 1), (2, 2, 2), (1, 2, 4), (1, 2, 3), (1, 3, 5), (4, 6, 8), (2, 6, 6), (2, 6, 10)]


def test_seven_rules_explain_all_four_examples() -> None:
    assert len(RULES) == 7
    assert len(EXAMPLES) == 4
    assert all(holds(*triple) for holds in RULES.values() for triple in EXAMPLES)
    assert WhatsMyRule(rng=0).left() == list(RULES)


@pytest.mark.parametrize(("one", "other"), list(combinations(RULES, 2)))
def test_no_two_rules_are_the_same(one: str, other: str) -> None:
    assert any(RULES[one](*t) != RULES[other](*t) for t in product(range(8), repeat=3))


BY_HAND = {
    "three different numbers": [True, False, True, True, True, True, False, True],
    "rising numbers": [False, False, True, True, True, True, False, True],
    "even numbers": [False, True, False, False, False, True, True, True],
    "equal steps": [False, True, False, True, True, True, False, True],
    "steps of two": [False, False, False, False, True, True, False, False],
    "even numbers in steps of two": [False, False, False, False, False, True, False, False],
    "the four examples, and no others": [False] * 8,
}


@pytest.mark.parametrize("secret", RULES)
def test_the_answers_are_the_rules_and_leave_the_rule_alone(secret: str) -> None:
    game = WhatsMyRule(secret)
    assert [game.ask(triple) for triple in QUESTIONS] == BY_HAND[secret]
    assert game.left() == [secret] == [game.reveal()]


def test_questions_that_all_rules_answer_alike_teach_nothing() -> None:
    game = WhatsMyRule("rising numbers")
    for triple in EXAMPLES:
        assert game.ask(triple)
    assert len(game.left()) == 7
    assert repr(game) == "<WhatsMyRule: 4 asked, 7 rules left>"


def test_a_seed_draws_the_same_rule_and_every_rule_is_drawn() -> None:
    drawn = [WhatsMyRule(rng=seed).reveal() for seed in range(100)]
    assert drawn == [WhatsMyRule(rng=seed).reveal() for seed in range(100)]
    assert sorted(set(drawn)) == sorted(RULES)


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda: WhatsMyRule("primes"), ValueError, "there is no rule 'primes'. Use one of 'three different numbers'"),
        (lambda: WhatsMyRule(rng="luck"), TypeError, "rng: 'luck'"),
        (lambda: WhatsMyRule(rng=0).ask((1, 2)), ValueError, "2 numbers were given. Give three integers"),
        (lambda: WhatsMyRule(rng=0).ask((1, 2, 2.5)), TypeError, r"2\.5 \(float\) is no integer"),
        (lambda: WhatsMyRule(rng=0).ask(3), ValueError, "1 numbers were given"),
        (lambda: WhatsMyRule(rng=0).ask("123"), TypeError, "'123'"),
    ],
    ids=["a rule there is none of", "no source", "two numbers", "half a number", "one number", "a string"],
)
def test_what_is_no_question_is_refused(act: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        act()
