"""Nets made of modules: layers, activations, losses, initialisers, under PyTorch's names."""

import autograd

if not hasattr(autograd, "Value"):
    raise ImportError(f"Another project's package 'autograd' is installed at {autograd.__file__}, over the one this needs: "
                      "uninstall both, then install chalkgrad again.")

from nn import (
    by_hand,
    data,
    diagnostics,
    ensembles,
    functional,
    init,
    likelihood,
    plots,
    polynomial,
    regularisation,
    surfaces,
    twenty_lines,
    utils,
)
from nn.activation import (
    ELU,
    SELU,
    Elementwise,
    Identity,
    LeakyReLU,
    LogSoftmax,
    PReLU,
    ReLU,
    RReLU,
    ScaledTanh,
    Sigmoid,
    Softmax,
    Softplus,
    Tanh,
)
from nn.batchnorm import BatchNorm1d
from nn.collapse import collapse
from nn.container import ModuleDict, ModuleList, Sequential
from nn.dropout import Dropout
from nn.linear import Linear, Maxout
from nn.loss import (
    BCELoss,
    BCEWithLogitsLoss,
    CategoricalCrossEntropyLoss,
    CrossEntropyLoss,
    GaussianNLLLoss,
    HingeLoss,
    HuberLoss,
    L1Loss,
    MeanError,
    MSELoss,
    MulticlassHingeLoss,
    MultiLabelSoftMarginLoss,
    MultiMarginLoss,
    NLLLoss,
    SmoothL1Loss,
)
from nn.mlp import MLP, Layer, Neuron
from nn.module import Module
from nn.parameter import Parameter
from nn.threshold import (
    AND,
    NOR,
    NOT,
    OR,
    AutomatonNet,
    Inequality,
    MaxMargin,
    McCullochPitts,
    Perceptron,
    PerceptronReport,
    PerceptronUpdate,
    RecurrentThresholdNet,
    ThresholdNet,
    boolean_net,
    inequalities,
    max_margin,
    perceptron_net,
    solve_inequalities,
    tower_net,
)
from nn.training.cross_validation import CrossValidation, cross_validate
from nn.training.fit import fit
from nn.training.history import History
from nn.training.live import Live
from nn.training.live_curve import LiveCurve
from nn.training.lr_range_test import LRRangeTest, lr_range_test
from nn.training.overfit import Overfit, overfit_subset
from nn.training.pretraining import pretrain
from nn.training.ranges import Choice, LogUniform, Uniform
from nn.training.search import Search, random_search

__all__ = [
    "AND",
    "ELU",
    "MLP",
    "NOR",
    "NOT",
    "OR",
    "SELU",
    "AutomatonNet",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "CategoricalCrossEntropyLoss",
    "Choice",
    "CrossEntropyLoss",
    "CrossValidation",
    "Dropout",
    "Elementwise",
    "GaussianNLLLoss",
    "HingeLoss",
    "History",
    "HuberLoss",
    "Identity",
    "Inequality",
    "L1Loss",
    "LRRangeTest",
    "Layer",
    "LeakyReLU",
    "Linear",
    "Live",
    "LiveCurve",
    "LogSoftmax",
    "LogUniform",
    "MSELoss",
    "MaxMargin",
    "Maxout",
    "McCullochPitts",
    "MeanError",
    "Module",
    "ModuleDict",
    "ModuleList",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "MulticlassHingeLoss",
    "NLLLoss",
    "Neuron",
    "Overfit",
    "PReLU",
    "Parameter",
    "Perceptron",
    "PerceptronReport",
    "PerceptronUpdate",
    "RReLU",
    "ReLU",
    "RecurrentThresholdNet",
    "ScaledTanh",
    "Search",
    "Sequential",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "Tanh",
    "ThresholdNet",
    "Uniform",
    "boolean_net",
    "by_hand",
    "collapse",
    "cross_validate",
    "data",
    "diagnostics",
    "ensembles",
    "fit",
    "functional",
    "inequalities",
    "init",
    "likelihood",
    "lr_range_test",
    "max_margin",
    "overfit_subset",
    "perceptron_net",
    "plots",
    "polynomial",
    "pretrain",
    "random_search",
    "regularisation",
    "solve_inequalities",
    "surfaces",
    "tower_net",
    "twenty_lines",
    "utils",
]
