"""Average precision at half overlap. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edge.vision.association import overlap
from edge.vision.detections import Boxes, Detections

LEAST_OVERLAP = 0.5
# A find that lies this much over somebody who is marked as unsure is neither right nor wrong.
UNSURE_OVERLAP = 0.4
# What may begin a track should be right nine times in ten: a false one costs more than one that begins a little later.
SURE_PRECISION = 0.9


@dataclass(frozen=True)
class Marked:
    """Who is in a picture, as checked by eye.

    Attributes:
        people: to be found, (N, 4) pixels.
        unsure: (M, 4); finding them or not is both right.
    """

    people: Boxes
    unsure: Boxes


def judge(found: Detections, marked: Marked) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """The score of each find that counts, best first, and whether it is right; each person is found once."""
    order = np.argsort(-found.scores, kind="stable")
    shared = overlap(found.boxes[order], marked.people)
    near = overlap(found.boxes[order], marked.unsure)
    scores, right = [], []
    for row, score in enumerate(found.scores[order]):
        hit = bool(shared.shape[1]) and shared[row].max() >= LEAST_OVERLAP
        if hit:
            shared[:, int(shared[row].argmax())] = 0.0
        elif near.shape[1] and near[row].max() >= UNSURE_OVERLAP:
            continue
        scores.append(score)
        right.append(hit)
    return np.array(scores, dtype=np.float32), np.array(right, dtype=np.bool_)


def average_precision(found: Sequence[Detections], marked: Sequence[Marked]) -> float:
    """The area under the precision over the recall, 0..1; precision never rises with recall (as in PASCAL VOC 2010)."""
    _, right = _pooled(found, marked)
    people = sum(len(one.people) for one in marked)
    if not people or not right.any():
        return 0.0
    hits = right.cumsum()
    precision = np.maximum.accumulate((hits / np.arange(1, len(right) + 1))[::-1])[::-1]
    return float(precision[right].sum() / people)


def sure_score(found: Sequence[Detections], marked: Sequence[Marked], precision: float = SURE_PRECISION) -> float:
    """The least score from which so great a share of the finds is right; 1 where none is."""
    scores, right = _pooled(found, marked)
    enough = np.flatnonzero(right.cumsum() >= precision * np.arange(1, len(right) + 1))
    return float(scores[enough[-1]]) if right.any() and len(enough) else 1.0


def wrong(found: Sequence[Detections], marked: Sequence[Marked], score: float) -> int:
    """How many finds of at least this score are nobody."""
    scores, right = _pooled(found, marked)
    return int(((scores >= score) & ~right).sum())


def _pooled(
    found: Sequence[Detections], marked: Sequence[Marked]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """The finds of all pictures together, best first, and which are right."""
    judged = [judge(one, truth) for one, truth in zip(found, marked, strict=True)]
    scores = np.concatenate([scores for scores, _ in judged]) if judged else np.zeros(0, dtype=np.float32)
    order = np.argsort(-scores, kind="stable")
    right = np.concatenate([hits for _, hits in judged])[order] if judged else np.zeros(0, dtype=np.bool_)
    return scores[order], right
