"""Batch normalisation: every feature brought to mean 0 and variance 1 over the batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import div, dot, mean, scope, sqrt, tracing, values
from nn._settings import count, flag, not_negative, share
from nn.arrays import Array, beside, examples
from nn.module import Module
from nn.parameter import Parameter


class BatchNorm1d(Module):
    """Normalise each feature over the batch, then scale and shift it by what is learned.

        training:    μ = mean x,  σ² = mean (x - μ)²,  y = γ (x - μ) / √(σ² + eps) + β
                     running_mean ← (1 - m) running_mean + m μ
                     running_var  ← (1 - m) running_var + m σ² N / (N - 1)
        evaluation:  the same y with the running mean and variance

    Args:    num_features: numbers in an example. eps: added to the variance. momentum: m, the share of the newest batch;
             None gives all batches the same share. affine: learn γ (weight) and β (bias). track_running_stats: keep the
             running statistics; False uses the batch in evaluation too. bias: False leaves β out.
    Shape:   weight, bias, running_mean, running_var (num_features,), num_batches_tracked an integer;
             (N, num_features) -> the same; in evaluation (num_features,) too.
    Raises:  ValueError: fewer than two examples in training; an input of another shape; eps negative, momentum outside
             [0, 1]. TypeError: a setting of another type.
    Differs: PyTorch takes sequences, (N, C, L), too. A lecture deck calls the outputs Gaussian: they have mean 0 and
             variance 1, whatever their distribution.
    Example:
        >>> norm = BatchNorm1d(1, eps=0.0)
        >>> norm([[1.0], [3.0]])[:, 0]
        array([Value(-1.0), Value(1.0)], dtype=object)
        >>> norm.running_mean, norm.running_var
        (array([0.2]), array([1.1]))

    Source:  Ioffe, Szegedy, Batch Normalization (2015), algorithms 1 and 2; torch.nn.BatchNorm1d.
    """

    running_mean: Any
    running_var: Any
    num_batches_tracked: Any

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True,
                 track_running_stats: bool = True, *, bias: bool = True) -> None:
        super().__init__()
        self.num_features = n = count(num_features, "BatchNorm1d: num_features")
        self.eps = not_negative(eps, "BatchNorm1d: eps")
        self.momentum = None if momentum is None else share(momentum, "BatchNorm1d: momentum")
        self.affine = flag(affine, "BatchNorm1d: affine")
        self.track_running_stats = flag(track_running_stats, "BatchNorm1d: track_running_stats")
        self.weight = Parameter(np.ones(n)) if affine else None
        self.bias = Parameter(np.zeros(n)) if affine and flag(bias, "BatchNorm1d: bias") else None
        self.register_buffer("running_mean", np.zeros(n) if track_running_stats else None)
        self.register_buffer("running_var", np.ones(n) if track_running_stats else None)
        self.register_buffer("num_batches_tracked", 0 if track_running_stats else None)

    def forward(self, input: Any) -> Array:
        """The normalised batch; in training, the running statistics move on once it is computed."""
        rows, single = examples(input, self.num_features, "BatchNorm1d")
        by_batch = self.training or not self.track_running_stats
        trace = tracing.recording()
        if trace is not None and len(rows) == 1 and not trace.whole:
            return beside([[y] for y in self._traced(rows[0], trace, by_batch)], single)
        if by_batch and len(rows) < 2:
            raise ValueError(f"BatchNorm1d: {len(rows)} example in a batch has no variance to divide by. "
                             "Train on batches of two or more, or call eval() first.")
        kept = [] if by_batch else [tracing.reread(lambda: self.running_mean), tracing.reread(lambda: self.running_var)]
        means, variances, columns = [], [], []
        for j in range(self.num_features):
            with scope(f"feature{j}"):
                xs = [row[j] for row in rows]
                μ = mean(xs) if by_batch else kept[0][j]
                ds = [x - μ for x in xs]
                var = dot(ds, ds) / float(len(ds)) if by_batch else kept[1][j]
                σ = sqrt(var + self.eps)
                columns.append(self._scaled(j, [div(d, σ) for d in ds]))
            means.append(μ)
            variances.append(var)
        if self.training and self.track_running_stats:
            if trace is None:
                self._track(values(means), values(variances), len(rows))
            else:
                k = self.num_features
                trace.told.append((lambda numbers, _: self._track(numbers[:k], numbers[k:], len(rows)), [*means, *variances]))
        return beside(columns, single)

    def _traced(self, xs: list[Any], trace: tracing.Recording, by_batch: bool) -> list[Any]:
        """The same for the one example of a trace: means over the batch are taken in every run."""
        if by_batch:
            trace.smallest = max(trace.smallest, 2)
            means = [tracing.batch_mean(x) for x in xs]
            variances = [tracing.batch_mean((x - μ) * (x - μ)) for x, μ in zip(xs, means, strict=True)]
        else:
            means = tracing.reread(lambda: self.running_mean)
            variances = tracing.reread(lambda: self.running_var)
        outputs = []
        for j, (x, μ, var) in enumerate(zip(xs, means, variances, strict=True)):
            with scope(f"feature{j}"):
                outputs += self._scaled(j, [div(x - μ, sqrt(var + self.eps))])
        if self.training and self.track_running_stats:
            trace.told.append((lambda numbers, n: self._track(numbers[: len(xs)], numbers[len(xs) :], n), [*means, *variances]))
        return outputs

    def extra_repr(self) -> str:
        """The settings, as they stand in the printed form."""
        return (f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
                f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}")

    def _scaled(self, j: int, xs: list[Any]) -> list[Any]:
        """γx + β of feature j."""
        if self.weight is not None:
            γ = self.weight[j]
            xs = [x * γ for x in xs]
        if self.bias is not None:
            β = self.bias[j]
            xs = [x + β for x in xs]
        return xs

    def _track(self, μ: Array, var: Array, n: int) -> None:
        """Move the running statistics towards those of a batch of n."""
        batches = self.num_batches_tracked + 1
        m = 1.0 / batches if self.momentum is None else self.momentum
        self.running_mean = (1.0 - m) * self.running_mean + m * μ
        self.running_var = (1.0 - m) * self.running_var + m * (var * n / (n - 1))
        self.num_batches_tracked = batches

    def _outputs(self, inputs: int | None) -> int | None:  # noqa: ARG002
        return self.num_features
