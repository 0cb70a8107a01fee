"""Backpropagation as a list of steps: forward node by node, then backward edge by edge, with every number.

The steps are what each view shows, and nothing else: the terminal, the notebook, explanations and the check by hand.

    names     what nodes are called
    writing   formulas of a node, in names and in numbers, as text and as LaTeX
    record    Step and Steps
    passes    the walk itself; its arithmetic is the engine's own
"""

from __future__ import annotations

from autograd._steps.passes import recorded
from autograd._steps.record import Step, Steps
from autograd.ops import shown
from autograd.value import UNRECORDED, Value, described

__all__ = ["Step", "Steps", "steps"]


def steps(root: Value) -> Steps:
    """Everything that the forward and the backward pass of `root` do, in order, one small step at a time.

        forward     one step for each node that was computed: its formula, with numbers
        backward    the output's own adjoint, 1; then one step for each edge node → input:
                    contribution = adjoint of the node · ∂node/∂input, and the running sum at the input

    Args:    root: the output.
    Returns: a sequence of `Step`. Nothing in the graph is changed, no grad is written; and what the steps say stays as it
             is when the graph changes later. The sums have the bits of `backward`, which adds in the same order.
    Raises:  TypeError: root is no Value. RuntimeError: root was computed under no_grad().
    Differs: `backward` refuses a stale graph. Here the steps concerned say so, in `stale`.
    Example:
        >>> from autograd import Value, steps
        >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
        >>> y = a * b; y.label = "y"
        >>> for step in steps(y): print(step.sentence)
        Compute y = a*b: 2*3 = 6.
        Back from y: its own adjoint is 1.
        y passes 3 on to a: 1 × 3 = 3. a is complete: ∂y/∂a = 3.
        y passes 2 on to b: 1 × 2 = 2. b is complete: ∂y/∂b = 2.
    """
    if not isinstance(root, Value):
        raise TypeError(f"steps: {shown(root)} is no Value, so nothing was computed step by step. Give one output, as in steps(loss).")
    if root.a is UNRECORDED:
        raise RuntimeError(f"steps: {described(root)} was computed under no_grad(), so its steps were not recorded. "
                           "Compute it outside of the block.")
    return recorded(root)
