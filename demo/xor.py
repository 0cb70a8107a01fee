"""XOR: four points that no straight line separates, learned by a net of 2 inputs, 4 hidden neurons and 1 output."""

from __future__ import annotations

from tqdm import tqdm

import nn
import optim
from autograd import Value

INPUTS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
TARGETS = [[0.0], [1.0], [1.0], [0.0]]


def train(seed: int = 0, epochs: int = 400) -> tuple[nn.MLP, list[float]]:
    """The trained net and its loss at every epoch."""
    model = nn.MLP(2, [4, 1], activation="tanh", output="sigmoid", rng=seed)
    criterion = nn.BCELoss()
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    losses = []
    for _ in tqdm(range(epochs), desc="XOR, 2-4-1", unit="epoch"):
        loss = criterion(model(INPUTS), TARGETS)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses


def truth_table(model: nn.MLP) -> str:
    """What the net answers to the four inputs."""
    rows = ["x1 x2 | XOR | the net"]
    for (x1, x2), (target,) in zip(INPUTS, TARGETS, strict=True):
        output = model([x1, x2]).item()
        rows.append(f" {x1:.0f}  {x2:.0f} |  {target:.0f}  | {output:.4f} {'right' if (output > 0.5) == target else 'WRONG'}")
    return "\n".join(rows)


def labelled_output(model: nn.MLP) -> Value:
    """The net's output for the input (0, 1) after a backward pass: a graph worth drawing."""
    x1, x2 = Value(0.0, label="x1"), Value(1.0, label="x2")
    output: Value = model([x1, x2])
    output.label = "output"
    output.backward()
    return output
