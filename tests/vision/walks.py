"""People made of numbers: tracks along paths, a tenth of a second apart."""

from collections.abc import Callable, Sequence

import numpy as np

from edge.vision.detections import Track
from edge.vision.line import Point

STEP_S = 0.1
HEIGHT = 100.0
Place = Point | None  # None: not seen


def track(number: int, place: Point, at: float, height: float = HEIGHT) -> Track:
    x, y = place
    return Track(number, np.asarray([x - 20, y - height, x + 20, y], dtype=np.float32), 0.9, at)


def standing(place: Point, seconds: float) -> list[Place]:
    return [place] * round(seconds / STEP_S)


def walking(start: Point, end: Point, seconds: float) -> list[Place]:
    steps = round(seconds / STEP_S)
    return [
        (start[0] + n / steps * (end[0] - start[0]), start[1] + n / steps * (end[1] - start[1])) for n in range(steps)
    ]


def play(
    paths: Sequence[list[Place]],
    take: Callable[[list[Track], float], object],
    *,
    ids: Callable[[int, int], int] = lambda person, _: person,
    began_s: float = 0.0,
) -> float:
    """Feed frames of all paths to `take`; returns the time of the last one."""
    at = began_s
    for frame in range(max(map(len, paths))):
        at = began_s + frame * STEP_S
        seen = [(person, path[frame]) for person, path in enumerate(paths) if frame < len(path)]
        take([track(ids(person, frame), place, at) for person, place in seen if place is not None], at)
    return at
