"""Gradients worked out by hand: are they right, and if not, what seems to have gone wrong?

    given        a number as a learner wrote it, and how well it agrees with another
    slips        the usual slips, along one edge and where contributions meet
    hypotheses   what a slip anywhere in a graph makes of one node's gradient
    check        the answers, matched against these
    report       what is said of them
    table        the slips of every step, for a view that compares numbers only
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from autograd._handcheck.check import Key
from autograd._handcheck.report import Answer, HandCheckError, Report
from autograd._handcheck.table import slips_of
from autograd.ops import shown
from autograd.value import Value

__all__ = ["Answer", "HandCheckError", "Report", "check_by_hand", "slips_of"]


def check_by_hand(root: Value, answers: Mapping[str | Value, float | Fraction | Decimal | str]) -> Report:
    """Check gradients worked out by hand, and name the slip behind a wrong one.

        each answer is compared with ∂root/∂node, and with what each usual slip would have made of it

    An answer is right if it differs from the gradient by less than one part in a million (or 1e-12); if it has at least two
    digits and is the gradient rounded to them; or if its last digit is off by one and that is less than 1 % of the
    gradient. So 0.79 is right for 0.7864, and 0.8 has a digit too few. But a number that is off by one, and that a usual slip
    gives more nearly, is taken for that slip.

    Args:    root: the output. answers: the gradient of each node asked for, by its label or by the Value itself: a number, a
             fraction, or a text such as "0.790" or "1/3". A float has the digits that it is printed with.
    Returns: a report. Each of its answers has `.ok`, `.given`, `.expected`, `.diagnosis` and `.sentence`. The diagnosis is
             None, "missed-a-path", "overwrote" (only the last contribution was kept), "dropped-factor", "wrong-sign",
             "partial-at-output" (the partial was taken at the node's output), "value-for-gradient" or "adjoint-not-multiplied".
    Raises:  TypeError: root is no Value, answers no dict, a key no label, or an answer no number. ValueError: no answers, a
             node that is not there or asked for twice, a text that is no number. StaleGraphError, RuntimeError: as
             `Value.backward`. No grad is written.
    Example:
        >>> from autograd import Value, check_by_hand
        >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
        >>> check_by_hand(a * b + a, {"a": 1, "b": 2})
        a: 1 is not right. You seem to have left out the path through v1. a is used 2 times, and all contributions add up. Here v1 = a*b.
        b: 2 is right.
    """
    if not isinstance(root, Value):
        raise TypeError(f"check_by_hand: {shown(root)} is no Value, so it has no gradients. "
                        "Give one output, as in check_by_hand(loss, {'w': 0.5}).")
    if not isinstance(answers, Mapping):
        raise TypeError(f"check_by_hand: the answers are {shown(answers)}, not a dict. "
                        "Give them by name, as in {'w': 0.5, 'b': '1/3'}.")
    if not answers:
        raise ValueError("check_by_hand: no answers were given. Give at least one, as in {'w': 0.5}.")
    return Key(root).checked(answers)
