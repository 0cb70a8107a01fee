"""A loss with a penalty on weights, for as long as the net is trained."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nn.module import Module
from nn.parameter import Parameter


def weights(model: Module) -> list[Parameter]:
    """What penalties are for: the Parameters with two axes or more. Biases and slopes only shift a function, and stay free.

    Raises:  TypeError: model is no module.
    """
    if not isinstance(model, Module):
        raise TypeError(f"weights: {model!r} ({type(model).__name__}) is no module. Give a model, such as nn.Linear(2, 1).")
    return [p for p in model.parameters() if p.ndim >= 2]


class Penalised:
    """The loss of the data, and while the model is in training the penalty of its weights on top.

        training:    L(ŷ, y) + R(W)
        evaluation:  L(ŷ, y)

    Args:    loss: a module or function of outputs and targets that gives one Value. model: whose mode and whose weights
             count. penalty: a function of parameters, such as L2(0.01). parameters: those to penalise; weights(model) if not
             given.
    Raises:  TypeError: loss or penalty is no function, or model no module.
    Differs: not in PyTorch, where the penalty is written into the training loop, or into the optimiser as weight_decay.
    Example:
        >>> import nn
        >>> from nn.regularisation import L2
        >>> model = nn.Linear(1, 1); model.weight.data, model.bias.data = [[2.0]], [0.0]
        >>> criterion = Penalised(nn.MSELoss(), model, L2(0.5))
        >>> criterion(model([[1.0]]), [[2.0]]).item(), criterion(model.eval()([[1.0]]), [[2.0]]).item()
        (1.0, 0.0)

    Source:  Goodfellow, Bengio, Courville, Deep Learning (2016), equation 7.1.
    """

    def __init__(
        self, loss: Callable[..., Any], model: Module, penalty: Callable[[Any], Any], parameters: Iterable[Any] | None = None
    ) -> None:
        for name, f in (("loss", loss), ("penalty", penalty)):
            if not callable(f) or isinstance(f, type):
                raise TypeError(f"Penalised: {name} is {f!r} ({type(f).__name__}). Give an object or function, such as "
                                f"{'nn.MSELoss()' if name == 'loss' else 'L2(0.01)'}.")
        found = weights(model)
        self.loss, self.model, self.penalty = loss, model, penalty
        self.parameters_penalised = found if parameters is None else list(parameters)
        self.reduction = getattr(loss, "reduction", "mean")

    def __call__(self, input: Any, target: Any) -> Any:
        """The loss, and in training the penalty too."""
        found = self.loss(input, target)
        return found + self.penalty(self.parameters_penalised) if self.model.training else found
