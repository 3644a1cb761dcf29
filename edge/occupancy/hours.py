"""When a shop is open, by its own wall clock. Pure.

Opening and closing are local times; a day with a daylight-saving change has one of each like any other. A local time
that such a change leaves out is taken by the offset before it, one that comes twice is the first (PEP 495, fold 0).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True)
class Hours:
    """A shop's day.

    Attributes:
        opens: local.
        closes: local; not later than `opens` means after midnight.
        zone: where.
    """

    opens: time
    closes: time
    zone: tzinfo

    def is_open(self, wall: datetime) -> bool:
        """Whether the shop is open at a moment (aware)."""
        day = wall.astimezone(self.zone).date()
        return any(self._begin(one) <= wall < self._end(one) for one in (day - timedelta(days=1), day))

    def last_closing(self, wall: datetime) -> datetime:
        """The newest closing at or before a moment, UTC."""
        day = wall.astimezone(self.zone).date()
        ends = [self._end(day + timedelta(days=n)) for n in (-2, -1, 0)]
        return max(end for end in ends if end <= wall)

    def _begin(self, day: date) -> datetime:
        return datetime.combine(day, self.opens, self.zone).astimezone(UTC)

    def _end(self, day: date) -> datetime:
        if self.closes <= self.opens:
            day += timedelta(days=1)
        return datetime.combine(day, self.closes, self.zone).astimezone(UTC)
