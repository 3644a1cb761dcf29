"""What a scene is: a camera, a counting line, and who walks where and when."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from edge.sim.render.camera import Placement
from edge.sim.render.room import Room
from edge.sim.render.walking import Person


@dataclass(frozen=True)
class Scene:
    """One clip to render.

    Attributes:
        name: the clip's file name without its ending.
        camera: where the camera hangs.
        line: the counting line on the floor, metres; people who go to smaller Y go in.
        cast: makes the people of the clip.
        frames: length of the clip in pictures.
        fps: pictures per second.
        seed: of the room's goods and the camera's noise.
        poster: the picture that is also kept as PNG.
        room: makes the room.
        oversample: raw pixels for each side of a pixel; 1 takes half the time of 2.
    """

    name: str
    camera: Placement
    line: tuple[tuple[float, float], tuple[float, float]]
    cast: Callable[[], list[Person]]
    frames: int
    fps: int = 10
    seed: int = 20
    poster: int = 0
    room: Callable[[np.random.Generator], Room] = Room
    oversample: int = 2
