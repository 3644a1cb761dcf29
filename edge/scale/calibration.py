"""What turns a bridge's counts into grams, and corrects the grams of a scale. Pure."""

from datetime import datetime

import msgspec

from edge.scale.reading import WeightReading


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """A straight line through two points, as found by `store-edge scale calibrate`.

    Attributes:
        zero: counts (or the scale's grams) of the empty plate.
        per_gram: counts (or the scale's grams) that one gram adds; of any sign, not 0.
        date: when it was found.
        by: who found it.
        noise_g, linearity_g, repeatability_g: what was seen on that occasion.
    """

    zero: float
    per_gram: float
    date: datetime
    by: str
    noise_g: float = 0.0
    linearity_g: float = 0.0
    repeatability_g: float = 0.0

    def __post_init__(self) -> None:
        if self.per_gram == 0:
            raise ValueError("expected counts per gram that are not 0, found 0")

    def grams(self, reading: WeightReading) -> float | None:
        """The grams of a reading; None when it has neither grams nor counts."""
        value = reading.weight_g if reading.counts is None else reading.counts
        return None if value is None else (value - self.zero) / self.per_gram
