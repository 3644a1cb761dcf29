"""What a first configuration is made of. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CameraAnswer:
    """A camera.

    Attributes:
        size: (width, height) of its stream, where it is known.
    """

    id: str
    url: str
    size: tuple[int, int] | None = None


@dataclass(frozen=True)
class ShelfAnswer:
    """A bus of weighing plates."""

    id: str
    port: str
    driver: str


@dataclass(frozen=True)
class LaneAnswer:
    """A self-checkout: its scanner's port, and its scale's where it has one."""

    id: str
    scanner: str
    scale: str | None = None
    scale_driver: str = "toledo_8217"


@dataclass(frozen=True)
class Answers:
    """All that was asked.

    Attributes:
        broker: its URL; None keeps all events on the box.
        currency: ISO 4217; of the lanes.
    """

    tenant: str
    store: str
    gateway: str
    timezone: str = "UTC"
    data_dir: str = "data"
    broker: str | None = None
    currency: str = "EUR"
    cameras: tuple[CameraAnswer, ...] = ()
    shelves: tuple[ShelfAnswer, ...] = ()
    lanes: tuple[LaneAnswer, ...] = ()
