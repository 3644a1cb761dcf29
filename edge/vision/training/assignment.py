"""Which cells learn which person: task-aligned assignment (TOOD, Feng et al. 2021)."""

from dataclasses import dataclass

import torch
from torch import Tensor

SCORE_POWER, OVERLAP_POWER, MOST_CELLS = 0.5, 6.0, 10
LEAST_HALF_PX = 8.0  # a box is looked for by cells this near its middle, however thin it is
TINY = 1e-9


@dataclass(frozen=True)
class Assigned:
    """What each cell should say.

    Attributes:
        owner: the row of the person it belongs to, (B, N); 0 where there is none.
        target: its score, (B, N); 0 where nobody is.
        taken: whether it belongs to somebody, (B, N).
    """

    owner: Tensor
    target: Tensor
    taken: Tensor


def overlaps(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union of boxes (..., 4) that broadcast."""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    shared = (high - low).clamp(min=0).prod(-1)
    areas = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1)
    return shared / (areas - shared + TINY)


@torch.no_grad()  # type: ignore[untyped-decorator] # torch ships no types we use
def assign(logits: Tensor, boxes: Tensor, centres: Tensor, people: Tensor, there: Tensor) -> Assigned:
    """Give each person the cells whose score and box suit best.

    Args:
        logits: of the scores, (B, N).
        boxes: as predicted, (B, N, 4) pixels.
        centres: of the cells, (N, 2) pixels.
        people: boxes of those to find, (B, G, 4) pixels, G ≥ 1.
        there: which rows of `people` are filled, (B, G).
    """
    overlap = overlaps(people[:, :, None], boxes[:, None])
    middle = (people[..., :2] + people[..., 2:]) / 2
    half = ((people[..., 2:] - people[..., :2]) / 2).clamp(min=LEAST_HALF_PX)
    off = (centres[None, None] - middle[:, :, None]).abs()
    inside = (off < half[:, :, None]).all(-1) & there[:, :, None]
    fit = logits.sigmoid()[:, None].clamp(min=1e-6) ** SCORE_POWER * overlap**OVERLAP_POWER * inside
    best, where = fit.topk(min(MOST_CELLS, fit.shape[-1]), -1)
    own = torch.zeros_like(inside).scatter_(2, where, best > 1e-12) & inside
    own |= _nearest(off, inside, there & ~own.any(-1))
    # A cell that suits several learns the one it overlaps most.
    rival = torch.zeros_like(own).scatter_(1, (overlap * own).argmax(1, keepdim=True), True)
    own &= rival
    fit, overlap = fit * own, overlap * own
    scaled = fit / (fit.amax(-1, keepdim=True) + TINY) * overlap.amax(-1, keepdim=True)
    taken = own.any(1)
    target = torch.where(taken, scaled.amax(1).clamp(min=0.05), torch.zeros_like(logits))
    return Assigned(own.float().argmax(1), target, taken)


def _nearest(off: Tensor, inside: Tensor, lonely: Tensor) -> Tensor:
    """For each person whom no cell suits yet, the nearest cell inside."""
    far = off.sum(-1) + 1e6 * ~inside
    one = torch.zeros_like(inside).scatter_(2, far.argmin(-1, keepdim=True), True)
    return one & inside & lonely[..., None]
