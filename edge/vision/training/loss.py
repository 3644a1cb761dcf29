"""What a prediction costs: binary cross entropy for the scores, complete IoU for the boxes (Zheng et al. 2020)."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from edge.vision.training.assignment import assign, overlaps
from edge.vision.training.batch import Batch
from edge.vision.training.network import corners

BOX_WEIGHT = 4.0
# A teacher's score softens a target by this much at most: what a teacher cannot see either should cost less.
SOFTENING = 0.3


def complete_iou(a: Tensor, b: Tensor) -> Tensor:
    """Overlap less the distance of the middles and the difference of shape, (..., 4) boxes, -1..1."""
    overlap = overlaps(a, b)
    around = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).pow(2).sum(-1)
    apart = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]).pow(2).sum(-1) / 4
    (wide, tall), (wide_b, tall_b) = ((x[..., 2:] - x[..., :2]).unbind(-1) for x in (a, b))
    shape = 4 / math.pi**2 * (torch.atan(wide_b / (tall_b + 1e-7)) - torch.atan(wide / (tall + 1e-7))) ** 2
    with torch.no_grad():
        weight = shape / (shape - overlap + 1 + 1e-7)
    return overlap - apart / (around + 1e-7) - weight * shape


def loss(logits: Tensor, sides: Tensor, cells: tuple[Tensor, Tensor], batch: Batch) -> tuple[Tensor, Tensor]:
    """Cost of the scores and of the boxes, each per unit of target.

    Args:
        logits: (B, N).
        sides: distances before softplus, (B, N, 4).
        cells: centres (N, 2) and strides (N,).
        batch: who is there, and where it does not matter.
    """
    boxes = corners(sides, *cells)
    found = assign(logits, boxes, cells[0], batch.people, batch.there)
    soft = 1 - SOFTENING + SOFTENING * batch.teacher.gather(1, found.owner)
    target = found.target * soft
    unknown = _within(cells[0], batch.unsure, batch.unsure_there) & ~found.taken
    total = target.sum().clamp(min=1.0)
    each = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    scores = (each * ~unknown).sum() / total
    wanted = batch.people.gather(1, found.owner[..., None].expand(-1, -1, 4))
    shape = ((1 - complete_iou(boxes, wanted)) * target * found.taken).sum() / total
    return scores, shape


def _within(centres: Tensor, boxes: Tensor, there: Tensor) -> Tensor:
    """Which cells lie in any of the boxes, (B, N)."""
    inside = (centres > boxes[:, :, None, :2]) & (centres < boxes[:, :, None, 2:])
    return (inside.all(-1) & there[:, :, None]).any(1)
