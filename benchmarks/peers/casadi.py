"""CasADi: loss and gradient of one example as a scalar graph (SX), mapped over the batch; the whole step is one function."""

from __future__ import annotations

from importlib import import_module
from itertools import count
from typing import Any

import numpy as np

from benchmarks.jobs import BETAS, EPS, Floats, Job
from benchmarks.peers import Form, Train

ca: Any = import_module("casadi")


def example_loss(job: Job, θ: Any, x: Any, y: Any) -> Any:
    start = 0
    for i, (W, b) in enumerate(job.layers()):
        weights, start = θ[start : start + W.size], start + W.size
        bias, start = θ[start : start + b.size], start + b.size
        x = ca.mtimes(ca.reshape(weights, *W.T.shape).T, x) + bias
        if i < len(job.sizes) - 2:
            x = ca.tanh(x) if job.activation == "tanh" else ca.fmax(x, 0.0)
    if job.loss == "mse":
        return ((1.0 / (1.0 + ca.exp(-x)) if job.sigmoid else x) - y) ** 2
    if job.loss == "hinge":
        return ca.fmax(1.0 - y * x, 0.0)
    largest = ca.mmax(x)
    return ca.log(ca.sum1(ca.exp(x - largest))) + largest - ca.dot(y, x)


def scalar_graph(job: Job) -> Train | str:
    if job.key == "e":
        return "millions of nodes in scalar form"
    start = np.concatenate([a.ravel() for layer in job.layers() for a in layer])
    size, examples = len(start), job.X.shape[1]
    outputs = job.Y.shape[2] if job.Y.ndim == 3 else 1
    θ, x, y = ca.SX.sym("θ", size), ca.SX.sym("x", job.sizes[0]), ca.SX.sym("y", outputs)
    loss = example_loss(job, θ, x, y)
    one = ca.Function("one", [θ, x, y], [loss, ca.gradient(loss, θ)])
    batch = one.map("batch", "serial", examples, [0], [0, 1])
    θ, m, v, t = (ca.MX.sym(name, rows) for name, rows in (("θ", size), ("m", size), ("v", size), ("t", 1)))
    X, Y = ca.MX.sym("X", job.sizes[0], examples), ca.MX.sym("Y", outputs, examples)
    total, g = batch(θ, X, Y)
    loss, g = total / examples, g / examples
    if job.l2:
        loss, g = loss + job.l2 * ca.dot(θ, θ), g + 2.0 * job.l2 * θ
    if job.optimizer == "sgd":
        update = [θ - job.lr * g, m, v]
    else:
        m1, v1 = BETAS[0] * m + (1.0 - BETAS[0]) * g, BETAS[1] * v + (1.0 - BETAS[1]) * g * g
        rate, scale = job.lr / (1.0 - BETAS[0] ** t), 1.0 / ca.sqrt(1.0 - BETAS[1] ** t)
        update = [θ - rate * m1 / (ca.sqrt(v1) * scale + EPS), m1, v1]
    return called(ca.Function("step", [θ, m, v, t, X, Y], [*update, loss]), start, job)


def called(step: Any, start: Floats, job: Job) -> Train:
    """Through CasADi's buffers, which copy nothing: one turns state 0 into state 1, the other turns it back."""
    states = [[start, np.zeros_like(start), np.zeros_like(start)], [np.zeros_like(start) for _ in range(3)]]
    t, loss = np.zeros(1), np.zeros(1)
    data = [(x.data, y.data) for x, y in zip(job.X, job.Y, strict=True)]
    buffers = [step.buffer(), step.buffer()]
    for (buffer, _), before, after in zip(buffers, states, reversed(states), strict=True):
        for i, a in enumerate([*before, t]):
            buffer.set_arg(i, a.data)
        for i, a in enumerate([*after, loss]):
            buffer.set_res(i, a.data)
    taken = count()

    def train(steps: int) -> float:
        for _ in range(steps):
            k = next(taken)
            buffer, trigger = buffers[k % len(states)]  # CasADi holds addresses only: `states` must outlive this function
            x, y = data[k % len(data)]
            t[0] = k + 1.0
            buffer.set_arg(4, x)
            buffer.set_arg(5, y)
            trigger()
        return float(loss[0])

    return train


FORMS: dict[str, Form] = {"CasADi SX": scalar_graph}
