"""Pictures made different in every step: mosaics, scale, mirror, colour, blur, noise, JPEG; boxes go along."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.detections import Image
from edge.vision.detector import GREY

Floats = npt.NDArray[np.float32]
# Of a person less of which is left, or who is smaller, nothing is learnt: neither that it is one nor that it is none.
LEAST_SHOWN, LEAST_WIDTH_PX, LEAST_HEIGHT_PX = 0.3, 3.0, 8.0
MOST_ENLARGED = 4.0  # of a whole picture in its tile: beyond it there is more blur than person
GONE = 0.06  # less than this left of a box, and it is out of the picture


@dataclass(frozen=True)
class Sample:
    """A picture and who is in it.

    Attributes:
        picture: (H, W, 3) BGR.
        boxes: x1, y1, x2, y2 in pixels and the teacher's score, (N, 5).
        sure: which boxes are to be found; in the others nothing is learnt.
    """

    picture: Image
    boxes: Floats
    sure: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Strength:
    """How much is made different.

    Attributes:
        mosaic: share of the samples that are put together of several pictures, 0..1.
        colour: 1 strong, 0 none.
        close: share of the tiles that show somebody from near, who fills them or more, 0..1.
    """

    mosaic: float
    colour: float
    close: float = 0.0


def draw(
    pick: Callable[[np.random.Generator], Sample],
    size: tuple[int, int],
    strength: Strength,
    rng: np.random.Generator,
) -> Sample:
    """One sample of width and height `size`."""
    width, height = size
    canvas = np.full((height, width, 3), GREY, dtype=np.uint8)
    parts: list[tuple[Floats, npt.NDArray[np.bool_]]] = []
    columns, rows = ([0, width], [0, height])
    if rng.uniform() < strength.mosaic:
        columns, rows = _cuts(width, rng), _cuts(height, rng)
    for left, right in itertools.pairwise(columns):
        for top, bottom in itertools.pairwise(rows):
            sample, room = pick(rng), (right - left, bottom - top)
            near = rng.uniform() < strength.close
            tile = (close_up(sample, room, rng) if near else None) or place(sample, room, rng)
            canvas[top:bottom, left:right] = tile.picture
            parts.append((tile.boxes + np.array([left, top, left, top, 0], dtype=np.float32), tile.sure))
    boxes = np.concatenate([part[0] for part in parts]).astype(np.float32)
    return Sample(recolour(canvas, strength.colour, rng), boxes, np.concatenate([part[1] for part in parts]))


def _cuts(length: int, rng: np.random.Generator) -> list[int]:
    """Where the tiles of a mosaic meet: one to three of them."""
    count = int(rng.choice([1, 2, 3], p=[0.2, 0.55, 0.25]))
    inner = (np.arange(1, count) + rng.uniform(-0.25, 0.25, count - 1)) / count * length
    return [0, *(round(cut) for cut in inner), length]


def place(sample: Sample, size: tuple[int, int], rng: np.random.Generator) -> Sample:
    """A picture scaled, moved and perhaps mirrored into a tile; grey where it does not reach."""
    width, height = size
    tall, wide = sample.picture.shape[:2]
    whole = min(width / wide, height / tall)
    scale = whole * math.exp(rng.uniform(math.log(0.6), math.log(2.6)))
    stretch = math.exp(rng.uniform(-0.12, 0.12))
    across, down = scale * stretch, scale / stretch
    x = rng.uniform(min(0.0, width - wide * across), max(0.0, width - wide * across))
    y = rng.uniform(min(0.0, height - tall * down), max(0.0, height - tall * down))
    return _perhaps_mirrored(sample, (across, down), (x, y), size, rng)


def close_up(sample: Sample, size: tuple[int, int], rng: np.random.Generator) -> Sample | None:
    """A picture scaled so that one person is half as high as the tile or higher; None where nobody is large enough."""
    width, height = size
    tall, wide = sample.picture.shape[:2]
    whole = min(width / wide, height / tall)
    heights = sample.boxes[:, 3] - sample.boxes[:, 1]
    fit = np.flatnonzero(sample.sure & (heights * whole * MOST_ENLARGED >= 0.5 * height))
    if not len(fit):
        return None
    x1, y1, x2, y2 = sample.boxes[int(rng.choice(fit)), :4]
    scale = min(rng.uniform(0.5, 1.25) * height / (y2 - y1), whole * MOST_ENLARGED)
    stretch = math.exp(rng.uniform(-0.12, 0.12))
    across, down = scale * stretch, scale / stretch
    x = width * rng.uniform(0.1, 0.9) - across * (x1 + x2) / 2
    # The head or the feet, or both, are in the tile.
    y = (
        height * rng.uniform(-0.1, 0.35) - down * y1
        if rng.uniform() < 0.7
        else height * rng.uniform(0.7, 1.1) - down * y2
    )
    return _perhaps_mirrored(sample, (across, down), (x, y), size, rng)


def _perhaps_mirrored(
    sample: Sample, scale: tuple[float, float], at: tuple[float, float], size: tuple[int, int], rng: np.random.Generator
) -> Sample:
    """A sample scaled across and down, its top left corner at a place of the tile; mirrored one time in two."""
    move = np.array([[scale[0], 0, at[0]], [0, scale[1], at[1]]], dtype=np.float32)
    if rng.uniform() < 0.5:
        move[0] = [-scale[0], 0, size[0] - at[0]]
    return moved(sample, move, size)


def moved(sample: Sample, move: Floats, size: tuple[int, int]) -> Sample:
    """A sample under an axis-aligned map (2, 3), cut to width and height `size`."""
    way = cv2.INTER_AREA if abs(move[0, 0]) < 1 else cv2.INTER_LINEAR
    picture = cv2.warpAffine(sample.picture, move, size, flags=way, borderValue=(GREY, GREY, GREY))
    boxes = sample.boxes.copy()
    xs = boxes[:, [0, 2]] * move[0, 0] + move[0, 2]
    ys = boxes[:, [1, 3]] * move[1, 1] + move[1, 2]
    boxes[:, 0], boxes[:, 2] = xs.min(axis=1, initial=np.inf), xs.max(axis=1, initial=-np.inf)
    boxes[:, 1], boxes[:, 3] = ys.min(axis=1, initial=np.inf), ys.max(axis=1, initial=-np.inf)
    before = np.prod(boxes[:, 2:4] - boxes[:, :2], axis=1)
    boxes[:, [0, 2]] = boxes[:, [0, 2]].clip(0, size[0])
    boxes[:, [1, 3]] = boxes[:, [1, 3]].clip(0, size[1])
    extent = boxes[:, 2:4] - boxes[:, :2]
    left = np.prod(extent, axis=1) / np.maximum(before, 1e-6)
    clear = (left >= LEAST_SHOWN) & (extent[:, 0] >= LEAST_WIDTH_PX) & (extent[:, 1] >= LEAST_HEIGHT_PX)
    there = left > GONE
    return Sample(np.asarray(picture, dtype=np.uint8), boxes[there], (sample.sure & clear)[there])


def recolour(picture: Image, strength: float, rng: np.random.Generator) -> Image:
    """Light, white balance, saturation, and one of blur, JPEG and noise."""
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    keep = 0.0 if rng.uniform() < 0.15 else rng.uniform(0.4, 1.5) if rng.uniform() < 0.6 else 1.0
    out = cv2.addWeighted(picture, keep, grey, 1 - keep, 0)
    ramp = np.linspace(0, 1, 256, dtype=np.float32)[:, None] ** math.exp(rng.uniform(-0.4, 0.4) * strength)
    gain = (1 + rng.uniform(-0.35, 0.35) * strength) * (1 + rng.uniform(-0.12, 0.12, 3) * strength)
    table = np.clip(ramp * 255 * gain + rng.uniform(-35, 35) * strength, 0, 255).astype(np.uint8)
    out = cv2.LUT(out, table[None])
    if rng.uniform() < 0.12:  # an eraser: something stands before the camera
        height, width = out.shape[:2]
        x, y = int(rng.integers(width)), int(rng.integers(height))
        out[y : y + height // 6, x : x + width // 8] = rng.integers(0, 255, 3)
    choice = rng.uniform()
    if choice < 0.10:
        out = cv2.GaussianBlur(out, (3, 3), rng.uniform(0.5, 1.2))
    elif choice < 0.22:
        coded = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 70))])[1]
        out = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))
    elif choice < 0.32:
        out = np.clip(out + rng.uniform(2, 9) * rng.standard_normal(out.shape, dtype=np.float32), 0, 255)
    return np.asarray(out, dtype=np.uint8)
