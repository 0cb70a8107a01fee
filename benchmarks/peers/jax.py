"""JAX: a compiled step called for each step, and a scan over all the steps in one call."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.jobs import BETAS, EPS, Job
from benchmarks.peers import Form, Train

jax: Any = import_module("jax")
jnp: Any = import_module("jax.numpy")


def stepper(job: Job) -> Callable[[Any, Any], Any]:
    """(state, (X, Y)) -> (state, loss), to be compiled."""

    def objective(θ: Any, x: Any, y: Any) -> Any:
        for i, (W, b) in enumerate(θ):
            x = x @ W.T + b
            if i < len(θ) - 1:
                x = jnp.tanh(x) if job.activation == "tanh" else jax.nn.relu(x)
        if job.loss == "mse":
            loss = jnp.mean(((jax.nn.sigmoid(x[:, 0]) if job.sigmoid else x[:, 0]) - y) ** 2)
        elif job.loss == "hinge":
            loss = jnp.mean(jax.nn.relu(1.0 - y * x[:, 0]))
        else:
            loss = -jnp.mean(jnp.sum(y * jax.nn.log_softmax(x), axis=1))
        return loss + job.l2 * sum(jnp.sum(p * p) for p in jax.tree.leaves(θ)) if job.l2 else loss

    def step(state: Any, batch: Any) -> Any:
        θ, m, v, t = state
        loss, g = jax.value_and_grad(objective)(θ, *batch)
        t = t + 1.0
        if job.optimizer == "sgd":
            return (jax.tree.map(lambda p, g: p - job.lr * g, θ, g), m, v, t), loss
        m = jax.tree.map(lambda m, g: BETAS[0] * m + (1.0 - BETAS[0]) * g, m, g)
        v = jax.tree.map(lambda v, g: BETAS[1] * v + (1.0 - BETAS[1]) * g * g, v, g)
        rate, scale = job.lr / (1.0 - BETAS[0] ** t), 1.0 / jnp.sqrt(1.0 - BETAS[1] ** t)
        return (jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) * scale + EPS), θ, m, v), m, v, t), loss

    return step


def start(job: Job) -> Any:
    """θ, m, v and t; SGD carries no m and v."""
    θ = [(jnp.array(W), jnp.array(b)) for W, b in job.layers()]
    zeros = jax.tree.map(jnp.zeros_like, θ) if job.optimizer == "adam" else None
    return θ, zeros, zeros, jnp.array(0.0)


def per_step(job: Job) -> Train:
    state, taken = start(job), 0
    step = jax.jit(stepper(job))
    data = [(jnp.array(x), jnp.array(y)) for x, y in zip(job.X, job.Y, strict=True)]

    def train(steps: int) -> float:
        nonlocal state, taken
        for _ in range(steps):
            state, loss = step(state, data[taken % len(data)])
            taken += 1
        jax.block_until_ready(state)
        return float(loss)

    return train


def scan(job: Job) -> Train:
    state, taken = start(job), 0
    step = stepper(job)
    X, Y = jnp.array(job.X), jnp.array(job.Y)

    @partial(jax.jit, static_argnames="steps")
    def run(state: Any, first: Any, steps: int) -> Any:
        state, losses = jax.lax.scan(lambda s, k: step(s, (X[k], Y[k])), state, (first + jnp.arange(steps)) % len(X))
        return state, losses[-1]

    def train(steps: int) -> float:
        nonlocal state, taken
        state, loss = run(state, np.int64(taken), steps)
        taken += steps
        jax.block_until_ready(state)
        return float(loss)

    return train


FORMS: dict[str, Form] = {"JAX jit": per_step, "JAX scan": scan}
