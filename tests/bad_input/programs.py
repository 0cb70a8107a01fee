"""Traced functions that would hold for one example only, and programs that are given what they were not traced for."""

import copy
import math
import pickle
from datetime import datetime

import numpy as np

import autograd
import nn
import optim
from autograd import AnomalyError, TraceError, anomaly, trace
from autograd.replay.program import Program
from autograd.replay.training import TrainStep
from tests.bad_input.world import Row

X = [[1.0, 2.0], [0.0, -1.0]]
Y = [[0.5], [1.5]]

OUTSIDE = "look at numbers outside of the traced function."
HERE = "programs.py:"
EXECUTOR = "Use 'native', 'numpy', 'python', or None for the best."
NUMBERS = "Give ints or floats."
EACH = "Give a batch for each."
BATCH = "give a batch of shape (N, 2)."
RETURN = "Return a Value, or a sequence or array of them."
SOME = "Give equally many, at least one."
FUNCTION = "Give the function that computes it."
ONE = "Return one Value, such as a loss."
OPTIMIZER = "Give an object, such as optim.SGD(model.parameters(), lr=0.1)."
TAME = "Scale, shift or clip what goes in there, or lower lr."


def asked(question):
    """What a trace answers to a function that asks a question about its input, or about what was computed from it."""

    def act(w):
        def f(x):
            question(x * 2.0)
            return x * w.a

        return trace(f, 1.0)

    return act


LOOKS = [
    Row("traced: if", asked(lambda v: 1 if v else 0), TraceError, HERE, OUTSIDE, trace),
    Row("traced: not", asked(lambda v: not v), TraceError, HERE, OUTSIDE, trace),
    Row("traced: and", asked(lambda v: v and 1.0), TraceError, HERE, OUTSIDE, trace),
    Row("traced: bool()", asked(bool), TraceError, "it was asked whether it is true", OUTSIDE, trace),
    Row("traced: any()", asked(lambda v: any([v])), TraceError, "it was asked whether it is true at", OUTSIDE, trace),
    Row("traced: ==", asked(lambda v: v == 1.0), TraceError, HERE, OUTSIDE, trace),
    Row("traced: !=", asked(lambda v: v != 1.0), TraceError, HERE, OUTSIDE, trace),
    Row("traced: <", asked(lambda v: v < 1.0), TraceError, HERE, OUTSIDE, trace),
    Row("traced: <=", asked(lambda v: v <= 1.0), TraceError, HERE, OUTSIDE, trace),
    Row("traced: >", asked(lambda v: v > 1.0), TraceError, HERE, OUTSIDE, trace),
    Row("traced: a number on the left", asked(lambda v: [1.0, v][0] >= v), TraceError, HERE, OUTSIDE, trace),
    Row("traced: == None", asked(lambda v: v == None), TraceError, HERE, OUTSIDE, trace),  # noqa: E711
    Row("traced: in", asked(lambda v: v in [1.0, 2.0]), TraceError, HERE, OUTSIDE, trace),
    Row("traced: index()", asked(lambda v: [0.0].index(v)), TraceError, HERE, OUTSIDE, trace),
    Row("traced: count()", asked(lambda v: [0.0].count(v)), TraceError, HERE, OUTSIDE, trace),
    Row("traced: sorted()", asked(lambda v: sorted([v, 1.0])), TraceError, HERE, OUTSIDE, trace),
    Row("traced: max()", asked(lambda v: max(v, 0.0)), TraceError, HERE, "Use maximum, minimum, relu or heaviside for a choice", trace),
    Row("traced: min()", asked(lambda v: min([v, 0.0])), TraceError, HERE, OUTSIDE, trace),
    Row("traced: .data", asked(lambda v: v.data), TraceError, HERE, OUTSIDE, trace),
    Row("traced: .item()", asked(lambda v: v.item()), TraceError, HERE, OUTSIDE, trace),
    Row("traced: .detach()", asked(lambda v: v.detach()), TraceError, HERE, OUTSIDE, trace),
    Row("traced: float()", asked(float), TraceError, "it was turned into a bare number", OUTSIDE, trace),
    Row("traced: int()", asked(lambda v: int(v)), TraceError, HERE, OUTSIDE, trace),
    Row("traced: round()", asked(lambda v: round(v, 2)), TraceError, HERE, OUTSIDE, trace),
    Row("traced: math.exp()", asked(lambda v: math.exp(v)), TraceError, "as math.exp does and v.exp() does not", OUTSIDE, trace),
    Row("traced: math.floor()", asked(lambda v: math.floor(v)), TraceError, HERE, OUTSIDE, trace),
    Row("traced: math.isclose()", asked(lambda v: math.isclose(v, 1.0)), TraceError, HERE, OUTSIDE, trace),
    Row("traced: complex()", asked(lambda v: complex(v)), TraceError, HERE, OUTSIDE, trace),
    Row("traced: an f-string", asked(lambda v: f"{v:.2f}"), TraceError, HERE, OUTSIDE, trace),
    Row("traced: format()", asked(lambda v: format(v)), TraceError, HERE, OUTSIDE, trace),
    Row("traced: %", asked(lambda v: "%.2f" % v), TraceError, HERE, OUTSIDE, trace),  # noqa: UP031
    Row("traced: values()", asked(lambda v: autograd.values([v])), TraceError, HERE, OUTSIDE, trace),
    Row("traced: an array of floats", asked(lambda v: np.array([v], dtype=float)), TraceError, HERE, OUTSIDE, trace),
    Row("traced: numpy's sign", asked(lambda v: np.sign(np.array([v], dtype=object))), TraceError, HERE, OUTSIDE, trace),
    Row("traced: numpy's max", asked(lambda v: np.max(np.array([v, v], dtype=object))), TraceError, HERE, OUTSIDE, trace),
    Row("traced: numpy's argmax", asked(lambda v: np.argmax(np.array([v, v], dtype=object))), TraceError, HERE, OUTSIDE, trace),
    Row("traced: numpy's sort", asked(lambda v: np.sort(np.array([v, v], dtype=object))), TraceError, HERE, OUTSIDE, trace),
    Row("traced: numpy's where", asked(lambda v: np.where(np.array([v], dtype=object) > 0.0, 1.0, 0.0)), TraceError, HERE, OUTSIDE, trace),
    Row("traced: a picture", asked(lambda v: autograd.draw(v)), TraceError, HERE, OUTSIDE, trace),
    Row("traced: the number of a parameter", lambda w: trace(lambda x: x * w.a.item(), 1.0), TraceError, "'a' is being traced",
        OUTSIDE, trace),
    Row("traced: the numbers of a layer", lambda w: trace(lambda x: x * w.line.weight.data[0, 0], 1.0), TraceError, HERE, OUTSIDE, trace),
    Row("traced: a state_dict", lambda w: trace(lambda x: x * w.line.state_dict()["bias"][0], 1.0), TraceError, HERE, OUTSIDE, trace),
    Row("traced: a copy of an input", lambda w: trace(lambda x: copy.copy(x), 1.0), TraceError, "'input' is being traced", OUTSIDE, trace),
    Row("traced: a copy of a layer", lambda w: trace(lambda x: copy.deepcopy(w.line)([x, x]), 1.0), TraceError,
        "'weight[0, 0]' is being traced", OUTSIDE, trace),
    Row("traced: a pickled parameter", lambda w: trace(lambda x: x * pickle.loads(pickle.dumps(w.a)), 1.0), TraceError, HERE,
        OUTSIDE, trace),
]

TRACES = [
    Row("a number in place of the function", lambda w: trace(2.0, 1.0), TypeError, "trace: 2.0 (float) is no function", FUNCTION, trace),
    Row("a Value in place of the function", lambda w: trace(w.loss, 1.0), TypeError, "(Value) is no function", FUNCTION, trace),
    Row("no function", lambda w: trace(None, 1.0), TypeError, "trace: None (NoneType) is no function", FUNCTION, trace),
    Row("an example that is None", lambda w: trace(w.line, None), TypeError, "argument 0 of the example: object", NUMBERS, trace),
    Row("an example of words", lambda w: trace(w.line, ["a", "b"]), TypeError, "argument 0 of the example: <U1", NUMBERS, trace),
    Row("an example of truth values", lambda w: trace(w.line, [True, False]), TypeError, "argument 0 of the example: bool", NUMBERS, trace),
    Row("an example of complex numbers", lambda w: trace(w.line, [1j, 2.0]), TypeError, "argument 0 of the example: complex128", NUMBERS,
        trace),
    Row("an example of Values", lambda w: trace(w.line, [w.a, w.b]), TypeError, "argument 0 of the example: object", NUMBERS, trace),
    Row("an example of integers too large", lambda w: trace(lambda x: x, 10**400), TypeError, "argument 0 of the example: object", NUMBERS,
        trace),
    Row("a ragged example", lambda w: trace(lambda x: w.a, [[1.0], [1.0, 2.0]]), ValueError,
        "argument 0 of the example: the rows have unequal lengths", "Give every row the same number of members.", trace),
    Row("a second example that is a word", lambda w: trace(lambda x, y: x, 1.0, "y"), TypeError, "argument 1 of the example: <U1", NUMBERS,
        trace),
    Row("a function that returns nothing", lambda w: trace(lambda x: None, 1.0), TypeError, "returned None (NoneType)", RETURN, trace),
    Row("a function that returns a word", lambda w: trace(lambda x: "loss", 1.0), TypeError, "returned 'loss' (str)", RETURN, trace),
    Row("a function that returns a truth value", lambda w: trace(lambda x: True, 1.0), TypeError, "returned True (bool)", RETURN, trace),
    Row("a function that returns a dict", lambda w: trace(lambda x: {"loss": x}, 1.0), TypeError, "(dict)", RETURN, trace),
    Row("a function that returns an empty list", lambda w: trace(lambda x: [], 1.0), TypeError, "returned [] (list)", RETURN, trace),
    Row("a function that returns a complex number", lambda w: trace(lambda x: 1j, 1.0), TypeError, "returned 1j (complex)", RETURN, trace),
    Row("a function that returns a Value and a word", lambda w: trace(lambda x: [x, "x"], 1.0), TypeError, "(list)", RETURN, trace),
    Row("a function that returns ragged rows", lambda w: trace(lambda x: [[x], [x, x]], 1.0), TypeError, "(list)", RETURN, trace),
    Row("an unknown executor", lambda w: trace(w.line, [1.0, 2.0], executor="gpu"), ValueError, "there is no executor 'gpu'", EXECUTOR,
        trace),
    Row("an executor in capitals", lambda w: trace(w.line, [1.0, 2.0], executor="NumPy"), ValueError, "'NumPy'", EXECUTOR, trace),
    Row("an executor that is a number", lambda w: trace(w.line, [1.0, 2.0], executor=1), ValueError, "no executor 1", EXECUTOR, trace),
    Row("an executor that is a module", lambda w: trace(w.line, [1.0, 2.0], executor=np), ValueError, "<module 'numpy'", EXECUTOR, trace),
]

CALLS = [
    Row("no argument", lambda w: w.program(), TypeError, "traced with 2 arguments, and 0 were given", EACH, Program.__call__),
    Row("an argument missing", lambda w: w.program(X), TypeError, "traced with 2 arguments, and 1", EACH, Program.__call__),
    Row("an argument too many", lambda w: w.outputs(X, Y), TypeError, "traced with 1 argument, and 2", EACH, Program.__call__),
    Row("one example, not a batch", lambda w: w.outputs([1.0, 2.0]), ValueError, "argument 0 has shape (2,)", BATCH, Program.__call__),
    Row("a single number", lambda w: w.outputs(1.0), ValueError, "argument 0 has shape ()", BATCH, Program.__call__),
    Row("examples too wide", lambda w: w.outputs(np.ones((4, 3))), ValueError, "argument 0 has shape (4, 3), but the example had (2,)",
        BATCH, Program.__call__),
    Row("the batch turned over", lambda w: w.outputs(np.ones((5, 2)).T), ValueError, "argument 0 has shape (2, 5)", BATCH,
        Program.__call__),
    Row("an axis too many", lambda w: w.outputs([X]), ValueError, "argument 0 has shape (1, 2, 2)", BATCH, Program.__call__),
    Row("targets without their axis", lambda w: w.program(X, [0.5, 1.5]), ValueError, "argument 1 has shape (2,)",
        "give a batch of shape (N, 1).", Program.__call__),
    Row("a target too few", lambda w: w.program(X, Y[:1]), ValueError, "argument 1 has 1 example, and argument 0 has 2", SOME,
        Program.__call__),
    Row("an empty batch", lambda w: w.outputs(np.empty((0, 2))), ValueError, "argument 0 has 0 examples", SOME, Program.__call__),
    Row("a ragged batch", lambda w: w.outputs([[1.0], [1.0, 2.0]]), ValueError, "argument 0: the rows have unequal lengths",
        "Give every row the same number of members.", Program.__call__),
    Row("a batch that is None", lambda w: w.outputs(None), TypeError, "argument 0: object", NUMBERS, Program.__call__),
    Row("a batch with None in it", lambda w: w.outputs([[1.0, None]]), TypeError, "argument 0: object", NUMBERS, Program.__call__),
    Row("a batch of words", lambda w: w.outputs([["1.0", "2.0"]]), TypeError, "argument 0: <U3", NUMBERS, Program.__call__),
    Row("a batch of truth values", lambda w: w.outputs([[True, False]]), TypeError, "argument 0: bool", NUMBERS, Program.__call__),
    Row("a batch of complex numbers", lambda w: w.outputs([[1j, 2.0]]), TypeError, "argument 0: complex128", NUMBERS, Program.__call__),
    Row("a batch of dates", lambda w: w.outputs([[datetime(2026, 1, 1), datetime(2026, 1, 2)]]), TypeError, "argument 0: object", NUMBERS,
        Program.__call__),
    Row("a batch of Values", lambda w: w.outputs([[w.a, w.b]]), TypeError, "argument 0: object", NUMBERS, Program.__call__),
    Row("a batch of integers too large", lambda w: w.outputs([[10**400, 1]]), TypeError, "argument 0: object", NUMBERS, Program.__call__),
    Row("a batch that is a dict", lambda w: w.outputs({"x": X}), TypeError, "argument 0: object", NUMBERS, Program.__call__),
    Row("a batch that is a generator", lambda w: w.outputs(x for x in X), TypeError, "argument 0: object", NUMBERS, Program.__call__),
    Row("a class that there is not", lambda w: w.labelled([1.0, 2.0], [0, 2]), ValueError, "a class in the batch is no whole number from 0",
        "Number the 2 outputs from 0.", nn.functional.cross_entropy),
]

BACKWARD = [
    Row("backward: targets missing", lambda w: w.program.backward(X), TypeError, "traced with 2 arguments, and 1 were given", EACH,
        Program.backward),
    Row("backward: examples too narrow", lambda w: w.program.backward([[1.0]], Y[:1]), ValueError, "argument 0 has shape (1, 1)", BATCH,
        Program.backward),
    Row("backward: words", lambda w: w.program.backward(X, [["a"], ["b"]]), TypeError, "argument 1: <U1", NUMBERS, Program.backward),
    Row("backward: more examples than targets", lambda w: w.program.backward(np.ones((3, 2)), Y), ValueError, "argument 1 has 2 examples",
        SOME, Program.backward),
    Row("backward: of several outputs", lambda w: w.outputs.backward(X), TypeError, "returns an array of shape (1,)", ONE,
        Program.backward),
    Row("backward: a class that there is not", lambda w: w.labelled.backward([1.0], [-1]), ValueError,
        "a class in the batch is no whole number from 0 to 1", "Number", nn.functional.cross_entropy),
]

STEPS = [
    Row("an optimiser of others", lambda w: w.program.train_step(w.momentum), ValueError, "SGD: the program uses none of its parameters",
        "Make the optimiser with the model's parameters.", Program.train_step),
    Row("a step on several outputs", lambda w: w.outputs.train_step(w.descent), TypeError, "returns an array of shape (1,)", ONE,
        Program.train_step),
    Row("no optimiser", lambda w: w.program.train_step(None), TypeError, "the optimiser is None (NoneType)", OPTIMIZER, Program.train_step),
    Row("the name of an optimiser", lambda w: w.program.train_step("Adam"), TypeError, "the optimiser is 'Adam' (str)", OPTIMIZER,
        Program.train_step),
    Row("the class of an optimiser", lambda w: w.program.train_step(optim.Adam), TypeError, "the optimiser is <class", OPTIMIZER,
        Program.train_step),
    Row("parameters in place of an optimiser", lambda w: w.program.train_step(w.line.parameters()), TypeError,
        "the optimiser is <generator", OPTIMIZER, Program.train_step),
    Row("step: no batch", lambda w: w.step(), TypeError, "traced with 2 arguments, and 0 were given", EACH, TrainStep.__call__),
    Row("step: one example, not a batch", lambda w: w.step(X[0], Y[0]), ValueError, "argument 0 has shape (2,)", BATCH, TrainStep.__call__),
    Row("step: a batch with None in it", lambda w: w.step([[None, 1.0]], Y[:1]), TypeError, "argument 0: object", NUMBERS,
        TrainStep.__call__),
    Row("step: targets in a word", lambda w: w.step(X, "Y"), TypeError, "argument 1: <U1", NUMBERS, TrainStep.__call__),
    Row("step: ragged targets", lambda w: w.step(X, [[0.5], []]), ValueError, "argument 1: the rows have unequal lengths",
        "Give every row the same number of members.", TrainStep.__call__),
    Row("step: an empty batch", lambda w: w.step(np.ones((0, 2)), np.ones((0, 1))), ValueError, "argument 0 has 0 examples", SOME,
        TrainStep.__call__),
    Row("step: a gradient that is not finite", lambda w: w.step([[math.nan, 1.0]], Y[:1]), optim.NonFiniteGradientError, "is nan",
        "no parameter was changed", TrainStep.__call__),
    Row("step: lr below 0", lambda w: w.while_set(w.descent, "lr", -0.5, lambda: w.step(X, Y)), ValueError,
        "SGD: lr must be a finite number, at least 0", "got -0.5", TrainStep.__call__),
    Row("step: lr that is a word", lambda w: w.while_set(w.descent, "lr", "0.5", lambda: w.step(X, Y)), TypeError,
        "SGD: lr must be a finite number", "got '0.5' (str)", TrainStep.__call__),
    Row("step: lr that is nan", lambda w: w.while_set(w.descent, "lr", float("nan"), lambda: w.step(X, Y)), ValueError,
        "SGD: lr must be a finite number", "got nan", TrainStep.__call__),
    Row("step: momentum of 1", lambda w: w.while_set(w.descent, "momentum", 1.0, lambda: w.step(X, Y)), ValueError,
        "SGD: momentum must be a number in [0, 1)", "got 1.0", TrainStep.__call__),
    Row("step: nesterov that is a number", lambda w: w.while_set(w.descent, "nesterov", 1, lambda: w.step(X, Y)), TypeError,
        "SGD: nesterov must be True or False", "got 1 (int)", TrainStep.__call__),
    Row("step: nesterov without momentum",
        lambda w: w.while_set(w.descent, "momentum", 0.0, lambda: w.while_set(w.descent, "nesterov", True, lambda: w.step(X, Y))),
        ValueError, "nesterov", "momentum", TrainStep.__call__),
    Row("many: no mini-batches", lambda w: w.step.many(), TypeError, "traced with 2 arguments, and 0 were given", EACH,
        TrainStep.many),
    Row("many: one mini-batch by itself", lambda w: w.step.many(X, Y), ValueError, "argument 0 has shape (2, 2)",
        "give a batch of shape (M, N, 2).", TrainStep.many),
    Row("many: targets for fewer steps", lambda w: w.step.many([X, X], [Y]), ValueError, "argument 1 has 1 batch of 2 examples",
        SOME, TrainStep.many),
    Row("many: a ragged second mini-batch", lambda w: w.step.many([X, X[:1]], [Y, Y[:1]]), ValueError,
        "argument 0: the rows have unequal lengths", "Give every row the same number of members.", TrainStep.many),
    Row("many: a second mini-batch of words", lambda w: w.step.many([X, [["a", "b"]] * 2], [Y, Y]), TypeError, "argument 0: <U", NUMBERS,
        TrainStep.many),
    Row("many: targets too few in each", lambda w: w.step.many([X, X], [Y[:1], Y[:1]]), ValueError,
        "argument 1 has 2 batches of 1 example", SOME, TrainStep.many),
    Row("many: lr below 0", lambda w: w.while_set(w.descent, "lr", -1.0, lambda: w.step.many([X], [Y])), ValueError,
        "SGD: lr must be a finite number, at least 0", "got -1.0", TrainStep.many),
    Row("many: a gradient that is not finite", lambda w: w.step.many([[[math.inf, 1.0]]], [Y[:1]]), optim.NonFiniteGradientError,
        "the gradient of", "no parameter was changed", TrainStep.many),
]

ANOMALIES = [
    Row("anomaly: a call", lambda w: w.within(anomaly(), lambda: w.roots([1.0, -1.0])), AnomalyError, "sqrt of ", TAME, Program.__call__),
    Row("anomaly: backward", lambda w: w.within(anomaly(), lambda: w.roots.backward([0.0])), AnomalyError, "became inf", "example 0",
        Program.backward),
    Row("anomaly: nan among the examples", lambda w: w.within(anomaly(), lambda: w.program(X, [[0.5], [math.nan]])), AnomalyError,
        "gave nan", "example 1", Program.__call__),
    Row("anomaly: a step", lambda w: w.within(anomaly(), lambda: w.step([*X, [1e308, -1e308]], [*Y, [0.0]])), AnomalyError, "gave inf",
        "example 2", TrainStep.__call__),
    Row("anomaly: many steps", lambda w: w.within(anomaly(), lambda: w.step.many([[[1e308, 1.0]]], [Y[:1]])), AnomalyError, "gave inf",
        "example 0", TrainStep.many),
]

ROWS = [*LOOKS, *TRACES, *CALLS, *BACKWARD, *STEPS, *ANOMALIES]
