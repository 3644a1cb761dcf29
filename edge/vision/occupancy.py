"""How many were in an area over an interval: mean over the time watched, and most at once. Pure. Seconds.

Presence is counted up to where somebody was last seen, so that who is hidden for a moment is counted when they are
seen again, and who vanished is not counted on.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.vision.interval import HOLE_S, Closed
from edge.vision.visits import Visitor

# Who was seen within this time is there now.
PRESENT_S = 1.0


@dataclass
class Occupancy:
    """The presence in the interval that runs.

    Attributes:
        began_s: when it began.
    """

    began_s: float
    _person_s: float = 0.0
    _most: int = 0
    _frame_s: float | None = None

    def frame(self, visitors: Iterable[Visitor], at: float, watched_s: float) -> None:
        """Take in who is there in a frame.

        Args:
            visitors: who is in, hidden ones too; each has `entered`.
            at: the frame's.
            watched_s: since the frame before; 0 when there was a hole, which counts for nobody.
        """
        present = 0
        for visitor in visitors:
            if visitor.counted is None:
                visitor.counted = max(self.began_s, at if visitor.entered is None else visitor.entered)
            elif watched_s == 0 and self._frame_s is not None:
                visitor.counted = at
            if visitor.at == at:
                self._person_s += at - visitor.counted
                visitor.counted = at
            present += visitor.at >= at - PRESENT_S
        self._most, self._frame_s = max(self._most, present), at

    def ended(self, visitor: Visitor, left: float) -> None:
        """Somebody was there until `left`, which may be before the newest frame."""
        if visitor.counted is not None:
            self._person_s += left - visitor.counted
            visitor.counted = None

    def close(self, visitors: Iterable[Visitor], closed: Closed) -> tuple[float, int]:
        """The interval is over: its mean and its most; the next one begins."""
        frame_s = closed.from_s if self._frame_s is None else self._frame_s
        until = closed.to_s if closed.to_s - frame_s <= HOLE_S else frame_s
        for visitor in visitors:
            if visitor.counted is not None:
                self._person_s += max(0.0, until - visitor.counted)
                visitor.counted = max(visitor.counted, closed.to_s)
        mean = max(0.0, self._person_s) / closed.observed_s if closed.observed_s else 0.0
        most = self._most
        self.began_s, self._person_s, self._most = closed.to_s, 0.0, 0
        return round(min(mean, float(most)), 3), most
