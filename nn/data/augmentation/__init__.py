"""More examples from those there are: functions of a mini-batch, drawn afresh each time, as `nn.fit(augment=…)` takes them.

    Compose([Rotate(10, shape=(8, 8)), GaussianNoise(0.1)])(X, y) -> (X, y)
"""

from nn.data.augmentation.images import Blur, Cutout, Mirror, Rotate
from nn.data.augmentation.mixing import Compose, Mixup
from nn.data.augmentation.noise import Brightness, GaussianNoise, Jitter

__all__ = [
    "Blur",
    "Brightness",
    "Compose",
    "Cutout",
    "GaussianNoise",
    "Jitter",
    "Mirror",
    "Mixup",
    "Rotate",
]
