"""What sort of symbol a code was read from, by the scanner's word for it. Pure.

Source: ISO/IEC 15424 (AIM identifiers), GS1 General Specifications figure 5.1.2-2.
"""

from collections.abc import Mapping
from enum import StrEnum

from edge.checkout.barcode_error import BarcodeError, shown

FLAG = "]"
AIM_LENGTH = 3


class Symbology(StrEnum):
    """The symbologies that a shop meets.

    EAN_13 also stands for UPC-A and UPC-E where the scanner has one word for the three.
    """

    EAN_13 = "ean_13"
    EAN_8 = "ean_8"
    UPC_A = "upc_a"
    UPC_E = "upc_e"
    EAN_WITH_ADD_ON = "ean_with_add_on"
    ADD_ON = "add_on"
    ITF = "itf"
    ITF_14 = "itf_14"
    CODE_128 = "code_128"
    GS1_128 = "gs1_128"
    DATABAR = "databar"
    DATA_MATRIX = "data_matrix"
    GS1_DATA_MATRIX = "gs1_data_matrix"
    QR = "qr"
    GS1_QR = "gs1_qr"
    GS1_DOT_CODE = "gs1_dot_code"


AIM: Mapping[str, Symbology] = {
    "]E0": Symbology.EAN_13,
    "]E1": Symbology.ADD_ON,
    "]E2": Symbology.ADD_ON,
    "]E3": Symbology.EAN_WITH_ADD_ON,
    "]E4": Symbology.EAN_8,
    "]I0": Symbology.ITF,
    "]I1": Symbology.ITF_14,
    "]C0": Symbology.CODE_128,
    "]C1": Symbology.GS1_128,
    "]e0": Symbology.DATABAR,
    # The 2D part of a composite symbol carries on the element string of its linear part.
    "]e1": Symbology.DATABAR,
    "]e2": Symbology.DATABAR,
    "]d1": Symbology.DATA_MATRIX,
    "]d2": Symbology.GS1_DATA_MATRIX,
    "]Q0": Symbology.QR,
    "]Q1": Symbology.QR,
    "]Q3": Symbology.GS1_QR,
    "]J1": Symbology.GS1_DOT_CODE,
}


def split_aim(text: str) -> tuple[Symbology | None, str]:
    """What the AIM identifier in front says, and the data behind it; None when there is no identifier.

    Raises:
        BarcodeError: an identifier that no code of goods has.
    """
    if not text.startswith(FLAG):
        return None, text
    found = AIM.get(text[:AIM_LENGTH])
    if found is None:
        raise BarcodeError("the AIM identifier of a code that goods carry", shown(text[:AIM_LENGTH]))
    return found, text[AIM_LENGTH:]
