"""PyTorch: eager, as everybody writes it; and a whole step, update included, as one compiled function."""

from __future__ import annotations

from importlib import import_module
from itertools import count
from typing import Any

from benchmarks.jobs import BETAS, EPS, Job
from benchmarks.peers import Form, Train

torch: Any = import_module("torch")
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def activation(job: Job) -> Any:
    return torch.tanh if job.activation == "tanh" else torch.relu


def batch_loss(job: Job, z: Any, y: Any) -> Any:
    """Of the outputs of the last layer, without the penalty."""
    if job.loss == "cross_entropy":
        return torch.nn.functional.cross_entropy(z, y)
    z = z[:, 0]
    if job.loss == "hinge":
        return torch.relu(1.0 - y * z).mean()
    return torch.nn.functional.mse_loss(torch.sigmoid(z) if job.sigmoid else z, y)


def eager(job: Job) -> Train:
    layers = []
    for W, b in job.layers():
        layer = torch.nn.Linear(W.shape[1], W.shape[0])
        layer.weight.data, layer.bias.data = torch.from_numpy(W), torch.from_numpy(b)
        layers += [layer, torch.nn.Tanh() if job.activation == "tanh" else torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    parameters = list(model.parameters())
    optimizer = (torch.optim.SGD if job.optimizer == "sgd" else torch.optim.Adam)(parameters, lr=job.lr)
    data = list(zip(torch.from_numpy(job.X), torch.from_numpy(job.Y), strict=True))
    taken = count()

    def train(steps: int) -> float:
        for _ in range(steps):
            x, y = data[next(taken) % len(data)]
            loss = batch_loss(job, model(x), y)
            if job.l2:
                loss = loss + job.l2 * sum((p * p).sum() for p in parameters)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return float(loss.detach())

    return train


def compiled(job: Job) -> Train:
    θ = [torch.from_numpy(a) for layer in job.layers() for a in layer]
    m, v = [torch.zeros_like(p) for p in θ], [torch.zeros_like(p) for p in θ]
    clock = torch.zeros(())
    data = list(zip(torch.from_numpy(job.X), torch.from_numpy(job.Y), strict=True))
    taken = count()

    def objective(θ: list[Any], x: Any, y: Any) -> Any:
        for i in range(0, len(θ), 2):
            x = torch.nn.functional.linear(x, θ[i], θ[i + 1])
            if i < len(θ) - 2:
                x = activation(job)(x)
        loss = batch_loss(job, x, y)
        return loss + job.l2 * sum((p * p).sum() for p in θ) if job.l2 else loss

    @torch.compile(fullgraph=True)  # type: ignore[untyped-decorator]
    def step(θ: list[Any], m: list[Any], v: list[Any], clock: Any, x: Any, y: Any) -> Any:
        gradients, loss = torch.func.grad_and_value(objective)(θ, x, y)
        clock += 1.0
        for p, g, mp, vp in zip(θ, gradients, m, v, strict=True):
            if job.optimizer == "sgd":
                p -= job.lr * g
            else:
                mp.mul_(BETAS[0]).add_((1.0 - BETAS[0]) * g)
                vp.mul_(BETAS[1]).add_((1.0 - BETAS[1]) * g * g)
                p -= job.lr / (1.0 - BETAS[0] ** clock) * mp / ((vp / (1.0 - BETAS[1] ** clock)).sqrt() + EPS)
        return loss

    def train(steps: int) -> float:
        with torch.no_grad():
            for _ in range(steps):
                loss = step(θ, m, v, clock, *data[next(taken) % len(data)])
        return float(loss.detach())

    return train


FORMS: dict[str, Form] = {"PyTorch eager": eager, "torch.compile": compiled}
