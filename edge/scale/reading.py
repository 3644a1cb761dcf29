"""What a scale says: one reading. Pure."""

from enum import StrEnum

import msgspec

# Grams in one of each unit that scales name; exact by definition (the pound of 1959), but for the ounce's rounding.
GRAMS_PER_UNIT = {
    "g": 1.0,
    "kg": 1000.0,
    "mg": 0.001,
    "t": 1_000_000.0,
    "lb": 453.59237,
    "oz": 28.349523125,
}


class Status(StrEnum):
    """How a scale is, in the one set of words that every driver uses.

    STABLE and ZERO stand for a weight at rest, ZERO for one at the centre of zero. UNSTABLE has a weight that moves, or
    none. OVERLOAD, UNDERLOAD and NOT_READY come without a weight: what the display would show is no measurement.
    """

    STABLE = "stable"
    UNSTABLE = "unstable"
    ZERO = "zero"
    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    NOT_READY = "not_ready"


class WeightReading(msgspec.Struct, frozen=True, gc=False):
    """One reading of one weighing plate.

    Attributes:
        address: which plate on the bus; 0 where the protocol knows only one.
        at: when its last byte arrived, in monotonic seconds.
        weight_g: gross grams, of any sign; None where the status allows none, or where there are only `counts`.
        status: how the plate says it is. A bare bridge does not judge: it says UNSTABLE.
        counts: what a bridge without a calibration of its own reads; `edge.scale.calibration` turns it into grams.
    """

    address: int
    at: float
    weight_g: float | None
    status: Status
    counts: int | None = None
