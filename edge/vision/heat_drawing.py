"""A heatmap over a still: where people stood, from blue to red."""

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.detections import Image
from edge.vision.line import Point

# How far around a foot point it is warm, as a share of the picture's width; how much of the heat covers the still.
SPREAD, COVER = 0.015, 0.6
# The heat that most places stay below is the reddest, so that one who stood for long does not pale the others.
REDDEST = 99.5


def draw_heat(still: Image, feet: Iterable[Point]) -> Image:
    """Draw where people stood.

    Args:
        still: (height, width, 3) BGR.
        feet: foot points in its pixels, one for each person in each picture.
    """
    heat = _density(still.shape[:2], feet)
    warm = heat[heat > 0]
    if not len(warm):
        return still.copy()
    share = np.clip(heat / np.percentile(warm, REDDEST), 0, 1)
    colours = cv2.applyColorMap((share * 255).astype(np.uint8), cv2.COLORMAP_JET)
    cover = (COVER * np.sqrt(share))[:, :, None]
    drawn: Image = (still * (1 - cover) + colours * cover).astype(np.uint8)
    return drawn


def _density(size: tuple[int, ...], feet: Iterable[Point]) -> npt.NDArray[np.float32]:
    """How much time was spent around each pixel."""
    heat = np.zeros(size, dtype=np.float32)
    height, width = size
    for x, y in feet:
        column, row = int(x), int(min(y, height - 1))
        if 0 <= column < width and 0 <= row < height:
            heat[row, column] += 1
    spread = max(1.0, SPREAD * width)
    blurred = np.asarray(cv2.GaussianBlur(heat, (0, 0), spread), dtype=np.float32)
    return np.where(blurred > blurred.max() * 1e-3, blurred, np.float32(0))
