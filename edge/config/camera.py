"""The configuration of a camera: its stream, its model, its lines. Pure. Pixels of the stream."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import msgspec

from edge.config import rules
from edge.config.floor import FloorConfig
from edge.config.section import Seconds, Section, Text
from edge.config.staff import StaffConfig
from edge.config.zone import QueueConfig, ZoneConfig
from edge.events import Id

MODEL_FILE_SUFFIX = ".onnx"
Pixel = Annotated[float, msgspec.Meta(ge=0, le=16_384)]
PictureSide = Annotated[int, msgspec.Meta(ge=1, le=16_384)]
DirectionPart = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]
ProviderName = Literal["cpu", "openvino", "cuda", "tensorrt", "coreml", "acl"]


class LineConfig(Section, frozen=True, kw_only=True):
    """A counting line.

    Attributes:
        points: its two ends, in pixels of the stream.
        inside: a direction of any length that points to the inside.
        anchor: which point of a person's box has to cross: the middle of its lower edge, or its centre.
        band_px: half the width of the strip around the line in which nothing is decided; None leaves it to the
            counter.
        settle_s: how long a person has to stay on the other side; None leaves it to the counter.
    """

    id: Id
    points: tuple[tuple[Pixel, Pixel], tuple[Pixel, Pixel]]
    inside: tuple[DirectionPart, DirectionPart]
    anchor: Literal["foot", "center"] = "foot"
    band_px: Annotated[float, msgspec.Meta(ge=0, le=1000)] | None = None
    settle_s: Annotated[float, msgspec.Meta(ge=0, le=60)] | None = None

    def __post_init__(self) -> None:
        rules.crossable(*self.points, self.inside)


class CaptureConfig(Section, frozen=True, kw_only=True):
    """How many of those who pass the shop come in: a pair of the camera's lines.

    Attributes:
        outside: the id of the line that passers-by cross.
        door: the id of the line that customers cross.
        ways: which way over the outside line somebody passes by.
    """

    id: Id
    outside: Id
    door: Id
    ways: Literal["both", "in", "out"] = "both"


class CameraConfig(Section, frozen=True, kw_only=True):
    """One camera, or one recorded video.

    Attributes:
        url: rtsp, rtsps, http or https; /dev/video…; or the path of a video file.
        model: a bundled name, or the path of an .onnx file.
        fps: pictures analysed per second, at most.
        interval_s: how long the intervals are that counts are published for.
        frame_size: (width, height) of the stream, where it is known: lines are then checked against it.
        stale_after_s: without a new picture for longer, the camera is stale.
        play: files only: at their own speed, as fast as they decode, or as a camera would: at their own speed, and
            whoever is late misses pictures.
        loop: files only: begin again at the end.
        threads: of the inference.
        provider: where inference runs; all but the first need another build of ONNX Runtime.
        score: 0..1, the least score that begins a track; None is the model's own.
        gate: analyse a picture or two a second while nobody is there and nothing moves.
        health: see whether the camera is blocked, blurred, moved, frozen or dark.
        tracks_days: how long it is kept where people stood, without pixels, to count the past again; 0 keeps nothing.
        tracks_mb: how many MB (2^20 bytes) of that, at most.
    """

    id: Id
    url: Text
    model: Text = "person-int8"
    fps: Annotated[float, msgspec.Meta(gt=0, le=240)] = 10
    interval_s: Seconds = 60
    frame_size: tuple[PictureSide, PictureSide] | None = None
    rtsp_transport: Literal["tcp", "udp"] = "tcp"
    open_timeout_s: Seconds = 10
    stale_after_s: Seconds = 5
    play: Literal["real_time", "fast", "live"] = "real_time"
    loop: bool = False
    threads: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1
    provider: ProviderName = "cpu"
    score: Annotated[float, msgspec.Meta(gt=0, le=1)] | None = None
    gate: bool = False
    health: bool = True
    tracks_days: Annotated[float, msgspec.Meta(ge=0, le=366)] = 30
    tracks_mb: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 256
    username: Text | None = None
    password_file: Text | None = None
    password_env: Text | None = None
    line: tuple[LineConfig, ...] = ()
    zone: tuple[ZoneConfig, ...] = ()
    queue: tuple[QueueConfig, ...] = ()
    capture: tuple[CaptureConfig, ...] = ()
    floor: FloorConfig | None = None
    staff: StaffConfig | None = None

    def __post_init__(self) -> None:
        rules.camera_url(self.url)
        if not self.is_file:
            play = None if self.play == "real_time" else self.play
            rules.only_for_files(self.url, {"loop": self.loop or None, "play": play})
        rules.at_most_one({"password_file": self.password_file, "password_env": self.password_env})
        if self.username is None and (self.password_file or self.password_env):
            raise rules.FieldError("expected a username beside the password, found none", "username")
        for section in ("line", "zone", "queue", "capture"):
            rules.own_ids(section, [one.id for one in getattr(self, section)])
        for n, capture in enumerate(self.capture):
            rules.two_of(f"capture[{n}]", {"outside": capture.outside, "door": capture.door}, [o.id for o in self.line])
        if self.staff is not None:
            self.staff.check_zones(tuple(zone.id for zone in self.zone))
        if self.frame_size is not None:
            for error in self.outside(self.frame_size):
                raise error

    @property
    def is_file(self) -> bool:
        """Whether it is a recorded video."""
        return rules.is_local_file(self.url)

    @property
    def model_is_file(self) -> bool:
        """Whether `model` is a path."""
        return self.model.endswith(MODEL_FILE_SUFFIX)

    def outside(self, frame_size: tuple[int, int]) -> Iterator[rules.FieldError]:
        """What of the lines, zones, queues and the floor lies outside a picture of (width, height) pixels."""
        drawn: list[tuple[str, str, Sequence[tuple[float, float]]]] = [
            (f"line[{n}]", "points", line.points) for n, line in enumerate(self.line)
        ]
        drawn += [(f"zone[{n}]", "points", zone.points) for n, zone in enumerate(self.zone)]
        for n, queue in enumerate(self.queue):
            drawn += [(f"queue[{n}]", "points", queue.points), (f"queue[{n}]", "service", queue.service_points)]
        if self.floor is not None:
            drawn.append(("floor", "pixels", self.floor.pixels))
        for where, key, points in drawn:
            try:
                rules.within(points, frame_size)
            except rules.FieldError as error:
                yield rules.FieldError(error.message, f"{where}.{key}")
