"""What a scanner sends: one frame. Pure."""

import msgspec

from edge.checkout.symbology import Symbology


class ScanFrame(msgspec.Struct, frozen=True, gc=False):
    """One code as it came over the wire, not yet read: `edge.checkout.barcode.parse` does that.

    Attributes:
        data: its bytes without the frame around them, an AIM identifier in front included; never empty.
        symbology: what the driver knows of it; None where the protocol does not say, or the data does.
        at: when its last byte arrived, in monotonic seconds.
    """

    data: bytes
    symbology: Symbology | None
    at: float
