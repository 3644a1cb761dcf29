"""The three YOLO output layouts: recognise one from a model's shapes, and read people out of it. Pure.

| layout | output | boxes | of |
| --- | --- | --- | --- |
| CHANNELS | (1, 4 + classes, N) | cx, cy, w, h in input pixels; class scores | YOLOv8, YOLO11 |
| END_TO_END | (1, ≤ 1000, 6) | x1, y1, x2, y2, score, class; no overlaps left | YOLOv10, YOLO26 |
| GRID | (1, N, 5 + classes) | raw cx, cy, w, h of a cell; objectness; class scores | YOLOX |
"""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from edge.errors import ModelError
from edge.vision.detections import Boxes, Detections, Scores

Output = npt.NDArray[np.float32]

GRID_STRIDES = (8, 16, 32)
END_TO_END_COLUMNS = 6
# An end-to-end head gives a few hundred boxes; a raw one has a cell for every 8×8 pixels, thousands.
END_TO_END_MOST = 1000
AXES = 3
# Boxes of one person that are left to the suppression, at most: more is no crowd but a broken model.
MOST_CANDIDATES = 1000


class Layout(StrEnum):
    """How a model writes its boxes."""

    CHANNELS = "channels"
    END_TO_END = "end-to-end"
    GRID = "grid"


def layout_of(output: Sequence[int | str | None], size: tuple[int, int] | None) -> tuple[Layout, int | None]:
    """The layout of an output shape, and how many classes it has (None where the shape does not tell).

    Args:
        output: the output's shape; a name or None where an axis is dynamic.
        size: the input's width and height, None when dynamic.

    Raises:
        ModelError: it is none of the three.
    """
    if len(output) == AXES:
        rows, columns = output[1], output[2]
        # First: a small YOLOX of one class has six columns too, but no end-to-end head has as many rows as cells.
        if columns == END_TO_END_COLUMNS and not _is_grid(rows, size) and _few(rows):
            return Layout.END_TO_END, None
        if isinstance(columns, int) and columns > 5 and (_is_grid(rows, size) or not isinstance(rows, int)):  # noqa: PLR2004 - 5 + classes
            return Layout.GRID, columns - 5
        if isinstance(rows, int) and rows > 4 and (not isinstance(columns, int) or columns > rows):  # noqa: PLR2004 - 4 + classes
            return Layout.CHANNELS, rows - 4
    raise ModelError(
        "expected an output of (1, 4+classes, N) (YOLOv8/11), (1, 300, 6) (YOLO26/v10) or (1, N, 5+classes) (YOLOX), "
        f"found ({', '.join(str(axis) for axis in output)})"
    )


def _few(rows: int | str | None) -> bool:
    return not isinstance(rows, int) or rows <= END_TO_END_MOST


def _is_grid(rows: int | str | None, size: tuple[int, int] | None) -> bool:
    return size is not None and rows == sum((size[0] // s) * (size[1] // s) for s in GRID_STRIDES)


def people(
    layout: Layout, output: Output, *, person: int, floor: float, size: tuple[int, int], overlap: float
) -> Detections:
    """The people in one output, in input pixels.

    Args:
        layout: how to read it.
        output: as the model gave it.
        person: the number of the class that is a person.
        floor: the least score.
        size: the input's width and height.
        overlap: of two boxes that overlap more, the better one is kept (where the layout needs that).
    """
    boxes, scores = _READERS[layout](output[0], person, floor, size)
    if layout is not Layout.END_TO_END:
        kept = suppress(boxes, scores, overlap)
        boxes, scores = boxes[kept], scores[kept]
    return Detections(np.ascontiguousarray(boxes, dtype=np.float32), np.asarray(scores, dtype=np.float32))


def _read_channels(output: Output, person: int, floor: float, _size: tuple[int, int]) -> tuple[Boxes, Scores]:
    scores = output[4 + person]
    rows = np.flatnonzero(scores >= floor)
    return _corners(output[:4, rows].T), scores[rows]


def _read_end_to_end(output: Output, person: int, floor: float, _size: tuple[int, int]) -> tuple[Boxes, Scores]:
    rows = np.flatnonzero((output[:, 4] >= floor) & (output[:, 5] == person))
    return output[rows, :4], output[rows, 4]


def _read_grid(output: Output, person: int, floor: float, size: tuple[int, int]) -> tuple[Boxes, Scores]:
    scores = output[:, 4] * output[:, 5 + person]
    rows = np.flatnonzero(scores >= floor)
    cells = grid_cells(size)[rows]
    strides = cells[:, 2:3]
    centre = (output[rows, :2] + cells[:, :2]) * strides
    extent = np.exp(output[rows, 2:4]) * strides
    return _corners(np.concatenate([centre, extent], axis=1)), scores[rows]


_READERS = {
    Layout.CHANNELS: _read_channels,
    Layout.END_TO_END: _read_end_to_end,
    Layout.GRID: _read_grid,
}


def grid_cells(size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Column, row and stride of every cell of an input, in the order of YOLOX's output: (N, 3)."""
    levels = []
    for stride in GRID_STRIDES:
        rows, columns = np.mgrid[0 : size[1] // stride, 0 : size[0] // stride]
        levels.append(np.stack([columns, rows, np.full_like(rows, stride)], axis=-1).reshape(-1, 3))
    return np.concatenate(levels).astype(np.float32)


def _corners(boxes: npt.NDArray[np.float32]) -> Boxes:
    half = boxes[:, 2:4] / 2
    return np.concatenate([boxes[:, :2] - half, boxes[:, :2] + half], axis=1)


def suppress(boxes: Boxes, scores: Scores, overlap: float) -> npt.NDArray[np.intp]:
    """Non-maximum suppression: the rows to keep, best score first."""
    order = np.argsort(-scores, kind="stable")[:MOST_CANDIDATES]
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    kept = []
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(best)
        low = np.maximum(boxes[best, :2], boxes[rest, :2])
        high = np.minimum(boxes[best, 2:], boxes[rest, 2:])
        shared = np.prod(np.clip(high - low, 0, None), axis=1)
        order = rest[shared <= overlap * (area[best] + area[rest] - shared)]
    return np.asarray(kept, dtype=np.intp)
