"""XOR, which no perceptron can say, is learned by a net of 4 and 1 neurons from nearly every start."""

import nn
import optim
from autograd import trace

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]


def trained(seed, targets, rounds, lr, criterion, **kinds):
    """A net of 4 and 1 neurons after so many steps on all four examples."""
    net = nn.MLP(2, [4, 1], rng=seed, **kinds)
    program = trace(lambda x, t: criterion(net(x), t), CORNERS[0], targets[0])
    program.train_step(optim.SGD(net.parameters(), lr=lr)).many([CORNERS] * rounds, [targets] * rounds)
    return [net(x).item() for x in CORNERS]


def test_at_least_99_of_100_starts_learn_xor():
    targets, kinds = [-1, 1, 1, -1], {"activation": "tanh", "output": "tanh"}
    answers = [trained(seed, targets, 1000, 0.2, lambda y, t: (y - t) ** 2, **kinds) for seed in range(100)]
    assert sum(all(abs(y - t) < 0.5 for y, t in zip(four, targets, strict=True)) for four in answers) >= 99


def test_sigmoids_and_cross_entropy_learn_it_too_and_need_a_larger_learning_rate():
    targets, criterion = [0.0, 1.0, 1.0, 0.0], nn.functional.binary_cross_entropy_with_logits
    right = {}
    for lr in (0.2, 1.0):
        answers = [trained(seed, targets, 1000, lr, criterion, activation="sigmoid") for seed in range(40)]
        right[lr] = sum(all((y > 0.0) == (t == 1.0) for y, t in zip(four, targets, strict=True)) for four in answers)
    assert right[1.0] >= 39
    assert right[0.2] <= 4
