"""Whether somebody wears the shop's uniform: a picture and its people in, what each wears out. Pure.

The middle of the upper body is looked at, point by point, and held against the uniform's colours by CIE 94 as it is
for textiles: light, folds and shadows change lightness and chroma and leave the hue, which therefore counts most.
Whoever stands behind somebody is not judged by that one's clothes. No colour leaves this place, only the verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from edge.vision.detections import Boxes, Clothes, Image, Track

Lab = npt.NDArray[np.float64]  # (N, 3): L* 0..100, a*, b*

# The part of a box that the upper body's clothes fill, as shares of its width and height from the left and the top.
TORSO = (0.32, 0.20, 0.68, 0.45)
# So many points of it are looked at, across and down.
POINTS = (8, 8)
# Of a smaller person, in pixels of height, nothing can be said.
LEAST_HEIGHT = 40.0
# Whoever has more of their torso than this behind somebody nearer to the camera is not judged.
MOST_HIDDEN = 0.1
# Linear sRGB to XYZ, divided by the D65 white point: IEC 61966-2-1.
_XYZ = np.asarray(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _XYZ.sum(axis=1)
# Where the cube root gives way to a straight: CIE 15:2004.
_EPSILON, _KAPPA = 216 / 24389, 24389 / 27


@dataclass(frozen=True)
class Uniform:
    """What the staff wear.

    Attributes:
        colours: (N, 3) Lab.
        tolerance: how far a point may be from one of them, ΔE*94.
        least_share: so many of a torso's points have to be near, for it to be the uniform.
    """

    colours: Lab
    tolerance: float
    least_share: float = 0.5

    def worn(self, points: npt.NDArray[np.uint8]) -> Clothes:
        """What somebody wears.

        Args:
            points: (N, 3) BGR, of their torso.
        """
        near = (distance(self.colours, lab(points)) <= self.tolerance).any(axis=1)
        return Clothes.UNIFORM if near.mean() >= self.least_share else Clothes.OTHER

    def seen(self, image: Image, tracks: Sequence[Track]) -> list[Track]:
        """The people of a picture, with what each wears where that can be said."""
        boxes = np.asarray([track.box for track in tracks], dtype=np.float32).reshape(-1, 4)
        found = []
        for n, track in enumerate(tracks):
            points = None if _hidden(boxes, n) else torso(image, boxes[n])
            found.append(track if points is None else replace(track, clothes=self.worn(points)))
        return found


def uniform_of(colours: Sequence[str], tolerance: float) -> Uniform:
    """The uniform of a configuration.

    Args:
        colours: each as ``#d02020``, sRGB.
        tolerance: see `Uniform`.
    """
    bgr = np.asarray([[int(one[n : n + 2], 16) for n in (5, 3, 1)] for one in colours], dtype=np.uint8)
    return Uniform(lab(bgr), tolerance)


def lab(bgr: npt.NDArray[np.uint8]) -> Lab:
    """CIE L*a*b* (D65) of sRGB colours.

    Args:
        bgr: (N, 3).
    """
    encoded = bgr[:, ::-1] / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - IEC 61966-2-1
    ratio = linear @ _XYZ.T / _WHITE
    x, y, z = np.where(ratio > _EPSILON, np.cbrt(ratio), (_KAPPA * ratio + 16) / 116).T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def distance(standards: Lab, samples: Lab) -> npt.NDArray[np.float64]:
    """How different colours look: ΔE*94 with the weights for textiles (CIE 116-1995: k_L 2, K_1 0.048, K_2 0.014).

    Args:
        standards: (N, 3).
        samples: (M, 3).

    Returns:
        (M, N).
    """
    apart = samples[:, None, :] - standards[None, :, :]
    chroma = np.hypot(standards[:, 1], standards[:, 2])
    by_chroma = np.hypot(samples[:, 1], samples[:, 2])[:, None] - chroma
    by_hue = np.maximum(0.0, np.square(apart[:, :, 1:]).sum(axis=2) - by_chroma**2)
    squares = (apart[:, :, 0] / 2) ** 2 + (by_chroma / (1 + 0.048 * chroma)) ** 2 + by_hue / (1 + 0.014 * chroma) ** 2
    found: npt.NDArray[np.float64] = np.sqrt(squares)
    return found


def torso(image: Image, box: Boxes) -> npt.NDArray[np.uint8] | None:
    """Points of somebody's upper body, (N, 3) BGR; None where it is too small or not in the picture.

    Args:
        image: BGR.
        box: (4,) the whole person's.
    """
    left, top, right, bottom = _torso(box)
    height, width = image.shape[:2]
    if box[3] - box[1] < LEAST_HEIGHT or not (0 <= left < right < width and 0 <= top < bottom < height):
        return None
    columns = np.linspace(left, right, POINTS[0]).astype(np.intp)
    rows = np.linspace(top, bottom, POINTS[1]).astype(np.intp)
    return image[np.ix_(rows, columns)].reshape(-1, 3)


def _torso(box: Boxes) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(side) for side in box)
    wide, tall = x2 - x1, y2 - y1
    return x1 + TORSO[0] * wide, y1 + TORSO[1] * tall, x1 + TORSO[2] * wide, y1 + TORSO[3] * tall


def _hidden(boxes: Boxes, n: int) -> bool:
    """Whether the nth's torso is behind somebody: whose feet are lower in the picture is nearer."""
    left, top, right, bottom = _torso(boxes[n])
    area = max(1e-6, (right - left) * (bottom - top))
    for other in boxes[boxes[:, 3] > boxes[n, 3]]:
        wide = min(right, float(other[2])) - max(left, float(other[0]))
        tall = min(bottom, float(other[3])) - max(top, float(other[1]))
        if wide > 0 and tall > 0 and wide * tall > MOST_HIDDEN * area:
            return True
    return False
