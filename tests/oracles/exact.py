"""Every operation of the table as mpmath computes it: the truth that `autograd` is measured against."""

from __future__ import annotations

from collections.abc import Callable

import mpmath as mp

ALPHA, SCALE = mp.mpf(1.6732632423543772), mp.mpf(1.0507009873554805)


def sigmoid(x: mp.mpf) -> mp.mpf:
    return 1 / (1 + mp.exp(-x))


EXACT: dict[str, Callable[..., mp.mpf]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
    "neg": lambda x: -x,
    "identity": lambda x: x,
    "sigmoid": sigmoid,
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "relu": lambda x: max(x, mp.mpf(0)),
    "leaky_relu": lambda x, y: x if x > 0 else x * y,
    "elu": lambda x, y: x if x > 0 else y * mp.expm1(x),
    "selu": lambda x: SCALE * x if x > 0 else SCALE * ALPHA * mp.expm1(x),
    "abs": abs,
    "sign": mp.sign,
    "heaviside": lambda x, y: mp.mpf(x > 0) if x else y,
    "equal": lambda x, y: mp.mpf(x == y),
    "maximum": max,
    "minimum": min,
    "sum": lambda xs: mp.fsum(xs),
    "dot": lambda xs, ys: mp.fdot(xs, ys),
    "logsumexp": lambda xs: mp.log(mp.fsum(mp.exp(x) for x in xs)),
}
EXACT |= {name: getattr(mp, name) for name in "exp log sqrt expm1 log1p sin cos tan asin acos atan sinh cosh tanh erf".split()}
