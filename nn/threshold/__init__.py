"""Threshold units: McCulloch-Pitts neurons, gates, nets and automata made of them, and the perceptron, which learns.

They answer 0 or 1, so no gradient flows through them. Towers of steep sigmoids are what becomes of them where one does.
"""

from nn.threshold.automaton import AutomatonNet
from nn.threshold.gates import AND, NOR, NOT, OR
from nn.threshold.inequalities import Inequality, inequalities, solve_inequalities
from nn.threshold.learning import PerceptronReport, PerceptronUpdate
from nn.threshold.margin import MaxMargin, max_margin
from nn.threshold.nets import ThresholdNet, boolean_net, perceptron_net
from nn.threshold.perceptron import Perceptron
from nn.threshold.recurrent import RecurrentThresholdNet
from nn.threshold.towers import tower_net
from nn.threshold.units import McCullochPitts

__all__ = [
    "AND",
    "NOR",
    "NOT",
    "OR",
    "AutomatonNet",
    "Inequality",
    "MaxMargin",
    "McCullochPitts",
    "Perceptron",
    "PerceptronReport",
    "PerceptronUpdate",
    "RecurrentThresholdNet",
    "ThresholdNet",
    "boolean_net",
    "inequalities",
    "max_margin",
    "perceptron_net",
    "solve_inequalities",
    "tower_net",
]
