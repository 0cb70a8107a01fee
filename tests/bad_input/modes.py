"""What is asked for at the wrong time: of a graph that was not recorded or is stale, under anomaly(), before __init__, in a mode."""

import math

import numpy as np

import autograd
import nn
import optim
from autograd import AnomalyError, StaleGraphError, Value, anomaly, gradients, hessian, manual_seed, no_grad, recording, scope
from autograd.rng import generator
from nn import functional as F
from nn import init
from tests.bad_input.world import Row, mishap

NUMBER = "Use int, float, a numpy scalar or a Value."
OUTSIDE = "Compute it outside of the block."
AGAIN = "Compute the loss again, then call backward()."
TAME = "Scale, shift or clip what goes in there, or lower lr."
NAME = "Use scope('layer1')."
SEED = "Use manual_seed(0)."
SOURCE = "Use an int seed, a random.Random, or None."
FIRST = "Make it the first line of"


class Unready(nn.Module):
    """A module that forgets to call super().__init__()."""

    def __init__(self, part=None):
        self.part = part


class Buffered(nn.Module):
    """One that forgets it, too, and has a buffer."""

    def __init__(self):
        self.register_buffer("count", 0)


class Silent(nn.Module):
    """A module that says nothing of what it computes."""


UNRECORDED = [
    Row("backward of what no_grad() computed", lambda w: w.unrecorded.backward(), RuntimeError, "'unrecorded' was computed under no_grad()",
        OUTSIDE, Value.backward),
    Row("backward within no_grad()", lambda w: w.within(no_grad(), lambda: (w.a * w.b).backward()), RuntimeError,
        "an unnamed Value was computed under no_grad()", OUTSIDE, Value.backward),
    Row("gradients of what no_grad() computed", lambda w: gradients(w.unrecorded, [w.a]), RuntimeError, "'unrecorded' was computed",
        OUTSIDE, Value.backward),
    Row("backward of a net within no_grad()", lambda w: w.within(no_grad(), lambda: w.mlp([1.0, 2.0])).backward(), RuntimeError,
        "was computed under no_grad(), so it has no graph", OUTSIDE, Value.backward),
]

STALE = [
    Row("a stale graph", lambda w: w.stale.backward(), StaleGraphError, "'written' was changed (to 4.0) after 'stale' was computed", AGAIN,
        Value.backward),
    Row("a stale dot, with create_graph", lambda w: w.stale_sum_of_products.backward(create_graph=True), StaleGraphError,
        "'written' was changed (to 4.0) after 'stale' was computed", AGAIN, Value.backward),
    Row("a graph on top of a stale one", lambda w: (w.stale.exp() + w.a).backward(), StaleGraphError, "'written' was changed", AGAIN,
        Value.backward),
    Row("gradients of a stale graph", lambda w: gradients(w.stale * 2.0, [w.a]), StaleGraphError, "'written' was changed", AGAIN,
        gradients),
    Row("a net's loss after the step", lambda w: w.output.backward(), StaleGraphError, "linear4.bias[0]' was changed", AGAIN,
        Value.backward),
    Row("a stale graph within no_grad()", lambda w: w.within(no_grad(), w.stale.backward), StaleGraphError, "'written' was changed", AGAIN,
        Value.backward),
]

ANOMALIES = [
    Row("log of 0", lambda w: w.within(anomaly(), w.zero.log), AnomalyError, "log of 'zero' = 0.0 gave -inf, at ", TAME, anomaly),
    Row("division by 0", lambda w: w.within(anomaly(), lambda: w.a / w.zero), AnomalyError, "div of 'a' = 2.0, 'zero' = 0.0 gave inf", TAME,
        anomaly),
    Row("division by the number 0", lambda w: w.within(anomaly(), lambda: w.zero / 0.0), AnomalyError, "'zero' = 0.0, 0.0 gave nan", TAME,
        anomaly),
    Row("an exponential too large", lambda w: w.within(anomaly(), lambda: (w.a * 500.0).exp()), AnomalyError,
        "exp of an unnamed mul node = 1000.0 gave inf", TAME, anomaly),
    Row("a root of a negative", lambda w: w.within(anomaly(), lambda: w.b**0.5), AnomalyError, "pow of 'b' = -3.0, 0.5 gave nan", TAME,
        anomaly),
    Row("a dot too large", lambda w: w.within(anomaly(), lambda: autograd.dot([w.a, w.b], [1e308, 1e308])), AnomalyError,
        "dot of 'a' = 2.0, 'b' = -3.0, 1e+308, 1e+308 gave", TAME, anomaly),
    Row("a sum with nan", lambda w: w.within(anomaly(), lambda: autograd.sum([w.a, math.nan])), AnomalyError,
        "sum of 'a' = 2.0, nan gave nan", TAME, anomaly),
    Row("a loss of a net, with nan among the targets", lambda w: w.within(anomaly(), lambda: F.mse_loss(w.mlp([1.0, 2.0]), math.nan)),
        AnomalyError, ", nan gave nan, at ", TAME, anomaly),
    Row("an adjoint at a root's end", lambda w: w.within(anomaly(), w.root.backward), AnomalyError,
        "the adjoint of 'zero' = 0.0 became inf through sqrt", TAME, Value.backward),
    Row("an adjoint, of a graph made there", lambda w: w.within(anomaly(), lambda: gradients(w.zero.sqrt(), w.zero)), AnomalyError,
        "became inf through sqrt, made at ", TAME, gradients),
    Row("an adjoint with create_graph", lambda w: w.within(anomaly(), lambda: w.root.backward(create_graph=True)), AnomalyError, "div of ",
        TAME, Value.backward),
    Row("a second derivative", lambda w: w.within(anomaly(), lambda: hessian(lambda x: x[0] ** 1.5)([w.zero])), AnomalyError, "pow", TAME,
        anomaly),
]

WITHIN = [
    Row("a bad operand within no_grad()", lambda w: w.within(no_grad(), lambda: w.a + "2"), TypeError, "'2' (str)", NUMBER, Value),
    Row("a bad operand within anomaly()", lambda w: w.within(anomaly(), lambda: w.a + "2"), TypeError, "'2' (str)", NUMBER, Value),
    Row("a bad operand within recording()", lambda w: w.within(recording(), lambda: w.a + "2"), TypeError, "'2' (str)", NUMBER, Value),
    Row("a bad operand within a scope", lambda w: w.within(scope("layer1"), lambda: w.a + "2"), TypeError, "'2' (str)", NUMBER, Value),
    Row("an empty scope within a scope", lambda w: w.within(scope("layer1"), lambda: scope("")), ValueError, "scope(): the name is empty",
        "as in scope('layer1')", scope),
    Row("a scope without a name", lambda w: scope(None), TypeError, "scope(): the name is None (NoneType)", NAME, scope),
    Row("a scope with a number", lambda w: scope(1), TypeError, "scope(): the name is 1 (int)", NAME, scope),
    Row("a scope with a Value", lambda w: scope(w.a), TypeError, "scope(): the name is Value(2.0, label='a') (Value)", NAME, scope),
]

RANDOMNESS = [
    Row("a seed that is a string", lambda w: manual_seed("0"), TypeError, "manual_seed: '0' (str) is no integer", SEED, manual_seed),
    Row("a seed that is a float", lambda w: manual_seed(0.5), TypeError, "manual_seed: 0.5 (float)", SEED, manual_seed),
    Row("a seed that is a bool", lambda w: manual_seed(True), TypeError, "manual_seed: True (bool)", SEED, manual_seed),
    Row("no seed", lambda w: manual_seed(None), TypeError, "manual_seed: None (NoneType)", SEED, manual_seed),
    Row("a generator of numpy's", lambda w: generator(np.random.default_rng(0)), TypeError, "(Generator) is no source", SOURCE, generator),
    Row("a layer's rng that is a string", lambda w: nn.Linear(2, 1, rng="0"), TypeError, "rng: '0' (str)", SOURCE, generator),
    Row("an MLP's rng that is a bool", lambda w: nn.MLP(2, [1], rng=True), TypeError, "rng: True (bool)", SOURCE, generator),
    Row("dropout's rng that is a float", lambda w: nn.Dropout(rng=0.5), TypeError, "rng: 0.5 (float)", SOURCE, generator),
    Row("an initialiser's rng that is a list", lambda w: init.normal_(w.parameter, rng=[0]), TypeError, "rng: [0] (list)", SOURCE,
        init.uniform_),
    Row("a perceptron's rng that is the module", lambda w: nn.Perceptron(2, rng=math), TypeError, "rng: <module 'math'", SOURCE,
        nn.Perceptron),
    Row("a drawing function's rng", lambda w: F.rrelu([w.b], training=True, rng="0"), TypeError, "rng: '0' (str)", SOURCE, generator),
]

MODULES = [
    Row("a part before super().__init__()", lambda w: Unready(nn.Tanh()), AttributeError, "Unready cannot hold 'part' yet", FIRST,
        nn.Module),
    Row("a buffer before super().__init__()", lambda w: Buffered(), AttributeError, "Buffered cannot hold 'count' yet", FIRST, nn.Module),
    Row("a call before super().__init__()", lambda w: Unready()(w.a), AttributeError, "Unready cannot be called yet", FIRST, nn.Module),
    Row("parameters before super().__init__()", lambda w: optim.SGD(Unready().parameters()), AttributeError,
        "Unready cannot list its parts", FIRST, nn.Module),
    Row("a state before super().__init__()", lambda w: Unready().state_dict(), AttributeError, "Unready cannot list its parts", FIRST,
        nn.Module),
    Row("training before super().__init__()", lambda w: Unready().train(), AttributeError, "Unready cannot list its parts", FIRST,
        nn.Module),
    Row("a module without forward", lambda w: Silent()(w.a), NotImplementedError, "Silent has no forward", "Define forward(self, input)",
        nn.Module.forward),
    Row("a list of modules called", lambda w: w.modules(w.a), NotImplementedError, "ModuleList has no forward",
        "Define forward(self, input)", nn.Module.forward),
    Row("training switched to a word", lambda w: w.model.train("no"), ValueError, "train: the mode is 'no' (str)", "Use True or False.",
        nn.Module.train),
    Row("training switched to a number", lambda w: w.model.train(0), ValueError, "train: the mode is 0 (int)", "Use True or False.",
        nn.Module.train),
    Row("look-ahead without a closure", lambda w: w.lookahead.step(), TypeError, "NesterovLookahead: step needs a closure",
        "that computes the loss and its gradients", optim.Optimizer.step),
    Row("a loss in place of a closure", lambda w: w.optimizer.step(w.loss), TypeError, "(Value)",
        "Pass the function, or call loss.backward()", optim.Optimizer.step),
    Row("a number in place of a closure", lambda w: w.lookahead.step(0.5), TypeError,
        "NesterovLookahead: step takes a function that computes the loss, got 0.5 (float)", "Pass the function", optim.Optimizer.step),
]

ROWS = [*UNRECORDED, *STALE, *ANOMALIES, *WITHIN, *RANDOMNESS, *MODULES]

OWN_FUNCTIONS = {
    "a closure": lambda w: w.optimizer.step(mishap),
    "a function to differentiate": lambda w: autograd.grad(mishap)(w.a),
    "a function of a Hessian": lambda w: hessian(mishap)([w.a]),
    "a function to trace": lambda w: autograd.trace(mishap, 1.0),
    "a function to check": lambda w: autograd.gradcheck(mishap, [w.a]),
    "a function to draw by": lambda w: autograd.draw(w.loss, fold=mishap),
    "a function of each module": lambda w: w.model.apply(mishap),
    "an activation": lambda w: nn.MLP(2, [2, 1], mishap, rng=0)(w.array),
    "a unit of a threshold net": lambda w: nn.ThresholdNet([mishap])([0, 1]),
    "a generator of parameters": lambda w: optim.SGD(mishap(p) for p in w.model.parameters()),
    "a generator of numbers": lambda w: autograd.softmax(mishap(v) for v in w.values),
    "a no_grad() block": lambda w: w.within(no_grad(), mishap),
    "an anomaly() block": lambda w: w.within(anomaly(), mishap),
    "a scope": lambda w: w.within(scope("layer1"), mishap),
    "a recording() block": lambda w: w.within(recording(), mishap),
}
"""Where a function of the user's own is called, and goes wrong: what it raises is passed on as it is."""
