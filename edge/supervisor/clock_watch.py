"""When the wall clock came to be trusted, or was set: what the events of this boot have to be told of it. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta

from edge.events import ClockCorrected, ClockState, Stamp

# Less than this is how two clocks are read one after the other, or a clock that is being slewed.
LEAST_S = 0.25


class ClockWatch:
    """Compares the two clocks of one boot."""

    def __init__(self) -> None:
        self._told: datetime | None = None

    def look(self, now: Stamp, error_s: Callable[[], float]) -> list[ClockCorrected]:
        """What is to be told at this moment: nothing while the clock is not trusted, nor when it only ran on.

        Args:
            now: this moment, in both clocks.
            error_s: how far off the wall clock may be; asked when there is something to tell.
        """
        if now.clock_state is not ClockState.TRUSTED:
            return []
        zero = now.wall - timedelta(seconds=now.monotonic_s)
        if self._told is not None and abs((zero - self._told).total_seconds()) < LEAST_S:
            return []
        self._told = zero
        return [ClockCorrected(boot_id=now.boot_id, wall_at_zero=zero, error_s=max(0.0, error_s()))]
