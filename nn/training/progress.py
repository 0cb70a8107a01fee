"""A bar that shows how far a training run has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nn.training.history import History


@contextmanager
def bar(epochs: int, progress: bool) -> Iterator[Callable[[History], object]]:
    """A function that shows how far the run has come; it does nothing unless progress is asked for."""
    if not progress:
        yield lambda history: None
        return
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise ImportError("fit: progress=True shows a bar of tqdm, which is not installed. Run: pip install 'chalkgrad[demo]'") from error
    with tqdm(total=epochs, unit="epoch") as shown:

        def show(history: History) -> None:
            shown.set_postfix({name: f"{x:.4g}" for name, x in history.last().items()}, refresh=False)
            shown.update()

        yield show
