"""The geometry of an area in the picture. Pure. Pixels, y down."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from edge.vision.line import BORDER_SHARE, Point

# Feet on the border of the picture are taken this far inwards, pixels: a polygon that ends there holds them.
_INWARDS = 1e-3


class Area(Protocol):
    """A part of the picture."""

    def depth(self, point: Point) -> float:
        """Pixels from `point` to the area's edge; positive inside, infinite where there is no edge."""
        ...


@dataclass(frozen=True)
class Polygon:
    """A simple polygon in a picture.

    A corner at the border of the picture means "and on": feet there are cut off by the border, so an edge along it
    is no edge that anybody can go over.

    Attributes:
        points: its corners, three or more, in either sense of rotation; the last is joined to the first.
        frame_size: width and height of the picture.
    """

    points: tuple[Point, ...]
    frame_size: tuple[int, int]

    def __post_init__(self) -> None:
        snapped = tuple(_snapped(point, self.frame_size) for point in self.points)
        object.__setattr__(self, "points", snapped)

    def depth(self, point: Point) -> float:
        """Pixels from `point` to the nearest edge that is not the picture's; positive inside."""
        point = _held(point, self.frame_size)
        near = min((_apart(point, a, b) for a, b in self._edges() if not self._at_border(a, b)), default=math.inf)
        return near if self.holds(point) else -near

    def holds(self, point: Point) -> bool:
        """Whether `point` lies within (even-odd rule: a ray to the right meets an odd number of edges)."""
        inside = False
        x, y = point
        for (ax, ay), (bx, by) in self._edges():
            if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
                inside = not inside
        return inside

    def _edges(self) -> list[tuple[Point, Point]]:
        return list(pairwise((*self.points, self.points[0])))

    def _at_border(self, a: Point, b: Point) -> bool:
        return any(a[axis] == b[axis] and a[axis] in (0.0, float(self.frame_size[axis])) for axis in (0, 1))


@dataclass(frozen=True)
class Disc:
    """All points within `radius` pixels of `centre`."""

    centre: Point
    radius: float

    def depth(self, point: Point) -> float:
        """Pixels from `point` to the circle; positive inside."""
        return self.radius - math.dist(point, self.centre)


@dataclass(frozen=True)
class Union:
    """What lies in one of several areas."""

    areas: Sequence[Area]

    def depth(self, point: Point) -> float:
        """The depth in the area that `point` is deepest in."""
        return max(area.depth(point) for area in self.areas)


def _snapped(point: Point, frame_size: tuple[int, int]) -> Point:
    """A point near the border of the picture moved onto it."""
    x, y = (
        0.0 if place <= BORDER_SHARE * size else float(size) if place >= (1 - BORDER_SHARE) * size else float(place)
        for place, size in zip(point, frame_size, strict=True)
    )
    return x, y


def _held(point: Point, frame_size: tuple[int, int]) -> Point:
    """The point of the picture that is nearest to `point`."""
    x, y = (min(max(place, _INWARDS), size - _INWARDS) for place, size in zip(point, frame_size, strict=True))
    return x, y


def _apart(point: Point, a: Point, b: Point) -> float:
    """The distance of a point from a segment."""
    along = (b[0] - a[0], b[1] - a[1])
    squared = along[0] ** 2 + along[1] ** 2
    share = ((point[0] - a[0]) * along[0] + (point[1] - a[1]) * along[1]) / squared if squared else 0.0
    share = min(1.0, max(0.0, share))
    return math.dist(point, (a[0] + share * along[0], a[1] + share * along[1]))
