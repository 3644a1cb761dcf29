"""What a scale says when nothing lies on its plate, and what becomes of that. Pure.

Indicators may zero themselves at power-up with goods on the plate, and be put right later. Then all weights move by
what lay there, and no goods have moved.
"""

from dataclasses import dataclass

# A scale that zeroed itself says 0 to within this.
SELF_ZERO_G = 4.0
# An empty plate cannot pull upwards: below its zero by this, and by this share of the capacity, its cell is at fault.
BELOW_G, BELOW_SHARE = 100.0, 0.02
# What an empty plate shows follows its drift by less than this share of the lightest product.
TRACKED_SHARE = 0.3


@dataclass
class Zero:
    """The zero of one plate.

    Attributes:
        grams: as the scale shows it.
        keeps: it survives a loss of power.
    """

    grams: float
    keeps: bool

    def was_lost(self, weight_g: float, level_g: float, least_g: float) -> bool:
        """Whether a scale that nobody watched has zeroed itself with goods on it.

        Args:
            weight_g: what it shows now.
            level_g: what it showed before.
            least_g: the weight of the lightest product.
        """
        carried = level_g - self.grams
        if self.keeps or abs(weight_g - level_g) < SELF_ZERO_G:
            return False
        return abs(weight_g) < SELF_ZERO_G and carried > max(0.5 * least_g, 2 * SELF_ZERO_G)

    def came_back(self, delta_g: float, sd_g: float) -> bool:
        """Whether a scale that had zeroed itself shows the whole weight again."""
        if self.keeps or abs(self.grams) < 2 * SELF_ZERO_G:
            return False
        return abs(delta_g + self.grams) < max(SELF_ZERO_G, 3 * sd_g)

    def is_below(self, weight_g: float, capacity_g: float) -> bool:
        """Whether a weight is less than nothing."""
        return weight_g - self.grams < -max(BELOW_G, BELOW_SHARE * capacity_g)

    def track(self, level_g: float, least_g: float) -> None:
        """Follow the drift of a plate that is known to be empty."""
        if abs(level_g - self.grams) < TRACKED_SHARE * least_g:
            self.grams = level_g
