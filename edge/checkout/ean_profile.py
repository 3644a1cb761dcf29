"""Reads an EAN-13 (or UPC-A) from one line of brightness by comparing it with templates. Pure.

Where edges are blurred, faint or broken by glare, a decoder that measures the widths of bars sees nothing, or another
code. The sum of all that a digit should look like still tells, and the check digit is used to choose among codes
instead of to refuse them afterwards: so likeness and margin, not the check digit, guard against wrong ones. The idea is
that of deformable templates (Gallo and Manduchi, Reading 1D Barcodes with Mobile Phones Using Deformable Templates,
IEEE PAMI 33(9), 2011).
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from edge.checkout.ean_templates import (
    CONTEXT,
    DIGIT_MODULES,
    DIGIT_STARTS,
    DIGITS,
    LEFT,
    MODULES,
    RIGHT,
    SAMPLES,
    Floats,
    Likest,
    likest,
)

# Modules that are known before anything is read, by the first of them: a margin and the left guard, the centre guard,
# the right guard and a margin. 1 is a bar.
GUARDS = {-4: "0000101", 45: "01010", 92: "1010000"}
FIRST = min(GUARDS)
# Correlation of a guard fades below this much contrast: the norm of its brightness, of 255.
LEAST_CONTRAST = 4.0
# Sum of the three guards' correlations from which it is worth to look at the digits.
GUARDS_ALIKE = 1.8
PLACES = 6
# The search: narrowest module in pixels, ratio of one width to the next, places in a module.
NARROWEST, WIDTH_RATIO, STEPS = 1.0, 1.012, 3
# How far the centre guard may stand beside the middle, in those steps: the surface is bent, or turns away.
OFF_MIDDLE = (-4, -2, 0, 2, 4)
# By how many modules a bend of 1 moves the middle.
BENT_IN_THE_MIDDLE = MODULES / 4
# A digit may stand so many modules beside its place, at a cost.
SHIFTS = np.array([-0.5, -0.25, 0.0, 0.25, 0.5])
SHIFT_COST = 0.04
# Chosen on the photos of edge/bench/barcode_photos.py: few wrong readings reach both, and hardly two of them agree.
LEAST_LIKENESS, LEAST_MARGIN = 0.85, 0.05

DIGIT_AT = (np.arange((DIGIT_MODULES + 2 * CONTEXT) * SAMPLES) + 0.5) / SAMPLES - CONTEXT


class Place(NamedTuple):
    """Where a code may stand on a line.

    Attributes:
        alike: sum of its guards' correlations, at most 3.
        start: pixels to its left guard.
        module: pixels in one module.
        bend: how far the modules' places are drawn apart, 0 for evenly spaced.
    """

    alike: float
    start: float
    module: float
    bend: float


def read_profile(profile: Floats) -> Likest | None:
    """The code on one line, whichever way round; None when there is none that is sure.

    Args:
        profile: (W,) brightness 0 to 255 across the bars, at least a pixel to a module.
    """
    reads = [
        likest(_digit_scores(line, place))
        for place in _places(profile)
        for line, place in ((profile, place), (profile[::-1], _reversed(place, len(profile))))
    ]
    sure = [read for read in reads if read.likeness >= LEAST_LIKENESS and read.margin >= LEAST_MARGIN]
    return max(sure, key=lambda read: read.likeness, default=None)


def _places(profile: Floats) -> list[Place]:
    """Where the guards look right; the best first, no two alike."""
    widest = len(profile) / MODULES
    found: list[Place] = []
    module = NARROWEST
    while module <= widest:
        found += _places_of(profile, module)
        module *= WIDTH_RATIO
    chosen: list[Place] = []
    for place in sorted(found, reverse=True):
        if len(chosen) < PLACES and not any(_is_near(place, other) for other in chosen):
            chosen.append(place)
    return chosen


def _places_of(profile: Floats, module: float) -> Iterator[Place]:
    """The best place for each bend, for modules of one width."""
    starts = np.arange(-4 * module, len(profile), module / STEPS)
    left, centre, right = (_alike(profile, starts, module, guard) for guard in GUARDS.values())
    to_centre, to_right = (STEPS * (first - FIRST) for first in (*GUARDS,)[1:])
    count = len(starts) - to_right
    for off in OFF_MIDDLE if count > 0 else ():
        begin = to_centre + off
        alike = left[:count] + centre[begin : begin + count] + right[to_right:]
        best = int(alike.argmax())
        if alike[best] >= GUARDS_ALIKE:
            start = float(starts[best]) - FIRST * module
            yield Place(float(alike[best]), start, module, off / STEPS / BENT_IN_THE_MIDDLE)


def _alike(profile: Floats, starts: Floats, module: float, guard: str) -> Floats:
    """How alike a guard is that begins at each of `starts`: its correlation, at most 1."""
    known = np.array([float(bar) for bar in guard])
    known -= known.mean()
    dark = -_sampled(profile, starts[:, None] + module * (np.arange(len(guard)) + 0.5))
    dark -= dark.mean(axis=1, keepdims=True)
    norm = np.sqrt(np.einsum("nk,nk->n", dark, dark))
    return np.asarray(dark @ known / (norm * np.linalg.norm(known) + LEAST_CONTRAST))


def _digit_scores(profile: Floats, place: Place) -> Floats:
    """The scores that `likest` asks for, at one place."""
    at = DIGIT_STARTS[:, None, None] + SHIFTS[None, :, None] + DIGIT_AT[None, None, :]
    dark = -_sampled(profile, place.start + place.module * _bent(at, place.bend))
    dark -= dark.mean(axis=2, keepdims=True)
    dark /= np.linalg.norm(dark, axis=2, keepdims=True) + 1e-3
    cost = SHIFT_COST * np.abs(SHIFTS)[None, None, :, None]
    half = DIGITS // 2
    scores = np.full((DIGITS, 20), -np.inf)
    scores[:half] = (np.einsum("psk,bdk->pbsd", dark[:half], LEFT) - cost).max(axis=(1, 2))
    scores[half:, :10] = (np.einsum("psk,bdk->pbsd", dark[half:], RIGHT) - cost).max(axis=(1, 2))
    return scores


def _bent(modules: Floats, bend: float) -> Floats:
    """Places in modules on a surface that turns away: ends stay where they are."""
    return np.asarray(modules + bend * modules * (MODULES - modules) / MODULES)


def _reversed(place: Place, length: int) -> Place:
    return place._replace(start=length - 1 - place.start - MODULES * place.module, bend=-place.bend)


def _is_near(one: Place, other: Place) -> bool:
    same_start = abs(one.start - other.start) < other.module
    return same_start and abs(one.module - other.module) * MODULES < other.module and one.bend == other.bend


def _sampled(profile: Floats, at: Floats) -> Floats:
    """Brightness between pixels; beyond the ends, that of the ends."""
    inside = np.clip(at, 0.0, len(profile) - 1.001)
    left = inside.astype(np.intp)
    part = inside - left
    return np.asarray(profile[left] * (1.0 - part) + profile[left + 1] * part)
