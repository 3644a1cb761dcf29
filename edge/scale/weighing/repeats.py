"""Whether a scale that gives grams has frozen. Pure.

Some scales repeat themselves honestly: coarse divisions, a filter that holds the display still, a poll that is faster
than the scale. How often this one does is learned; a run of equal readings that is too long for that by far is a scale
that hangs. One that repeats itself nearly always cannot be told from a frozen one, and is not.
"""

import math
from dataclasses import dataclass

# Nothing is said before so many readings; the share of repeats is an average over the latest so many.
LEARNED_READINGS, AVERAGED_READINGS = 600, 2000
# A run that is as unlikely as this is no chance: less than once in a thousand years of ten readings a second.
IMPOSSIBLE = math.log(1e-15)
LEAST_S = 1.5
# One that repeats itself more often than this cannot be told from a frozen one.
MOST_SHARE = 0.9


@dataclass
class Repeats:
    """Follows one plate.

    Attributes:
        run: how many equal readings in a row there are by now.
    """

    run: int = 0
    _last_g: float = math.nan
    _since: float = 0.0
    _seen: int = 0
    _share: float = 0.0

    def is_frozen(self, weight_g: float, at: float) -> bool:
        """Take in one reading.

        Args:
            weight_g: as the scale gives it. One of exactly 0 never counts: scales hold their zero.
            at: monotonic seconds.
        """
        repeated = weight_g == self._last_g
        if not repeated:
            self.run, self._last_g, self._since = 0, weight_g, at
        self.run += 1
        if self._seen >= LEARNED_READINGS and self._is_impossible(weight_g, at):
            # What a frozen scale says is not how it usually is.
            return True
        self._seen = min(self._seen + 1, AVERAGED_READINGS)
        self._share += (repeated - self._share) / self._seen
        return False

    def _is_impossible(self, weight_g: float, at: float) -> bool:
        if weight_g == 0 or at - self._since < LEAST_S:
            return False
        # One repeat more than were seen (Laplace): a share of 0 is never known.
        share = (self._share * self._seen + 1) / (self._seen + 2)
        return share < MOST_SHARE and (self.run - 1) * math.log(share) < IMPOSSIBLE
