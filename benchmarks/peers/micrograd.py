"""micrograd 0.1.0, with the functions it lacks written as its own are."""

from __future__ import annotations

import math
from itertools import count
from typing import Any

from micrograd.engine import Value

from benchmarks.engine import deep_recursion
from benchmarks.jobs import BETAS, EPS, Job
from benchmarks.peers import Form, Train


def unary(x: Any, y: float, slope: float) -> Any:
    """A node y = f(x) with derivative `slope`."""
    out = Value(y, (x,))

    def backward() -> None:
        x.grad += slope * out.grad

    out._backward = backward
    return out


def tanh(x: Any) -> Any:
    t = math.tanh(x.data)
    return unary(x, t, 1.0 - t * t)


def exp(x: Any) -> Any:
    e = math.exp(x.data)
    return unary(x, e, e)


def log(x: Any) -> Any:
    return unary(x, math.log(x.data), 1.0 / x.data)


def micrograd(job: Job) -> Train | str:
    if job.key == "e":
        return "minutes a step"
    layers = [([[Value(w) for w in row] for row in W.tolist()], [Value(x) for x in b.tolist()]) for W, b in job.layers()]
    parameters = [p for W, b in layers for row in [*W, b] for p in row]
    m, v = [0.0] * len(parameters), [0.0] * len(parameters)
    activation = tanh if job.activation == "tanh" else Value.relu
    data = list(zip(job.X.tolist(), job.Y.tolist(), strict=True))
    taken = count()

    def output(x: list[Any]) -> list[Any]:
        for i, (W, b) in enumerate(layers):
            x = [sum((w * xj for w, xj in zip(row, x, strict=True)), bias) for row, bias in zip(W, b, strict=True)]
            if i < len(layers) - 1:
                x = [activation(z) for z in x]
        return [1.0 / (1.0 + exp(-z)) for z in x] if job.sigmoid else x

    def loss_of(z: list[Any], y: Any) -> Any:
        if job.loss == "mse":
            return (z[0] - y) ** 2
        if job.loss == "hinge":
            return (1.0 - y * z[0]).relu()
        largest = max(x.data for x in z)
        return log(sum(exp(x - largest) for x in z)) + largest - sum(t * x for t, x in zip(y, z, strict=True))

    def step(t: int) -> float:
        X, Y = data[(t - 1) % len(data)]
        loss = sum(loss_of(output(x), y) for x, y in zip(X, Y, strict=True)) * (1.0 / len(X))
        if job.l2:
            loss = loss + job.l2 * sum(p * p for p in parameters)
        for p in parameters:
            p.grad = 0
        loss.backward()
        for i, p in enumerate(parameters):
            if job.optimizer == "sgd":
                p.data -= job.lr * p.grad
                continue
            m[i] = BETAS[0] * m[i] + (1.0 - BETAS[0]) * p.grad
            v[i] = BETAS[1] * v[i] + (1.0 - BETAS[1]) * p.grad**2
            p.data -= job.lr * (m[i] / (1.0 - BETAS[0] ** t)) / (math.sqrt(v[i] / (1.0 - BETAS[1] ** t)) + EPS)
        return float(loss.data)

    def train(steps: int) -> float:
        with deep_recursion():
            for _ in range(steps):
                loss = step(next(taken) + 1)
        return loss

    return train


FORMS: dict[str, Form] = {"micrograd": micrograd}
