"""What may befall a camera, done to its pictures: lamps off, a hand, a knock, a frozen stream, grease on the lens."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from edge.vision.detections import Image

# What a disturbance makes of a picture: the picture, and the last one before the disturbance began.
Disturbance = Callable[[Image, Image], Image]


def lights_off(image: Image, _: Image) -> Image:
    """Only what the sensor makes of the dark: a twenty-fifth of the light, and its noise."""
    noise = np.random.default_rng(int(image.sum())).normal(0, 1.5, image.shape)
    dark: Image = np.clip(image * 0.04 + noise, 0, 255).astype(np.uint8)
    return dark


def hand(image: Image, _: Image) -> Image:
    """A hand over the lens: nearly one colour, lit from one side."""
    height, width = image.shape[:2]
    skin = np.full((height, width, 3), (90.0, 110.0, 150.0)) + np.linspace(0, 30, width)[None, :, None]
    noise = np.random.default_rng(int(image.sum())).normal(0, 1.5, image.shape)
    covered: Image = np.clip(skin + noise, 0, 255).astype(np.uint8)
    return covered


def knock(image: Image, _: Image) -> Image:
    """Turned aside by a sixth of the picture and a little about its axis; what comes into view is mirrored."""
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 6.0, 1.0)
    turn[0, 2] += width / 6
    moved: Image = cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REFLECT).astype(np.uint8)
    return moved


def freeze(_: Image, last: Image) -> Image:
    """The same picture for ever."""
    return last


def blur(image: Image, _: Image) -> Image:
    """Grease, or out of focus."""
    side = image.shape[0] / 60
    blurred: Image = cv2.GaussianBlur(image, (0, 0), side).astype(np.uint8)
    return blurred


DISTURBANCES: Mapping[str, Disturbance] = {
    "dark": lights_off,
    "blocked": hand,
    "moved": knock,
    "frozen": freeze,
    "blurred": blur,
}
