"""Nets of threshold units: every Boolean function of up to three inputs, by counting units and by perceptrons."""

from itertools import product

import pytest

from nn import NOT, OR, McCullochPitts, Perceptron, ThresholdNet, boolean_net, perceptron_net

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_boolean_function_is_computed_by_mcculloch_pitts_units(n):
    for table in product((0, 1), repeat=2**n):
        net = boolean_net(table)
        assert tuple(net(x) for x in product((0, 1), repeat=n)) == table


@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_boolean_function_is_computed_by_two_to_the_n_perceptrons_and_one(n):
    for table in product((0, 1), repeat=2**n):
        net = perceptron_net(table)
        assert tuple(net(x) for x in product((0, 1), repeat=n)) == table
        assert [len(layer) for layer in net.layers] == [2**n, 1]
        assert all(isinstance(unit, Perceptron) for layer in net.layers for unit in layer)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_each_hidden_perceptron_fires_for_one_row_of_the_table_and_is_the_same_for_every_function(n):
    hidden = ThresholdNet(perceptron_net([0] * 2**n).layers[0])
    codes = [hidden(x) for x in product((0, 1), repeat=n)]
    assert codes == [[int(i == k) for k in range(2**n)] for i in range(2**n)]
    other = perceptron_net([1] * 2**n).layers[0]
    assert [unit.weights for unit in other] == [unit.weights for unit in hidden.layers[0]]


def test_only_mcculloch_pitts_units_are_used():
    for table in product((0, 1), repeat=4):
        assert all(isinstance(unit, McCullochPitts) for layer in boolean_net(table).layers for unit in layer)


def test_xor_by_two_layers_of_perceptrons_and_the_hidden_code_of_0_1_is_0_1():
    """z₁ = [x₁ - x₂ - ½ ≥ 0], z₂ = [x₂ - x₁ - ½ ≥ 0], y = [z₁ + z₂ - ½ ≥ 0]."""
    hidden = Perceptron(2, weights=[-0.5, 1, -1]), Perceptron(2, weights=[-0.5, -1, 1])
    assert [ThresholdNet(hidden)(x) for x in CORNERS] == [[0, 0], [0, 1], [1, 0], [0, 0]]
    assert [ThresholdNet(hidden, [Perceptron(2, weights=[-0.5, 1, 1])])(x) for x in CORNERS] == [0, 1, 1, 0]


def test_nets_nest():
    same = ThresholdNet([boolean_net([0, 1, 1, 0])], [NOT()])
    assert [same(x) for x in CORNERS] == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: boolean_net([0, 1, 1]), ValueError, r"3 outputs. Give 2, 4, 8"),
        (lambda: boolean_net([1]), ValueError, r"1 outputs"),
        (lambda: boolean_net([]), ValueError, r"0 outputs"),
        (lambda: boolean_net([0, 2]), ValueError, r"output 1 is 2"),
        (lambda: perceptron_net([0, 1, 1]), ValueError, r"perceptron_net: the table has 3 outputs. Give 2, 4, 8"),
        (lambda: perceptron_net([0, None]), ValueError, r"perceptron_net: output 1 is None"),
        (lambda: ThresholdNet(), ValueError, r"one layer at least"),
        (lambda: ThresholdNet([]), ValueError, r"every layer needs a unit"),
        (lambda: ThresholdNet([OR(2)], []), ValueError, r"every layer needs a unit"),
        (lambda: ThresholdNet([3]), TypeError, r"3 \(int\) is no unit"),
        (lambda: boolean_net([0, 1])([0, 1]), ValueError, r"2 inputs were given, and the unit has 1"),
    ],
)
def test_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
