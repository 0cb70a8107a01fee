"""What a training run leaves behind: its losses, epoch by epoch, and the best weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(repr=False, slots=True)
class History:
    """The course of a training run, one number for each epoch that was finished.

        loss                    means over the training examples, each mini-batch met with the parameters before its step
        val_loss                means over the validation examples after the epoch; empty where there were none
        accuracy, val_accuracy  of the training and validation examples after the epoch, where an accuracy was asked for
        lr                      the learning rate of the epoch, that of the optimiser's first group
        best_weights            the model's `state_dict` after the epoch with the lowest val_loss; None without validation
        executor                what ran the steps: "numpy" or another executor of `autograd.trace`, or "eager: " and why
        interrupted             whether Ctrl-C ended the run early

    Example:
        >>> History([0.5, 0.25], executor="numpy")
        <History: 2 epochs by numpy, loss 0.25>
    """

    loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    best_weights: dict[str, Any] | None = field(default=None, compare=False)
    executor: str = "eager"
    interrupted: bool = False

    @property
    def best_epoch(self) -> int | None:
        """The epoch, counted from 0, with the lowest validation loss, the first of several; None without validation."""
        return min(range(len(self.val_loss)), key=lambda epoch: (isnan(self.val_loss[epoch]), self.val_loss[epoch]), default=None)

    def last(self) -> dict[str, float]:
        """The losses and accuracies of the last epoch, by name; those that there are."""
        courses = {name: getattr(self, name) for name in ("loss", "val_loss", "accuracy", "val_accuracy")}
        return {name: course[-1] for name, course in courses.items() if course}

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw losses and accuracies over the epochs; as `nn.plots.curves`.

        Args:    ax: matplotlib axes to draw on, or None for new ones.
        Raises:  ImportError: matplotlib is not installed.
        """
        from nn.plots import curves

        return curves(self, ax)

    def __repr__(self) -> str:
        ended = ", interrupted" if self.interrupted else ""
        epochs = f"{len(self.loss)} epoch{'' if len(self.loss) == 1 else 's'} by {self.executor.partition(':')[0]}{ended}"
        return f"<History: {', '.join([epochs, *(f'{name} {x:.4g}' for name, x in self.last().items())])}>"
