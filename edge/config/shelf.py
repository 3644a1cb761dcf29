"""The configuration of smart shelves: a bus, its plates, and what stands on them. Pure."""

from typing import Annotated, Literal

import msgspec

from edge.config import rules
from edge.config.section import Seconds, Section, Text
from edge.events import Gtin, Id

DriverName = Literal[
    "mt_sics",
    "toledo_8217",
    "toledo_continuous",
    "and_continuous",
    "nci",
    "yaohua",
    "modbus_rtu",
    "hx711_bridge",
    "magellan",
    "sasi",
]
Grams = Annotated[float, msgspec.Meta(gt=0, le=10_000_000)]
Register = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
Bit = Annotated[int, msgspec.Meta(ge=0, le=15)]
# Their zero is in the cell and in our calibration: no loss of power moves it.
KEEPING_ZERO = {"modbus_rtu", "hx711_bridge"}
# Their frames say nothing of an address: one scale a port.
WITHOUT_ADDRESS = {"mt_sics", "toledo_8217", "toledo_continuous", "nci", "yaohua", "magellan", "sasi"}
# Without a word on it: units of one product differ by about this share of their weight, and by so many grams at least.
USUAL_SD_SHARE, USUAL_SD_G = 0.005, 0.2


class ProductConfig(Section, frozen=True, kw_only=True):
    """A product on a plate.

    Attributes:
        gtin: GTIN-14.
        unit_weight_g: the mean weight of one unit.
        unit_weight_sd_g: the standard deviation between units; half a percent when left out.
        low: at so many units or fewer the product is scarce.
        start: how many stand there when the plate is used for the first time; else the weight tells.
    """

    gtin: Gtin
    unit_weight_g: Grams | None = None
    unit_weight_sd_g: Annotated[float, msgspec.Meta(ge=0)] | None = None
    low: Annotated[int, msgspec.Meta(ge=0)] = 0
    start: Annotated[int, msgspec.Meta(ge=0)] | None = None

    def __post_init__(self) -> None:
        if self.unit_weight_g is None:
            raise rules.FieldError(
                "expected the weight of one unit in grams, found none; `store-edge scale learn` finds it",
                "unit_weight_g",
            )

    @property
    def unit_g(self) -> float:
        """The mean weight of one unit."""
        return self.unit_weight_g or 0.0

    @property
    def sd_g(self) -> float:
        """The standard deviation between units, as told or as usual."""
        told = self.unit_weight_sd_g
        return max(USUAL_SD_G, USUAL_SD_SHARE * self.unit_g) if told is None else max(told, 0.01)


class PlateConfig(Section, frozen=True, kw_only=True):
    """One weighing plate.

    Attributes:
        address: on the bus, where the protocol has addresses.
        capacity_g: what it can bear.
        product: what stands on it.
    """

    id: Id
    address: Annotated[int, msgspec.Meta(ge=0, le=247)] = 0
    capacity_g: Grams
    product: Annotated[tuple[ProductConfig, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        rules.own("product", "gtin", [product.gtin for product in self.product])
        for n, product in enumerate(self.product):
            if product.unit_g > self.capacity_g:
                raise rules.FieldError(
                    f"expected at most the plate's capacity of {self.capacity_g:g} g, found {product.unit_g:g}",
                    f"product[{n}].unit_weight_g",
                )
        told = [product.start is not None for product in self.product]
        if any(told) and not all(told):
            n = told.index(False)
            raise rules.FieldError(
                "expected it for all products of the plate or for none, found none", f"product[{n}].start"
            )

    @property
    def start(self) -> tuple[int, ...] | None:
        """How many of each product stand there at first, when that was told."""
        told = tuple(product.start for product in self.product if product.start is not None)
        return told if len(told) == len(self.product) else None


class RegistersConfig(Section, frozen=True, kw_only=True):
    """Where a Modbus transmitter that we have no map of keeps its figures: holding registers, counted from 0.

    Attributes:
        weight: the first register of the gross weight.
        count: how many hold it.
        high_word_first: the order of the two.
        signed: two's complement; else the sign is the status word's `negative_bit`, if any.
        unit_g: grams in one step.
        status: the register of the status word.
    """

    weight: Register
    count: Literal[1, 2] = 2
    high_word_first: bool = True
    signed: bool = True
    unit_g: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    status: Register | None = None
    stable_bit: Bit | None = None
    moving_bit: Bit | None = None
    zero_bit: Bit | None = None
    negative_bit: Bit | None = None
    overload_bits: tuple[Bit, ...] = ()
    error_bits: tuple[Bit, ...] = ()


class ShelfConfig(Section, frozen=True, kw_only=True):
    """One bus of plates.

    Attributes:
        port: a serial device (best by-path), or any pyserial URL.
        driver: the protocol.
        baud: None is the protocol's usual.
        format: data bits, parity and stop bits, as ``8N1``; None is the protocol's usual.
        echo: the adapter hands back what is sent, as RS-485 over two wires may.
        unit: of the figures, where the protocol names none.
        interval_s: how often each plate is asked, where the protocol asks.
        timeout_s: how long an answer may take.
        registers: Modbus only: a known map's name, or a map.
        keeps_zero: the scales keep their zero over a loss of power; None is the protocol's usual.
    """

    id: Id
    port: Text
    driver: DriverName
    baud: Annotated[int, msgspec.Meta(ge=300, le=4_000_000)] | None = None
    format: Annotated[str, msgspec.Meta(pattern="^[78][NEO][12]$")] | None = None
    echo: bool = False
    unit: Literal["g", "kg", "mg", "t", "lb", "oz"] = "kg"
    interval_s: Annotated[float, msgspec.Meta(ge=0, le=60)] = 0.1
    timeout_s: Seconds = 0.3
    registers: str | RegistersConfig = "laumas"
    keeps_zero: bool | None = None
    plate: Annotated[tuple[PlateConfig, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        rules.own_ids("plate", [plate.id for plate in self.plate])
        rules.own("plate", "address", [plate.address for plate in self.plate])
        for n, plate in enumerate(self.plate):
            if plate.address and self.driver in WITHOUT_ADDRESS:
                raise rules.FieldError(
                    f"expected none, for {self.driver} knows no addresses, found {plate.address}", f"plate[{n}].address"
                )

    @property
    def zero_is_kept(self) -> bool:
        """Whether the scales' zero survives a loss of power."""
        return self.driver in KEEPING_ZERO if self.keeps_zero is None else self.keeps_zero
