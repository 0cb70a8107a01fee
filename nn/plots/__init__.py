"""Pictures of training: curves, decision boundaries, error surfaces, and what goes on inside of each layer.

    ax = nn.plots.curves(history)          every function draws on axes of its own or on those given, and returns them

They need matplotlib: pip install 'chalkgrad[plot]'.
"""

from nn.plots.animation import Film, animate
from nn.plots.boundary import decision_boundary
from nn.plots.contours import error_surface
from nn.plots.histograms import activation_histograms, gradient_histograms
from nn.plots.histories import curves
from nn.plots.matrices import weights

__all__ = [
    "Film",
    "activation_histograms",
    "animate",
    "curves",
    "decision_boundary",
    "error_surface",
    "gradient_histograms",
    "weights",
]
