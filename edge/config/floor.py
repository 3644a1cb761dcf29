"""The configuration of a camera's floor: which pixels are which places. Pure."""

import math
from itertools import combinations
from typing import Annotated

import msgspec

from edge.config.rules import FieldError
from edge.config.section import Section
from edge.config.zone import Pixel

Metres = Annotated[float, msgspec.Meta(ge=-1000, le=1000)]
Point = tuple[float, float]

LEAST_PAIRS, MOST_PAIRS = 4, 40
# Three points whose triangle is this much flatter than it is long lie on one straight.
FLAT = 0.02


class FloorConfig(Section, frozen=True, kw_only=True):
    """The floor that a camera sees, by pairs of points.

    Attributes:
        pixels: points of the floor in the picture, four or more.
        metres: the same points on the floor, in the same order; where its axes begin and lie is free.
        heatmap_m: the side of a heatmap's cell; None makes no heatmap.
    """

    pixels: Annotated[tuple[tuple[Pixel, Pixel], ...], msgspec.Meta(max_length=MOST_PAIRS)]
    metres: Annotated[tuple[tuple[Metres, Metres], ...], msgspec.Meta(max_length=MOST_PAIRS)]
    heatmap_m: Annotated[float, msgspec.Meta(ge=0.05, le=100)] | None = None

    def __post_init__(self) -> None:
        if len(self.pixels) < LEAST_PAIRS:
            raise FieldError(f"expected four points or more, found {len(self.pixels)}", "pixels")
        if len(self.metres) != len(self.pixels):
            raise FieldError(
                f"expected one for each of the {len(self.pixels)} pixels, found {len(self.metres)}", "metres"
            )
        for key, points in (("pixels", self.pixels), ("metres", self.metres)):
            if not spread(points):
                raise FieldError(
                    "expected four points of which no three lie on one straight, found none such;"
                    " take them from the corners of an area of the floor",
                    key,
                )


def spread(points: tuple[Point, ...]) -> bool:
    """Whether four of the points tell a plane: no three of them on one straight.

    Source: Hartley and Zisserman, "Multiple View Geometry in Computer Vision", 2nd ed., section 4.1.3 (degenerate
    configurations).
    """
    return any(all(not _flat(*three) for three in combinations(four, 3)) for four in combinations(points, 4))


def _flat(a: Point, b: Point, c: Point) -> bool:
    doubled_area = abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
    longest = max(math.dist(a, b), math.dist(b, c), math.dist(a, c))
    return doubled_area <= FLAT * longest**2
