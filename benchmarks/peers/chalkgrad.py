"""Ours: on the graph, and compiled by each executor there is."""

from __future__ import annotations

from itertools import count, cycle, islice
from typing import Any

import numpy as np

import autograd
import nn
import optim
from autograd.replay import trace
from autograd.replay.program import EXECUTORS, Program
from benchmarks.jobs import Job
from benchmarks.peers import Form, Train


class Learner:
    """The job's net and optimiser, and its loss as a learner writes it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        activation = {"tanh": nn.Tanh, "relu": nn.ReLU}[job.activation]
        modules: list[nn.Module] = []
        for W, b in job.layers():
            layer = nn.Linear(W.shape[1], W.shape[0], rng=0)
            layer.weight.data, layer.bias.data = W, b  # type: ignore[union-attr]
            modules += [layer, activation()]
        self.model = nn.Sequential(*modules[:-1], *([nn.Sigmoid()] if job.sigmoid else []))
        self.optimizer: Any
        if job.optimizer == "sgd":
            self.optimizer = optim.SGD(self.model.parameters(), lr=job.lr)
        else:
            self.optimizer = optim.Adam(self.model.parameters(), lr=job.lr)

    def loss(self, output: Any, y: Any) -> Any:
        """Of one example."""
        if self.job.loss == "mse":
            return (output[0] - y) ** 2
        if self.job.loss == "hinge":
            return (1.0 - y * output[0]).relu()
        return -autograd.dot(y, autograd.log_softmax(output))

    def penalised(self, loss: Any) -> Any:
        """The loss, plus l2 · Σ θ²."""
        if not self.job.l2:
            return loss
        return loss + self.job.l2 * autograd.sum([leaf * leaf for p in self.model.parameters() for leaf in np.ravel(p)])

    def batch_loss(self, X: Any, Y: Any) -> Any:
        """On the graph."""
        return self.penalised(autograd.mean([self.loss(output, y) for output, y in zip(self.model(X), Y, strict=True)]))

    def traced(self, executor: str | None = None) -> Program:
        """The loss of one example as a program; its penalty is the same for all, and done once a batch."""
        example = self.job.X[0, 0], self.job.Y[0, 0]
        return trace(lambda x, y: self.penalised(self.loss(self.model(x), y)), *example, executor=executor)


def eager(job: Job) -> Train | str:
    """The graph is built anew in each step."""
    if job.key == "e":
        return "seconds a step"
    learner, taken = Learner(job), count()

    def train(steps: int) -> float:
        for _ in range(steps):
            batch = next(taken) % len(job.X)
            loss = learner.batch_loss(job.X[batch], job.Y[batch])
            learner.optimizer.zero_grad()
            loss.backward()
            learner.optimizer.step()
        return float(loss.data)

    return train


def compiled(executor: str) -> Form:
    """One call of the compiled step for each step."""

    def form(job: Job) -> Train | str:
        if job.key == "e" and executor == "python":
            return "one line of source for each node: half a minute to trace, seconds a step"
        learner, batches = Learner(job), cycle(list(zip(job.X, job.Y, strict=True)))
        step = learner.traced(executor).train_step(learner.optimizer)

        def train(steps: int) -> float:
            for X, Y in islice(batches, steps):
                loss = step(X, Y)
            return loss

        return train

    return form


def one_call(executor: str) -> Form:
    """All the steps in one call, over an array of mini-batches."""

    def form(job: Job) -> Train:
        learner, taken = Learner(job), 0
        step = learner.traced(executor).train_step(learner.optimizer)

        def train(steps: int) -> float:
            nonlocal taken
            order = np.arange(taken, taken + steps) % len(job.X)
            taken += steps
            return float(step.many(job.X[order], job.Y[order])[-1])

        return train

    return form


FORMS: dict[str, Form] = {"chalkgrad graph": eager}
for name in EXECUTORS:
    FORMS[f"chalkgrad {name}"] = compiled(name)
    if name == "native":  # the others loop over the steps in Python either way
        FORMS[f"chalkgrad {name}, one call"] = one_call(name)
