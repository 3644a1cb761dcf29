"""From a shelf's configuration to its port, its driver and its plates."""

import math
from collections.abc import Mapping

import msgspec

from edge.config.shelf import PlateConfig, ProductConfig, RegistersConfig, ShelfConfig
from edge.errors import ConfigError
from edge.ports.serial_port import PortSettings
from edge.scale.calibration import Calibration
from edge.scale.driver import DriverSettings, RegisterMap, ScaleDriver
from edge.scale.drivers import DRIVERS
from edge.scale.drivers.line_defaults import LINE_DEFAULTS
from edge.shelf.planogram import PlanogramPlate, Product
from edge.shelf.shelf import PlateSetup

# One question and its answer take so long at 9600 baud.
POLL_S = 0.04
TURNS_MISSED, LEAST_SILENCE_S = 3, 2.0
# So many units `store-edge scale learn` weighs when nothing else is said.
WEIGHED = 5
# Drivers whose readings are counts: without a calibration they say nothing.
BARE = {"hx711_bridge"}


def driver_of(config: ShelfConfig) -> ScaleDriver:
    """The driver that a shelf speaks."""
    registers = config.registers
    settings = DriverSettings(
        addresses=tuple(plate.address for plate in config.plate),
        interval_s=config.interval_s,
        timeout_s=config.timeout_s,
        unit=config.unit,
        registers=_map(registers) if isinstance(registers, RegistersConfig) else registers,
    )
    return DRIVERS[config.driver](settings)


def port_of(config: ShelfConfig) -> PortSettings:
    """The port of a shelf, with the protocol's usual line settings where none are given."""
    usual = LINE_DEFAULTS[config.driver]
    return PortSettings(url=config.port, baud=config.baud or usual.baud, format=config.format or usual.format)


def silence_of(config: ShelfConfig) -> float:
    """For how long a plate may say nothing: a few of its turns on the bus, in seconds."""
    turn_s = max(config.interval_s, POLL_S * len(config.plate))
    return max(LEAST_SILENCE_S, TURNS_MISSED * turn_s + config.timeout_s)


def plates_of(config: ShelfConfig, calibrations: Mapping[str, Calibration]) -> tuple[PlateSetup, ...]:
    """The plates of a shelf.

    Args:
        config: of the shelf.
        calibrations: by plate.

    Raises:
        ConfigError: a bare bridge has no calibration.
    """
    return tuple(
        PlateSetup(
            plate.address, _planogram(config, plate), _calibration(config, plate, calibrations), silence_of(config)
        )
        for plate in config.plate
    )


def _planogram(config: ShelfConfig, plate: PlateConfig) -> PlanogramPlate:
    return PlanogramPlate(
        id=plate.id,
        capacity_g=plate.capacity_g,
        products=tuple(product_of(product) for product in plate.product),
        keeps_zero=config.zero_is_kept,
        start=plate.start,
    )


def product_of(config: ProductConfig) -> Product:
    """A product as the stock's arithmetic needs it; its weight is taken for the mean of a few that were weighed."""
    return Product(config.gtin, config.unit_g, config.sd_g, config.sd_g / math.sqrt(WEIGHED), config.low)


def _calibration(
    config: ShelfConfig, plate: PlateConfig, calibrations: Mapping[str, Calibration]
) -> Calibration | None:
    found = calibrations.get(plate.id)
    if found is None and config.driver in BARE:
        raise ConfigError(
            f"shelf {config.id}, plate {plate.id}: expected a calibration, for {config.driver} reads bare counts, found"
            f" none; run `store-edge scale calibrate` for it"
        )
    return found


def _map(config: RegistersConfig) -> RegisterMap:
    return msgspec.convert(msgspec.to_builtins(config), RegisterMap)
