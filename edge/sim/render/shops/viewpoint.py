"""Where a shop's cameras hang and what their lenses do, drawn at random. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.sim.render.camera import Placement


@dataclass(frozen=True)
class Viewpoint:
    """A camera.

    Attributes:
        place: where it hangs, and its picture's size.
        barrel: distortion, share by which the corners are drawn in (0 is none).
    """

    place: Placement
    barrel: float


Point = tuple[float, float]  # metres

SIZES = ((480, 272), (480, 288), (448, 336))
AT_SOMEBODY, DISTORTED = 0.85, 0.6  # shares of the cameras
NEAR, OVERHEAD, LOW_OVERHEAD = 0.28, 0.16, 0.5  # shares of the cameras; the last one of those overhead


def draw(rng: np.random.Generator, size: Point, tall: float, people: Sequence[Point]) -> Viewpoint:
    """A camera in a room; mostly it looks at where somebody is.

    Args:
        rng: what draws it.
        size: of the room, width and depth in metres.
        tall: of the room, metres.
        people: where they stand.
    """
    somebody = people[int(rng.integers(len(people)))] if people else None
    if somebody is not None and rng.uniform() < NEAR:
        place = _near(rng, size, tall, somebody)
    elif rng.uniform() < OVERHEAD:
        place = _overhead(rng, size, tall, _aim(rng, size, somebody))
    else:
        place = _room(rng, size, tall, _aim(rng, size, somebody))
    return Viewpoint(place, rng.uniform(0.0, 0.16) if rng.uniform() < DISTORTED else 0.0)


def _aim(rng: np.random.Generator, size: Point, somebody: Point | None) -> Point:
    """The place on the floor that a camera looks at."""
    if somebody is not None and rng.uniform() < AT_SOMEBODY:
        return somebody[0] + rng.normal(0.0, 0.5), somebody[1] + rng.normal(0.0, 0.5)
    return rng.uniform(-0.3, 0.3) * size[0], rng.uniform(-0.3, 0.3) * size[1]


def _room(rng: np.random.Generator, size: Point, tall: float, aim: Point) -> Placement:
    """High up, over a room or a part of it."""
    height = min(rng.uniform(2.2, 6.0), tall - 0.1)
    tilt = float(np.clip(rng.normal(30.0, 11.0), 15.0, 60.0))
    hfov = float(rng.choice([rng.uniform(32, 60), rng.uniform(60, 100)]))
    back = (height - 1.0) / math.tan(math.radians(tilt)) * rng.uniform(0.8, 1.25)
    return _looking(rng, size, aim, back, (height, tilt, hfov))


def _overhead(rng: np.random.Generator, size: Point, tall: float, aim: Point) -> Placement:
    """Straight down or nearly so; half of them hang low, as over a door: heads and shoulders fill the picture."""
    most = 3.2 if rng.uniform() < LOW_OVERHEAD else 6.0
    height = min(rng.uniform(2.2, most), tall - 0.1)
    tilt, hfov = rng.uniform(60.0, 90.0), rng.uniform(75.0, 110.0)
    back = (height - 1.0) / math.tan(math.radians(min(tilt, 89.0)))
    return _looking(rng, size, aim, back, (height, tilt, hfov))


def _near(rng: np.random.Generator, size: Point, tall: float, somebody: Point) -> Placement:
    """Beside a door, a shelf or a checkout: whoever stands there fills the picture or more."""
    height, back = min(rng.uniform(1.4, 3.0), tall - 0.1), rng.uniform(0.9, 3.2)
    tilt = math.degrees(math.atan2(height - rng.uniform(0.7, 1.5), back)) + rng.normal(0.0, 5.0)
    return _looking(rng, size, somebody, back, (height, float(np.clip(tilt, 0.0, 60.0)), rng.uniform(42.0, 95.0)))


def _looking(
    rng: np.random.Generator, size: Point, aim: Point, back: float, lens: tuple[float, float, float]
) -> Placement:
    """A camera so far back from what it looks at, from any side, but within the walls.

    Args:
        rng: what draws the side.
        size: of the room, metres.
        aim: place on the floor.
        back: distance over the floor, metres.
        lens: height in metres, tilt and horizontal field of view in degrees.
    """
    height, tilt, hfov = lens
    side = rng.uniform(0, 2 * math.pi)
    x = float(np.clip(aim[0] - back * math.sin(side), -0.47 * size[0], 0.47 * size[0]))
    y = float(np.clip(aim[1] - back * math.cos(side), -0.47 * size[1], 0.47 * size[1]))
    yaw = math.degrees(math.atan2(aim[0] - x, aim[1] - y)) + rng.normal(0.0, 0.12 * hfov)
    columns, rows = SIZES[int(rng.integers(len(SIZES)))]
    return Placement((x, y, height), yaw, tilt, hfov, columns, rows)
