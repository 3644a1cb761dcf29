"""What the driver of a scanner is: bytes in, frames out, no I/O. Pure.

A driver is one class in this folder, and one row of the table in its `__init__.py`. It is given whatever bytes arrived,
in whatever pieces. What is damaged is dropped and counted; nothing but a programming error raises.
"""

from dataclasses import dataclass
from typing import Protocol

from edge.checkout.scanners.reading import ScanFrame

# More than any code of goods holds, and what `edge.checkout.barcode.parse` takes at most.
LONGEST = 4096


@dataclass
class ScannerCounts:
    """What went through a driver since it was made; each figure only grows.

    Attributes:
        frames: whole frames that were passed on.
        bad_frames: frames with a wrong check, a missing prefix, or bytes that no code has.
        skipped_bytes: bytes that belonged to no frame.
        repeats: frames that the scanner sent again although they had been taken.
        refused: commands of ours that the scanner did not accept.
    """

    frames: int = 0
    bad_frames: int = 0
    skipped_bytes: int = 0
    repeats: int = 0
    refused: int = 0


@dataclass(frozen=True)
class ScannerSettings:
    """What a driver is told about its scanner.

    Attributes:
        prefix: bytes before each code; a frame without them is dropped. Empty for none.
        suffix: bytes after each code, without which there is no frame; None takes CR, LF, TAB, ETX or an idle gap.
        idle_gap_s: a silence of so long ends a frame, or voids half of one.
        acknowledge: answer each frame with ACK or NAK (Metrologic's RS-232 handshake; SSI always does).
    """

    prefix: bytes = b""
    suffix: bytes | None = None
    idle_gap_s: float = 0.05
    acknowledge: bool = False


class ScannerDriver(Protocol):
    """One protocol's parser, with its state. One instance a port."""

    @property
    def counts(self) -> ScannerCounts:
        """What went through so far."""
        ...

    def start(self) -> bytes:
        """What to send when the port was opened, anew or for the first time; what was half received is void."""
        ...

    def receive(self, data: bytes, at: float) -> list[ScanFrame]:
        """The frames that `data`, which arrived at monotonic second `at`, completes; in their order.

        Any split of a stream into pieces gives the same frames, as long as no silence between two pieces reaches the
        idle gap.
        """
        ...

    def tick(self, at: float) -> list[ScanFrame]:
        """The frames that silence until `at` completes. Called every few milliseconds."""
        ...

    def reply(self) -> bytes:
        """What the protocol owes the scanner by now (ACK, NAK, a command again); what it returns counts as sent."""
        ...

    def enable(self) -> bytes:
        """Let it scan; empty where the protocol has no word for it."""
        ...

    def disable(self) -> bytes:
        """Let it scan no more; empty where the protocol has no word for it."""
        ...

    def beep(self, good: bool) -> bytes:
        """Tell the shopper that a code was taken, or refused; empty where the scanner cannot."""
        ...
