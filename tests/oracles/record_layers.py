"""Record what PyTorch's layers compute: outputs, every gradient, running statistics, starting values, printed forms.

Run it with `python -m tests.oracles.record_layers`.
"""

from __future__ import annotations

import os
import random
from types import SimpleNamespace
from typing import Any
from unittest import mock

os.environ["ATEN_CPU_CAPABILITY"] = "default"

from tests.oracles import files, nets


def classes() -> Any:
    """The classes of torch.nn, and those that it leaves to be composed of others."""
    import torch

    class ScaledTanh(torch.nn.Module):
        def forward(self, input: Any) -> Any:
            return 1.7159 * torch.tanh(2.0 / 3.0 * input)

    class Maxout(torch.nn.Linear):
        def __init__(self, in_features: int, out_features: int, pieces: int) -> None:
            super().__init__(in_features, out_features * pieces)
            self.pieces = pieces

        def forward(self, input: Any) -> Any:
            return super().forward(input).unflatten(-1, (-1, self.pieces)).amax(-1)

    return SimpleNamespace(**{**vars(torch.nn), "ScaledTanh": ScaledTanh, "Maxout": Maxout})


def drawn(r: random.Random, *shape: int) -> Any:
    """Nested lists of numbers from N(0, 1)."""
    return [drawn(r, *shape[1:]) for _ in range(shape[0])] if shape else r.gauss(0.0, 1.0)


def pulled(net: Any, x: list[list[float]], g: list[list[float]] | None, r: random.Random) -> dict[str, Any]:
    """Outputs for a batch, and the gradients of Σ g·output by the batch and by every parameter."""
    import torch

    batch = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    output = net(batch)
    weights = g or drawn(r, *output.shape)
    net.zero_grad()
    (output * torch.tensor(weights, dtype=torch.float64)).sum().backward()
    return {"x": x, "g": weights, "output": output.tolist(), "x_grad": batch.grad.tolist(),
            "grads": {name: p.grad.tolist() for name, p in net.named_parameters()}}


def state(net: Any) -> dict[str, Any]:
    """Its state as lists."""
    return {key: x.tolist() for key, x in net.state_dict().items()}


def layer(spec: nets.Spec, r: random.Random) -> dict[str, Any]:
    """One net on one batch."""
    net = nets.built(classes(), spec).double()
    if "RReLU" in str(net):
        net.eval()
    return {"state": state(net), **pulled(net, drawn(r, 5, 3), None, r)}


def norm(spec: nets.Spec, settings: dict[str, Any], r: random.Random) -> dict[str, Any]:
    """Batch norm over three batches in training, then in evaluation."""
    import torch

    net = nets.built(classes(), spec, **settings).double()
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.tensor(drawn(r, *p.shape)))
    start = state(net)
    steps = []
    for n in (4, 2, 7):
        batch = [[5.0 * z + 10.0 * j for j, z in enumerate(row)] for row in drawn(r, n, 3)]
        steps.append({**pulled(net, batch, None, r), "state": state(net)})
    net.eval()
    return {"start": start, "steps": steps, "evaluation": pulled(net, drawn(r, 3, 3), None, r)}


def bounds(fill: Any, *args: Any, **settings: Any) -> list[list[float]]:
    """What `fill` hands to Tensor.uniform_ (low, high) and Tensor.normal_ (mean, std)."""
    import torch

    calls: list[list[float]] = []

    def caught(tensor: Any, a: float, b: float, generator: Any = None) -> Any:  # noqa: ARG001 - as torch names it
        calls.append([a, b])
        return tensor

    with mock.patch.object(torch.Tensor, "uniform_", caught), mock.patch.object(torch.Tensor, "normal_", caught):
        fill(*args, **settings)
    return calls


def record() -> None:
    """Write layers.json."""
    import torch
    from torch.nn import init

    torch.set_num_threads(1)
    torch.manual_seed(20)
    r = random.Random(20)
    files.save(
        "layers",
        torch=torch.__version__,
        nets={name: layer(spec, r) for name, spec in nets.NETS.items()},
        norms={name: norm(spec, settings, r) for name, (spec, settings) in nets.NORMS.items()},
        printed=[str(nets.built(torch.nn, spec)) for spec in nets.PRINTED if "Maxout" not in spec and ["ScaledTanh"] not in spec],
        gains=[init.calculate_gain(*args) for args in nets.GAINS],
        fills=[[bounds(getattr(init, name), torch.empty(shape), **settings)[0] for shape in nets.SHAPES] for name, settings in nets.FILLS],
        linear=[bounds(torch.nn.Linear, n, 2) for n in (1, 2, 3, 16, 1000)],
    )


if __name__ == "__main__":
    record()
