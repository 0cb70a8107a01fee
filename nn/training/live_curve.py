"""Loss and decision boundary of a run, drawn again and again while it goes on."""

from __future__ import annotations

import sys
from base64 import b64encode
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

from nn._settings import count, finite
from nn.training.history import History

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEIGHT = 3.2


class LiveCurve:
    """A callback of `nn.fit`: the loss while a net learns and, of a net with two inputs, what it answers all over the plane.

    In a notebook, the picture below the cell gives way to the newest one; no widget is needed, and the last is saved.
    Elsewhere nothing is shown. `live.figure` is the picture as it was drawn last.

    Args:    model: whose answers are drawn, or None for the loss alone. X, y: examples to draw with them. threshold: where an
             answer turns: 0.5 for a probability, 0 for a logit or a tanh. every: epochs from one picture to the next.
    Raises:  TypeError, ValueError: every or threshold of the wrong kind; model, X and y not all given, or all left out.
             ImportError: matplotlib is not installed.
    Example:
        >>> import nn, optim
        >>> line, live = nn.Linear(1, 1, rng=0), LiveCurve(every=50)
        >>> run = nn.fit(line, [[0.0], [1.0]], [[1.0], [3.0]], loss=nn.MSELoss(), optimizer=optim.SGD(line.parameters(), lr=0.1),
        ...              epochs=100, batch_size=2, callbacks=live)
        >>> len(live.figure.axes[0].lines[0].get_ydata())
        100

    Source:  the TensorFlow Playground.
    """

    def __init__(self, model: Any = None, X: Any = None, y: Any = None, *, threshold: float = 0.5, every: int = 10) -> None:
        if len({part is None for part in (model, X, y)}) > 1:
            raise ValueError("LiveCurve: to draw what a model answers, its examples are needed. Give model, X and y, or none of them.")
        self.model, self.X, self.y = model, X, y
        self.threshold, self.every = finite(threshold, "LiveCurve: threshold"), count(every, "LiveCurve: every")
        self.figure: Figure | None = None
        self._place: Any = None

    def after_epoch(self, history: History) -> None:
        """Draw after the first epoch, and then after every few."""
        if (len(history.loss) - 1) % self.every == 0:
            self._show(history)

    def at_end(self, history: History) -> None:
        """Draw the run as it ended."""
        self._show(history)
        self._place = None

    def _show(self, history: History) -> None:
        """Draw, and put the picture in the place of the one before."""
        self.figure = self._drawn(history)
        if not hasattr(shell(), "kernel"):
            return
        shown = {"image/png": png(self.figure), "text/plain": f"<LiveCurve: {len(history.loss)} epochs>"}
        if self._place is None:
            display: Any = import_module("IPython.display").display
            self._place = display(shown, raw=True, display_id=True)
        else:
            self._place.update(shown, raw=True)

    def _drawn(self, history: History) -> Figure:
        """The picture of a run so far."""
        from nn.plots import curves, decision_boundary
        from nn.plots._axes import pyplot

        pyplot("LiveCurve")
        from matplotlib.figure import Figure

        panels = 1 if self.model is None else 2
        figure = Figure(figsize=(4.4 * panels, HEIGHT), layout="constrained")
        axes = figure.subplots(1, panels, squeeze=False)[0]
        curves(history, axes[0])
        axes[0].set_ylim(bottom=0.0)
        if self.model is not None:
            decision_boundary(self.model, self.X, self.y, axes[1], threshold=self.threshold)
        return figure


def shell() -> Any:
    """IPython's shell, in a notebook or a terminal; None elsewhere."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def png(figure: Figure) -> str:
    """The picture as a notebook keeps it."""
    written = BytesIO()
    figure.savefig(written, format="png", dpi=90)
    return b64encode(written.getvalue()).decode()
