"""Reads the rendered pictures and their labels."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from edge.errors import SourceError
from edge.vision.training.augment import Floats, Sample
from edge.vision.training.precision import Marked

HELD_OUT = 25  # one shop in so many is never learnt from
# Below these nothing is learnt of a person: nobody could tell from the picture.
LEAST_SHOWN, LEAST_IN_VIEW, LEAST_HEIGHT_PX = 0.22, 0.12, 9


@dataclass(frozen=True)
class Labelled:
    """One picture's labels.

    Attributes:
        file: the picture.
        boxes: x1, y1, x2, y2 of what is seen, share in view, share shown, teacher's score: (N, 7).
    """

    file: Path
    boxes: Floats

    def sample(self) -> Sample:
        """The picture with its boxes.

        Raises:
            SourceError: it cannot be read.
        """
        picture = cv2.imread(str(self.file))
        if picture is None:
            raise SourceError(f"{self.file}: expected a picture, found none; render the folder again")
        return Sample(np.asarray(picture, dtype=np.uint8), self.boxes[:, [0, 1, 2, 3, 6]], clear(self.boxes))

    def marked(self, scale: float = 1.0) -> Marked:
        """Who is to be found in the picture at this scale; who is hardly seen is unsure."""
        sure, boxes = clear(self.boxes), self.boxes[:, :4] * np.float32(scale)
        return Marked(boxes[sure], boxes[~sure])


def clear(boxes: Floats) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Which of the boxes (N, 7) show enough of a person to be learnt."""
    tall = boxes[:, 3] - boxes[:, 1] >= LEAST_HEIGHT_PX
    return (boxes[:, 4] >= LEAST_IN_VIEW) & (boxes[:, 5] >= LEAST_SHOWN) & tall


def read(folders: Sequence[Path]) -> list[Labelled]:
    """Every labelled picture of some folders, in the order of their names.

    Raises:
        SourceError: there is none.
    """
    found = []
    for folder in folders:
        for labels in sorted(folder.glob("*.jsonl")):
            for line in labels.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                found.append(Labelled(folder / row["file"], rows(row["boxes"])))
    if not found:
        names = ", ".join(str(folder) for folder in folders)
        raise SourceError(f"expected rendered pictures in {names}, found none; run python -m edge.sim.render.shops")
    return found


def rows(boxes: Sequence[Sequence[float]]) -> Floats:
    """Label rows as an array (N, 7); a box that no teacher has scored counts as fully scored."""
    full = [[*box, 1.0][:7] for box in boxes]
    return np.asarray(full, dtype=np.float32).reshape(-1, 7)


def split(pictures: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """Those to learn from and those to be examined on: all views of a shop, ``SHOP_VIEW.jpg``, go the same way."""
    asked = [_held_out(one) for one in pictures]
    return (
        [one for one, out in zip(pictures, asked, strict=True) if not out],
        [one for one, out in zip(pictures, asked, strict=True) if out],
    )


def _held_out(picture: Labelled) -> bool:
    return zlib.crc32(picture.file.stem.rpartition("_")[0].encode()) % HELD_OUT == 0
