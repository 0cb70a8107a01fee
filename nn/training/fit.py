"""Train a net on arrays: epochs of mini-batches, on a traced program where that is possible, else on the graph."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from autograd import recording
from autograd.rng import generator
from nn._settings import count, flag
from nn._state_dict import copied
from nn.arrays import Array
from nn.data.minibatches import minibatches
from nn.module import Module
from nn.training.callbacks import Callbacks
from nn.training.checks import Data, arrays, pair, require_batches, require_functions, require_parts, require_schedule, try_out
from nn.training.evaluation import evaluation, measured
from nn.training.history import History
from nn.training.interrupts import held_back
from nn.training.programs import NotCompiledError, as_program
from nn.training.progress import bar

Step = Callable[[Array, Array], float]


def fit(
    model: Module, X: Any, y: Any, *, loss: Any, optimizer: Any, epochs: int, batch_size: int, validation: Any = None,
    schedule: Any = None, callbacks: Any = (), accuracy: Callable[[Any, Any], float] | None = None,
    augment: Callable[[Any, Any], tuple[Any, Any]] | None = None, compiled: bool = True, shuffle: bool = True,
    rng: int | random.Random | None = None, progress: bool = False,
) -> History:
    """Train a model: for every epoch, a step of the optimiser on each mini-batch.

        θ ← optimizer(θ, ∂/∂θ loss(model(X_B), y_B))      for the mini-batches B of a fresh shuffle
        epoch's loss = 1/N Σ_B |B| loss_B                 so a smaller last batch counts for what it holds

    The same seed gives the same bits. Ctrl-C ends the run after a whole step, and the history up to then is returned; with
    validation, the model gets back the weights of its best epoch then. Gradients are forgotten at the end.

    Args:    model: trained in the modes its modules are in; call `model.train()` after an evaluation. X: numbers, an
             example in each row. y: targets. loss: a module or function (outputs, targets) -> one Value. optimizer: made
             with the model's parameters. epochs: passes over the data. batch_size: examples in a mini-batch; the last may
             have fewer. validation: a pair (X, y) whose loss is taken after each epoch, in evaluation mode. schedule: from
             `optim.lr_scheduler`, over this optimiser; stepped after each epoch, ReduceLROnPlateau by the validation loss,
             or by the loss where there is none. callbacks: a function of the history, called after each epoch, which ends
             the run by returning True; or an object with any of `before_step()`, `after_epoch(history)`,
             `at_end(history)`, such as EarlyStopping; or a list of them. accuracy: a function (outputs, targets) -> float,
             such as nn.functional.accuracy, taken after each epoch in evaluation mode. augment: a function of a
             mini-batch (X, y) that gives the one to train on. compiled: trace the loss and train at the speed of arrays;
             what cannot be traced trains on the graph, and `history.executor` says why. shuffle: a new order for every
             epoch. rng: of the shuffle, an int seed, a random.Random, or None for the default generator. progress: show a bar.
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
    require_schedule(schedule, optimizer)
    require_functions(accuracy=accuracy, augment=augment)
    asked = Callbacks(callbacks, validated=held_out is not None)
    require_batches(model, len(data[0]), batch_size)
    for examples, targets in (data, held_out) if held_out else (data,):
        try_out(model, loss, examples, targets)

    def epoch() -> Iterator[Data]:
        for batch in minibatches(*data, batch_size, shuffled, source):
            yield augment(*batch) if augment else batch

    batches = epoch()
    first = next(batches)
    batches = chain([first], batches)
    step, executor = steps(model, loss, optimizer, first, wants_program, asked.before_step)
    history = History(executor=executor)
    measures = [(history.val_loss, evaluation(model, loss, held_out, executor))] if held_out else []
    if accuracy:
        courses = zip((history.accuracy, history.val_accuracy), (data, held_out), strict=True)
        measures += [(course, measured(model, accuracy, examples, executor)) for course, examples in courses if examples]
    try:
        with bar(epochs, progress) as show, held_back() as let_through:
            for _ in range(epochs):
                rate, total = optimizer.param_groups[0]["lr"], 0.0
                for batch in batches:
                    total += step(*batch) * len(batch[0])
                    let_through()
                batches = epoch()
                found = [measure() for _, measure in measures]
                history.loss.append(total / len(data[0]))
                history.lr.append(rate)
                for (course, _), x in zip(measures, found, strict=True):
                    course.append(x)
                if history.best_epoch == len(history.loss) - 1:
                    history.best_weights = copied(model)
                stepped(schedule, history)
                show(history)
                if asked.after_epoch(history):
                    break
                let_through()
    except KeyboardInterrupt:
        history.interrupted = True
        if history.best_weights:
            model.load_state_dict(history.best_weights)
    optimizer.zero_grad()
    asked.at_end(history)
    return history


def stepped(schedule: Any, history: History) -> None:
    """Set the rate of the next epoch."""
    if hasattr(schedule, "better"):
        schedule.step(history.last().get("val_loss", history.loss[-1]))
    elif schedule is not None:
        schedule.step()


def steps(
    model: Module, loss: Any, optimizer: Any, batch: Data, wants_program: bool, before: Sequence[Callable[[], object]]
) -> tuple[Step, str]:
    """A function that makes a step on a mini-batch, such as this one, and returns its loss; and what runs it."""

    def on_graph(X: Array, y: Array) -> float:
        with recording():
            found = loss(model(X), y)
        optimizer.zero_grad()
        found.backward()
        return float(found.item())

    def by_program(X: Array, y: Array) -> float:
        optimizer.zero_grad()
        return program.backward(X, y)

    if not wants_program:
        return from_gradients(on_graph, optimizer, before), "eager: compiled=False"
    try:
        program = as_program(model, loss, *batch)
    except NotCompiledError as error:
        return from_gradients(on_graph, optimizer, before), f"eager: {error}"
    return from_gradients(by_program, optimizer, before) if before else program.train_step(optimizer), program.executor


def from_gradients(gradients: Step, optimizer: Any, before: Sequence[Callable[[], object]]) -> Step:
    """A step that computes the gradients, lets others look at them, and then lets the optimiser use them."""

    def step(X: Array, y: Array) -> float:
        def closure() -> float:
            found = gradients(X, y)
            for look in before:
                look()
            return found

        return float(optimizer.step(closure))

    return step
