"""How long to wait before the next try. Pure."""

import random
from dataclasses import dataclass, field


@dataclass
class Backoff:
    """Full jitter: anything from nothing to a bound that doubles with each failure, so that many do not come at once.

    (Brooker, AWS Architecture Blog 2015, Exponential Backoff And Jitter.)
    """

    first_s: float
    most_s: float
    failures: int = 0
    dice: random.Random = field(default_factory=random.Random)

    def failed(self) -> float:
        """One more failure; seconds to wait now."""
        bound = min(self.most_s, self.first_s * 2 ** min(self.failures, 30))
        self.failures += 1
        return self.dice.uniform(0, bound)

    def worked(self) -> None:
        """Begin anew."""
        self.failures = 0
