"""From pixels to metres on the floor: a homography from pairs of points. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edge.vision.line import Point

Matrix = npt.NDArray[np.float64]

# Nearer to the horizon than this share of the weight at the pairs, a pixel is nowhere on the floor.
_LEAST_WEIGHT = 0.05


@dataclass(frozen=True, eq=False)
class FloorPlane:
    """The floor as one camera sees it.

    Attributes:
        matrix: (3, 3), from homogeneous pixels to homogeneous metres; positive weights at the pairs.
        pixels: the pairs' pixels.
        metres: the pairs' places.
    """

    matrix: Matrix
    pixels: tuple[Point, ...]
    metres: tuple[Point, ...]

    def place(self, pixel: Point) -> Point | None:
        """Where a pixel of the floor is, metres; None at the horizon and above it."""
        x, y, weight = (float(one) for one in self.matrix @ np.asarray([*pixel, 1.0]))
        return None if weight < _LEAST_WEIGHT else (x / weight, y / weight)

    def errors_m(self) -> list[float]:
        """How far each pair's pixel falls from its place."""
        found = []
        for pixel, metres in zip(self.pixels, self.metres, strict=True):
            place = self.place(pixel)
            found.append(math.inf if place is None else math.dist(place, metres))
        return found

    def rms_m(self) -> float:
        """The root mean square of those errors; 0 with four pairs, which fit whatever they are."""
        errors = self.errors_m()
        return math.sqrt(sum(error**2 for error in errors) / len(errors))


def fit(pixels: Sequence[Point], metres: Sequence[Point]) -> FloorPlane:
    """The homography that brings pixels nearest to their places.

    Args:
        pixels: four or more, no three of some four on one straight.
        metres: the places of the same points.

    Returns:
        The plane. It fits badly where a pair is wrong: `errors_m` tells.

    Source: the normalised direct linear transformation, Hartley and Zisserman, "Multiple View Geometry in Computer
    Vision", 2nd ed., algorithm 4.2.
    """
    ours, theirs = _normaliser(pixels), _normaliser(metres)
    rows = []
    for pixel, place in zip(pixels, metres, strict=True):
        u, v, _ = ours @ np.asarray([*pixel, 1.0])
        x, y, _ = theirs @ np.asarray([*place, 1.0])
        rows.append([0, 0, 0, -u, -v, -1, y * u, y * v, y])
        rows.append([u, v, 1, 0, 0, 0, -x * u, -x * v, -x])
    _, _, turned = np.linalg.svd(np.asarray(rows, dtype=np.float64))
    matrix = np.linalg.inv(theirs) @ turned[-1].reshape(3, 3) @ ours
    weights = np.asarray([[*pixel, 1.0] for pixel in pixels]) @ matrix[2]
    matrix = matrix / np.median(weights)
    return FloorPlane(matrix, tuple(pixels), tuple(metres))


def _normaliser(points: Sequence[Point]) -> Matrix:
    """The similarity that brings points around the origin, at a mean distance of the root of two."""
    places = np.asarray(points, dtype=np.float64)
    centre = places.mean(axis=0)
    scale = math.sqrt(2) / float(np.linalg.norm(places - centre, axis=1).mean())
    return np.asarray([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]])
