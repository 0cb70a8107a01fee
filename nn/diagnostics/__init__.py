"""What to look at when a net does not learn: units, signals, and checks before a long run."""

from nn.diagnostics.checks import InitialLoss, PenaltyCheck, initial_loss, penalty_raises_loss
from nn.diagnostics.drift import BiasDrift, bias_drift
from nn.diagnostics.report import LayerUnits, UnitReport
from nn.diagnostics.signals import LayerSpread, expected_gradient_factor, expected_spread, gradient_norms, signal_spread
from nn.diagnostics.signs import same_sign_gradients
from nn.diagnostics.units import dead_units, saturation

__all__ = [
    "BiasDrift",
    "InitialLoss",
    "LayerSpread",
    "LayerUnits",
    "PenaltyCheck",
    "UnitReport",
    "bias_drift",
    "dead_units",
    "expected_gradient_factor",
    "expected_spread",
    "gradient_norms",
    "initial_loss",
    "penalty_raises_loss",
    "same_sign_gradients",
    "saturation",
    "signal_spread",
]
