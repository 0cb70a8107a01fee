"""Layers that draw random numbers or look at the whole batch: a compiled step does what the eager one does."""

import copy

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import take, trace

rng = np.random.default_rng(8)
X = rng.normal(size=(9, 3))
Y = rng.normal(size=(9, 2))

Net = nn.Sequential
NETS = {
    "dropout": lambda: Net(nn.Linear(3, 5, rng=1), nn.Dropout(0.4, rng=7), nn.Tanh(), nn.Linear(5, 2, rng=2), nn.Dropout(0.2, rng=9)),
    "dropout, one generator": lambda: Net(nn.Dropout(0.3), nn.Linear(3, 5, rng=1), nn.Dropout(0.4), nn.Linear(5, 2, rng=2)),
    "dropout, decks": lambda: Net(nn.Linear(3, 2, rng=1), nn.Dropout(0.4, rng=7, inverted=False)),
    "rrelu": lambda: Net(nn.Linear(3, 5, rng=1), nn.RReLU(rng=3), nn.Linear(5, 2, rng=2)),
    "batch norm": lambda: Net(nn.Linear(3, 5, rng=1), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 2, rng=2)),
    "batch norm, both": lambda: Net(nn.BatchNorm1d(3, momentum=None), nn.Linear(3, 2, rng=1), nn.BatchNorm1d(2, affine=False)),
    "batch norm, dropout": lambda: Net(nn.BatchNorm1d(3), nn.Linear(3, 4, rng=1), nn.Dropout(rng=1), nn.ReLU(), nn.Linear(4, 2, rng=1)),
    "batch norm, no tracking": lambda: Net(nn.BatchNorm1d(3, track_running_stats=False), nn.Linear(3, 2, rng=1)),
    "prelu, maxout": lambda: Net(nn.Maxout(3, 4, pieces=3, rng=1), nn.PReLU(), nn.Linear(4, 2, rng=1)),
    "softmax": lambda: Net(nn.Linear(3, 2, rng=1), nn.Softmax(dim=-1)),
}


@pytest.fixture(params=NETS)
def net(request):
    from autograd import manual_seed

    manual_seed(4)
    return NETS[request.param]()


def compiled(model):
    return trace(lambda x, t: nn.functional.mse_loss(model(x), t), X[0], Y[0])


def test_steps_and_state_equal_the_eager_ones(net):
    from autograd import rng as random_numbers

    eager, model = net, copy.deepcopy(net)
    # Not Adam: a bias before batch norm has gradient 0 but for rounding, and Adam divides by its eps.
    optimisers = [optim.SGD(m.parameters(), lr=0.05, momentum=0.9) for m in (eager, model)]
    step = compiled(model).train_step(optimisers[1])
    for _ in range(25):
        state = random_numbers.default.getstate()
        loss = nn.functional.mse_loss(eager(X), Y)
        optimisers[0].zero_grad()
        loss.backward()
        optimisers[0].step()
        after = random_numbers.default.getstate()
        random_numbers.default.setstate(state)
        assert step(X, Y) == pytest.approx(loss.item(), rel=1e-12, abs=1e-12)
        assert random_numbers.default.getstate() == after
        for (name, ours), theirs in zip(model.state_dict().items(), eager.state_dict().values(), strict=True):
            assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-12), name
        eager.load_state_dict(model.state_dict())
        optimisers[0].load_state_dict(copy.deepcopy(optimisers[1].state_dict()))


def test_evaluation_equals_the_eager_one(net):
    net(X)
    net.eval()
    program = trace(net, X[0])
    expected = np.vectorize(lambda v: v if isinstance(v, float) else v.item(), otypes=[float])(net(X))
    assert program(X) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_running_statistics_are_read_afresh():
    layer = nn.BatchNorm1d(1, affine=False)
    layer.eval()
    program = trace(layer, [1.0])
    before = program([[3.0]])[0, 0]
    layer.running_mean = np.array([2.0])
    assert program([[3.0]])[0, 0] == pytest.approx(before - 2.0 / np.sqrt(1.0 + layer.eps))


def test_batch_norm_on_a_batch_of_one_is_refused_before_anything_changes():
    layer = nn.BatchNorm1d(1)
    program = trace(layer, [1.0])
    with pytest.raises(ValueError, match="batch norm needs 2 or more"):
        program([[3.0]])
    assert layer.num_batches_tracked == 0
    assert layer.running_mean.tolist() == [0.0]


def test_class_labels_are_inputs():
    labels = np.array([0, 1, 1, 2, 0, 2, 1, 0, 2])
    model = nn.Linear(3, 3, rng=1)
    program = trace(lambda x, c: nn.functional.cross_entropy(model(x), c), X[0], labels[0])
    expected = nn.functional.cross_entropy(model(X), labels)
    expected.backward()
    wanted = [p.grad for p in model.parameters()]
    model.zero_grad()
    assert program.backward(X, labels) == pytest.approx(expected.item(), rel=1e-13)
    for p, g in zip(model.parameters(), wanted, strict=True):
        assert p.grad == pytest.approx(g, rel=1e-12, abs=1e-13)


def test_a_label_that_is_no_class_is_refused_before_a_step_changes_anything():
    model = nn.Linear(3, 3, rng=1)
    before = model.state_dict()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    step = trace(lambda x, c: nn.functional.cross_entropy(model(x), c), X[0], 0).train_step(optimizer)
    for wrong in (3, -1, 0.5):
        with pytest.raises(ValueError, match="whole number from 0 to 2"):
            step(X[:2], [0, wrong])
    assert all((before[name] == x).all() for name, x in model.state_dict().items())
    assert optimizer.state == {}


def test_embeddings_are_looked_up():
    table = nn.Parameter(np.arange(8.0).reshape(4, 2))
    program = trace(lambda i: take(table, i), 0)
    assert program([3, 0, 3]).tolist() == [[6.0, 7.0], [0.0, 1.0], [6.0, 7.0]]
    loss = trace(lambda i: autograd.sum(take(table, i)), 0)
    loss.backward([3, 0, 3, 3])
    assert table.grad.tolist() == [[0.25, 0.25], [0.0, 0.0], [0.0, 0.0], [0.75, 0.75]]
