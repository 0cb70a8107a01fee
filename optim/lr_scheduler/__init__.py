"""Schedules of the learning rate, under PyTorch's names: made for an optimiser, stepped once an epoch.

    schedule = StepLR(optimizer, step_size=30)
    for epoch in range(100):
        ...                     # the optimiser's steps
        schedule.step()
"""

from optim.lr_scheduler.combined import ChainedScheduler, SequentialLR
from optim.lr_scheduler.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from optim.lr_scheduler.cycles import CyclicLR, OneCycleLR
from optim.lr_scheduler.decay import ExponentialLR, InverseTimeLR, PolynomialLR
from optim.lr_scheduler.functions import LambdaLR, MultiplicativeLR
from optim.lr_scheduler.lines import ConstantLR, LinearLR
from optim.lr_scheduler.plateau import ReduceLROnPlateau
from optim.lr_scheduler.robbins_monro import RobbinsMonro, robbins_monro
from optim.lr_scheduler.scheduler import LRScheduler
from optim.lr_scheduler.steps import MultiStepLR, StepLR

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "InverseTimeLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "RobbinsMonro",
    "SequentialLR",
    "StepLR",
    "robbins_monro",
]
