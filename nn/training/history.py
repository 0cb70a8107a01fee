"""What a training run leaves behind: its losses, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(repr=False, slots=True)
class History:
    """The losses of a training run, one for each epoch that was finished.

        loss          means over the training examples, each mini-batch met with the parameters before its step
        val_loss      means over the validation examples after the epoch; empty where there were none
        executor      what ran the steps: "numpy" or another executor of `autograd.trace`, or "eager: " and why
        interrupted   whether Ctrl-C ended the run early

    Example:
        >>> History([0.5, 0.25], executor="numpy")
        <History: 2 epochs by numpy, loss 0.25>
    """

    loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    executor: str = "eager"
    interrupted: bool = False

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the losses over the epochs, and return the axes.

        Args:    ax: matplotlib axes to draw on, or None for new ones.
        Raises:  ImportError: matplotlib is not installed.
        """
        try:
            from matplotlib import pyplot as plt
            from matplotlib.ticker import MaxNLocator
        except ImportError as error:
            raise ImportError("History.plot draws with matplotlib, which is not installed. Run: pip install 'chalkgrad[demo]'") from error
        axes = plt.subplots()[1] if ax is None else ax
        epochs = range(1, len(self.loss) + 1)
        axes.plot(epochs, self.loss, label="training")
        if self.val_loss:
            axes.plot(epochs, self.val_loss, label="validation")
            axes.legend()
        axes.set(xlabel="epoch", ylabel="loss")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        return axes

    def __repr__(self) -> str:
        ended = ", interrupted" if self.interrupted else ""
        losses = [f"{name} {xs[-1]:.4g}" for name, xs in (("loss", self.loss), ("val_loss", self.val_loss)) if xs]
        epochs = f"{len(self.loss)} epoch{'' if len(self.loss) == 1 else 's'} by {self.executor.partition(':')[0]}{ended}"
        return f"<History: {', '.join([epochs, *losses])}>"
