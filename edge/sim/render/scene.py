"""What a scene is: a camera, a counting line, and who walks where and when."""

from collections.abc import Callable
from dataclasses import dataclass

from edge.sim.render.camera import Placement
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
    """

    name: str
    camera: Placement
    line: tuple[tuple[float, float], tuple[float, float]]
    cast: Callable[[], list[Person]]
    frames: int
    fps: int = 10
    seed: int = 20
    poster: int = 0
