from typing import Any

import numpy as np
from numpy.typing import NDArray

operations: list[str]
rules: list[str]
widths: list[str]
digest: str

class Machine:
    width: str
    def __init__(
        self,
        uniform: NDArray[np.float64],
        varying: NDArray[np.float64],
        uniform_adjoint: NDArray[np.float64],
        varying_adjoint: NDArray[np.float64],
        index: NDArray[np.int64],
        scratch: NDArray[np.float64],
        cleared: NDArray[np.int64],
        examples: NDArray[np.float64],
        code: NDArray[np.int64],
        batches: list[tuple[int, int]],
        batch: int,
        stride: int,
        inputs: int,
        width: str | None = None,
    ) -> None: ...
    def forward(self) -> None: ...
    def run(self, seeds: list[Any]) -> None: ...

class Scalars:
    def __init__(self, arrays: tuple[Any, ...], width: str, *sizes: int) -> None: ...
    def forward(self) -> None: ...
    def run(self) -> None: ...

class Step:
    def __init__(self, owner: Any) -> None: ...
    def __call__(self, *batch: Any) -> float: ...
    def bind(self, *how: Any) -> None: ...
    def take(self, losses: NDArray[np.float64], *arrays: NDArray[np.float64]) -> int: ...
