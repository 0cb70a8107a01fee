"""Greedy pretraining: a linear autoencoder against PCA, and a deep sigmoid net that does not learn without it."""

import numpy as np
import pytest

import autograd
import nn
import optim
from nn.diagnostics import gradient_norms


def adam(parameters):
    return optim.Adam(parameters, lr=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_a_linear_layer_learns_to_keep_what_principal_components_keep(seed):
    source = np.random.default_rng(seed)
    X = source.normal(size=(60, 2)) @ source.normal(size=(2, 6)) + 0.1 * source.normal(size=(60, 6)) + 1.0
    history, = nn.pretrain(nn.MLP(6, [2, 1], "identity", rng=seed), X, optimizer=adam, epochs=4000, batch_size=60, rng=seed)
    left_out = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)[2:]
    best = (left_out**2).sum() / X.size  # no affine map of rank 2 and back loses less (Eckart, Young, 1936)
    assert best * (1.0 - 1e-12) <= history.loss[-1] <= 1.02 * best


def hard_task(seed):
    """Whether two hidden numbers have the same sign; six mixtures of them are seen."""
    source = np.random.default_rng(seed)
    hidden = source.uniform(-1.0, 1.0, size=(120, 2))
    X = hidden @ source.normal(size=(2, 6))
    return (X - X.mean(axis=0)) / X.std(axis=0), (hidden.prod(axis=1) > 0.0).astype(float)[:, np.newaxis]


def test_a_deep_sigmoid_net_learns_after_pretraining_and_not_before():
    losses = {"plain": [], "pretrained": []}
    for seed in range(6):
        X, y = hard_task(seed)
        first = {}
        for name, found in losses.items():
            net = nn.MLP(6, [8, 8, 8, 8, 1], "sigmoid", rng=seed)
            if name == "pretrained":
                nn.pretrain(net, X, optimizer=adam, epochs=100, batch_size=20, rng=seed)
            first[name] = gradient_norms(net, X, y, loss=nn.BCEWithLogitsLoss())["0"]
            sgd = optim.SGD(net.parameters(), lr=0.5, momentum=0.9)
            found.append(nn.fit(net, X, y, loss=nn.BCEWithLogitsLoss(), optimizer=sgd, epochs=200, batch_size=20, rng=seed).loss[-1])
        assert first["pretrained"] > 5.0 * first["plain"]
    # In 60 other runs, 59 of the plain nets stayed above 0.67 (ln 2 is 0.693) and all the others came below 0.29.
    assert np.median(losses["plain"]) > 0.6
    assert np.median(losses["pretrained"]) < 0.3


def test_each_layer_learns_the_codes_of_the_one_before_and_the_output_layer_rests():
    X, _ = hard_task(0)
    net = nn.MLP(6, [5, 3, 2], "tanh", rng=0)
    untouched = net.layers[2][0].weight.data.tolist()
    histories = nn.pretrain(net, X, optimizer=adam, epochs=20, batch_size=20, rng=0)
    assert [len(history.loss) for history in histories] == [20, 20]
    assert all(history.loss[-1] < history.loss[0] for history in histories)
    assert net.layers[2][0].weight.data.tolist() == untouched
    assert [p.label for p in net.parameters()][:2] == ["layer1.weight", "layer1.bias"]

    alone = nn.MLP(6, [5, 3, 2], "tanh", rng=0)
    only, = nn.pretrain(alone, X, optimizer=adam, epochs=20, batch_size=20, layers=1, rng=0)
    assert only.loss == histories[0].loss
    assert alone.layers[0][0].weight.data.tolist() == net.layers[0][0].weight.data.tolist()
    assert alone.layers[1][0].weight.data.tolist() == nn.MLP(6, [5, 3, 2], "tanh", rng=0).layers[1][0].weight.data.tolist()


def test_the_second_layer_is_trained_on_what_the_first_puts_out():
    X, _ = hard_task(1)
    net = nn.MLP(6, [4, 3, 1], "identity", rng=1)
    for p in net.parameters():
        nn.init.zeros_(p)
    nn.init.constant_(net.layers[0][0].bias, 7.0)  # so all codes are 7, and the second layer makes 0 of them
    standing = nn.pretrain(net, X, optimizer=lambda p: optim.SGD(p, lr=1e-300), epochs=1, batch_size=len(X), rng=1)
    c = 1.0 / 3.0**0.5  # the decoder's biases, all that it answers, lie between -c and c
    assert (7.0 - c) ** 2 <= standing[1].loss[0] <= (7.0 + c) ** 2


def test_the_same_seed_gives_the_same_bits():
    X, _ = hard_task(2)

    def learned(rng):
        net = nn.MLP(6, [4, 1], rng=0)
        nn.pretrain(net, X, optimizer=adam, epochs=3, batch_size=32, rng=rng)
        return net.layers[0][0].weight.data.tolist()

    assert learned(5) == learned(5) != learned(6)


X, _ = hard_task(3)
BAD = {
    "a Sequential": ((nn.Sequential(nn.Linear(6, 2)), X), {}, TypeError, "the model is a Sequential. Give an nn.MLP"),
    "no hidden layer": ((nn.MLP(6, [1]), X), {}, ValueError, "has 0 hidden layers, and 0 are to be trained"),
    "too many layers": ((nn.MLP(6, [2, 1]), X), {"layers": 2}, ValueError, "has 1 hidden layers, and 2 are to be trained"),
    "a finished optimiser": ((nn.MLP(6, [2, 1]), X), {"optimizer": optim.SGD([autograd.Value(1.0)], lr=0.1)}, TypeError, "optimizer is "),
    "no optimiser": ((nn.MLP(6, [2, 1]), X), {"optimizer": lambda p: None}, TypeError, "fit: optimizer is None"),
    "examples of another width": ((nn.MLP(5, [2, 1]), X), {}, ValueError, "an example has 5 features"),
    "text": ((nn.MLP(1, [2, 1]), [["a"]]), {}, TypeError, "pretrain: X"),
    "no epochs": ((nn.MLP(6, [2, 1]), X), {"epochs": 0}, ValueError, "epochs is 0"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_pretrained_is_refused_and_nothing_changes(case):
    args, settings, kind, message = BAD[case]
    before = {key: x.tolist() for key, x in args[0].state_dict().items()}
    with pytest.raises(kind, match=message):
        nn.pretrain(*args, **{"optimizer": adam, "epochs": 1, "batch_size": 20, **settings})
    assert {key: x.tolist() for key, x in args[0].state_dict().items()} == before


def test_a_failure_in_a_later_layer_leaves_the_first_as_it_was():
    net, made = nn.MLP(6, [3, 2, 1], rng=0), []
    before = net.layers[0][0].weight.data.tolist()

    def once(parameters):
        made.append(adam(parameters))
        return made[0]

    with pytest.raises(ValueError, match="holds no parameter of the model"):
        nn.pretrain(net, X, optimizer=once, epochs=1, batch_size=20)
    assert net.layers[0][0].weight.data.tolist() == before
