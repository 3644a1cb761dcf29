"""Codes as plain text with something, or nothing, around them: what most scanners send. Pure."""

import re

from edge.checkout.scanners.driver import LONGEST, ScannerCounts, ScannerSettings
from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.symbology import AIM, AIM_LENGTH

STX, ETX = b"\x02", b"\x03"
ACK, NAK = b"\x06", b"\x15"
ANY_END = re.compile(rb"[\r\n\t\x03]")
# Printable ASCII, and the separators FS to US: FNC1 comes as GS.
CODE = re.compile(rb"[\x1c-\x7e]+")
# Answers that nobody fetches are of no use after a while.
MOST_OWED = 64


class Plain:
    """Reads [prefix][AIM identifier]data[suffix], and STX data ETX.

    Source: product reference guides of Datalogic and Honeywell scanners; Metrologic MS9520 (STX, ETX, ACK, NAK).

    Without a `suffix` in the settings any of CR, LF, CR LF, TAB and ETX ends a frame, and none is needed: silence ends
    it too. With one, silence voids what is half received: a code that was cut off is never taken for a whole one.
    """

    def __init__(self, settings: ScannerSettings) -> None:
        self.counts = ScannerCounts()
        self._settings = settings
        self._end = ANY_END if settings.suffix is None else re.compile(re.escape(settings.suffix))
        # On top of the longest frame its suffix may have begun.
        self._kept = max(1, len(settings.suffix or b"")) - 1
        self._rest, self._too_long = b"", False
        self._heard = float("-inf")
        self._owed = b""

    def start(self) -> bytes:
        """Nothing."""
        self._rest, self._too_long, self._owed = b"", False, b""
        return b""

    def receive(self, data: bytes, at: float) -> list[ScanFrame]:
        """The frames that `data` completes, and the one that silence before it has."""
        frames = self.tick(at)
        *whole, self._rest = self._end.split(self._rest + data)
        for text in whole:
            frames += self._frame(text, at)
        if self._too_long or len(self._rest) > self._longest + self._kept:
            skipped = max(0, len(self._rest) - self._kept)
            self.counts.skipped_bytes += skipped
            self._rest, self._too_long = self._rest[skipped:], True
        if data:
            self._heard = at
        return frames

    def tick(self, at: float) -> list[ScanFrame]:
        """The frame that silence completes, where no suffix is asked for."""
        if at - self._heard < self._settings.idle_gap_s or not (self._rest or self._too_long):
            return []
        text, self._rest = self._rest, b""
        if self._settings.suffix is None:
            return self._frame(text, self._heard)
        self.counts.skipped_bytes += len(text)
        self._too_long = False
        return []

    def reply(self) -> bytes:
        """ACK for each frame that was taken and NAK for each that was not, where the settings ask for it."""
        owed, self._owed = self._owed, b""
        return owed

    def enable(self) -> bytes:
        """Nothing: plain scanners are always on."""
        return b""

    def disable(self) -> bytes:
        """Nothing."""
        return b""

    def beep(self, good: bool) -> bytes:  # noqa: ARG002 - the protocol's shape
        """Nothing."""
        return b""

    @property
    def _longest(self) -> int:
        return LONGEST + len(self._settings.prefix) + len(STX)

    def _frame(self, text: bytes, at: float) -> list[ScanFrame]:
        """What stood before an end: one frame, or none."""
        too_long, self._too_long = self._too_long or len(text) > self._longest, False
        if too_long:
            self.counts.skipped_bytes += len(text)
            return self._refused()
        before, start, code = text.rpartition(STX)
        if start:
            self.counts.skipped_bytes += len(before)
        if not code:
            return []
        prefix = self._settings.prefix
        body = code.removeprefix(prefix)
        if not code.startswith(prefix) or not CODE.fullmatch(body) or len(body) > LONGEST:
            return self._refused()
        self.counts.frames += 1
        self._owe(ACK)
        return [ScanFrame(body, AIM.get(body[:AIM_LENGTH].decode("ascii")), at)]

    def _refused(self) -> list[ScanFrame]:
        self.counts.bad_frames += 1
        self._owe(NAK)
        return []

    def _owe(self, answer: bytes) -> None:
        if self._settings.acknowledge:
            self._owed = (self._owed + answer)[-MOST_OWED:]
