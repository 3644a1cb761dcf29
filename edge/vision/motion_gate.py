"""Which pictures need a detector: all while anybody is there or anything moves, else one now and then. Pure. Seconds.

What moves is what differs from a background that follows the scene within seconds. Whoever stands still becomes
background; but whoever is tracked, or only just was, keeps every picture, and the picture now and then finds whoever
was not.
"""

import math
from dataclasses import dataclass

import numpy as np

from edge.vision.look import Grey


@dataclass(frozen=True)
class GateSettings:
    """When a picture is passed over.

    Attributes:
        idle_s: with nobody there and nothing moving, one picture in this time; below a second, or the interval would
            have a hole.
        people_s: after somebody was seen, every picture for so long, …
        motion_s: … and after something moved.
        background_s: how fast the background follows.
        step: a pixel of the small picture that differs by so much (0..255) has changed, …
        noise: … or by so many times its usual unrest, if that is more.
        pixels: so many changed pixels move.
    """

    idle_s: float = 0.65
    people_s: float = 5.0
    motion_s: float = 2.0
    background_s: float = 3.0
    step: float = 6.0
    noise: float = 4.0
    pixels: int = 3


class MotionGate:
    """The gate of one camera."""

    def __init__(self, settings: GateSettings | None = None) -> None:
        self._settings = settings or GateSettings()
        self._background: Grey | None = None
        self._unrest: Grey | None = None
        self._at = -math.inf
        self._moved_at = self._people_at = self._analysed_at = -math.inf

    def wants(self, thumb: Grey, at: float) -> bool:
        """Whether to analyse the picture of second `at`; `thumb` is it, small and grey. Every picture is shown."""
        settings = self._settings
        if self._moves(thumb, at):
            self._moved_at = at
        wanted = (
            at - self._moved_at <= settings.motion_s
            or at - self._people_at <= settings.people_s
            or at - self._analysed_at >= settings.idle_s
        )
        if wanted:
            self._analysed_at = at
        return wanted

    def people(self, at: float) -> None:
        """The picture of second `at` has somebody in it, tracked or only found."""
        self._people_at = at

    def _moves(self, thumb: Grey, at: float) -> bool:
        """Whether something differs from the background, which then takes the picture in."""
        settings = self._settings
        if self._background is None or self._unrest is None:
            self._background, self._unrest = thumb.copy(), np.zeros_like(thumb)
            self._at = at
            return True
        off = thumb - self._background
        # The whole picture brighter or darker is a lamp, or the camera's own doing.
        off -= np.median(off)
        size = np.abs(off)
        changed = size > np.maximum(settings.step, settings.noise * self._unrest)
        share = np.float32(1 - math.exp(-max(0.0, at - self._at) / settings.background_s))
        self._background += share * (thumb - self._background)
        # What moves is no unrest: a pixel takes in only what is within its bounds.
        self._unrest += share * (np.minimum(size, settings.step) - self._unrest)
        self._at = at
        return int(np.count_nonzero(changed)) >= settings.pixels
