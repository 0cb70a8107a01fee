"""micrograd from PyPI, made to visit operands in the order they were given.

Its sets hand them out by address. So which of several right orders of addition it takes changes from run to run, and with it
the last digits. A set that keeps its members in order makes it take the first of these orders, every time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from micrograd import engine


class Ordered(dict[Any, None]):
    """As much of a set as micrograd uses, in order of insertion."""

    def __init__(self, members: Iterable[Any] = ()) -> None:
        super().__init__(dict.fromkeys(members))

    def add(self, member: Any) -> None:
        self[member] = None


@pytest.fixture
def in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "set", Ordered, raising=False)
