"""A sheet of pictures on which a detector errs: whom it missed, and what it took for somebody."""

from collections.abc import Sequence

import cv2
import numpy as np

from edge.vision.association import overlap
from edge.vision.detections import Boxes, Detections, Image
from edge.vision.training.precision import LEAST_OVERLAP, UNSURE_OVERLAP, Marked

COLUMNS, ROWS = 4, 4
MISSED, FALSE, RIGHT = (40, 40, 230), (20, 160, 250), (90, 190, 60)  # BGR: red, orange, green
THICK_PX = {MISSED: 2, FALSE: 2, RIGHT: 1}


def sheet(pictures: Sequence[Image], found: Sequence[Detections], marked: Sequence[Marked], score: float) -> Image:
    """The pictures with most errors, worst first, side by side; missed red, false orange, right green.

    Args:
        pictures: all of one size, BGR.
        found: in each.
        marked: who is there.
        score: finds below it do not count.
    """
    judged = [errors(one, truth, score) for one, truth in zip(found, marked, strict=True)]
    worst = sorted(range(len(pictures)), key=lambda n: -len(judged[n][0]) - len(judged[n][1]))[: COLUMNS * ROWS]
    height, width = pictures[0].shape[:2]
    out = np.full((ROWS * height, COLUMNS * width, 3), 255, dtype=np.uint8)
    for place, n in enumerate(worst):
        drawn = pictures[n].copy()
        sure = found[n].boxes[found[n].scores >= score]
        for boxes, colour in ((sure, RIGHT), (judged[n][1], FALSE), (judged[n][0], MISSED)):
            for x1, y1, x2, y2 in boxes.round().astype(int).tolist():
                cv2.rectangle(drawn, (x1, y1), (x2, y2), colour, THICK_PX[colour])
        top, left = place // COLUMNS * height, place % COLUMNS * width
        out[top : top + height, left : left + width] = drawn
    return out


def errors(found: Detections, marked: Marked, score: float) -> tuple[Boxes, Boxes]:
    """Boxes (N, 4) of the people that no find of at least `score` is over, and of the finds that are over nobody."""
    sure = found.boxes[found.scores >= score]
    people = overlap(sure, marked.people).reshape(len(sure), len(marked.people))
    unsure = overlap(sure, marked.unsure).reshape(len(sure), len(marked.unsure))
    false = (people.max(axis=1, initial=0.0) < LEAST_OVERLAP) & (unsure.max(axis=1, initial=0.0) < UNSURE_OVERLAP)
    return marked.people[people.max(axis=0, initial=0.0) < LEAST_OVERLAP], sure[false]
