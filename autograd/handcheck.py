"""Gradients by hand: exercises to work out on paper, answers checked, and wrong ones traced to the slip behind them."""

from autograd._handcheck import Answer, HandCheckError, Report, check_by_hand, slips_of
from autograd._worksheet import Exercise, Worksheet, worksheet

__all__ = ["Answer", "Exercise", "HandCheckError", "Report", "Worksheet", "check_by_hand", "slips_of", "worksheet"]
