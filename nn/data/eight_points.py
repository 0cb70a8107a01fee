"""Eight points for curves to be fitted to: few enough for a polynomial to learn them by heart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

POINTS = ((10.0, 6.0), (15.0, 9.0), (20.0, 11.0), (25.0, 12.0), (29.0, 13.0), (40.0, 11.0), (50.0, 10.0), (60.0, 9.0))


def eight_points() -> tuple[Points, Points]:
    """The eight points of the lectures, which rise steeply, and then fall slowly.

    Shape:   x (8, 1), y (8, 1): a column each, as a net with one input and one output takes them.
    Example:
        >>> x, y = eight_points()
        >>> x.ravel(), y.ravel()
        (array([10., 15., 20., 25., 29., 40., 50., 60.]), array([ 6.,  9., 11., 12., 13., 11., 10.,  9.]))

    Source:  the lecture decks.
    """
    x, y = np.hsplit(np.array(POINTS), 2)
    return x.copy(), y.copy()
