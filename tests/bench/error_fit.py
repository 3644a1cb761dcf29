"""How much cameras miss, and how far they differ in it: scenes in, the three figures of `ErrorRates` out.

What a scene misses is negative binomial about M = missed · Σ exp(−fading (c − pivot)) over the confidences of what was
counted there, and half a crossing that was not seen; `between` is the square of the coefficient of variation. Figures
are posterior means over a grid, uniform in log `missed`, in `fading` and in √`between` (Gelman, Bayesian Analysis 1,
2006: uniform on the scale of a group's deviation). A camera counts once, in however many ways its pictures were played.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edge.vision.count_error import PIVOT, PRIOR, UNSEEN

MISSED = np.geomspace(0.01, 3, 30)
FADING = np.linspace(0, 12, 25)
DEVIATION = np.linspace(0.1, 3, 15)  # of a camera's rate, over the mean of all
Grid = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scene:
    """What was counted before a camera.

    Attributes:
        camera: which one.
        missed: how many crossings were not counted.
        confidences: of those that were.
    """

    camera: str
    missed: int
    confidences: Sequence[float]


def fit(scenes: Sequence[Scene]) -> tuple[float, float, float]:
    """`missed`, `fading` and `between`."""
    by_camera: dict[str, list[Grid]] = {}
    for scene in scenes:
        by_camera.setdefault(scene.camera, []).append(_likelihood(scene))
    log = sum((np.mean(one, axis=0) for one in by_camera.values()), np.zeros((1, 1, 1)))
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    missed = float(np.exp((weight.sum(axis=(1, 2)) * np.log(MISSED)).sum()))
    fading = float((weight.sum(axis=(0, 2)) * FADING).sum())
    return missed, fading, float((weight.sum(axis=(0, 1)) * DEVIATION**2).sum())


def _likelihood(scene: Scene) -> Grid:
    """Its logarithm, over missed, fading and deviation, but for a constant."""
    apart = np.asarray([*scene.confidences, UNSEEN]) - PIVOT
    weights = np.asarray([1.0] * len(scene.confidences) + [PRIOR])
    exposure = (weights * np.exp(-FADING[:, None] * apart)).sum(axis=1)
    mean = MISSED[:, None, None] * exposure[None, :, None]
    shape = 1 / DEVIATION[None, None, :] ** 2
    log: Grid = shape * np.log(shape / (shape + mean)) + scene.missed * np.log(mean / (shape + mean))
    for n in range(scene.missed):
        log = log + np.log(shape + n)
    return log
