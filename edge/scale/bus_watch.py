"""Whether a bus is online, and why not: said once a change. Pure.

An open port proves nothing: online means that readings came.
"""

from dataclasses import dataclass, replace

from edge.scale.driver import DriverCounts

# So long without a reading, and the bus is offline.
SILENT_S = 3.0


@dataclass(frozen=True)
class BusStatusChange:
    """A bus came or went.

    Attributes:
        at: when, in monotonic seconds.
        online: readings come.
        reason: in one line: why not, and what to do; or from where they come.
    """

    at: float
    online: bool
    reason: str


class BusWatch:
    """What one bus has shown so far."""

    def __init__(self, port: str, protocol: str, at: float, silent_s: float = SILENT_S) -> None:
        """Nothing was heard yet.

        Args:
            port: whose, for the reasons.
            protocol: the driver's name, for the reasons.
            at: now.
            silent_s: so long without a reading is offline.
        """
        self.online = False
        self._port, self._protocol, self._silent_s = port, protocol, silent_s
        self._said = False
        self._quiet_since = at
        self._bytes = 0
        self._before = DriverCounts()

    def heard(self, count: int) -> None:
        """So many bytes came."""
        self._bytes += count

    def reading(self, at: float, counts: DriverCounts) -> BusStatusChange | None:
        """At least one reading came."""
        self._begin(at, counts)
        return None if self.online else self._change(at, True, f"readings come from {self._port}")

    def opened(self, at: float, counts: DriverCounts) -> None:
        """The port was opened: silence counts from now on."""
        self._begin(at, counts)

    def lost(self, at: float, reason: str) -> BusStatusChange | None:
        """The port is gone, or could not be opened."""
        return None if self._said and not self.online else self._change(at, False, reason)

    def silent(self, at: float, counts: DriverCounts) -> BusStatusChange | None:
        """Is it too long since the last reading?"""
        if (self._said and not self.online) or at - self._quiet_since < self._silent_s:
            return None
        return self._change(at, False, f"{self._port}: expected readings, found {self._why(counts)}")

    def _begin(self, at: float, counts: DriverCounts) -> None:
        self._quiet_since, self._bytes, self._before = at, 0, replace(counts)

    def _change(self, at: float, online: bool, reason: str) -> BusStatusChange:
        self.online, self._said = online, True
        return BusStatusChange(at, online, reason)

    def _why(self, counts: DriverCounts) -> str:
        if not self._bytes:
            return f"no bytes for {self._silent_s:g} s: is the scale on and connected?"
        frames = counts.frames - self._before.frames
        foreign = counts.foreign_frames - self._before.foreign_frames
        if frames + foreign:
            return (
                f"{frames + foreign} frames of protocol {self._protocol}, none with a weight of our plates: are the"
                " addresses right?"
            )
        return f"{self._bytes} bytes but no frame of protocol {self._protocol}: is the driver, baud or format right?"
