"""The engine's own exceptions."""

from __future__ import annotations


class StaleGraphError(RuntimeError):
    """A leaf was written after a node was computed from it, so its gradient would mix old and new numbers."""


class AnomalyError(FloatingPointError):
    """Under `anomaly()`: a value or an adjoint became infinite or not a number."""


class TraceError(RuntimeError):
    """In a trace, something depends on the number that a Value has for the one example it is recorded with."""


class GradcheckError(AssertionError):
    """A derivative differs from its numeric estimate."""
