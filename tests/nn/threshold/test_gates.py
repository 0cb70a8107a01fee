"""Gates: each is its truth table."""

from itertools import product

import pytest

from nn import AND, NOR, NOT, OR


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_gates_are_their_truth_tables(n):
    for x in product((0, 1), repeat=n):
        assert AND(n)(x) == int(all(x))
        assert OR(n)(x) == int(any(x))
        assert NOR(n)(x) == int(not any(x))
    assert [NOT()([0]), NOT()([1])] == [1, 0]
