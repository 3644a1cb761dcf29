"""What of a track is measured and kept: where somebody stands and how tall they are, on a grid. Pure.

What is measured live is exactly what is kept, so that a recount over the past gives what was given then.
"""

from typing import NamedTuple

import numpy as np

from edge.vision.detections import Clothes, Track

# Steps of a place and a height, in pixels; of a score; of a time, in seconds.
PIXEL_STEPS, SCORE_STEPS, TIME_STEPS = 4, 255, 1_000_000
LEAST_PLACE, MOST_PLACE, MOST_HEIGHT = -32_768, 32_767, 65_535


class Footprint(NamedTuple):
    """One person in one frame, in steps of the grid.

    Attributes:
        track: the track's id.
        x: of the middle of the box's lower edge, quarter pixels.
        y: the same.
        height: of the box, quarter pixels.
        score: 0..255.
        clothes: a value of `Clothes`.
    """

    track: int
    x: int
    y: int
    height: int
    score: int
    clothes: int = Clothes.UNSEEN


def footprint(track: Track) -> Footprint:
    """What is kept of a track."""
    x1, y1, x2, y2 = (float(side) for side in track.box)
    return Footprint(
        track.id,
        _bounded((x1 + x2) / 2 * PIXEL_STEPS, LEAST_PLACE, MOST_PLACE),
        _bounded(y2 * PIXEL_STEPS, LEAST_PLACE, MOST_PLACE),
        _bounded((y2 - y1) * PIXEL_STEPS, 0, MOST_HEIGHT),
        _bounded(track.score * SCORE_STEPS, 0, SCORE_STEPS),
        int(track.clothes),
    )


def track_of(kept: Footprint, at: float) -> Track:
    """The track that was kept; its box has no width."""
    x, y, height = (steps / PIXEL_STEPS for steps in (kept.x, kept.y, kept.height))
    box = np.asarray([x, y - height, x, y], dtype=np.float32)
    return Track(kept.track, box, kept.score / SCORE_STEPS, at, Clothes(kept.clothes))


def time_steps(at: float) -> int:
    """Monotonic seconds in microseconds."""
    return round(at * TIME_STEPS)


def _bounded(steps: float, least: int, most: int) -> int:
    return min(most, max(least, round(steps)))
