"""Activations: values and gradients against PyTorch and mpmath, shapes, kinks, and what is refused."""

import inspect
import math
import random

import mpmath as mp
import numpy as np
import pytest

import autograd
from autograd import Value, gradcheck, gradients, values
from nn import functional
from tests.nn.recorded import flat, outcome
from tests.oracles import files
from tests.oracles.exact import EXACT
from tests.support import digits, ulps

RECORDED = files.load("activations")["cases"]
SINGLE = ["identity", "heaviside", "sigmoid", "tanh", "scaled_tanh", "relu", "leaky_relu", "rrelu", "elu", "selu", "softplus"]
SMOOTH = ["identity", "sigmoid", "tanh", "scaled_tanh", "softplus"]
BENT = ["relu", "leaky_relu", "rrelu", "elu", "selu"]

BOUNDS = {"scaled_tanh": 1.1, "softmax": 1.0, "log_softmax": 1.0, "sigmoid": 1.0, "softplus": 1.0, "selu": 1.0}
"""Ulp by which values may differ from PyTorch's; 0 where it is not listed."""

LOSING_DIGITS = {"sigmoid": 1.0, "tanh": 1.0, "scaled_tanh": 1.2, "softmax": 1.0}
"""Where PyTorch's gradient is a difference of numbers this large, such as 1 - z², and ours is not: ulp are counted of this size."""


def scale_of(case):
    """log_softmax subtracts from numbers as large as the logits."""
    return max(map(abs, flat(case["arguments"]["input"]))) if case["activation"] == "log_softmax" else 0.0


@pytest.mark.parametrize("case", RECORDED, ids=lambda c: f"{c['activation']}-{c['settings']}")
def test_values_and_gradients_are_those_of_pytorch(case):
    name = case["activation"]
    found, slopes = outcome(getattr(functional, name), case["arguments"], case["settings"])
    for x, recorded in zip(found, flat(case["value"]), strict=True):
        assert ulps(x, recorded, scale=scale_of(case)) <= BOUNDS.get(name, 0.0)
    for argument, recorded in case["gradients"].items():
        for k, (g, exact) in enumerate(zip(slopes[argument], flat(recorded), strict=True), start=1):
            assert ulps(g, exact, scale=k * LOSING_DIGITS.get(name, 0.0)) <= 3.0


def test_every_activation_is_recorded():
    assert {case["activation"] for case in RECORDED} == {*SINGLE, "prelu", "maxout", "softmax", "log_softmax"} - {"heaviside"}


def test_heaviside_fires_at_zero_and_has_no_slope():
    found, slopes = outcome(functional.heaviside, {"input": [-1e-300, -0.0, 0.0, 1e-300]}, {})
    assert found == [0.0, 1.0, 1.0, 1.0]
    assert slopes["input"] == [0.0] * 4
    assert functional.heaviside(0.0, 0.5) == 0.5


@pytest.mark.parametrize(("x", "y"), [(1.0, 0.99999726), (-1.0, -0.99999726)])
def test_scaled_tanh_passes_close_to_one(x, y):
    assert round(functional.scaled_tanh(x), 8) == y


def test_scaled_tanh_has_slope_1_143933_at_zero():
    x = Value(0.0)
    functional.scaled_tanh(x).backward()
    assert round(x.grad, 6) == 1.143933
    with digits(40):
        assert ulps(x.grad, mp.mpf(1.7159) * 2 / 3) <= 1.0


@pytest.mark.parametrize("beta", [0.25, 1.0, 3.0])
def test_softplus_keeps_its_digits_above_pytorchs_threshold(beta):
    """PyTorch returns x where beta·x > 20; the function is larger by up to e⁻²⁰/beta there."""
    r = random.Random(5)
    for _ in range(300):
        x = r.uniform(-60.0, 60.0) / beta
        leaf = Value(x)
        y = functional.softplus(leaf, beta, threshold=0.0)
        with digits(60):
            bx = mp.mpf(beta * x)
            assert ulps(y.item(), EXACT["softplus"](bx) / beta) <= 2.0
            assert ulps(gradients(y, [leaf])[0].item(), EXACT["sigmoid"](bx)) <= 3.0


@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_derivatives_to_second_order(name):
    for x in (-2.5, -0.4, 0.0, 1e-3, 1.7):
        gradcheck(getattr(functional, name), x, order=2)


@pytest.mark.parametrize("name", BENT)
def test_bent_derivatives_to_second_order_away_from_the_kink(name):
    for x in (-2.5, -0.4, 0.3, 1.7):
        gradcheck(getattr(functional, name), x, order=2)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_derivatives_to_second_order(name):
    for place in range(3):
        gradcheck(lambda *xs, place=place: getattr(functional, name)(list(xs))[place], [0.5, -1.0, 2.0], order=2)


def test_prelu_and_maxout_derivatives():
    gradcheck(lambda x, w: functional.prelu(x, w), [-1.5, 0.25], order=2)
    gradcheck(lambda a, b, c: functional.maxout([a * 2.0, b * b, c]), [0.5, 1.7, 1.2], order=2)


@pytest.mark.parametrize("name", SINGLE)
class TestShapes:
    def test_a_value_gives_a_value(self, name):
        assert isinstance(getattr(functional, name)(Value(0.5)), Value)

    def test_a_number_gives_the_number_of_the_value(self, name):
        assert getattr(functional, name)(-0.5) == getattr(functional, name)(Value(-0.5)).item()

    @pytest.mark.parametrize("shape", [(0,), (3,), (2, 3), (1, 1), (2, 3, 2)])
    def test_an_array_keeps_its_shape_and_is_worked_member_by_member(self, name, shape):
        f = getattr(functional, name)
        x = np.linspace(-2.0, 2.0, math.prod(shape)).reshape(shape)
        out = f(x)
        assert out.shape == shape
        assert out.dtype == object
        assert values(out).ravel().tolist() == [f(float(member)) for member in x.ravel()]

    def test_lists_tuples_and_arrays_are_alike(self, name):
        f = getattr(functional, name)
        rows = [[0.5, -1.0], [2.0, 0.0]]
        for same in (tuple(map(tuple, rows)), np.array(rows), np.array(rows, dtype=object), [[Value(x) for x in row] for row in rows]):
            assert values(f(same)).tolist() == values(f(rows)).tolist()

    @pytest.mark.parametrize("bad", ["0.5", None, True, 1j, [1.0, "2"], [[1.0], ["x"]]])
    def test_what_is_no_number_is_refused(self, name, bad):
        with pytest.raises(TypeError):
            getattr(functional, name)(bad)

    def test_rows_of_unequal_length_are_refused(self, name):
        with pytest.raises(ValueError, match=f"{name}: the rows have unequal lengths"):
            getattr(functional, name)([[1.0, 2.0], [3.0]])


def test_softmax_rows_sum_to_one_along_the_axis_asked_for():
    x = [[0.5, -1.0, 3.0], [1000.0, 999.0, -1000.0]]
    assert values(functional.softmax(x)).sum(axis=1).tolist() == pytest.approx([1.0, 1.0], abs=4e-16)
    assert values(functional.softmax(x, dim=0)).sum(axis=0).tolist() == pytest.approx([1.0] * 3, abs=4e-16)
    assert functional.softmax(x, dim=0).shape == functional.log_softmax(x, dim=0).shape == (2, 3)
    assert functional.softmax(np.zeros((2, 3, 4)), dim=1).shape == (2, 3, 4)


@pytest.mark.parametrize("f", [functional.softmax, functional.log_softmax])
@pytest.mark.parametrize(
    ("x", "dim", "error", "message"),
    [
        (Value(1.0), -1, TypeError, "a single number has no classes"),
        (1.0, 0, TypeError, "a single number has no classes"),
        ([1.0, 2.0], 1, IndexError, r"dim = 1, but the input has shape \(2,\)"),
        ([[1.0, 2.0]], -3, IndexError, "Use -2 to 1"),
        ([[1.0, 2.0]], "rows", TypeError, "dim is 'rows'"),
        ([[], []], -1, ValueError, "empty"),
    ],
)
def test_softmax_refuses(f, x, dim, error, message):
    with pytest.raises(error, match=message):
        f(x, dim)


def test_prelu_takes_one_weight_for_all_or_one_for_each_feature():
    batch = [[-1.0, -2.0], [3.0, -4.0]]
    assert values(functional.prelu(batch, 0.5)).tolist() == [[-0.5, -1.0], [3.0, -2.0]]
    assert values(functional.prelu(batch, [0.5])).tolist() == [[-0.5, -1.0], [3.0, -2.0]]
    assert values(functional.prelu(batch, [0.5, 0.25])).tolist() == [[-0.5, -0.5], [3.0, -1.0]]
    assert values(functional.prelu(batch[0], [0.5, 0.25])).tolist() == [-0.5, -0.5]
    with pytest.raises(ValueError, match="3 weights for an input of shape"):
        functional.prelu(batch, [0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match="2 weights for an input of shape"):
        functional.prelu(1.0, [0.1, 0.2])


def test_maxout_takes_the_largest_piece_and_sends_it_the_gradient():
    pieces = [[Value(1.0), Value(-1.0)], [Value(0.5), Value(2.0)], [Value(0.0), Value(1.0)]]
    out = functional.maxout(pieces)
    assert values(out).tolist() == [1.0, 2.0]
    autograd.sum(out).backward()
    assert autograd.grads(pieces[0]).tolist() == [1.0, 0.0]
    assert autograd.grads(pieces[1]).tolist() == [0.0, 1.0]
    assert functional.maxout([Value(1.0), Value(2.0)]).item() == 2.0
    assert functional.maxout(np.arange(12.0).reshape(2, 3, 2)).shape == (3, 2)


@pytest.mark.parametrize("pieces", [[], [[1.0, 2.0], [1.0]], [1.0, [1.0]]])
def test_maxout_refuses_pieces_that_do_not_match(pieces):
    with pytest.raises(ValueError, match="maxout: the pieces have the shapes"):
        functional.maxout(pieces)


class TestRRelu:
    def test_slope_in_evaluation_is_11_48(self):
        assert ulps(functional.rrelu(-1.0), -mp.mpf(11) / 48) <= 1.0

    def test_slopes_in_training_are_uniform_between_the_bounds(self):
        slopes = -values(functional.rrelu([-1.0] * 4000, 0.1, 0.3, training=True, rng=3))
        assert slopes.min() >= 0.1
        assert slopes.max() <= 0.3
        standard_error = 0.2 / math.sqrt(12 * 4000)
        assert abs(slopes.mean() - 0.2) <= 5.0 * standard_error
        assert abs((slopes < 0.15).mean() - 0.25) <= 5.0 * math.sqrt(0.25 * 0.75 / 4000)

    def test_what_is_positive_passes_in_training_too(self):
        assert values(functional.rrelu([2.0, 1e-300], training=True)).tolist() == [2.0, 1e-300]

    def test_a_seed_repeats_the_slopes_and_the_gradient_is_the_slope(self):
        x = [Value(-1.0), Value(-2.0), Value(-3.0)]
        out = functional.rrelu(x, training=True, rng=7)
        assert values(out).tolist() == values(functional.rrelu(values(x), training=True, rng=random.Random(7))).tolist()
        slopes = [g.item() for g in gradients(autograd.sum(out), x)]
        assert [s * v.item() for s, v in zip(slopes, x, strict=True)] == values(out).tolist()
        assert len(set(slopes)) == 3

    def test_the_default_generator_is_the_one_manual_seed_sets(self):
        autograd.manual_seed(11)
        first = functional.rrelu([-1.0, -1.0], training=True)
        autograd.manual_seed(11)
        assert values(functional.rrelu([-1.0, -1.0], training=True)).tolist() == values(first).tolist()

    @pytest.mark.parametrize(
        ("lower", "upper", "error", "message"),
        [
            (0.5, 0.1, ValueError, "the slope is drawn between lower = 0.5 and upper = 0.1. Give the lower one first"),
            (0.0, math.inf, ValueError, "upper is inf"),
            (math.nan, 0.5, ValueError, "lower is nan"),
            ("0.1", 0.5, TypeError, "lower is '0.1'"),
        ],
    )
    def test_bad_bounds_are_refused(self, lower, upper, error, message):
        with pytest.raises(error, match=f"rrelu: {message}"):
            functional.rrelu([-1.0], lower, upper, training=True)


@pytest.mark.parametrize("beta", [0.0, -1.0, math.nan])
def test_softplus_refuses_a_bend_that_is_none(beta):
    with pytest.raises(ValueError, match="softplus: beta is"):
        functional.softplus([1.0], beta)


def test_names_and_defaults_of_arguments_are_pytorchs():
    def arguments(f):
        return {name: x.default for name, x in inspect.signature(f).parameters.items() if x.default is not inspect.Parameter.empty}

    assert arguments(functional.leaky_relu) == {"negative_slope": 0.01}
    assert arguments(functional.elu) == {"alpha": 1.0}
    assert arguments(functional.softplus) == {"beta": 1.0, "threshold": 20.0}
    assert arguments(functional.rrelu) == {"lower": 0.125, "upper": 1.0 / 3.0, "training": False, "rng": None}
    assert list(inspect.signature(functional.prelu).parameters) == ["input", "weight"]
