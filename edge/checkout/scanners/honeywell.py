"""Honeywell's serial scanners: plain frames out, a trigger by command in. Pure."""

from edge.checkout.scanners.plain import Plain

# SYN, letter, CR.
TRIGGER, RELEASE = b"\x16T\r", b"\x16U\r"


class Honeywell(Plain):
    """Reads plain frames; pulls and releases the trigger.

    Source: Honeywell user's guides, serial trigger commands.
    Known to work on bytes made after the guides only, on no scanner.

    The commands act in manual or serial trigger mode only; a presentation scanner ignores them. A scanner that times
    out waits for the next trigger.
    """

    def enable(self) -> bytes:
        """Pull the trigger."""
        return TRIGGER

    def disable(self) -> bytes:
        """Release it."""
        return RELEASE
