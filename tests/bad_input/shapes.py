"""Numbers in the wrong arrangement: unequal lengths, axes too many or too few, nothing at all."""

import math

import numpy as np

import autograd
import nn
import optim
from autograd import gradcheck, hvp
from nn import functional as F
from nn import init
from tests.bad_input.world import Row

SAME = "Give one of the same shape."
ONE = "Give at least one number or Value."
EVEN = "Give every example the same number of features."
WIDTH = "Give one example, of shape (2,), or a batch, of shape (N, 2)."
EACH = "Give one target for each output."
CLASSES = "Give (classes,) for one example or (N, classes) for a batch."
SOME = "Give at least one example."
FIT = "Load what state_dict() of the same class gave, with the same parameters in the same groups."
SAME_NET = "Load it into a net built as that which it came from"

SEQUENCES = [
    Row("mean of nothing", lambda w: autograd.mean([]), ValueError, "mean: the sequence is empty", ONE, autograd.mean),
    Row("softmax of nothing", lambda w: autograd.softmax(()), ValueError, "softmax: the sequence is empty", ONE, autograd.softmax),
    Row("logsumexp of an empty generator", lambda w: autograd.logsumexp(x for x in ()), ValueError, "logsumexp: the sequence is empty", ONE,
        autograd.logsumexp),
    Row("log_softmax of an empty array", lambda w: autograd.log_softmax(w.array[:0]), ValueError, "log_softmax: the sequence is empty", ONE,
        autograd.log_softmax),
    Row("dot of unequal lengths", lambda w: autograd.dot([w.a, w.b], w.array[:1]), ValueError, "dot: the sequences have 2 and 1 members",
        "Each x needs its y.", autograd.dot),
    Row("values of ragged rows", lambda w: autograd.values([[w.a], [w.a, w.b]]), ValueError, "values: the rows have unequal lengths",
        "Give every row the same number of members.", autograd.values),
    Row("grads of ragged rows", lambda w: autograd.grads([[w.a, w.b], w.b]), ValueError, "grads: the rows have unequal lengths",
        "Give every row the same number of members.", autograd.grads),
    Row("hvp along a vector too long", lambda w: hvp(lambda x: x[0])([w.a], w.array), ValueError, "hvp: x has 1 members and v 2",
        "The direction needs one for each x.", hvp),
    Row("gradcheck of no input", lambda w: gradcheck(lambda: w.a, []), ValueError, "gradcheck: there are no inputs",
        "Give a number for each argument", gradcheck),
]

PARAMETERS = [
    Row("Parameter of ragged rows", lambda w: nn.Parameter([[1.0], [1.0, 2.0]]), ValueError, "Parameter(): the rows", EVEN, nn.Parameter),
    Row("Parameter.data too short", lambda w: setattr(w.parameter, "data", [1.0, 2.0]), ValueError,
        "W.data has shape (2, 2), and shape (2,) was assigned", SAME, nn.Parameter),
    Row("Parameter.data += column by column", lambda w: setattr(w.bias, "data", w.bias.data[:, None]), ValueError,
        "bias.data has shape (2,), and shape (2, 1) was assigned", SAME, nn.Parameter),
    Row("Parameter.grad = number", lambda w: setattr(w.parameter, "grad", 0.0), ValueError,
        "W.grad has shape (2, 2), and shape () was assigned", SAME, nn.Parameter),
    Row("Parameter[0] = row too long", lambda w: w.parameter.__setitem__(0, [1.0, 2.0, 3.0]), ValueError,
        "W[0] has shape (2,), and shape (3,) was assigned", "Give a number, or one of the same shape.", nn.Parameter),
    Row("item() of many", lambda w: w.parameter.item(), ValueError, "W.item(): 4 numbers are held, not one", "p[0].item(), or take p.data",
        nn.Parameter.item),
]

LAYERS = [
    Row("Linear: example too long", lambda w: w.linear([w.a, w.b, 1.0]), ValueError, "Linear: an input of shape (3,)", WIDTH, nn.Linear),
    Row("Linear: batch too wide", lambda w: w.linear(np.ones((2, 3))), ValueError, "Linear: an input of shape (2, 3)", WIDTH, nn.Linear),
    Row("Linear: ragged batch", lambda w: w.linear([[w.a, 1.0], [w.b]]), ValueError, "Linear: the rows have unequal lengths", EVEN,
        nn.Linear),
    Row("Linear: a Value alone", lambda w: w.linear(w.a), ValueError, "Linear: a single number", WIDTH, nn.Linear),
    Row("Linear: three axes", lambda w: w.linear([[[w.a, w.b]]]), ValueError, "Linear: an input of shape (1, 1, 2)", WIDTH, nn.Linear),
    Row("Maxout: no features", lambda w: nn.Maxout(2, 1, 2, rng=0)([]), ValueError, "Maxout: an input of shape (0,)", WIDTH, nn.Maxout),
    Row("Neuron: example too short", lambda w: nn.Neuron(2, rng=0)([w.a]), ValueError, "Neuron: an input of shape (1,)", WIDTH, nn.Neuron),
    Row("MLP: batch too narrow", lambda w: w.mlp(w.parameter[:, :1]), ValueError, "Linear: an input of shape (2, 1)", WIDTH, nn.MLP),
    Row("Sequential: layers that do not meet", lambda w: w.misfit([1.0]), ValueError, "Linear: an input of shape (3,)", WIDTH, nn.Linear),
    Row("batch norm: too wide", lambda w: w.norm(np.ones((4, 3))), ValueError, "BatchNorm1d: an input of shape (4, 3)", WIDTH,
        nn.BatchNorm1d),
    Row("batch norm: a batch of one", lambda w: w.norm([[1.0, 2.0]]), ValueError, "BatchNorm1d: 1 example in a batch has no variance",
        "Train on batches of two or more, or call eval() first.", nn.BatchNorm1d),
    Row("batch norm: one example in a trained net", lambda w: w.model([0.5, -1.0]), ValueError, "BatchNorm1d: 1 example in a batch",
        "or call eval() first", nn.BatchNorm1d),
    Row("tanh of ragged rows", lambda w: F.tanh([[1.0], [w.a, w.b]]), ValueError, "tanh: the rows have unequal lengths", EVEN, nn.Linear),
    Row("softmax of a number", lambda w: nn.Softmax()(w.a), TypeError, "softmax: a single number has no classes",
        "Give a sequence of logits.", F.softmax),
    Row("softmax along no axis", lambda w: F.softmax([w.a, w.b], dim=1), IndexError, "softmax: dim = 1, but the input has shape (2,)",
        "Use -1 to 0.", F.softmax),
    Row("slopes that do not match", lambda w: nn.PReLU(3)([w.a, w.b]), ValueError, "prelu: 3 weights for an input of shape (2,)",
        "Give one weight, or one for each feature.", F.prelu),
    Row("maxout of unequal pieces", lambda w: F.maxout([[w.a], [w.a, w.b]]), ValueError, "the pieces have the shapes [(1,), (2,)]",
        "Give at least one, all of one shape.", F.maxout),
]

LOSSES = [
    Row("(N,) against (N, 1)", lambda w: F.mse_loss([[w.a], [w.b]], w.array), ValueError, "targets have shape (2,) but outputs (2, 1)",
        "Use targets.reshape(-1, 1).", F.mse_loss),
    Row("a target in brackets", lambda w: F.huber_loss(w.a, [1.0]), ValueError, "huber_loss: targets have shape (1,) but outputs ()",
        "Give the target by itself, without brackets around it.", F.huber_loss),
    Row("a target missing", lambda w: F.l1_loss([w.a, w.b], [1.0]), ValueError, "l1_loss: targets have shape (1,)", EACH, F.l1_loss),
    Row("flat targets of two columns", lambda w: nn.BCEWithLogitsLoss()(np.ones((2, 2)), [1.0, 0.0, 1.0, 0.0]), ValueError,
        "targets have shape (4,) but outputs (2, 2)", "Use targets.reshape(-1, 2).", F.binary_cross_entropy_with_logits),
    Row("a loss of nothing", lambda w: nn.SmoothL1Loss()([], []), ValueError, "smooth_l1_loss: input has shape (0,)", SOME,
        F.smooth_l1_loss),
    Row("a loss of an empty batch", lambda w: F.nll_loss(np.ones((0, 2)), []), ValueError, "nll_loss: input has shape (0, 2)", SOME,
        F.nll_loss),
    Row("ragged outputs", lambda w: F.mean_error([[w.a], [w.a, w.b]], [1.0, 2.0]), ValueError, "mean_error: input: the rows", EVEN,
        F.mean_error),
    Row("logits of three axes", lambda w: F.cross_entropy([[[w.a, w.b]]], [[0]]), ValueError, "outputs have shape (1, 1, 2)", CLASSES,
        F.cross_entropy),
    Row("a logit alone", lambda w: F.multiclass_hinge_loss(w.a, 0), ValueError, "multiclass_hinge_loss: outputs have shape ()", CLASSES,
        F.multiclass_hinge_loss),
    Row("classes too many", lambda w: F.cross_entropy([[w.a, w.b]], [0, 1]), ValueError, "targets have shape (2,) but outputs (1, 2)", EACH,
        F.cross_entropy),
    Row("a class for one-hot rows", lambda w: F.categorical_cross_entropy([0.5, 0.5], 0), ValueError, "targets have shape ()", EACH,
        F.categorical_cross_entropy),
    Row("variances that do not fit", lambda w: F.gaussian_nll_loss([w.a, w.b], w.array, [1.0, 1.0, 1.0]), ValueError,
        "var has shape (3,) but outputs (2,)", "Give one variance for each output", F.gaussian_nll_loss),
    Row("class weights that do not fit", lambda w: nn.CrossEntropyLoss(weight=[1.0, 1.0, 1.0])([w.a, w.b], 0), ValueError,
        "cross_entropy: weight has shape (3,), which does not stretch to (2,)", "Give one weight for each.", F.cross_entropy),
    Row("ragged class weights", lambda w: nn.NLLLoss(weight=[[1.0], [1.0, 2.0]]), ValueError, "NLLLoss.weight: the rows", EVEN, nn.NLLLoss),
]

UNITS = [
    Row("a unit of too few inputs", lambda w: w.unit([1]), ValueError, "McCullochPitts: 1 inputs were given, and the unit has at least 3",
        "Give a 0 or 1 for each.", nn.McCullochPitts),
    Row("a gate of too many inputs", lambda w: nn.AND(2)([1, 1, 1]), ValueError, "3 inputs were given, and the unit has 2",
        "Give a 0 or 1 for each.", nn.McCullochPitts),
    Row("a unit of rows", lambda w: w.unit([[1, 0, 1]]), ValueError, "inputs have shape (1, 3)", "Give one flat sequence of 0s and 1s.",
        nn.McCullochPitts),
    Row("a truth table of three rows", lambda w: nn.boolean_net([0, 1, 1]), ValueError, "the table has 3 outputs", "Give 2, 4, 8, …",
        nn.boolean_net),
    Row("perceptron: example too short", lambda w: w.perceptron([1.0]), ValueError, "Perceptron: an input of shape (1,)", WIDTH,
        nn.Perceptron),
    Row("perceptron: weights too few", lambda w: setattr(w.perceptron, "weights", w.array), ValueError,
        "the weights [0.25, -1.5] do not fit", "Give 3 finite ones, bias first.", nn.Perceptron),
    Row("fit: a single example", lambda w: w.perceptron.fit([1.0, 0.0], [1]), ValueError, "Perceptron.fit: X is a single example",
        "Give a batch, of shape (N, 2).", nn.Perceptron.fit),
    Row("fit: a target missing", lambda w: w.perceptron.fit([[1.0, 0.0], [0.0, 0.0]], [1]), ValueError, "2 examples but 1 targets",
        "Each example needs its class.", nn.Perceptron.fit),
    Row("fit: targets in a column", lambda w: w.perceptron.fit([[1.0, 0.0]], [[1]]), ValueError, "targets have shape (1, 1)",
        "Give one flat sequence of 0s and 1s.", nn.Perceptron.fit),
]

INITIALISERS = [
    Row("xavier of a bias", lambda w: init.xavier_uniform_(w.bias), ValueError, "a Parameter of shape (2,) has no fan in and fan out",
        "zeros_ or uniform_ on biases", init.xavier_uniform_),
    Row("kaiming of a bias", lambda w: init.kaiming_normal_(w.bias), ValueError, "kaiming_normal_: a Parameter of shape (2,)",
        "Use it on weights of shape (out, in)", init.kaiming_uniform_),
    Row("eye of a vector", lambda w: init.eye_(w.bias), ValueError, "the Parameter has shape (2,)", "Give one, such as layer.weight.",
        init.eye_),
]

STATES = [
    Row("a key missing", lambda w: w.linear.load_state_dict({"weight": np.ones((2, 2))}), ValueError, "'bias' is missing", SAME_NET,
        nn.Module.load_state_dict),
    Row("a key too many", lambda w: w.linear.load_state_dict({**w.linear.state_dict(), "slope": 1.0}), ValueError, "'slope' is unexpected",
        "strict=False passes over missing and unexpected keys", nn.Module.load_state_dict),
    Row("the state of another net", lambda w: w.model.load_state_dict(w.mlp.state_dict()), ValueError, "'1.running_mean' is missing",
        SAME_NET, nn.Module.load_state_dict),
    Row("a weight of another shape", lambda w: w.model.load_state_dict({**w.model.state_dict(), "4.weight": [[1.0]]}), ValueError,
        "'4.weight' has shape (1, 1), and (1, 3) here", SAME_NET, nn.Module.load_state_dict),
    Row("the wrong shape, keys not asked for", lambda w: w.linear.load_state_dict({"bias": 0.5}, strict=False), ValueError,
        "'bias' has shape (), and (2,) here", SAME_NET, nn.Module.load_state_dict),
    Row("a ragged weight", lambda w: w.linear.load_state_dict({**w.linear.state_dict(), "weight": [[1.0], [1.0, 2.0]]}), ValueError,
        "'weight': the rows have unequal lengths", EVEN, nn.Module.load_state_dict),
    Row("groups too few", lambda w: w.momentum.load_state_dict(optim.SGD([w.a]).state_dict()), ValueError,
        "SGD: its groups hold [1, 1] parameters, those of the state_dict [1]", FIT, optim.Optimizer.load_state_dict),
    Row("parameters too few", lambda w: w.optimizer.load_state_dict(w.state(params=[0, 1])), ValueError,
        "Adam: its groups hold [7] parameters, those of the state_dict [2]", FIT, optim.Optimizer.load_state_dict),
    Row("a parameter that is not there", lambda w: w.optimizer.load_state_dict(w.state(state={99: {}})), ValueError,
        "holds state of parameter 99, but there are 7", FIT, optim.Optimizer.load_state_dict),
    Row("a moment of another shape", lambda w: w.optimizer.load_state_dict(w.memory(exp_avg=[1.0])), ValueError,
        "'exp_avg' of 'linear0.weight' in the state_dict is not of shape (3, 2)", FIT, optim.Optimizer.load_state_dict),
    Row("a gradient of another shape", lambda w: optim.SGD([Uneven()]).step(), ValueError,
        "parameter 0 has shape (2,) but its gradient (3,)", SAME, optim.Optimizer.step),
]


class Uneven:
    """A parameter of someone's own whose gradient does not fit."""

    data, grad, is_leaf = np.zeros(2), np.full(3, math.pi), True


ROWS = [*SEQUENCES, *PARAMETERS, *LAYERS, *LOSSES, *UNITS, *INITIALISERS, *STATES]
