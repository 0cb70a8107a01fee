"""What a training run calls on its way: functions of its history, and objects that want to be asked at more places."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nn.training.history import History

PLACES = ("before_step", "after_epoch", "at_end")


class Callbacks:
    """The callbacks of a run, asked one after the other.

        before_step()           between the gradients and the optimiser's step, where gradients are clipped or made noisy
        after_epoch(history)    True ends the run; a bare function is called here
        at_end(history)         once, after an interrupt too

    An object has the methods that it needs.
    """

    def __init__(self, given: Any, validated: bool) -> None:
        listed = [given] if callable(given) or has_a_place(given) or not isinstance(given, Iterable) else list(given)
        for i, callback in enumerate(listed):
            if isinstance(callback, type) or not (has_a_place(callback) or callable(callback)):
                raise TypeError(f"fit: callback {i} is {callback!r} ({type(callback).__name__}). Give a function of the history, "
                                f"or an object with one of the methods {', '.join(PLACES)}.")
            if getattr(callback, "needs_validation", False) and not validated:
                raise ValueError(f"fit: {type(callback).__name__} watches the validation error. Give fit validation=(X, y) too.")
        self.before_step: list[Callable[[], object]] = [c.before_step for c in listed if hasattr(c, "before_step")]
        self._after_epoch = [c.after_epoch if hasattr(c, "after_epoch") else c for c in listed if wants_epochs(c)]
        self._at_end = [c.at_end for c in listed if hasattr(c, "at_end")]

    def after_epoch(self, history: History) -> bool:
        """Whether one of them wants to stop; all are asked."""
        answers = [callback(history) for callback in self._after_epoch]
        return any(answers)

    def at_end(self, history: History) -> None:
        """The run is over."""
        for callback in self._at_end:
            callback(history)


def has_a_place(callback: Any) -> bool:
    """Does it have a method that a run calls?"""
    return any(hasattr(callback, place) for place in PLACES)


def wants_epochs(callback: Any) -> bool:
    """Is it called after each epoch?"""
    return hasattr(callback, "after_epoch") or not has_a_place(callback)
