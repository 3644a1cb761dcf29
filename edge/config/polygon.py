"""What a polygon of the configuration must be: simple, with an area. Pure. Pixels."""

import math
from collections.abc import Sequence
from itertools import combinations, pairwise

from edge.config.rules import FieldError

Point = tuple[float, float]
Edge = tuple[Point, Point]

# A smaller area than this, in square pixels, is a slip of the hand.
LEAST_AREA = 16.0
LEAST_CORNERS = 3


def simple(points: Sequence[Point], key: str = "points") -> None:
    """Three corners or more, no two the same, no edge that crosses another, and an area."""
    if len(points) < LEAST_CORNERS:
        raise FieldError(f"expected three points or more, found {len(points)}", key)
    for n, point in enumerate(points):
        if point in points[:n]:
            raise FieldError(f"expected different points, found {_words(point)} twice", key)
    for (i, one), (j, other) in combinations(enumerate(edges(points)), 2):
        beside = j == i + 1 or (i == 0 and j == len(points) - 1)
        if not beside and meet(one, other):
            raise FieldError(
                f"expected edges that do not cross, found that the edge from {_words(one[0])} to {_words(one[1])}"
                f" meets the one from {_words(other[0])} to {_words(other[1])}; give the points in their order around",
                key,
            )
    if abs(_area(points)) < LEAST_AREA:
        raise FieldError("expected an area, found points on one straight", key)


def edges(points: Sequence[Point]) -> list[Edge]:
    """The edges of a polygon, the last one back to the first point."""
    return list(pairwise((*points, points[0])))


def meet(one: Edge, other: Edge) -> bool:
    """Whether two segments have a point in common (by the turns at their ends)."""
    (a, b), (c, d) = one, other
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    on = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _between(*three) for turn, three in zip(turns, on, strict=True))


def holds(points: Sequence[Point], point: Point) -> bool:
    """Whether a point lies within (even-odd rule)."""
    inside = False
    for (ax, ay), (bx, by) in edges(points):
        if (ay > point[1]) != (by > point[1]) and point[0] < ax + (point[1] - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return inside


def apart(points: Sequence[Point], point: Point) -> float:
    """Pixels from a point to the polygon; 0 within it."""
    return 0.0 if holds(points, point) else min(_from_segment(point, edge) for edge in edges(points))


def overlap(one: Sequence[Point], other: Sequence[Point]) -> bool:
    """Whether two polygons have a point in common."""
    crossing = any(meet(a, b) for a in edges(one) for b in edges(other))
    return crossing or holds(one, other[0]) or holds(other, one[0])


def _area(points: Sequence[Point]) -> float:
    """Of a simple polygon, signed (the shoelace formula)."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in edges(points)) / 2


def _turn(a: Point, b: Point, c: Point) -> int:
    """Which way a → b → c turns: 1, -1, or 0 straight on."""
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (cross > 0) - (cross < 0)


def _between(a: Point, b: Point, c: Point) -> bool:
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _from_segment(point: Point, edge: Edge) -> float:
    a, b = edge
    along = (b[0] - a[0], b[1] - a[1])
    share = ((point[0] - a[0]) * along[0] + (point[1] - a[1]) * along[1]) / (along[0] ** 2 + along[1] ** 2)
    share = min(1.0, max(0.0, share))
    return math.dist(point, (a[0] + share * along[0], a[1] + share * along[1]))


def _words(point: Point) -> str:
    return f"[{point[0]:g}, {point[1]:g}]"
