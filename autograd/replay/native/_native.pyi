from typing import Any

import numpy as np
from numpy.typing import NDArray

operations: list[str]
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
        code: NDArray[np.int64],
        index: NDArray[np.int64],
        transposed: NDArray[np.float64],
        batch: int,
        stride: int,
        inputs: int,
        width: str | None = None,
    ) -> None: ...
    def forward(self) -> None: ...
    def backward(self, seeds: list[Any]) -> None: ...
    def run(self, seeds: list[Any]) -> None: ...
