"""A teacher's opinion of rendered people: what another detector cannot see either should cost the learner less."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from edge.errors import SourceError
from edge.vision.association import overlap
from edge.vision.detections import Detections, Image
from edge.vision.detector import Detector

UNTAUGHT = 6  # numbers in a label row before the teacher's score
LEAST_OVERLAP = 0.5

Row = Sequence[float]


def opinion(rows: Sequence[Row], found: Detections) -> list[list[float]]:
    """The label rows with the score of the teacher's best find over each box, 0 where it has none."""
    boxes = np.array([row[:4] for row in rows], dtype=np.float32).reshape(-1, 4)
    shared = overlap(boxes, found.boxes)
    scores = np.where(shared >= LEAST_OVERLAP, found.scores[None], 0.0).max(axis=1, initial=0.0)
    return [[*row[:UNTAUGHT], round(float(score), 3)] for row, score in zip(rows, scores, strict=True)]


def teach(folder: Path, teacher: Detector, told: Callable[[], None]) -> None:
    """Write the teacher's scores into a folder's labels, shop by shop; those that have them are left alone.

    Args:
        folder: rendered pictures and labels.
        teacher: a detector of people.
        told: called after each shop.

    Raises:
        SourceError: a picture is missing.
    """
    for labels in sorted(folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
        if any(len(box) == UNTAUGHT for row in rows for box in row["boxes"]):
            for row in rows:
                row["boxes"] = opinion(row["boxes"], teacher.detect(_picture(folder / row["file"])))
            part = labels.with_suffix(".part")
            part.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
            part.replace(labels)
        told()


def _picture(path: Path) -> Image:
    picture = cv2.imread(str(path))
    if picture is None:
        raise SourceError(f"{path}: expected a picture, found none; render the folder again")
    return np.asarray(picture, dtype=np.uint8)
