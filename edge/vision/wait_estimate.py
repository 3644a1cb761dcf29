"""How long somebody who joined a queue now would wait. Pure. Seconds."""

from collections import deque
from dataclasses import dataclass, field

# Services that the estimate is drawn from, and how old they may be.
LAST_SERVICES = 20
OLD_S = 3600.0


@dataclass
class WaitEstimate:
    """The pace of a service point: the time from one service to the next while somebody was waiting.

    A pause with nobody in the queue says nothing of the pace. Several desks at one service point are one with a
    faster pace.
    """

    _cycles: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=LAST_SERVICES))
    _last_start: float | None = None

    def served(self, joined: float, reached: float) -> None:
        """Somebody who had joined the queue then reached the service point now."""
        before = self._last_start
        self._last_start = reached if before is None else max(before, reached)
        if before is not None and joined <= before < reached:
            self._cycles.append((reached, reached - before))

    def now(self, at: float, waiting: int, *, busy: bool) -> float | None:
        """The wait of one who joins now; None while the pace is not known.

        Args:
            at: now.
            waiting: how many are in the queue.
            busy: whether somebody is being served.
        """
        if not waiting and not busy:
            return 0.0
        cycles = [length for when, length in self._cycles if when >= at - OLD_S]
        if not cycles:
            return None
        cycle = sum(cycles) / len(cycles)
        begun = at if self._last_start is None else self._last_start
        return waiting * cycle + (max(0.0, cycle - (at - begun)) if busy else 0.0)
