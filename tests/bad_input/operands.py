"""What is no number, at every door through which numbers come in."""

import copy
import math
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np

import autograd
import nn
from autograd import Value, grad, gradcheck, gradients, hessian, hvp, jacobian, value_and_grad
from autograd.compat import lecture, micrograd
from autograd.ops import Op
from nn import functional as F
from nn.compat import micrograd as small_nets
from tests.bad_input.world import Row

NUMBER = "Use int, float, a numpy scalar or a Value."
BARE = "Use int, float or a numpy scalar; of a Value, its .item()."
LIST = "Give a list, such as [a, b]."
STAY = "take its number with v.item()"

OPERATORS = [
    Row("Value + str", lambda w: w.a + "2", TypeError, "Value + str: '2' (str) is not a number", NUMBER, Value),
    Row("str + Value", lambda w: "2" + w.a, TypeError, "str + Value: '2' (str)", NUMBER, Value),
    Row("Value - None", lambda w: w.a - None, TypeError, "Value - NoneType: None (NoneType)", NUMBER, Value),
    Row("None - Value", lambda w: None - w.a, TypeError, "NoneType - Value: None (NoneType)", NUMBER, Value),
    Row("Value * bool", lambda w: w.a * True, TypeError, "Value * bool: True (bool)", NUMBER, Value),
    Row("bool * Value", lambda w: True * w.loss, TypeError, "bool * Value: True (bool)", NUMBER, Value),
    Row("Value / complex", lambda w: w.a / 1j, TypeError, "Value / complex: 1j (complex)", NUMBER, Value),
    Row("complex / Value", lambda w: 1j / w.a, TypeError, "complex / Value: 1j (complex)", NUMBER, Value),
    Row("Value ** list", lambda w: w.a ** [2.0], TypeError, "Value ** list: [2.0] (list)", NUMBER, Value),
    Row("list ** Value", lambda w: [2.0] ** w.a, TypeError, "list ** Value: [2.0] (list)", NUMBER, Value),
    Row("list of Values * Value", lambda w: [w.a] * w.b, TypeError, "list * Value: [Value(2.0, label='a')] (list)", NUMBER, Value),
    Row("Value - tuple", lambda w: w.a - (1.0, 2.0), TypeError, "Value - tuple: (1.0, 2.0) (tuple)", NUMBER, Value),
    Row("tuple + Value", lambda w: (1.0,) + w.a, TypeError, "tuple + Value: (1.0,) (tuple)", NUMBER, Value),  # noqa: RUF005
    Row("Value * dict", lambda w: w.a * {"b": w.b}, TypeError, "Value * dict: {'b': Value(-3.0, label='b')} (dict)", NUMBER, Value),
    Row("dict / Value", lambda w: {} / w.a, TypeError, "dict / Value: {} (dict)", NUMBER, Value),
    Row("Value / set", lambda w: w.a / {2.0}, TypeError, "Value / set: {2.0} (set)", NUMBER, Value),
    Row("set - Value", lambda w: {2.0} - w.a, TypeError, "set - Value: {2.0} (set)", NUMBER, Value),
    Row("Value ** bytes", lambda w: w.a ** b"2", TypeError, "Value ** bytes: b'2' (bytes)", NUMBER, Value),
    Row("bytes + Value", lambda w: b"2" + w.a, TypeError, "bytes + Value: b'2' (bytes)", NUMBER, Value),
    Row("Value + Decimal", lambda w: w.a + Decimal("0.1"), TypeError, "Value + Decimal: Decimal('0.1') (Decimal)", NUMBER, Value),
    Row("Decimal ** Value", lambda w: Decimal("0.1") ** w.a, TypeError, "Decimal ** Value: Decimal('0.1') (Decimal)", NUMBER, Value),
    Row("Value * huge int", lambda w: w.a * 10**400, ValueError, "mul: this int is too large", "Use float('inf') or scale it.", Value),
    Row("huger int / Value", lambda w: 10**5000 / w.a, ValueError, "div: this int is too large", "Use float('inf') or scale it.", Value),
    Row("Value - huge Fraction", lambda w: w.a - Fraction(10**400), ValueError, "Value - Fraction: this Fraction is too large",
        "Use float('inf') or scale it.", Value),
    Row("Value + its class", lambda w: w.a + Value, TypeError, "Value + type: <class 'autograd.value.Value'> (type)", NUMBER, Value),
    Row("function * Value", lambda w: math.sin * w.a, TypeError, "<built-in function sin> (builtin_function_or_method)", NUMBER, Value),
    Row("Value - Module", lambda w: w.a - nn.Tanh(), TypeError, "Value - Tanh: Tanh() (Tanh)", NUMBER, Value),
    Row("Value / generator", lambda w: w.a / (x for x in [2.0]), TypeError, "(generator) is not a number", NUMBER, Value),
    Row("Value * array of bools", lambda w: w.a * np.array([True]), TypeError, "Value * bool: True (bool)", NUMBER, Value),
    Row("array of strings + Value", lambda w: np.array(["2"]) + w.a, TypeError, "str + Value: '2' (str)", NUMBER, Value),
    Row("array of Values / None", lambda w: w.values / None, TypeError, "Value / NoneType: None (NoneType)", NUMBER, Value),
    Row("complex array - array of Values", lambda w: np.array([1j, 1j]) - w.values, TypeError, "complex - Value: 1j", NUMBER, Value),
    Row("Parameter @ list of None", lambda w: w.parameter @ [1.0, None], TypeError, "Value * NoneType: None (NoneType)", NUMBER, Value),
    Row("Value < str", lambda w: w.a < "2", TypeError, "Value < str: '2' (str)", NUMBER, Value),
    Row("Value <= None", lambda w: w.b <= None, TypeError, "Value <= NoneType: None (NoneType)", NUMBER, Value),
    Row("Value ^ number", lambda w: w.a ^ 2, TypeError, "^ of 'a' and 2 (int)", "A power is written v**2.", Value),
    Row("number // Value", lambda w: 1.0 // w.a, TypeError, "// of 'a' and 1.0 (float)", "divide with /, or compute with v.item()", Value),
    Row("Value % Value", lambda w: w.a % w.b, TypeError, "% of 'a' and Value(-3.0, label='b') (Value)", "compute with v.item()", Value),
    Row("Value @ Value", lambda w: w.a @ w.b, TypeError, "@ of 'a' and Value(-3.0, label='b')", "autograd.dot(vs, ws)", Value),
]

NUMBERS_OF_VALUES = [
    Row("float()", lambda w: float(w.a), TypeError, "'a' is a Value", STAY, Value),
    Row("int() of a node", lambda w: int(w.loss), TypeError, "'loss' is a Value", STAY, Value),
    Row("round()", lambda w: round(w.a, 2), TypeError, "'a' is a Value", STAY, Value),
    Row("math.sin", lambda w: math.sin(w.a), TypeError, "'a' is a Value", "Compute with v.exp(), v.sqrt(), …", Value),
    Row("math.floor", lambda w: math.floor(w.unreached), TypeError, "'unreached' is a Value", STAY, Value),
    Row("complex()", lambda w: complex(w.b), TypeError, "'b' is a Value", STAY, Value),
    Row("a float array of Values", lambda w: np.array([w.a], dtype=float), TypeError, "'a' is a Value", STAY, Value),
    Row("a list's Value as a float array", lambda w: w.values.astype(np.float64), TypeError, "'a' is a Value", STAY, Value),
]

OPERATIONS = [
    Row("tanh of a string", lambda w: autograd.tanh("2"), TypeError, "tanh: '2' (str)", NUMBER, Op.__call__),
    Row("tanh of an array", lambda w: autograd.tanh(w.array), TypeError, "tanh: array([ 0.25, -1.5 ]) (ndarray)", NUMBER, Op.__call__),
    Row("maximum with None", lambda w: autograd.maximum(w.a, None), TypeError, "maximum(Value, NoneType): None", NUMBER, Op.__call__),
    Row("minimum of bool", lambda w: autograd.minimum(False, w.a), TypeError, "minimum(bool, Value): False (bool)", NUMBER, Op.__call__),
    Row("add of bytes", lambda w: autograd.add(1.0, b"2"), TypeError, "add: b'2' (bytes)", NUMBER, Op.__call__),
    Row("exp of a huge int", lambda w: autograd.exp(10**400), ValueError, "exp: this int", "scale it", Op.__call__),
    Row("a method's second input", lambda w: w.a.leaky_relu("0.1"), TypeError, "leaky_relu(Value, str): '0.1'", NUMBER, Op.__call__),
    Row("elu with a list", lambda w: autograd.elu(w.a, [1.0]), TypeError, "elu(Value, list): [1.0] (list)", NUMBER, Op.__call__),
    Row("no input", lambda w: autograd.sigmoid(), TypeError, "sigmoid: the number of inputs is 0", "Write sigmoid(x).", Op.__call__),
    Row("two inputs for one", lambda w: autograd.exp(w.a, w.b), TypeError, "exp: the number of inputs is 2", "Write exp(x).", Op.__call__),
    Row("one input for two", lambda w: autograd.maximum(w.a), TypeError, "maximum: the number of inputs is 1", "Write maximum(x, y).",
        Op.__call__),
]

VALUES = [
    Row("Value of a string", lambda w: Value("2.0"), TypeError, "Value(): '2.0' (str)", BARE, Value),
    Row("Value of None", lambda w: Value(None), TypeError, "Value(): None (NoneType)", BARE, Value),
    Row("Value of bool", lambda w: Value(False), TypeError, "Value(): False (bool)", BARE, Value),
    Row("Value of numpy's bool", lambda w: Value(np.True_), TypeError, "is not a number", BARE, Value),
    Row("Value of complex", lambda w: Value(2j), TypeError, "Value(): 2j (complex)", BARE, Value),
    Row("Value of a list", lambda w: Value([2.0]), TypeError, "Value(): [2.0] (list)", BARE, Value),
    Row("Value of an array", lambda w: Value(w.array), TypeError, "Value(): array([ 0.25, -1.5 ]) (ndarray)", BARE, Value),
    Row("Value of a Value", lambda w: Value(w.b), TypeError, "Value(): Value(-3.0, label='b') (Value)", BARE, Value),
    Row("Value of a huge int", lambda w: Value(10**400), ValueError, "Value(): this int is too large", "scale it", Value),
    Row("a label that is a number", lambda w: Value(1.0, 7), TypeError, "the label is 7 (int)", "Use a name, as in label='w'.", Value),
    Row("label None", lambda w: Value(1.0, label=None), TypeError, "the label is None", "Use a name, as in label='w'.", Value),
    Row("label = bytes", lambda w: setattr(w.a, "label", b"a"), TypeError, "the label is b'a'", "label='w'", Value.label),
    Row("data = str", lambda w: setattr(w.a, "data", "2"), TypeError, "'a'.data =: '2' (str)", BARE, Value.data),
    Row("data = None", lambda w: setattr(w.unreached, "data", None), TypeError, "'unreached'.data =: None", BARE, Value.data),
    Row("data = Value", lambda w: setattr(w.a, "data", w.b), TypeError, "'a'.data =: Value(-3.0, label='b')", BARE, Value.data),
    Row("data of a node", lambda w: setattr(w.loss, "data", 1.0), RuntimeError, "'loss' was computed",
        "Write the leaves it was computed from, and compute it again.", Value.data),
    Row("grad = str", lambda w: setattr(w.a, "grad", "0"), TypeError, "'a'.grad =: '0' (str)", NUMBER, Value.grad),
    Row("grad = False", lambda w: setattr(w.unreached, "grad", False), TypeError, "'unreached'.grad =: False", NUMBER, Value.grad),
    Row("grad = array", lambda w: setattr(w.loss, "grad", w.array), TypeError, "'loss'.grad =: array([", NUMBER, Value.grad),
    Row("copy of a node", lambda w: copy.copy(w.loss), TypeError, "'loss' was computed", "or use v.detach()", Value),
    Row("deep copy of a graph", lambda w: copy.deepcopy([w.a, w.loss]), TypeError, "'loss' was computed", "Copy its leaves", Value),
    Row("pickled node", lambda w: pickle.dumps({"loss": w.root}), TypeError, "an unnamed sqrt node was computed", "v.detach()", Value),
]

SEQUENCES = [
    Row("sum of a string", lambda w: autograd.sum("ab"), TypeError, "sum: 'ab' (str) is no sequence", LIST, autograd.sum),
    Row("sum of a Value", lambda w: autograd.sum(w.a), TypeError, "sum: Value(2.0, label='a') (Value)", LIST, autograd.sum),
    Row("sum of a dict", lambda w: autograd.sum({"a": w.a}), TypeError, "sum: {'a': Value(2.0, label='a')}", LIST, autograd.sum),
    Row("sum of strings", lambda w: autograd.sum([w.a, "b"]), TypeError, "sum: 'b' (str)", NUMBER, autograd.sum),
    Row("sum of lists", lambda w: autograd.sum([[w.a], [w.b]]), TypeError, "sum: [Value(2.0, label='a')] (list)", NUMBER, autograd.sum),
    Row("mean of None", lambda w: autograd.mean(None), TypeError, "mean: None (NoneType) is no sequence", LIST, autograd.mean),
    Row("mean of a None among Values", lambda w: autograd.mean([w.a, None]), TypeError, "mean: None", NUMBER, autograd.mean),
    Row("softmax of a Value", lambda w: autograd.softmax(w.a), TypeError, "softmax: Value(2.0, label='a')", LIST, autograd.softmax),
    Row("softmax of rows", lambda w: autograd.softmax([(w.a, 1.0)]), TypeError, "softmax: (Value(2.0, label='a'), 1.0)", NUMBER,
        autograd.softmax),
    Row("logsumexp of a float", lambda w: autograd.logsumexp(2.0), TypeError, "logsumexp: 2.0 (float)", LIST, autograd.logsumexp),
    Row("logsumexp of bools", lambda w: autograd.logsumexp([True]), TypeError, "logsumexp: True (bool)", NUMBER, autograd.logsumexp),
    Row("log_softmax of bytes", lambda w: autograd.log_softmax(b"ab"), TypeError, "log_softmax: b'ab'", LIST, autograd.log_softmax),
    Row("log_softmax of a str", lambda w: autograd.log_softmax(["a"]), TypeError, "log_softmax: 'a'", NUMBER, autograd.log_softmax),
    Row("dot of a set", lambda w: autograd.dot({w.a}, [w.b]), TypeError, "dot: {Value(2.0, label='a')} (set)", LIST, autograd.dot),
    Row("dot with a float", lambda w: autograd.dot([w.a], 2.0), TypeError, "dot: 2.0 (float)", LIST, autograd.dot),
    Row("dot with strings", lambda w: autograd.dot([w.a], ["b"]), TypeError, "dot: 'b' (str)", NUMBER, autograd.dot),
    Row("values of strings", lambda w: autograd.values([w.a, "b"]), TypeError, "values: 'b' (str)", NUMBER, autograd.values),
    Row("values of a dict", lambda w: autograd.values({"a": w.a}), TypeError, "values: {'a': Value(2.0, label='a')}", NUMBER,
        autograd.values),
    Row("grads of numbers", lambda w: autograd.grads([1.0]), TypeError, "grads: 1.0 (float) is no Value", "as in grads([w, b])",
        autograd.grads),
]

TRANSFORMS = [
    Row("grad of a Value", lambda w: grad(w.loss), TypeError, "label='loss') (Value) is no function", "a Value has backward()", grad),
    Row("grad at a string", lambda w: grad(lambda x: x)("2"), TypeError, "grad: argument 0: '2' (str)", NUMBER, grad),
    Row("grad at None in a dict", lambda w: grad(lambda x: x["w"])({"w": None}), TypeError, "grad: argument 0: None", NUMBER, grad),
    Row("grad of many", lambda w: grad(lambda x: [x, x])(2.0), TypeError, "grad: the function returned [Value(2.0), Value(2.0)] (list)",
        "Return one Value, such as a sum or a mean.", grad),
    Row("grad of nothing", lambda w: grad(lambda x: None)(w.a), TypeError, "returned None (NoneType)", "Return one Value", grad),
    Row("a string in place of f(x)", lambda w: value_and_grad(lambda x: "x")(1.0), TypeError, "returned 'x' (str)", "Return one Value",
        grad),
    Row("an array in place of f(x)", lambda w: hessian(np.array)([w.a]), TypeError, "hessian: the function returned array(",
        "Return one Value", hessian),
    Row("jacobian of None", lambda w: jacobian(None), TypeError, "jacobian: None (NoneType) is no function", "Give one", jacobian),
    Row("jacobian at a float", lambda w: jacobian(lambda x: x)(2.0), TypeError, "jacobian: 2.0 (float)", LIST, jacobian),
    Row("jacobian of one output", lambda w: jacobian(lambda x: x[0])([2.0]), TypeError, "result: Value(2.0) (Value)", LIST, jacobian),
    Row("jacobian of strings", lambda w: jacobian(lambda x: ["y"])([2.0]), TypeError, "result: 'y' (str)", NUMBER, jacobian),
    Row("hessian at strings", lambda w: hessian(lambda x: x[0])(["2"]), TypeError, "hessian: '2' (str)", NUMBER, hessian),
    Row("hvp along a float", lambda w: hvp(lambda x: x[0])([2.0], 1.0), TypeError, "hvp: v: 1.0 (float)", LIST, hvp),
    Row("hvp along None", lambda w: hvp(lambda x: x[0])([2.0], [None]), TypeError, "hvp: v: None (NoneType)", NUMBER, hvp),
    Row("gradients of a list", lambda w: gradients([w.loss], [w.a]), TypeError, "the output: [Value(", NUMBER, gradients),
    Row("gradients by a number", lambda w: gradients(w.loss, [2.0]), TypeError, "the input 2.0 (float) is no Value",
        "Give Values that the output was computed from.", gradients),
    Row("gradients by None", lambda w: gradients(w.loss, None), TypeError, "the inputs: None (NoneType)", LIST, gradients),
    Row("gradcheck of a Value", lambda w: gradcheck(w.loss, [w.a]), TypeError, "(Value) is no function", "as in gradcheck(", gradcheck),
    Row("gradcheck at a string", lambda w: gradcheck(autograd.tanh, "2"), TypeError, "the inputs: '2' (str)", LIST, gradcheck),
    Row("gradcheck at None", lambda w: gradcheck(autograd.tanh, [None]), TypeError, "the inputs: None (NoneType)", NUMBER, gradcheck),
    Row("gradcheck of a tuple", lambda w: gradcheck(lambda x: (x,), w.a), TypeError, "returned (Value(2.0),)", "Return one", gradcheck),
]

NETS = [
    Row("Parameter of a string", lambda w: nn.Parameter("ab"), TypeError, "Parameter(): 'ab' (str)", NUMBER, nn.Parameter),
    Row("Parameter of None", lambda w: nn.Parameter([1.0, None]), TypeError, "Parameter(): None (NoneType)", NUMBER, nn.Parameter),
    Row("Parameter of bools", lambda w: nn.Parameter([True]), TypeError, "Parameter(): True (bool)", "Use 0.0 and 1.0.", nn.Parameter),
    Row("Parameter of complex", lambda w: nn.Parameter([1j]), TypeError, "Parameter(): 1j (complex)", NUMBER, nn.Parameter),
    Row("Parameter of Values", lambda w: nn.Parameter([w.a]), TypeError, "Parameter(): Values were given",
        "Take theirs with autograd.values(…).", nn.Parameter),
    Row("Parameter of a huge int", lambda w: nn.Parameter([10**400]), ValueError, "Parameter(): this int", "scale it", nn.Parameter),
    Row("Parameter labelled 3", lambda w: nn.Parameter([1.0], label=3), TypeError, "the label is 3 (int)", "Use a name, as in label='w'.",
        nn.Parameter),
    Row("Parameter.data = strings", lambda w: setattr(w.parameter, "data", [["a", "b"], ["c", "d"]]), TypeError, "W.data =: 'a' (str)",
        NUMBER, nn.Parameter),
    Row("Parameter.grad = Values", lambda w: setattr(w.bias, "grad", w.values), TypeError, "bias.grad =: Values", "autograd.values",
        nn.Parameter),
    Row("Parameter[0] = None", lambda w: w.parameter.__setitem__(0, None), TypeError, "W[0] =: None (NoneType)", NUMBER, nn.Parameter),
    Row("Linear of a string", lambda w: w.linear("ab"), TypeError, "Linear: 'ab' (str)", NUMBER, nn.Linear),
    Row("Linear of bools", lambda w: w.linear([True, False]), TypeError, "Linear: True (bool)", "Use 0.0 and 1.0.", nn.Linear),
    Row("MLP of None", lambda w: w.mlp(None), TypeError, "Linear: None (NoneType)", NUMBER, nn.MLP),
    Row("batch norm of strings", lambda w: w.norm([["a", "b"], ["c", "d"]]), TypeError, "BatchNorm1d: 'a' (str)", NUMBER, nn.BatchNorm1d),
    Row("dropout of a string", lambda w: w.model[3]([1.0, "x"]), TypeError, "Dropout: 'x' (str)", NUMBER, nn.Dropout),
    Row("relu of a dict", lambda w: F.relu({"x": 1.0}), TypeError, "relu: {'x': 1.0} (dict)", NUMBER, F.relu),
    Row("a slope that is a string", lambda w: F.prelu([-1.0], "0.25"), TypeError, "prelu: weight: '0.25' (str)", NUMBER, F.prelu),
    Row("maxout of a number", lambda w: F.maxout(2.0), TypeError, "maxout: 2.0 (float)", LIST, F.maxout),
    Row("mse_loss of a string", lambda w: F.mse_loss("ab", [1.0]), TypeError, "mse_loss: input: 'ab' (str)", NUMBER, F.mse_loss),
    Row("a target that is None", lambda w: F.l1_loss([w.a], [None]), TypeError, "l1_loss: target: None", NUMBER, F.l1_loss),
    Row("targets that are bools", lambda w: F.binary_cross_entropy([0.5], [True]), TypeError, "target: True (bool)", "Use 0.0 and 1.0.",
        F.binary_cross_entropy),
    Row("a loss's weight that is a string", lambda w: nn.BCELoss(weight=["2"]), TypeError, "BCELoss.weight: '2' (str)", NUMBER, nn.BCELoss),
    Row("perceptron of strings", lambda w: w.perceptron(["0", "1"]), TypeError, "Perceptron: '0' (str)", NUMBER, nn.Perceptron),
    Row("perceptron's weights = str", lambda w: setattr(w.perceptron, "weights", "abc"), TypeError, "Perceptron: weights: 'abc'", NUMBER,
        nn.Perceptron),
]

COMPAT = [
    Row("micrograd's Value of a string", lambda w: micrograd.Value("2"), TypeError, "Value(): '2' (str)", BARE, micrograd.Value),
    Row("micrograd's Value + None", lambda w: w.small + None, TypeError, "Value + NoneType: None", NUMBER, micrograd.Value),
    Row("str / micrograd's Value", lambda w: "1" / w.small, TypeError, "'1' (str) is not a number", NUMBER, micrograd.Value),
    Row("micrograd's Value ** True", lambda w: w.small**True, TypeError, "Value **: True (bool)", NUMBER, micrograd.Value),
    Row("lecture's Value - list", lambda w: w.taught - [1.0], TypeError, "Value - list: [1.0] (list)", NUMBER, micrograd.Value),
    Row("micrograd's data = Value", lambda w: setattr(w.small, "data", w.a), TypeError, "'small'.data =: Value(2.0, label='a')", NUMBER,
        micrograd.Value),
    Row("a label before its turn", lambda w: micrograd.Value(1.0, "w"), TypeError, "the operands, which come before a label: 'w' (str)",
        LIST, micrograd.Value),
    Row("operands of the other kind", lambda w: lecture.Value(1.0, (w.a,), "+"), TypeError, "the operand Value(2.0, label='a') (Value)",
        "Give Values, or none for a leaf.", micrograd.Value),
    Row("a graph of two kinds", lambda w: w.mixed.backward(), TypeError, "'a' is an autograd.Value",
        "Make all Values of a graph with autograd.compat.micrograd.Value, or none.", micrograd.Value.backward),
    Row("micrograd's net of a number", lambda w: w.small_net(1.0), TypeError, "Neuron: 1.0 (float)", LIST, small_nets.Neuron),
    Row("lecture's net of strings", lambda w: w.taught_neuron(["x"]), TypeError, "Value * str: 'x' (str)", NUMBER, small_nets.Neuron),
]

ROWS = [*OPERATORS, *NUMBERS_OF_VALUES, *OPERATIONS, *VALUES, *SEQUENCES, *TRANSFORMS, *NETS, *COMPAT]
