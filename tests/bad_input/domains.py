"""Numbers of the right kind and shape, of which the answer is not defined, or not what was meant."""

import math

import numpy as np

import nn
import optim
from autograd import GradcheckError, Value, gradcheck
from nn import functional as F
from tests.bad_input.world import Row

BITS = "Use 0 for no and 1 for yes."
CLASSES = "Classes run from 0 to 1."
COUNT = "Give an integer, 1 or more."
STEP = "Look for a division by 0, a log of 0 or an lr too high"


def stepped(optimizer, parameter, gradient):
    """A step at which a parameter's gradient is as given; it is put back afterwards, as no step should touch it."""
    before, parameter.grad = parameter.grad, gradient
    try:
        return optimizer.step()
    finally:
        parameter.grad = before


LOSSES = [
    Row("a probability above 1", lambda w: F.binary_cross_entropy([0.5, 1.5], [1.0, 0.0]), ValueError, "input[1] is 1.5",
        "For logits, use binary_cross_entropy_with_logits.", F.binary_cross_entropy),
    Row("a probability that is nan", lambda w: nn.BCELoss()([[math.nan]], [[1.0]]), ValueError, "input[0, 0] is nan",
        "For logits, use binary_cross_entropy_with_logits.", F.binary_cross_entropy),
    Row("a target of -1", lambda w: F.binary_cross_entropy_with_logits([w.a], [-1.0]), ValueError, "target[0] is -1.0",
        "Use 1 for yes and 0 for no.", F.binary_cross_entropy_with_logits),
    Row("a label of 2", lambda w: F.multilabel_soft_margin_loss([w.a, w.b], [1.0, 2.0]), ValueError, "target[1] is 2.0",
        "Use 1 for yes and 0 for no.", F.multilabel_soft_margin_loss),
    Row("logits for probabilities", lambda w: F.categorical_cross_entropy([w.a, w.b], [1.0, 0.0]), ValueError, "input[0] is 2.0",
        "For logits, use cross_entropy.", F.categorical_cross_entropy),
    Row("no one-hot row", lambda w: F.categorical_cross_entropy([0.5, 0.5], [1.0, -1.0]), ValueError, "target[1] is -1.0",
        "Use 1 for the class and 0 for the others.", F.categorical_cross_entropy),
    Row("a share of a class above 1", lambda w: nn.CrossEntropyLoss()([w.a, w.b], [0.5, 1.5]), ValueError, "target[1] is 1.5",
        "Give each class its probability, or the number of the class.", F.cross_entropy),
    Row("a class too high", lambda w: F.cross_entropy([w.a, w.b], 2), ValueError, "the class of row 0 is 2, but there are 2 outputs",
        CLASSES, F.cross_entropy),
    Row("a class below 0", lambda w: F.nll_loss([[w.a, w.b]], [-1]), ValueError, "the class of row 0 is -1", CLASSES, F.nll_loss),
    Row("a class that is a float", lambda w: F.multi_margin_loss([w.a, w.b], 1.0), TypeError, "the class of row 0 is 1.0 (float)",
        "Use targets.astype(int).", F.multi_margin_loss),
    Row("a class that is a name", lambda w: nn.MulticlassHingeLoss()([w.a, w.b], "cat"), TypeError, "the class of row 0 is 'cat' (str)",
        "Use an integer from 0 to 1.", F.multiclass_hinge_loss),
    Row("a class that is a bool", lambda w: F.nll_loss([[w.a, w.b]], np.array([True])), TypeError, "the class of row 0 is True (bool)",
        "Use an integer from 0 to 1.", F.nll_loss),
    Row("all classes ignored", lambda w: F.cross_entropy([[w.a, w.b]], [-100]), ValueError,
        "cross_entropy: the mean divides by the weights", "Use reduction='sum'.", F.cross_entropy),
    Row("a hinge target of 0", lambda w: F.hinge_loss([w.a, w.b], [1.0, 0.0]), ValueError, "target[1] is 0.0", "Use -1 and 1",
        F.hinge_loss),
    Row("a variance below 0", lambda w: F.gaussian_nll_loss([w.a], [1.0], [w.b]), ValueError, "var[0] is -3.0", "with softplus say",
        F.gaussian_nll_loss),
    Row("a variance that is nan", lambda w: nn.GaussianNLLLoss()(w.a, 1.0, math.nan), ValueError, "var is nan", "Make it positive",
        F.gaussian_nll_loss),
]

UNITS = [
    Row("an input of 2", lambda w: w.unit([1, 2, 0]), ValueError, "McCullochPitts: input 1 is 2", BITS, nn.McCullochPitts),
    Row("an input of one half", lambda w: nn.NOR(1)([0.5]), ValueError, "McCullochPitts: input 0 is 0.5", BITS, nn.McCullochPitts),
    Row("an input that is a string", lambda w: w.unit("101"), ValueError, "McCullochPitts: inputs have shape ()", "Give one flat sequence",
        nn.McCullochPitts),
    Row("an input that is a Value", lambda w: nn.NOT()([w.a]), ValueError, "input 0 is Value(2.0, label='a')", BITS, nn.McCullochPitts),
    Row("a truth table with None", lambda w: nn.boolean_net([0, None]), ValueError, "boolean_net: output 1 is None", BITS, nn.boolean_net),
    Row("a target of -1 to learn", lambda w: w.perceptron.fit([[0, 0], [1, 1]], [-1, 1]), ValueError, "Perceptron.fit: target 0 is -1",
        BITS, nn.Perceptron.fit),
    Row("an infinite example to learn", lambda w: w.perceptron.fit([[math.inf, 0]], [1]), ValueError, "Perceptron: example 0 is [inf, 0.0]",
        "Use finite numbers.", nn.Perceptron.fit),
    Row("a nan to classify", lambda w: w.perceptron.predict([1.0, math.nan]), ValueError, "Perceptron: example 0 is [1.0, nan]",
        "Use finite numbers.", nn.Perceptron),
    Row("infinite weights", lambda w: nn.Perceptron(1, weights=[0.0, math.inf]), ValueError, "the weights [0.0, inf] do not fit",
        "Give 2 finite ones, bias first.", nn.Perceptron),
    Row("an inhibitory input below 0", lambda w: nn.McCullochPitts(1, inhibitory=[-1]), ValueError, "position -1 of an inhibitory input",
        "Give each once, from 0 on.", nn.McCullochPitts),
    Row("an inhibitory input twice", lambda w: nn.McCullochPitts(1, inhibitory=[0, 0]), ValueError, "position 0 of an inhibitory input",
        "Give each once, from 0 on.", nn.McCullochPitts),
    Row("an inhibitory input beyond the last", lambda w: nn.McCullochPitts(1, inhibitory=(2,), inputs=2), ValueError, "position 2",
        "Give each once, from 0 on.", nn.McCullochPitts),
    Row("a threshold that is nan", lambda w: nn.McCullochPitts(math.nan), TypeError, "the threshold is nan", "Use a number, such as 1.",
        nn.McCullochPitts),
]

DERIVATIVES = [
    Row("gradcheck at a kink", lambda w: gradcheck(lambda x: x.relu(), w.zero), GradcheckError,
        "by input 0 is 0.0, but differences give 0.5", "is the point a kink?", gradcheck),
    Row("gradcheck beside a kink", lambda w: gradcheck(abs, 1e-5), GradcheckError, "differences do not settle", "Check at another point.",
        gradcheck),
    Row("gradcheck of a cut graph", lambda w: gradcheck(lambda x, y: x * y.detach(), [w.a, w.b]), GradcheckError, "by input 1 is 0.0",
        "Check the partials of the operations between", gradcheck),
    Row("gradcheck of a product with a bare number", lambda w: gradcheck(lambda x: x * Value(x.item() ** 2) + w.a, 1.5), GradcheckError,
        "by input 0 is 2.25, but differences give 6.75", "Check the partials of the operations between", gradcheck),
    Row("gradcheck at infinity", lambda w: gradcheck(lambda x: x.exp(), -math.inf), ValueError, "gradcheck: input 0 is -inf",
        "Check at a finite number.", gradcheck),
]

STEPS = [
    Row("a gradient of nan", lambda w: stepped(w.optimizer, w.unreached, math.nan), optim.NonFiniteGradientError,
        "Adam: the gradient of 'unreached' is nan", STEP, optim.Optimizer.step),
    Row("an infinite gradient within an array", lambda w: stepped(w.momentum, w.parameter, [[1.0, 2.0], [-math.inf, 0.0]]),
        optim.NonFiniteGradientError, "SGD: the gradient of 'W' is -inf at [1, 0]", STEP, optim.Optimizer.step),
    Row("a gradient that is a Value of nan", lambda w: stepped(w.momentum, w.b, w.zero / 0.0), optim.NonFiniteGradientError,
        "SGD: the gradient of 'b' is nan", "check_finite=False steps all the same", optim.Optimizer.step),
]

ROWS = [*LOSSES, *UNITS, *DERIVATIVES, *STEPS]
