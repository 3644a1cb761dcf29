"""The shop's count: reads the doors' books, publishes how many are inside, sets the count right in the open."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path

import msgspec

from edge.agent.protocol import Host
from edge.config.occupancy import OccupancyConfig
from edge.events import ClockState, Event, OccupancyCounted, Stamp
from edge.occupancy.door_book import Totals, book_path, read
from edge.occupancy.hours import Hours
from edge.occupancy.ledger import Ledger
from edge.occupancy.occupancy import DoorCount, Occupancy, State

POLL_S = 0.5
# Beyond a camera's own interval, so long may its event take to the book.
LATE_S = 5.0


class Kept(msgspec.Struct, kw_only=True):
    """What is found again after a restart.

    Attributes:
        at: when it was kept, UTC.
        closed: the closing that was made last, UTC.
    """

    at: datetime
    closed: datetime
    state: State
    ledger: Ledger


class OccupancyAgent:
    """Counts who is in one shop."""

    def __init__(self, config: OccupancyConfig, data_dir: Path, zone: tzinfo, camera_interval_s: float) -> None:
        """Begin nothing yet.

        Args:
            config: the shop's.
            data_dir: the gateway's; the doors' books are in it.
            zone: the shop's.
            camera_interval_s: the longest interval of its cameras.
        """
        self._config, self._data_dir = config, data_dir
        self._hours = Hours(config.opens, config.closes, zone)
        self._patience_s = camera_interval_s + LATE_S

    def run(self, host: Host) -> None:
        """Count until `host.stop` is set."""
        shop = Shop(self._config, self._hours, self._patience_s, host, self._totals)
        while not host.stop.wait(POLL_S):
            shop.turn()
            shop.beat()
        shop.end()
        shop.beat()

    def _totals(self) -> Totals:
        cameras = {line.partition("/")[0] for line in self._config.lines}
        books = [read(book_path(self._data_dir, camera)) for camera in sorted(cameras)]
        return {line: count for book in books for line, count in book.items()}


class Shop:
    """What is going on in one shop: its count and the interval that runs."""

    def __init__(
        self, config: OccupancyConfig, hours: Hours, patience_s: float, host: Host, totals: Callable[[], Totals]
    ) -> None:
        """Begin where an earlier run ended.

        Args:
            config: the shop's.
            hours: when it is open.
            patience_s: an interval of a door may come so late.
            host: of the agent.
            totals: reads the doors' sums; asked only when an interval is over.
        """
        self._config, self._hours, self._patience_s, self._host = config, hours, patience_s, host
        self._totals = totals
        now = host.clock.now()
        kept = _decoded(host.memory.recall())
        self._began, self._away_s = now, 0.0
        if kept is None:
            self._occupancy = Occupancy()
            self._ledger = Ledger(seen={line: one for line, one in totals().items() if line in config.lines})
            self._closed = hours.last_closing(now.wall)
        else:
            self._occupancy, self._ledger, self._closed = Occupancy(kept.state), kept.ledger, kept.closed
            self._away_s = max(0.0, (now.wall - kept.at).total_seconds())

    def turn(self) -> None:
        """Look whether the interval is over, or the shop's day."""
        now = self._host.clock.now()
        if now.monotonic_s >= self._began.monotonic_s + self._config.interval_s or self._closing(now):
            self._publish(now)

    def end(self) -> None:
        """The agent stops: publish what the interval has so far."""
        self._publish(self._host.clock.now())

    def beat(self) -> None:
        """Show that the loop is alive, and the count."""
        self._host.beat(occupancy=self._occupancy.state.occupancy, occupancy_sd=round(self._occupancy.sd, 2))

    def _closing(self, now: Stamp) -> datetime | None:
        """The closing that is due, UTC: the doors' last intervals before it are told by now."""
        if now.clock_state is not ClockState.TRUSTED:
            return None
        closing = self._hours.last_closing(now.after(-self._patience_s).wall)
        return closing if closing > self._closed else None

    def _publish(self, now: Stamp) -> None:
        length_s = now.monotonic_s - self._began.monotonic_s
        counts = self._ledger.read(self._config.lines, self._totals(), length_s + self._away_s, self._patience_s)
        happened: list[Event] = [*self._occupancy.counted(counts)]
        if closing := self._closing(now):
            happened.append(self._occupancy.close())
            self._closed = closing
        happened.append(self._counted(counts, length_s, now))
        kept = Kept(at=now.wall, closed=self._closed, state=self._occupancy.state, ledger=self._ledger)
        self._host.memory.remember(msgspec.json.encode(kept), [(event, now) for event in happened])
        self._began, self._away_s = now, 0.0

    def _counted(self, counts: Sequence[DoorCount], length_s: float, now: Stamp) -> OccupancyCounted:
        unwatched_s = max(one.unwatched_s for one in counts)
        observed_s = max(0.0, length_s - unwatched_s)
        degraded = (["restarted"] if self._away_s else []) + (["door_unwatched"] if unwatched_s else [])
        return OccupancyCounted(
            interval_start=self._began.wall,
            interval_s=round(length_s, 3),
            observed_s=round(observed_s, 3),
            degraded=tuple(sorted(degraded)),
            occupancy=self._occupancy.state.occupancy,
            occupancy_sd=round(self._occupancy.sd, 2),
            in_=sum(one.in_ for one in counts),
            out=sum(one.out for one in counts),
            open=self._hours.is_open(now.wall),
        )


def _decoded(state: bytes | None) -> Kept | None:
    """What was kept; None where nothing was, or by a version that kept it otherwise."""
    if state is None:
        return None
    try:
        return msgspec.json.decode(state, type=Kept)
    except msgspec.DecodeError:
        return None
