"""Steps in a notebook: a picture to go through with the arrow keys, forward and back, and to check by hand.

    scene     the graph and its steps, as the front end is given them
    still     what is seen where no script may run
    front     the front end, put together from web/
    page      a view as HTML: the front end with its data
    film      a graph at many moments, such as the steps of a training
    widget    the views as widgets, with their place and answers known to Python
    web/      the front end itself: scripts without dependencies, and a style sheet
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd._draw.drawing import title_of
from autograd._draw.flat import graph_of
from autograd._handcheck.given import ENOUGH, FLOOR, SLACK, SPECK
from autograd._steps import steps
from autograd.ops import shown
from autograd.stepper.page import fragment, save
from autograd.stepper.scene import folded, scene_of, steps_of
from autograd.stepper.still import picture_after, still
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.stepper.widget import StepperWidget

__all__ = ["Stepper"]

MOST = 5000
"""So many steps still fit a page."""


class Stepper:
    """Go through the forward and the backward pass of a graph, step by step, in a notebook or a web page.

        → or a button    the next step: a node is computed; or, on the way back, adjoint · partial goes along one edge
        ←, Home, End     back, to the first step, to the last

    Numbers that have not been reached are "not yet". A click on a folded part of a net opens it. Contributions and sums can
    be worked out by hand and checked; a wrong one is met with its likely cause. Where a page allows no scripts there are the
    picture and all steps as a list. What is shown is the graph as it was; nothing in it is changed, and no grad is written.

    Args:    root: the output. fold: what is one box at first, as in `draw`: "auto", "none", "neuron" or "layer".
             ask: hide each product until the reader has worked it out.
    Raises:  TypeError: root is no Value, or ask no bool. ValueError: another fold, or a graph of more than 5000 steps.
             RuntimeError: root was computed under no_grad().
    Example:
        >>> from autograd import Stepper, Value
        >>> x = Value(3.0, label="x")
        >>> Stepper(x * x)
        <Stepper: 4 steps through the graph of v1>
    """

    def __init__(self, root: Value, *, fold: str = "auto", ask: bool = False) -> None:
        if not isinstance(root, Value):
            raise TypeError(f"Stepper: {shown(root)} is no Value, so it has no steps. Give one output, as in Stepper(loss).")
        if not isinstance(ask, bool):
            raise TypeError(f"Stepper: ask={ask!r}. Use True or False.")
        self.steps = steps(root)
        if len(self.steps) > MOST:
            raise ValueError(f"Stepper: this graph has {len(self.steps):,} steps, and a page of more than {MOST:,} is slow to show. "
                             "Step through a smaller one, such as the loss of one example; autograd.steps(root) gives all of them.")
        graph = graph_of(root)
        groups = folded(graph, fold)
        self._picture = picture_after(graph, groups, self.steps)
        self._title = title_of(self._picture)
        fields, slips = steps_of(self.steps, graph)
        self._data: dict[str, Any] = {
            "title": self._title, "scene": scene_of(graph, self.steps.names, groups), "steps": fields, "slips": slips,
            "tolerance": {"floor": FLOOR, "speck": SPECK, "slack": SLACK, "enough": ENOUGH}, "ask": ask,
        }

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write one HTML file that works by itself, offline.

        Args:    path: a new file with the suffix .html, or an earlier page to be replaced.
        Returns: the path.
        Raises:  TypeError: path is no path. ValueError: another suffix. FileNotFoundError: no such folder. FileExistsError: the
                 file exists, and was not saved here. What was there before is then still there.
        """
        return save(path, self._title, self._html(alone=True))

    def widget(self) -> StepperWidget:
        """The same view as a widget: `.index` is the step that is shown, and can be set; `.answers` are those given by hand.

        Raises:  ImportError: anywidget is not installed.
        """
        from autograd.stepper.widget import StepperWidget

        return StepperWidget(self._data, self._still())

    def _still(self) -> str:
        """What is seen where no script may run."""
        return still(self._picture, self._title, (step.sentence for step in self.steps))

    def _html(self, alone: bool = False) -> str:
        """The view on a page, alone or among other things."""
        return fragment("mount", self._data, self._still(), alone)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self._html(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Stepper: {len(self.steps)} steps through the graph of {self.steps.names[self.steps.root]}>"
