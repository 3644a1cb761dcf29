"""The only clock: wall time, monotonic time, boot id, and whether the wall time can be trusted.

Order and lengths come from the monotonic clock, which no one can set; the wall clock only says when a
moment was, as far as the box knew. Monotonic seconds compare between processes of one boot
(CLOCK_MONOTONIC), and the boot id says which boot that was.
"""

import ctypes
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from edge.events import ClockState, Stamp

BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")
# No event of this software can be older than the software.
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
# A box that was set right stays right for longer than this without asking the kernel again.
TRUST_CHECK_S = 10.0

# adjtimex(2): the call's return value TIME_ERROR means "not synchronised".
_TIME_ERROR = 5
# Where maxerror stands in struct timex on 64-bit Linux: behind modes, offset and freq; microseconds.
_MAXERROR = slice(24, 32)
_TIMEX_BYTES = 256  # struct timex is 208 bytes on 64-bit Linux; mode 0 (its first field) only reads


class Clock(Protocol):
    """What shells ask for the time."""

    def now(self) -> Stamp:
        """This moment, in both clocks."""
        ...

    def monotonic_s(self) -> float:
        """Seconds on the clock that never jumps."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def __init__(self) -> None:
        self.boot_id = read_boot_id()
        self._state = ClockState.UNTRUSTED
        self._checked_s = -TRUST_CHECK_S

    def now(self) -> Stamp:
        """This moment, in both clocks."""
        monotonic_s = time.monotonic()
        wall = datetime.now(UTC)
        if monotonic_s - self._checked_s >= TRUST_CHECK_S:
            self._state = clock_state(wall, kernel_synchronised())
            self._checked_s = monotonic_s
        return Stamp(wall=wall, monotonic_s=monotonic_s, boot_id=self.boot_id, clock_state=self._state)

    def monotonic_s(self) -> float:
        """Seconds on the clock that never jumps."""
        return time.monotonic()


class ManualClock(msgspec.Struct):
    """A clock that stands still until it is told to go: for replays and tests."""

    stamp: Stamp

    def now(self) -> Stamp:
        """The moment it was last set to."""
        return self.stamp

    def monotonic_s(self) -> float:
        """Seconds of the moment it was last set to."""
        return self.stamp.monotonic_s

    def advance(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self.stamp = self.stamp.after(seconds)


def clock_state(wall: datetime, synchronised: bool) -> ClockState:
    """Whether a wall clock can be believed: synchronised by the kernel's account, and not absurd."""
    return ClockState.TRUSTED if synchronised and wall >= EARLIEST else ClockState.UNTRUSTED


def kernel_synchronised() -> bool:
    """True when the kernel holds its clock synchronised (adjtimex(2) does not return TIME_ERROR)."""
    return 0 <= _adjtimex()[0] < _TIME_ERROR


def kernel_error_s() -> float:
    """How far off the wall clock may be, as the kernel estimates it (adjtimex(2), maxerror)."""
    return int.from_bytes(_adjtimex()[1][_MAXERROR], sys.byteorder, signed=True) / 1e6


def _adjtimex() -> tuple[int, bytes]:
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    return int(ctypes.CDLL(None).adjtimex(timex)), timex.raw


def read_boot_id() -> str:
    """The kernel's id of this boot; where there is none, one for this process."""
    try:
        return BOOT_ID_FILE.read_text(encoding="ascii").strip()
    except OSError:
        return str(uuid.uuid4())
