"""Pictures of a shop made of numbers, and what may befall a camera."""

import functools
from typing import Any

import numpy as np
import numpy.typing as npt

from edge.vision.detections import Image

SIZE = (320, 180)


def shop(seed: int = 1, size: tuple[int, int] = SIZE) -> Image:
    """Shelves and goods: rectangles of all greys."""
    dice, (width, height) = np.random.default_rng(seed), size
    picture = np.full((height, width, 3), 120, dtype=np.uint8)
    for _ in range(250):
        x, y = int(dice.integers(0, width - 20)), int(dice.integers(0, height - 20))
        picture[y : y + int(dice.integers(4, 30)), x : x + int(dice.integers(3, 25))] = dice.integers(20, 235, 3)
    return picture


@functools.cache
def _grain(shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    return np.random.default_rng(0).normal(0, 1.5, (4, *shape)).astype(np.float32)


def noisy(picture: Image, dice: np.random.Generator) -> Image:
    """As a sensor sees it."""
    grain = _grain(picture.shape)[int(dice.integers(4))]
    return bounded(picture + np.roll(grain, int(dice.integers(grain.size)), axis=None))


def with_person(picture: Image, x: float, y: float, tall: float = 65) -> Image:
    """A dark figure whose feet are at (x, y)."""
    seen = picture.copy()
    left, top = max(0, round(x - tall / 6)), max(0, round(y - tall))
    seen[top : round(y), left : max(0, round(x + tall / 6))] = (40, 30, 60)
    return seen


def hand(picture: Image) -> Image:
    """A hand over the lens: nearly one colour."""
    return bounded(np.full(picture.shape, (90.0, 110.0, 150.0)) + np.linspace(0, 30, picture.shape[1])[None, :, None])


def smeared(picture: Image, pixels: int = 9) -> Image:
    """Grease, fog, or out of focus: a mean over a square."""
    blurred = picture.astype(np.float64)
    for axis in (0, 1):
        blurred = np.mean([np.roll(blurred, n - pixels // 2, axis) for n in range(pixels)], axis=0)
    return bounded(blurred)


def turned(picture: Image, share: float = 0.1) -> Image:
    """A knock: the view goes aside by a share of its width."""
    return np.roll(picture, round(share * picture.shape[1]), axis=1)


def unlit(picture: Image) -> Image:
    """The lamps are off."""
    return bounded(picture * 0.04)


def bounded(values: npt.NDArray[np.floating[Any]]) -> Image:
    whole: Image = np.clip(values, 0, 255).astype(np.uint8)
    return whole
