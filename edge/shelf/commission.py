"""Setting up a shelf with a person beside it: calibrate its plates, weigh one unit of a product, record its bus."""

import math
import signal
import threading
from pathlib import Path
from typing import Any

from edge.clock import SystemClock
from edge.config.read import load
from edge.config.shelf import PlateConfig, ShelfConfig
from edge.errors import ConfigError
from edge.ports.serial_port import PortSettings
from edge.scale import calibration_file
from edge.scale import record as recording
from edge.scale.bus import ScaleBus
from edge.scale.drivers.line_defaults import LINE_DEFAULTS, LineDefaults
from edge.scale.guided import Conversation, PlateAtHand
from edge.shelf.setup import driver_of, port_of


def calibrate(file: Path, name: str, weights: str, *, by: str, talk: Conversation) -> dict[str, Any]:
    """Calibrate a plate and keep the result in the gateway's data folder.

    Args:
        file: the gateway's configuration.
        name: ``SHELF/PLATE``.
        weights: check weights in grams, with commas between.
        by: who does it.
        talk: how the person is spoken to.

    Raises:
        ConfigError: there is no such plate, or the weights are none.
        CalibrationError: what was weighed makes no calibration.
    """
    shelf, plate, data_dir = _named(file, name)
    clock = SystemClock()
    with ScaleBus(port_of(shelf), driver_of(shelf), clock, echo=shelf.echo) as bus:
        found = PlateAtHand(bus, plate.address, clock).calibrate(_grams(weights, plate), talk, by=by)
    kept = calibration_file.write(data_dir, shelf.id, plate.id, found)
    return {
        "plate": name,
        "zero": round(found.zero, 1),
        "per_gram": round(found.per_gram, 4),
        "noise_g": found.noise_g,
        "linearity_g": found.linearity_g,
        "repeatability_g": found.repeatability_g,
        "by": found.by,
        "kept_in": str(kept),
    }


def learn(file: Path, name: str, gtin: str, count: int, *, talk: Conversation) -> dict[str, Any]:
    """Weigh units of a product one by one.

    Args:
        file: the gateway's configuration.
        name: ``SHELF/PLATE``.
        gtin: of a product of that plate.
        count: how many units.
        talk: how the person is spoken to.

    Raises:
        ConfigError: there is no such plate or product.
        DeviceError: the units were not put down.
    """
    shelf, plate, data_dir = _named(file, name)
    if gtin not in [product.gtin for product in plate.product]:
        known = ", ".join(product.gtin for product in plate.product)
        raise ConfigError(f"expected a product of {name} ({known}), found {gtin!r}")
    calibration = calibration_file.read(data_dir, shelf.id).get(plate.id)
    clock = SystemClock()
    with ScaleBus(port_of(shelf), driver_of(shelf), clock, echo=shelf.echo) as bus:
        found = PlateAtHand(bus, plate.address, clock).learn(count, plate.capacity_g, calibration, talk)
    return {
        "gtin": gtin,
        "unit_weight_g": round(found.unit_g, 2),
        "unit_weight_sd_g": round(found.sd_g, 2),
        "units": found.count,
    }


def record(
    port: str, driver: str | None, baud: int | None, form: str | None, *, out: Path, source: str, seconds: float
) -> dict[str, Any]:
    """Keep the bytes of a serial line until the time is over or Ctrl-C is pressed.

    Args:
        port: a device, or a URL.
        driver: the protocol; None only listens, at 9600 8N1 when nothing else is said.
        baud: None is the protocol's usual.
        form: as ``8N1``; None is the protocol's usual.
        out: a new file.
        source: the id of the shelf.
        seconds: 0 is without an end.

    Raises:
        ConfigError: there is no such driver, or the file cannot be written.
        PortError: the port cannot be opened.
    """
    usual = LINE_DEFAULTS.get(driver or "", LineDefaults(9600, "8N1"))
    settings = PortSettings(port, baud or usual.baud, form or usual.format)
    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda _number, _frame: stop.set())
    try:
        done = recording.record(settings, driver, out, source, seconds or math.inf, stop)
    finally:
        signal.signal(signal.SIGINT, before)
    return {"file": str(out), "received_bytes": done.received, "sent_bytes": done.sent, "readings": done.readings}


def _named(file: Path, name: str) -> tuple[ShelfConfig, PlateConfig, Path]:
    config = load(file)
    for shelf in config.shelf:
        for plate in shelf.plate:
            if name == f"{shelf.id}/{plate.id}":
                return shelf, plate, Path(config.store.data_dir)
    known = ", ".join(f"{shelf.id}/{plate.id}" for shelf in config.shelf for plate in shelf.plate)
    raise ConfigError(f"expected a plate of {file} ({known or 'it has none'}), found {name!r}")


def _grams(text: str, plate: PlateConfig) -> list[float]:
    try:
        weights = [float(one) for one in text.split(",")]
    except ValueError:
        weights = []
    if not weights or not all(0 < one <= plate.capacity_g for one in weights):
        raise ConfigError(f"expected check weights of 0 to {plate.capacity_g:g} g, as in 1000,2000, found {text!r}")
    return weights
