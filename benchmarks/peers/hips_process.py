"""The other end of `hips`: started by it, with the Python of an environment in which `autograd` is HIPS autograd."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy

np: Any = import_module("autograd.numpy")
value_and_grad: Any = import_module("autograd").value_and_grad


def objective(job: Any) -> Callable[[Any, Any, Any], Any]:
    """(θ, x, y) -> loss, with θ one flat array."""

    def loss_of(θ: Any, x: Any, y: Any) -> Any:
        start = 0
        for i, (W, b) in enumerate(job.layers):
            middle, stop = start + W.size, start + W.size + b.size
            x = np.dot(x, θ[start:middle].reshape(W.shape).T) + θ[middle:stop]
            start = stop
            if i < len(job.layers) - 1:
                x = np.tanh(x) if job.activation == "tanh" else np.maximum(x, 0.0)
        if job.loss == "mse":
            loss = np.mean(((1.0 / (1.0 + np.exp(-x[:, 0])) if job.sigmoid else x[:, 0]) - y) ** 2)
        elif job.loss == "hinge":
            loss = np.mean(np.maximum(1.0 - y * x[:, 0], 0.0))
        else:
            shifted = x - np.max(x, axis=1, keepdims=True)
            loss = np.mean(np.log(np.sum(np.exp(shifted), axis=1)) - np.sum(y * shifted, axis=1))
        return loss + job.l2 * np.dot(θ, θ) if job.l2 else loss

    return loss_of


def main() -> None:
    """Read the job, then take as many steps as each line says."""
    job = SimpleNamespace(**pickle.load(sys.stdin.buffer))
    θ = numpy.concatenate([a.ravel() for layer in job.layers for a in layer])
    m, v, t = numpy.zeros_like(θ), numpy.zeros_like(θ), 0
    loss_and_gradient = value_and_grad(objective(job))
    data = list(zip(job.X, job.Y, strict=True))
    for line in sys.stdin.buffer:
        for _ in range(int(line)):
            loss, g = loss_and_gradient(θ, *data[t % len(data)])
            t += 1
            if job.optimizer == "sgd":
                θ = θ - job.lr * g
            else:
                m = job.betas[0] * m + (1.0 - job.betas[0]) * g
                v = job.betas[1] * v + (1.0 - job.betas[1]) * g * g
                θ = θ - job.lr / (1.0 - job.betas[0] ** t) * m / (numpy.sqrt(v) / numpy.sqrt(1.0 - job.betas[1] ** t) + job.eps)
        print(float(loss), flush=True)


if __name__ == "__main__":
    main()
