"""Watch a small net learn: the graph of its loss, with numbers and gradients that change as it is trained."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd import Value
from autograd.ops import shown
from autograd.stepper.film import Film
from nn._settings import count
from nn.module import Module
from nn.training.evaluation import evaluating

if TYPE_CHECKING:
    from autograd.stepper.widget import FilmWidget


class Live:
    """The graph of a model's loss on a few examples, recorded step by step of its training.

        live.record()    after each step of the optimiser: the numbers of every node, and its gradient

    In a notebook, show `live.widget()` in a cell above the training: weights and gradients change while it runs. To pause it,
    go back; the arrow keys, the slider and play lead through the recorded steps. Without widgets, `live` itself shows what was
    recorded, and `live.save("training.html")` writes a page. The model is watched in evaluation mode, and no grad is written.

    Args:    model: a small one; large ones fold, but grow slow. X, y: the examples that are watched, as `model` and `loss` take
             them: one, or very few. loss: a module or function (outputs, targets) -> one Value. fold: as `autograd.draw`.
             most: how many steps are kept; of a longer run every second one, every fourth, …
    Raises:  TypeError: model is no Module, or the loss gives no single Value. ValueError: an unknown fold, or most below 2.
    Example:
        >>> import nn, optim
        >>> line, criterion = nn.Linear(1, 1, rng=0), nn.MSELoss()
        >>> sgd = optim.SGD(line.parameters(), lr=0.1)
        >>> live = nn.Live(line, [[1.0]], [[3.0]], loss=criterion)
        >>> for step in range(20):
        ...     sgd.zero_grad(); criterion(line([[1.0]]), [[3.0]]).backward(); sgd.step(); live.record()
        >>> live
        <Live: 21 moments, loss from 3.223 to 4.308e-09>
    """

    def __init__(self, model: Module, X: Any, y: Any, *, loss: Any, fold: str = "auto", most: int = 400) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"Live: the model is {model!r} ({type(model).__name__}). Give an nn.Module, such as nn.MLP(2, [4, 1]).")
        self._model, self._X, self._y, self._loss = model, X, y, loss
        self._film = Film(self._output(), fold=fold, most=max(count(most, "Live: most"), 2))

    def record(self) -> None:
        """Take down the numbers of the model as it is now."""
        self._film.record(self._output())

    def widget(self) -> FilmWidget:
        """A view that goes on while more is recorded.

        Raises:  ImportError: anywidget is not installed.
        """
        return self._film.widget()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write one HTML file that works by itself, offline; as `autograd.Stepper.save`."""
        return self._film.save(path)

    def _output(self) -> Value:
        """The loss of the examples."""
        with evaluating(self._model):
            output = self._loss(self._model(self._X), self._y)
        if not isinstance(output, Value):
            raise TypeError(f"Live: the loss gives {shown(output)}, and only a single Value has a gradient. "
                            "Use reduction='mean', or return one Value.")
        return output

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        return {**self._film._repr_mimebundle_(**kwargs), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Live: {self._film.met} moments, loss {self._film.course()}>"
