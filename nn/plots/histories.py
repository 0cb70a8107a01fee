"""The course of a training run: loss and accuracy, epoch by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nn.plots._axes import COLOURS, axes_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SETS = (("training", "", COLOURS[0]), ("validation", "val_", COLOURS[1]))


def curves(history: Any, ax: Axes | None = None) -> Axes:
    """Draw the losses of a run over its epochs, and its accuracies, dashed, with a scale on the right.

    Args:    history: as `nn.fit` returns it: the lists .loss, .val_loss, .accuracy and .val_accuracy, of which all but the first
             may be empty or missing, and .best_epoch, counted from 0, or None. ax: axes to draw on, or None for new ones.
    Returns: the axes of the losses.
    Raises:  ImportError: matplotlib is not installed. TypeError: there is no .loss.
    Example:
        >>> import nn; from matplotlib.figure import Figure
        >>> ax = nn.plots.curves(nn.History([3.0, 2.0, 1.5]), Figure().add_subplot())
        >>> ax.lines[0].get_ydata().tolist()
        [3.0, 2.0, 1.5]
    """
    if not hasattr(history, "loss"):
        raise TypeError(f"curves: {history!r} ({type(history).__name__}) has no .loss. Give the History that nn.fit returns.")
    axes = axes_for(ax, "curves")
    from matplotlib.ticker import MaxNLocator

    lines = drawn(axes, history, "loss", "-")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if getattr(history, "accuracy", None) or getattr(history, "val_accuracy", None):
        right = axes.twinx()
        lines += drawn(right, history, "accuracy", "--")
        right.set(ylabel="accuracy (dashed)", ylim=(None, 1.02))
    best = getattr(history, "best_epoch", None)
    if best is not None:
        lines.append(axes.axvline(best + 1, color="grey", linestyle=":", label="best epoch"))
    if len(lines) > 1:
        axes.legend(handles=lines, fontsize="small")
    return axes


def drawn(axes: Axes, history: Any, quantity: str, style: str) -> list[Any]:
    """The lines of one quantity, of both sets."""
    lines: list[Any] = []
    for name, prefix, colour in SETS:
        ys = getattr(history, prefix + quantity, None)
        if ys:
            label = name if quantity == "loss" else f"{name} {quantity}"
            lines += axes.plot(range(1, len(ys) + 1), ys, style, color=colour, label=label)
    return lines
