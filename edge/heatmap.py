"""A heatmap of a camera's past as a picture, over a still that has nobody in it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import cv2
import msgspec

from edge.clock import Clock, SystemClock
from edge.config.camera import CameraConfig
from edge.config.read import load
from edge.errors import ConfigError, SourceError
from edge.events import CameraStatus, Stamp
from edge.past import Past, past_of
from edge.vision import foot_store
from edge.vision.camera import Camera
from edge.vision.detections import Image
from edge.vision.foot_records import Began, Ended, Framed, Sized
from edge.vision.footprint import PIXEL_STEPS, TIME_STEPS, track_of
from edge.vision.heat_drawing import draw_heat
from edge.vision.line import Point
from edge.vision.setup import UNKNOWN_SIZE, staff_of
from edge.vision.staff import NOBODY, StaffWatch
from edge.vision.still import MOST_PICTURES, Still

_WAIT_S = 0.5


def heatmap(config_file: Path, camera_id: str, begin: str, end: str, out: Path, *, seconds: float = 30) -> Path:
    """Draw where people stood in a past time.

    Args:
        config_file: the gateway's.
        camera_id: which camera; it is opened for the still.
        begin: ISO 8601; in the shop's time zone where it names none.
        end: the same; itself not included.
        out: what to write: a PNG.
        seconds: how long the camera is watched for the still. Whoever stands there for half of it is in the picture.

    Raises:
        ConfigError: there is no such camera, a time is none, or nothing was kept of that time.
        SourceError: no picture came, or the file cannot be written.
    """
    past = past_of(load(config_file), camera_id, begin, end)
    feet = list(_feet(past))
    if not feet:
        raise ConfigError(past.nothing(), "--from")
    still = _still(past.camera, seconds, SystemClock())
    _, data = cv2.imencode(".png", draw_heat(still, feet))
    try:
        out.write_bytes(data.tobytes())
    except OSError as error:
        raise SourceError(f"expected a file that can be written at {out}, found {error.strerror}") from None
    return out


def _feet(past: Past) -> Iterator[Point]:
    """Where customers stood; what was kept from before that time is passed over."""
    known: Stamp | None = None
    watch, watching = _staff(past.camera, UNKNOWN_SIZE), False
    for record in foot_store.read(past.folder, past.begin, past.end):
        match record:
            case Began():
                known = record.at
                if not (watching and record.goes_on):
                    watch, watching = _staff(past.camera, record.size or UNKNOWN_SIZE), True
            case Ended():
                known = record.at
            case Sized():
                watch = _staff(past.camera, record.size)
            case Framed() if known is not None:
                staff = _among(watch, record)
                if past.holds(known.wall, record.at_us / TIME_STEPS - known.monotonic_s):
                    customers = (one for one in record.footprints() if one.track not in staff)
                    yield from ((one.x / PIXEL_STEPS, one.y / PIXEL_STEPS) for one in customers)


def _staff(camera: CameraConfig, size: tuple[int, int]) -> StaffWatch | None:
    rule = staff_of(camera, size)
    return None if rule is None else StaffWatch(rule)


def _among(watch: StaffWatch | None, record: Framed) -> Mapping[int, int]:
    """The staff in a picture."""
    if watch is None:
        return NOBODY
    at = record.at_us / TIME_STEPS
    return watch.update([track_of(one, at) for one in record.footprints()], at)


def _still(config: CameraConfig, seconds: float, clock: Clock) -> Image:
    """A picture of the shop without people, of the camera as it is now."""
    if config.is_file:
        config = msgspec.structs.replace(config, play="fast", loop=False)
    still, until = Still(seconds / MOST_PICTURES), clock.monotonic_s() + seconds + config.open_timeout_s
    with Camera(config, clock) as camera:
        while not still.enough and clock.monotonic_s() < until and camera.status is not CameraStatus.ENDED:
            frame = camera.next_frame(_WAIT_S)
            if frame is not None:
                still.add(frame.image, frame.at)
    picture = still.picture()
    if picture is None:
        raise SourceError(f"expected pictures of camera {config.id} within {seconds:g} s, found none")
    return picture
