"""A calibration from check weights, or the reason why there is none. Pure.

The line goes through the empty plate and the heaviest check weight (two-point calibration); lighter weights show how
straight the scale is, and the empty plate at the end shows whether it comes back.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from edge.errors import DeviceError
from edge.scale.calibration import Calibration

# Refused beyond these shares of the heaviest check weight. OIML R76 class III allows 0.5 to 1.5 divisions of 1/3000.
NOISE_SHARE, LINEARITY_SHARE, REPEATABILITY_SHARE = 0.002, 0.001, 0.001
# A check weight that does not stand out of the noise by so many sigma is not on this plate.
SHOWS = 20
# However light the check weight, this is good enough for goods of 10 g.
GOOD_ENOUGH_G = 1.0
LEAST_READINGS = 10


class CalibrationError(DeviceError):
    """What was weighed makes no calibration; the message says why."""


@dataclass(frozen=True)
class Weighing:
    """One stage of it.

    Attributes:
        load_g: the check weight that lay there; 0 for the empty plate.
        values: counts, or the scale's grams, while it lay there.
    """

    load_g: float
    values: Sequence[float]

    @property
    def mean(self) -> float:
        """Their middle: glitches have no say."""
        ordered = sorted(self.values)
        quarter = len(ordered) // 4
        core = ordered[quarter : len(ordered) - quarter]
        return sum(core) / len(core)

    @property
    def noise(self) -> float:
        """The standard deviation of one value, by the middle half of them (1.349 sigma wide when normal)."""
        ordered = sorted(self.values)
        quarter = len(ordered) // 4
        return (ordered[len(ordered) - quarter - 1] - ordered[quarter]) / 1.349


def calibration_of(weighings: Sequence[Weighing], *, date: datetime, by: str) -> Calibration:
    """The calibration that weighings give.

    Args:
        weighings: the empty plate first and last, between them one or more check weights.
        date: when.
        by: who.

    Raises:
        CalibrationError: too few values, too much noise, no difference between empty and loaded, not straight, or
            the empty plate did not come back.
    """
    for one in weighings:
        if len(one.values) < LEAST_READINGS:
            raise CalibrationError(
                f"expected at least {LEAST_READINGS} readings with {one.load_g:g} g, found {len(one.values)};"
                " is the plate connected?"
            )
    empty, after = weighings[0], weighings[-1]
    heaviest = max(weighings, key=lambda one: one.load_g)
    if heaviest.load_g <= 0:
        raise CalibrationError("expected a check weight above 0 g, found none")
    per_gram = (heaviest.mean - empty.mean) / heaviest.load_g
    spread = max(one.noise for one in weighings)
    if abs(heaviest.mean - empty.mean) < SHOWS * max(spread, 1e-9):
        raise CalibrationError(
            f"expected the {heaviest.load_g:g} g to show, found {empty.mean:.0f} empty and {heaviest.mean:.0f} loaded"
            f" with a noise of {spread:.1f}; is the weight on this plate, and the cell connected?"
        )
    noise_g = spread / abs(per_gram)
    linearity_g = max(abs((one.mean - empty.mean) / per_gram - one.load_g) for one in weighings if one.load_g > 0)
    repeatability_g = abs(after.mean - empty.mean) / abs(per_gram)
    for what, found, share in (
        ("noise", noise_g, NOISE_SHARE),
        ("deviation from a straight line", linearity_g, LINEARITY_SHARE),
        ("difference between the empty plate before and after", repeatability_g, REPEATABILITY_SHARE),
    ):
        most = max(GOOD_ENOUGH_G, share * heaviest.load_g)
        if not found <= most or math.isnan(found):
            raise CalibrationError(
                f"expected a {what} of at most {most:.1f} g, found {found:.1f} g; see that nothing touches the plate,"
                " and try again"
            )
    return Calibration(
        zero=empty.mean,
        per_gram=per_gram,
        date=date,
        by=by,
        noise_g=round(noise_g, 3),
        linearity_g=round(linearity_g, 3),
        repeatability_g=round(repeatability_g, 3),
    )
