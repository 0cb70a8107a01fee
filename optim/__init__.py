"""Optimisers: rules that turn gradients into steps, under PyTorch's names."""

from optim import lr_scheduler as lr_scheduler
from optim.adadelta import Adadelta
from optim.adagrad import Adagrad
from optim.adam import Adam, AdamW
from optim.nadam import NAdam
from optim.nesterov import NesterovLookahead
from optim.optimizer import NonFiniteGradientError, Optimizer
from optim.rmsprop import RMSprop
from optim.sgd import SGD

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "NAdam",
    "NesterovLookahead",
    "NonFiniteGradientError",
    "Optimizer",
    "RMSprop",
]
