"""Datalogic's RS-232 scanners: plain frames out, one-byte commands in. Pure."""

from edge.checkout.scanners.plain import Plain

ENABLE, DISABLE = b"E", b"D"
GOOD_READ_BEEP, FORCE_BEEP = b"B", b"\x01"


class Datalogic(Plain):
    """Reads plain frames; sends the host commands.

    Source: Datalogic's product reference guides, RS-232 interface, host commands.
    Known to work on bytes made after the guides only, on no scanner.

    AIM identifiers are off when it leaves the factory, and with them on a UPC-A or UPC-E comes as an EAN-13. The force
    beep sounds even where the good-read beep is silenced: it stands for a refusal.
    """

    def start(self) -> bytes:
        """Enable it: a restart may have found it disabled."""
        super().start()
        return ENABLE

    def enable(self) -> bytes:
        """`E`."""
        return ENABLE

    def disable(self) -> bytes:
        """`D`."""
        return DISABLE

    def beep(self, good: bool) -> bytes:
        """`B`, or a forced beep for a code that was refused."""
        return GOOD_READ_BEEP if good else FORCE_BEEP
