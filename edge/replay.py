"""A recording of a serial line, fed back through the same driver and the same cores: the events it gives.

Much faster than life, for time is that of the recording. It says nothing of the wall clock, so the events are of 1970,
and their clock is untrusted.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from edge.agent.roster import gateway_of
from edge.codec import Record, Source, cloudevent, encode_event, type_of
from edge.config.gateway import Config
from edge.config.read import load
from edge.config.shelf import ShelfConfig
from edge.errors import ConfigError
from edge.events import ClockState, Kind, Stamp
from edge.recording import Chunk, Header, read
from edge.scale import calibration_file
from edge.scale.driver import ScaleDriver
from edge.scale.echo import EchoFilter
from edge.shelf.setup import driver_of, plates_of
from edge.shelf.shelf import TICK_S, Shelf
from edge.shelf.stock import Told

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH = BOOT_ID = "replay"
# After the last chunk, and in a pause: until a plate's silence has been told and what waits is decided.
AFTER_S = 6.0
# A request is due again within so long of when it was sent; times in a recording are rounded.
DUE_S = (0.0, 0.000_01, 0.001, 0.01)


def replay(file: Path, config_file: Path) -> Iterator[dict[str, Any]]:
    """The events of a recording, each as a CloudEvent in the JSON format.

    Args:
        file: the recording.
        config_file: a configuration that has the recorded shelf.

    Raises:
        ConfigError: either cannot be used, or they do not fit.
    """
    config = load(config_file)
    with file.open("rb") as lines:
        header, chunks = read(lines)
        shelf = _shelf(config, header)
        told = played(shelf, Path(config.store.data_dir), chunks)
        gateway, source = gateway_of(config), Source(Kind.SHELF, shelf.id)
        for sequence, one in enumerate(told, start=1):
            record = Record(
                source=source,
                epoch=EPOCH,
                sequence=sequence,
                type=type_of(one.event).name,
                stamp=stamp_of(one.at),
                data=encode_event(one.event),
            )
            yield cloudevent(gateway, record)


def played(config: ShelfConfig, data_dir: Path, chunks: Iterator[Chunk]) -> Iterator[Told]:
    """What a shelf tells of a recording of its bus."""
    driver = driver_of(config)
    shelf = Shelf(plates_of(config, calibration_file.read(data_dir, config.id)))
    echo = EchoFilter() if config.echo else None
    before = 0.0
    for chunk in chunks:
        yield from _passed(shelf, before, chunk.at)
        before = chunk.at
        if chunk.direction == "tx":
            _sent(driver, chunk)
            if echo is not None:
                echo.sent(chunk.data, chunk.at)
        else:
            data = chunk.data if echo is None else echo.received(chunk.data, chunk.at)
            yield from shelf.readings(driver.receive(data, chunk.at))
    yield from _passed(shelf, before, before + AFTER_S)


def stamp_of(at: float) -> Stamp:
    """The moment `at` seconds after the begin of a recording."""
    wall = BEGIN + timedelta(seconds=at)
    return Stamp(wall=wall, monotonic_s=at, boot_id=BOOT_ID, clock_state=ClockState.UNTRUSTED)


def _passed(shelf: Shelf, before: float, at: float) -> Iterator[Told]:
    """Time goes by: in steps, for as long as steps can show anything, and to `at`."""
    for step in range(1, int((min(at, before + AFTER_S) - before) / TICK_S) + 1):
        yield from shelf.tick(before + step * TICK_S)
    yield from shelf.tick(at)


def _sent(driver: ScaleDriver, chunk: Chunk) -> None:
    """Have the driver ask as it did, so that it takes the answer that follows."""
    for late in DUE_S:
        if driver.request(chunk.at + late):
            return


def _shelf(config: Config, header: Header) -> ShelfConfig:
    for shelf in config.shelf:
        if shelf.id == header.source:
            if header.driver not in {None, shelf.driver}:
                raise ConfigError(
                    f"expected a recording of {shelf.driver}, found one of {header.driver}", f"shelf {shelf.id}"
                )
            return shelf
    known = ", ".join(shelf.id for shelf in config.shelf)
    raise ConfigError(
        f"expected a recording of a shelf of the configuration ({known or 'none'}), found {header.source!r}"
    )
