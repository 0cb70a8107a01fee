"""numpy by hand: one flat array of parameters, derivatives worked out on paper, work arrays where they help."""

from __future__ import annotations

from itertools import count

import numpy as np

from benchmarks.jobs import BETAS, EPS, Floats, Job, Layers
from benchmarks.peers import Form, Train


def views(flat: Floats, like: Layers) -> Layers:
    """The layers as views of one flat array."""
    out, start = [], 0
    for W, b in like:
        middle, stop = start + W.size, start + W.size + b.size
        out.append((flat[start:middle].reshape(W.shape), flat[middle:stop]))
        start = stop
    return out


def by_hand(job: Job) -> Train:
    initial = job.layers()
    θ = np.concatenate([a.ravel() for layer in initial for a in layer])
    g, m, v = np.zeros_like(θ), np.zeros_like(θ), np.zeros_like(θ)
    weights, gradients = views(θ, initial), views(g, initial)
    last = len(weights) - 1
    data = list(zip(job.X, job.Y, strict=True))
    taken = count()

    def step(t: int) -> float:
        x, y = data[(t - 1) % len(data)]
        n = len(x)
        inputs = [x]
        for i, (W, b) in enumerate(weights):
            z = inputs[-1] @ W.T
            z += b
            if i < last:
                inputs.append(np.tanh(z, out=z) if job.activation == "tanh" else np.maximum(z, 0.0, out=z))
        if job.loss == "mse":
            p = 1.0 / (1.0 + np.exp(-z[:, 0])) if job.sigmoid else z[:, 0]
            error = p - y
            loss = error @ error / n
            δ = (2.0 / n) * error
            δ = (δ * p * (1.0 - p) if job.sigmoid else δ)[:, None]
        elif job.loss == "hinge":
            short = 1.0 - y * z[:, 0]
            loss = np.maximum(short, 0.0).sum() / n
            δ = ((short > 0.0) * (y / -n))[:, None]
        else:
            z -= z.max(axis=1, keepdims=True)
            e = np.exp(z)
            total = e.sum(axis=1, keepdims=True)
            loss = (np.log(total).sum() - (z * y).sum()) / n
            δ = (e / total - y) / n
        for i in range(last, -1, -1):
            np.matmul(δ.T, inputs[i], out=gradients[i][0])
            δ.sum(axis=0, out=gradients[i][1])
            if i:
                h = inputs[i]
                δ = δ @ weights[i][0]
                δ *= 1.0 - h * h if job.activation == "tanh" else h > 0.0
        if job.l2:
            loss += job.l2 * (θ @ θ)
            np.add(g, 2.0 * job.l2 * θ, out=g)
        if job.optimizer == "sgd":
            np.subtract(θ, job.lr * g, out=θ)
        else:
            np.multiply(m, BETAS[0], out=m)
            np.add(m, (1.0 - BETAS[0]) * g, out=m)
            np.multiply(v, BETAS[1], out=v)
            np.add(v, (1.0 - BETAS[1]) * g * g, out=v)
            np.subtract(θ, job.lr / (1.0 - BETAS[0] ** t) * m / (np.sqrt(v) / np.sqrt(1.0 - BETAS[1] ** t) + EPS), out=θ)
        return float(loss)

    def train(steps: int) -> float:
        for _ in range(steps):
            loss = step(next(taken) + 1)
        return loss

    return train


FORMS: dict[str, Form] = {"numpy by hand": by_hand}
