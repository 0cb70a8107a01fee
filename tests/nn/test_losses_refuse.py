"""What losses refuse: the message names the operand and the remedy, and nothing has changed."""

import math

import pytest

from autograd import Value
from nn import functional as F
from nn import loss
from tests.nn.recorded import flat

ROW, BATCH, COLUMN = "row", "batch", "column"


@pytest.fixture
def outputs():
    """Leaves that have gradients already: a row (3,), a batch (2, 3) and a column (4, 1)."""
    made = {
        ROW: [Value(x, f"r{i}") for i, x in enumerate((0.25, 0.5, 0.75))],
        BATCH: [[Value(0.125 * (3 * i + j), f"b{i}{j}") for j in range(3)] for i in range(2)],
        COLUMN: [[Value(x)] for x in (0.1, 0.2, 0.3, 0.4)],
    }
    for i, leaf in enumerate(leaves(made)):
        leaf.grad = float(i)
    return made


def leaves(outputs):
    return [leaf for part in outputs.values() for leaf in flat(part)]


def state(outputs):
    return [(v.data, v.grad, v.stamp, v.label) for v in leaves(outputs)]


CROSSED = (r"targets have shape \(4,\) but outputs \(4, 1\): subtracting them would pair every row with every other\. "
           r"Use targets\.reshape\(-1, 1\)\.")

SHAPES = [
    (loss, outputs, target, more, message)
    for loss, more in [
        *((name, ()) for name in ("mean_error", "l1_loss", "mse_loss", "huber_loss", "smooth_l1_loss")),
        *((name, ()) for name in ("binary_cross_entropy", "binary_cross_entropy_with_logits", "hinge_loss")),
        ("gaussian_nll_loss", (1.0,)),
    ]
    for outputs, target, message in [
        (COLUMN, [1.0, 1.0, 1.0, 1.0], f"{loss}: {CROSSED}"),
        (ROW, [[1.0], [1.0], [1.0]], rf"{loss}: targets have shape \(3, 1\) but outputs \(3,\): subtracting .* Use targets.reshape\(-1\)"),
        (ROW, [1.0, 1.0], rf"{loss}: targets have shape \(2,\) but outputs \(3,\). Give one target for each output"),
        (ROW, 1.0, r"targets have shape \(\) but outputs \(3,\)"),
        (BATCH, [1.0] * 6, r"targets have shape \(6,\) but outputs \(2, 3\). Use targets.reshape\(-1, 3\)"),
    ]
]

BY_CLASS = ["cross_entropy", "nll_loss", "multiclass_hinge_loss", "multi_margin_loss"]
CLASSES = [
    (name, outputs, target, error, f"{name}: {message}")
    for name in BY_CLASS
    for outputs, target, error, message in [
        (BATCH, [0, -1], ValueError, "the class of row 1 is -1, but there are 3 outputs. Classes run from 0 to 2"),
        (BATCH, [3, 0], ValueError, "the class of row 0 is 3, but there are 3 outputs. Classes run from 0 to 2"),
        (ROW, 7, ValueError, "the class of row 0 is 7"),
        (BATCH, [0.0, 1.0], TypeError, r"the class of row 0 is 0.0 \(float\). Use an integer from 0 to 2. Use targets.astype\(int\)"),
        (BATCH, [0, True], TypeError, r"the class of row 1 is True \(bool\)"),
        (BATCH, ["0", 1], TypeError, r"the class of row 0 is '0' \(str\)"),
        (BATCH, [None, 1], TypeError, r"the class of row 0 is None"),
        (BATCH, [0, 1, 2, 0], ValueError, r"targets have shape \(4,\) but outputs \(2, 3\)"),
        (BATCH, 1, ValueError, r"targets have shape \(\) but outputs \(2, 3\)"),
        (BATCH, [[0], [1]], ValueError, r"targets have shape \(2, 1\) but outputs \(2, 3\). Use targets.reshape\(-1\)"),
        (ROW, [1], ValueError, r"targets have shape \(1,\) but outputs \(3,\). Give the target by itself"),
    ]
]

OTHERS = [
    ("binary_cross_entropy", [[0.5, 1.5], [1.0, 0.0]], ValueError, r"input\[1\] is 1.5, and probabilities lie between 0 and 1. For logits"),
    ("binary_cross_entropy", [[[0.5], [-1e-9]], [[1.0], [0.0]]], ValueError, r"input\[1, 0\] is -1e-09"),
    ("binary_cross_entropy", [math.nan, 1.0], ValueError, "input is nan"),
    ("binary_cross_entropy", [0.5, -1.0], ValueError, "target is -1.0, and probabilities .* Use 1 for yes and 0 for no"),
    ("binary_cross_entropy_with_logits", [[0.5], [2.0]], ValueError, r"target\[0\] is 2.0"),
    ("multilabel_soft_margin_loss", [[0.5], [-1.0]], ValueError, r"target\[0\] is -1.0"),
    ("categorical_cross_entropy", [[2.0, -1.0], [1.0, 0.0]], ValueError, r"input\[0\] is 2.0, .* For logits, use cross_entropy"),
    ("categorical_cross_entropy", [[0.5, 0.5], [1.0, 7.0]], ValueError, r"target\[1\] is 7.0"),
    ("cross_entropy", [[0.5, 0.5], [1.0, 7.0]], ValueError, r"target\[1\] is 7.0, .* or the number of the class"),
    ("hinge_loss", [[0.5, 0.5], [1.0, 0.0]], ValueError, r"target\[1\] is 0.0. Use -1 and 1; 2\*y - 1"),
    ("gaussian_nll_loss", [[0.5, 0.5], [1.0, 0.0], [1.0, -0.5]], ValueError, r"var\[1\] is -0.5, and a variance cannot be below 0"),
    ("gaussian_nll_loss", [0.5, 1.0, math.nan], ValueError, "var is nan"),
    ("gaussian_nll_loss", [[0.5, 0.5], [1.0, 0.0], [1.0, 1.0, 1.0]], ValueError, r"var has shape \(3,\) but outputs \(2,\)"),
    ("gaussian_nll_loss", [[[0.5, 0.5]], [[1.0, 0.0]], [[1.0], [1.0]]], ValueError, r"var has shape \(2, 1\) but outputs \(1, 2\)"),
    ("mse_loss", ["3", 1.0], TypeError, "mse_loss: input: '3'"),
    ("mse_loss", [[1.0, 2.0], [1.0, None]], TypeError, "mse_loss: target: None"),
    ("mse_loss", [[1.0, 2.0], [True, False]], TypeError, "mse_loss: target: True"),
    ("mse_loss", [[[1.0, 2.0], [3.0]], [1.0, 2.0]], ValueError, "mse_loss: input: the rows have unequal lengths"),
    ("mse_loss", [[], []], ValueError, r"mse_loss: input has shape \(0,\) and no members"),
    ("cross_entropy", [[], 0], ValueError, r"cross_entropy: input has shape \(0,\) and no members"),
    ("cross_entropy", [0.5, 0], ValueError, r"cross_entropy: outputs have shape \(\). Give \(classes,\)"),
    ("cross_entropy", [[[[0.5]]], [[0]]], ValueError, r"cross_entropy: outputs have shape \(1, 1, 1\)"),
    ("multilabel_soft_margin_loss", [0.5, 1.0], ValueError, r"outputs have shape \(\)"),
    ("categorical_cross_entropy", [0.5, 1.0], ValueError, r"outputs have shape \(\)"),
]

SETTINGS = [
    ("huber_loss", [0.5, 1.0], {"delta": 0.0}, ValueError, "delta is 0.0"),
    ("huber_loss", [0.5, 1.0], {"delta": math.nan}, ValueError, "delta is nan"),
    ("huber_loss", [0.5, 1.0], {"delta": "1"}, TypeError, "delta is '1'"),
    ("smooth_l1_loss", [0.5, 1.0], {"beta": -1e-9}, ValueError, "beta is -1e-09"),
    ("smooth_l1_loss", [0.5, 1.0], {"beta": None}, TypeError, "beta is None"),
    ("multi_margin_loss", [[0.5, 1.0], 0], {"margin": math.inf}, ValueError, "margin is inf"),
    ("multiclass_hinge_loss", [[0.5, 1.0], 0], {"margin": True}, TypeError, "margin is True"),
    ("gaussian_nll_loss", [0.5, 1.0, 1.0], {"eps": -1.0}, ValueError, "eps is -1.0"),
    ("cross_entropy", [[0.5, 1.0], 0], {"label_smoothing": -0.1}, ValueError, "label_smoothing is -0.1"),
    ("cross_entropy", [[0.5, 1.0], 0], {"label_smoothing": 1.1}, ValueError, "label_smoothing is 1.1"),
    ("multi_margin_loss", [[0.5, 1.0], 0], {"p": 3}, ValueError, "p is 3. Use 1, or 2 for squares"),
    ("cross_entropy", [[0.5, 1.0], 0], {"weight": [1.0] * 3}, ValueError, r"weight has shape \(3,\), which does not stretch to \(2,\)"),
    ("nll_loss", [[0.5, 1.0], 0], {"weight": [[1.0], [2.0]]}, ValueError, r"weight has shape \(2, 1\)"),
    ("multi_margin_loss", [[0.5, 1.0], 0], {"weight": ["a", 1.0]}, TypeError, "weight: 'a'"),
    ("binary_cross_entropy", [[0.5, 1.0], [1.0, 0.0]], {"weight": [1.0] * 3}, ValueError, r"does not stretch to \(2,\)"),
    ("binary_cross_entropy_with_logits", [0.5, 1.0], {"pos_weight": [1.0, 1.0]}, ValueError, r"pos_weight has shape \(2,\)"),
    ("cross_entropy", [[[0.5, 1.0]], [-100]], {}, ValueError, "the weights of the targets, which sum to 0"),
    ("nll_loss", [[[0.5, 1.0]], [1]], {"weight": [1.0, 0.0]}, ValueError, "the weights of the targets, which sum to 0"),
]


@pytest.mark.parametrize(("name", "out", "target", "more", "message"), SHAPES)
def test_shapes_that_do_not_match(outputs, name, out, target, more, message):
    before = state(outputs)
    with pytest.raises(ValueError, match=message):
        getattr(F, name)(outputs[out], target, *more)
    assert state(outputs) == before


@pytest.mark.parametrize(("name", "out", "target", "error", "message"), CLASSES)
def test_classes_that_do_not_exist(outputs, name, out, target, error, message):
    before = state(outputs)
    with pytest.raises(error, match=message):
        getattr(F, name)(outputs[out], target)
    assert state(outputs) == before


@pytest.mark.parametrize(("name", "arguments", "error", "message"), OTHERS)
def test_members_that_are_out_of_range(name, arguments, error, message):
    with pytest.raises(error, match=message):
        getattr(F, name)(*arguments)


@pytest.mark.parametrize(("name", "arguments", "settings", "error", "message"), SETTINGS)
def test_settings_out_of_range(name, arguments, settings, error, message):
    with pytest.raises(error, match=message):
        getattr(F, name)(*arguments, **settings)


@pytest.mark.parametrize("name", sorted(n for n in F.__all__ if "loss" in n or "entropy" in n or n == "mean_error"))
@pytest.mark.parametrize("reduction", ["average", "", None, "MEAN", 1])
def test_an_unknown_reduction_names_the_three(name, reduction):
    arguments = {"gaussian_nll_loss": (0.5, 0.5, 1.0)}.get(name, (0.5, 0.5))
    with pytest.raises(ValueError, match=f"{name}: the reduction is {reduction!r}. Use 'mean', 'sum' or 'none'"):
        getattr(F, name)(*arguments, reduction=reduction)


def test_a_probability_given_as_a_value_is_checked_too(outputs):
    before = state(outputs)
    with pytest.raises(ValueError, match=r"input\[2\] is 1.5"):
        loss.BCELoss()([*outputs[ROW][:2], outputs[ROW][2] * 2.0], [1.0, 0.0, 1.0])
    assert state(outputs) == before
