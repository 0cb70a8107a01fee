"""A regressor on real data: how far diabetes has progressed in 442 patients, from ten measurements a year before.

Data: B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, Least Angle Regression (2004), as scikit-learn carries it.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from tqdm import tqdm

import nn
import optim
from autograd import no_grad, values

BATCH = 32


class Result(NamedTuple):
    """R² on the held-out fifth, of the net and of ordinary least squares; and the net's training loss by epoch."""

    net: float
    least_squares: float
    losses: list[float]


def train(seed: int = 0, epochs: int = 30) -> Result:
    """Train a net 10-16-1 on four fifths of the patients and compare it with least squares on the rest."""
    X, y = load_diabetes(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=seed)
    baseline = LinearRegression().fit(X_train, y_train).score(X_test, y_test)

    scale_X = StandardScaler().fit(X_train)
    scale_y = StandardScaler().fit(y_train.reshape(-1, 1))
    inputs, targets = scale_X.transform(X_train), scale_y.transform(y_train.reshape(-1, 1))
    model = nn.MLP(10, [16, 1], activation="tanh", rng=seed)
    criterion = nn.MSELoss()
    optimizer = optim.AdamW(model.parameters(), lr=0.002, weight_decay=1.5)
    order = list(range(len(inputs)))
    shuffle = random.Random(seed).shuffle
    losses = []
    for _ in tqdm(range(epochs), desc="diabetes, 10-16-1", unit="epoch"):
        shuffle(order)
        total = 0.0
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            loss = criterion(model(inputs[batch]), targets[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / len(order))

    with no_grad():
        predicted = scale_y.inverse_transform(values(model(scale_X.transform(X_test))))
    return Result(r2_score(y_test, predicted), baseline, losses)
