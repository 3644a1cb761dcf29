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


SIZES = ((480, 272), (480, 288), (448, 336))
AT_SOMEBODY, OVERHEAD, DISTORTED = 0.85, 0.12, 0.6  # shares of the cameras


def draw(
    rng: np.random.Generator, size: tuple[float, float], tall: float, people: Sequence[tuple[float, float]]
) -> Viewpoint:
    """A camera in a room; mostly it looks at where somebody is.

    Args:
        rng: what draws it.
        size: of the room, width and depth in metres.
        tall: of the room, metres.
        people: where they stand.
    """
    width, depth = size
    height = min(rng.uniform(2.2, 6.0), tall - 0.1)
    aim = (rng.uniform(-0.3, 0.3) * width, rng.uniform(-0.3, 0.3) * depth)
    if people and rng.uniform() < AT_SOMEBODY:
        near = people[int(rng.integers(len(people)))]
        aim = (near[0] + rng.normal(0.0, 0.5), near[1] + rng.normal(0.0, 0.5))
    if rng.uniform() < OVERHEAD:
        tilt, hfov = rng.uniform(60.0, 90.0), rng.uniform(75.0, 110.0)
        back = (height - 1.0) / math.tan(math.radians(min(tilt, 89.0)))
    else:
        tilt = float(np.clip(rng.normal(30.0, 11.0), 15.0, 60.0))
        hfov = float(rng.choice([rng.uniform(32, 60), rng.uniform(60, 100)]))
        back = (height - 1.0) / math.tan(math.radians(tilt)) * rng.uniform(0.8, 1.25)
    side = rng.uniform(0, 2 * math.pi)
    at = [
        float(np.clip(aim[0] - back * math.sin(side), -0.47 * width, 0.47 * width)),
        float(np.clip(aim[1] - back * math.cos(side), -0.47 * depth, 0.47 * depth)),
    ]
    yaw = math.degrees(math.atan2(aim[0] - at[0], aim[1] - at[1])) + rng.normal(0.0, 0.12 * hfov)
    columns, rows = SIZES[int(rng.integers(len(SIZES)))]
    place = Placement((at[0], at[1], height), yaw, tilt, hfov, columns, rows)
    return Viewpoint(place, rng.uniform(0.0, 0.16) if rng.uniform() < DISTORTED else 0.0)
