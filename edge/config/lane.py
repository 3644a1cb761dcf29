"""The configuration of self-checkout lanes. Pure."""

from typing import Annotated, Literal

import msgspec

from edge.config import rules
from edge.config.section import Seconds, Section, Text
from edge.config.shelf import DriverName, Grams
from edge.events import Currency, Id

ScannerName = Literal["plain", "ssi", "datalogic", "honeywell", "magellan"]
Baud = Annotated[int, msgspec.Meta(ge=300, le=4_000_000)]
LineFormat = Annotated[str, msgspec.Meta(pattern="^[78][NEO][12]$")]
Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
Percent = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$")]
# One cable for both: the scale is the scanner's.
SHARED = "magellan"
BOOK_SUFFIXES = (".csv", ".json")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class ScannerConfig(Section, frozen=True, kw_only=True):
    """A barcode scanner: on a port, or a camera.

    Attributes:
        port: a serial device (best by-path), or any pyserial URL.
        driver: the protocol.
        baud: None is 9600.
        format: data bits, parity and stop bits; None is ``8N1``.
        prefix: what the scanner sends before each code.
        suffix: what it sends behind each; None takes any usual one, and an idle gap.
        acknowledge: answer each code with ACK or NAK.
        camera: a camera's URL, in place of a port.
        window_s: an equal code that was not seen for so long is a new scan.
    """

    port: Text | None = None
    driver: ScannerName = "plain"
    baud: Baud | None = None
    format: LineFormat | None = None
    prefix: str = ""
    suffix: str | None = None
    acknowledge: bool = False
    camera: Text | None = None
    window_s: Seconds = 0.7

    def __post_init__(self) -> None:
        if (self.port is None) is (self.camera is None):
            raise rules.FieldError("expected a port or a camera, found " + ("none" if self.port is None else "both"))
        if self.camera is not None:
            rules.camera_url(self.camera)


class LaneScaleConfig(Section, frozen=True, kw_only=True):
    """A scale of a lane.

    Attributes:
        port: a serial device; None for a bagging scale that is a Magellan on the scanner's cable.
        driver: the protocol.
        capacity_g: what it can weigh.
        division_g: its step.
        error_g: how far it errs beside its noise.
        unit: of the figures, where the protocol names none.
    """

    port: Text | None = None
    driver: DriverName
    capacity_g: Grams
    division_g: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 2.0
    error_g: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 1.5
    baud: Baud | None = None
    format: LineFormat | None = None
    unit: Literal["g", "kg", "mg", "t", "lb", "oz"] = "kg"
    interval_s: Annotated[float, msgspec.Meta(ge=0, le=60)] = 0.1
    timeout_s: Seconds = 0.3


class PrinterConfig(Section, frozen=True, kw_only=True):
    """The receipt printer.

    Attributes:
        port: a serial device, or any pyserial URL.
        columns: Latin characters in a line.
        chinese: it has Chinese characters and takes GB 18030.
        profile: python-escpos's name of its code pages.
    """

    port: Text
    baud: Baud = 9600
    format: LineFormat = "8N1"
    columns: Annotated[int, msgspec.Meta(ge=16, le=96)] = 42
    chinese: bool = False
    profile: Text = "default"


class PaymentConfig(Section, frozen=True, kw_only=True):
    """The payment terminal's adapter, a program on this box that speaks HTTP/JSON.

    Attributes:
        port: of the adapter.
        host: where it runs; other hosts than this one have to be in `allowed_hosts`.
        allowed_hosts: hosts beside this one.
        timeout_s: for an answer.
    """

    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)]
    host: Text = "127.0.0.1"
    allowed_hosts: tuple[Text, ...] = ()
    timeout_s: Seconds = 5.0


class TaxConfig(Section, frozen=True, kw_only=True):
    """One tax class of a price book that names none itself.

    Attributes:
        id: the name of the class.
        rate: per cent.
    """

    id: Text
    rate: Percent


class LaneConfig(Section, frozen=True, kw_only=True):
    """One self-checkout.

    Attributes:
        scanner: what reads the codes.
        scale: below the bagging area; without one bags are not verified.
        produce_scale: where goods by weight are weighed; without one, as they are put into the bagging area.
        printer: for receipts; without one there are none on paper.
        payment: the terminal; without one an attendant takes the money.
        price_book: a .csv or .json file; a new version of it is taken up when it changes.
        currency: ISO 4217, of every amount.
        tax: classes of a CSV price book; one class ``standard`` of 0 per cent where none is given.
        prices_include_tax: prices hold the tax, as in China and Europe.
        patterns: names of the tables of variable-measure labels.
        recalls: a CSV file of gtin and lot; an empty lot recalls all.
        screen_port: of the lane's own screen on this box; 0 for none.
        screen_host: where it listens; beyond this box only with an attendants' token.
        attendant_token_file: what an attendant's screen has to show; without one any program on this box may attend.
        member_prefixes: what members' codes begin with.
        consent_prefixes: those of them that mean consent to be known in the sale.
        member_key_file: the key of the members' hashes.
        on_scale_fault: what to do without the scale.
        tolerance_sigmas: how many standard deviations a weight may be off.
        grace_s: time to scan what was put down first.
        escalate_s: from a nudge to the attendant.
        own_bag_limit_g: the heaviest bag that a shopper may bring.
        head: lines at the top of receipts.
        foot: lines at their end.
    """

    id: Id
    scanner: ScannerConfig
    scale: LaneScaleConfig | None = None
    produce_scale: LaneScaleConfig | None = None
    printer: PrinterConfig | None = None
    payment: PaymentConfig | None = None
    price_book: Text
    currency: Currency
    tax: tuple[TaxConfig, ...] = ()
    prices_include_tax: bool = True
    patterns: tuple[Text, ...] = ()
    recalls: Text | None = None
    screen_port: Port = 0
    screen_host: Text = "127.0.0.1"
    attendant_token_file: Text | None = None
    member_prefixes: tuple[Text, ...] = ()
    consent_prefixes: tuple[Text, ...] = ()
    member_key_file: Text | None = None
    on_scale_fault: Literal["attended", "close"] = "attended"
    tolerance_sigmas: Annotated[float, msgspec.Meta(ge=2, le=10)] = 4.0
    grace_s: Seconds = 1.0
    escalate_s: Seconds = 12.0
    own_bag_limit_g: Annotated[float, msgspec.Meta(ge=0, le=5000)] = 400.0
    head: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rules.own_ids("tax", [tax.id for tax in self.tax])
        if not self.price_book.lower().endswith(BOOK_SUFFIXES):
            raise rules.FieldError(f"expected a .csv or .json file, found {self.price_book!r}", "price_book")
        self._check_scales()
        self._check_members()
        if self.screen_host not in LOOPBACK and self.screen_port and self.attendant_token_file is None:
            raise rules.FieldError(
                f"expected an attendants' token beside a screen_host beyond this box ({self.screen_host}), found none",
                "attendant_token_file",
            )

    def _check_scales(self) -> None:
        if self.scale is not None and (self.scale.port is None) is not self.shares_cable:
            found = "none" if self.scale.port is None else repr(self.scale.port)
            raise rules.FieldError(
                f"expected a port, or none where scanner and scale are a {SHARED} on one cable, found {found}",
                "scale.port",
            )
        if self.produce_scale is not None and self.produce_scale.port is None:
            raise rules.FieldError("expected a port, found none", "produce_scale.port")
        names = [name for name, _ in self.ports]
        ports = [port for _, port in self.ports]
        for n, port in enumerate(ports):
            first = ports.index(port)
            if first != n:
                raise rules.FieldError(
                    f"expected a port of its own, found {port!r}, which {names[first]} has", names[n]
                )

    def _check_members(self) -> None:
        stray = set(self.consent_prefixes) - set(self.member_prefixes)
        if stray:
            raise rules.FieldError(
                f"expected prefixes that are in member_prefixes too, found {sorted(stray)}", "consent_prefixes"
            )
        rules.both_or_neither(
            {"member_prefixes": self.member_prefixes or None, "member_key_file": self.member_key_file}
        )

    @property
    def ports(self) -> tuple[tuple[str, str], ...]:
        """Every serial port, with the path of its key."""
        devices = {
            "scanner": self.scanner,
            "scale": self.scale,
            "produce_scale": self.produce_scale,
            "printer": self.printer,
        }
        named = ((f"{name}.port", getattr(device, "port", None)) for name, device in devices.items())
        return tuple((name, port) for name, port in named if port is not None)

    @property
    def shares_cable(self) -> bool:
        """Whether scanner and scale are on one cable."""
        drivers = self.scanner.driver, None if self.scale is None else self.scale.driver
        return drivers == (SHARED, SHARED) and self.scale is not None and self.scale.port is None
