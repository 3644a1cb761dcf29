"""The camera as a scanner, on drawn barcodes: straight, blurred, turned; live frames; rubbish."""

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from edge.checkout.barcode import parse
from edge.checkout.camera_scanner import CameraScanner, read_photo
from edge.checkout.pattern_tables import pattern_table

Picture = NDArray[np.uint8]
EAN_13, EAN_8, UPC_A = "5449000000996", "96385074", "036000291452"


def drawn(text: str, kind: str = "EAN13", blur: float = 0.0, degrees: float = 0.0) -> Picture:
    """A code on a large white card."""
    code = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(kind))
    bars = np.array(zxingcpp.write_barcode_to_image(code, scale=3, add_quiet_zones=True))
    high, wide = bars.shape
    card = np.full((500, 640), 255, np.uint8)
    top, left = (500 - high) // 2, (640 - wide) // 2
    card[top : top + high, left : left + wide] = bars
    turned = cv2.warpAffine(card, cv2.getRotationMatrix2D((320, 250), degrees, 1.0), (640, 500), borderValue=(255,))
    seen = cv2.GaussianBlur(turned, (0, 0), blur) if blur else turned
    return np.asarray(cv2.cvtColor(seen, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


@pytest.mark.parametrize(("blur", "degrees"), [(0.0, 0.0), (2.0, 0.0), (0.0, 37.0), (1.0, 90.0), (1.0, 180.0)])
def test_a_photo_is_read(blur: float, degrees: float) -> None:
    got = read_photo(drawn(EAN_13, blur=blur, degrees=degrees))
    assert got is not None
    assert got.text == "]E0" + EAN_13


@pytest.mark.parametrize(
    ("text", "kind", "gtin"),
    [
        (EAN_13, "EAN13", "05449000000996"),
        (EAN_8, "EAN8", "00000096385074"),
        (UPC_A, "UPCA", "00036000291452"),
        ("01234565", "UPCE", "00012345000065"),
    ],
)
def test_what_it_hands_on_is_the_article(text: str, kind: str, gtin: str) -> None:
    got = read_photo(drawn(text, kind))
    assert got is not None
    assert parse(got.text, pattern_table("EUR")).gtin == gtin


@pytest.mark.parametrize(("text", "kind", "frames"), [(EAN_13, "EAN13", 2), (EAN_8, "EAN8", 3)])
def test_live_frames_must_agree(text: str, kind: str, frames: int) -> None:
    scanner, picture = CameraScanner(), drawn(text, kind)
    got = [len(scanner.see(picture, 0.1 * n)) for n in range(frames + 1)]
    assert got == [0] * (frames - 1) + [1, 1]


def test_a_pause_begins_anew() -> None:
    scanner, picture = CameraScanner(window_s=0.5), drawn(EAN_13)
    assert [scanner.see(picture, at) for at in (0.0, 0.6, 1.2)] == [[], [], []]


def test_two_different_codes_do_not_confirm_each_other() -> None:
    scanner = CameraScanner()
    assert scanner.see(drawn(EAN_13), 0.0) == []
    assert scanner.see(drawn("5901234123457"), 0.1) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (3, 3, 3), (240, 320), (240, 320, 3)])
def test_rubbish_holds_no_code(shape: tuple[int, ...]) -> None:
    dice = np.random.default_rng(1)
    for picture in (dice.integers(0, 256, shape, dtype=np.uint8), np.zeros(shape, np.uint8)):
        assert read_photo(picture) is None
        assert CameraScanner().see(picture, 0.0) == []
