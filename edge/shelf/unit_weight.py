"""What one unit weighs, learned from moves of one unit that left no doubt. Pure.

A scalar Kalman filter on the mean. Whoever wants to poison it (ten light dummies put back one by one) meets three
guards: one observation shifts it by no more than three standard deviations allow, all together by no more than a tenth
of the configured weight, and only moves that no other explanation comes near are used.
"""

import math

import msgspec

from edge.shelf.planogram import Product

# An observation further off counts as one that is this far off.
CLIP_SD = 3.0
LARGEST_SHIFT = 0.1
# The mean is never known better than this share of the spread: packages change.
LEAST_ERROR = 0.1
# The spread is learned only from so many observations on, and stays within these factors of the configured one.
SPREAD_FROM, SPREAD_RANGE = 10, (0.5, 3.0)
FORGET = 0.02


class UnitWeight(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned of one product.

    Attributes:
        gtin: which.
        configured_g: the weight it began with; another one in the configuration begins anew.
        mean_g, error_g: the mean and its standard error.
        sd_g: the spread between units.
        observed: moves learned from.
    """

    gtin: str
    configured_g: float
    configured_sd_g: float
    mean_g: float
    error_g: float
    sd_g: float
    observed: int = 0

    @classmethod
    def configured(cls, product: Product) -> "UnitWeight":
        """What is known before anything was seen."""
        return cls(
            gtin=product.gtin,
            configured_g=product.unit_g,
            configured_sd_g=product.unit_sd_g,
            mean_g=product.unit_g,
            error_g=product.error_g,
            sd_g=product.unit_sd_g,
        )

    def learn(self, weight_g: float, sd_g: float) -> "UnitWeight":
        """What is known after one unit was seen to weigh `weight_g`, measured to `sd_g`."""
        spread = self.sd_g**2 + sd_g**2
        off = weight_g - self.mean_g
        limit = CLIP_SD * math.sqrt(self.error_g**2 + spread)
        off = max(-limit, min(limit, off))
        gain = self.error_g**2 / (self.error_g**2 + spread)
        furthest = LARGEST_SHIFT * self.configured_g
        mean = max(self.configured_g - furthest, min(self.configured_g + furthest, self.mean_g + gain * off))
        error = max(self.error_g * math.sqrt(1 - gain), LEAST_ERROR * self.sd_g)
        return msgspec.structs.replace(
            self, mean_g=mean, error_g=error, sd_g=self._spread(off, sd_g), observed=self.observed + 1
        )

    def product(self, low: int) -> Product:
        """The product as it is known now."""
        return Product(self.gtin, self.mean_g, self.sd_g, self.error_g, low)

    def _spread(self, off: float, measured_sd_g: float) -> float:
        if self.observed < SPREAD_FROM:
            return self.sd_g
        variance = (1 - FORGET) * self.sd_g**2 + FORGET * max(0.0, off * off - measured_sd_g**2)
        low, high = (factor * self.configured_sd_g for factor in SPREAD_RANGE)
        return max(low, min(high, math.sqrt(variance)))
