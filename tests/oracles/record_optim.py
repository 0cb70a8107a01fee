"""What PyTorch's optimisers do with recorded gradients, written to `optim.json`.

Each optimiser goes 1000 steps downhill on each problem in its first setting, and the gradients on its way are recorded.
All its settings are then run on those same gradients, so that nothing but the update rule is compared.

PyTorch takes its square roots from a library that misses the nearest float in about 1 of 80 cases. So every run is made
twice: as PyTorch is, to compare single steps within some units in the last place; and with each root rounded to nearest, as
IEEE 754 asks, to compare whole paths bit for bit (only their SHA-256 is kept).

python -m tests.oracles.record_optim
"""

import base64
import hashlib
import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from tests.oracles import files

os.environ.setdefault("ATEN_CPU_CAPABILITY", "default")

PACKED = "float64:"
STEPS = 1000
KEPT = [0, 1, 2, *range(99, STEPS, 100)]
DEVICE_ARGUMENTS = {"self", "params", "foreach", "fused", "capturable", "differentiable"}

CASES: dict[str, list[dict[str, Any]]] = {
    "SGD": [
        {"lr": 1e-3},
        {"lr": 1e-3, "momentum": 0.9},
        {"lr": 1e-3, "momentum": 0.9, "dampening": 0.3},
        {"lr": 1e-3, "momentum": 0.9, "nesterov": True},
        {"lr": 1e-3, "weight_decay": 0.01},
        {"lr": 1e-3, "momentum": 0.7, "dampening": 0.1, "weight_decay": 0.01, "maximize": True},
        {"lr": 1e-3, "momentum": 0.7, "nesterov": True, "weight_decay": 0.01, "maximize": True},
    ],
    "Adagrad": [
        {"lr": 0.1},
        {"lr": 0.1, "lr_decay": 0.01},
        {"lr": 0.1, "initial_accumulator_value": 0.3},
        {"lr": 0.1, "lr_decay": 0.01, "weight_decay": 0.01, "eps": 1e-3, "maximize": True},
    ],
    "RMSprop": [
        {"lr": 0.01},
        {"lr": 0.01, "centered": True},
        {"lr": 0.01, "momentum": 0.9},
        {"lr": 0.01, "alpha": 0.3, "centered": True},
        {"lr": 0.01, "alpha": 0.9, "centered": True, "momentum": 0.7, "weight_decay": 0.01, "maximize": True},
    ],
    "Adadelta": [
        {"lr": 1.0},
        {"lr": 0.7, "rho": 0.95, "eps": 1e-4, "weight_decay": 0.01, "maximize": True},
    ],
    "Adam": [
        {"lr": 0.01},
        {"lr": 0.01, "amsgrad": True},
        {"lr": 0.01, "weight_decay": 0.01},
        {"lr": 0.01, "betas": (0.3, 0.9)},
        {"lr": 0.01, "betas": (0.0, 0.99), "eps": 1e-3},
        {"lr": 0.01, "weight_decay": 0.01, "decoupled_weight_decay": True},
        {"lr": 0.01, "amsgrad": True, "weight_decay": 0.01, "maximize": True},
    ],
    "AdamW": [
        {"lr": 0.01},
        {"lr": 0.01, "amsgrad": True, "weight_decay": 0.1},
        {"lr": 0.01, "weight_decay": 0.1, "maximize": True},
    ],
    "NAdam": [
        {"lr": 0.01},
        {"lr": 0.01, "weight_decay": 0.01},
        {"lr": 0.01, "weight_decay": 0.01, "decoupled_weight_decay": True},
        {"lr": 0.01, "betas": (0.3, 0.9), "momentum_decay": 0.1, "maximize": True},
    ],
}


class Run(NamedTuple):
    """A run step by step: entry t of `θ` and `states` is what holds after t steps, entry t of `gradients` leads on from it."""

    gradients: NDArray[np.float64]
    θ: NDArray[np.float64]
    states: list[dict[str, Any]]


@contextmanager
def float64() -> Iterator[Any]:
    """PyTorch in plain instructions, and with float64 for all it makes, step counters included."""
    import torch

    if torch.backends.cpu.get_cpu_capability() != "DEFAULT":
        raise RuntimeError("PyTorch was imported before ATEN_CPU_CAPABILITY=default was set: its sums may round otherwise.")
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield torch
    finally:
        torch.set_default_dtype(before)


def problems(torch: Any) -> dict[str, tuple[list[float], Callable[[Any], Any]]]:
    """Where each problem starts, and its loss."""
    corners = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    xor = torch.tensor([0.0, 1.0, 1.0, 0.0])

    def mlp(θ: Any) -> Any:
        hidden = torch.tanh(corners @ θ[:4].reshape(2, 2) + θ[4:6])
        return ((hidden @ θ[6:8] + θ[8] - xor) ** 2).mean()

    return {
        "parabola": ([3.0], lambda θ: (θ * θ).sum()),
        "rosenbrock": ([-1.2, 1.0], lambda θ: (1 - θ[0]) ** 2 + 100 * (θ[1] - θ[0] ** 2) ** 2),
        "mlp": ([0.8, -0.6, 0.7, -0.9, 0.1, -0.2, 1.1, 0.9, 0.3], mlp),
    }


@contextmanager
def roots_to_nearest(torch: Any) -> Iterator[None]:
    """PyTorch's square roots as IEEE 754 defines them."""

    def sqrt(x: Any) -> Any:
        return torch.from_numpy(np.sqrt(x.numpy()))

    with (
        mock.patch.object(torch.Tensor, "sqrt", sqrt),
        mock.patch.object(torch.Tensor, "sqrt_", lambda x: x.copy_(sqrt(x))),
    ):
        yield


def run(torch: Any, optimizer: str, settings: dict[str, Any], problem: str, fed: NDArray[np.float64] | None = None) -> Run:
    """One run, on the gradients `fed` or, without them, on those of the problem's loss."""
    start, loss = problems(torch)[problem]
    θ = torch.tensor(start, requires_grad=True)
    stepper = getattr(torch.optim, optimizer)([θ], **settings, foreach=False)
    gradients, path, states = [], [θ.detach().numpy().copy()], [_arrays(stepper.state[θ])]
    for t in range(STEPS):
        θ.grad = torch.autograd.grad(loss(θ), θ)[0] if fed is None else torch.from_numpy(fed[t].copy())
        gradients.append(θ.grad.numpy().copy())
        stepper.step()
        path.append(θ.detach().numpy().copy())
        states.append(_arrays(stepper.state[θ]))
    return Run(np.array(gradients), np.array(path), states)


def runs() -> Iterator[tuple[str, dict[str, Any], str, Run, Run]]:
    """Every optimiser in every setting on every problem: as PyTorch is, and with roots to nearest."""
    with float64() as torch:
        for optimizer, cases in CASES.items():
            for problem in problems(torch):
                fed = run(torch, optimizer, cases[0], problem).gradients
                for settings in cases:
                    as_it_is = run(torch, optimizer, settings, problem, fed)
                    with roots_to_nearest(torch):
                        to_nearest = run(torch, optimizer, settings, problem, fed)
                    yield optimizer, settings, problem, as_it_is, to_nearest


def powers() -> NDArray[np.float64]:
    """The powers that Adam and NAdam ask of the C library, which rounds them as it will."""
    betas = sorted({beta for cases in CASES.values() for settings in cases for beta in settings.get("betas", (0.9, 0.999))})
    decays = sorted({settings.get("momentum_decay", 4e-3) for settings in CASES["NAdam"]})
    return np.array(
        [
            [beta**t for beta in betas] + [(1.0 - beta**t) ** 0.5 for beta in betas] + [0.96 ** (t * ψ) for ψ in decays]
            for t in range(1, STEPS + 2)
        ]
    )


def record() -> None:
    """Write `optim.json`."""
    gradients: dict[str, dict[str, str]] = {name: {} for name in CASES}
    rows = []
    for optimizer, settings, problem, as_it_is, to_nearest in runs():
        gradients[optimizer][problem] = packed(as_it_is.gradients)
        rows.append(
            {
                "optimizer": optimizer,
                "settings": settings,
                "problem": problem,
                "before": _states(as_it_is, KEPT),
                "after": _states(as_it_is, [t + 1 for t in KEPT]),
                "path": digest(to_nearest.θ),
            }
        )
    with float64() as torch:
        files.save(
            "optim",
            torch=torch.__version__,
            capability=torch.backends.cpu.get_cpu_capability(),
            signatures={name: _signature(getattr(torch.optim, name)) for name in CASES},
            powers=digest(powers()),
            steps=KEPT,
            gradients=gradients,
            runs=rows,
        )


def packed(x: NDArray[np.float64]) -> str:
    """Little-endian float64 in base64."""
    return PACKED + base64.b64encode(np.asarray(x, dtype="<f8").tobytes()).decode()


def unpacked(text: str, *shape: int) -> NDArray[np.float64]:
    """What `packed` packed."""
    return np.frombuffer(base64.b64decode(text.removeprefix(PACKED)), dtype="<f8").astype(np.float64).reshape(shape)


def digest(x: NDArray[np.float64]) -> str:
    """The SHA-256 of the bits of x."""
    return hashlib.sha256(np.asarray(x, dtype="<f8").tobytes()).hexdigest()


def _arrays(state: dict[str, Any]) -> dict[str, NDArray[np.float64]]:
    return {name: x.numpy().copy() for name, x in state.items()}


def _states(found: Run, steps: list[int]) -> dict[str, str]:
    """θ and each entry of the state at `steps`; 0 where PyTorch has not made an entry yet, before its first step."""
    last = {"θ": found.θ[-1], **found.states[-1]}
    at = [{"θ": found.θ[t], **found.states[t]} for t in steps]
    return {name: packed(np.array([now.get(name, np.zeros_like(x)) for now in at])) for name, x in last.items()}


def _signature(optimizer: Any) -> dict[str, Any]:
    arguments = inspect.signature(optimizer.__init__).parameters
    return {name: x.default for name, x in arguments.items() if name not in DEVICE_ARGUMENTS}


if __name__ == "__main__":
    record()
