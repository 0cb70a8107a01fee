"""Record what PyTorch computes for random graphs and for single operations at special points.

python -m tests.oracles.record_autograd
"""

from __future__ import annotations

import os
import random
from typing import Any

os.environ["ATEN_CPU_CAPABILITY"] = "default"

from tests.oracles import files, graphs

INF, NAN = float("inf"), float("nan")
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1e-9, -1e-9, 1e-300, 3.0, -3.0, 40.0, -40.0, 750.0, -750.0, 1e300, INF, -INF, NAN)
BINARY = ("add", "sub", "mul", "div", "pow", "maximum", "minimum")
PAIRS = [(x, y) for x in (0.0, -0.0, 1.0, -2.5, 0.5, INF, NAN) for y in (0.0, 1.0, 2.0, 3.0, -1.0, -2.0, 0.5, 2.5, -0.0, INF)]


def functions() -> dict[str, Any]:
    """The operations of the table that PyTorch has too, on tensors."""
    import torch
    from torch.nn import functional as F

    def both(f: Any) -> Any:
        return lambda x, y: f(x, y if isinstance(y, torch.Tensor) else torch.tensor(y, dtype=torch.float64))

    names = "neg exp log sqrt expm1 log1p sin cos tan asin acos atan sinh cosh tanh sigmoid erf relu abs sign".split()
    return {
        **{name: getattr(torch, name) for name in names},
        "selu": F.selu,
        "softplus": F.softplus,
        "add": lambda x, y: x + y,
        "sub": lambda x, y: x - y,
        "mul": lambda x, y: x * y,
        "div": lambda x, y: x / y,
        "pow": lambda x, y: x**y,
        "maximum": both(torch.maximum),
        "minimum": both(torch.minimum),
    }


def gradients_of(leaves: list[float], steps: list[graphs.Step]) -> tuple[float, list[float]]:
    """Value and leaf gradients of a graph."""
    import torch

    xs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in leaves]
    y = graphs.built(xs, steps, functions())
    y.backward()
    return y.item(), [0.0 if x.grad is None else x.grad.item() for x in xs]


def at(name: str, *points: float, exponent: float | None = None) -> list[float]:
    """[value, ∂ by each input] of one operation; an exponent is given as a bare number."""
    import torch

    xs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in points]
    z = functions()[name](*xs) if exponent is None else xs[0] ** exponent
    z.backward()
    return [z.item(), *(0.0 if x.grad is None else x.grad.item() for x in xs)]


def record() -> None:
    """Write autograd.json."""
    import torch

    torch.set_num_threads(1)
    r = random.Random(20)
    drawn = [graphs.random_graph(r) for _ in range(400)]
    files.save(
        "autograd",
        torch=torch.__version__,
        graphs=[[leaves, steps, *gradients_of(leaves, steps)] for leaves, steps in drawn],
        unary={name: [[x, *at(name, x)] for x in SPECIAL] for name in functions() if name not in BINARY},
        binary={name: [[x, y, *at(name, x, y)] for x, y in PAIRS] for name in BINARY},
        powers=[[x, y, *at("pow", x, exponent=y)] for x, y in PAIRS],
    )


if __name__ == "__main__":
    record()
