"""A time of a camera's past, as a person names it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from edge.config.camera import CameraConfig
from edge.config.gateway import Config
from edge.errors import ConfigError
from edge.vision import foot_store


@dataclass(frozen=True)
class Past:
    """A time of a camera's past.

    Attributes:
        camera: the camera's configuration.
        folder: where its foot records are.
        begin: UTC.
        end: UTC; not included.
    """

    camera: CameraConfig
    folder: Path
    begin: datetime
    end: datetime

    def holds(self, wall: datetime, after_s: float) -> bool:
        """Whether the moment so many seconds after `wall` is in it."""
        return self.begin <= wall + timedelta(seconds=after_s) < self.end

    def nothing(self) -> str:
        """What to say when nothing was kept of it."""
        files = foot_store.stored(self.folder)
        first = f"{foot_store.began_at(files[0]):%Y-%m-%dT%H:%M}Z" if files else ""
        kept = f"what is kept begins {first}" if files else f"nothing is in {self.folder}"
        return (
            f"expected tracks between {self.begin:%Y-%m-%dT%H:%M}Z and {self.end:%Y-%m-%dT%H:%M}Z, found none; {kept}"
        )


def past_of(config: Config, camera_id: str, begin: str, end: str) -> Past:
    """The time that somebody means.

    Args:
        config: the gateway's.
        camera_id: which camera.
        begin: ISO 8601; in the shop's time zone where it names none.
        end: the same.

    Raises:
        ConfigError: there is no such camera, or a time is none.
    """
    camera = _camera(config, camera_id)
    zone = config.store.zone
    since, until = _time("--from", begin, zone), _time("--to", end, zone)
    if since >= until:
        raise ConfigError(f"expected a time after --from, found {end}", "--to")
    return Past(camera, foot_store.tracks_folder(Path(config.store.data_dir), camera.id), since, until)


def _camera(config: Config, camera_id: str) -> CameraConfig:
    for camera in config.camera:
        if camera.id == camera_id:
            return camera
    known = ", ".join(camera.id for camera in config.camera)
    raise ConfigError(f"expected a camera of the configuration ({known or 'none'}), found {camera_id!r}", "--camera")


def _time(option: str, text: str, zone: tzinfo) -> datetime:
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):  # the first and the last day there is may lie outside the calendar in UTC
        raise ConfigError(f"expected a time such as 2026-11-24T09:00, found {text!r}", option) from None
