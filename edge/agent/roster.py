"""What a configuration means to the processes of its gateway: which agents, in whose names, on which files. Pure."""

from pathlib import Path

from edge.codec import Gateway, Source
from edge.config.gateway import Config
from edge.events import Kind

SUPERVISOR = "supervisor"
UPLINK = "uplink"
OCCUPANCY = "occupancy"


def agent_names(config: Config) -> tuple[str, ...]:
    """The agents of all devices, as the supervisor and the topics name them."""
    cameras = tuple(f"camera/{camera.id}" for camera in config.camera)
    shelves = tuple(f"shelf/{shelf.id}" for shelf in config.shelf)
    lanes = tuple(f"checkout/{lane.id}" for lane in config.lane)
    return cameras + shelves + lanes + ((OCCUPANCY,) if config.occupancy is not None else ())


def source_named(name: str) -> Source:
    """In whose name an agent emits: its device's, or the gateway's for the uplink."""
    kind, _, source = name.partition("/")
    return Source(Kind(kind), source) if source else Source(Kind.GATEWAY, kind)


def is_door(camera: str, config: Config) -> bool:
    """Whether the shop is counted over a line of a camera, which then keeps a book."""
    return config.occupancy is not None and any(line.startswith(f"{camera}/") for line in config.occupancy.lines)


def gateway_of(config: Config) -> Gateway:
    """Who we are, as the topics say it."""
    return Gateway(config.store.tenant, config.store.store, config.store.gateway)


def outbox_path(config: Config) -> Path:
    """Where the outbox of a gateway lies."""
    return Path(config.store.data_dir) / "outbox.db"


def orders_path(config: Config) -> Path:
    """Where the orders from afar lie."""
    return Path(config.store.data_dir) / "orders.db"


def quota_bytes(config: Config) -> int:
    """How much disk the outbox may take."""
    return config.outbox.quota_mb * 1024 * 1024
