"""A picture at a glance: a small grey one, and how sharp the large one is. Pure; a fraction of a millisecond."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edge.vision.detections import Image

Grey = npt.NDArray[np.float32]

WIDE, TALL = 64, 36
# Every so manieth row is looked at for sharpness; smaller steps than this are the sensor's noise.
_ROWS = 8
_NOISE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What is kept of a picture.

    Attributes:
        thumb: (36, 64) grey, 0..255.
        sharpness: the mean step between neighbouring pixels of a row, as far as it is above noise, grey levels.
    """

    thumb: Grey
    sharpness: float


def look(image: Image) -> Look:
    """Look at a picture.

    Args:
        image: (height, width, 3); its middle channel (green) stands for grey.
    """
    return Look(thumbnail(image), _sharpness(image))


def thumbnail(image: Image) -> Grey:
    """(36, 64) grey: the mean of every second pixel of each cell, or of the nearest one in a smaller picture."""
    green = image[:, :, 1]
    height, width = green.shape
    tall, wide = height // (2 * TALL), width // (2 * WIDE)
    if not tall or not wide:
        rows, columns = np.arange(TALL) * height // TALL, np.arange(WIDE) * width // WIDE
        return green[np.ix_(rows, columns)].astype(np.float32)
    part = green[: 2 * tall * TALL : 2, : 2 * wide * WIDE : 2].reshape(TALL, tall, WIDE, wide)
    # Two sums of short rows are faster than one over two axes.
    sums: npt.NDArray[np.uint32] = part.sum(axis=3, dtype=np.uint32).sum(axis=1, dtype=np.uint32)
    return sums.astype(np.float32) / np.float32(tall * wide)


def _sharpness(image: Image) -> float:
    rows = image[::_ROWS, :, 1].astype(np.int16)
    steps = np.abs(rows[:, 1:] - rows[:, :-1]) - _NOISE
    return float(np.maximum(steps, 0).mean()) if steps.size else 0.0
