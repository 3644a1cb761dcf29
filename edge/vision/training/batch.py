"""Samples put together for one step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from edge.vision.training.augment import Sample

MOST_PEOPLE, MOST_UNSURE = 48, 24
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Batch:
    """One step's samples.

    Attributes:
        pictures: (B, 3, H, W) RGB 0..255.
        people: boxes to find, (B, G, 4) pixels.
        there: which of them are filled, (B, G).
        teacher: what the teacher scores each, (B, G), 0..1.
        unsure: boxes within which nothing is learnt, (B, U, 4) pixels.
        unsure_there: which of them are filled, (B, U).
    """

    pictures: Tensor
    people: Tensor
    there: Tensor
    teacher: Tensor
    unsure: Tensor
    unsure_there: Tensor


def collate(samples: Sequence[Sample]) -> Batch:
    """Put samples of one size together."""
    pictures = np.stack([sample.picture[:, :, ::-1].transpose(2, 0, 1) for sample in samples])
    people, there = _padded([sample.boxes[sample.sure] for sample in samples], MOST_PEOPLE)
    unsure, unsure_there = _padded([sample.boxes[~sample.sure] for sample in samples], MOST_UNSURE)
    return Batch(
        torch.from_numpy(np.ascontiguousarray(pictures)),
        torch.from_numpy(people[..., :4]),
        torch.from_numpy(there),
        torch.from_numpy(people[..., 4]),
        torch.from_numpy(unsure[..., :4]),
        torch.from_numpy(unsure_there),
    )


def _padded(rows: Sequence[Floats], most: int) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Rows of five side by side, the largest boxes where there are too many, at least one place each."""
    kept = [row[np.argsort(-np.prod(row[:, 2:4] - row[:, :2], axis=1))[:most]] for row in rows]
    length = max(1, *(len(row) for row in kept))
    out, there = np.zeros((len(rows), length, 5), dtype=np.float32), np.zeros((len(rows), length), dtype=np.bool_)
    for number, row in enumerate(kept):
        out[number, : len(row)], there[number, : len(row)] = row, True
    return out, there
