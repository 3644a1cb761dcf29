"""Boxes of what can be seen, from an id buffer. Pure."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Visible:
    """One person in one picture.

    Attributes:
        box: x1, y1, x2, y2 around the pixels that can be seen; the right and lower edge are exclusive.
        in_view: share of the person within the picture, 0..1.
        shown: share of what is within the picture that nothing hides, 0..1.
    """

    box: tuple[int, int, int, int]
    in_view: float
    shown: float


def boxes(ids: Ids) -> dict[int, tuple[int, int, int, int]]:
    """The box around each id's pixels in a buffer (height, width); 0 is nobody."""
    found = {}
    for one in np.unique(ids):
        if one:
            mask = ids == one
            columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
            found[int(one)] = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return found


def shares(ids: Ids, who: int, points: Points) -> tuple[float, float]:
    """How much of a person is within the picture, and how much of that is seen.

    A point counts as seen when the picture shows any part of the same person there: an arm before the own chest
    hides nobody.

    Args:
        ids: the id buffer, (height, width).
        who: the person's id.
        points: points spread evenly over the body, in pixels, (N, 2); not a number where behind the camera.
    """
    height, width = ids.shape
    inside = (points >= 0).all(axis=1) & (points[:, 0] < width) & (points[:, 1] < height)
    if not inside.any():
        return 0.0, 0.0
    columns, rows = points[inside].astype(np.intp).T
    return float(inside.mean()), float((ids[rows, columns] == who).mean())
