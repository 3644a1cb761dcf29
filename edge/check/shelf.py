"""What can be said of a shelf: from its configuration alone, and by listening to its bus for a moment."""

from collections.abc import Iterator
from pathlib import Path

from edge.clock import SystemClock
from edge.config.shelf import PlateConfig, ShelfConfig
from edge.errors import DeviceError
from edge.scale import calibration_file
from edge.scale.bus import ScaleBus
from edge.scale.reading import WeightReading
from edge.shelf.planogram import alike
from edge.shelf.setup import driver_of, plates_of, port_of, product_of, silence_of

LISTEN_S, TURN_S = 4.0, 0.05


def calibrated(shelf: ShelfConfig, data_dir: Path) -> str:
    """Which plates are calibrated.

    Raises:
        ConfigError: one that needs it is not.
    """
    known = calibration_file.read(data_dir, shelf.id)
    plates = plates_of(shelf, known)
    return f"{len(plates)} plates, {sum(plate.id in known for plate in shelf.plate)} calibrated by us"


def doubts(plate: PlateConfig) -> Iterator[str]:
    """What the weights of a plate's products cannot tell."""
    products = [product_of(product) for product in plate.product]
    for m, one, n, other in alike(products):
        yield (
            f"{m} x {one.gtin} and {n} x {other.gtin} weigh {m * one.unit_g:g} and {n * other.unit_g:g} g: nobody can"
            " tell them apart by weight, such moves will be told with a doubt; put one on another plate"
        )
    if len(products) > 1 and plate.start is None:
        yield "several products and no `start`: the first count is a guess from the weight; count once and say it"


def listen(shelf: ShelfConfig) -> str:
    """What the bus says within a few seconds, plate by plate.

    Raises:
        DeviceError: the port cannot be opened, or a plate says nothing.
    """
    clock = SystemClock()
    last: dict[int, WeightReading] = {}
    listen_s = max(LISTEN_S, 2 * silence_of(shelf))
    with ScaleBus(port_of(shelf), driver_of(shelf), clock, echo=shelf.echo) as bus:
        until, reason = clock.monotonic_s() + listen_s, "no bytes came"
        while clock.monotonic_s() < until and len(last) < len(shelf.plate):
            turn = bus.turn(TURN_S)
            last |= {reading.address: reading for reading in turn.readings}
            reason = next((change.reason for change in turn.changes if not change.online), reason)
    if not last:
        raise DeviceError(f"expected readings within {listen_s:g} s, found none: {reason}")
    silent = [plate.id for plate in shelf.plate if plate.address not in last]
    seen = ", ".join(_said(plate, last[plate.address]) for plate in shelf.plate if plate.address in last)
    if silent:
        raise DeviceError(f"expected all plates to answer, found {', '.join(silent)} silent (and {seen})")
    return seen


def _said(plate: PlateConfig, reading: WeightReading) -> str:
    if reading.weight_g is not None:
        return f"{plate.id} {reading.weight_g:.1f} g {reading.status.value}"
    if reading.counts is not None:
        return f"{plate.id} {reading.counts} counts"
    return f"{plate.id} {reading.status.value}"
