"""Error surfaces that a descent can be watched on: classic ones of two numbers, and slices through that of a net.

    path = trajectory(ravine, (-10.0, 1.0), lambda params: SGD(params, lr=0.09), steps=50)
"""

from nn.surfaces.classic import beale, plateau, ravine, rosenbrock, saddle
from nn.surfaces.landscapes import Landscape, landscape, random_direction
from nn.surfaces.trajectories import trajectory

__all__ = [
    "Landscape",
    "beale",
    "landscape",
    "plateau",
    "random_direction",
    "ravine",
    "rosenbrock",
    "saddle",
    "trajectory",
]
