"""Stopping in time: when the validation error, or the weights themselves, have come to rest.

Both are callbacks of `nn.fit`, and can be asked in a loop of one's own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from autograd.rng import is_integer
from nn._settings import count, finite
from nn._state_dict import copied
from nn.module import Module
from nn.parameter import Floats
from nn.regularisation.penalties import listed


class EarlyStopping:
    """Stop when the validation error has found no new best for a window of epochs; keep the weights of the best.

        best_t = min over s ≤ t of E_s
        stop after `extra` more epochs, once best_t = best_(t - window)

    As a callback of `nn.fit` with validation it ends the run, and the model has the best weights then. In a loop of one's own,
    `update` is told the error of each epoch and says whether to stop; the weights are noted at each new best, in the extra
    epochs too, and `restore` puts them back.

    Args:    model: whose weights, running statistics included, are kept. window: in epochs. extra: epochs that are trained
             after that, come what may.
    Raises:  TypeError: model is no module, window or extra no integer. ValueError: window below 1, extra below 0.
    Differs: a lecture deck watches the training error, which falls on: the *validation* error it must be.
    Example:
        >>> import nn
        >>> stopping = EarlyStopping(nn.Linear(1, 1), window=2)
        >>> [stopping.update(error) for error in (0.5, 0.3, 0.4, 0.35)], stopping.best, stopping.best_epoch
        ([False, False, False, True], 0.3, 1)

    Source:  Prechelt, Early Stopping - But When? (1998); Goodfellow, Bengio, Courville, Deep Learning (2016), algorithm 7.1.
    """

    needs_validation: ClassVar[bool] = True

    def __init__(self, model: Module, window: int = 10, extra: int = 0) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"EarlyStopping: {model!r} ({type(model).__name__}) is no module. Give the model that is trained.")
        self.model, self.window = model, count(window, "EarlyStopping: window")
        if not is_integer(extra):
            raise TypeError(f"EarlyStopping: extra is {extra!r} ({type(extra).__name__}). Give an integer, 0 or more.")
        if extra < 0:
            raise ValueError(f"EarlyStopping: extra is {extra}. Give an integer, 0 or more.")
        self.extra = int(extra)
        self.epoch, self.best_epoch, self.best = -1, -1, float("inf")
        self._stop_at: int | None = None
        self._weights: dict[str, Any] | None = None

    def update(self, error: float) -> bool:
        """Take note of the validation error of an epoch; whether to stop now.

        Raises:  TypeError: error is no number. ValueError: it is inf or nan.
        """
        return self._noted(finite(error, "EarlyStopping: error"))

    def after_epoch(self, history: Any) -> bool:
        """Take note of the last validation loss of a run; whether to stop now. One that is not finite is no new best."""
        return self._noted(history.val_loss[-1])

    def at_end(self, history: Any) -> None:  # noqa: ARG002 - a callback is told
        """Put back the weights of the best epoch, if there is one."""
        if self._weights is not None:
            self.restore()

    def restore(self) -> None:
        """Put back the weights of the best epoch.

        Raises:  RuntimeError: no epoch has been noted yet.
        """
        if self._weights is None:
            raise RuntimeError("EarlyStopping: there are no weights to restore yet. Call update(error) after each epoch.")
        self.model.load_state_dict(self._weights)

    def _noted(self, measured: float) -> bool:
        self.epoch += 1
        if measured < self.best:
            self.best, self.best_epoch = measured, self.epoch
            self._weights = copied(self.model)
        if self._stop_at is None and self.epoch - self.best_epoch >= self.window:
            self._stop_at = self.epoch + self.extra
        return self._stop_at is not None and self.epoch >= self._stop_at


class WeightChange:
    """Stop when no weight has moved any more for a window of epochs.

        max_i |w_i^t - w_i^(t - window)| < ρ

    Args:    parameters: Parameters or Values, one or several. tolerance: ρ, in units of w. window: in epochs.
    Raises:  TypeError: a module, or something that is no parameter; a setting of the wrong type. ValueError: tolerance not
             above 0, window below 1, no parameters.
    Example:
        >>> from autograd import Value
        >>> w = Value(1.0); change = WeightChange([w], tolerance=0.1, window=2)
        >>> for w.data in (1.0, 0.5, 0.45, 0.44): print(change.update(), end=" ")
        False False False True

    Source:  the lecture decks.
    """

    def __init__(self, parameters: Any, tolerance: float, window: int = 10) -> None:
        self.parameters = listed(parameters, "WeightChange")
        if not self.parameters:
            raise ValueError("WeightChange: the list of parameters is empty. Pass model.parameters() afresh.")
        self.tolerance = finite(tolerance, "WeightChange: tolerance")
        if self.tolerance <= 0.0:
            raise ValueError(f"WeightChange: tolerance is {tolerance}; no change is smaller than that, so it must be above 0.")
        self._past: deque[Floats] = deque(maxlen=count(window, "WeightChange: window") + 1)

    def update(self) -> bool:
        """Take note of the weights after an epoch; whether to stop now."""
        self._past.append(flat(p.data for p in self.parameters))
        return len(self._past) == self._past.maxlen and bool(np.abs(self._past[-1] - self._past[0]).max() < self.tolerance)

    def after_epoch(self, history: Any) -> bool:  # noqa: ARG002 - a callback is told
        """As `update`."""
        return self.update()


def flat(arrays: Iterable[Any]) -> Floats:
    """All numbers in one row."""
    return np.concatenate([np.ravel(x) for x in arrays])
