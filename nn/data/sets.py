"""Two-dimensional sets of two classes: small enough to draw, and no straight line parts them."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from autograd.rng import generator
from nn._settings import count, not_negative, share

Points = NDArray[np.float64]
Classes = NDArray[np.int64]


def moons(n: int, noise: float = 0.1, *, rng: int | random.Random | None = None) -> tuple[Points, Classes]:
    """Two half circles, each reaching into the other.

        class 0:  (cos t, sin t)             t from 0 to π, evenly
        class 1:  (1 - cos t, ½ - sin t)

    The rows stand in random order, so that any part of them is a fair sample.

    Args:    n: how many points; half of them, rounded down, are of class 0. noise: standard deviation of the Gaussian number
             that is added to each coordinate. rng: an int seed, a random.Random, or None for the default generator.
    Shape:   X (n, 2) floats, y (n,) integers 0 and 1.
    Raises:  TypeError: n is no integer, noise no number. ValueError: n below 1, noise negative.
    Differs: scikit-learn's make_moons adds no noise by default, and draws it from another generator.
    Example:
        >>> X, y = moons(4, noise=0.0, rng=0)
        >>> X[y == 0].round(9) + 0.0
        array([[-1.,  0.],
               [ 1.,  0.]])

    Source:  sklearn.datasets.make_moons.
    """
    t, u = (np.linspace(0.0, np.pi, k) for k in halves(n, "moons"))
    return scattered([(np.cos(t), np.sin(t)), (1.0 - np.cos(u), 0.5 - np.sin(u))], noise, rng, "moons")


def circles(n: int, noise: float = 0.1, *, factor: float = 0.5, rng: int | random.Random | None = None) -> tuple[Points, Classes]:
    """A circle inside another.

        class 0:  (cos t, sin t)             t from 0 to 2π, evenly, without the end
        class 1:  factor · (cos t, sin t)

    Args:    n, noise, rng: as `moons`. factor: radius of the inner circle, that of the outer one being 1.
    Shape:   X (n, 2) floats, y (n,) integers 0 and 1.
    Raises:  TypeError: n is no integer, noise or factor no number. ValueError: n below 1, noise negative, factor outside
             [0, 1].
    Differs: scikit-learn's make_circles has factor=0.8 by default, and no noise.
    Example:
        >>> X, y = circles(4, noise=0.0, rng=0)
        >>> (X**2).sum(axis=1).round(9), y
        (array([0.25, 1.  , 1.  , 0.25]), array([1, 0, 0, 1]))

    Source:  sklearn.datasets.make_circles.
    """
    t, u = (np.linspace(0.0, 2.0 * np.pi, k, endpoint=False) for k in halves(n, "circles"))
    r = share(factor, "circles: factor")
    return scattered([(np.cos(t), np.sin(t)), (r * np.cos(u), r * np.sin(u))], noise, rng, "circles")


def xor(n: int, noise: float = 0.1, *, rng: int | random.Random | None = None) -> tuple[Points, Classes]:
    """Four squares, the ones across the middle alike.

        |x1|, |x2| even in [0.1, 1], in the four quadrants by turns
        class 1 where x1 x2 < 0, before the noise

    Args:    n, noise, rng: as `moons`.
    Shape:   X (n, 2) floats, y (n,) integers 0 and 1.
    Raises:  TypeError: n is no integer, noise no number. ValueError: n below 1, noise negative.
    Example:
        >>> X, y = xor(5, noise=0.0, rng=0)
        >>> ((X[:, 0] * X[:, 1] < 0) == y).all()
        np.True_

    Source:  the set "exclusive or" of the TensorFlow Playground.
    """
    source = generator(rng)
    arms = []
    for k, signs in zip(halves(n, "xor"), ((1.0, 1.0), (1.0, -1.0)), strict=True):
        flips = np.where(np.arange(k) % 2, -1.0, 1.0)
        arms.append(tuple(sign * flips * np.array([source.uniform(0.1, 1.0) for _ in range(k)]) for sign in signs))
    return scattered(arms, noise, source, "xor")


def spiral(n: int, noise: float = 0.02, *, turns: float = 1.0, rng: int | random.Random | None = None) -> tuple[Points, Classes]:
    """Two arms of a spiral, each half a turn from the other.

        r = i/m,  t = 2π turns r             i = 1, …, m;  m points in an arm
        class 0:  r (sin t, cos t)           class 1:  the opposite point, at t + π

    Args:    n, noise, rng: as `moons`. turns: how often an arm goes round. At one turn the arms are half a unit apart.
    Shape:   X (n, 2) floats, y (n,) integers 0 and 1.
    Raises:  TypeError: n is no integer, noise or turns no number. ValueError: n below 1, noise or turns negative.
    Differs: the TensorFlow Playground's has a radius of 5 and 1.75 turns.
    Example:
        >>> X, y = spiral(4, noise=0.0, rng=0)
        >>> X[y == 0].round(9) + 0.0
        array([[ 0. ,  1. ],
               [ 0. , -0.5]])

    Source:  the set "spiral" of the TensorFlow Playground; Lang, Witbrock, Learning to Tell Two Spirals Apart (1988).
    """
    whole_turns = not_negative(turns, "spiral: turns")
    arms = []
    for k, side in zip(halves(n, "spiral"), (1.0, -1.0), strict=True):
        r = np.arange(1, k + 1) / max(k, 1)
        t = 2.0 * np.pi * whole_turns * r
        arms.append((side * r * np.sin(t), side * r * np.cos(t)))
    return scattered(arms, noise, rng, "spiral")


def halves(n: int, name: str) -> tuple[int, int]:
    """How many of n points are of class 0, and how many of class 1."""
    whole = count(n, f"{name}: n")
    return whole // 2, whole - whole // 2


def scattered(
    arms: Sequence[tuple[Points, ...]], noise: float, rng: int | random.Random | None, name: str
) -> tuple[Points, Classes]:
    """The points of the classes 0 and 1, each coordinate moved by noise, in random order."""
    width, source = not_negative(noise, f"{name}: noise"), generator(rng)
    X = np.concatenate([np.column_stack(arm) for arm in arms])
    X += [[source.gauss(0.0, width) for _ in range(2)] for _ in X]
    y = np.repeat([0, 1], [len(arm[0]) for arm in arms])
    order = source.sample(range(len(X)), len(X))
    return X[order], y[order]
