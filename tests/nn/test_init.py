"""Initialisers: PyTorch's gains, bounds and deviations; distributions by their first moments; nothing written on an error."""

import math
import random

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Value
from nn import Parameter, init
from tests.nn.measure import Bounds, apart
from tests.oracles import files, nets

ORACLE = files.load("layers")
WITH_FANS = ["xavier_uniform_", "xavier_normal_", "kaiming_uniform_", "kaiming_normal_", "lecun_uniform_", "lecun_normal_"]
RANDOM = ["uniform_", "normal_", "trunc_normal_", *WITH_FANS]
N = 40_000


@pytest.mark.parametrize(("args", "expected"), list(zip(nets.GAINS, ORACLE["gains"], strict=True)), ids=str)
def test_gains_are_pytorchs(args, expected):
    assert init.calculate_gain(*args) == expected


@pytest.mark.parametrize(("fill", "expected"), list(zip(nets.FILLS, ORACLE["fills"], strict=True)), ids=str)
def test_bounds_and_deviations_are_pytorchs(fill, expected):
    name, settings = fill
    for shape, pair in zip(nets.SHAPES, expected, strict=True):
        source = Bounds()
        getattr(init, name)(Parameter(np.zeros(shape)), rng=source, **settings)
        (asked,) = source.pairs
        assert apart(asked, pair) <= 2.0  # a quotient, a root and two products, in another order


@pytest.mark.parametrize(("fill", "expected"), [
    (init.lecun_uniform_, (-math.sqrt(3.0 / 50.0), math.sqrt(3.0 / 50.0))), (init.lecun_normal_, (0.0, math.sqrt(1.0 / 50.0))),
])
def test_lecuns_rule_divides_by_the_inputs_alone(fill, expected):
    source = Bounds()
    fill(Parameter(np.zeros((20, 50))), rng=source)
    (asked,) = source.pairs
    assert apart(asked, expected) <= 2.0


def test_a_decks_form_of_hes_bound_is_150_times_too_narrow_in_variance():
    source = Bounds()
    init.kaiming_uniform_(Parameter(np.zeros((100, 100))), nonlinearity="relu", rng=source)
    ((_, r),) = source.pairs
    assert round((r / (4.0 / 200.0)) ** 2) == 150


MOMENTS = {
    "uniform_": ({"a": -1.0, "b": 3.0}, 1.0, 16.0 / 12.0, 1.8),
    "normal_": ({"mean": 2.0, "std": 3.0}, 2.0, 9.0, 3.0),
    "xavier_uniform_": ({}, 0.0, 2.0 / 400.0, 1.8),
    "xavier_normal_": ({}, 0.0, 2.0 / 400.0, 3.0),
    "kaiming_uniform_": ({"nonlinearity": "relu"}, 0.0, 2.0 / 100.0, 1.8),
    "kaiming_normal_": ({"nonlinearity": "relu", "mode": "fan_out"}, 0.0, 2.0 / 300.0, 3.0),
    "lecun_uniform_": ({}, 0.0, 1.0 / 100.0, 1.8),
    "lecun_normal_": ({}, 0.0, 1.0 / 100.0, 3.0),
}
"""Settings, mean, variance and kurtosis of each distribution, on weights of 300 neurons with 100 inputs."""


@pytest.mark.parametrize("name", MOMENTS)
def test_mean_and_variance_are_those_of_the_distribution(name):
    settings, mean, variance, kurtosis = MOMENTS[name]
    x = getattr(init, name)(Parameter(np.zeros((300, 100))), **settings).data
    n = x.size
    # Six standard errors of a sample's mean and variance: a right implementation fails twice in a billion runs.
    assert abs(x.mean() - mean) <= 6.0 * math.sqrt(variance / n)
    assert abs(((x - mean) ** 2).mean() - variance) <= 6.0 * variance * math.sqrt((kurtosis - 1.0) / n)


def test_a_truncated_normal_keeps_to_its_bounds_and_has_their_moments():
    a, b = -1.0, 0.5
    x = init.trunc_normal_(Parameter(np.zeros(N)), a=a, b=b).data
    density, area = (lambda z: math.exp(-z * z / 2.0) / math.sqrt(2.0 * math.pi)), (math.erf(b / 2**0.5) - math.erf(a / 2**0.5)) / 2.0
    mean = (density(a) - density(b)) / area
    variance = 1.0 + (a * density(a) - b * density(b)) / area - mean**2
    assert a <= x.min() < a + 0.01
    assert b - 0.01 < x.max() <= b
    assert abs(x.mean() - mean) <= 6.0 * math.sqrt(variance / N)
    # The fourth moment about the mean is at most (b - a)² times the second.
    assert abs(((x - mean) ** 2).mean() - variance) <= 6.0 * math.sqrt((b - a) ** 2 * variance / N)


class Edge(random.Random):
    """A source that always answers with one of the bounds."""

    def __init__(self, upper):
        super().__init__()
        self.upper = upper

    def uniform(self, a, b):
        return b if self.upper else a


def test_a_truncated_normal_stays_within_when_the_source_answers_with_a_bound():
    for bound in np.linspace(-3.0, 3.0, 61):
        assert init.trunc_normal_(Parameter(0.0), a=bound, b=4.0, rng=Edge(upper=False)).item() >= bound
        assert init.trunc_normal_(Parameter(0.0), a=-4.0, b=bound, rng=Edge(upper=True)).item() <= bound
    for upper in (False, True):
        assert 8.0 < abs(init.trunc_normal_(Parameter(0.0), a=-1e9, b=1e9, rng=Edge(upper)).item()) < 40.0


def test_a_truncated_normal_reaches_into_a_tail():
    x = init.trunc_normal_(Parameter(np.zeros(100)), mean=0.0, std=1.0, a=-9.0, b=-7.0).data
    assert (x >= -9.0).all()
    assert (x <= -7.0).all()


def test_constants():
    p = Parameter(np.full((2, 3), 7.0))
    assert init.zeros_(p) is p
    assert not p.data.any()
    assert init.ones_(p).data.tolist() == [[1.0] * 3] * 2
    assert init.constant_(p, -2).data.tolist() == [[-2.0] * 3] * 2
    assert init.eye_(p).data.tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    assert init.normal_(p, 3.0, 0.0).data.tolist() == [[3.0] * 3] * 2
    assert init.uniform_(p, 2.0, 2.0).data.tolist() == [[2.0] * 3] * 2


def test_leaves_stay_the_same_and_keep_their_labels():
    p = Parameter(np.zeros((2, 2)), label="w")
    leaf = p[1, 1]
    assert init.xavier_normal_(p) is p
    assert p[1, 1] is leaf
    assert leaf.label == "w[1, 1]"


@pytest.mark.parametrize("name", RANDOM)
def test_a_seed_a_generator_and_manual_seed_repeat_the_numbers(name):
    def drawn(rng=None):
        return getattr(init, name)(Parameter(np.zeros((3, 4))), rng=rng).data.tolist()

    seeded = drawn(11)
    assert drawn(11) == seeded
    assert drawn(random.Random(11)) == seeded
    assert drawn(12) != seeded
    autograd.manual_seed(11)
    assert drawn() == seeded


BAD = {
    "no Parameter": (lambda p: init.zeros_(p.data), TypeError, r"(?s)zeros_: .*is no Parameter"),
    "a Value": (lambda _: init.uniform_(Value(1.0)), TypeError, "uniform_: Value"),
    "a constant of text": (lambda p: init.constant_(p, "0"), TypeError, "constant_: val is '0'"),
    "an infinite constant": (lambda p: init.constant_(p, math.inf), ValueError, "constant_: val is inf"),
    "bounds the wrong way": (lambda p: init.uniform_(p, 1.0, 0.0), ValueError, "a = 1.0 is above b = 0.0"),
    "an infinite bound": (lambda p: init.uniform_(p, 0.0, math.inf), ValueError, "uniform_: b is inf"),
    "a negative deviation": (lambda p: init.normal_(p, std=-1.0), ValueError, "normal_: std is -1.0"),
    "a mean that is none": (lambda p: init.normal_(p, math.nan), ValueError, "normal_: mean is nan"),
    "bounds that leave nothing": (lambda p: init.trunc_normal_(p, a=40.0, b=50.0), ValueError, "nothing of the curve"),
    "bounds that meet": (lambda p: init.trunc_normal_(p, a=1.0, b=1.0), ValueError, "nothing of the curve"),
    "a curve without width": (lambda p: init.trunc_normal_(p, std=0.0), ValueError, "nothing of the curve"),
    "a negative gain": (lambda p: init.xavier_uniform_(p, -1.0), ValueError, "xavier_uniform_: gain is -1.0"),
    "a gain of text": (lambda p: init.xavier_normal_(p, "relu"), TypeError, "xavier_normal_: gain is 'relu'"),
    "another mode": (lambda p: init.kaiming_uniform_(p, mode="fan_avg"), ValueError, "the mode is 'fan_avg'. Use 'fan_in' or 'fan_out'"),
    "another nonlinearity": (lambda p: init.kaiming_normal_(p, nonlinearity="gelu"), ValueError, "'gelu'. Use one of linear, .*leaky_relu"),
    "a slope of text": (lambda p: init.kaiming_normal_(p, a="0.1"), TypeError, "param is '0.1'"),
    "no source": (lambda p: init.lecun_normal_(p, rng="seed"), TypeError, "rng: 'seed'"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_settings_are_refused_before_anything_is_written(case):
    write, kind, message = BAD[case]
    p = Parameter([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(kind, match=message):
        write(p)
    assert p.data.tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize("name", WITH_FANS)
def test_a_rule_with_fans_needs_a_matrix(name):
    bias = Parameter([1.0, 2.0])
    with pytest.raises(ValueError, match=rf"{name}: a Parameter of shape \(2,\) has no fan"):
        getattr(init, name)(bias)
    with pytest.raises(ValueError, match="eye_: a matrix is needed"):
        init.eye_(bias)
    assert bias.data.tolist() == [1.0, 2.0]


def test_xaviers_variance_carries_no_square_root():
    for n, m in ((100, 100), (10, 190), (3, 5)):
        bell, flat = Bounds(), Bounds()
        init.xavier_normal_(Parameter(np.zeros((m, n))), rng=bell)
        init.xavier_uniform_(Parameter(np.zeros((m, n))), rng=flat)
        ((_, std),), ((low, high),) = bell.pairs, flat.pairs
        for variance in (std**2, (high - low) ** 2 / 12.0):
            assert variance == pytest.approx(2.0 / (n + m), rel=1e-12)
            assert variance < 0.75 * math.sqrt(2.0 / (n + m))  # the variance that is printed: ten times as much at 100 and 100


@pytest.mark.parametrize("constant", [0.0, 0.5, -1.0])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_neurons_that_start_equal_stay_equal(constant, activation):
    net = nn.MLP(3, [4, 2], activation, "identity", rng=0)
    for p in net.parameters():
        init.constant_(p, constant)
    X, y = np.random.default_rng(0).normal(size=(8, 3)), np.random.default_rng(1).normal(size=(8, 2))
    nn.fit(net, X, y, loss=nn.MSELoss(), optimizer=optim.SGD(net.parameters(), lr=0.1), epochs=5, batch_size=8, shuffle=False)
    first, second = (linear.weight.data for linear, _ in net.layers)
    assert (first == first[0]).all()
    assert (second == second[:, :1]).all()
    assert (net.layers[1][0].bias.data != constant).all()


def test_with_zeros_no_gradient_reaches_the_first_layer():
    net = nn.MLP(3, [4, 1], "tanh", rng=0)
    for p in net.parameters():
        init.zeros_(p)
    nn.functional.mse_loss(net([1.0, 2.0, 3.0]), 1.0).backward()
    assert [np.abs(p.grad).max() for p in net.parameters()] == [0.0, 0.0, 0.0, 2.0]


def test_small_numbers_that_differ_break_the_symmetry():
    net = nn.MLP(3, [4, 1], "tanh", rng=0)
    for seed, (linear, _) in enumerate(net.layers):
        init.normal_(linear.weight, std=0.01, rng=seed)
        init.zeros_(linear.bias)
    nn.functional.mse_loss(net([1.0, 2.0, 3.0]), 1.0).backward()
    rows = net.layers[0][0].weight.grad
    assert len({tuple(row) for row in rows.tolist()}) == 4
