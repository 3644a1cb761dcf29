"""What passes between the stages of the vision pipeline. Pixels of the stream, origin top left, x right, y down."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from edge.events import Direction

Boxes = npt.NDArray[np.float32]  # (N, 4): x1, y1, x2, y2
Scores = npt.NDArray[np.float32]  # (N,): 0..1
Image = npt.NDArray[np.uint8]  # (height, width, 3): BGR


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded picture.

    Attributes:
        image: BGR.
        index: 0-based, in decode order; pictures that are dropped leave a hole.
        at: seconds; for a file its presentation time from the first picture on, for a live stream the monotonic
            clock. Never goes back.
    """

    image: Image
    index: int
    at: float


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """The people that a detector sees in one frame, in no order."""

    boxes: Boxes
    scores: Scores

    def __len__(self) -> int:
        return len(self.scores)


class Clothes(IntEnum):
    """Whether somebody wears the staff's uniform in a picture; kept in foot records by its value."""

    UNSEEN = 0
    OTHER = 1
    UNIFORM = 2


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One person followed over frames.

    Attributes:
        id: unique within one tracker, never reused.
        box: (4,) where the person is now, smoothed by what the tracker knows.
        score: the score of the detection it was matched with in this frame.
        at: seconds, the frame's.
        clothes: what they wear, where a uniform is looked for.
    """

    id: int
    box: Boxes
    score: float
    at: float
    clothes: Clothes = Clothes.UNSEEN


@dataclass(frozen=True, slots=True)
class Crossing:
    """A track went over a line.

    Attributes:
        line: the line's id.
        direction: in or out.
        at: seconds, when the anchor passed the line (which may be before the frame that settled it).
        frame: the index of the first analysed frame with the anchor past the line.
        confidence: 0..1.
        track: the track's id.
        point: where it passed, in pixels.
        height: of the person's box, pixels; 0 where it is not known.
    """

    line: str
    direction: Direction
    at: float
    frame: int
    confidence: float
    track: int
    point: tuple[float, float]
    height: float = 0.0
