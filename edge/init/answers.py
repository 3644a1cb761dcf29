"""What a first configuration is made of. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CameraAnswer:
    """A camera.

    Attributes:
        size: (width, height) of its stream, where it is known.
        silent: why it gave no picture when it was opened; empty when it did, or was not.
    """

    id: str
    url: str
    size: tuple[int, int] | None = None
    silent: str = ""


@dataclass(frozen=True)
class ShelfAnswer:
    """A bus of weighing plates.

    Attributes:
        driver: empty where nobody knows it.
        baud, format: of the line; None and empty are the protocol's usual.
        addresses: of the plates that answered; none where that was not asked.
        echo: the adapter hands back what is sent.
        silent: why no scale answered; empty when one did, or was not asked.
    """

    id: str
    port: str
    driver: str
    baud: int | None = None
    format: str = ""
    addresses: tuple[int, ...] = ()
    echo: bool = False
    silent: str = ""


@dataclass(frozen=True)
class LaneAnswer:
    """A self-checkout: its scanner's port, and its scale's where it has one.

    Attributes:
        silent: why the scanner's port could not be opened; empty when it could, or was not.
        scale_silent: why no scale answered; empty when one did, or was not asked.
    """

    id: str
    scanner: str
    scale: str | None = None
    scale_driver: str = "toledo_8217"
    silent: str = ""
    scale_silent: str = ""


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
