"""The geometry of a counting line. Pure. Pixels, y down.

start ─────┬───── end
│ distance > 0 on the inside
▼
"""

import math
from dataclasses import dataclass
from typing import Literal

from edge.vision.detections import Boxes

Anchor = Literal["foot", "center"]
Point = tuple[float, float]

# A line that is drawn to the border of the picture means "and on": feet there are cut off by the border.
BORDER_SHARE = 0.02
BEYOND = 1e5


@dataclass(frozen=True)
class Line:
    """A segment with an inside.

    Attributes:
        id: its name.
        start: one end.
        end: the other end.
        inside: a direction that points to the inside; need not be perpendicular.
        anchor: which point of a person's box crosses it.
    """

    id: str
    start: Point
    end: Point
    inside: Point
    anchor: Anchor = "foot"

    def normal(self) -> Point:
        """The unit vector across the line that points to the inside."""
        along_x, along_y = self.end[0] - self.start[0], self.end[1] - self.start[1]
        length = math.hypot(along_x, along_y)
        across = (-along_y / length, along_x / length)
        side = across[0] * self.inside[0] + across[1] * self.inside[1]
        return across if side >= 0 else (-across[0], -across[1])

    def distance(self, point: Point) -> float:
        """Pixels from the line's straight to `point`; positive on the inside."""
        normal = self.normal()
        return (point[0] - self.start[0]) * normal[0] + (point[1] - self.start[1]) * normal[1]

    def holds(self, point: Point) -> bool:
        """Whether the foot of the perpendicular from `point` lies between the ends."""
        along = (self.end[0] - self.start[0], self.end[1] - self.start[1])
        share = ((point[0] - self.start[0]) * along[0] + (point[1] - self.start[1]) * along[1]) / (
            along[0] ** 2 + along[1] ** 2
        )
        return 0.0 <= share <= 1.0

    def opened(self, frame_size: tuple[int, int]) -> "Line":
        """The same line with each end that lies at the border of the picture carried on beyond it."""
        length = math.dist(self.start, self.end)
        step = (
            (self.end[0] - self.start[0]) / length * BEYOND,
            (self.end[1] - self.start[1]) / length * BEYOND,
        )
        start, end = self.start, self.end
        if _at_border(start, frame_size):
            start = (start[0] - step[0], start[1] - step[1])
        if _at_border(end, frame_size):
            end = (end[0] + step[0], end[1] + step[1])
        return Line(self.id, start, end, self.inside, self.anchor)


def _at_border(point: Point, frame_size: tuple[int, int]) -> bool:
    return any(
        place <= BORDER_SHARE * size or place >= (1 - BORDER_SHARE) * size
        for place, size in zip(point, frame_size, strict=True)
    )


def anchor_point(box: Boxes, anchor: Anchor) -> Point:
    """The point of a box (4,) that counts: bottom centre or centre."""
    x = (float(box[0]) + float(box[2])) / 2
    return (x, float(box[3])) if anchor == "foot" else (x, (float(box[1]) + float(box[3])) / 2)


def meeting(before: Point, after: Point, distance_before: float, distance_after: float) -> Point:
    """Where the way between two points on different sides meets the line's straight."""
    share = distance_before / (distance_before - distance_after)
    return before[0] + share * (after[0] - before[0]), before[1] + share * (after[1] - before[1])
