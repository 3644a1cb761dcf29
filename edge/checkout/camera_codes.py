"""Retail symbologies in a picture, by zxing-cpp."""

from dataclasses import dataclass

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from edge.checkout.gtin import is_checked
from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.symbology import AIM, Symbology

# Nothing else: each symbology more is one more way to read what is not there (zxing-cpp issue 273).
RETAIL = zxingcpp.barcode_formats_from_str(
    "EAN13,EAN8,UPCA,UPCE,DataBar,DataBarExp,DataBarLtd,Code128,DataMatrix,QRCode"
)
# Few bars, and found within others: they need more agreement.
SHORT = frozenset({zxingcpp.BarcodeFormat.EAN8, zxingcpp.BarcodeFormat.UPCE})
# Their one check digit lets one wrong reading in ten through; the others have a stronger check.
CHECK_DIGIT = frozenset({Symbology.EAN_13, Symbology.EAN_8})


@dataclass(frozen=True)
class SeenCode:
    """One code in a picture.

    Attributes:
        aim: its AIM identifier. A UPC-A or UPC-E comes as the EAN-13 that it stands for.
        data: its bytes; FNC1 as 0x1D.
        short: whether its symbol is a short one.
    """

    aim: str
    data: bytes
    short: bool

    @property
    def text(self) -> str:
        """The AIM identifier and the data, as a serial scanner would send them."""
        return self.aim + self.data.decode("latin-1")

    def frame(self, at: float) -> ScanFrame:
        """As the frame of a scanner."""
        return ScanFrame(self.text.encode("latin-1"), AIM[self.aim], at)


def codes_in(image: NDArray[np.uint8], *, thorough: bool = False) -> list[SeenCode]:
    """The codes of goods in a picture, in no order.

    Text is taken as the bytes of the symbol, not as people read it: zxing-cpp would write an element string as (01)….

    Args:
        image: (H, W, 3) BGR or (H, W) grey.
        thorough: look also along the other axis, and at smaller copies.
    """
    found = zxingcpp.read_barcodes(
        image,
        formats=RETAIL,
        try_rotate=thorough,
        try_downscale=thorough,
        try_invert=False,
        text_mode=zxingcpp.TextMode.Plain,
    )
    seen = (SeenCode(one.symbology_identifier, bytes(one.bytes), one.format in SHORT) for one in found)
    return [one for one in seen if _is_retail(one)]


def _is_retail(one: SeenCode) -> bool:
    symbology = AIM.get(one.aim)
    if symbology is None or symbology is Symbology.CODE_128:
        return False
    return symbology not in CHECK_DIGIT or is_checked(one.data.decode("latin-1"))
