"""Saturated and dead units, against counts by numpy; and what death means for training."""

import math

import numpy as np
import pytest

import nn
import optim
from autograd import Value, sin, values
from nn import functional as F
from nn.diagnostics import dead_units, saturation

X = np.random.default_rng(3).normal(size=(40, 3)) * 2.0


def sums(net):
    """What goes into each layer's activation, by numpy."""
    a, found = X, []
    for linear, activation in net.layers:
        z = a @ linear.weight.data.T + linear.bias.data
        found.append(z)
        a = values(activation(z)).astype(float)
    return found


def shares(report):
    return [layer.by_unit.tolist() for layer in report]


class TestSaturation:
    @pytest.mark.parametrize(("activation", "flat"), [
        ("tanh", lambda z: 1.0 - np.tanh(z) ** 2 < 0.05),
        ("sigmoid", lambda z: np.exp(-z) / (1.0 + np.exp(-z)) ** 2 < 0.05 * 0.25),
        ("scaled_tanh", lambda z: 1.0 - np.tanh(2.0 / 3.0 * z) ** 2 < 0.05),
        ("relu", lambda z: z <= 0.0),
        ("elu", lambda z: (z <= 0.0) & (np.exp(z) < 0.05)),
        ("softplus", lambda z: 1.0 / (1.0 + np.exp(-z)) < 0.05),
        ("leaky_relu", lambda z: z <= 0.0),
        ("prelu", lambda z: z > math.inf),
        (sin, lambda z: abs(np.cos(z)) < 0.05),
    ], ids=["tanh", "sigmoid", "scaled_tanh", "relu", "elu", "softplus", "leaky_relu", "prelu", "sin"])
    def test_it_counts_where_the_slope_is_below_a_twentieth_of_the_steepest(self, activation, flat):
        net = nn.MLP(3, [5, 4], activation, output=activation, rng=1)
        for linear, _ in net.layers:
            linear.weight.data *= 3.0
        assert shares(saturation(net, X)) == [flat(z).mean(axis=0).tolist() for z in sums(net)]

    def test_the_fraction_can_be_chosen(self):
        net = nn.MLP(3, [5], output="tanh", rng=1)
        expected = (1.0 - np.tanh(sums(net)[0]) ** 2 < 0.5).mean()
        assert 0.0 < expected < 1.0
        assert saturation(net, X, below=0.5).share == pytest.approx(expected, rel=1e-15)

    def test_selu_is_steepest_below_zero(self):
        """Its slope is λ = 1.0507 above 0, and λα = 1.7581 just below."""
        net = nn.Sequential(nn.SELU())
        assert saturation(net, [[0.5]], below=0.597).share == 0.0
        assert saturation(net, [[0.5]], below=0.598).share == 1.0

    def test_larger_weights_saturate_more(self):
        net, found = nn.MLP(3, [20, 1], "tanh", rng=0), []
        for _ in range(4):
            found.append(saturation(net, X)["1"].share)
            net[0].weight.data *= 3.0
        assert found == sorted(found)
        assert found[0] < 0.1 < 0.8 < found[-1]

    def test_identities_and_softmaxes_have_no_flat_ends(self):
        net = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Linear(4, 2, rng=0), nn.Identity(), nn.Softmax())
        assert [layer.name for layer in saturation(net, X)] == ["1"]

    def test_any_module_can_be_looked_at(self):
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.bend, self.last = nn.Layer(3, 4, "sigmoid", rng=0), nn.PReLU(4), nn.Neuron(4, "tanh", rng=0)

            def forward(self, input):
                return self.last(self.bend(self.first(input)))

        report = saturation(Net(), X)
        assert [(layer.name, layer.kind, len(layer.by_unit)) for layer in report] == [
            ("first.activation", "Sigmoid", 4), ("bend", "PReLU", 4), ("last.activation", "Tanh", 1),
        ]


class TestDeath:
    def net(self):
        """Sums of unit 0: nowhere above 0; of unit 1: above 0 for the last example only; of unit 2: for all."""
        net = nn.MLP(1, [3, 1], "relu", rng=0)
        net[0].weight.data, net[0].bias.data = [[1.0], [1.0], [1.0]], [-9.0, -8.5, 1.0]
        net[2].weight.data = [[1.0, 1.0, 1.0]]
        return net

    x = np.arange(10.0).reshape(-1, 1)

    def test_dead_means_negative_on_all_data(self):
        """A slide calls a unit dead once its sum is negative. Unit 1 is negative for nine of ten examples, and lives."""
        report = dead_units(self.net(), self.x)
        assert report["1"].by_unit.tolist() == [1.0, 0.0, 0.0]
        assert dead_units(self.net(), self.x[:9])["1"].by_unit.tolist() == [1.0, 1.0, 0.0]

    def test_one_example_wakes_a_unit_and_nothing_wakes_a_dead_one(self):
        net = self.net()
        before = net[0].weight.data.ravel().tolist()
        nn.fit(net, self.x, self.x * 2.0, loss=nn.MSELoss(), optimizer=optim.SGD(net.parameters(), lr=1e-3), epochs=20, batch_size=10)
        moved = [w != start for w, start in zip(net[0].weight.data.ravel(), before, strict=True)]
        assert moved == [False, True, True]

    @pytest.mark.parametrize("activation", ["leaky_relu", "prelu", "elu", "tanh", "sigmoid", "softplus"])
    def test_only_a_slope_of_zero_is_death(self, activation):
        net = nn.MLP(1, [3, 1], activation, rng=0)
        net[0].weight.data, net[0].bias.data = [[1.0]] * 3, [-20.0] * 3
        assert dead_units(net, self.x).share == 0.0

    def test_a_sum_of_exactly_zero_is_dead_since_the_slope_of_relu_is_zero_there(self):
        assert dead_units(nn.Sequential(nn.ReLU()), [[0.0], [-1.0]]).share == 1.0


@pytest.mark.parametrize("look", [saturation, dead_units])
class TestBoth:
    def test_nothing_is_changed(self, look):
        net = nn.Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4), nn.RReLU(), nn.Dropout(0.5), nn.Linear(4, 1, rng=0), nn.Tanh())
        state = {key: np.copy(x) for key, x in net.state_dict().items()}
        look(net, X)
        assert all(np.array_equal(x, state[key]) for key, x in net.state_dict().items())
        assert all(module.training and "forward" not in module.__dict__ for module in net.modules())
        assert [p.grad for p in net.parameters()] == [None] * 6

    def test_nothing_is_changed_by_an_error_either(self, look):
        net = nn.Sequential(nn.Tanh(), nn.Linear(3, 1, rng=0))
        with pytest.raises(ValueError, match="an example has 3 features"):
            look(net, X[:, :2])
        assert all(module.training and "forward" not in module.__dict__ for module in net.modules())

    @pytest.mark.parametrize(("model", "X", "kind", "message"), [
        (lambda x: x, X, TypeError, "Give an nn.Module"),
        (nn.Sequential(nn.Tanh()), X[0], ValueError, r"X has shape \(3,\). Give a batch"),
        (nn.Sequential(nn.Tanh()), [["a"]], TypeError, "X"),
        (nn.Linear(3, 1), X, ValueError, "without meeting an activation that bends"),
        (nn.Sequential(nn.Linear(3, 1), nn.Softmax()), X, ValueError, "without meeting an activation that bends"),
    ], ids=["no module", "one example", "no numbers", "no activation", "softmax only"])
    def test_what_does_not_fit_is_refused(self, look, model, X, kind, message):
        with pytest.raises(kind, match=message):
            look(model, X)


@pytest.mark.parametrize(("below", "kind"), [(0.0, ValueError), (1.0, ValueError), (math.nan, ValueError), ("1", TypeError)],
                         ids=["0", "1", "nan", "text"])
def test_a_fraction_that_is_none_is_refused(below, kind):
    with pytest.raises(kind, match="saturation: below is"):
        saturation(nn.Sequential(nn.Tanh()), X, below)


def test_slopes_of_saturated_units_hardly_pass_a_gradient():
    """What the share is for: the loss's gradient by a sum on a flat end is small beside that in the middle."""
    steep, flat = (Value(s) for s in (0.0, 4.0))
    for s in (steep, flat):
        F.mse_loss(F.tanh(s), F.tanh(s).item() + 1.0).backward()
    assert saturation(nn.Sequential(nn.Tanh()), [[0.0, 4.0]])["0"].by_unit.tolist() == [0.0, 1.0]
    assert abs(flat.grad) < 0.05 * abs(steep.grad)
