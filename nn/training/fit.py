"""Train a net on arrays: epochs of mini-batches, on a traced program where that is possible, else on the graph."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from autograd import recording
from autograd.rng import generator
from nn._settings import count, flag
from nn.arrays import Array
from nn.module import Module
from nn.training.checks import Data, arrays, pair, require_batches, require_parts, try_out
from nn.training.evaluation import evaluation
from nn.training.history import History
from nn.training.interrupts import held_back
from nn.training.programs import NotCompiledError, as_program
from nn.training.progress import bar

Step = Callable[[Array, Array], float]


def fit(
    model: Module, X: Any, y: Any, *, loss: Any, optimizer: Any, epochs: int, batch_size: int, compiled: bool = True,
    shuffle: bool = True, rng: int | random.Random | None = None, progress: bool = False, validation: Any = None,
) -> History:
    """Train a model: for every epoch, a step of the optimiser on each mini-batch.

        θ ← optimizer(θ, ∂/∂θ loss(model(X_B), y_B))      for the mini-batches B of a fresh shuffle
        epoch's loss = 1/N Σ_B |B| loss_B                 so a smaller last batch counts for what it holds

    The same seed gives the same bits. Ctrl-C ends the run, and the history up to then is returned. Gradients are forgotten
    at the end.

    Args:    model: trained in the modes its modules are in; call `model.train()` after an evaluation. X: numbers, an
             example in each row. y: targets. loss: a module or function (outputs, targets) -> one Value. optimizer: made
             with the model's parameters. epochs: passes over the data. batch_size: examples in a mini-batch; the last may
             have fewer. compiled: trace the loss and train at the speed of arrays; what cannot be traced trains on the
             graph, and `history.executor` says why. shuffle: a new order for every epoch. rng: of the shuffle, an int
             seed, a random.Random, or None for the default generator. progress: show a bar. validation: a pair (X, y)
             whose loss is taken after each epoch, in evaluation mode.
    Shape:   X (N, features), y (N,) or (N, outputs) as the loss wants it.
    Raises:  TypeError, ValueError: a setting or array that does not fit; all are looked at before the first step.
             ImportError: progress without tqdm. NonFiniteGradientError: as the optimiser's step; earlier steps stay.
    Differs: PyTorch leaves this loop to its user.
    Example:
        >>> import nn, optim
        >>> line = nn.Linear(1, 1, rng=0)
        >>> sgd = optim.SGD(line.parameters(), lr=0.1)
        >>> history = nn.fit(line, [[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]], loss=nn.MSELoss(), optimizer=sgd, epochs=200, batch_size=3)
        >>> len(history.loss), round(line([3.0])[0].item(), 3)
        (200, 7.0)
    """
    data = arrays(X, y)
    held_out = None if validation is None else arrays(*pair(validation), "validation's ")
    epochs, batch_size = count(epochs, "fit: epochs"), count(batch_size, "fit: batch_size")
    wants_program, shuffled = flag(compiled, "fit: compiled"), flag(shuffle, "fit: shuffle")
    flag(progress, "fit: progress")
    source = generator(rng)
    require_parts(model, loss, optimizer)
    require_batches(model, len(data[0]), batch_size)
    for examples, targets in (data, held_out) if held_out else (data,):
        try_out(model, loss, examples, targets)

    step, executor = steps(model, loss, optimizer, data, batch_size, wants_program)
    evaluate = None if held_out is None else evaluation(model, loss, held_out, executor)
    history = History(executor=executor)
    try:
        with bar(epochs, progress) as show, held_back() as let_through:
            for _ in range(epochs):
                total = 0.0
                for batch in batches(data, batch_size, source if shuffled else None):
                    total += step(*batch) * len(batch[0])
                    let_through()
                after = [evaluate()] if evaluate else []
                history.loss.append(total / len(data[0]))
                history.val_loss.extend(after)
                show(history)
                let_through()
    except KeyboardInterrupt:
        history.interrupted = True
    optimizer.zero_grad()
    return history


def batches(data: Data, size: int, source: random.Random | None) -> Iterator[Data]:
    """The data in mini-batches, in the order in which it stands or, with a source, in a random one."""
    X, y = data
    order = list(range(len(X)))
    if source:
        source.shuffle(order)
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        yield X[rows], y[rows]


def steps(model: Module, loss: Any, optimizer: Any, data: Data, batch_size: int, wants_program: bool) -> tuple[Step, str]:
    """A function that makes a step on a mini-batch and returns its loss; and what runs it."""
    if not wants_program:
        return on_graph(model, loss, optimizer), "eager: compiled=False"
    try:
        program = as_program(model, loss, data[0][:batch_size], data[1][:batch_size])
    except NotCompiledError as error:
        return on_graph(model, loss, optimizer), f"eager: {error}"
    return program.train_step(optimizer), program.executor


def on_graph(model: Module, loss: Any, optimizer: Any) -> Step:
    """A step that builds the graph of the mini-batch."""

    def step(X: Array, y: Array) -> float:
        def closure() -> float:
            with recording():
                found = loss(model(X), y)
            optimizer.zero_grad()
            found.backward()
            return float(found.item())

        return float(optimizer.step(closure))

    return step
