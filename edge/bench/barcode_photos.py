"""How many photos of barcodes are read right: the figure "barcode_photos" of `bench checkout`.

Beside each photo lies its truth: ``N.txt`` with the digits below the bars, as in the sample folders of zxing and
zxing-cpp. A UPC-A or UPC-E is judged by the article that it stands for. Two of those truths are of another book than
their photo; they are judged by the digits that stand in the picture, and told apart.
"""

import hashlib
import time
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.checkout.camera_scanner import read_photo
from edge.errors import ConfigError

PICTURES = frozenset({".png", ".webp", ".jpg", ".jpeg"})
EAN_13 = 13
# Photos whose truth is not what is printed under their bars (seen by eye), by the SHA-256 of the file.
PRINTED = {
    "00db7d736e49b332c4537bda814ee0766b77fa066570451b086c75361136d86b": "9784872348880",
    "42dbf068b4954c9ae159f2a1f2d508a61d7fee0b6d08d7ac571cd7916988f7af": "9784872348880",
}


class PhotoScore(msgspec.Struct, frozen=True, kw_only=True):
    """What was read.

    Attributes:
        read: photos that gave the code of their truth.
        wrong: photos that gave another one; a second code that is really in view counts too.
        n: photos with a truth.
        mislabelled: photos among them that were judged by what is printed in them, against their truth.
        ms_mean: milliseconds a photo, decoding the file left out.
        mistakes: of each wrong one its name, what it gave, and the truth.
    """

    read: int
    wrong: int
    n: int
    mislabelled: int
    ms_mean: float
    mistakes: tuple[tuple[str, str, str], ...] = ()


def measure(folder: Path) -> PhotoScore:
    """Read all photos below `folder` that have a truth.

    Raises:
        ConfigError: there is none, or a picture cannot be opened.
    """
    photos = [one for one in sorted(folder.rglob("*")) if one.suffix in PICTURES and one.with_suffix(".txt").is_file()]
    if not photos:
        raise ConfigError(f"expected photos with a .txt beside each below {folder}, found none")
    read, mislabelled, spent_s = 0, 0, 0.0
    mistakes = []
    for photo in photos:
        printed = PRINTED.get(hashlib.sha256(photo.read_bytes()).hexdigest())
        mislabelled += printed is not None
        image, truth = _opened(photo), printed or photo.with_suffix(".txt").read_text().strip()
        began = time.perf_counter()
        got = read_photo(image)
        spent_s += time.perf_counter() - began
        if got is None:
            continue
        found = got.data.decode("latin-1")
        if found.zfill(EAN_13) == truth.zfill(EAN_13):
            read += 1
        else:
            mistakes.append((str(photo.relative_to(folder)), found, truth))
    ms_mean = round(1000 * spent_s / len(photos), 1)
    return PhotoScore(
        read=read,
        wrong=len(mistakes),
        n=len(photos),
        mislabelled=mislabelled,
        ms_mean=ms_mean,
        mistakes=tuple(mistakes),
    )


def _opened(photo: Path) -> NDArray[np.uint8]:
    image: NDArray[Any] | None = cv2.imread(str(photo), cv2.IMREAD_COLOR)
    if image is None:
        raise ConfigError(f"expected a picture, found something else in {photo}")
    return np.asarray(image, dtype=np.uint8)
