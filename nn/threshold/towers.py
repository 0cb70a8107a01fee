"""Towers: pairs of steep sigmoids, side by side, that approximate a function of one variable."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import trace
from nn._settings import finite, not_negative
from nn.activation import Sigmoid
from nn.container import Sequential
from nn.linear import Linear

STEEPNESS = 50.0  # slope of a sigmoid's input, in units of 1/width of a tower
MARGIN = 40.0  # how far outside of the interval the outer edges lie, in units of 1/slope: σ(-40) = 4e-18
POINTS = 20  # at which the error is measured, for each tower
MOST = 1024  # towers
CHUNK = 256  # points at once: with a thousand towers, more do not fit into a cache


def tower_net(f: Callable[[float], Any], interval: tuple[float, float], error: float, *, lipschitz: float | None = None) -> Sequential:
    """A net of sigmoid neurons, built and not trained, that approximates f on an interval: a tower for each piece of it.

        net(x) = Σᵢ f(mᵢ) [σ(k (x - eᵢ)) - σ(k (x - eᵢ₊₁))],   k = 50/w
        |net(x) - f(x)| ≤ L (w/2 + 2 ln2/k)                    for f with |f(s) - f(t)| ≤ L |s - t|

    The edges eᵢ cut the interval into n pieces of width w, with middles mᵢ; the two outermost lie outside. A pair of sigmoids
    is a tower: up at eᵢ, down at eᵢ₊₁. The brackets are never negative and add up to 1, so the net gives a mean of values of f,
    taken at most w/2 from x, but for the slanting walls: they add 2 ln2/k, the mean distance of a logistic variable.

    Args:    f: a function of a number. interval: its two ends, (a, b). error: the largest that is allowed, in units of f.
             lipschitz: L, if it is known. With it n comes from the bound, and the error is guaranteed at every point. Without
             it n is doubled until the error, measured at 20 points for each tower, is small enough: between those points
             nothing is promised, and n may be up to twice what is needed.
    Shape:   (1,) -> (1,), or (N, 1) -> (N, 1), as the net Sequential(Linear(1, 2n), Sigmoid(), Linear(2n, 1)).
    Raises:  TypeError, ValueError: a setting of the wrong kind; f gives no finite number; f is steeper than lipschitz; 1024
             towers are not enough, as for a function with a jump.
    Differs: lecture decks leave out that the interval must be closed and bounded (compact). Outside of it this net goes to 0,
             whatever f does.
    Example:
        >>> net = tower_net(math.sin, (0.0, 3.0), error=0.1, lipschitz=1.0)
        >>> net[0].out_features // 2, round(net([0.5])[0].item(), 2), round(math.sin(0.5), 2), net([30.0])[0].item()
        (16, 0.45, 0.48, 0.0)

    Source:  Cybenko, Approximation by Superpositions of a Sigmoidal Function (1989); the towers as in Nielsen, Neural Networks and
             Deep Learning (2015), chapter 4.
    """
    if not callable(f):
        raise TypeError(f"tower_net: f is {f!r} ({type(f).__name__}). Give a function of a number, such as math.sin.")
    if not isinstance(interval, Sequence) or len(interval) != 2:
        raise TypeError(f"tower_net: the interval is {interval!r}. Give its two ends, as in (0.0, 1.0).")
    a, b = (finite(end, "tower_net: an end of the interval") for end in interval)
    allowed = finite(error, "tower_net: error")
    if not a < b:
        raise ValueError(f"tower_net: the interval is ({a}, {b}). Give its lower end first.")
    if allowed <= 0.0:
        raise ValueError(f"tower_net: error is {error}. Give a number above 0: no finite net is exact.")
    if lipschitz is None:
        counts = [2**i for i in range(MOST.bit_length())]
    else:
        steps = not_negative(lipschitz, "tower_net: lipschitz") * (b - a) * (0.5 + 2.0 * math.log(2.0) / STEEPNESS) / allowed
        counts = [max(math.ceil(steps), 1)]
    for n in counts:
        if n <= MOST and largest_error(net := towers(f, a, b, n), f, np.linspace(a, b, POINTS * n + 1)) <= allowed:
            return net
    if lipschitz is None or counts[0] > MOST:
        raise ValueError(f"tower_net: {MOST} towers do not bring the error down to {error}. Allow a larger one; at a jump of f "
                         "no number of towers is enough.")
    raise ValueError(f"tower_net: f is steeper than lipschitz={lipschitz}, and the bound does not hold. Give its largest slope, or None.")


def towers(f: Callable[[float], Any], a: float, b: float, n: int) -> Sequential:
    """The net of n towers."""
    k = STEEPNESS * n / (b - a)
    edges = np.linspace(a, b, n + 1)
    heights = at(f, (edges[:-1] + edges[1:]) / 2.0)
    edges[[0, -1]] = a - MARGIN / k, b + MARGIN / k
    net = Sequential(Linear(1, 2 * n, rng=0), Sigmoid(), Linear(2 * n, 1, rng=0))
    net.load_state_dict({
        "0.weight": np.full((2 * n, 1), k), "0.bias": -k * np.column_stack([edges[:-1], edges[1:]]).ravel(),
        "2.weight": np.column_stack([heights, -heights]).reshape(1, -1), "2.bias": np.zeros(1),
    })
    return net


def largest_error(net: Sequential, f: Callable[[float], Any], points: NDArray[np.float64]) -> float:
    """The largest |net(x) - f(x)| at the points."""
    program, rows = trace(net, [0.0]), points[:, None]
    outputs = np.concatenate([program(rows[i : i + CHUNK]) for i in range(0, len(rows), CHUNK)])
    return float(np.abs(outputs.ravel() - at(f, points)).max())


def at(f: Callable[[float], Any], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values of f there."""
    return np.array([finite(f(x), f"tower_net: f({x})") for x in points.tolist()])
