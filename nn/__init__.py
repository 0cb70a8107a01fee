"""Nets made of modules: layers, activations, losses, initialisers, under PyTorch's names."""

import autograd

if not hasattr(autograd, "Value"):
    raise ImportError(f"Another project's package 'autograd' is installed at {autograd.__file__}, over the one this needs: "
                      "uninstall both, then install chalkgrad again.")

from nn import data, functional, init, plots, regularisation, utils
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
    McCullochPitts,
    Perceptron,
    PerceptronReport,
    PerceptronUpdate,
    ThresholdNet,
    boolean_net,
)
from nn.training.fit import fit
from nn.training.history import History
from nn.training.live import Live

__all__ = [
    "AND",
    "ELU",
    "MLP",
    "NOR",
    "NOT",
    "OR",
    "SELU",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "CategoricalCrossEntropyLoss",
    "CrossEntropyLoss",
    "Dropout",
    "Elementwise",
    "GaussianNLLLoss",
    "HingeLoss",
    "History",
    "HuberLoss",
    "Identity",
    "L1Loss",
    "Layer",
    "LeakyReLU",
    "Linear",
    "Live",
    "LogSoftmax",
    "MSELoss",
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
    "PReLU",
    "Parameter",
    "Perceptron",
    "PerceptronReport",
    "PerceptronUpdate",
    "RReLU",
    "ReLU",
    "ScaledTanh",
    "Sequential",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "Tanh",
    "ThresholdNet",
    "boolean_net",
    "data",
    "fit",
    "functional",
    "init",
    "plots",
    "regularisation",
    "utils",
]
