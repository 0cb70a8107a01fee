"""Schedules, clipping and regularisation: settings out of range, optimisers and parameters that are none, states that do not fit."""

import math

from nn import regularisation as reg
from nn import utils
from optim import lr_scheduler as schedules
from tests.bad_input.world import Row, mishap

ONE_EACH = "Give one for each group, or one for all."
OPTIMIZER = "Give one, such as optim.SGD(model.parameters(), lr=0.1)."
PARAMETERS = "Pass model.parameters(), or [w, b]."
LEAVES = "Pass leaf Values or nn.Parameters."
NUMBER = "Give a number."

RATES = [
    Row("a schedule of a model", lambda w: schedules.StepLR(w.model, 5), TypeError, "(Sequential) is no optimiser", OPTIMIZER,
        schedules.LRScheduler),
    Row("a plateau of parameters", lambda w: schedules.ReduceLROnPlateau(w.model.parameters()), TypeError, "ReduceLROnPlateau: ", OPTIMIZER,
        schedules.ReduceLROnPlateau),
    Row("steps of no length", lambda w: schedules.StepLR(w.momentum, 0), ValueError, "StepLR: step_size", "at least 1, got 0.",
        schedules.StepLR),
    Row("a decay in words", lambda w: schedules.ExponentialLR(w.momentum, "slow"), TypeError, "ExponentialLR: gamma",
        "a finite number, at least 0, got 'slow' (str)", schedules.ExponentialLR),
    Row("a milestone that is a fraction", lambda w: schedules.MultiStepLR(w.momentum, [1.5]), TypeError, "milestones[0]",
        "must be a whole number, at least 0", schedules.MultiStepLR),
    Row("a rate that becomes nan", lambda w: schedules.LambdaLR(w.momentum, lambda t: math.nan), ValueError,
        "LambdaLR: the rate at epoch 0 of group 0", "a finite number, at least 0, got nan", schedules.LambdaLR),
    Row("a function for three groups of two", lambda w: schedules.MultiplicativeLR(w.momentum, [abs] * 3), ValueError,
        "lr_lambda has 3 members, and the optimiser 2 groups", ONE_EACH, schedules.MultiplicativeLR),
    Row("a cycle that goes down", lambda w: schedules.CyclicLR(w.momentum, 1.0, 0.5), ValueError, "base_lr = 1.0 is above max_lr = 0.5",
        "Give the lower bound first.", schedules.CyclicLR),
    Row("one cycle without end", lambda w: schedules.OneCycleLR(w.momentum, 1.0), ValueError, "OneCycleLR: total_steps",
        "or both epochs and steps_per_epoch", schedules.OneCycleLR),
    Row("cosines of no length", lambda w: schedules.CosineAnnealingWarmRestarts(w.momentum, 0), ValueError, "T_0", "at least 1, got 0",
        schedules.CosineAnnealingWarmRestarts),
    Row("going on from nowhere", lambda w: schedules.InverseTimeLR(w.momentum, 0.5, last_epoch=3), ValueError,
        "group 0 of the optimiser has no 'initial_lr'", "or begin with last_epoch=-1", schedules.LRScheduler),
    Row("a chain of optimisers", lambda w: schedules.ChainedScheduler([w.momentum]), TypeError, "schedulers[0] is SGD",
        "Give one, such as StepLR(optimizer, 10).", schedules.ChainedScheduler),
    Row("a sequence of nothing", lambda w: schedules.SequentialLR(w.momentum, [], []), ValueError, "the list of schedulers is empty",
        "Give at least one.", schedules.SequentialLR),
    Row("rates that are a number", lambda w: schedules.robbins_monro(0.5), TypeError, "0.5 (float) is neither a schedule nor a function",
        "Give one, such as lambda t: 1 / t.", schedules.robbins_monro),
    Row("rates below 0", lambda w: schedules.robbins_monro(lambda t: -1 / t), ValueError, "the rate at a step between 2^500 and 2^501",
        "a finite number, at least 0", schedules.robbins_monro),
]

CLIPPING = [
    Row("clipping a model", lambda w: utils.clip_grad_norm_(w.model, 1.0), TypeError, "parameters is a Sequential",
        "Pass its .parameters().", utils.clip_grad_norm_),
    Row("clipping numbers", lambda w: utils.clip_grad_value_([w.parameter, 0.5], 1.0), TypeError, "item 1 is 0.5 (float)", LEAVES,
        utils.clip_grad_value_),
    Row("a length below 0", lambda w: utils.clip_grad_norm_(w.parameter, -1.0), ValueError, "clip_grad_norm_: max_norm is -1.0",
        "Give a number, 0 or more.", utils.clip_grad_norm_),
    Row("a norm of order 0", lambda w: utils.get_total_norm([[1.0]], 0), ValueError, "norm_type is 0", "Use 2.0, 1.0 or math.inf.",
        utils.get_total_norm),
    Row("a known norm in words", lambda w: utils.clip_grads_with_norm_([w.parameter], 1.0, "long"), TypeError, "total_norm is 'long' (str)",
        NUMBER, utils.clip_grads_with_norm_),
    Row("an infinite norm, refused", lambda w: utils.get_total_norm([[math.inf]], error_if_nonfinite=True), RuntimeError,
        "The norm of all gradients is inf", "error_if_nonfinite=False scales by it all the same.", utils.get_total_norm),
]

REGULARISATION = [
    Row("a negative penalty", lambda w: reg.L1(-0.5), ValueError, "L1: lam is -0.5", "Give a number, 0 or more.", reg.L1),
    Row("a penalty that is None", lambda w: reg.L2(None), TypeError, "L2: lam is None", NUMBER, reg.L2),
    Row("half an elastic net", lambda w: reg.ElasticNet(0.5, "0.5"), TypeError, "ElasticNet: l2 is '0.5' (str)", NUMBER, reg.ElasticNet),
    Row("a power of 0", lambda w: reg.Lp(1.0, 0), ValueError, "Lp: p is 0", "so it must be above 0", reg.Lp),
    Row("the penalty of a model", lambda w: reg.L2(1.0)(w.model), TypeError, "L2: a Sequential was given", "or weights(model)",
        reg.Penalty.__call__),
    Row("the penalty of numbers", lambda w: reg.L1(1.0)(0.5), TypeError, "L1: 0.5 (float) is no parameter", PARAMETERS,
        reg.Penalty.__call__),
    Row("a step of a power", lambda w: reg.Lp(1.0, 3).proximal_(w.parameter, 0.5), NotImplementedError, "Lp has no proximal step",
        "Use L1, L2 or ElasticNet", reg.Penalty.proximal_),
    Row("a step back", lambda w: reg.L2(1.0).proximal_(w.parameter, -0.5), ValueError, "L2.proximal_: lr is -0.5",
        "Give a number, 0 or more.", reg.Penalty.proximal_),
    Row("a threshold below 0", lambda w: reg.soft_threshold([1.0], -1.0), ValueError, "soft_threshold: threshold is -1.0",
        "Give a number, 0 or more.", reg.soft_threshold),
    Row("weights of a list", lambda w: reg.weights([w.parameter]), TypeError, "(list) is no module",
        "Give a model, such as nn.Linear(2, 1).", reg.weights),
    Row("a penalty that is a class", lambda w: reg.Penalised(mishap, w.model, reg.L2), TypeError, "Penalised: penalty is <class",
        "such as L2(0.01)", reg.Penalised),
    Row("a saddle", lambda w: reg.l2_analysis([[0.0, 1.0], [1.0, 0.0]], [0.0, 0.0], 1.0), ValueError, "hessian has the eigenvalue -1",
        "Give the hessian at one.", reg.l2_analysis),
    Row("stopping a list", lambda w: reg.EarlyStopping([w.model]), TypeError, "EarlyStopping: [Sequential(",
        "Give the model that is trained.", reg.EarlyStopping),
    Row("restoring before a beginning", lambda w: reg.EarlyStopping(w.model).restore(), RuntimeError, "there are no weights to restore yet",
        "Call update(error) after each epoch.", reg.EarlyStopping.restore),
    Row("an error of nan", lambda w: reg.EarlyStopping(w.model).update(math.nan), ValueError, "EarlyStopping: error is nan",
        "Give a finite number.", reg.EarlyStopping.update),
    Row("no weights to watch", lambda w: reg.WeightChange([], 0.1), ValueError, "WeightChange: the list of parameters is empty",
        "Pass model.parameters() afresh.", reg.WeightChange),
]

ROWS = [*RATES, *CLIPPING, *REGULARISATION]
