"""Fit a picture into a model's input without changing its shape, and take boxes back. Pure."""

from dataclasses import dataclass

import numpy as np

from edge.vision.detections import Boxes

# Strides of the coarsest level of every YOLO: sides of an input are multiples of it.
STRIDE = 32


@dataclass(frozen=True)
class Letterbox:
    """Where a picture lies in an input.

    Attributes:
        scale: input pixels per picture pixel.
        left: of the picture in the input, in pixels.
        top: of the picture in the input, in pixels.
        width: of the picture in the input, in pixels.
        height: of the picture in the input, in pixels.
        picture: the picture's own width and height.
    """

    scale: float
    left: int
    top: int
    width: int
    height: int
    picture: tuple[int, int]

    def restore(self, boxes: Boxes) -> Boxes:
        """Boxes (N, 4) in input pixels → in picture pixels, cut to the picture."""
        width, height = self.picture
        out = (boxes - np.asarray([self.left, self.top] * 2, dtype=np.float32)) / np.float32(self.scale)
        out[:, 0::2] = np.clip(out[:, 0::2], 0, width)
        out[:, 1::2] = np.clip(out[:, 1::2], 0, height)
        return np.asarray(out, dtype=np.float32)


def fit(picture: tuple[int, int], size: tuple[int, int], *, centred: bool) -> Letterbox:
    """The letterbox of a picture (width, height) in an input of `size` (width, height)."""
    scale = min(size[0] / picture[0], size[1] / picture[1])
    width, height = max(1, round(picture[0] * scale)), max(1, round(picture[1] * scale))
    left, top = ((size[0] - width) // 2, (size[1] - height) // 2) if centred else (0, 0)
    return Letterbox(scale, left, top, width, height, picture)


def input_for(picture: tuple[int, int], long_side: int) -> tuple[int, int]:
    """The smallest input (width, height) whose long side is `long_side` that wastes least on a picture."""
    scale = long_side / max(picture)
    width, height = (max(STRIDE, -(-round(side * scale) // STRIDE) * STRIDE) for side in picture)
    return width, height
