"""What the lecture decks do with chalk: backpropagation and descent in plain numpy, each symbol by its name.

Nothing here builds a graph. Read it beside the graph: both give the same bits, but for the gradients of batch norm, whose sums
the paper arranges in another way: they agree to 4 ulp.
"""

from nn.by_hand.backpropagation import Backpropagation, LayerPass, backpropagation
from nn.by_hand.batch_norm import BatchNormGradients, batch_norm, batch_norm_backward
from nn.by_hand.descent import descend, sign_step, steepest_descent
from nn.by_hand.tables import ACTIVATIONS, LOSSES

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "Backpropagation",
    "BatchNormGradients",
    "LayerPass",
    "backpropagation",
    "batch_norm",
    "batch_norm_backward",
    "descend",
    "sign_step",
    "steepest_descent",
]
