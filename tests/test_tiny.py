"""In a second: does the whole thing live?"""

import nn
import optim
from autograd import Value, draw, manual_seed


def test_a_gradient_by_hand():
    x, y = Value(2.0), Value(3.0)
    (x * y + x.exp().log()).backward()
    assert (x.grad, y.grad) == (4.0, 2.0)


def test_a_net_learns_and_can_be_drawn():
    manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    criterion = nn.MSELoss()
    inputs, targets = [[-1.0], [0.0], [1.0]], [[1.0], [0.0], [1.0]]
    losses = []
    for _ in range(100):
        loss = criterion(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.05 * losses[0]
    assert "tanh" in str(draw(model([0.5])[0], fold="none"))
