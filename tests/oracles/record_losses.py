"""What PyTorch's losses and activations give, with their gradients, written to `losses.json` and `activations.json`.

Every case is run with each reduction. Gradients are those of Σ k·outₖ (k = 1, 2, …), so that no two outputs can be mixed up.

    python -m tests.oracles.record_losses
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

os.environ.setdefault("ATEN_CPU_CAPABILITY", "default")

from tests.oracles import files

REDUCTIONS = ("mean", "sum", "none")
Case = dict[str, Any]


def drawn(shape: tuple[int, ...], low: float, high: float, seed: int) -> Any:
    """Numbers from U(low, high), nested to a shape."""
    r = random.Random(seed)

    def nested(shape: tuple[int, ...]) -> Any:
        return [nested(shape[1:]) for _ in range(shape[0])] if shape else r.uniform(low, high)

    return nested(shape)


def case(loss: str, input: Any, target: Any, *, settings: dict[str, Any] | None = None, **more: Any) -> Case:
    """A loss, what it compares, and its settings."""
    return {"loss": loss, "arguments": {"input": input, "target": target, **more}, "settings": settings or {}}


NEAR = [0.5, -1.5, 2.0, 1e-9, 0.0, -3.0, 1.0, 1000.0]
TARGETS = [0.25, -0.5, 2.0, 0.0, -0.0, -4.0, 2.0, -1000.0]
LOGITS = [0.0, 1e-9, -0.3, 2.5, -7.0, 30.0, -30.0, 1000.0, -1000.0, 1000.0, -1000.0]
YES_NO = [1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0]
PROBABILITIES = [0.9, 0.2, 0.5, 0.25, 1.0, 0.0, 1.0, 0.0, 1e-3, 0.999]
OUTCOMES = [1.0, 1.0, 0.0, 0.3, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0]
SCORES = drawn((5, 4), -3.0, 3.0, seed=1)
WIDE = [[1000.0, -1000.0, 0.0, 3.0], [-1000.0, 1000.0, 1000.0, 5.0], [0.5, 0.5, 0.5, 0.5]]
SIMPLEX = [[0.1, 0.2, 0.3, 0.4], [0.0, 1.0, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25], [0.7, 0.1, 0.1, 0.1], [0.0, 0.5, 0.5, 0.0]]
LABELS = [[1.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0], [0.5, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0]]
WEIGHT = [0.5, 2.0, 1.0, 0.25]

CASES: list[Case] = [
    *(
        case(loss, input, target, settings=settings)
        for loss, choices in {
            "l1_loss": [{}],
            "mse_loss": [{}],
            "huber_loss": [{}, {"delta": 0.5}, {"delta": 3.0}],
            "smooth_l1_loss": [{}, {"beta": 0.5}, {"beta": 3.0}, {"beta": 0.0}],
        }.items()
        for settings in choices
        for input, target in [
            (2.5, -1.0),
            (NEAR, TARGETS),
            (drawn((3, 2), -2.0, 2.0, seed=2), drawn((3, 2), -2.0, 2.0, seed=3)),
        ]
    ),
    *(
        case("gaussian_nll_loss", *arguments, var=var, settings=settings)
        for settings in ({}, {"full": True}, {"eps": 0.5})
        for arguments, var in [
            ((2.5, -1.0), 0.7),
            ((NEAR, TARGETS), [1.0, 0.5, 2.0, 1e-3, 0.0, 1e-9, 4.0, 100.0]),
            ((drawn((3, 2), -2.0, 2.0, seed=4), drawn((3, 2), -2.0, 2.0, seed=5)), [[0.5], [1.0], [2.0]]),
            ((drawn((3, 2), -2.0, 2.0, seed=4), drawn((3, 2), -2.0, 2.0, seed=5)), [0.5, 1.0, 2.0]),
        ]
    ),
    case("binary_cross_entropy", 0.9, 1.0),
    case("binary_cross_entropy", 0.2, 1.0),
    case("binary_cross_entropy", PROBABILITIES, OUTCOMES),
    case("binary_cross_entropy", PROBABILITIES, OUTCOMES, settings={"weight": [0.5, 2.0, 1.0, 3.0, 1.0, 1.0, 0.0, 1.0, 0.25, 1.0]}),
    case("binary_cross_entropy", drawn((5, 4), 0.0, 1.0, seed=6), LABELS, settings={"weight": WEIGHT}),
    case("binary_cross_entropy_with_logits", 2.5, 1.0),
    case("binary_cross_entropy_with_logits", LOGITS, YES_NO),
    case("binary_cross_entropy_with_logits", SCORES, SIMPLEX),
    case("binary_cross_entropy_with_logits", SCORES, LABELS, settings={"weight": WEIGHT, "pos_weight": [3.0, 0.5, 1.0, 2.0]}),
    case("multilabel_soft_margin_loss", SCORES[0], LABELS[0]),
    case("multilabel_soft_margin_loss", SCORES, LABELS),
    case("multilabel_soft_margin_loss", SCORES, LABELS, settings={"weight": WEIGHT}),
    *(
        case("cross_entropy", *arguments, settings=settings)
        for settings in ({}, {"weight": WEIGHT}, {"label_smoothing": 0.1}, {"weight": WEIGHT, "label_smoothing": 0.3})
        for arguments in [(SCORES[0], 2), (SCORES, [0, 3, 1, 1, 2]), (SCORES, SIMPLEX), (WIDE, [1, 2, 3]), (WIDE, [0, 0, 0])]
    ),
    case("cross_entropy", SCORES, [0, -100, 1, 1, -100]),
    case("cross_entropy", SCORES, [0, 3, 1, 1, 2], settings={"ignore_index": 1, "weight": WEIGHT, "label_smoothing": 0.1}),
    *(
        case("nll_loss", *arguments, settings=settings)
        for settings in ({}, {"weight": WEIGHT}, {"ignore_index": 1})
        for arguments in [(SCORES[0], 2), (SCORES, [0, 3, 1, 1, 2])]
    ),
    *(
        case("multi_margin_loss", *arguments, settings=settings)
        for settings in ({}, {"p": 2}, {"margin": 0.3}, {"weight": WEIGHT}, {"p": 2, "margin": 2.0, "weight": WEIGHT})
        for arguments in [(SCORES[0], 2), (SCORES, [0, 3, 1, 1, 2]), (WIDE, [1, 2, 3]), ([0.0, 1.0, -1.0, 2.0], 0)]
    ),
]

POINTS = [0.0, -0.0, 1e-9, -1e-9, 0.5, -0.5, 1.0, -1.0, 3.0, -3.0, 19.0, -19.0, 40.0, -40.0, 750.0, -750.0, 1e300, -1e300]
LINES = [[0.0, 0.0, 0.0], [1.0, -2.0, 0.5], [1000.0, 1000.0, -1000.0], [-1000.0, 1.0, 2.0], [300.0, 300.5, 299.0]]
PIECES = [[0.5, 1.0, -2.0, 0.0], [0.25, 1.0, -1.0, -0.0], [0.75, -3.0, -4.0, 5.0]]

ACTIVATIONS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in ("identity", "sigmoid", "tanh", "scaled_tanh", "relu", "leaky_relu", "rrelu", "elu", "selu", "softplus")),
    ("leaky_relu", {"negative_slope": 0.3}),
    ("rrelu", {"lower": 0.1, "upper": 0.7}),
    ("elu", {"alpha": 0.5}),
    ("elu", {"alpha": 2.0}),
    ("softplus", {"beta": 0.5}),
    ("softplus", {"beta": 4.0}),
]


def functions(torch: Any) -> dict[str, Callable[..., Any]]:
    """The activations, as PyTorch has them or as their formulas say."""
    F = torch.nn.functional
    names = ("sigmoid", "tanh", "relu", "leaky_relu", "rrelu", "elu", "selu", "softplus", "softmax", "log_softmax", "prelu")
    return {
        **{name: getattr(F, name) for name in names},
        "identity": torch.nn.Identity(),
        "scaled_tanh": lambda x: 1.7159 * torch.tanh(x * (2.0 / 3.0)),
        "maxout": lambda pieces: torch.maximum(pieces[0], pieces[1]),
    }


def outcome(torch: Any, f: Callable[..., Any], arguments: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """The value of f, and the gradients of Σ k·outₖ to each argument that has some."""
    given = {name: torch.tensor(x) for name, x in arguments.items()}
    for x in given.values():
        x.requires_grad_(x.is_floating_point())
    out = f(**given, **{name: torch.tensor(x) if isinstance(x, list) else x for name, x in settings.items()})
    (out.reshape(-1) * torch.arange(1.0, out.numel() + 1.0)).sum().backward()
    return {"value": out.tolist(), "gradients": {name: x.grad.tolist() for name, x in given.items() if x.grad is not None}}


def reduced(torch: Any, c: Case, reduction: str) -> dict[str, Any]:
    """The outcome of a loss with one reduction."""
    return outcome(torch, getattr(torch.nn.functional, c["loss"]), c["arguments"], {**c["settings"], "reduction": reduction})


def record() -> None:
    """Write `losses.json` and `activations.json`."""
    import torch

    torch.set_num_threads(1)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        losses = [{**c, "results": {reduction: reduced(torch, c, reduction) for reduction in REDUCTIONS}} for c in CASES]
        f = functions(torch)
        single = [(name, settings, {"input": POINTS}) for name, settings in ACTIVATIONS]
        rows = [(name, {"dim": dim}, {"input": LINES}) for name in ("softmax", "log_softmax") for dim in (-1, 0, 1)]
        rows += [(name, {"dim": 0}, {"input": line}) for name in ("softmax", "log_softmax") for line in LINES]
        slopes = [("prelu", {}, {"input": [POINTS], "weight": weight}) for weight in ([0.25], drawn((len(POINTS),), -1.0, 1.0, seed=7))]
        pieces = [("maxout", {}, {"pieces": PIECES[:2]})]
        activations = [
            {"activation": name, "settings": settings, "arguments": arguments, **outcome(torch, positional(f[name]), arguments, settings)}
            for name, settings, arguments in single + rows + slopes + pieces
        ]
    finally:
        torch.set_default_dtype(before)
    files.save("losses", torch=torch.__version__, cases=losses)
    files.save("activations", torch=torch.__version__, cases=activations)


def positional(f: Callable[..., Any]) -> Callable[..., Any]:
    """f with its arguments given by place: PyTorch does not name all of them alike."""
    return lambda input=None, weight=None, pieces=None, **settings: f(*[x for x in (input, weight, pieces) if x is not None], **settings)


if __name__ == "__main__":
    record()
