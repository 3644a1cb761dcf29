"""The lane's clock: seconds that never go back, whatever is done to the clocks of the box. Pure.

Within a boot it follows the monotonic clock. Over a boot it goes on by what the wall clock says has passed, which is
believed up to a day and never below nothing.
"""

import msgspec

from edge.checkout.session.inputs import Instant
from edge.events import Stamp

LONGEST_OFF_S = 86_400.0


class LaneClock(msgspec.Struct, frozen=True, kw_only=True):
    """The last moment that was told.

    Attributes:
        s: seconds of the lane.
        stamp: the same moment on the clocks of the box; None before the first.
    """

    s: float = 0.0
    stamp: Stamp | None = None

    def at(self, stamp: Stamp) -> "LaneClock":
        """The clock at another moment of the box."""
        if self.stamp is None:
            return LaneClock(s=self.s, stamp=stamp)
        if stamp.boot_id == self.stamp.boot_id:
            passed = stamp.monotonic_s - self.stamp.monotonic_s
        else:
            passed = min((stamp.wall - self.stamp.wall).total_seconds(), LONGEST_OFF_S)
        return LaneClock(s=self.s + max(0.0, passed), stamp=stamp)

    def lane_s(self, monotonic_s: float) -> float:
        """A monotonic second of this boot, as a second of the lane."""
        return self.s if self.stamp is None else self.s + monotonic_s - self.stamp.monotonic_s

    @property
    def instant(self) -> Instant:
        """This moment, as a step is given it.

        Raises:
            ValueError: no moment was ever told.
        """
        if self.stamp is None:
            raise ValueError("expected a moment, found a clock that was never told one")
        return Instant(self.s, self.stamp.wall)
