"""The configuration models, and how a TOML text becomes them. `parse` is pure; only `load` looks at the disk.

Each model refuses keys that it does not know and values that cannot work, so that whoever holds one need not check
again. An error is one line: the path of the key, what was expected and what was found.
"""

import hashlib
import os
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from edge import config_rules as rules
from edge.config_errors import not_toml, translate
from edge.config_floor import FloorConfig
from edge.config_lane import LaneConfig
from edge.config_occupancy import OccupancyConfig
from edge.config_section import Seconds, Section, Text
from edge.config_shelf import ShelfConfig
from edge.config_staff import StaffConfig
from edge.config_zone import QueueConfig, ZoneConfig
from edge.errors import ConfigError
from edge.events import Id

MODEL_FILE_SUFFIX = ".onnx"

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
Pixel = Annotated[float, msgspec.Meta(ge=0, le=16_384)]
PictureSide = Annotated[int, msgspec.Meta(ge=1, le=16_384)]
DirectionPart = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]
ProviderName = Literal["cpu", "openvino", "cuda", "tensorrt", "coreml", "acl"]
S = TypeVar("S", bound=msgspec.Struct)


class StoreConfig(Section, frozen=True, kw_only=True):
    """Who we are: the first three segments of every topic.

    Attributes:
        timezone: an IANA name.
        data_dir: the folder of the outbox; made if absent.
    """

    tenant: Id
    store: Id
    gateway: Id
    timezone: Text = "UTC"
    data_dir: Text

    def __post_init__(self) -> None:
        rules.timezone(self.timezone)

    @property
    def zone(self) -> tzinfo:
        """The shop's time zone; UTC also where the machine has no table of zones."""
        return UTC if self.timezone == "UTC" else ZoneInfo(self.timezone)


class UplinkConfig(Section, frozen=True, kw_only=True):
    """The way to the broker.

    Attributes:
        url: ``mqtt://HOST[:1883]``, or ``mqtts://HOST[:8883]`` over TLS.
        ca_file: PEM; the authorities that may vouch for the broker, in place of the system's.
        cert_file: PEM; our own certificate, with `key_file`.
        client_id: the MQTT client id; empty is one made from the gateway's name.
        window: messages sent and not yet acknowledged, at most.
        backoff_max_s: the longest wait before the next attempt to connect.
        receipts: an event stays in the outbox until the cloud's database says that it has it (``…/rcpt``).
        receipt_timeout_s: without a receipt for so long it is sent again.
        verify: False accepts any certificate: for a test only.
    """

    url: Text
    ca_file: Text | None = None
    cert_file: Text | None = None
    key_file: Text | None = None
    username: Text | None = None
    username_file: Text | None = None
    username_env: Text | None = None
    password_file: Text | None = None
    password_env: Text | None = None
    client_id: str = ""
    window: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 64
    keepalive_s: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 15
    connect_timeout_s: Seconds = 10
    ack_timeout_s: Seconds = 20
    backoff_max_s: Seconds = 60
    receipts: bool = False
    receipt_timeout_s: Seconds = 300
    verify: bool = True

    def __post_init__(self) -> None:
        rules.broker_address(self.url)
        rules.at_most_one(
            {"username": self.username, "username_file": self.username_file, "username_env": self.username_env}
        )
        rules.at_most_one({"password_file": self.password_file, "password_env": self.password_env})
        rules.both_or_neither({"cert_file": self.cert_file, "key_file": self.key_file})
        if not self.tls:
            verify = None if self.verify else False
            rules.only_over_tls(self.url, {"ca_file": self.ca_file, "cert_file": self.cert_file, "verify": verify})

    @property
    def tls(self) -> bool:
        """Whether the broker is reached over TLS."""
        return self.url.startswith("mqtts:")

    @property
    def host(self) -> str:
        """The broker's name or address."""
        return rules.broker_address(self.url)[0]

    @property
    def port(self) -> int:
        """The broker's TCP port: the scheme's own when the URL gives none."""
        return rules.broker_address(self.url)[1]


class OutboxConfig(Section, frozen=True, kw_only=True):
    """The durable queue.

    Attributes:
        quota_mb: how many MB (2^20 bytes) of events may wait on the disk.
    """

    quota_mb: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 512


class SupervisorConfig(Section, frozen=True, kw_only=True):
    """How agents are watched.

    Attributes:
        heartbeat_timeout_s: an agent that is silent for longer is restarted.
        backoff_initial_s: the wait before the first restart; it doubles up to `backoff_max_s`.
        stop_timeout_s: how long an agent may take to end before it is killed.
    """

    heartbeat_timeout_s: Seconds = 15
    backoff_initial_s: Seconds = 1
    backoff_max_s: Seconds = 60
    stop_timeout_s: Seconds = 5

    def __post_init__(self) -> None:
        if self.backoff_max_s < self.backoff_initial_s:
            raise rules.FieldError(
                f"expected at least backoff_initial_s ({self.backoff_initial_s:g}), found {self.backoff_max_s:g}",
                "backoff_max_s",
            )


class HealthConfig(Section, frozen=True, kw_only=True):
    """Where /healthz and /metrics are served; port 0 serves neither."""

    port: Port = 9469
    host: Text = "127.0.0.1"


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
    model: Text = "person"
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


CommandName = Literal["status", "diagnose", "restart", "log_level", "zero", "tare", "price_book", "resend"]


class RemoteConfig(Section, frozen=True, kw_only=True):
    """What may be done to this box from afar; without the section, nothing.

    Attributes:
        commands: that are taken.
        config: a configuration is taken, as far as it keeps to what this file names or `allow` matches.
        price_books: price books are taken.
        allow: hosts and files beyond those of this file, as ``rtsp://10.0.0.*`` or ``/dev/serial/by-path/*``.
        trial_s: a new configuration has so long to come to health.
    """

    commands: tuple[CommandName, ...] = ()
    config: bool = False
    price_books: bool = False
    allow: tuple[Text, ...] = ()
    trial_s: Annotated[float, msgspec.Meta(ge=5, le=3600)] = 60


class Config(Section, frozen=True, kw_only=True):
    """One gateway."""

    store: StoreConfig
    uplink: UplinkConfig | None = None
    outbox: OutboxConfig = OutboxConfig()
    supervisor: SupervisorConfig = SupervisorConfig()
    health: HealthConfig = HealthConfig()
    remote: RemoteConfig | None = None
    camera: tuple[CameraConfig, ...] = ()
    shelf: tuple[ShelfConfig, ...] = ()
    lane: tuple[LaneConfig, ...] = ()
    occupancy: OccupancyConfig | None = None

    def __post_init__(self) -> None:
        rules.own_ids("camera", [camera.id for camera in self.camera])
        rules.own_ids("shelf", [shelf.id for shelf in self.shelf])
        rules.own("shelf", "port", [shelf.port for shelf in self.shelf])
        rules.own_ids("lane", [lane.id for lane in self.lane])
        self._check_lane_ports()
        if self.occupancy is not None:
            self.occupancy.check_lines(tuple(f"{one.id}/{line.id}" for one in self.camera for line in one.line))

    def _check_lane_ports(self) -> None:
        """No device, and no port of a screen, belongs to two."""
        taken = {shelf.port: f"shelf[{n}].port" for n, shelf in enumerate(self.shelf)}
        taken[str(self.health.port)] = "health.port"
        for n, lane in enumerate(self.lane):
            screen = (("screen_port", str(lane.screen_port)),) if lane.screen_port else ()
            for name, port in (*lane.ports, *screen):
                where = f"lane[{n}].{name}"
                if port in taken:
                    raise rules.FieldError(
                        f"expected a port of its own, found {port!r}, which {taken[port]} has", where
                    )
                taken[port] = where


def parse(text: str, *, folder: Path) -> Config:
    """The configuration that a TOML text holds. Looks at no file.

    Args:
        text: TOML 1.0.
        folder: what relative paths in it are relative to.

    Raises:
        ConfigError: one line: where, what was expected, what was found.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise not_toml(str(error)) from None
    try:
        config = msgspec.convert(data, Config)
    except msgspec.ValidationError as error:
        raise translate(error, data, Config) from None
    return _absolute(config, folder.absolute())


def load(path: Path, *, folder: Path | None = None) -> Config:
    """Read a configuration, and see that the files it names are there.

    Args:
        path: TOML.
        folder: what relative paths in it are relative to; its own folder when absent.

    Raises:
        ConfigError: it cannot be read, is wrong, or names a file that is not there.
    """
    return parse_checked(read_text(path), folder=folder or path.parent)


def parse_checked(text: str, *, folder: Path) -> Config:
    """Read a configuration's text, and see that the files it names are there.

    Args:
        text: TOML.
        folder: what relative paths in it are relative to.

    Raises:
        ConfigError: it is wrong, or names a file that is not there.
    """
    config = parse(text, folder=folder)
    for where, file in files(config):
        _check_file(where, file)
    return config


def read_text(path: Path) -> str:
    """The text of a configuration file.

    Raises:
        ConfigError: there is none, or it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"expected a configuration file at {path}, found none to read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"expected UTF-8 in {path}, found byte 0x{error.object[error.start]:02x}") from None


def config_hash(text: str) -> str:
    """What tells one configuration text from another: SHA-256, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def files(config: Config) -> Iterator[tuple[str, Path]]:
    """The files that a configuration names and that must be there, each with the path of its key."""
    if config.uplink is not None:
        yield from _named_files("uplink", config.uplink, _UPLINK_FILES)
    for n, camera in enumerate(config.camera):
        yield from _named_files(f"camera[{n}]", camera, _camera_files(camera))
    for n, lane in enumerate(config.lane):
        # The price book is not among them: without its file a lane goes on with the last good version.
        yield from _named_files(f"lane[{n}]", lane, ("recalls", "member_key_file", "attendant_token_file"))


_LANE_FILES = ("price_book", "recalls", "member_key_file", "attendant_token_file")
_UPLINK_FILES = ("ca_file", "cert_file", "key_file", "username_file", "password_file")


def _camera_files(camera: CameraConfig) -> tuple[str, ...]:
    return (
        *(("url",) if camera.is_file else ()),
        *(("model",) if camera.model_is_file else ()),
        "password_file",
    )


def _named_files(where: str, section: msgspec.Struct, names: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for name in names:
        value = getattr(section, name)
        if value is not None:
            yield f"{where}.{name}", Path(value)


def _check_file(where: str, file: Path) -> None:
    if not file.is_file():
        raise ConfigError(f"expected a file, found {'a folder' if file.is_dir() else 'none'} at {file}", where)
    if not os.access(file, os.R_OK):
        raise ConfigError(f"expected a file that may be read, found {file} without the right to", where)


def _absolute(config: Config, folder: Path) -> Config:
    """The same, with every relative path in it joined to `folder`."""
    replace = msgspec.structs.replace
    return replace(
        config,
        store=_joined(config.store, ("data_dir",), folder),
        uplink=config.uplink and _joined(config.uplink, _UPLINK_FILES, folder),
        camera=tuple(_joined(camera, _camera_files(camera), folder) for camera in config.camera),
        lane=tuple(_lane(lane, folder) for lane in config.lane),
    )


def _lane(lane: LaneConfig, folder: Path) -> LaneConfig:
    video = ("camera",) if lane.scanner.camera is not None and rules.is_local_file(lane.scanner.camera) else ()
    scanner = _joined(lane.scanner, video, folder)
    return msgspec.structs.replace(_joined(lane, _LANE_FILES, folder), scanner=scanner)


def _joined(section: S, names: tuple[str, ...], folder: Path) -> S:
    given = {name: getattr(section, name) for name in names}
    return msgspec.structs.replace(section, **{k: str(folder / v) for k, v in given.items() if v is not None})
