"""Why a gradient is what it is: the chain rule written out over every path, and what goes wrong in another order.

    bundle       every path from the output down to a node, with its product
    derivation   the sum of those products as text, LaTeX and Markdown
    order        a visit of the nodes in a wrong order, and the gradient that comes of it
"""

from __future__ import annotations

from autograd._explain.bundle import Bundle, Path
from autograd._explain.derivation import Explanation
from autograd._explain.order import Order, order_of
from autograd._steps import Steps, steps
from autograd.ops import shown
from autograd.value import Value

__all__ = ["Explanation", "Order", "Path", "explain", "paths", "why_order"]


def explain(root: Value, wrt: Value | str, max_paths: int = 10) -> Explanation:
    """The derivation of ∂root/∂wrt by the chain rule, with every path written out in names, in formulas and in numbers.

        ∂root/∂wrt = Σ over paths Π over the path's edges ∂node/∂input

    Args:    root: the output. wrt: a Value, or a name: its label, or v1, v2, … as in `steps`.
             max_paths: where there are more, the contributions of the last edges are written instead.
    Returns: an object that a notebook shows in LaTeX; `str` is text; it has `.latex()`, `.markdown()`, `.paths`, `.count`, `.gradient`.
    Raises:  TypeError: root is no Value, or wrt neither Value nor name. ValueError: no node has that name, or max_paths is no
             whole number from 1 up. RuntimeError: root was computed under no_grad(). A stale graph is marked, and does not raise.
    Example:
        >>> from autograd import Value, explain
        >>> x = Value(3.0, label="x")
        >>> print(explain(x * 2.0 + x.exp(), x).latex().splitlines()[-2])
        &= 22.09
    """
    found = steps(root)
    return Explanation(Bundle(found, node_of(found, wrt, "explain"), whole(max_paths, "explain")))


def paths(root: Value, wrt: Value | str, max_paths: int = 1000) -> tuple[Path, ...]:
    """Every path from `root` down to `wrt`. Their products add up to the gradient.

    Args:    root, wrt: as `explain`. max_paths: how many are not too many.
    Raises:  as `explain`; and ValueError if there are more than max_paths, which are counted without being followed.
    Example:
        >>> from autograd import Value, paths
        >>> x = Value(3.0, label="x")
        >>> for path in paths(x * 2.0 + x * x, x): print(path)
        v3 → v1 → x: 1 × 2 = 2
        v3 → v2 → x⁽¹⁾: 1 × 3 = 3
        v3 → v2 → x⁽²⁾: 1 × 3 = 3
    """
    found = steps(root)
    return Bundle(found, node_of(found, wrt, "paths"), whole(max_paths, "paths")).paths


def why_order(root: Value) -> Order:
    """Why backward goes from the latest node to the earliest: what another order does to the gradients of this graph.

    Each node passes on what it has, once. Where it is visited before all of its consumers, the rest comes too late.

    Args:    root: the output.
    Returns: an object that prints, and that a notebook shows: `.goes_wrong`, `.name` of the order, `.visits`, `.early` (the node
             passed on too early), `.lost` (contributions that came too late), `.right` and `.wrong` (gradients of the leaves).
    Raises:  TypeError: root is no Value. RuntimeError: root was computed under no_grad(). A stale graph is marked, and does not raise.
    Example:
        >>> from autograd import Value, why_order
        >>> x = Value(3.0, label="x")
        >>> a = x * x; order = why_order(a.exp() * a)
        >>> order.goes_wrong, order.right[x] == order.wrong[x]
        (True, False)
    """
    return order_of(steps(root))


def node_of(found: Steps, wrt: Value | str, doing: str) -> Value:
    """The Value meant by a Value or a name."""
    if isinstance(wrt, Value):
        return wrt
    if not isinstance(wrt, str):
        raise TypeError(f"{doing}: {shown(wrt)} is neither a Value nor a name. Give the node, as in {doing}(loss, w), or its label.")
    for v, name in found.names.items():
        if name == wrt:
            return v
    known = list(found.names.values())
    listed = ", ".join(known if len(known) <= MOST_NAMES else [*known[:MOST_NAMES], "…"])
    raise ValueError(f"{doing}: no node is called {wrt!r}. The names here are {listed}. Give one of them, or the Value itself.")


MOST_NAMES = 12


def whole(n: object, doing: str) -> int:
    """A limit, if it is one."""
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        raise ValueError(f"{doing}: max_paths={n!r}. Use a whole number from 1 up.")
    return n
