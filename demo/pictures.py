"""The pictures that the demo leaves behind."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np

import nn
from autograd import no_grad, values
from demo import xor

matplotlib.use("Agg")

from matplotlib import pyplot as plt


def loss_curves(path: Path, curves: dict[str, list[float]]) -> None:
    """Loss by epoch, one panel for each training; on a logarithmic scale where it falls tenfold."""
    figure, panels = plt.subplots(1, len(curves), figsize=(4.5 * len(curves), 3.4), layout="constrained")
    for panel, (title, losses) in zip(panels, curves.items(), strict=True):
        panel.plot(range(1, len(losses) + 1), losses, color="#0072b2")
        panel.set(title=title, xlabel="epoch", ylabel="training loss", yscale="log" if max(losses) > 10.0 * min(losses) else "linear")
        panel.grid(alpha=0.3, which="both")
    figure.savefig(path, dpi=120)
    plt.close(figure)


def decision_surface(path: Path, model: nn.MLP) -> None:
    """The net's output over the plane, with the line where it changes its mind and the four points."""
    axis = np.linspace(-0.5, 1.5, 61)
    plane = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    with no_grad():
        outputs = values(model(plane))[:, 0].reshape(len(axis), len(axis))
    figure, panel = plt.subplots(figsize=(5.2, 4.2), layout="constrained")
    surface = panel.contourf(axis, axis, outputs, levels=np.linspace(0.0, 1.0, 21), cmap="RdBu_r")
    panel.contour(axis, axis, outputs, levels=[0.5], colors="black", linewidths=1.5)
    for (x1, x2), (target,) in zip(xor.INPUTS, xor.TARGETS, strict=True):
        panel.plot(x1, x2, marker="o" if target else "s", markersize=11, color="#d55e00" if target else "#0072b2", markeredgecolor="white")
    panel.set(title="XOR: output of the net 2-4-1", xlabel="x1", ylabel="x2", aspect="equal")
    figure.colorbar(surface, label="output", ticks=[0.0, 0.25, 0.5, 0.75, 1.0])
    figure.savefig(path, dpi=120)
    plt.close(figure)
