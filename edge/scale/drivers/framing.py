"""Bytes in any pieces to whole frames, in bounded memory. Pure.

Where a frame ends depends on the bytes alone, never on the pieces in which they arrived.
"""

import re

from edge.scale.driver import DriverCounts

# What a two-wire bus without bias resistors shows when its sender changes: no part of any text.
TURNAROUND = b"\x00\xff"


class Lines:
    """Texts that end in a terminator. A line counts as a whole: rubbish before a good frame spoils both."""

    def __init__(self, end: bytes, longest: int, counts: DriverCounts) -> None:
        """Begin to read.

        Args:
            end: the terminator.
            longest: bytes of a line without its terminator, rubbish included; a longer one is skipped to its end.
            counts: takes the skipped bytes.
        """
        self._end, self._longest, self._counts = end, longest, counts
        self._rest = b""
        self._too_long = False

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are complete now, without terminator and never empty."""
        *whole, self._rest = (self._rest + data).split(self._end)
        lines = [line for line in map(self._trim, whole) if line]
        # On top of the longest line its terminator may have begun.
        kept = len(self._end) - 1
        if self._too_long or len(self._rest) > self._longest + kept:
            skipped = max(0, len(self._rest) - kept)
            self._counts.skipped_bytes += skipped
            self._rest, self._too_long = self._rest[skipped:], True
        return lines

    def reset(self) -> None:
        """Forget what was half received."""
        self._rest, self._too_long = b"", False

    def _trim(self, line: bytes) -> bytes:
        text = b"" if self._too_long or len(line) > self._longest else line.lstrip(TURNAROUND)
        self._too_long = False
        self._counts.skipped_bytes += len(line) - len(text)
        return text


class Frames:
    """Frames that are known by their layout, wherever they stand among other bytes."""

    def __init__(self, pattern: re.Pattern[bytes], longest: int, counts: DriverCounts) -> None:
        """Begin to read.

        Args:
            pattern: one frame; no frame may begin inside another one.
            longest: bytes of the longest frame, with what the pattern looks at beyond its end.
            counts: takes the skipped bytes.
        """
        self._pattern, self._kept, self._counts = pattern, longest - 1, counts
        self._rest = b""

    def feed(self, data: bytes) -> list[re.Match[bytes]]:
        """The frames that are complete now."""
        buffer = self._rest + data
        frames = list(self._pattern.finditer(buffer))
        after = frames[-1].end() if frames else 0
        rest = max(after, len(buffer) - self._kept)
        self._counts.skipped_bytes += rest - sum(frame.end() - frame.start() for frame in frames)
        self._rest = buffer[rest:]
        return frames

    def reset(self) -> None:
        """Forget what was half received."""
        self._rest = b""
