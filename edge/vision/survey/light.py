"""How a scene is lit: brightness, contrast, glare and the sensor's noise. Pure. Grey levels, 0..255."""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from edge.vision.detections import Image

# Every so manieth pixel of a row and of a column is looked at.
_STEP = 4
# At least so bright is burnt out; so dark shows no detail.
_BURNT, _BLACK = 250, 16
# A normal distribution's standard deviation, from its median absolute deviation.
_SD_OF_MAD = 1.4826
MOST_LOOKS = 200

Sample = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Light:
    """What the pictures are like; medians over all that were looked at.

    Attributes:
        mean: of the picture.
        contrast: its standard deviation.
        burnt: 0..1, the share that is burnt out: windows and lamps behind people.
        black: 0..1, the share that shows no detail.
        noise: standard deviation of a still pixel from picture to picture; None of a single picture.
    """

    mean: float
    contrast: float
    burnt: float
    black: float
    noise: float | None


@dataclass
class LightMeter:
    """Gathers looks at pictures of one size, a bounded number."""

    _looks: list[tuple[float, float, float, float]] = field(default_factory=list)
    _noises: list[float] = field(default_factory=list)
    _before: Sample | None = None

    def add(self, image: Image) -> None:
        """Look at the next picture, (height, width, 3)."""
        if len(self._looks) >= MOST_LOOKS:
            return
        sample: Sample = image[::_STEP, ::_STEP, 1].astype(np.float32)
        self._looks.append(
            (float(sample.mean()), float(sample.std()), _share(sample >= _BURNT), _share(sample <= _BLACK))
        )
        if self._before is not None:
            change = np.abs(sample - self._before)
            # Most of a picture stands still; what moves is far out and leaves the median alone.
            self._noises.append(float(np.median(change)) * _SD_OF_MAD / math.sqrt(2))
        self._before = sample

    def light(self) -> Light | None:
        """What was found; None of no pictures."""
        if not self._looks:
            return None
        mean, contrast, burnt, black = (float(one) for one in np.median(np.asarray(self._looks), axis=0))
        noise = float(np.median(self._noises)) if self._noises else None
        return Light(mean, contrast, burnt, black, noise)


def _share(which: npt.NDArray[np.bool_]) -> float:
    return float(which.mean())
