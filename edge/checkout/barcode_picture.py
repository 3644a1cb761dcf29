"""Ways to look at a picture so that a barcode in it can be read: sizes, contrast, sharpness, angles."""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

# Nothing is gained above: a retail code has 113 modules with its margins.
LARGEST = 1280
# What a look enlarges stays below this many pixels on its longer side.
LARGEST_LOOK = 2000
# Neighbourhood in which the direction of bars is judged, in pixels.
NEIGHBOURHOOD = (41, 41)
# Degrees beside that direction: glare and perspective turn it.
BESIDE = (0.0, 4.0, -4.0)
# Blur along the bars, in pixels; their noise goes, their edges stay.
ALONG_BARS = 9
# Lines across the bars: where, as parts of the height, and how thick.
LINES = np.linspace(0.2, 0.8, 9)
THICKNESS = 0.02


def to_grey(image: NDArray[np.uint8]) -> Grey:
    """Grey and no larger than is of use.

    Args:
        image: (H, W, 3) BGR or (H, W) grey.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) if image.ndim > 2 else image  # noqa: PLR2004 - rows and columns
    whole = np.asarray(grey, dtype=np.uint8)
    scale = LARGEST / max(whole.shape)
    return _resized(whole, scale) if scale < 1 else whole


def looks(grey: Grey) -> Iterator[Grey]:
    """The picture in one way after the other, the cheapest first; each is made when it is asked for.

    As it is and turned so that bars stand upright, three times; each enlarged and with more contrast, then sharpened,
    then sharpened after a blur along the bars.
    """
    upright = upright_angle(grey)
    for turned in (grey, *(_turned(grey, upright + beside) for beside in BESIDE)):
        yield _contrasted(turned)
        larger = _enlarged(turned, 2.0)
        yield _sharpened(larger, 2.0, 1.0)
        yield _sharpened(cv2.blur(larger, (1, 2 * ALONG_BARS + 1)), 2.4, 2.0)


def lines(grey: Grey) -> Iterator[NDArray[np.float64]]:
    """Brightness along lines across the bars, each the mean of a few rows."""
    turned = _turned(grey, upright_angle(grey))
    height = len(turned)
    half = max(1, int(height * THICKNESS))
    for part in LINES:
        row = int(part * height)
        yield turned[max(0, row - half) : row + half + 1].mean(axis=0, dtype=np.float64)


def upright_angle(grey: Grey) -> float:
    """By how many degrees to turn the picture so that its bars stand upright.

    The mean direction of brightness's slope, weighed by how much of the slope around a pixel has one direction.
    """
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0).astype(np.float32)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.boxFilter(one, -1, NEIGHBOURHOOD) for one in (across * across, down * down, across * down))
    strength = np.hypot(xx - yy, 2 * xy) + 1e-3
    one_way = (strength / (xx + yy + 1e-3)) ** 4
    return float(np.degrees(np.arctan2((one_way * 2 * xy).sum(), (one_way * (xx - yy)).sum()) / 2))


def _resized(grey: Grey, scale: float) -> Grey:
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    size = tuple(max(1, round(side * scale)) for side in grey.shape[::-1])
    return np.asarray(cv2.resize(grey, size, interpolation=how), dtype=np.uint8)


def _enlarged(grey: Grey, scale: float) -> Grey:
    scale = min(scale, LARGEST_LOOK / max(grey.shape))
    return _resized(grey, scale) if scale > 1 else grey


def _contrasted(grey: Grey) -> Grey:
    return np.asarray(cv2.createCLAHE(3.0, (4, 4)).apply(grey), dtype=np.uint8)


def _sharpened(grey: NDArray[np.integer[Any] | np.floating[Any]], sigma: float, amount: float) -> Grey:
    blurred = cv2.GaussianBlur(grey, (0, 0), sigma)
    return np.asarray(cv2.addWeighted(grey, 1 + amount, blurred, -amount, 0), dtype=np.uint8)


def _turned(grey: Grey, degrees: float) -> Grey:
    """Turned about its middle, on a canvas that holds all of it; corners repeat the edge."""
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    canvas = int(height * sine + width * cosine), int(height * cosine + width * sine)
    turn[0, 2] += (canvas[0] - width) / 2
    turn[1, 2] += (canvas[1] - height) / 2
    turned = cv2.warpAffine(grey, turn, canvas, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, dtype=np.uint8)
