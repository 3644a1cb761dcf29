"""The configuration of a gateway: who it is, and every section. Pure.

Each model refuses keys that it does not know and values that cannot work, so that whoever holds one need not check
again.
"""

from datetime import UTC, tzinfo
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from edge.config import rules
from edge.config.camera import CameraConfig
from edge.config.lane import LaneConfig
from edge.config.occupancy import OccupancyConfig
from edge.config.section import Seconds, Section, Text
from edge.config.shelf import ShelfConfig
from edge.events import Id

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]


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
