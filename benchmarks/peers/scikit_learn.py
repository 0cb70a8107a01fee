"""scikit-learn's MLPs, one partial_fit for each step."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from benchmarks.jobs import BETAS, Job
from benchmarks.peers import Form, Train


def partial_fit(job: Job) -> Train | str:
    if job.optimizer != "adam":
        return "it has no such loss"
    settings: dict[str, Any] = {
        "hidden_layer_sizes": job.sizes[1:-1], "activation": job.activation, "solver": "adam", "alpha": 0.0,
        "batch_size": job.X.shape[1], "learning_rate_init": job.lr, "beta_1": BETAS[0], "beta_2": BETAS[1],
        "epsilon": 5e-10,  # added before the bias correction: in the first steps about what EPS is after it
    }
    regression = job.loss == "mse"
    model = MLPRegressor(**settings) if regression else MLPClassifier(**settings)
    targets = list(job.Y) if regression else list(job.Y.argmax(axis=2))
    first: dict[str, Any] = {} if regression else {"classes": np.arange(job.sizes[-1])}
    model.partial_fit(job.X[0], targets[0], **first)
    model.coefs_ = [W.T.copy() for W, _ in job.layers()]
    model.intercepts_ = [b for _, b in job.layers()]
    del model._optimizer
    taken = count()

    def train(steps: int) -> float:
        for _ in range(steps):
            batch = next(taken) % len(targets)
            model.partial_fit(job.X[batch], targets[batch])
        return float(model.loss_) * (2.0 if regression else 1.0)

    return train


FORMS: dict[str, Form] = {"scikit-learn": partial_fit}
