"""From a lane's configuration to what it works with."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from edge.checkout.bagging.explain import Tolerance
from edge.checkout.pattern_tables import pattern_table
from edge.checkout.patterns import PatternTable
from edge.checkout.payment.adapter import PaymentTerminal
from edge.checkout.payment.http_json import HttpJsonTerminal
from edge.checkout.price_book_file import BookTerms
from edge.checkout.scanners import SCANNERS
from edge.checkout.scanners.driver import ScannerDriver, ScannerSettings
from edge.checkout.session.terms import LaneSettings, OnScaleFault
from edge.checkout.tax import TaxTerms
from edge.config.lane import LaneConfig, LaneScaleConfig, ScannerConfig
from edge.errors import ConfigError
from edge.ports.serial_port import PortSettings
from edge.scale.driver import DriverSettings, ScaleDriver
from edge.scale.drivers import DRIVERS
from edge.scale.drivers.line_defaults import LINE_DEFAULTS
from edge.scale.weighing.plate import Plate
from edge.scale.weighing.weigher import WeighingSettings

STANDARD = "standard"
SCANNER_BAUD, SCANNER_FORMAT = 9600, "8N1"


def settings_of(config: LaneConfig, timezone: str) -> LaneSettings:
    """How a lane behaves."""
    scale = config.scale
    tolerance = Tolerance(
        sigmas=config.tolerance_sigmas,
        division_g=scale.division_g if scale else Tolerance().division_g,
        scale_sd_g=scale.error_g if scale else Tolerance().scale_sd_g,
    )
    return LaneSettings(
        tolerance=tolerance,
        grace_s=config.grace_s,
        escalate_s=config.escalate_s,
        own_bag_limit_g=config.own_bag_limit_g,
        on_scale_fault=OnScaleFault(config.on_scale_fault),
        has_scale=scale is not None,
        weigh_on_bag=scale is not None and config.produce_scale is None,
        terminal=config.payment is not None,
        head=config.head,
        foot=config.foot,
        timezone=timezone,
    )


def book_terms(config: LaneConfig) -> BookTerms:
    """What holds for every price book of a lane.

    Raises:
        ConfigError: a tax is none.
    """
    rates = {tax.id: Decimal(tax.rate) for tax in config.tax} or {STANDARD: Decimal(0)}
    return BookTerms(config.currency, TaxTerms(rates, config.prices_include_tax))


def book_form(config: LaneConfig) -> str:
    """In what form the price book's file is: ``csv`` or ``json``."""
    return Path(config.price_book).suffix[1:].lower()


def patterns_of(config: LaneConfig) -> PatternTable:
    """The labels that hold a weight or an amount.

    Raises:
        ConfigError: a table is not known, or two tables share a prefix.
    """
    return pattern_table(config.currency, config.patterns)


def scanner_port(config: ScannerConfig) -> PortSettings:
    """The scanner's port; it must have one."""
    return PortSettings(url=config.port or "", baud=config.baud or SCANNER_BAUD, format=config.format or SCANNER_FORMAT)


def scanner_driver(config: ScannerConfig) -> ScannerDriver:
    """What the scanner speaks."""
    return SCANNERS[config.driver](
        ScannerSettings(
            prefix=config.prefix.encode(),
            suffix=None if config.suffix is None else config.suffix.encode(),
            acknowledge=config.acknowledge,
        )
    )


def scale_port(config: LaneScaleConfig, shared: ScannerConfig | None = None) -> PortSettings:
    """The scale's port, or the one that it shares with its scanner."""
    usual = LINE_DEFAULTS[config.driver]
    url = config.port or (shared.port if shared else None) or ""
    return PortSettings(url=url, baud=config.baud or usual.baud, format=config.format or usual.format)


def scale_driver(config: LaneScaleConfig) -> ScaleDriver:
    """What the scale speaks."""
    settings = DriverSettings(interval_s=config.interval_s, timeout_s=config.timeout_s, unit=config.unit)
    return DRIVERS[config.driver](settings)


def weighing_of(division_g: float) -> WeighingSettings:
    """How a bagging scale is read: a rest is told as soon as it is known to a few of its steps; goods weigh more."""
    return WeighingSettings(least_g=max(10.0, 5 * division_g))


def plate_of(config: LaneScaleConfig) -> Plate:
    """The weighing of the bagging area: what is smaller than a few steps is no change."""
    return Plate(config.capacity_g, weighing_of(config.division_g))


def terminal_of(config: LaneConfig) -> PaymentTerminal | None:
    """The payment terminal; None where an attendant takes the money.

    Raises:
        ConfigError: its host is not allowed.
    """
    payment = config.payment
    if payment is None:
        return None
    return HttpJsonTerminal(
        payment.host, payment.port, allowed_hosts=payment.allowed_hosts, timeout_s=payment.timeout_s
    )


def members_of(config: LaneConfig) -> tuple[bytes, Mapping[str, bool]]:
    """The key of the members' hashes, and what their codes begin with.

    Raises:
        ConfigError: the key cannot be read, or is too short.
    """
    if config.member_key_file is None:
        return b"", {}
    path = Path(config.member_key_file)
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise ConfigError(
            f"lane {config.id}: expected a key in {path}, found none to read ({error.strerror})"
        ) from None
    if len(key) < 16:  # noqa: PLR2004 - 128 bits
        raise ConfigError(f"lane {config.id}: expected a key of 16 bytes and more in {path}, found {len(key)}")
    return key, {prefix: prefix in config.consent_prefixes for prefix in config.member_prefixes}
