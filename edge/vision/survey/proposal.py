"""Where a counting line should go: over the ways that people took. Pure. Pixels.

Of straights in many directions and places, the best is gone over by most people who came from clear of it on one side
and went clear of it on the other; whoever appears, vanishes or turns round at it speaks against it. The line is as
long as the ways over it need.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edge.vision.line import Line, Point
from edge.vision.survey.paths import Path

DIRECTIONS, PLACES = 12, 24
# In heights of the person: this far off they are clear of a line; so much longer than the ways over it a line is.
CLEAR, MARGIN = 0.5, 0.6
# Somebody who appears, vanishes or turns round at a line costs as much of a crossing.
COST = 0.7
LEAST_CROSSINGS = 3
MOST_LINES = 2
# A line at the edge of the picture is worth so much less than one in its middle, as a share.
CENTRE = 0.1
# So much less is one that people go over as flatly as can be.
ASLANT = 0.3

Distances = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Proposal:
    """A line, and why.

    Attributes:
        line: where; its inside is towards the camera unless somebody says otherwise.
        crossings: how many of the ways seen go over it.
        against: how many appear, vanish or turn round at it.
        frames: analysed frames within half a height of it, for each way over it, the median.
        height: of those people there, pixels, the median.
    """

    line: Line
    crossings: int
    against: int
    frames: float
    height: float


def propose(paths: Sequence[Path], size: tuple[int, int]) -> list[Proposal]:
    """The best lines, at most two; none where too few people were seen to go anywhere.

    Args:
        paths: everybody's way.
        size: width and height of the picture.
    """
    found: list[Proposal] = []
    left = [path for path in paths if len(path.times) > 1]
    while len(found) < MOST_LINES:
        best = _best(left, size)
        if best is None:
            break
        normal, offset, over = best
        if found and len(over) < max(LEAST_CROSSINGS, 0.3 * len(left)):
            break
        found.append(_proposal(f"line-{len(found) + 1}", normal, offset, over, left, size))
        gone = {path.track for path in over}
        left = [path for path in left if path.track not in gone]
    return found


def _best(paths: Sequence[Path], size: tuple[int, int]) -> tuple[Point, float, list[Path]] | None:
    """Of all straights, the best one: its normal, its distance from the origin, and who goes over it."""
    best, worth = None, LEAST_CROSSINGS - 1.0
    all_ways = [(path, path.places, CLEAR * path.height) for path in paths]
    for normal in _normals():
        corner = [x * normal[0] + y * normal[1] for x in (0, size[0]) for y in (0, size[1])]
        low, high = min(corner), max(corner)
        ways = [(path, places @ np.asarray(normal), clear) for path, places, clear in all_ways]
        for place in range(1, PLACES):
            offset = low + (high - low) * place / PLACES
            over = [path for path, along, clear in ways if crosses(along - offset, clear)]
            against = sum(speaks_against(along - offset, clear) for _, along, clear in ways)
            off_centre = abs(place / PLACES - 0.5) * 2
            value = (len(over) - COST * against) * (1 - CENTRE * off_centre) * (1 - ASLANT * aslant(normal, over))
            if value > worth:
                best, worth = (normal, offset, over), value
    return best


def crosses(distances: Distances, clear: float) -> bool:
    """Whether a way comes from clear of the straight and ends clear of it on the other side.

    Args:
        distances: (N,) from the straight, one for each time.
        clear: how far off is clear of it.
    """
    first, last = float(distances[0]), float(distances[-1])
    return first * last < 0 and min(abs(first), abs(last)) > clear


def speaks_against(distances: Distances, clear: float) -> bool:
    """Whether somebody appears, vanishes or turns round at the straight; as for `crosses`."""
    if min(abs(float(distances[0])), abs(float(distances[-1]))) <= clear:
        return bool(np.ptp(distances) > clear)
    turns = int(np.count_nonzero(np.diff(np.sign(distances))))
    return turns > 1


def aslant(normal: Point, over: Sequence[Path]) -> float:
    """0..1, how far from straight over the line people go: 0 at right angles to it, 1 along it."""
    if not over:
        return 0.0
    ways = np.asarray([path.places[-1] - path.places[0] for path in over])
    straight = np.abs(ways @ np.asarray(normal)) / np.maximum(np.linalg.norm(ways, axis=1), 1e-9)
    return float(1 - straight.mean())


def _proposal(
    name: str, normal: Point, offset: float, over: Sequence[Path], paths: Sequence[Path], size: tuple[int, int]
) -> Proposal:
    along = (-normal[1], normal[0])
    places, frames, heights = [], [], []
    for path in over:
        distances = path.places @ np.asarray(normal) - offset
        near = int(np.abs(distances).argmin())
        places.append(float(path.places[near] @ np.asarray(along)))
        heights.append(path.heights[near])
        frames.append(int((np.abs(distances) <= CLEAR * path.heights[near]).sum()))
    height = float(np.median(heights))
    ends = [min(places) - MARGIN * height, max(places) + MARGIN * height]
    start, end = (_clipped(normal, offset, along, one, size) for one in ends)
    line = Line(name, start, end, _towards_camera(normal))
    against = sum(speaks_against(path.places @ np.asarray(normal) - offset, CLEAR * path.height) for path in paths)
    return Proposal(line, len(over), against, float(np.median(frames)), height)


def _clipped(normal: Point, offset: float, along: Point, place: float, size: tuple[int, int]) -> Point:
    """The point of the straight at `place` along it, or the nearest one within the picture, whole pixels."""
    base, step = np.asarray(normal) * offset, np.asarray(along)
    low, high = -math.inf, math.inf
    for axis in (0, 1):
        if abs(step[axis]) > 1e-9:  # noqa: PLR2004 - parallel to that side
            bounds = sorted(((0 - base[axis]) / step[axis], (size[axis] - base[axis]) / step[axis]))
            low, high = max(low, bounds[0]), min(high, bounds[1])
    x, y = base + step * min(max(place, low), high)
    return float(min(max(round(x), 0), size[0])), float(min(max(round(y), 0), size[1]))


def _normals() -> list[Point]:
    """Directions, evenly over half a turn."""
    angles = (math.pi * n / DIRECTIONS for n in range(DIRECTIONS))
    return [(math.cos(angle), math.sin(angle)) for angle in angles]


def _towards_camera(normal: Point) -> Point:
    """The normal that points down the picture, where the camera is; to the right along an upright line."""
    x, y = round(normal[0], 3), round(normal[1], 3)
    return (-x, -y) if y < 0 or (y == 0 and x < 0) else (x, y)


def toml(line: Line) -> str:
    """The line as a section of the configuration, ready to paste under its `[[camera]]`."""
    (x1, y1), (x2, y2), (nx, ny) = line.start, line.end, line.inside
    return (
        "[[camera.line]]\n"
        f'id = "{line.id}"\n'
        f"points = [[{x1:g}, {y1:g}], [{x2:g}, {y2:g}]]\n"
        f"inside = [{nx:g}, {ny:g}]  # towards the inside of the shop; turn both signs if it is the other way\n"
        f'anchor = "{line.anchor}"\n'
    )
