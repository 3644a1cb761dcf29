"""What is kept beside the clip of a simulated floor: where everybody went, and their boxes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import ConfigError
from edge.sim.floor.walk import Walk
from edge.sim.render.floor_scene import Trod


@dataclass(frozen=True)
class FloorTruth:
    """The truth of a rendered floor.

    Attributes:
        scene: its name.
        fps: pictures a second.
        frames: how many pictures.
        people: where each went.
        boxes: for each picture everybody who shows, as `edge.sim.render.truth.boxes_of` gives them.
    """

    scene: str
    fps: int
    frames: int
    people: tuple[Trod, ...]
    boxes: list[list[dict[str, Any]]]

    @property
    def seconds(self) -> float:
        """How long the clip is."""
        return self.frames / self.fps

    @property
    def walks(self) -> list[Walk]:
        """Everybody's way."""
        return [one.walk() for one in self.people]


def read(folder: Path, scene: str) -> FloorTruth:
    """The truth of a scene in a folder of clips.

    Raises:
        ConfigError: it is not there, or is none.
    """
    file = folder / f"{scene}.json"
    try:
        found = json.loads(file.read_text("utf-8"))
        people = tuple(
            Trod(one["name"], one["since"], tuple((x, y) for x, y in one["places"])) for one in found["people"]
        )
        return FloorTruth(found["scene"], found["fps"], found["frames"], people, found["boxes"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(
            f"expected the truth of a rendered scene in {file}, found none; "
            f"render it with python -m edge.sim.render.scenes.{scene} --out {folder}"
        ) from None
