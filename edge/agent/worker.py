"""The process of one agent: what is around the agent's loop, and the only place that knows both rooms and the way out.

Started by the supervisor as `python -m edge agent --config FILE NAME`, with the heartbeat pipe's number in the
environment. It ends when the agent's loop returns (status 0), on SIGTERM, and at once when the supervisor is gone.
"""

import contextlib
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from edge import logs
from edge.agent.durably import Appender, Durably
from edge.agent.heartbeat import HeartbeatWriter
from edge.agent.protocol import Agent, Host, NoOrders, Orders
from edge.agent.roster import (
    OCCUPANCY,
    UPLINK,
    agent_names,
    gateway_of,
    is_door,
    orders_path,
    outbox_path,
    quota_bytes,
    source_named,
)
from edge.agent.supervised import heartbeat_of_parent, stopped_by_signal, tie_to_parent
from edge.birth import Birth
from edge.clock import Clock, SystemClock
from edge.codec import Source
from edge.config.camera import CameraConfig
from edge.config.gateway import Config
from edge.config.read import config_hash, parse_checked, read_text
from edge.errors import ConfigError, StoreEdgeError
from edge.fleet.agent_orders import AgentOrders
from edge.fleet.order_book import OrderBook
from edge.outbox.outbox import Outbox
from edge.version import VERSION

if TYPE_CHECKING:
    from edge.checkout.camera_port import FrameSource  # brings a code reader: only for those that name its type

CRASHED, BAD_CONFIG = 1, 2
# Pictures a second that a lane's camera looks at for codes.
SCANNING_FPS = 15

_log = structlog.get_logger()


@dataclass(frozen=True)
class Surroundings:
    """What the factories of agents choose from."""

    config: Config
    config_hash: str
    outbox: Outbox
    clock: Clock


def main(arguments: Sequence[str]) -> int:
    """One agent's process.

    Args:
        arguments: ``--config FILE [--folder FOLDER] NAME``; NAME is ``camera/entrance`` or ``uplink``.

    Returns:
        The exit status: 0 when the agent's work is done or it was asked to stop, else it is to be started again.
    """
    tie_to_parent()
    path, folder, name = read_arguments(arguments)
    logs.configure(agent=name)
    heartbeat = heartbeat_of_parent()
    heartbeat.hello()
    try:
        text = read_text(path)
        config = parse_checked(text, folder=folder or path.parent)
        outbox = Outbox(outbox_path(config), quota_bytes=quota_bytes(config))
        agent = agent_named(name, Surroundings(config, config_hash(text), outbox, SystemClock()))
    except (StoreEdgeError, OSError) as error:
        _log.error("agent_cannot_start", error=str(error))
        heartbeat.last_words(str(error))
        return BAD_CONFIG
    with contextlib.closing(outbox), contextlib.closing(orders_for(name, config)) as orders:
        return serve(agent, source_named(name), outbox, heartbeat, orders)


def serve(
    agent: Agent, source: Source, outbox: Appender, heartbeat: HeartbeatWriter, orders: Orders | None = None
) -> int:
    """Run an agent's loop in this process until it ends.

    Args:
        agent: the loop.
        source: in whose name it emits.
        outbox: where its events go.
        heartbeat: the line to the supervisor.
        orders: what is asked of it from afar.

    Returns:
        The exit status.
    """
    stop = stopped_by_signal()
    durably = Durably(source, outbox, heartbeat, stop)
    host = Host(
        emit=durably.emit,
        beat=heartbeat.beat,
        clock=SystemClock(),
        stop=stop,
        memory=durably,
        orders=orders or NoOrders(),
    )
    try:
        agent.run(host)
    except Exception as error:  # noqa: BLE001 - whatever it was, the supervisor has to know
        heartbeat.last_words(f"{type(error).__name__}: {error}")
        _log_crash(error)
        return CRASHED
    heartbeat.last_words()
    return 0


def agent_named(name: str, around: Surroundings) -> Agent:
    """The agent that a name of the configuration means.

    Raises:
        ConfigError: there is none.
    """
    kind, _, source = name.partition("/")
    factory = _FACTORIES.get(kind)
    if factory is None:
        raise ConfigError(f"expected an agent of {', '.join(_FACTORIES)}, found {name!r}")
    return factory(source, around)


def _camera(name: str, around: Surroundings) -> Agent:
    found = [camera for camera in around.config.camera if camera.id == name]
    if not found:
        raise ConfigError(f"expected the id of a camera, found {name!r}", "camera")
    from edge.vision.agent import CameraAgent  # noqa: PLC0415 - an uplink has no use for a decoder and a model

    data_dir = Path(around.config.store.data_dir)
    agent = CameraAgent(found[0], data_dir)
    if not is_door(name, around.config):
        return agent
    from edge.occupancy.door_book import BookedAgent, DoorBook, book_path  # noqa: PLC0415 - most cameras see no door

    return BookedAgent(agent, DoorBook(book_path(data_dir, name), name))


def _occupancy(_name: str, around: Surroundings) -> Agent:
    config, store = around.config, around.config.store
    if config.occupancy is None:
        raise ConfigError("expected the doors of a shop, found none", OCCUPANCY)
    from edge.occupancy.agent import OccupancyAgent  # noqa: PLC0415 - a camera does not count the shop

    longest_s = max(camera.interval_s for camera in config.camera)
    return OccupancyAgent(config.occupancy, Path(store.data_dir), store.zone, longest_s)


def _shelf(name: str, around: Surroundings) -> Agent:
    found = [shelf for shelf in around.config.shelf if shelf.id == name]
    if not found:
        raise ConfigError(f"expected the id of a shelf, found {name!r}", "shelf")
    from edge.shelf.agent import ShelfAgent  # noqa: PLC0415 - a camera has no use for a serial port

    return ShelfAgent(found[0], Path(around.config.store.data_dir))


def _checkout(name: str, around: Surroundings) -> Agent:
    found = [lane for lane in around.config.lane if lane.id == name]
    if not found:
        raise ConfigError(f"expected the id of a lane, found {name!r}", "lane")
    from edge.checkout.agent import LaneAgent  # noqa: PLC0415 - a camera has no use for a price book

    store = around.config.store
    return LaneAgent(found[0], Path(store.data_dir), store.timezone, _open_camera)


def _open_camera(lane: str, url: str, clock: Clock) -> contextlib.AbstractContextManager["FrameSource"]:
    """A lane's camera: the rooms do not know each other, so one is handed to the other here."""
    from edge.vision.camera import Camera  # noqa: PLC0415 - most lanes have a scanner, which needs no decoder

    return Camera(CameraConfig(id=lane, url=url, fps=SCANNING_FPS), clock)


def _uplink(_name: str, around: Surroundings) -> Agent:
    config = around.config
    if config.uplink is None:
        raise ConfigError("expected a broker to send to, found none", "uplink")
    from edge.check.broker import ask_broker  # noqa: PLC0415 - nor a broker
    from edge.fleet.downlink import Downlink  # noqa: PLC0415 - nor for what comes over it
    from edge.uplink.certificates import Certificates  # noqa: PLC0415 - a camera has no certificate
    from edge.uplink.uplink import Uplink  # noqa: PLC0415 - a camera has no use for an MQTT client

    downlink = (
        None if config.remote is None else Downlink(config.remote, gateway_of(config), OrderBook(orders_path(config)))
    )
    certificates = Certificates(
        config.uplink,
        Path(config.store.data_dir) / "tls",
        lambda one: ask_broker(one, config.store.gateway),
        around.clock,
    )
    return Uplink(
        config.uplink,
        gateway_of(config),
        around.outbox,
        around.clock,
        birth=birth_of(around),
        downlink=downlink,
        certificates=certificates,
    )


_FACTORIES: Mapping[str, Callable[[str, Surroundings], Agent]] = {
    "camera": _camera,
    "shelf": _shelf,
    "checkout": _checkout,
    OCCUPANCY: _occupancy,
    UPLINK: _uplink,
}


def birth_of(around: Surroundings) -> Callable[[], bytes]:
    """What the uplink says of the gateway at every connect; one session for the life of the process."""
    session = str(uuid.uuid4())
    sources = agent_names(around.config)

    def birth() -> bytes:
        return Birth(
            status="online",
            session=session,
            version=VERSION,
            config_hash=around.config_hash,
            epoch=around.outbox.epoch,
            clock_state=around.clock.now().clock_state,
            sources=sources,
        ).encode()

    return birth


def orders_for(name: str, config: Config) -> AgentOrders:
    """What is asked of one agent from afar; nothing where the configuration takes no orders."""
    return AgentOrders(orders_path(config) if config.remote is not None else None, name, SystemClock())


def read_arguments(arguments: Sequence[str]) -> tuple[Path, Path | None, str]:
    """The configuration's file, the folder of its relative paths, and the agent's name.

    Raises:
        ConfigError: they are not ``--config FILE [--folder FOLDER] NAME``.
    """
    match arguments:
        case ["--config", file, name]:
            return Path(file), None, name
        case ["--config", file, "--folder", folder, name]:
            return Path(file), Path(folder), name
    raise ConfigError(
        f"expected agent --config FILE --folder FOLDER NAME, found {' '.join(arguments)!r}; supervisors start agents"
    )


def _log_crash(error: Exception) -> None:
    """Our own errors say all in one line; anything else is a defect, and where it came from matters."""
    trace = None if isinstance(error, StoreEdgeError) else sys.exc_info()
    _log.error("agent_crashed", error=f"{type(error).__name__}: {error}", exc_info=trace)
