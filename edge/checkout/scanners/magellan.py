"""The scanner in a Datalogic Magellan, on the cable that it shares with a scale. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from edge.checkout.scanners.driver import ScannerSettings
from edge.checkout.scanners.plain import Plain
from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.symbology import FLAG, Symbology

CODE, SCALE = b"S08", b"S1"
# The letters before a code, the longer ones first.
LABELS: Mapping[bytes, Symbology] = {
    b"FF": Symbology.EAN_8,
    b"F": Symbology.EAN_13,
    b"A": Symbology.UPC_A,
    b"E": Symbology.UPC_E,
    b"B3": Symbology.CODE_128,
}


class Magellan(Plain):
    """Reads `S08`, a label's letter, the code, CR; the scale's messages on the cable are passed over.

    Source: Datalogic KA-01089, "RS232 single cable", with the factory's S and CR around a message.
    Known to work on bytes made after that page only, on no scanner. With AIM identifiers on, one takes the place of the
    letter, and is the better choice.
    """

    def __init__(self, settings: ScannerSettings) -> None:
        super().__init__(replace(settings, prefix=CODE, suffix=b"\r", acknowledge=False))

    def _frame(self, text: bytes, at: float) -> list[ScanFrame]:
        if text.startswith(SCALE):
            return []
        return [_named(frame) for frame in super()._frame(text, at)]


def _named(frame: ScanFrame) -> ScanFrame:
    """With the symbology that its letter stands for."""
    if frame.data.startswith(FLAG.encode()):
        return frame
    for letter, symbology in LABELS.items():
        if frame.data.startswith(letter):
            return ScanFrame(frame.data.removeprefix(letter), symbology, frame.at)
    return frame
