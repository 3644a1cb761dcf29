"""Who was seen where in the surveyed time: every track's way, and how much people hide each other. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from edge.vision.detections import Boxes, Detections, Track
from edge.vision.line import Point, anchor_point
from edge.vision.survey.view import whole

# Two boxes hide each other where the nearer one (whose feet are lower) covers more than this of the other.
HIDES = 0.3
SURE = 0.5
# What is kept of whole people to estimate the view from.
MOST_BOXES = 20_000

Places = npt.NDArray[np.float64]


@dataclass
class Path:
    """One track's way.

    Attributes:
        track: its id.
        times: seconds.
        feet: pixels, one for each time.
        heights: of the box, pixels.
    """

    track: int
    times: list[float] = field(default_factory=list)
    feet: list[Point] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)

    @property
    def places(self) -> Places:
        """(N, 2): where they stood."""
        return np.asarray(self.feet, dtype=np.float64).reshape(-1, 2)

    @property
    def height(self) -> float:
        """The median of their box's heights, pixels."""
        return float(np.median(self.heights))


class Paths:
    """Gathers what is seen, frame by frame.

    Attributes:
        frames: (seconds, the tracks seen), in order: what a line counter is fed with later.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        """Begin.

        Args:
            size: width and height of the pictures.
        """
        self.size = size
        self.frames: list[tuple[float, Sequence[Track]]] = []
        self._paths: dict[int, Path] = {}
        self._whole: list[Boxes] = []
        self._kept = self._sights = self._hidden = 0

    def add(self, detections: Detections, tracks: Sequence[Track], at: float) -> None:
        """Take in one analysed frame of second `at`."""
        self.frames.append((at, tuple(tracks)))
        for track in tracks:
            path = self._paths.setdefault(track.id, Path(track.id))
            path.times.append(at)
            path.feet.append(anchor_point(track.box, "foot"))
            path.heights.append(float(track.box[3] - track.box[1]))
        sure = detections.boxes[detections.scores >= SURE]
        self._sights += len(sure)
        self._hidden += hidden(sure)
        if len(sure) and self._kept < MOST_BOXES:
            kept = sure[whole(sure, self.size)]
            self._whole.append(kept)
            self._kept += len(kept)

    @property
    def paths(self) -> list[Path]:
        """Everybody's, in the order of their coming."""
        return list(self._paths.values())

    @property
    def whole_boxes(self) -> Boxes:
        """(N, 4): people who were seen whole."""
        return np.concatenate([np.zeros((0, 4), dtype=np.float32), *self._whole])

    @property
    def occlusion(self) -> float | None:
        """0..1, the share of sights in which somebody was partly hidden by another; None when nobody was seen."""
        return self._hidden / self._sights if self._sights else None


def hidden(boxes: Boxes) -> int:
    """How many of the boxes (N, 4) are covered by more than `HIDES` by a nearer one."""
    if len(boxes) < 2:  # noqa: PLR2004 - one box hides nobody
        return 0
    sides = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    shared = np.maximum(sides, 0).prod(axis=2)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    nearer = boxes[None, :, 3] > boxes[:, None, 3]
    return int(((shared / np.maximum(areas, 1e-6)[:, None] > HIDES) & nearer).any(axis=1).sum())
