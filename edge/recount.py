"""Count a camera's past again, over the lines, zones and queues of a configuration, from what was kept of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from edge.config.camera import CameraConfig
from edge.config.read import load
from edge.errors import ConfigError
from edge.events import TYPE_OF
from edge.past import past_of
from edge.vision import foot_store
from edge.vision.measures import Drawn, Measured
from edge.vision.recounting import Recounting
from edge.vision.setup import drawn_of, staff_of


@dataclass(frozen=True)
class Wanted:
    """What of a camera is to be counted again; all that is drawn into its picture when nothing is named.

    Attributes:
        line: ids of lines.
        zone: ids of zones.
        queue: ids of queues.
    """

    line: Sequence[str] = ()
    zone: Sequence[str] = ()
    queue: Sequence[str] = ()


def recount(config_file: Path, camera_id: str, begin: str, end: str, wanted: Wanted) -> list[Measured]:
    """The intervals of a past time.

    Args:
        config_file: the gateway's, or a draft of it with the same data_dir: its lines, zones and queues are counted.
        camera_id: which camera.
        begin: ISO 8601; in the shop's time zone where it names none.
        end: the same; itself not included.
        wanted: what to count.

    Raises:
        ConfigError: there is no such camera, line, zone or queue, a time is none, or nothing was kept of that time.
    """
    past = past_of(load(config_file), camera_id, begin, end)
    chosen = _chosen(past.camera, wanted)
    counting = Recounting(lambda size: replace(_drawn(chosen, size), staff=staff_of(past.camera, size)))
    records = foot_store.read(past.folder, past.begin, past.end)
    events = list(counting.run(records, past.begin, past.end))
    if not events:
        raise ConfigError(past.nothing(), "--from")
    return events


def rows(events: Sequence[Measured]) -> Iterator[Mapping[str, Any]]:
    """Each interval as a row: its type, and the fields of its event."""
    for event in events:
        yield {"type": TYPE_OF[type(event)].name, **msgspec.to_builtins(event)}


def _chosen(camera: CameraConfig, wanted: Wanted) -> CameraConfig:
    if not (wanted.line or wanted.zone or wanted.queue):
        return camera
    chosen: dict[str, Any] = {"floor": None, "capture": (), "staff": None}
    for section in ("line", "zone", "queue"):
        drawn = {one.id: one for one in getattr(camera, section)}
        for one in getattr(wanted, section):
            if one not in drawn:
                known = ", ".join(drawn)
                raise ConfigError(
                    f"expected a {section} of {camera.id} ({known or 'none'}), found {one!r}", f"--{section}"
                )
        chosen[section] = tuple(drawn[one] for one in getattr(wanted, section))
    return msgspec.structs.replace(camera, **chosen)


def _drawn(camera: CameraConfig, size: tuple[int, int]) -> Drawn:
    for error in camera.outside(size):
        raise ConfigError(error.message, f"camera {camera.id}: {error.path}")
    return drawn_of(camera, size)
