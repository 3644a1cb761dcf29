"""Pictures of people on the floor as plain shapes: head, upper body and legs in their colours, under uneven light."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from edge.sim.floor.detecting import Detecting
from edge.sim.floor.walk import Walk
from edge.vision.detections import Boxes, Image

Colour = tuple[int, int, int]  # BGR

# Parts of a person: top and bottom as shares of the height, half the width as a share of the box's.
_HEAD, _UPPER, _LEGS = (0.0, 0.13, 0.16), (0.13, 0.52, 0.34), (0.52, 1.0, 0.24)
# Light at the left and at the right border of the picture, and what the camera makes of white.
LIGHT = (0.6, 1.1)
WHITE = (1.06, 1.0, 0.93)
NOISE = 6.0
# How much darker the sides of a body are than its middle, and how much folds change it.
ROUND, FOLDS = 0.35, 0.12
_GRAINS = 2


class Painter:
    """Paints one camera's pictures."""

    def __init__(self, seen: Detecting, upper: Sequence[Colour], dice: np.random.Generator) -> None:
        """Mix the colours.

        Args:
            seen: whose boxes the people fill.
            upper: of each person's upper body, by the number of their walk.
            dice: decides of everything else.
        """
        self._seen, self._upper = seen, upper
        self._legs = [clothes(dice) for _ in upper]
        self._folds = dice.normal(0, FOLDS, (len(upper), 5))
        width, height = seen.frame_size
        self._light = np.linspace(*LIGHT, width)[None, :, None] * np.asarray(WHITE)
        floor = dice.normal(130, 12, (height, width, 1)) * self._light
        self._grains = NOISE * dice.standard_normal((_GRAINS, height, width, 3), dtype=np.float32)
        self._floors = [_bounded(floor + grain) for grain in self._grains]

    def picture(self, walks: Sequence[Walk], at: float) -> Image:
        """What the camera shows at a time, seconds."""
        moment = round(at * 10) % _GRAINS
        picture = self._floors[moment].copy()
        numbers, boxes, _ = self._seen.truth(walks, at)
        for n in np.argsort(boxes[:, 3]):
            self._paint(picture, self._grains[moment], int(numbers[n]), boxes[n])
        return picture

    def _paint(self, picture: Image, grain: npt.NDArray[np.float32], who: int, box: Boxes) -> None:
        skin = (120, 160, 205)
        for part, colour in ((_LEGS, self._legs[who]), (_UPPER, self._upper[who]), (_HEAD, skin)):
            top, bottom = (int(box[1] + share * (box[3] - box[1])) for share in part[:2])
            middle, half = float(box[0] + box[2]) / 2, part[2] * float(box[2] - box[0])
            left, right = max(0, int(middle - half)), min(picture.shape[1], int(middle + half))
            if right > left and bottom > top:
                shape = self._shape(who, right - left)
                lit = np.asarray(colour) * shape * self._light[:, left:right]
                picture[top:bottom, left:right] = _bounded(lit + grain[top:bottom, left:right])

    def _shape(self, who: int, width: int) -> npt.NDArray[np.float64]:
        """How light falls on a body, across it: darker to the sides, and folds."""
        across = np.linspace(-1, 1, width)
        folds = np.interp(across, np.linspace(-1, 1, self._folds.shape[1]), self._folds[who])
        shape: npt.NDArray[np.float64] = ((1 - ROUND * across**2) * (1 + folds))[None, :, None]
        return shape


def _bounded(values: npt.NDArray[np.floating[Any]]) -> Image:
    shown: Image = np.clip(values, 0, 255).astype(np.uint8)
    return shown


def clothes(dice: np.random.Generator) -> Colour:
    """What a customer may wear: any hue, seldom a strong one, from black to white."""
    hue, saturation, value = dice.uniform(0, 6), dice.beta(1.2, 2.4), dice.beta(1.6, 1.6)
    parts = [value * (1 - saturation * max(0.0, min(1.0, abs((hue + shift) % 6 - 3) - 1))) for shift in (0.0, 4.0, 2.0)]
    red, green, blue = (round(255 * (value - (part - value * (1 - saturation)))) for part in parts)
    return blue, green, red


def as_shown(colour: Colour) -> Colour:
    """A colour as the camera shows it in the middle of the picture: what an installer reads off a still."""
    light = sum(LIGHT) / 2 * (1 - ROUND / 4)
    blue, green, red = (round(min(255.0, part * light * white)) for part, white in zip(colour, WHITE, strict=True))
    return blue, green, red
