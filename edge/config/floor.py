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
        if len(self.pixels) == LEAST_PAIRS and not same_order(self.pixels, self.metres):
            raise FieldError(
                "expected the four places in the order of their pixels, found them in another;"
                " go round the area in pixels and in metres from the same corner",
                "metres",
            )


def spread(points: tuple[Point, ...]) -> bool:
    """Whether four of the points tell a plane: no three of them on one straight.

    Source: Hartley and Zisserman, "Multiple View Geometry in Computer Vision", 2nd ed., section 4.1.3 (degenerate
    configurations).
    """
    return any(all(not _flat(*three) for three in combinations(four, 3)) for four in combinations(points, 4))


def same_order(pixels: tuple[Point, ...], metres: tuple[Point, ...]) -> bool:
    """Whether a camera can see these places at these pixels.

    Any three of them turn the same way in both, or any three the other way (axes may lie as they like).

    Args:
        pixels: four, no three on one straight.
        metres: the same points on the floor.

    Source: a homography keeps the turn of all triangles on one side of its horizon; Hartley and Zisserman, 2nd ed.,
    section 21.1 (quasi-affine transformations).
    """
    triples = combinations(zip(pixels, metres, strict=True), 3)
    turns = {_doubled_area(*(p for p, _ in three)) * _doubled_area(*(m for _, m in three)) > 0 for three in triples}
    return len(turns) == 1


def _flat(a: Point, b: Point, c: Point) -> bool:
    longest = max(math.dist(a, b), math.dist(b, c), math.dist(a, c))
    return abs(_doubled_area(a, b, c)) <= FLAT * longest**2


def _doubled_area(a: Point, b: Point, c: Point) -> float:
    """Twice the area of a triangle; its sign says which way round its corners are named."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
