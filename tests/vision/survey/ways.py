"""People made of numbers for the survey."""

import numpy as np

from edge.vision.detections import Detections, Track
from edge.vision.survey.paths import Paths
from tests.vision.walks import Place, play

SIZE = (640, 360)


def gathered(paths: list[list[Place]]) -> Paths:
    """What a survey gathers of these ways; boxes are 40 × 100 pixels."""
    seen = Paths(SIZE)

    def take(tracks: list[Track], at: float) -> None:
        boxes = np.asarray([track.box for track in tracks], dtype=np.float32).reshape(-1, 4)
        seen.add(Detections(boxes, np.full(len(boxes), 0.9, dtype=np.float32)), tracks, at)

    play(paths, take)
    return seen
