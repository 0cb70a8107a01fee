"""Another may keep an optimiser's state up to date, as long as nobody looks."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import optim
from tests.optim.leaves import Leaf


class Borrower:
    """Counts how often it was asked, and leaves word in the state."""

    def __init__(self, optimizer: optim.Optimizer, leaf: Any) -> None:
        self.optimizer, self.leaf, self.asked = optimizer, leaf, 0

    def give_back(self) -> None:
        self.asked += 1
        self.optimizer.state[self.leaf] = {"step": 10 * self.asked, "momentum_buffer": 0.5}


def lent() -> tuple[optim.SGD, Leaf, Borrower]:
    leaf = Leaf(1.0, 0.25)
    optimizer = optim.SGD([leaf], lr=0.1, momentum=0.9)
    borrower = Borrower(optimizer, leaf)
    optimizer.lend_state(borrower)
    return optimizer, leaf, borrower


def test_the_state_is_given_back_before_it_is_seen_and_only_once() -> None:
    optimizer, leaf, borrower = lent()
    assert borrower.asked == 0
    assert optimizer.state[leaf]["step"] == optimizer.state_dict()["state"][0]["step"] == 10
    assert borrower.asked == 1


def test_a_step_goes_on_from_what_was_given_back() -> None:
    optimizer, leaf, borrower = lent()
    optimizer.step()
    assert borrower.asked == 1
    assert optimizer.state[leaf]["step"] == 11
    assert leaf.data == 1.0 - 0.1 * (0.9 * 0.5 + 0.25)


def test_lending_to_another_takes_it_from_the_first() -> None:
    optimizer, leaf, first = lent()
    second = Borrower(optimizer, leaf)
    optimizer.lend_state(second)
    assert (first.asked, second.asked) == (1, 0)
    optimizer.lend_state(second)
    assert second.asked == 0


def test_a_state_that_is_put_there_is_not_overwritten() -> None:
    optimizer, leaf, borrower = lent()
    optimizer.state = {leaf: {"step": 3, "momentum_buffer": 0.0}}
    assert optimizer.state[leaf]["step"] == 3
    assert borrower.asked == 1
    optimizer, leaf, borrower = lent()
    optimizer.load_state_dict(copy.deepcopy(optim.SGD([Leaf(1.0)], lr=0.1, momentum=0.9).state_dict()))
    assert leaf not in optimizer.state


def test_copies_have_their_own_state_and_no_borrower() -> None:
    for copied in (copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))):
        leaf = Leaf(1.0)
        optimizer = optim.SGD([leaf], lr=0.1, momentum=0.9)
        borrower = Borrower(optimizer, leaf)
        optimizer.lend_state(borrower)
        twin = copied(optimizer)
        assert borrower.asked == 1
        assert [record["step"] for record in twin.state.values()] == [10]
        assert borrower.asked == 1
